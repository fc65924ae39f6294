"""The pages, in the order of the menu; the key is the place in the URL. (A folder named `pages` would be run by Streamlit itself.)"""

from __future__ import annotations

from types import ModuleType

from regulars.app.views import (
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
