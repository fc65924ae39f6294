"""Signing in with an identity provider: a real one on loopback, in the real browser."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from contextlib import closing

import httpx
import pytest
from tests.app.test_pages import PAGES

from regulars.app.access import Doorkeeper, hash_password, refuse_open_door
from regulars.errors import SettingsError
from regulars.settings import AppDoor, Settings

PEOPLE = (
    {"sub": "ann", "email": "ann@shop.example", "email_verified": True},
    {"sub": "bo", "email": "bo@agency.example", "groups": ["crm", "sales"]},
    {"sub": "eve", "email": "eve@elsewhere.example"},
    {"sub": "mal", "email": "ann@shop.example", "email_verified": False},
)
TOLD = "Editors can save the list."
COMPLETE = {
    "oidc_metadata_url": "https://id.shop.example/.well-known/openid-configuration",
    "oidc_client_id": "regulars", "oidc_client_secret": "s3cret", "editors": ["ann@shop.example"],
}  # fmt: skip


@pytest.fixture(scope="module")
def provider():
    """Return the address of a provider that knows some people."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [part for one in PEOPLE for part in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *people]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(url)
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield url
    process.terminate()
    process.communicate(timeout=30)


@pytest.mark.browser
def test_whoever_the_lists_name_gets_in(window, start, shop_root, provider):
    app = start(
        shop_root,
        REGULARS_APP__OIDC_METADATA_URL=provider,
        REGULARS_APP__OIDC_CLIENT_ID="regulars",
        REGULARS_APP__OIDC_CLIENT_SECRET="s3cret",
        REGULARS_APP__EDITORS='["ann@shop.example"]',
        REGULARS_APP__VIEWERS='["groups=crm"]',
    )
    seen = window(app)
    seen.page.route("https://cdn.*/**", lambda route: route.fulfill(body=""))  # the provider's own pages
    for who, exports in (("eve", None), ("mal", None), ("bo", False), ("ann", True)):
        seen.open("/campaigns", "Sign in")
        assert PAGES["campaigns"] not in seen.page.content()
        seen.page.get_by_role("button", name="Sign in").click()
        seen.page.get_by_role("button", name=who, exact=True).first.click()
        if exports is None:
            seen.settle("You may not look at this")
            assert PAGES[""] not in seen.page.content()
        else:
            seen.settle(PAGES["campaigns"])
            save, told = seen.page.get_by_role("button", name="Save the list"), seen.page.get_by_text(TOLD)
            (save if exports else told).wait_for()
            assert (save.count(), told.count()) == (int(exports), int(not exports))
        seen.page.get_by_role("button", name="Sign out").click()
        seen.page.get_by_role("button", name="End session").click()
        seen.settle("Sign in")
    assert seen.said == []


@pytest.mark.parametrize(
    ("without", "says"),
    [
        ({"oidc_client_secret": ""}, "oidc_client_secret"),
        ({"oidc_client_id": ""}, "oidc_client_id"),
        ({"editors": []}, "nobody it knows is let in"),
        ({"editors": ["ann"]}, "names nobody"),
        ({"oidc_metadata_url": "http://id.shop.example/"}, "https"),
        ({"viewer_password_hash": hash_password("viewers may look")}, "both passwords and"),
    ],
)
def test_what_lets_in_by_half_is_refused(without, says):
    with pytest.raises(SettingsError, match=says):
        Doorkeeper.of(AppDoor(**COMPLETE | without))


def test_with_a_provider_it_may_listen_wider():
    refuse_open_door("0.0.0.0", Doorkeeper.of(AppDoor(**COMPLETE)))


def test_a_secret_in_the_file_is_refused(tmp_path):
    tmp_path.joinpath("regulars.toml").write_text('[app]\noidc_client_secret = "s3cret"\n')
    with pytest.raises(SettingsError, match=r"app\.oidc_client_secret") as refused:
        Settings.load(tmp_path)
    assert "REGULARS_APP__OIDC_CLIENT_SECRET" in refused.value.hint
    assert "s3cret" not in str(refused.value)
