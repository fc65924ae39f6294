"""A campaign from proposal to read-out: two runs, between which it is started, and the command line around them."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema
import pytest
from tests.doors.command import here

from regulars import flow
from regulars.cli.main import main
from regulars.errors import CampaignError, NotFound
from regulars.publish.campaigns import find_started, members, remembered, start, stop, suppress
from regulars.publish.current import CURRENT_FILE
from regulars.publish.exports import export_campaign
from regulars.publish.reader import Reader
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.testing.shops import write_csv

pytestmark = pytest.mark.slow
CUTOFF = datetime(2026, 3, 1)
SETTINGS = """
[shop]
currency = "GBP"
[time]
horizon_days = 30
[predictions]
backtest_cutoffs = 3
[campaigns]
holdout_share = 0.3
switched_off = ["win_back_valuable", "second_order", "due_now", "replenishment", "vip", "cross_sell", "onboarding"]
[[campaigns.recipes]]
name = "everybody"
title = "=Everybody"
conditions = [{ column = "n_orders", test = "at_least", value = 2 }]
gains = "order"
effect_share = 1.0
contact_cost = 0.01
reason = "={n_orders}"
"""


def orders() -> list[dict[str, Any]]:
    """Return a year of a shop with ninety customers, and two months after it."""
    dice, rows = random.Random(5), []
    for number in range(90):
        when = CUTOFF - timedelta(days=dice.uniform(100, 360))
        for turn in range(30):
            when += timedelta(days=dice.expovariate(1 / (12 + number % 40)))
            if when < CUTOFF + timedelta(days=60):
                rows.append({
                    "order_id": f"{number}-{turn}", "customer_id": f"c{number}", "ordered_at": when.replace(microsecond=0),
                    "product_id": f"p{turn % 5}", "quantity": 1, "unit_price": 10 + number % 7,
                })  # fmt: skip
    return rows


class Said(NamedTuple):
    """What a command ended with, and what it said."""

    returncode: int
    stdout: str
    stderr: str


class Shop:
    """A workspace in which a campaign was proposed, started and lived through."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(folder / "shop")
        self.places.root.mkdir()
        self.places.settings.write_text(SETTINGS, encoding="utf-8")
        self.settings = Settings.load(self.places.root)
        early = [row for row in orders() if row["ordered_at"] < CUTOFF]
        self.first = flow.run(self.places.root, [write_csv(early, folder / "early.csv")], cutoff=CUTOFF).id
        with State.open(self.places) as state, Reader.open(self.places) as reader:
            self.proposed = reader.table("campaigns").to_pylist()
            self.refused = next(row["customer_id"] for row in self.proposed if row["arm"] == "treat")
            suppress(state, [self.refused], "asked")
            self.started = start(state, reader, "everybody", self.settings, datetime(2026, 3, 2, 8))
            self.members = members(state, "everybody")
        self.second = flow.run(
            self.places.root, [write_csv(orders(), folder / "all.csv")], cutoff=datetime(2026, 3, 21)
        ).id

    def run(self, *words: str) -> Said:
        """Run a command as a person would, in this process."""
        out, err = io.StringIO(), io.StringIO()
        given = ["regulars", *words, "--workspace", str(self.places.root)]
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
            patched.setattr(sys, "argv", given)
            patched.setenv("COLUMNS", "160")
            with pytest.raises(SystemExit) as ended:
                main()
        return Said(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("campaigns"))


def test_starting_keeps_the_arms_of_the_proposal(shop: Shop) -> None:
    proposed = {row["customer_id"]: row["arm"] for row in shop.proposed if row["customer_id"] != shop.refused}
    assert {row["customer_id"]: row["arm"] for row in shop.members} == proposed
    assert set(proposed.values()) == {"control", "treat"}
    assert all(row["send_at"] >= shop.started.started_at for row in shop.members)


def test_a_later_release_keeps_them_and_proposes_nobody_of_them(shop: Shop) -> None:
    with Reader.open(shop.places) as reader:
        assert reader.id == shop.second
        rows = reader.table("campaigns").to_pylist()
        plans = {row["campaign"]: row for row in reader.table("campaign_plans").to_pylist()}
        profile = reader.profile(shop.members[0]["customer_id"])
    kept = [row for row in rows if row["campaign"] == "everybody"]
    assert [
        {name: row[name] for name in member} for row, member in zip(kept, shop.members, strict=True)
    ] == shop.members
    assert {row["status"] for row in kept} == {"running"}
    others = {row["customer_id"] for row in rows if row["campaign"] == "everybody-2"}
    assert not others & {row["customer_id"] for row in shop.members}
    assert plans["everybody-2"]["n_in_running_campaign"] + plans["everybody-2"]["n_suppressed"] > 60
    assert plans["everybody"]["started_at"] == datetime(2026, 3, 2, 8)
    assert profile["campaigns"][0]["arm"] in ("control", "treat")


