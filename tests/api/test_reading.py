"""What is read is what the release says, and every answer says from which."""

from __future__ import annotations

import io
import re
import shutil
import time
from pathlib import Path

import httpx
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from tests.api.servers import serving
from typer.testing import CliRunner

from regulars.cli.main import app
from regulars.publish.current import release_ids, switch
from regulars.publish.live import rows_of
from regulars.publish.reader import Reader
from regulars.publish.state import State
from regulars.terms.places import Places

LISTS = ("segments", "findings", "baskets", "campaigns", "models", "models/proof", "releases", "tables")


@pytest.fixture(scope="module")
def reader(demo_shop: Path) -> Reader:
    with Reader.open(Places(demo_shop)) as found:
        yield found


def test_a_profile_is_the_readers(client: httpx.Client, reader: Reader) -> None:
    customer_id = reader.table("customers").arrow["customer_id"][0].as_py()
    found = client.get(f"/v1/customers/{customer_id}").json()
    expected = reader.profile(customer_id)
    assert {name: found[name] for name in expected} == expected
    assert (found["release_id"], found["is_newer_than_release"]) == (reader.id, False)
    predictions = client.get(f"/v1/customers/{customer_id}/predictions").json()
    assert (predictions["predictions"], predictions["reasons"]) == (
        expected["predictions"],
        expected["reasons"],
    )
    lists = client.get(f"/v1/customers/{customer_id}/recommendations").json()["recommendations"]
    assert lists == expected["recommendations"]


def test_pages_hold_everybody_once_in_order(client: httpx.Client, reader: Reader) -> None:
    seen, cursor = [], None
    while True:
        asked = {"limit": "50", "sort": "-revenue_at_risk", "fields": "customer_id,revenue_at_risk"}
        page = client.get("/v1/customers", params=asked | ({"cursor": cursor} if cursor else {})).json()
        seen += page["rows"]
        if not (cursor := page["next_cursor"]):
            break
    assert (
        sorted(row["customer_id"] for row in seen)
        == reader.table("customers").arrow["customer_id"].to_pylist()
    )
    at_risk = [row["revenue_at_risk"] for row in seen if row["revenue_at_risk"] is not None]
    assert at_risk == sorted(at_risk, reverse=True)
    refused = client.get("/v1/customers", params={"cursor": "bm8", "limit": 3})
    assert (refused.status_code, refused.json()["error"]) == (422, "input_error")


def members(client: httpx.Client, campaign: str) -> list[dict[str, object]]:
    """Return the members of a campaign, a small page at a time."""
    seen, cursor = [], {}
    while True:
        page = client.get(f"/v1/campaigns/{campaign}/members", params={"limit": 3, **cursor}).json()
        assert len(page["rows"]) <= 3
        seen += page["rows"]
        if not page["next_cursor"]:
            return seen
        cursor = {"cursor": page["next_cursor"]}


def test_members_come_in_pages_as_proposed_and_as_drawn(own_root: Path) -> None:
    with Reader.open(Places(own_root)) as own:
        query = "SELECT campaign, customer_id, arm FROM campaigns ORDER BY campaign, customer_id"
        proposed = own.sql(query).to_pylist()
    campaign = max((row["campaign"] for row in proposed), key=[row["campaign"] for row in proposed].count)
    expected = [(row["customer_id"], row["arm"]) for row in proposed if row["campaign"] == campaign]
    assert len(expected) > 3
    with serving(own_root) as client:
        found = members(client, campaign)
        assert [(row["customer_id"], row["arm"]) for row in found] == expected
        started = CliRunner().invoke(app, ["campaign", "start", campaign, "-w", str(own_root)])
        assert started.exit_code == 0, started.output
        drawn = members(client, campaign)
        assert {row["customer_id"] for row in drawn} <= {who for who, _ in expected}
        assert [row["customer_id"] for row in drawn] == sorted(row["customer_id"] for row in drawn)
        with State.open(Places(own_root)) as state:
            n = state.rows("SELECT count(*) AS n FROM campaign_arms WHERE campaign = ?", [campaign])[0]["n"]
        assert len(drawn) == n


def test_filters_are_values_and_never_sql(client: httpx.Client, reader: Reader) -> None:
    rows = client.get("/v1/customers", params={"risk_band": "high", "limit": 1000}).json()["rows"]
    expected = reader.sql("SELECT count(*) AS n FROM predictions WHERE risk_band = 'high'").to_pylist()
    assert len(rows) == expected[0]["n"]
    for name in ("segment", "country", "search", "lifecycle_stage"):
        assert client.get("/v1/customers", params={name: "' OR 1=1 --"}).json()["rows"] == []
    for name in ("sort", "fields"):
        found = client.get("/v1/customers", params={name: 'customer_id"; DROP TABLE customers --'})
        assert (found.status_code, found.json()["error"]) == (422, "input_error")
        assert found.json()["hint"].startswith("there are: customer_id, ")
    assert client.get("/v1/tables/predictions", params={"fields": '"*" FROM x --'}).status_code == 422


@pytest.mark.parametrize("name", LISTS)
def test_every_list_has_rows(client: httpx.Client, name: str) -> None:
    found = client.get(f"/v1/{name}")
    assert found.status_code == 200
    assert any(isinstance(value, list) and value for value in found.json().values())


