"""`regulars show`: one customer on the terminal."""

from __future__ import annotations

from calendar import day_name
from typing import Annotated, Any

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder
from regulars.segments.clusters.tracks import OUTLIER
from regulars.terms.money import Currency
from regulars.terms.phrases import count, day, percent

TOPICS = {
    "churn": "of the risk", "value": "of the amount", "orders": "of the orders", "next_order": "of the next order",
}  # fmt: skip
REASONS = 3
LISTS = {"buy_again": "show them again", "try_next": "show them what is new to them"}
SHOWN = 5


def show(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer id, as in the order file.")],
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one customer: who, worth what, in which segment, what they bought and when.

    regulars show 12346

    regulars show 12346 --json
    """
    from regulars.cli.console import print_json
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    with Reader.open(Places(workspace_folder(workspace)), release) as reader:
        profile = reader.profile(customer)
        currency = Currency(reader.manifest.shop.currency)
    if as_json:
        print_json(profile)
    else:
        show_profile(profile, currency)


def show_profile(profile: dict[str, Any], currency: Currency) -> None:
    """Print a profile for people: who, worth what, which rhythm, and the latest orders."""
    from rich.text import Text

    from regulars.cli.console import data
    from regulars.cli.outcome import print_pairs

    customer = profile["customer"]
    data.print(Text(str(customer["customer_id"]), style="bold"))
    print_pairs(
        {
            **_history_of(profile, currency),
            "country": customer.get("country"),
            **_outlook(profile.get("predictions"), currency),
            **_given(profile.get("target_predictions") or []),
        }
    )
    if reasons := profile.get("reasons"):
        data.print(Text("why", style="dim"))
        print_pairs({TOPICS.get(topic, topic): "; ".join(why) for topic, why in _why(reasons).items()})
    if not profile["features"] and (attributes := customer.get("attributes")):
        data.print(Text("described as", style="dim"))
        print_pairs(attributes)
    for title, rows in _lists(profile.get("recommendations") or []).items():
        data.print(Text(title, style="dim"))
        print_pairs(rows)
    if rated := [row for row in profile.get("rating_predictions") or [] if row["rank"] <= SHOWN]:
        data.print(Text("would rate highest", style="dim"))
        print_pairs(dict(_rated(row) for row in rated))
    if orders := profile.get("recent_orders"):
        data.print(Text("latest orders", style="dim"))
        print_pairs(
            {
                str(order["ordered_at"])[:16].replace("T", " "): (
                    f"{order['order_id']}: {currency.text(order['revenue'], 2)}, {count(order['n_lines'], 'line')}"
                    + (", taken back" if order["is_cancelled"] else "")
                )
                for order in orders
            }
        )


def _history_of(profile: dict[str, Any], currency: Currency) -> dict[str, Any]:
    """Return what orders tell; where none is known, that nothing is."""
    features, segment = profile["features"], profile["segments"]
    if features is None or segment is None:
        return {"orders": "none is known"}
    return {
        "segment": f"{segment['segment']} ({segment['lifecycle_stage']})",
        "worth to date": _worth(features, currency),
        "rhythm": _rhythm(features),
        "usually": _usual(features),
        **_alike(segment),
        **_timing(profile.get("rhythm_personas")),
        "since": day(first) if (first := profile["customer"].get("first_ordered_at")) else None,
    }


def _given(predicted: list[dict[str, Any]]) -> dict[str, str]:
    """Return what is predicted of outcomes that the data gives: the long form's rows without a horizon."""
    return {
        row["target"].replace("_", " "): _amount_or_chance(row)
        for row in predicted
        if row["horizon_days"] is None and row["prediction"] is not None
    }


def _amount_or_chance(row: dict[str, Any]) -> str:
    """Write a prediction; what is told by yes and no has no band."""
    if row["low"] is None or row["high"] is None:
        return f"{percent(row['prediction'])} likely"
    return f"about {row['prediction']:,.2f}; in eight of ten cases {row['low']:,.2f} to {row['high']:,.2f}"


def _alike(segment: dict[str, Any]) -> dict[str, str | None]:
    """Say which groups of customers who are alike they belong to."""
    groups = {"by value": segment.get("cluster_rfm"), "by habit": segment.get("cluster_behavior")}
    return {track: "set apart: like no group" if name == OUTLIER else name for track, name in groups.items()}


def _timing(rhythm: dict[str, Any] | None) -> dict[str, str]:
    """Say when they buy, on what evidence, and when to write to them."""
    if rhythm is None:
        return {}
    known, inside = rhythm["n_orders_known"], rhythm["n_orders_inside"]
    persona = rhythm["timing_persona"].replace("_", " ")
    orders = count(known, "order")
    found = {"buys": f"{persona} ({orders})" if inside is None else f"{persona} ({inside:,} of {orders})"}
    if rhythm["send_weekday"] is not None:
        hour = "" if rhythm["send_hour"] is None else f", {rhythm['send_hour']}:00"
        whose = {"own": "own orders", "segment": "the segment's orders", "shop": "the shop's orders"}[
            rhythm["send_from"]
        ]
        found["write to them"] = f"{day_name[rhythm['send_weekday'] - 1]}{hour} (from {whose})"
    return found


def _lists(recommended: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return what to show them: by the list's title, each product with its reason, the best first."""
    found: dict[str, dict[str, str]] = {}
    for row in sorted(recommended, key=lambda row: row["rank"]):
        if row["rank"] <= SHOWN:
            rows = found.setdefault(LISTS[row["list"]], {})
            rows[f"{row['rank']}. {row['product_id']}"] = f"{row['product']}: {row['reason']}"
    return dict(sorted(found.items()))


def _rated(row: dict[str, Any]) -> tuple[str, str]:
    """Return a product they have not rated, and what they would rate it."""
    name = row["description"] or row["product_id"]
    return (
        f"{row['rank']}. {row['product_id']}",
        f"{name}: about {row['predicted_rating']:.1f}; {row['reason']}",
    )


def _outlook(predicted: dict[str, Any] | None, currency: Currency) -> dict[str, str]:
    """Say what lies ahead: how likely they leave, what they will bring, when they order next."""
    if predicted is None:
        return {}
    days = predicted["horizon_days"]
    found: dict[str, str] = {}
    if (p_churn := predicted["p_churn"]) is not None:
        found["risk"] = (
            f"{percent(p_churn)} likely not to order within {days} days ({predicted['risk_band']})"
        )
    if (value := predicted["predicted_clv"]) is not None:
        found["expected"] = f"{currency.text(value, 2)} within {days} days{_between(predicted, currency)}"
    if predicted["revenue_at_risk"] is not None:
        found["at risk"] = currency.text(predicted["revenue_at_risk"], 2)
    if predicted["next_order_on"] is not None:
        found["next order"] = f"about {predicted['next_order_on']}"
    return found | {"history": _history(predicted)}


def _between(predicted: dict[str, Any], currency: Currency) -> str:
    low, high = predicted["predicted_clv_low"], predicted["predicted_clv_high"]
    if low is None or high is None:
        return ""
    return f"; in eight of ten cases {currency.text(low, 0)} to {currency.text(high, 0)}"


def _history(predicted: dict[str, Any]) -> str:
    needs = predicted["next_tier_needs"]
    tier = predicted["confidence_tier"].replace("_", " ")
    return f"{tier}; for more certainty: {needs}" if needs else tier


def _why(reasons: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for reason in reasons:
        found.setdefault(reason["target"], []).append(reason["sentence"])
    return {topic: sentences[:REASONS] for topic, sentences in found.items()}


def _worth(features: dict[str, Any], currency: Currency) -> str:
    text = f"{currency.text(features['revenue_to_date'], 2)} in {count(features['n_orders'], 'order')}"
    if features["return_value"]:
        text += f", after {currency.text(features['return_value'], 2)} came back"
    return text


def _rhythm(features: dict[str, Any]) -> str | None:
    last, usual = features["days_since_last_order"], features["median_days_between_orders"]
    if last is None:
        return None
    every = f"orders about every {count(usual, 'day')}; " if usual is not None else ""
    return f"{every}last order {count(last, 'day')} before the end of what is known"


def _usual(features: dict[str, Any]) -> str | None:
    weekday, hour = features["preferred_weekday"], features["preferred_hour"]
    if weekday is None:
        return None
    return f"on a {day_name[int(weekday) - 1]}" + (f", around {int(hour)}:00" if hour is not None else "")
