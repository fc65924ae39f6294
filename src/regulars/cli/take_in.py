"""`regulars take-in`: orders as they happen, from a stream instead of over HTTP."""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import JsonOption, WorkspaceOption, workspace_folder


def take_in(
    source: Annotated[
        str, typer.Argument(metavar="[FILE]", help="JSON Lines, an order on each; - is stdin.")
    ] = "-",
    follow: Annotated[
        bool, typer.Option("--follow", help="Wait at the end for what is added, until Ctrl-C.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in orders live: durably, and each once. The next run puts them into a release.

    An order is written as for `POST /v1/orders`. A line that is none is said and left out; the exit code is 1 then.

    tail -f till.jsonl | regulars take-in

    regulars take-in till.jsonl --follow
    """
    from regulars.api.stream import Stream, whole_lines
    from regulars.cli.console import data, print_json, talk
    from regulars.errors import FileUnreadable
    from regulars.terms.places import Places

    try:
        file = sys.stdin.buffer if source == "-" else Path(source).open("rb")  # noqa: SIM115
    except OSError as problem:
        raise FileUnreadable(f"{source} cannot be read: {problem.strerror}", hint="name a file") from None
    with file, closing(Stream(Places(workspace_folder(workspace)))) as stream:
        with suppress(KeyboardInterrupt):
            for lines in whole_lines(file.fileno(), follow=follow and source != "-"):
                for refusal in stream.take(lines):
                    talk.print(refusal, markup=False)
        counts = {"new": stream.n_new, "known": stream.n_known, "refused": stream.n_refused}
    if as_json:
        print_json(counts)
    else:
        data.print(
            "{new:,} orders taken in, {known:,} were known, {refused:,} lines refused.".format(**counts),
            markup=False,
        )
    if stream.n_refused:
        raise typer.Exit(1)
