"""Orders that come in live: durable before they are answered, counted at once, and taken in once."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from tests.api.servers import WAIT_SECONDS, order, serving

from regulars import flow
from regulars.publish.intake import waiting
from regulars.publish.reader import Reader
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.progress import Silence
from regulars.warehouse.build import build

Serve = Callable[..., tuple[subprocess.Popen[str], httpx.Client]]


def test_what_was_answered_survives_a_kill(own_root: Path, serve_process: Serve) -> None:
    process, client = serve_process(own_root)
    answered = []

    def send(number: int) -> None:
        try:
            found = client.post("/v1/orders", json=order(f"L{number}"))
        except httpx.TransportError:
            return
        if found.status_code == 201:
            answered.append(f"L{number}")
        if len(answered) == 20:
            process.send_signal(signal.SIGKILL)

    with ThreadPoolExecutor(4) as senders:
        list(senders.map(send, range(60)))
    process.wait(30)
    with State.open(Places(own_root)) as state:
        kept = {one.order_id for one in waiting(state, 0)}
    assert len(answered) >= 20
    assert set(answered) <= kept
    _, again = serve_process(own_root)
    assert again.post("/v1/orders", json=order(answered[0])).json()["is_new"] is False
    found = again.get("/v1/customers/10001").json()
    assert {one["order_id"] for one in found["live_orders"]} == kept


def test_an_order_counts_in_the_next_read_and_only_there(places: Places) -> None:
    with serving(places.root) as client:
        before = client.get("/v1/customers/10001")
        assert client.post("/v1/orders", json=order()).status_code == 201
        after = client.get("/v1/customers/10001", headers={"If-None-Match": before.headers["etag"]})
        old, new = before.json(), after.json()
        assert (after.status_code, new["is_newer_than_release"]) == (200, True)
        assert new["features"]["n_orders"] == old["features"]["n_orders"] + 1
        assert new["features"]["days_since_last_order"] == 0
        assert new["as_of"] == "2026-10-04T00:00:00"
        assert new["predictions"]["p_churn"] < old["predictions"]["p_churn"]
        assert (new["segments"], new["customer"]) == (old["segments"], old["customer"])
        assert set(new["features"]) == set(old["features"])
        assert client.get("/v1/customers/10002").json()["is_newer_than_release"] is False
        assert client.post("/v1/orders", json=order("N1", "a new face")).status_code == 201
        face = client.get("/v1/customers/a new face").json()
        assert (face["customer"], face["features"]["n_orders"]) == (None, 1)
        with Reader.open(places) as reader:
            assert reader.profile("10001")["features"] == old["features"]


def line_about(caplog: pytest.LogCaptureFixture, word: str) -> dict[str, object]:
    """Return the line of the server's log that has a word, once it is there."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        for record in list(caplog.records):
            if word in record.message:
                return dict(json.loads(record.message))
        time.sleep(0.05)
    raise AssertionError(caplog.text)


def test_a_release_is_ready_to_score_before_anybody_asks(
    places: Places, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level("INFO", logger="regulars.api"),
        serving(places.root, ready_ahead=True) as client,
    ):
        line = line_about(caplog, "ready_to_score")
        assert set(line) == {"at", "release_id", "ready_to_score_after_seconds"}
        (release,) = [one for one in places.releases.iterdir() if one.is_dir()]
        shutil.rmtree(release / "models")  # what the next read needs of them has been read
        client.post("/v1/orders", json=order())
        assert client.get("/v1/customers/10001").json()["is_newer_than_release"] is True


def test_models_that_cannot_be_read_keep_nobody_from_reading(
    places: Places, caplog: pytest.LogCaptureFixture
) -> None:
    for file in places.releases.glob("*/models/*.json"):
        file.write_bytes(b"?" * file.stat().st_size)
    with (
        caplog.at_level("INFO", logger="regulars.api"),
        serving(places.root, ready_ahead=True) as client,
    ):
        line = line_about(caplog, "not_ready_to_score")
        assert set(line) == {"at", "release_id", "not_ready_to_score"}
        client.post("/v1/orders", json=order())
        found = client.get("/v1/customers/10001").json()
        assert (found["is_newer_than_release"], found["predictions"] is None) == (False, False)
        assert "not JSON" in found["note"]


def test_a_batch_is_taken_in_whole_or_not_at_all(places: Places) -> None:
    with serving(places.root) as client:
        good = client.post("/v1/orders/batch", json={"orders": [order("A"), order("B"), order("A")]})
        assert [one["is_new"] for one in good.json()["orders"]] == [True, True, False]
        bad = client.post("/v1/orders/batch", json={"orders": [order("C"), order("A", "another")]})
        assert (bad.status_code, bad.json()["error"]) == (409, "order_conflict")
        late = client.post(
            "/v1/orders/batch", json={"orders": [order("D"), order("E", ordered_at="2099-01-01")]}
        )
        assert (late.status_code, late.json()["error"]) == (422, "input_error")
    with State.open(places) as state:
        assert [one.order_id for one in waiting(state, 0)] == ["A", "B"]


