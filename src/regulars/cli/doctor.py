"""`regulars doctor`: is everything in order here?"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import typer

from regulars.cli.options import JsonOption, WorkspaceOption, workspace_folder

Verdict = Literal["good", "note", "problem"]
LITTLE_DISK = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    verdict: Verdict
    sentence: str
    hint: str = ""


def doctor(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Look at the installation, the machine and a workspace, and say what is not in order.

    Ends with exit code 1 when there is a problem.
    """
    from regulars.cli.console import print_json

    findings = list(examine(workspace_folder(workspace)))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _show(findings)
    if any(finding.verdict == "problem" for finding in findings):
        raise typer.Exit(1)


def examine(root: Path) -> Iterator[Finding]:
    """Look at everything in turn."""
    yield _packages()
    yield _machine(root)
    looks: tuple[Callable[[Path], Finding], ...] = (_settings, _warehouse, _release)
    for look in looks:
        yield look(root)


def _packages() -> Finding:
    from importlib.metadata import version

    from regulars import __version__

    engine, arrow = version("duckdb"), version("pyarrow")
    return Finding(
        "installation",
        "good",
        f"regulars {__version__} on Python {platform.python_version()}, duckdb {engine}, pyarrow {arrow}",
    )


def _machine(root: Path) -> Finding:
    existing = next(folder for folder in (root.resolve(), *root.resolve().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    sentence = f"{os.cpu_count()} processors, {free / 1024**3:,.1f} GB free on the disk of {root}"
    if free < LITTLE_DISK:
        return Finding("machine", "problem", sentence, "a run needs about three times the size of its files")
    return Finding("machine", "good", sentence)


def _settings(root: Path) -> Finding:
    from regulars.errors import SettingsError
    from regulars.settings import SETTINGS_FILE, Settings

    try:
        settings = Settings.load(root)
    except SettingsError as problem:
        return Finding("settings", "problem", str(problem), problem.hint)
    if not (root / SETTINGS_FILE).exists():
        return Finding(
            "settings",
            "note",
            f"no {SETTINGS_FILE} in {root}; defaults hold",
            "`regulars init FILE` writes one",
        )
    return Finding(
        "settings", "good", f"{SETTINGS_FILE} is valid; {len(settings.sources)} sources are described"
    )


def _warehouse(root: Path) -> Finding:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.errors import WorkspaceError
    from regulars.terms.places import Places

    path = Places(root).warehouse
    if not path.exists():
        return Finding("warehouse", "note", "nothing has been loaded yet", "`regulars run FILE` loads orders")
    try:
        with DuckDBEngine(path, read_only=True) as engine:
            loads = engine.count("raw_loads") if "raw_loads" in engine.tables() else 0
    except WorkspaceError as problem:
        return Finding("warehouse", "problem", str(problem), problem.hint)
    return Finding(
        "warehouse",
        "good",
        f"{loads:,} load{'' if loads == 1 else 's'}, {path.stat().st_size / 1024**2:,.0f} MB",
    )


def _release(root: Path) -> Finding:
    from regulars.errors import NoRelease, ReleaseError
    from regulars.publish.reader import Reader
    from regulars.terms.places import Places

    try:
        with Reader.open(Places(root)) as reader:
            reader.verify()
            return Finding(
                "release",
                "good",
                f"{reader.id}: {len(reader.tables())} tables, every file as it was published",
            )
    except NoRelease as problem:
        return Finding("release", "note", str(problem), problem.hint)
    except ReleaseError as problem:
        return Finding("release", "problem", str(problem), problem.hint)


def _show(findings: list[Finding]) -> None:
    from rich.text import Text

    from regulars.cli.console import data

    styles = {"good": ("✓", "green"), "note": ("·", "dim"), "problem": ("✗", "bold red")}
    for finding in findings:
        mark, style = styles[finding.verdict]
        data.print(Text(f"{mark} ", style=style) + Text(f"{finding.what}: {finding.sentence}"))
        if finding.hint:
            data.print(Text(f"  hint: {finding.hint}", style="dim"))
