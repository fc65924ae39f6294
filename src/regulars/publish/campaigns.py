"""Campaigns between a release, which proposes them, and the state, which keeps what was started.

Starting a campaign is the one moment at which arms become fixed: the rows of the proposal go into the state as they are,
but for customers who may no longer be written to, and every later release shows them unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from regulars.campaigns.memory import Memory, Started
from regulars.campaigns.tables import CAMPAIGN_PLANS, CAMPAIGNS, CONTROL
from regulars.engines.queries import load
from regulars.errors import CampaignError, NotFound
from regulars.publish.reader import Reader
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.windows import DAY

KEPT = (
    "campaign", "customer_id", "arm", "stratum", "expected_value", "reason", "send_at", "products", "product_names",
)  # fmt: skip
WEEK = timedelta(days=7)


def started_campaigns(state: State) -> list[Started]:
    """Return every campaign that was started, the first one first."""
    rows = state.rows("SELECT * FROM campaigns ORDER BY started_at, campaign")
    return [
        Started(
            campaign=row["campaign"],
            recipe=json.loads(row["design"])["recipe"],
            seed=row["seed"],
            release_id=row["release_id"],
            started_at=datetime.fromisoformat(row["started_at"]),
            ended_at=datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
            design=json.loads(row["design"]),
        )
        for row in rows
    ]


def find_started(state: State, campaign: str) -> Started:
    """Return a campaign that was started.

    Raises
    ------
    NotFound
        None of that name was.
    """
    known = {one.campaign: one for one in started_campaigns(state)}
    if campaign not in known:
        near = get_close_matches(campaign, known, 1)
        raise NotFound(
            f"no campaign {campaign!r} was started",
            hint=f"did you mean {near[0]}?" if near else "`regulars campaign list` shows what there is",
        )
    return known[campaign]


def members(
    state: State, campaign: str, *, after: str = "", limit: int | None = None
) -> list[dict[str, Any]]:
    """Return who is in a campaign that was started, as its rows of the table `campaigns`, by customer.

    Parameters
    ----------
    after, limit
        Only so many customers behind this one.
    """
    rows = state.rows(
        f"SELECT {', '.join(KEPT)} FROM campaign_arms WHERE campaign = ? AND customer_id > ?"  # noqa: S608
        " ORDER BY customer_id LIMIT ?",
        [campaign, after, -1 if limit is None else limit],
    )
    return [row | {"send_at": row["send_at"] and datetime.fromisoformat(row["send_at"])} for row in rows]


def remembered(state: State, at: datetime) -> Memory:
    """Return what a run has to know: running campaigns at an instant, those that are over, contacts and suppressions."""
    started = started_campaigns(state)
    running = {one.campaign: one for one in started if one.is_running(at)}
    contacts = state.rows("SELECT customer_id, max(contacted_at) AS at FROM contacts GROUP BY customer_id")
    return Memory(
        started=started,
        members=[
            row | {"may_overlap": bool(one.design["may_overlap"])}
            for name, one in running.items()
            for row in members(state, name)
        ],
        over=[
            {
                "recipe": one.recipe,
                "campaign": one.campaign,
                "started_at": one.started_at,
                "ended_at": one.ended_at,
                "customer_id": row["customer_id"],
                "arm": row["arm"],
            }
            for one in started
            if one.was_measured(at)
            for row in members(state, one.campaign)
        ],
        contacts=[
            {"customer_id": row["customer_id"], "contacted_at": datetime.fromisoformat(row["at"])}
            for row in contacts
        ],
        suppressed=[row["customer_id"] for row in state.rows("SELECT customer_id FROM suppressions")],
    )


def start(
    state: State, reader: Reader, campaign: str, settings: Settings, started_at: datetime | None = None
) -> Started:
    """Start a campaign that a release proposes: from here on its arms are fixed.

    Whoever was suppressed, written to, or put into another campaign since the release was made is left out.

    Parameters
    ----------
    started_at
        On the shop's clock; now when not given.

    Raises
    ------
    NotFound
        The release proposes no such campaign.
    CampaignError
        It was started before, or nobody is left for it.
    """
    plan = proposal(reader, campaign)
    when = started_at or datetime.now(ZoneInfo(settings.shop.timezone)).replace(tzinfo=None, microsecond=0)
    with state.transaction():
        if any(one.campaign == campaign for one in started_campaigns(state)):
            raise CampaignError(
                f"{campaign} was started before, and its arms are drawn",
                hint="the next `regulars run` proposes the recipe anew, with arms of its own",
            )
        rows = _still_to_be_written_to(state, reader, campaign, settings, when, plan["may_overlap"])
        if not any(row["arm"] != CONTROL for row in rows):
            raise CampaignError(
                f"nobody is left to write to in {campaign}: all of it are suppressed, were contacted lately or are in another campaign",
                hint="`regulars run` draws it anew from what is known now",
            )
        end = when + timedelta(days=plan["measure_days"])
        _keep(state, Started(campaign, plan["recipe"], plan["seed"], reader.id, when, end, plan), rows)
    return find_started(state, campaign)


def proposal(reader: Reader, campaign: str) -> dict[str, Any]:
    """Return a release's row of `campaign_plans` for a campaign, as plain values.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    plans = {row["campaign"]: row for row in reader.table(CAMPAIGN_PLANS.name).to_pylist()}
    if campaign not in plans:
        near = get_close_matches(campaign, plans, 1)
        raise NotFound(
            f"release {reader.id} has no campaign {campaign!r}",
            hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(plans)}",
        )
    return {
        name: float(value) if isinstance(value, Decimal) else value for name, value in plans[campaign].items()
    }