def test_it_cannot_be_started_twice_nor_without_a_proposal(shop: Shop) -> None:
    with State.open(shop.places) as state, Reader.open(shop.places, shop.first) as reader:
        with pytest.raises(CampaignError, match="started before"):
            start(state, reader, "everybody", shop.settings)
        with pytest.raises(NotFound, match="no campaign 'nobody'") as caught:
            start(state, reader, "nobody", shop.settings)
        assert "did you mean" in caught.value.hint or "there are" in caught.value.hint
        assert len(members(state, "everybody")) == len(shop.members)


def test_a_campaign_that_nobody_is_left_for_is_not_started(shop: Shop, tmp_path: Path) -> None:
    elsewhere = Places(tmp_path)
    with State.open(elsewhere) as state, Reader.open(shop.places, shop.first) as reader:
        suppress(state, [row["customer_id"] for row in shop.proposed], "all of them")
        with pytest.raises(CampaignError, match="nobody is left"):
            start(state, reader, "everybody", shop.settings)
        assert state.rows("SELECT * FROM campaigns") == []


def test_contacts_are_remembered_for_those_who_are_written_to(shop: Shop) -> None:
    with State.open(shop.places) as state:
        memory = remembered(state, datetime(2026, 3, 21))
        later = remembered(state, datetime(2026, 4, 2))
        contacted = {row["customer_id"] for row in memory.contacts}
    assert contacted == {row["customer_id"] for row in shop.members if row["arm"] == "treat"}
    assert memory.suppressed == [shop.refused]
    assert (len(memory.over), len(later.over)) == (0, len(shop.members))
    assert {(row["recipe"], row["ended_at"]) for row in later.over} == {
        ("everybody", datetime(2026, 4, 1, 8))
    }


