"""The pages, in the order of the menu; the key is the page's place in the URL."""

from __future__ import annotations

from types import ModuleType

from regulars.app.pages import (
    baskets,
    campaigns,
    customers,
    data_health,
    insights,
    overview,
    proof,
    rhythm,
    segments,
)

PAGES: dict[str, ModuleType] = {
    "overview": overview,
    "customers": customers,
    "segments": segments,
    "campaigns": campaigns,
    "insights": insights,
    "baskets": baskets,
    "rhythm": rhythm,
    "proof": proof,
    "data": data_health,
}
