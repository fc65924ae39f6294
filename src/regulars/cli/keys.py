"""`regulars keys`: who may use the API."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from regulars.cli.options import JsonOption, WorkspaceOption, workspace_folder

app = typer.Typer(
    help="Keys to the API: make, list and revoke them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class RoleChoice(StrEnum):
    """What a key may do; each role may do what those before it may."""

    read = "read"
    write = "write"
    admin = "admin"


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who or what will use it: till, CRM …")],
    role: Annotated[
        RoleChoice,
        typer.Option(help="read; write: orders come in too; admin: keys are listed and revoked too."),
    ] = RoleChoice.read,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key. It is shown once, and kept nowhere.

    regulars keys add till --role write
    """
    from regulars.cli.console import data, print_json, talk
    from regulars.publish.keys import add_key
    from regulars.publish.state import State
    from regulars.terms.places import Places

    with State.open(Places(workspace_folder(workspace))) as state:
        key, text = add_key(state, name, role.value)
    if as_json:
        print_json({**vars(key), "key": text})
        return
    data.print(text, markup=False, soft_wrap=True)
    talk.print(
        f"This is shown once. It may {key.role}; revoke it with `regulars keys revoke {key.key_id}`.",
        markup=False,
    )


@app.command("list")
def list_all(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the keys, revoked ones among them, with when they were last used."""
    import pyarrow as pa

    from regulars.cli.console import data, print_json
    from regulars.cli.outcome import print_table
    from regulars.publish.keys import list_keys
    from regulars.publish.state import State
    from regulars.terms.places import Places
    from regulars.terms.results import Table

    with State.open(Places(workspace_folder(workspace))) as state:
        rows = [vars(key) for key in list_keys(state)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(Table(pa.Table.from_pylist([_in_short(row) for row in rows])))
    else:
        data.print("There is no key; `regulars keys add NAME` makes one.", markup=False)


def _in_short(row: dict[str, Any]) -> dict[str, Any]:
    """Return a key's row that fits a terminal: made and revoked on which day, used until which minute, UTC."""
    days = {name: row[name] and row[name][:10] for name in ("created_at", "revoked_at")}
    return row | days | {"last_used_at": row["last_used_at"] and row["last_used_at"][:16].replace("T", " ")}


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="As `regulars keys list` shows it.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Let a key open nothing from now on; servers that are running know at once."""
    from regulars.cli.console import data
    from regulars.publish.keys import revoke_key
    from regulars.publish.state import State
    from regulars.terms.places import Places

    with State.open(Places(workspace_folder(workspace))) as state:
        key = revoke_key(state, key_id)
    data.print(f"{key.key_id} ({key.name}) opens nothing from now on.", markup=False)
