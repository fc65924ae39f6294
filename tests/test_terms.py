"""Words: windows tile, tables hold to their contract, settings say where they are wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.errors import RegularsError, SettingsError, TimeError
from regulars.settings import Settings
from regulars.terms.money import Currency
from regulars.terms.tables import Column, TableSpec
from regulars.terms.windows import Cutoff, Window


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(1, 400), st.integers(0, 800))
def test_consecutive_windows_tile(start: datetime, days: int, hours: int) -> None:
    first = Cutoff(start).aftermath(days)
    second = Cutoff(first.end).aftermath(days)
    instant = start + timedelta(hours=hours)
    whole = Window(first.start, second.end)
    assert (instant in first) + (instant in second) == (instant in whole)


def test_the_cutoff_after_a_midnight_order_is_the_next_midnight() -> None:
    assert Cutoff.after(datetime(2026, 3, 1)).at == datetime(2026, 3, 2)
    assert Cutoff.after(datetime(2026, 2, 28, 23, 59, 59)).at == datetime(2026, 3, 1)


def test_a_cutoff_that_is_no_date_says_so() -> None:
    with pytest.raises(TimeError, match="7 is not a date"):
        Cutoff.parse(7)  # type: ignore[arg-type]
    with pytest.raises(TimeError, match="'soon' is not a date") as problem:
        Cutoff.parse("soon")
    assert "2011-12-10" in problem.value.hint


@pytest.mark.parametrize(
    ("code", "amount", "text"),
    [("EUR", 1234567.5, "€1,234,568"), ("GBP", -0.2, "£0"), ("GBP", -1.0, "−£1"), ("NOK", 12, "NOK 12")],
)
def test_money_is_written_in_full(code: str, amount: float, text: str) -> None:
    assert Currency(code).text(amount) == text


def test_a_table_without_time_must_say_why() -> None:
    columns = (Column("a", "INTEGER", "A."),)
    with pytest.raises(ValueError, match="name a time column"):
        TableSpec("t", "one row per a", ("a",), columns)
    with pytest.raises(ValueError, match="one row per"):
        TableSpec("t", "a table", ("a",), columns, timeless_because="it is a test")


def test_settings_win_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load(tmp_path).shop.currency is None
    (tmp_path / "regulars.toml").write_text('[shop]\ncurrency = "GBP"\nname = "Tea"\n')
    assert Settings.load(tmp_path).shop.currency == "GBP"
    monkeypatch.setenv("REGULARS_SHOP__CURRENCY", "EUR")
    assert (Settings.load(tmp_path).shop.currency, Settings.load(tmp_path).shop.name) == ("EUR", "Tea")
    assert Settings.load(tmp_path, shop={"currency": "USD"}).shop.currency == "USD"


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ('[shop]\ncurency = "GBP"', "shop.curency"),
        ('[shop]\ntimezone = "Mars/North"', "shop.timezone"),
        ("[time]\nhorizon_days = -3", "time.horizon_days"),
        ("[shop", "cannot be read"),
    ],
)
def test_wrong_settings_say_where(tmp_path: Path, toml: str, where: str) -> None:
    (tmp_path / "regulars.toml").write_text(toml)
    with pytest.raises(SettingsError, match=where):
        Settings.load(tmp_path)


def test_every_error_knows_its_exit_code_and_status() -> None:
    def tree(kind: type[RegularsError]) -> list[type[RegularsError]]:
        return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]

    assert len(tree(RegularsError)) > 10
    for kind in tree(RegularsError):
        problem = kind("what happened", hint="what to do")
        assert (problem.exit_code, problem.hint) == (2, "what to do")
        assert 400 <= problem.http_status < 600
