"""History → when each customer buys and when to write to them, with what it rests on and how such advice did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from regulars.engines.queries import load

if TYPE_CHECKING:
    import pyarrow

    from regulars.settings import Rhythm
    from regulars.warehouse.history import History

ROOM = "regulars.segments"
DAY = 24
TOLD = {"send_time_trials": "personas/trials", "rhythm_personas": "personas/send_times"}


def build_personas(history: History, settings: Rhythm) -> None:
    """Make ``customer_personas``: who orders in which stretch of the week.

    Time: orders before the cut-off that were not taken back, on the shop's clock.
    """
    engine = history.engine
    history.need("orders")
    with engine.registered("persona_hours", _persona_hours(settings)):
        engine.create("persona_counts", load(ROOM, "personas/counts"), temporary=True)
    limits = {"persona_orders": settings.persona_orders, "persona_share": settings.persona_share}
    engine.create("customer_personas", load(ROOM, "personas/personas"), limits, temporary=True)
    engine.drop("persona_counts")


def build_send_times(history: History, settings: Rhythm) -> None:
    """Make ``rhythm_personas`` and ``send_time_trials`` from ``customer_personas`` and ``segments``.

    The trials leave each customer's last order out and ask whether advice from the earlier ones would have met it.
    """
    engine = history.engine
    limits: dict[str, Any] = settings.model_dump(include={"own_orders", "own_weight", "segment_orders"})
    for without_last, told in ((True, "send_time_trials"), (False, "rhythm_personas")):
        engine.create(
            "rhythm_hours", load(ROOM, "personas/hours"), {"without_last": without_last}, temporary=True
        )
        engine.create("rhythm_slots", load(ROOM, "personas/slots"), temporary=True)
        engine.create("send_advice", load(ROOM, "personas/advice"), limits, temporary=True)
        engine.create(told, load(ROOM, TOLD[told]), limits, temporary=True)
    for table in ("rhythm_hours", "rhythm_slots", "send_advice", "customer_personas"):
        engine.drop(table)


def _persona_hours(settings: Rhythm) -> pyarrow.Table:
    """Return one row per stretch, weekday and hour in it; a stretch without hours has one row a day."""
    import pyarrow as pa

    rows = []
    for place, persona in enumerate(settings.personas):
        said = {"place": place, "name": persona.name, "has_hours": persona.has_hours}
        span = (persona.to_hour - persona.from_hour) % DAY if persona.has_hours else 1
        for weekday in sorted(set(persona.weekdays)):
            for ahead in range(span):
                rows.append(said | {"weekday": weekday, "hour": (persona.from_hour + ahead) % DAY})
    schema = pa.schema(
        {
            "place": pa.int32(),
            "name": pa.string(),
            "has_hours": pa.bool_(),
            "weekday": pa.int32(),
            "hour": pa.int32(),
        }
    )
    return pa.Table.from_pylist(rows, schema=schema)