def test_the_list_is_safe_and_holds_nobody_who_refused(shop: Shop, tmp_path: Path) -> None:
    with Reader.open(shop.places, shop.first) as reader:
        path = export_campaign(reader, "everybody", tmp_path, suppressed=[shop.refused])
        with pytest.raises(NotFound, match="no campaign 'everbody'"):
            export_campaign(reader, "everbody", tmp_path / "x.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(shop.proposed) - 1
    assert shop.refused not in {row["customer_id"] for row in rows}
    assert all(row["reason"].startswith("'=") for row in rows)
    arms = [row["arm"] for row in rows]
    assert arms == sorted(arms, reverse=True)  # those to be written to first


def test_the_journey_on_the_command_line(shop: Shop, tmp_path: Path) -> None:
    listed = shop.run("campaign", "list")
    assert "everybody: running. Running since 2026-03-02 until 2026-04-01" in listed.stdout
    plan = json.loads(shop.run("campaign", "plan", "everybody-2", "--effect", "0.1", "--json").stdout)
    assert plan[0]["campaign"] == "everybody-2"
    read = shop.run("campaign", "read", "everybody", "--json")
    assert read.returncode == 0, read.stderr
    found = json.loads(read.stdout)
    assert found["sizes"] == {
        arm: sum(row["arm"] == arm for row in shop.members) for arm in ("control", "treat")
    }
    assert {one["outcome"] for one in found["comparisons"]} == {"ordered", "revenue"}
    assert found["comparisons"][1]["adjusted"] is not None
    assert "Only 19 of 30 days are over" in shop.run("campaign", "read", "everybody").stderr
    written = shop.run("export", "campaign", "everybody", "--to", str(tmp_path / "list.csv"))
    assert written.stdout.strip() == str(tmp_path / "list.csv")
    assert len((tmp_path / "list.csv").read_text().splitlines()) == len(shop.members) + 1
    uplift = shop.run("campaign", "uplift", "everybody")
    assert (uplift.returncode, "too few to learn" in uplift.stderr) == (2, True)


@pytest.mark.parametrize(
    ("effect", "baseline", "said"),
    [
        (
            "0.03",
            "0.95",
            "nothing can be measured, however many are held out: write to all of them, or widen",
        ),
        ("0.03", "0.5", "too small for that, however many are held out; it shows larger effects"),
        ("0.6", "0.5", "No audience is large enough to see that lift."),
    ],
)
def test_a_plan_says_what_so_few_customers_can_show(
    shop: Shop, effect: str, baseline: str, said: str
) -> None:
    """Where no hold-out shows any lift, it was said to show larger ones."""
    plan = ("campaign", "plan", "everybody", "--effect", effect, "--baseline", baseline)
    assert said in " ".join(shop.run(*plan, "--release", shop.first).stdout.split())


def test_what_really_came_is_what_is_read(shop: Shop) -> None:
    """Counted from the order file by hand: orders from the start to the cut-off of the second run."""
    came: dict[str, float] = {}
    for row in orders():
        if shop.started.started_at <= row["ordered_at"] < datetime(2026, 3, 21):
            came[row["customer_id"]] = came.get(row["customer_id"], 0) + row["unit_price"]
    treated = [row["customer_id"] for row in shop.members if row["arm"] == "treat"]
    found = json.loads(shop.run("campaign", "read", "everybody", "--json").stdout)["comparisons"]
    assert found[0]["treated"] == pytest.approx(sum(one in came for one in treated) / len(treated))
    assert found[1]["treated"] == pytest.approx(sum(came.get(one, 0) for one in treated) / len(treated))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("campaign", "plan", "nobody"), "has no campaign 'nobody'"),
        (("campaign", "read", "nobody"), "no campaign 'nobody' was started"),
        (("campaign", "read", "everybody", "nothing.csv"), "nothing.csv"),
        (("campaign", "start", "everybody", "--on", "soon"), "'soon' is not a date"),
        (("campaign", "log", "nothing.csv"), "nothing.csv"),
        (("export", "campaign"), "which campaign?"),
        (("export", "features", "everybody"), "says nothing after"),
    ],
)
def test_mistakes_become_words(shop: Shop, words: tuple[str, ...], said: str) -> None:
    done = shop.run(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_customers_of_one_group_end_with_one(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "test.csv"
    path.write_text("arm,ordered\n" + "mail,1\n" * 900 + "none,1\n" * 700, encoding="utf-8")
    done = shop.run(
        "campaign", "read", "x", str(path), "--arm", "arm", "--control", "none", "--outcome", "ordered"
    )
    assert done.returncode == 1
    assert done.stdout.startswith("Do not believe what follows")


def test_ids_that_nobody_has_are_kept_on_the_list_and_said(shop: Shop) -> None:
    """A typing error was taken for a customer, and the one who was meant was written to."""
    asked = ("campaign", "suppress", shop.refused)
    assert shop.run(*asked).stderr == ""
    one = shop.run(*asked, "NOPE")
    assert (one.returncode, one.stdout[:6]) == (0, "1 of 2")
    assert one.stderr == (
        "No customer of the release has the id NOPE; it stays on the list, in case one comes later.\n"
    )
    many = shop.run("campaign", "suppress", *(f"N{number}" for number in range(7)))
    assert many.stderr == (
        "No customer of the release has these 7 ids: N0, N1, N2, N3, N4 and 2 more; they stay on the list, in case "
        "one comes later.\n"
    )
    with State.open(shop.places) as state:
        assert "NOPE" in remembered(state, datetime(2026, 3, 21)).suppressed
        state.execute("DELETE FROM suppressions WHERE customer_id LIKE 'N%'")


def test_a_list_is_kept_before_there_is_a_release(tmp_path: Path) -> None:
    done = here(tmp_path, "campaign", "suppress", "NOPE")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 of 1 are new")


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("treat", "It ends on 2026-04-01. Nobody is held out, so its effect cannot be measured.\n"),
        ("control", "Measured until 2026-04-01.\n"),
    ],
)
def test_only_a_campaign_that_holds_some_out_is_said_to_be_measured(
    shop: Shop, tmp_path: Path, wanted: str, said: str
) -> None:
    """Of a campaign without a hold-out it was said until when it is measured."""
    places = Places(Path(shutil.copytree(shop.places.root, tmp_path / "shop")))
    (places.root / "releases" / CURRENT_FILE).write_text(shop.first)
    with State.open(places) as state:
        for table in ("contacts", "suppressions", "campaign_arms", "campaigns"):
            state.execute(f"DELETE FROM {table}")
        if wanted == "treat":
            suppress(state, [row["customer_id"] for row in shop.proposed if row["arm"] == "control"], "asked")
    done = here(places.root, "campaign", "start", "everybody", "--on", "2026-03-02")
    assert done.stdout.endswith(said)
    assert done.stderr == ""


def test_a_campaign_ends_when_it_is_stopped(shop: Shop) -> None:
    with State.open(shop.places) as state:
        with pytest.raises(CampaignError, match="before its start"):
            stop(state, "everybody", shop.settings, datetime(2026, 3, 1))
        end = find_started(state, "everybody").ended_at
        try:
            stop(state, "everybody", shop.settings, datetime(2026, 3, 10))
            assert not remembered(state, datetime(2026, 3, 21)).members
        finally:
            stop(state, "everybody", shop.settings, end)
    with State.open(shop.places) as state:
        assert len(remembered(state, datetime(2026, 3, 21)).members) == len(shop.members)


def test_the_report_shows_both(shop: Shop) -> None:
    with Reader.open(shop.places) as reader:
        summary = reader.report()
        page = (reader.folder / "report.html").read_text(encoding="utf-8")
    schema = json.loads(files("regulars.publish.report").joinpath("report.schema.json").read_text("utf-8"))
    jsonschema.validate(summary, schema)
    rows = {row["campaign"]: row for row in summary["campaigns"]["rows"]}
    running = rows["everybody"]
    assert (running["status"], running["n_customers"]) == ("running", len(shop.members))
    assert all(who["arm"] == "treat" for row in rows.values() for who in row["customers"])
    assert "make sure of it before you write" in summary["campaigns"]["notes"][0]
    assert '<section id="campaigns"' in page
    assert "regulars campaign read everybody" in page
