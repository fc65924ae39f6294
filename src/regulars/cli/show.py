"""`regulars show`: one customer on the terminal."""

from __future__ import annotations

from calendar import day_name
from typing import Annotated, Any

import typer

from regulars.cli.options import JsonOption, ReleaseOption, WorkspaceOption, workspace_folder
from regulars.terms.money import Currency


def show(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer id, as in the order file.")],
    workspace: WorkspaceOption = None,
    release: ReleaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one customer: who, worth what, in which segment, what they bought and when."""
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

    customer, features, segment = profile["customer"], profile["features"], profile["segments"]
    data.print(Text(str(customer["customer_id"]), style="bold"))
    print_pairs(
        {
            "segment": f"{segment['segment']} ({segment['lifecycle_stage']})",
            "worth to date": _worth(features, currency),
            "rhythm": _rhythm(features),
            "usually": _usual(features),
            "since": customer.get("first_ordered_at"),
            "country": customer.get("country"),
        }
    )
    if orders := profile.get("recent_orders"):
        data.print(Text("latest orders", style="dim"))
        print_pairs(
            {
                str(order["ordered_at"])[:16].replace("T", " "): (
                    f"{order['order_id']}: {currency.text(order['revenue'], 2)}, {_lines(order['n_lines'])}"
                    + (", taken back" if order["is_cancelled"] else "")
                )
                for order in orders
            }
        )


def _worth(features: dict[str, Any], currency: Currency) -> str:
    text = f"{currency.text(features['revenue_to_date'], 2)} in {features['n_orders']:,} orders"
    if features["return_value"]:
        text += f", after {currency.text(features['return_value'], 2)} came back"
    return text


def _rhythm(features: dict[str, Any]) -> str | None:
    last, usual = features["days_since_last_order"], features["median_days_between_orders"]
    if last is None:
        return None
    every = f"orders about every {usual:,.0f} days; " if usual is not None else ""
    return f"{every}last order {last:,.0f} days before the end of what is known"


def _usual(features: dict[str, Any]) -> str | None:
    weekday, hour = features["preferred_weekday"], features["preferred_hour"]
    if weekday is None:
        return None
    return f"on a {day_name[int(weekday) - 1]}" + (f", around {int(hour)}:00" if hour is not None else "")


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