LINE = {"product_id": "P", "quantity": 1, "unit_price": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": "null"}, {"order_id": "-"}, {"customer_id": "N/A"},
        {"order_id": " "}, {"order_id": "x\x00"}, {"order_id": "x" * 201}, {"customer_id": ""}, {"currency": "EUR"},
        {"currency": "euro"}, {"ordered_at": "yesterday"}, {"ordered_at": "0001-01-01T00:00:00+14:00"},
        {"ordered_at": "1989-12-31"}, {"lines": []}, {"lines": [LINE] * 1001}, {"lines": [LINE | {"quantity": 0}]},
        {"lines": [LINE | {"unit_price": None}]}, {"lines": [LINE | {"unit_price": "1e30"}]},
        {"lines": [LINE | {"unit_price": "Infinity"}]}, {"lines": [LINE | {"quantity": "1.00001"}]}, {"surprise": 1},
    ],
    ids=str,
)  # fmt: skip
def test_an_order_that_no_run_could_use_is_refused(client: httpx.Client, change: dict[str, object]) -> None:
    found = client.post("/v1/orders", json=order() | change)
    assert found.status_code == 422, found.text
    assert set(found.json()) == {"error", "message", "hint", "request_id"}


def test_a_history_has_the_numbers_that_the_same_orders_have_in_the_workspace(places: Places) -> None:
    sent = [
        order(f"S{day}", "a new face", ordered_at=f"2026-0{month}-11T09:30:00")
        for day, month in enumerate((3, 5, 8))
    ]
    with serving(places.root) as client:
        scored = client.post("/v1/score", json={"orders": sent}).json()
        assert client.post("/v1/orders/batch", json={"orders": sent}).status_code == 201
        live = client.get("/v1/customers/a new face").json()
        assert live["predictions"] is not None
        for name in ("as_of", "features", "predictions", "target_predictions", "reasons"):
            assert scored[name] == live[name], name
        early = client.post("/v1/score", json={"orders": sent, "cutoff": "2026-01-01"}).json()
        assert (early["features"], early["predictions"]) == (None, None)


def test_several_processes_answer_and_stop_in_peace(own_root: Path, serve_process: Serve) -> None:
    process, client = serve_process(own_root, "--workers", "2")
    assert client.get("/ready").json()["status"] == "ready"
    assert client.post("/v1/orders", json=order()).status_code == 201
    answers = [client.get("/v1/customers/10001", headers={"Connection": "close"}).json() for _ in range(6)]
    assert {one["features"]["n_orders"] for one in answers} == {answers[0]["features"]["n_orders"]}
    assert all(one["is_newer_than_release"] for one in answers)
    assert "regulars_api_requests_total" in client.get("/metrics").text
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) in (0, -signal.SIGTERM)


def test_whatever_is_taken_in_a_run_can_land(places: Places) -> None:
    odd = [
        "=cmd()",
        "007",
        "1e5",
        "O'Brien; DROP TABLE x",
        '"quoted", and more',
        "Ünïcødé 東京 🫖",
        "a\\b",
        "13085.0",
    ]
    lines = [
        {"product_id": "P", "quantity": -2, "unit_price": 3}, {"product_id": "P", "amount": "0"},
        {"product_id": "=P", "quantity": "0.0001", "unit_price": "99999999.9999"}, {"product_id": "POST", "amount": "-4.5"},
        {"product_id": "P", "unit_price": 2, "discount": 5, "category": "#N/A", "description": "NULL"},
    ]  # fmt: skip
    sent = [order(text, text, lines=lines, country=text, channel=text, status=text) for text in odd]
    sent.append(order("nobody", None, ordered_at="2026-03-29T01:30:00+05:30"))
    with serving(places.root) as client:
        found = client.post("/v1/orders/batch", json={"orders": sent})
        assert found.status_code == 201, found.text
        for text in [*odd[:-1], "13085"]:
            assert client.get(f"/v1/customers/{quote(text, safe='')}").status_code == 200, text
    settings = Settings.load(places.root)
    with flow.locked_warehouse(places, settings) as engine:
        n_before = engine.count("raw_order_lines")
        flow.land_live_orders(engine, places, settings, Silence())
        assert engine.count("raw_order_lines") == n_before + len(odd) * len(lines) + 1
        build(engine, settings)
        landed = {row["order_id"] for row in engine.rows("SELECT DISTINCT order_id FROM fct_orders")}
        assert {*odd[:-1], "13085", "nobody"} <= landed


def test_a_stream_of_lines_is_the_same_intake(places: Places, tmp_path: Path) -> None:
    sent = [order("S1"), order("S2"), order("S1"), order("S1", "another"), {"order_id": "S3"}]
    text = "\n".join(map(json.dumps, sent)) + "\n\nnot json\n" + json.dumps(order("S4"))
    command = [sys.executable, "-m", "regulars", "take-in", "-w", str(places.root), "--json"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
    assert (done.returncode, json.loads(done.stdout)) == (1, {"new": 3, "known": 1, "refused": 3})
    assert [line.split(":")[0] for line in done.stderr.splitlines()[:2]] == ["line 5", "line 7"]
    with State.open(places) as state:
        assert [one.order_id for one in waiting(state, 0)] == ["S1", "S2", "S4"]


def test_a_file_that_grows_is_followed(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "till.jsonl"
    file.write_text(json.dumps(order("F1")) + "\n" + json.dumps(order("F2"))[:20], encoding="utf-8")
    command = [sys.executable, "-m", "regulars", "take-in", str(file), "--follow", "-w", str(places.root)]

    def kept(n: int) -> list[str]:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with State.open(places) as state:
                if len(found := [one.order_id for one in waiting(state, 0)]) >= n:
                    return found
            time.sleep(0.05)
        return found

    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        assert kept(1) == ["F1"]
        with file.open("a", encoding="utf-8") as till:
            till.write(json.dumps(order("F2"))[20:] + "\n")
        assert kept(2) == ["F1", "F2"]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
