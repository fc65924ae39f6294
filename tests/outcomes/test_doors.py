"""Outcomes at the command line: what `init` proposes, what `backtest` prints, and exit codes for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.outcomes.customers import shop, write

from regulars.cli.main import main
from regulars.settings import Settings

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command and returns exit code, data and talk."""

    def command(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["regulars", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return command


def test_init_proposes_the_outcome_and_run_and_backtest_go_by_it(tmp_path: Path, run: Run) -> None:
    columns = shop(120)
    file = write(tmp_path / "customers.csv", {"Is At Risk": columns.pop("churned"), **columns})
    code, said, _ = run("init", file, "-w", tmp_path / "shop")
    assert code == 0
    assert "outcomes: Is At Risk" in said
    (outcome,) = Settings.load(tmp_path / "shop").outcomes
    assert (outcome.name, outcome.column) == ("is_at_risk", "Is At Risk")
    code, said, _ = run("run", file, "-w", tmp_path / "shop")
    assert code == 0
    assert "no order is known" in said
    assert "Is at risk: " in said
    code, said, _ = run("backtest", "-w", tmp_path / "shop", "--target", "is_at_risk", "--json")
    assert code == 0
    told = json.loads(said)
    assert told["targets"] == []
    assert [one["target"] for one in told["outcomes"]] == ["is_at_risk"]
    code, said, _ = run("backtest", "-w", tmp_path / "shop")
    assert code == 0
    assert "(used)" in said
    code, _, talk = run("export", "segments", "-w", tmp_path / "shop", "--to", tmp_path / "lists")
    assert code == 2
    assert "no order is known of anybody" in " ".join(talk.split())
    assert "The column Is At Risk." in said


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ('column = "chruned"', "did you mean 'churned'"),
        ('rule = [{column = "income", test = "below", value = 3}]', "names the column 'income'"),
        ('column = "contract"', "neither yes nor no"),
        (
            'column = "churned"\nrule = [{column = "age", test = "below", value = 3}]',
            "needs a column or a rule",
        ),
        ('column = "churned"\neval = "age > 3"', "Extra inputs"),
    ],
)
def test_what_the_settings_get_wrong_ends_with_2_and_a_hint(
    tmp_path: Path, run: Run, outcome: str, said: str
) -> None:
    file = write(tmp_path / "customers.csv", shop(40))
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "regulars.toml").write_text(f'[[outcomes]]\nname = "left_us"\n{outcome}\n')
    code, _, talk = run("run", file, "-w", tmp_path / "shop")
    assert code == 2
    assert said in " ".join(talk.split())
    assert "hint:" in talk
    assert "Traceback" not in talk