def _still_to_be_written_to(
    state: State, reader: Reader, campaign: str, settings: Settings, when: datetime, may_overlap: bool
) -> list[dict[str, Any]]:
    memory = remembered(state, when)
    quiet_since = when - timedelta(days=settings.campaigns.quiet_days)
    out = set(memory.suppressed)
    out |= {row["customer_id"] for row in memory.contacts if row["contacted_at"] >= quiet_since}
    if not may_overlap:
        out |= {row["customer_id"] for row in memory.members if not row["may_overlap"]}
    query = f"SELECT * FROM {CAMPAIGNS.name} WHERE campaign = $campaign ORDER BY customer_id"  # noqa: S608
    rows = reader.sql(query, {"campaign": campaign}).to_pylist()
    return [
        row | {"send_at": _not_before(row["send_at"], when)} for row in rows if row["customer_id"] not in out
    ]


def _not_before(send_at: datetime, when: datetime) -> datetime:
    """Return the same weekday and hour, in the first week in which it is not too late.

    >>> _not_before(datetime(2026, 3, 2, 10), datetime(2026, 3, 12, 8))
    datetime.datetime(2026, 3, 16, 10, 0)
    """
    return send_at + max(0, ceil((when - send_at) / WEEK)) * WEEK


def _keep(state: State, started: Started, rows: Sequence[dict[str, Any]]) -> None:
    state.execute(
        "INSERT INTO campaigns (campaign, release_id, seed, design, started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            started.campaign, started.release_id, started.seed, json.dumps(started.design, default=str),
            started.started_at.isoformat(), started.ended_at.isoformat() if started.ended_at else None,
        ],
    )  # fmt: skip
    marks = ", ".join("?" for _ in KEPT)
    for row in rows:
        kept = row | {"send_at": row["send_at"].isoformat()}
        state.execute(
            f"INSERT INTO campaign_arms ({', '.join(KEPT)}) VALUES ({marks})",  # noqa: S608
            [kept[name] for name in KEPT],
        )
        if row["arm"] != CONTROL:
            log_contact(state, row["customer_id"], row["send_at"], started.campaign, None)


def own_orders(reader: Reader, started: Started) -> tuple[list[dict[str, Any]], str]:
    """Return what customers ordered since a campaign was started and before it, and how much of its window that is.

    Raises
    ------
    CampaignError
        The release knows nothing of the time after the start.
    """
    cutoff, end = reader.cutoff.at, started.ended_at or reader.cutoff.at
    until = min(cutoff, end)
    if until <= started.started_at:
        raise CampaignError(
            f"{started.campaign} started on {started.started_at:%Y-%m-%d %H:%M}, and release {reader.id} knows orders until "
            f"{reader.cutoff}: nothing was observed in between",
            hint="load newer orders with `regulars run`, or give a file of outcomes",
        )
    length = until - started.started_at
    window = {"started_at": started.started_at, "until": until, "before": started.started_at - length}
    rows = reader.sql(load("regulars.campaigns", "own_orders").text, window).to_pylist()
    days, whole = length / DAY, (end - started.started_at) / DAY
    note = f"Orders of {days:.0f} days since the start, net of what came back; as many days before it are the time before."
    if until < end:
        note += f" Only {days:.0f} of {whole:.0f} days are over: read it again at the end before you decide."
    return rows, note


def stop(state: State, campaign: str, settings: Settings, at: datetime | None = None) -> Started:
    """End a running campaign: its customers are free for others, and it is measured until here."""
    found = find_started(state, campaign)
    when = at or datetime.now(ZoneInfo(settings.shop.timezone)).replace(tzinfo=None, microsecond=0)
    if when < found.started_at:
        raise CampaignError(
            f"{campaign} cannot end on {when:%Y-%m-%d}, before its start on {found.started_at:%Y-%m-%d}"
        )
    with state.transaction():
        state.execute("UPDATE campaigns SET ended_at = ? WHERE campaign = ?", [when.isoformat(), campaign])
    return find_started(state, campaign)


def log_contact(
    state: State, customer_id: str, at: datetime, campaign: str | None, channel: str | None
) -> int:
    """Remember that a customer was written to, or is to be; told twice, it is one contact."""
    return state.execute(
        "INSERT OR IGNORE INTO contacts (customer_id, campaign, channel, contacted_at) VALUES (?, ?, ?, ?)",
        [customer_id, campaign, channel, at.isoformat()],
    )


def suppress(state: State, customer_ids: Iterable[str], reason: str) -> int:
    """Never write to these customers again; return how many are new on the list."""
    with state.transaction():
        return sum(
            state.execute(
                "INSERT OR IGNORE INTO suppressions (customer_id, reason) VALUES (?, ?)", [one, reason]
            )
            for one in customer_ids
        )


def ids_of_nobody(reader: Reader, customer_ids: Iterable[str]) -> list[str]:
    """Return which ids no customer of a release has, each once, in the order in which they were given."""
    ids = list(dict.fromkeys(customer_ids))
    query = "SELECT customer_id FROM customers WHERE customer_id IN (SELECT unnest($ids))"
    known = set(reader.sql(query, {"ids": ids}).arrow["customer_id"].to_pylist())
    return [one for one in ids if one not in known]


def contacted_control(state: State, campaign: str) -> int:
    """Return how many customers of the hold-out were written to all the same, as far as the log knows."""
    return int(
        state.rows(
            "SELECT count(DISTINCT contacts.customer_id) AS n FROM contacts JOIN campaign_arms USING (campaign, customer_id)"
            " WHERE campaign = ? AND arm = ?",
            [campaign, CONTROL],
        )[0]["n"]
    )
