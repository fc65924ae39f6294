"""Keys, roles, limits: who gets in, and what is refused."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path

import httpx
import pytest
from tests.api.servers import order, serving
from tests.doors.command import here
from typer.testing import CliRunner

from regulars.api.serving import serve
from regulars.cli.main import app
from regulars.errors import AccessRefused
from regulars.publish.keys import ROLES, add_key, list_keys, revoke_key
from regulars.publish.state import State
from regulars.settings import Settings
from regulars.terms.places import Places


def as_(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_each_role_may_what_those_before_it_may(own_root: Path) -> None:
    with State.open(Places(own_root)) as state:
        keys = {role: add_key(state, role, role)[1] for role in ROLES}
    with serving(own_root) as client:
        for path in ("/v1/customers", "/v1/segments", "/metrics", "/v1/keys", "/v1/tables/predictions"):
            assert client.get(path).status_code == 401, path
        statuses = {
            role: (
                client.get("/v1/segments", headers=as_(key)).status_code,
                client.post("/v1/orders", json=order(), headers=as_(key)).status_code,
                client.get("/v1/keys", headers=as_(key)).status_code,
            )
            for role, key in keys.items()
        }
        assert statuses == {"read": (200, 403, 403), "write": (200, 201, 403), "admin": (200, 201, 200)}
        assert client.get("/health").status_code == client.get("/ready").status_code == 200


def test_what_opens_nothing(own_root: Path) -> None:
    with State.open(Places(own_root)) as state:
        key, text = add_key(state, "till", "admin")
        assert hashlib.sha256(text.encode()).hexdigest() == state.rows("SELECT hash FROM api_keys")[0]["hash"]
        assert text.encode() not in Places(own_root).state.read_bytes()
    bad = [
        "-",
        "x",
        text[:-1],
        text + "x",
        text.swapcase(),
        "rg__",
        "rg_' OR 1=1 --_x",
        f"rg_{key.key_id}_",
        "é" * 50,
        "x" * 5000,
    ]
    with serving(own_root) as client:
        assert client.get("/v1/segments", headers=as_(text)).status_code == 200
        for one in bad:
            found = client.get("/v1/segments", headers={"Authorization": f"Bearer {one}".encode()})
            assert (found.status_code, found.json()["error"]) == (401, "no_key"), one
            assert found.headers["www-authenticate"] == "Bearer"
        assert client.get("/v1/segments", params={"key": text}).status_code == 401
        with State.open(Places(own_root)) as state:
            assert list_keys(state)[0].last_used_at is not None
            revoke_key(state, key.key_id)
        assert client.get("/v1/segments", headers=as_(text)).status_code == 401


def test_a_wider_door_never_stands_open(own_root: Path) -> None:
    settings = Settings.load(own_root)
    wide = settings.model_copy(update={"api": settings.api.model_copy(update={"host": "0.0.0.0"})})
    with pytest.raises(AccessRefused, match="no key"):
        serve(wide, Places(own_root))
    with serving(own_root, open_without_keys=False) as client:  # as after the last key was revoked
        assert client.get("/v1/segments").status_code == 401


def test_a_page_elsewhere_cannot_pass_for_this_machine(client: httpx.Client) -> None:
    assert client.get("/v1/segments", headers={"Host": "evil.example"}).status_code == 403
    found = client.options(
        "/v1/segments", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    )
    assert "access-control-allow-origin" not in found.headers
    assert found.status_code == 405


def test_floods_long_bodies_and_slow_ones_are_refused(own_root: Path) -> None:
    with serving(own_root, requests_per_minute=3, largest_body_bytes=1000, body_seconds=1) as client:
        assert client.post("/v1/orders", content=b"x" * 2000).status_code == 413
        chunks = client.post(
            "/v1/orders", content=iter([b"x" * 600] * 3), headers={"content-type": "application/json"}
        )
        assert (chunks.status_code, chunks.json()["error"]) == (413, "too_large")
        with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=30) as slow:
            slow.sendall(
                b"POST /v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n["
            )
            assert slow.recv(100).startswith(b"HTTP/1.1 408")
        statuses = [client.get("/v1/segments").status_code for _ in range(4)]
        assert statuses[-1] == 429
        assert int(client.get("/v1/segments").headers["retry-after"]) >= 1
        made_up = [client.get("/v1/segments", headers=as_(f"rg_{n}_x")).status_code for n in range(3)]
        assert made_up == [429] * 3
        assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("sent", "status"),
    [([b""], 408), ([b"GET /hea"], 408), ([b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", b"GET /"], 408), ([b"hello\r\n\r\n"], 400),
     ([b"GET /health HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"], 400)],
    ids=["silent", "slow", "slow after another", "no HTTP", "a huge head"],
)  # fmt: skip
def test_what_does_not_become_a_request_is_refused(
    client: httpx.Client, sent: list[bytes], status: int
) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=30) as slow:
        heard = b""
        for part in sent[:-1]:
            slow.sendall(part)
            heard += slow.recv(10_000)
        slow.sendall(sent[-1])
        while part := slow.recv(10_000):
            heard += part
    head, _, body = heard[heard.rindex(b"HTTP/1.1") :].partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d" % status)
    assert set(json.loads(body)) == {"error", "message", "hint", "request_id"}


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"{", b"null", b'{"order_id": "\\ud800"}', b'{"lines": [NaN]}']
)  # fmt: skip
def test_broken_json_is_refused(client: httpx.Client, body: bytes) -> None:
    for path in ("/v1/orders", "/v1/orders/batch", "/v1/score"):
        found = client.post(path, content=body, headers={"content-type": "application/json"})
        assert found.status_code in (400, 422)
        assert set(found.json()) == {"error", "message", "hint", "request_id"}


def test_the_command_line_makes_lists_and_revokes_keys(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        found = CliRunner().invoke(app, ["keys", *words, "-w", str(tmp_path)])
        assert found.exit_code == 0, found.output
        return found.stdout

    text = run("add", "till", "--role", "write").split()[0]
    with State.open(Places(tmp_path)) as state:
        (key,) = list_keys(state)
    assert text.startswith(f"rg_{key.key_id}_")
    assert text not in run("list", "--json")
    assert key.created_at[:10] in run("list")  # in one piece, in 80 columns
    assert max(len(line) for line in run("list").splitlines()) <= 80
    assert "opens nothing" in run("revoke", key.key_id)
    with State.open(Places(tmp_path)) as state:
        assert list_keys(state)[0].revoked_at is not None


@pytest.mark.parametrize("name", ["", "  "])
def test_a_key_has_a_name(tmp_path: Path, name: str) -> None:
    done = here(tmp_path, "keys", "add", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: a key needs a name, so that it is known later which one to revoke\n"
        "hint: name who or what will use it: `regulars keys add till`\n"
    )
    with State.open(Places(tmp_path)) as state:
        assert list_keys(state) == []
