"""The commands, and the one place where an error becomes words and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from regulars import __version__
from regulars.cli import (
    app as web,
)
from regulars.cli import (
    backtest,
    campaign,
    check,
    demo,
    doctor,
    export,
    findings,
    init,
    keys,
    report,
    run,
    serve,
    show,
    sql,
    take_in,
)

app = typer.Typer(
    name="regulars",
    help="Know who your regulars are, who is about to stop being one, what each is worth, and what to do about it.\n\n"
    "Start with [bold]regulars demo[/bold], or with your own orders: [bold]regulars run orders.csv[/bold]",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    demo.demo, init.init, check.check, run.run, show.show, findings.findings, export.export, report.report, backtest.backtest, sql.sql,
):  # fmt: skip
    app.command()(command)
app.command()(doctor.doctor)
app.command()(serve.serve)
app.command()(take_in.take_in)
app.add_typer(campaign.app, name="campaign")
app.add_typer(web.app, name="app")
app.add_typer(keys.app, name="keys")


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"regulars {__version__}\n")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Hold the options that every command shares."""


def main() -> None:
    """Run the command line; errors travel here and leave as words."""
    from regulars.errors import RegularsError

    try:
        app()
    except RegularsError as problem:
        _say(str(problem), problem.hint)
        raise SystemExit(problem.exit_code) from None
    except BrokenPipeError:  # the reader of our output has gone: `regulars sql … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        _say("stopped; the last release is untouched", "")
        raise SystemExit(130) from None


def _say(message: str, hint: str) -> None:
    from rich.text import Text

    from regulars.cli.console import talk

    talk.print(Text("error: ", style="bold red") + Text(message))
    if hint:
        talk.print(Text("hint: ", style="bold") + Text(hint))
