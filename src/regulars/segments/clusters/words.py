"""Sentences about groups, every number in them computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.segments.clusters.names import TELLING
from regulars.terms import phrases
from regulars.terms.money import Currency

if TYPE_CHECKING:
    import numpy as np

    from regulars.segments.clusters.grouping import Grouped
    from regulars.segments.clusters.maps import Map
    from regulars.segments.clusters.tracks import Input

MOST_SAID = 3


def space_in_words(one: Grouped) -> str:
    """Return the inputs of a track and how they are scaled."""
    inputs = one.grouping.space.inputs if one.grouping else one.track.inputs
    left_out = [each for each in one.track.inputs if each not in inputs]
    text = (
        f"{phrases.listed([each.label for each in inputs])}, each as sign(x) · ln(1 + |x| ÷ the middle customer's), in "
        "standard deviations"
    )
    if left_out:
        text += f"; left out, since it is unknown or nearly the same for all: {phrases.listed([each.label for each in left_out])}"
    return text + "."


def track_sentence(one: Grouped, drawn: Map | None, wanted_map: str) -> str:
    """Return how customers were grouped and how much the groups are worth; or why there are none."""
    if one.grouping is None or one.chosen is None or one.numbers is None:
        return one.why_not
    chosen, n_out = one.chosen, int((one.numbers == 0).sum())
    limit = f"{one.grouping.space.outlier_limit:g}"
    apart = (
        f"{phrases.count(n_out, 'customer')} further than {limit} standard deviations from the mean {'is' if n_out == 1 else 'are'} set apart."
        if n_out
        else f"Nobody is further than {limit} standard deviations from the mean, so nobody is set apart."
    )
    text = (
        f"{chosen.k} groups by {one.track.question}. Silhouette {chosen.silhouette:.2f}, Davies–Bouldin "
        f"{chosen.davies_bouldin:.2f}; {_stability(chosen.stability_ari)} (adjusted Rand {chosen.stability_ari:.2f}). {apart}"
    )
    if drawn is not None and drawn.method != wanted_map:
        text += f" The map is drawn by {drawn.method}: {wanted_map} is not installed."
    return text


def _stability(ari: float) -> str:
    if ari >= 0.8:
        return "other samples of the customers give nearly the same groups"
    if ari >= 0.6:
        return "other samples of the customers give similar groups"
    return "other samples of the customers give other groups, so take them as a sketch"


def persona(one: Grouped, number: int, revenue: np.ndarray, currency: Currency) -> str:
    """Return who is in a group: how many, what they bring, and what sets them apart."""
    import numpy as np

    assert one.grouping is not None
    assert one.numbers is not None
    assert one.values is not None
    assert one.scaled is not None
    inside = one.numbers == number
    total = float(revenue.sum())
    who = f"{phrases.count(int(inside.sum()), 'customer')} ({phrases.percent(float(inside.mean()))})"
    worth = (
        f" with {phrases.percent(float(revenue[inside].sum()) / total)} of the net revenue"
        if total > 0
        else ""
    )
    inputs = one.grouping.space.inputs
    if number == 0:
        far = (abs(one.scaled[inside]) > one.grouping.space.outlier_limit).sum(axis=0)
        most = int(far.argmax())
        return (
            f"{who}{worth}, set apart since they are far from all others; most often by {_small(inputs[most])} "
            f"({phrases.count(int(far[most]), 'customer')})."
        )
    contrast, rest = one.contrasts[number - 1], ~inside & (one.numbers > 0)
    said = [
        place
        for rank, place in enumerate(contrast.most_telling[:MOST_SAID])
        if rank == 0 or abs(contrast.differences[place]) >= TELLING
    ]
    parts = []
    for place in said:
        mine, others = (float(np.median(one.values[rows, place])) for rows in (inside, rest))
        written = [
            _written(inputs[place], value * inputs[place].shown_times, currency) for value in (mine, others)
        ]
        parts.append(f"{_small(inputs[place])} {written[0]} (other groups {written[1]})")
    return f"{who}{worth}. The customer in the middle: {'; '.join(parts)}."


def _small(one: Input) -> str:
    return one.label[0].lower() + one.label[1:]


def _written(one: Input, value: float, currency: Currency) -> str:
    if one.unit == "currency":
        return currency.text(value)
    if one.unit == "share":
        return phrases.percent(value)
    return phrases.number(value, 1 if value < 10 and value != round(value) else 0)
