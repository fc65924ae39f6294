"""What customers rate: what there was to learn from, how well ratings are predicted, and what lists are made of."""

from __future__ import annotations

from regulars.publish.report.sections.material import Material, Row
from regulars.terms import phrases

PRODUCTS = 10
"""So many products are shown, those on most lists."""
MODELS = {
    "mean": "The mean of all ratings",
    "biases": "Biases of customers and products",
    "factors": "Biases and factors of taste",
    "neighbors": "Biases and similar products",
    "blend": "Biases, factors and similar products",
}
RANKERS = {
    "most_liked": "What most people liked, the same for everybody",
    "predicted_rating": "The predicted rating",
    "rating_and_popularity": "Predicted rating and popularity",
}
LATER = {"rmse": "later_rmse", "mae": "later_mae"}


def has_ratings(material: Material) -> bool:
    """Return whether anything was rated before the cut-off."""
    return bool(material.rows("rating_summary"))


def ratings(material: Material) -> Row:
    """Return what was rated, the contenders with their figures, and the products on most lists.

    Time        ratings before the release's cut-off, and those without a time
    Null means  it could not be judged
    """
    found = material.rows("rating_summary")[0]
    rows = material.rows("rating_backtests")
    can = found["model"] is not None
    return {
        "missing": None if can else found["sentences"],
        "sentence": _sentence(found) if can else "",
        "notes": [found["sentences"]] if can else [],
        "models": _contenders(rows, MODELS),
        "rankers": _contenders(rows, RANKERS),
        "products": material.ask("rated_products", n=PRODUCTS),
    }


def _sentence(found: Row) -> str:
    return (
        f"{phrases.count(found['n_customers'], 'customer')} gave {phrases.count(found['n_ratings'], 'rating')} to "
        f"{phrases.count(found['n_products'], 'product')}, {phrases.number(found['mean_rating'], 2)} on average between "
        f"{found['lowest']:g} and {found['highest']:g}. {phrases.percent(found['customer_coverage'])} of them have a full "
        f"list of products they would rate high; {phrases.percent(found['catalog_coverage'], 1)} of the products rated are "
        "on somebody's list."
    )


def _contenders(rows: list[Row], titles: dict[str, str]) -> list[Row]:
    """Return a row per contender that was judged, its figures by their metric's name."""
    found = []
    for name, title in titles.items():
        mine = [row for row in rows if row["contender"] == name]
        if mine:
            figures = {
                LATER.get(row["metric"], row["metric"]) if row["split"] == "time" else row["metric"]: {
                    key: row[key] for key in ("value", "ci_low", "ci_high", "n")
                }
                for row in mine
            }
            found.append({"title": title, "is_winner": mine[0]["is_winner"], "figures": figures})
    return found
