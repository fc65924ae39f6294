"""Who is let in, and where the app listens."""

from __future__ import annotations

import socket

import pytest
from typer.testing import CliRunner

from regulars.app.access import Doorkeeper, fits, hash_password, refuse_open_door
from regulars.app.serve import QUIET, options, prepare
from regulars.app.views.threshold import called_from
from regulars.cli.main import app
from regulars.errors import SettingsError
from regulars.settings import AppDoor, Settings


def test_it_listens_wider_only_with_a_password():
    with pytest.raises(SettingsError, match=r"0\.0\.0\.0") as refused:
        prepare(AppDoor(port=0), "0.0.0.0")
    assert "regulars app password" in refused.value.hint
    refuse_open_door("0.0.0.0", Doorkeeper(viewer="", editor=hash_password("editors may export")))


def test_it_says_that_its_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="cannot listen"):
            prepare(AppDoor(), port=taken.getsockname()[1])


def test_it_stays_at_home_unless_told_otherwise():
    chosen = options(*prepare(AppDoor(port=0)))
    assert chosen["server.address"] == "127.0.0.1"
    assert chosen["browser.gatherUsageStats"] is False
    assert QUIET["server.headless"] is True
    assert chosen["client.allowedOrigins"] == []  # no page that embeds the app may steer it


@pytest.mark.parametrize(
    "kept",
    ["secret", "scrypt$1,8,1$a$b", "scrypt$32768,8,1$a", "scrypt$4194304,8,1$YQ$YQ", "md5$32768,8,1$YQ$YQ"],
)
def test_a_hash_that_is_none_is_refused(kept):
    with pytest.raises(SettingsError, match="cannot be read"):
        Doorkeeper.of(AppDoor(editor_password_hash=kept))


def test_the_same_password_gets_another_salt_and_still_fits():
    one, other = hash_password("correct horse battery"), hash_password("correct horse battery")
    assert one != other
    assert fits("correct horse battery", one)
    assert not fits("correct horse batterz", other)


def test_roles_by_password():
    keeper = Doorkeeper(viewer=hash_password("viewers may look"), editor=hash_password("editors may export"))
    assert [keeper.role_of(word) for word in ("viewers may look", "editors may export", "", "x")] == [
        "viewer",
        "editor",
        None,
        None,
    ]


def test_a_password_is_made_on_the_command_line_and_a_short_one_refused():
    made = CliRunner().invoke(app, ["app", "password"], input="correct horse battery\n")
    assert fits("correct horse battery", made.stdout.strip())
    refused = CliRunner().invoke(app, ["app", "password"], input="short\n")
    assert isinstance(refused.exception, SettingsError)


def test_a_hash_is_never_written_with_the_settings():
    kept = hash_password("editors may export")
    settings = Settings(app={"editor_password_hash": kept})
    assert kept not in settings.model_dump_json()
    assert kept not in repr(settings)


def test_every_customer_is_in_one_cell_of_the_matrix():
    rows = [
        {"hundredth": at, "n": 10, "n_left": at // 10, "stake_of_leavers": 1.0} for at in range(0, 100, 7)
    ]
    for threshold in (0, 33, 100):
        called = called_from(rows, threshold, contact_cost=0.5, kept_share=0.1)
        cells = called.left_called + called.stayed_called + called.left_missed + called.stayed_spared
        assert cells == sum(row["n"] for row in rows)
    assert called_from(rows, 100, 0.5, 0.1).gain == 0
