"""`regulars take-in`: orders as they happen, from a stream instead of over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import JsonOption, WorkspaceOption, workspace_folder

if TYPE_CHECKING:
    from regulars.api.stream import Stream
    from regulars.terms.places import Places


def take_in(
    source: Annotated[
        str, typer.Argument(metavar="[FILE]", help="JSON Lines, an order on each; - is stdin.")
    ] = "-",
    topic: Annotated[
        str | None,
        typer.Option(
            "--kafka", metavar="TOPIC", help="A Kafka topic instead; its brokers are in the settings."
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Wait at the end for what is added, until Ctrl-C.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in orders live: durably, and each once. The next run puts them into a release.

    An order is written as for `POST /v1/orders`. A line that is none is said and left out; the exit code is 1 then.

    A Kafka topic is read from where it was left. A message that is no order goes to refused-orders.jsonl in the
    workspace with its reason, and the others go on.

    tail -f till.jsonl | regulars take-in

    regulars take-in till.jsonl --follow

    regulars take-in --kafka orders --follow
    """
    from regulars.api.stream import Stream
    from regulars.cli.console import data, print_json, talk
    from regulars.terms.places import Places

    places = Places(workspace_folder(workspace))
    with closing(Stream(places)) as stream:
        refusals = _of_topic(stream, places, topic, follow) if topic else _of_file(stream, source, follow)
        with suppress(KeyboardInterrupt):
            for refusal in refusals:
                talk.print(refusal, markup=False)
        counts = {"new": stream.n_new, "known": stream.n_known, "refused": stream.n_refused}
    if as_json:
        print_json(counts)
    else:
        data.print(
            "{new:,} orders taken in, {known:,} were known, {refused:,} refused.".format(**counts),
            markup=False,
        )
    if stream.n_refused:
        raise typer.Exit(1)


def _of_file(stream: Stream, source: str, follow: bool) -> Iterator[str]:
    from regulars.api.stream import whole_lines
    from regulars.errors import FileUnreadable

    try:
        file = sys.stdin.buffer if source == "-" else Path(source).open("rb")  # noqa: SIM115
    except OSError as problem:
        raise FileUnreadable(f"{source} cannot be read: {problem.strerror}", hint="name a file") from None
    n = 1
    with file:
        for lines in whole_lines(file.fileno(), follow=follow and source != "-"):
            for refusal in stream.take(lines):
                yield f"line {n + refusal.place}: {refusal.reason}"
            n += len(lines)


def _of_topic(stream: Stream, places: Places, name: str, follow: bool) -> Iterator[str]:
    from importlib.util import find_spec

    from regulars.errors import SettingsError

    if find_spec("confluent_kafka") is None:
        raise SettingsError(
            "reading from Kafka needs confluent-kafka", hint="install it: pip install 'regulars[kafka]'"
        )
    from regulars.api.kafka import Topic, take_in_topic

    with closing(Topic(stream.settings.kafka, name)) as topic:
        for message, reason in take_in_topic(stream, topic, places, follow=follow):
            yield f"partition {message.partition()}, offset {message.offset()}: {reason}"
