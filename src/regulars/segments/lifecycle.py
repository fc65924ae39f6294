"""Lifecycle stages: where a customer stands, told from their own rhythm.

A customer's usual gap is the median of the days between their purchase days once there are three such gaps, else the
shop's median. A stage says what was seen; it is not a probability.
"""

from __future__ import annotations

from regulars.segments.rfm import Segment
from regulars.settings import Segmentation


def lifecycle_stages(settings: Segmentation) -> tuple[Segment, ...]:
    """Return the stages in the order of a customer's life, each with its rule in words.

    >>> [stage.name for stage in lifecycle_stages(Segmentation())]
    ['new', 'active', 'returned', 'slipping', 'lapsed', 'never_ordered']
    """
    slipping, lapsed = f"{settings.slipping_after:g}", f"{settings.lapsed_after:g}"
    return (
        Segment(
            "new",
            f"bought on one day so far, no longer than {slipping} usual gaps ago",
            "Win the second order soon.",
            "grow",
        ),
        Segment(
            "active",
            f"bought on several days, the last no longer than {slipping} usual gaps ago",
            "Keep the rhythm: be there when the next order is due.",
            "keep",
        ),
        Segment(
            "returned",
            f"active again after a pause of more than {lapsed} usual gaps",
            "Find out what brought them back, and give them a reason to stay.",
            "keep",
        ),
        Segment(
            "slipping",
            f"last bought {slipping} to {lapsed} usual gaps ago",
            "Write now: the next order is overdue.",
            "win_back",
        ),
        Segment(
            "lapsed",
            f"last bought more than {lapsed} usual gaps ago",
            "Win back those who were worth it; leave the rest in peace.",
            "win_back",
        ),
        Segment(
            "never_ordered",
            "no order that was kept",
            "Help with the first order; where one was taken back, find out why.",
            "grow",
        ),
    )
