"""Who moved between segments since an earlier release, how much money moved with them, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.describe.computed import keep
from regulars.engines.duckdb import parquet
from regulars.insights.finding import Behind, Claim, Finding, Mood, Search, silent
from regulars.insights.ground import YEAR_DAYS, Ground, text
from regulars.insights.tables import MOVEMENTS
from regulars.terms import phrases

if TYPE_CHECKING:
    from regulars.settings import Segmentation

KIND = "segment_migration"
METHOD = "segments at the cut-off of an earlier release against those of this one, counted"
NOT_YET, NO_LONGER = "not yet known", "no longer known"
STAKES_DOWN, STAKE_UP = ("win_back", "let_go"), "keep"
VISIBLE = 0.05
"""A mean change of scores below this would be written as 0.0."""
SAID = 3
"""So many movements are named in a sentence."""


@dataclass(frozen=True)
class Previous:
    """An earlier release: what is needed of it to say who moved."""

    release_id: str
    cutoff: datetime
    segments: Path
    """Its table `segments`."""


def movements(ground: Ground, segmentation: Segmentation, previous: Previous | None) -> Search:
    """Make the table ``movements`` and say which of them matter.

    Time: the segments of the earlier release lie before its cut-off, which lies before this one.
    """
    engine, history = ground.history.engine, ground.history
    if previous is None or previous.cutoff >= history.cutoff.at:
        keep(engine, MOVEMENTS, [])
        return silent(
            KIND, METHOD, "there is no earlier release with an earlier cut-off and the same segments"
        )
    history.need("orders", "returns")
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE previous_segments AS "  # noqa: S608
        f"SELECT customer_id, segment, r_score, f_score, m_score FROM {parquet(previous.segments)}"
    )
    rows = ground.rows(
        "movements",
        previous_cutoff=previous.cutoff,
        previous_release=previous.release_id,
        not_yet_known=NOT_YET,
        no_longer_known=NO_LONGER,
    )
    places, stakes = _segments(ground)
    for row in rows:
        row["direction"] = _direction(row, places)
        row["moved_by"] = _moved_by(row)
    keep(engine, MOVEMENTS, rows)

    def findings(_: Sequence[float]) -> list[Finding]:
        found = (_fell(ground, rows, stakes, previous), _rose(ground, rows, stakes, previous))
        return [finding for finding in found if finding]

    return Search(KIND, METHOD, findings)


def _segments(ground: Ground) -> tuple[dict[str, int], dict[str, str]]:
    rows = ground.history.engine.rows(
        "SELECT segment, place, stake FROM segment_profiles WHERE segmentation = 'segment'"
    )
    return {row["segment"]: row["place"] for row in rows}, {row["segment"]: row["stake"] for row in rows}


def _direction(row: dict[str, Any], places: dict[str, int]) -> str:
    """Say where a movement leads, by the order in which segments are shown, the best first."""
    before, now = row["segment_from"], row["segment_to"]
    if before == NOT_YET:
        return "came"
    if now == NO_LONGER:
        return "left"
    if before == now:
        return "stayed"
    if before not in places or now not in places:
        return "sideways"
    return "up" if places[now] < places[before] else "down"


def _moved_by(row: dict[str, Any]) -> str:
    """Say what moved them: how many bought, and which of their scores changed most."""
    n, bought = row["n_customers"], row["n_bought_since"]
    if row["direction"] == "came":
        return f"{phrases.number(bought)} of {phrases.number(n)} have ordered since."
    if row["direction"] == "left":
        return "They are not in the data any more."
    changes = {
        "recency": row["r_change"], "number of orders": row["f_change"], "money spent": row["m_change"],
    }  # fmt: skip
    known = {name: change for name, change in changes.items() if change and abs(change) >= VISIBLE}
    words = f"{phrases.number(bought)} of {phrases.number(n)} ordered since"
    if not known:
        return f"{words}; their scores are nearly the same."
    parts = [
        f"{name} {'+' if change > 0 else '−'}{abs(change):.1f}"
        for name, change in sorted(known.items(), key=lambda item: -abs(item[1]))
    ]
    return f"{words}; mean change of scores: {', '.join(parts)}."


def _fell(
    ground: Ground, rows: list[dict[str, Any]], stakes: dict[str, str], previous: Previous
) -> Finding | None:
    """Say who fell out of the segments to be kept."""
    fallen = [
        row
        for row in rows
        if stakes.get(row["segment_from"]) == STAKE_UP and stakes.get(row["segment_to"]) in STAKES_DOWN
    ]
    if not fallen:
        return None
    n = sum(row["n_customers"] for row in fallen)
    before = float(sum(row["revenue_before"] for row in fallen))
    since = float(sum(row["revenue_since"] for row in fallen))
    return _finding(
        ground,
        previous,
        fallen,
        subject="fell",
        sentence=f"{phrases.count(n, 'customer')} {'has' if n == 1 else 'have'} fallen out of the segments to be kept since "
        f"{phrases.day(previous.cutoff)} ({_named(fallen)}): in the year before that day they brought {ground.money(before)}, since "
        f"then {ground.money(since) if since > 0 else 'nothing on balance'}.",
        money=before,
        meaning=f"brought by them in the 365 days before {phrases.day(previous.cutoff)}",
        action="Begin with those who were worth most: ask, offer, call, before they are gone for good.",
        mood="bad",
        is_since=False,
    )


def _rose(
    ground: Ground, rows: list[dict[str, Any]], stakes: dict[str, str], previous: Previous
) -> Finding | None:
    """Say who came back into the segments to be kept."""
    risen = [
        row
        for row in rows
        if stakes.get(row["segment_to"]) == STAKE_UP and stakes.get(row["segment_from"]) in STAKES_DOWN
    ]
    if not risen:
        return None
    n = sum(row["n_customers"] for row in risen)
    since = float(sum(row["revenue_since"] for row in risen))
    return _finding(
        ground,
        previous,
        risen,
        subject="rose",
        sentence=f"{phrases.count(n, 'customer')} {'has' if n == 1 else 'have'} come back into the segments to be kept since "
        f"{phrases.day(previous.cutoff)} ({_named(risen)}), and brought {ground.money(since)} since then.",
        money=since,
        meaning=f"brought by them since {phrases.day(previous.cutoff)}",
        action="See what brought them back, and give them a reason to stay.",
        mood="good",
        is_since=True,
    )


def _named(rows: list[dict[str, Any]]) -> str:
    most = sorted(rows, key=lambda row: (-row["n_customers"], row["segment_from"], row["segment_to"]))
    named = [
        f"{phrases.number(row['n_customers'])} from {row['segment_from']} to {row['segment_to']}"
        for row in most[:SAID]
    ]
    return ", ".join(named) + (" and others" if len(most) > SAID else "")


def _finding(
    ground: Ground,
    previous: Previous,
    rows: list[dict[str, Any]],
    *,
    subject: str,
    sentence: str,
    money: float,
    meaning: str,
    action: str,
    mood: Mood,
    is_since: bool,
) -> Finding:
    line = previous.cutoff.date()
    start, end = (line, ground.end) if is_since else (line - timedelta(days=YEAR_DAYS), line)
    pairs = ", ".join(f"({text(row['segment_from'])}, {text(row['segment_to'])})" for row in rows)
    return Finding(
        kind=KIND,
        subject=subject,
        sentence=sentence,
        money=money,
        money_meaning=meaning,
        period_start=line,
        period_end=ground.end,
        n_customers=sum(row["n_customers"] for row in rows),
        audience="customers who moved this way between the two releases",
        action=action,
        effort="medium",
        act_when="now" if mood == "bad" else "next",
        mood=mood,
        claim=Claim("past", start, end, known=True),
        rows_query=f"SELECT * FROM movements WHERE (segment_from, segment_to) IN ({pairs}) "  # noqa: S608
        "ORDER BY n_customers DESC, segment_from, segment_to",
        behind=Behind(
            ground.query("behind_movements"),
            {
                "pairs": [f"{row['segment_from']}\n{row['segment_to']}" for row in rows],
                "start": start,
                "end": end,
            },
        ),
    )
