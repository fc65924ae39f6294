"""Baskets and recommendations: what is bought together, and what to show whom."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from regulars.app import links, show
from regulars.app.look import form
from regulars.app.source import Release, Row
from regulars.publish.report.words import label, model
from regulars.terms.phrases import percent, spoken

TITLE, ICON = "Baskets", ":material/shopping_basket:"
LISTED = 100
MOST_MATRIX = 12
LISTS = {"next_basket": "The next order", "buy_again": "Bought before", "try_next": "New to them"}


def draw(release: Release) -> None:
    """Draw the page."""
    section = release.section("baskets")
    show.head("Baskets & recommendations", section.get("sentence") or "")
    _together(release, section)
    _matrix(section)
    _recommendations(release)
    _similar(release)


def _together(release: Release, section: Row) -> None:
    show.part("What is bought together")
    if not show.is_there(
        release, "basket_rules", what="pairs that are bought together more often than by chance"
    ):
        return
    levels = [row["level"] for row in release.ask("levels")]
    left, right = st.columns([1, 2])
    level = links.choose(left, "Level", levels, "level", lambda name: spoken(str(name)))
    search = right.text_input(
        "Who buys",
        key="product",
        bind="query-params",
        placeholder="part of a name, or a code",
        icon=":material/search:",
    ).strip()
    rows = release.ask("heavy_pairs", level=level, search=search.lower() or None, n=LISTED)
    if not rows:
        show.nothing(f"No pair begins with {search!r}.", "Pairs in few baskets are not kept.")
        return
    show.table(
        rows, key="pairs", currency=release.currency,
        kinds={
            "antecedent_name": ("Who buys", "text"), "consequent_name": ("also buys", "text"), "support_count": (label("support_count"), "count"),
            "rule_confidence": (label("rule_confidence"), "share"), "rule_lift": (label("rule_lift"), "number"),
            "lift_same_size": (label("lift_same_size"), "number"), "n_customers": ("Customers", "count"), "revenue": ("Revenue of the pair", "money"),
        },
    )  # fmt: skip
    with st.expander("How it was counted"):
        st.markdown("\n".join(f"- {show.plain_text(note)}" for note in section.get("notes") or []))


def _matrix(section: Row) -> None:
    cells = section.get("matrix") or []
    names = sorted({cell["category_a"] for cell in cells} | {cell["category_b"] for cell in cells})[
        :MOST_MATRIX
    ]
    if len(names) < 3:
        return
    colors = show.colors()
    found = {frozenset((cell["category_a"], cell["category_b"])): cell["rule_lift"] for cell in cells}
    grid = [
        [found.get(frozenset((one, other))) if one != other else None for other in names] for one in names
    ]
    figure = go.Figure(
        go.Heatmap(
            z=grid, x=names, y=names, colorscale=colors.opposed_scale(), zmid=1, xgap=2, ygap=2, colorbar={"title": "lift", "thickness": 12, "outlinewidth": 0},
            hovertemplate="%{y} with %{x}: %{z:.2f} times chance<extra></extra>",
        )
    )  # fmt: skip
    form(figure, colors, height=120 + 34 * len(names), legend=False).update_xaxes(
        showgrid=False, tickangle=-40
    )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    known = [cell for cell in cells if cell["rule_lift"] is not None]
    best = max(known, key=lambda cell: cell["rule_lift"])
    show.chart(
        figure, key="copurchase", title="Kinds of products in one basket", rows=cells,
        says=f"Blue: together more often than by chance; orange: less often. Most: {best['category_a']} with {best['category_b']}, {best['rule_lift']:.1f} times.",
        kinds={
            "category_a": ("Kind", "text"), "category_b": ("with", "text"), "n_baskets": ("Baskets with both", "count"),
            "expected_baskets": ("By chance", "count"), "rule_lift": (label("rule_lift"), "number"), "lift_same_size": (label("lift_same_size"), "number"),
        },
    )  # fmt: skip


def _recommendations(release: Release) -> None:
    section = release.section("recommendations")
    show.part("What to show whom", section.get("sentence") or "")
    if section.get("missing"):
        show.nothing(section["missing"])
        return
    scorers = section.get("scorers") or []
    if scorers:
        st.subheader("How the lists did at past cut-offs", anchor=False)
        show.table(
            [{**row, "target": LISTS.get(row["target"], row["target"]), "model": model(row["model"]), "used": "yes" if row["is_winner"] else ""} for row in scorers],
            key="scorers",
            kinds={
                "target": ("List", "text"), "model": ("Way", "text"), "used": ("In use", "text"), "hit_rate_at_5": ("Found one of five", "share"),
                "recall_at_10": ("Found in ten", "share"), "ndcg_at_10": ("NDCG of ten", "number"), "catalog_coverage": ("Of all products", "share"),
                "novelty": (label("novelty"), "number"), "n_customers": ("Customers", "count"),
            },
        )  # fmt: skip
    if retention := section.get("retention"):
        st.subheader("To keep those who may leave", anchor=False)
        show.table(
            retention, key="retention", currency=release.currency, opens_customers=True,
            kinds={"customer_id": ("Customer", "text"), "money_at_risk": ("At risk", "money"), "products": ("Show them", "text"), "reason": ("Because", "text")},
        )  # fmt: skip
    left_out = section.get("left_out") or []
    if left_out:
        with st.expander("Products that are not shown to anybody"):
            show.table(
                left_out,
                key="left-out",
                kinds={
                    "reason": ("Because", "text"),
                    "n_products": ("Products", "count"),
                    "example": ("For example", "text"),
                },
            )
    links.link("customers", "Look up what to show one customer")


def _similar(release: Release) -> None:
    if not release.has("similar_products"):
        return
    show.part("What goes with a product")
    first = release.section("recommendations").get("similar") or []
    default = first[0]["product"] if first and first[0]["product"] else ""
    search = st.text_input(
        "Product",
        value=default,
        key="similar_to",
        bind="query-params",
        placeholder="part of a name, or a code",
        icon=":material/search:",
    ).strip()
    if not search:
        return
    rows = release.ask("similar", search=search.lower(), n=LISTED)
    if not rows:
        show.nothing(f"No product with similar ones fits {search!r}.")
        return
    st.markdown(
        show.plain_text(
            f"Customers of the one buy the other too; {percent(rows[0]['cosine'])} is the closest here."
        )
    )
    show.table(
        rows, key="similar",
        kinds={
            "product": ("Product", "text"), "similar_product": ("Goes with it", "text"), "cosine": ("Closeness", "share"),
            "n_customers": ("Customers of the product", "count"), "n_similar_customers": ("Of the other", "count"),
        },
    )  # fmt: skip
