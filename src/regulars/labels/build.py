"""History and aftermath → labels: who is asked about, and what they did next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.engines.queries import load
from regulars.errors import TimeError
from regulars.labels.windows import complete
from regulars.terms.windows import Cutoff
from regulars.warehouse.history import relations_needed

if TYPE_CHECKING:
    from regulars.warehouse.aftermath import Aftermath
    from regulars.warehouse.history import History

ROOM = "regulars.labels"


def build_labels(
    history: History,
    aftermath: Aftermath,
    *,
    churn_lookback_days: int | None = None,
    known_until: Cutoff | None = None,
) -> None:
    """Make the temporary table ``labels``: one row per customer with a purchase before the cut-off.

    Parameters
    ----------
    history
        Says who had bought before the cut-off.
    aftermath
        What happened in the window that begins at the same cut-off.
    churn_lookback_days
        Only customers who bought so recently are at risk; everybody who ever bought when not given.
    known_until
        What is known ends here; at the last order when not given.

    Time: the population is known before the cut-off; the labels lie in ``[cutoff, cutoff + horizon)``.

    Raises
    ------
    TimeError
        When the window does not begin at the cut-off, or is not over.

    >>> from regulars.testing.shops import six_customer_warehouse
    >>> from regulars.warehouse.aftermath import Aftermath
    >>> from regulars.warehouse.history import History
    >>> february = Cutoff.parse("2026-02-01")
    >>> with six_customer_warehouse() as engine:
    ...     build_labels(History(engine, february), Aftermath(engine, february.aftermath(28)))
    ...     for row in engine.rows("FROM labels ORDER BY customer_id"):
    ...         print(row["customer_id"], row["churned"], row["revenue_next"], row["days_to_next_order"])
    ann False 20.0000 8
    dan False 11.0000 27
    fay False 12.5000 20
    """
    window, cutoff = aftermath.window, history.cutoff
    horizon_days = (window.end - window.start).days
    if window.start != cutoff.at:
        raise TimeError(
            f"the window begins at {window.start}, the history ends at {cutoff.at}",
            hint="labels are what happened right after the cut-off: use cutoff.aftermath(days)",
        )
    if not complete(history.engine, cutoff, horizon_days, known_until):
        raise TimeError(
            f"the {horizon_days} days after {cutoff} are not over in the data",
            hint="choose an earlier cut-off or a shorter horizon; no label is made of a window that is not complete",
        )
    query = load(ROOM, "labels")
    history.need(*relations_needed(query))
    aftermath.need("orders", "returns")
    parameters = {
        **history.parameters,
        "horizon_days": horizon_days,
        "churn_lookback_days": churn_lookback_days,
    }
    history.engine.create("labels", query, parameters, temporary=True)
