"""What came of a campaign: from files as people make them, from orders, and said in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from regulars.campaigns.handed_in import contacts_in, customers_in
from regulars.campaigns.outcomes import (
    Outcomes,
    outcomes_from_experiment,
    outcomes_from_file,
    outcomes_from_orders,
)
from regulars.campaigns.readout import read_out, shares_of
from regulars.errors import CampaignError, FileUnreadable, InputError, MappingUnclear, NothingUsable
from regulars.terms.money import Currency

POUNDS = Currency("GBP")
MEMBERS = [{"customer_id": f"c{n}", "arm": "control" if n < 3 else "treat"} for n in range(10)]


def written(folder: Path, text: str, name: str = "outcomes.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_of_those_who_did_something(tmp_path: Path) -> None:
    """c4 has two rows, c9 is unknown, the others did nothing."""
    path = written(
        tmp_path,
        "Customer ID;ordered;revenue\nc4;1;10,50\nc4;1;2\n x9 ;1;99\nc1;0;\nc5;yes;7\n".replace(",", "."),
    )
    found = outcomes_from_file(path, MEMBERS)
    assert found.values["ordered"].tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert found.values["revenue"].tolist() == [0, 0, 0, 0, 12.5, 7, 0, 0, 0, 0]
    assert (found.kind("ordered"), found.kind("revenue"), found.n_unknown) == ("share", "amount", 1)
    said = read_out("x", found, POUNDS, shares={"control": 0.3, "treat": 0.7})
    assert any("7 customers of the campaign are not in outcomes.csv" in note for note in said.notes)
    assert any("1 customers in outcomes.csv are not in this campaign" in note for note in said.notes)


def test_ids_that_a_spreadsheet_made_numbers_of(tmp_path: Path) -> None:
    members = [{"customer_id": "13085", "arm": "treat"}, {"customer_id": "13086", "arm": "control"}]
    found = outcomes_from_file(written(tmp_path, "customer_id,spend\n13085.0,3\n"), members)
    assert found.values["spend"].tolist() == [3, 0]


def test_columns_of_the_time_before_are_adjusted_for(tmp_path: Path) -> None:
    rows = "\n".join(f"c{n},{n},{2 * n},x" for n in range(10))
    found = outcomes_from_file(written(tmp_path, f"customer,revenue,pre_revenue,note\n{rows}\n"), MEMBERS)
    assert set(found.values) == {"revenue"}
    assert found.before["revenue"].tolist() == [2 * n for n in range(10)]
    said = read_out("x", found, POUNDS)
    assert said.comparisons[0].adjusted is not None
    assert said.comparisons[0].adjusted.variance_share == pytest.approx(0, abs=1e-9)
    assert "CUPED" in said.sentences[0]


@pytest.mark.parametrize(
    ("text", "options", "problem", "said"),
    [
        ("who knows,ordered\nc1,1\n", {}, MappingUnclear, "no column that is surely the customer"),
        ("customer,ordered\nz1,1\n", {}, NothingUsable, "none of them is of a customer in this campaign"),
        ("customer,name\nc1,Ann\n", {}, MappingUnclear, "no column of numbers"),
        ("customer,ordered\nc1,1\n", {"outcomes": ["orderd"]}, MappingUnclear, "no column 'orderd'"),
        (
            "customer,ordered\nc1,maybe\n",
            {"outcomes": ["ordered"]},
            NothingUsable,
            "row 1: ordered is 'maybe'",
        ),
        ("customer,ordered\nc1,1\n", {"customer": "id"}, MappingUnclear, "no column 'id'"),
        ("customer,ordered\n", {}, InputError, ""),
        ("", {}, InputError, ""),
    ],
)
def test_bad_files_of_outcomes(
    tmp_path: Path, text: str, options: dict[str, Any], problem: type[InputError], said: str
) -> None:
    with pytest.raises(problem, match=said or None):
        outcomes_from_file(written(tmp_path, text), MEMBERS, **options)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        outcomes_from_file(tmp_path / "nothing.csv", MEMBERS)


def test_lists_of_customers_and_of_contacts(tmp_path: Path) -> None:
    assert customers_in(written(tmp_path, "email\nc1\nc2\nc1\n")) == ["c1", "c2"]
    told = contacts_in(written(tmp_path, "customer_id,sent\nc1,2026-03-01T09:30\nc2,2026-03-02\n"))
    assert [(who, when.isoformat()) for who, when in told] == [
        ("c1", "2026-03-01T09:30:00"),
        ("c2", "2026-03-02T00:00:00"),
    ]
    with pytest.raises(MappingUnclear, match="no column of dates"):
        contacts_in(written(tmp_path, "customer_id,sent\nc1,later\n"))
    with pytest.raises(NothingUsable, match="row 2"):
        contacts_in(written(tmp_path, "customer_id,sent\nc1,2026-03-01\nc2,later\n"))


def test_orders_of_the_shop() -> None:
    orders = [
        {"customer_id": "c4", "ordered": 1.0, "revenue": 30.0, "revenue_before": 5.0},
        {"customer_id": "zz", "ordered": 1.0, "revenue": 1.0, "revenue_before": 0.0},
    ]
    found = outcomes_from_orders(MEMBERS, orders)
    assert found.values["revenue"].sum() == 30
    assert found.before["ordered"].sum() == 5


def experiment(n: int, rates: dict[str, float], seed: int = 1) -> Outcomes:
    dice = np.random.default_rng(seed)
    names = np.repeat(np.array(list(rates), dtype=object), n)
    hits = (dice.random(len(names)) < np.repeat(list(rates.values()), n)).astype(float)
    return Outcomes(names, {"ordered": hits, "revenue": hits * dice.gamma(2, 20, len(names))}, source="test")


def test_what_worked_and_what_may_be_chance() -> None:
    worked = read_out("x", experiment(4000, {"control": 0.10, "treat": 0.15}), POUNDS, contact_cost=0.5)
    assert worked.is_sound
    assert "The campaign worked" in worked.sentences[0]
    assert "percentage points" in worked.sentences[0]
    assert worked.sentences[-1].startswith("All 4,000 in treat together: £")
    assert worked.sentences[-1].endswith("for £2,000 of contact costs.")
    nothing = read_out("x", experiment(300, {"control": 0.10, "treat": 0.10}), POUNDS)
    assert "no effect is shown" in nothing.sentences[0]
    harm = read_out("x", experiment(4000, {"control": 0.15, "treat": 0.10}), POUNDS)
    assert "did harm" in harm.sentences[0]


def test_arms_are_compared_with_the_hold_out_and_with_each_other() -> None:
    found = read_out("x", experiment(3000, {"control": 0.1, "letter": 0.2, "email": 0.1}), POUNDS)
    pairs = [(one.arm, one.other) for one in found.comparisons if one.outcome == "ordered"]
    assert pairs == [("email", "control"), ("letter", "control"), ("letter", "email")]
    assert "letter did better than email" in found.sentences[2]


def test_groups_of_the_wrong_size_come_first() -> None:
    found = read_out(
        "x", experiment(1000, {"control": 0.1, "treat": 0.1}), POUNDS, shares={"control": 0.1, "treat": 0.9}
    )
    assert not found.is_sound
    assert found.sentences[0].startswith("Do not believe what follows")


def test_customers_missing_from_one_group_of_a_full_list_are_noticed(tmp_path: Path) -> None:
    members = [{"customer_id": f"c{n}", "arm": "control" if n < 3000 else "treat"} for n in range(6000)]
    rows = "\n".join(f"c{n},0" for n in range(6000) if n >= 400)
    found = read_out(
        "x", outcomes_from_file(written(tmp_path, f"customer,ordered\n{rows}\n"), members), POUNDS
    )
    assert not found.is_sound
    few = "\n".join(
        f"c{n},1" for n in range(5000, 5400)
    )  # a list of buyers says nothing about who is missing
    assert read_out(
        "x", outcomes_from_file(written(tmp_path, f"customer,ordered\n{few}\n"), members), POUNDS
    ).is_sound


@pytest.mark.parametrize("sizes", [{}, {"control": 5}, {"treat": 5}])
def test_one_group_alone_is_no_comparison(sizes: dict[str, int]) -> None:
    arms = np.array([arm for arm, n in sizes.items() for _ in range(n)], dtype=object)
    with pytest.raises(CampaignError):
        read_out("x", Outcomes(arms, {"ordered": np.zeros(len(arms))}), POUNDS)


def test_nobody_did_anything() -> None:
    arms = np.array(["control", "treat"] * 20, dtype=object)
    found = read_out("x", Outcomes(arms, {"ordered": np.zeros(40), "revenue": np.zeros(40)}), POUNDS)
    assert all("no effect is shown" in sentence for sentence in found.sentences)
    assert found.to_json()["comparisons"][0]["relative"] is None


def test_groups_of_one() -> None:
    arms = np.array(["control", "treat"], dtype=object)
    found = read_out("x", Outcomes(arms, {"revenue": np.array([1.0, 5.0])}), POUNDS)
    assert "too few customers for an interval" in found.sentences[0]


def test_shares_of_a_design() -> None:
    assert shares_of({"holdout_share": 0.2}, ["a", "b", "control"]) == {"a": 0.4, "b": 0.4, "control": 0.2}


def test_an_experiment_made_elsewhere(tmp_path: Path) -> None:
    path = written(tmp_path, "group,bought\nnone,0\nmail,1\nmail,0\n")
    found, rows = outcomes_from_experiment(path, arm="group", outcomes=["bought"])
    assert (found.arms.tolist(), found.values["bought"].tolist(), len(rows)) == (
        ["none", "mail", "mail"],
        [0, 1, 0],
        3,
    )
    with pytest.raises(NothingUsable, match="1 rows have no group"):
        outcomes_from_experiment(
            written(tmp_path, "group,bought\nnone,0\n,1\n"), arm="group", outcomes=["bought"]
        )
