"""The API against its own document: whatever is sent, it answers as it says it does, and never with a 5xx of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from tests.api.servers import serving

from regulars.api.app import create_app
from regulars.publish.keys import add_key
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.places import Places

DOCUMENT = create_app(Settings(), Places(Path())).openapi()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
EXAMPLES = 12
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def fuzzed(demo_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Return a client with a key that may do everything, and that is what most requests come with."""
    root = Path(shutil.copytree(demo_shop, tmp_path_factory.mktemp("fuzz") / "shop"))
    with State.open(Places(root)) as state:
        _, key = add_key(state, "fuzz", "admin")
    with serving(root, requests_per_minute=1_000_000) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        yield client


def date_orders(body: object) -> None:
    """Put orders on a day that the shop had, or hardly one would get past its date."""
    if isinstance(body, dict):
        orders = body["orders"] if isinstance(body.get("orders"), list) else [body]
        for order in orders:
            if isinstance(order, dict) and isinstance(order.get("ordered_at"), str):
                order["ordered_at"] = "2026-09-30T12:00:00"


@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_every_endpoint_answers_as_its_document_says(fuzzed: httpx.Client, label: str) -> None:
    operation = OPERATIONS[label]

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        date_orders(case.body)
        for headers in ({"Authorization": fuzzed.headers["Authorization"]}, {}):
            found = case.call(base_url=str(fuzzed.base_url), headers=headers)
            case.validate_response(found, checks=CHECKS)
            seen.add(found.status_code)
            if found.status_code >= 400:
                assert set(found.json()) == {"error", "message", "hint", "request_id"}

    seen: set[int] = set()
    ask()
    assert seen & {200, 201, 404, 422}, seen


def test_the_document_is_the_one_that_clients_were_made_from() -> None:
    """After a change that is meant: `python -m tests.api.test_fuzz` writes the document anew."""
    kept = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert kept | {"info": None} == DOCUMENT | {"info": None}


SNAPSHOT = Path(__file__).with_name("openapi.json")

if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(DOCUMENT, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
