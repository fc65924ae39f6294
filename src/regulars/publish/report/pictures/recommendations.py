"""Pictures of recommendations: how good the lists of each scorer were."""

from __future__ import annotations

from regulars.publish.report.charts import ACCENT, INK, THIRD, Frame, Picture, Spec, picture, tip
from regulars.publish.report.pictures.axes import LABEL
from regulars.publish.report.sections.material import Row
from regulars.publish.report.words import model
from regulars.terms import phrases
from regulars.terms.money import Currency

TITLES = {
    "try_next": "Finding what is new to a customer",
    "buy_again": "Finding what is bought again",
    "next_basket": "Finding what is in the next basket",
}


def recommendation_pictures(section: Row, currency: Currency) -> list[Picture]:
    """Draw for each question how good the lists of every scorer were at the newest past cut-off."""
    by_target = {target: [row for row in section["scorers"] if row["target"] == target] for target in TITLES}
    return [_contest(target, rows) for target, rows in by_target.items() if rows]


def _contest(target: str, rows: list[Row]) -> Picture:
    values = [
        {
            "name": model(row["model"]), "n": row["ndcg_at_10"], "text": phrases.number(row["ndcg_at_10"], 3),
            "color": ACCENT if row["is_winner"] else THIRD,
            "tip": tip(
                f"{model(row['model'])}: NDCG@10 {phrases.number(row['ndcg_at_10'], 3)}, {phrases.percent(row['hit_rate_at_5'])} "
                "found something among five"
            ),
        }
        for row in rows
    ]  # fmt: skip
    first = rows[0]
    return picture(
        f"lists-{target.replace('_', '-')}",
        TITLES[target],
        f"NDCG@10 of {phrases.count(first['n_customers'], 'customer')} who bought such in the {first['horizon_days']} days from "
        f"{phrases.day(first['cutoff'])}; higher is better. Blue ships.",
        "A bar for each scorer, the best first.",
        ("Scorer", "Recall@10", "NDCG@10", "from", "to", "Hit rate@5", "Precision@10", "Catalog coverage", "Novelty"),
        [
            (
                model(row["model"]), phrases.percent(row["recall_at_10"], 1),
                *(phrases.number(row[name], 3) for name in ("ndcg_at_10", "ndcg_low", "ndcg_high")),
                phrases.percent(row["hit_rate_at_5"], 1), phrases.percent(row["precision_at_10"], 1),
                phrases.percent(row["catalog_coverage"], 1), phrases.number(row["novelty"], 2),
            )
            for row in rows
        ],
        lambda frame: _bars(values, frame),
    )  # fmt: skip


def _bars(values: list[Row], frame: Frame) -> Spec:
    most = max(value["n"] for value in values)
    y: Spec = {
        "field": "name", "type": "nominal", "sort": None,
        "axis": {"title": None, "domain": False, "ticks": False, "labelColor": INK, "labelLimit": 150 if frame.is_narrow else 260},
        "scale": {"paddingInner": 0.25},
    }  # fmt: skip
    x: Spec = {
        "field": "n", "type": "quantitative", "axis": None,
        "scale": {"domainMin": 0, "domainMax": most * (2.2 if frame.is_narrow else 1.25) or 1, "nice": False},
    }  # fmt: skip
    color: Spec = {"field": "color", "type": "nominal", "scale": None, "legend": None}
    return {
        "height": 26 * len(values),
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {"x": x, "y": y, "color": color, "description": LABEL}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
        ],
    }