def test_a_whole_table_leaves_in_four_forms(client: httpx.Client, reader: Reader) -> None:
    expected = reader.table("predictions").arrow
    whole = client.get("/v1/tables/segments", params={"format": "csv"})
    again = {"If-None-Match": whole.headers["etag"]}
    assert client.get("/v1/tables/segments", params={"format": "csv"}, headers=again).status_code == 304
    asked = {
        format: client.get("/v1/tables/predictions", params={"format": format}).content
        for format in ("csv", "arrow", "parquet")
    }
    assert pa.ipc.open_stream(asked["arrow"]).read_all().to_pylist() == expected.to_pylist()
    assert pa.parquet.read_table(io.BytesIO(asked["parquet"])).to_pylist() == expected.to_pylist()
    assert pa.csv.read_csv(io.BytesIO(asked["csv"])).num_rows == expected.num_rows
    first = client.get("/v1/tables/predictions", params={"limit": 1}).json()
    assert first["rows"] == rows_of(expected.slice(0, 1))
    assert client.get("/v1/tables/predictions", params={"limit": 1, "cursor": first["next_cursor"]}).json()[
        "rows"
    ] == rows_of(expected.slice(1, 1))
    some = client.get(
        "/v1/tables/predictions", params={"format": "arrow", "fields": "p_churn,customer_id"}
    ).content
    assert (
        pa.ipc.open_stream(some).read_all().to_pylist()
        == expected.select(["p_churn", "customer_id"]).to_pylist()
    )


def test_what_has_not_changed_is_not_sent_again(client: httpx.Client, reader: Reader) -> None:
    first = client.get("/v1/segments")
    again = client.get("/v1/segments", headers={"If-None-Match": f'"older", W/{first.headers["etag"]}'})
    assert (first.headers["etag"], again.status_code, again.content) == (f'"{reader.id}"', 304, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/v1/customers/no such customer", 404),
        ("GET", "/v1/customers/../../etc/passwd", 404),
        ("GET", "/v1/customers/..%2F..%2Fetc%2Fpasswd", 404),
        ("GET", "/v1/tables/..%2Fmanifest", 404),
        ("GET", "/v1/releases/..%2F..%2F", 404),
        ("GET", "/v1/releases/%00", 404),
        ("GET", "/v1/tables/predictions?format=xlsx", 422),
        ("GET", "/v1/customers?limit=0", 422),
        ("GET", "/v1/campaigns/nope/members", 404),
        ("DELETE", "/v1/segments", 405),
        ("DELETE", "/v1/keys/nope", 404),
        ("POST", "/v1/orders", 422),
    ],
)  # fmt: skip
def test_refusals_have_one_shape(client: httpx.Client, method: str, path: str, status: int) -> None:
    found = client.request(method, path)
    assert found.status_code == status
    assert set(found.json()) == {"error", "message", "hint", "request_id"}
    assert found.json()["request_id"] == found.headers["x-request-id"]


def test_without_a_release_it_starts_and_says_what_to_do(tmp_path: Path) -> None:
    with serving(tmp_path / "new") as client:
        assert client.get("/health").status_code == 200
        for path in ("/ready", "/v1/customers", "/v1/customers/ann", "/v1/segments", "/v1/releases"):
            found = client.get(path)
            assert (found.status_code, found.json()["error"]) == (503, "no_release"), path
            assert "regulars run" in found.json()["hint"]
            assert str(tmp_path) not in found.text


@pytest.mark.parametrize(
    "path",
    ["/health", "/ready", "/metrics", "/v1/customers", "/v1/tables/segments?format=csv", "/v1/nothing"],
)
def test_a_head_is_answered_as_a_get_without_its_body(client: httpx.Client, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("etag", "content-type"):
        assert head.headers.get(name) == whole.headers.get(name)
    if etag := head.headers.get("etag"):
        assert client.head(path, headers={"If-None-Match": etag}).status_code == 304


def test_a_new_release_is_read_without_a_restart_and_old_pages_stay_in_theirs(own_root: Path) -> None:
    places = Places(own_root)
    with serving(own_root) as client:
        first = client.get("/v1/customers", params={"limit": 2}).json()
        (old,) = release_ids(places)
        new = f"{int(old[:4]) + 1}{old[4:]}"
        shutil.copytree(places.releases / old, places.releases / new)
        manifest = places.releases / new / "manifest.json"
        manifest.write_text(manifest.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        switch(places, new)
        assert client.get("/v1/segments").json()["release_id"] == new
        page = client.get("/v1/customers", params={"limit": 2, "cursor": first["next_cursor"]}).json()
        assert page["release_id"] == old
        assert page["rows"][0]["customer_id"] > first["rows"][1]["customer_id"]


def test_metrics_and_logs_name_routes_and_no_customers(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="regulars.api"):
        client.get("/v1/customers/10001", headers={"X-Request-ID": "mine-1"})
        until = time.monotonic() + 10
        while '"mine-1"' not in caplog.text and time.monotonic() < until:  # it is logged once it is answered
            time.sleep(0.01)
    (line,) = [record.message for record in caplog.records if '"mine-1"' in record.message]
    assert '"route": "/v1/customers/{customer_id}"' in line
    text = client.get("/metrics").text
    assert (
        'regulars_api_requests_total{method="GET",route="/v1/customers/{customer_id}",status="200"}' in text
    )
    client.request(
        "ANN", "/v1/segments"
    )  # any word may stand for a method, and none becomes a name of a metric
    text += client.get("/metrics").text
    assert "ANN" not in text
    assert not re.search(r"\b10001\b", line + text)  # a figure may well hold these digits
