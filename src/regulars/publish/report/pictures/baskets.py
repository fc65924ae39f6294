"""Pictures of baskets: the strongest pairs, categories beside each other, and what each segment buys more of."""

from __future__ import annotations

from regulars.publish.report.charts import INK, PAPER, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL
from regulars.publish.report.sections.material import Row
from regulars.terms import phrases
from regulars.terms.money import Currency

DRAWN = 12
"""So many pairs are drawn; the table has all."""
BREAK = "|"
AROUND_ONE = ["#e0a468", PAPER, "#7db0d5"]
"""Less than expected, as expected, more; light enough to be written on."""


def basket_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw what there is: pairs, the matrix of categories, segments by category."""
    drawn = []
    if section["pairs"]:
        drawn.append(_pairs(section["pairs"], currency))
    if section["matrix"]:
        drawn.append(_matrix(section["matrix"]))
    if section["segments"]:
        drawn.append(_segments(section["segments"], currency))
    return drawn


def _p(value: float) -> str:
    return "under 0.001" if value < 0.001 else phrases.number(value, 3)


def _pairs(rows: list[Row], currency: Currency) -> Picture:
    values = [
        {
            "name": f"{row['antecedent_name']}{BREAK}and {row['consequent_name']}",
            "value": row["rule_lift_damped"],
            "short": phrases.number(row["rule_lift_damped"], 1),
            "text": f"{phrases.number(row['rule_lift_damped'], 1)} times, {currency.text(row['revenue'])}",
            "tip": tip(
                f"{row['antecedent_name']} and {row['consequent_name']}: {phrases.count(row['support_count'], 'basket')}, "
                f"{phrases.count(row['n_customers'], 'known customer')}, {currency.text(row['revenue'])}"
            ),
        }
        for row in rows[:DRAWN]
    ]  # fmt: skip
    return picture(
        "basket-pairs",
        "Products that go together",
        "How many times as often as by chance two products are in one basket, damped so that rare pairs do not win; on a wide "
        "page also the money that both brought in these baskets.",
        "A bar for each pair of products, the strongest first.",
        ("Who buys", "buys too", "Baskets", "Known customers", "Do so", "Lift", "Damped lift", "Lift, same size", "Money", "p, adjusted"),
        [
            (
                row["antecedent_name"], row["consequent_name"], phrases.number(row["support_count"]),
                phrases.number(row["n_customers"]), phrases.percent(row["rule_confidence"]),
                *(phrases.number(row[name], 1) for name in ("rule_lift", "rule_lift_damped", "lift_same_size")),
                currency.text(row["revenue"]), _p(row["p_adjusted"]),
            )
            for row in rows
        ],
        lambda frame: _bars(values, frame),
    )  # fmt: skip


def _bars(values: list[Row], frame: Frame) -> Spec:
    y: Spec = {
        "field": "name", "type": "nominal", "sort": None,
        "axis": {
            "title": None, "domain": False, "ticks": False, "labelColor": INK, "labelLimit": 225 if frame.is_narrow else 390,
            "labelExpr": f"split(datum.value, '{BREAK}')", "labelLineHeight": 16, "labelOffset": -8,
        },
        "scale": {"paddingInner": 0.45},
    }  # fmt: skip
    most = max(value["value"] for value in values)
    x: Spec = {
        "field": "value", "type": "quantitative", "axis": None,
        "scale": {"domainMin": 0, "domainMax": most * (2.2 if frame.is_narrow else 1.6), "nice": False},
    }  # fmt: skip
    return {
        "padding": {
            "left": 10,
            "right": 6,
            "top": 6,
            "bottom": 2,
        },  # names of products are wider than they are measured
        "height": 44 * len(values),
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"x": x, "y": y, "description": LABEL}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"x": x, "y": y, "text": {"field": "short" if frame.is_narrow else "text"}},
            },
        ],
    }


def _matrix(rows: list[Row]) -> Picture:
    sizes = {row[name]: row[n] for row in rows for name, n in (("category_a", "n_a"), ("category_b", "n_b"))}
    names = sorted(sizes, key=lambda name: (-sizes[name], name))
    values = [
        {"row": row["category_b"], "column": row["category_a"], "value": row["lift_same_size"], "tip": tip(_together(row))}
        for row in rows
        if row["lift_same_size"] is not None
    ]  # fmt: skip
    most = max(rows, key=lambda row: (row["lift_same_size"] or 0, row["n_baskets"]))
    return picture(
        "category-matrix",
        "Categories that are in the same baskets",
        f"Blue: together more often than among baskets of the same size by chance; brown: less often. {_together(most)}.",
        "Half a grid of categories against each other, the most frequent first; blue means more often together than by chance, brown less often.",
        ("Category", "and", "Baskets with both", "Baskets with the first", "with the second", "Expected by chance", "Lift", "Lift, same size"),
        [
            (
                row["category_a"], row["category_b"],
                *(phrases.number(row[name]) for name in ("n_baskets", "n_a", "n_b", "expected_baskets")),
                phrases.number(row["rule_lift"], 2),
                "–" if row["lift_same_size"] is None else phrases.number(row["lift_same_size"], 2),
            )
            for row in rows
        ],
        lambda frame: _grid(values, names[1:], names[:-1], 1.0, _reach(values, 1.0), frame, ".2f"),
    )  # fmt: skip


def _together(row: Row) -> str:
    lift = row["lift_same_size"]
    times = "" if lift is None else f", {phrases.number(lift, 2)} times as many as by chance"
    return f"{row['category_a']} and {row['category_b']}: {phrases.count(row['n_baskets'], 'basket')}{times}"


def _segments(rows: list[Row], currency: Currency) -> Picture:
    segments = list(dict.fromkeys(row["segment"] for row in rows))
    categories = list(dict.fromkeys(row["category"] for row in rows))
    values = [
        {
            "row": row["segment"], "column": row["category"], "value": row["index_to_shop"],
            "tip": tip(f"{row['segment']}, {row['category']}: {phrases.number(row['index_to_shop'])}, {currency.text(row['revenue'])}"),
        }
        for row in rows
        if row["index_to_shop"] is not None
    ]  # fmt: skip
    return picture(
        "segment-categories",
        "What each segment buys more of",
        "100 is the share that a category has of what all known customers spend; 150 is half as much again.",
        "A grid of segments and the biggest categories; blue means a larger share than in the whole shop, brown a smaller one.",
        ("Segment", "Category", "Customers", "Net revenue", "Share of the segment", "Index, shop = 100"),
        [
            (
                row["segment"], row["category"], phrases.number(row["n_customers"]), currency.text(row["revenue"]),
                "–" if row["share"] is None else phrases.percent(row["share"], 1),
                "–" if row["index_to_shop"] is None else phrases.number(row["index_to_shop"]),
            )
            for row in rows
        ],
        lambda frame: _grid(values, segments, categories, 100.0, _reach(values, 100.0), frame, ".0f"),
    )  # fmt: skip


def _reach(values: list[Row], middle: float) -> float:
    """Return how far colors reach to each side of the middle, at most as far as nothing is below it."""
    return min(max((abs(value["value"] - middle) for value in values), default=0) or middle, middle)


def _grid(
    values: list[Row],
    rows: list[str],
    columns: list[str],
    middle: float,
    reach: float,
    frame: Frame,
    form: str,
) -> Spec:
    """Return a grid of cells, colored by how far they are from the middle; a page writes the values into it."""
    axis: Spec = {"title": None, "domain": False, "ticks": False, "labelColor": INK}
    y: Spec = {
        "field": "row", "type": "nominal", "sort": rows, "axis": axis | {"labelLimit": 120 if frame.is_narrow else 190},
    }  # fmt: skip
    x: Spec = {
        "field": "column", "type": "nominal", "sort": columns,
        "axis": axis | {"orient": "top", "labelAngle": -90 if frame.is_narrow else -45, "labelLimit": 110},
    }  # fmt: skip
    color: Spec = {
        "field": "value", "type": "quantitative", "legend": None,
        "scale": {"range": AROUND_ONE, "domain": [middle - reach, middle, middle + reach], "interpolate": "rgb", "clamp": True},
    }  # fmt: skip
    cells: Spec = {
        "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 1},
        "encoding": {"x": x, "y": y, "color": color, "description": LABEL},
    }
    texts: Spec = {
        "mark": {"type": "text"},
        "encoding": {"x": x, "y": y, "text": {"field": "value", "format": form}},
    }
    return {
        "height": 30 * len(rows),
        "data": {"values": values},
        "layer": [cells, *([] if frame.is_narrow else [texts])],
    }
