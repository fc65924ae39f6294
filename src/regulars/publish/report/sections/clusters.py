"""Who is alike: groups by value and by habit, what each is like, and how good the grouping is."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from regulars.publish.report.sections.material import Material, Row
from regulars.publish.report.words import label
from regulars.terms import phrases

POINTS = 300
GROUP = ("cluster", "name", "persona", "n_customers", "customer_share", "revenue", "revenue_share")
FIGURES = (
    ("median_revenue", "currency", 0),
    ("median_n_orders", "orders", 0),
    ("one_time_share", "share", 0),
    ("median_days_since_last_order", "days", 0),
    ("median_active_span_days", "days", 0),
    ("median_days_between_orders", "days", 0),
    ("median_order_value", "currency", 0),
    ("median_lines_per_order", "lines", 1),
    ("mean_weekend_share", "share", 0),
    ("mean_repeat_product_share", "share", 0),
    ("return_share", "share", 1),
)
"""What a group's typical customer looks like: column, unit, decimals."""
CHOICE = (
    "k", "silhouette", "davies_bouldin", "inertia", "stability_ari", "smallest_share", "is_elbow", "is_chosen",
)  # fmt: skip
FEATURE = ("input", "label", "unit", "median_value", "median_of_others", "standardized_mean")
TRACK = ("track", "title", "space", "map_method", "map_x_share", "map_y_share")


def has_clusters(material: Material) -> bool:
    """Return whether the release says anything about groups."""
    return material.has("cluster_tracks")


def clusters(material: Material) -> Row:
    """Return both tracks with their groups, how the number was chosen, and a map.

    Time        before the cut-off
    """
    points = _by_track(material.ask("cluster_points", most=POINTS))
    tables = {
        name: _by_track(material.rows(f"cluster_{name}")) for name in ("profiles", "features", "choice")
    }
    # By value first; the codes happen to come the other way round.
    told = sorted(material.rows("cluster_tracks"), key=itemgetter("track"), reverse=True)
    tracks = [
        {name: row[name] for name in TRACK}
        | {
            "missing": row["sentence"] if row["k"] is None else None,
            "sentence": row["sentence"] if row["k"] is not None else "",
            "groups": [
                _group(group, tables["features"][row["track"]])
                for group in sorted(tables["profiles"].get(row["track"], []), key=_apart_last)
            ],
            "choice": [
                {name: each[name] for name in CHOICE} for each in tables["choice"].get(row["track"], [])
            ],
            "points": [
                {name: point[name] for name in ("cluster", "x", "y")}
                for point in points.get(row["track"], [])
            ],
        }
        for row in told
    ]
    found = [track for track in tracks if track["missing"] is None]
    if not found:
        missing = " ".join(dict.fromkeys(track["missing"] for track in tracks))
        return {"missing": missing or "Nobody has ordered yet.", "sentence": "", "tracks": []}
    return {"missing": None, "sentence": _sentence(found), "tracks": tracks}


def _by_track(rows: list[Row]) -> dict[str, list[Row]]:
    ordered = sorted(rows, key=itemgetter("track"))
    return {track: list(each) for track, each in groupby(ordered, key=itemgetter("track"))}


def _apart_last(row: Row) -> tuple[bool, int]:
    return row["cluster"] == 0, row["cluster"]


def _group(row: Row, features: list[Row]) -> Row:
    return {name: row[name] for name in GROUP} | {
        "figures": [
            {"figure": name, "label": label(name), "value": row[name], "unit": unit, "decimals": decimals}
            for name, unit, decimals in FIGURES
        ],
        "features": [
            {name: each[name] for name in FEATURE} for each in features if each["cluster"] == row["cluster"]
        ],
    }


def _sentence(tracks: list[Row]) -> str:
    groups = [group for track in tracks for group in track["groups"] if group["cluster"]]
    best = max(groups, key=lambda group: (group["revenue_share"] or 0.0, group["n_customers"]))
    if best["revenue_share"] is None:
        return f"The biggest group: {best['name']}."
    return (
        f"{best['name']} are {phrases.percent(best['customer_share'])} of the customers and bring "
        f"{phrases.percent(best['revenue_share'])} of the revenue."
    )
