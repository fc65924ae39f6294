"""How results are printed: a release, a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable
from rich.text import Text

from regulars.cli.console import cell, data, print_json, talk
from regulars.terms.windows import Cutoff

if TYPE_CHECKING:
    from regulars.publish.release import Release
    from regulars.terms.results import Table

MOST_ROWS = 200


def print_table(table: Table, most: int = MOST_ROWS) -> None:
    """Print rows for people; numbers to the right."""
    shown = RichTable(box=SIMPLE_HEAD, header_style="bold")
    rows = table.arrow.slice(0, most).to_pylist()
    for name in table.columns:
        numeric = rows and all(isinstance(row[name], (int, float)) or row[name] is None for row in rows)
        shown.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell(value)) for value in row.values()))
    data.print(shown)
    if len(table) > most:
        talk.print(f"{len(table):,} rows, the first {most} shown; `--json` or `regulars export` give all")


def print_pairs(pairs: dict[str, Any]) -> None:
    """Print a few named values below each other."""
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in pairs.items():
        grid.add_row(name, Text(cell(value)))
    data.print(grid)


def _headlines(report: dict[str, Any]) -> list[str]:
    """Return what a release says first: what matters, that no order is known, and what the data gives to predict."""
    alone = report["release"]["without_orders"]
    given = (report.get("outcomes") or {}).get("targets", [])
    return [
        *([alone] if alone else []),
        *(headline["sentence"] for headline in report["headlines"]),
        *(f"{one['title']}: {one['sentence']}" for one in given),
    ]


def print_release(release: Release, root: Path, as_json: bool) -> None:
    """Say what was published, what it says first, and where to look."""
    from regulars.publish.reader import Reader

    with Reader.at(release.folder) as reader:
        headlines = _headlines(reader.report())
    if as_json:
        manifest = release.manifest.model_dump(mode="json")
        print_json({"release": manifest, "headlines": headlines, "report": str(release.report)})
        return
    talk.print()
    for sentence in headlines:
        data.print(Text("• ") + Text(sentence))
    talk.print()
    table = "segments" if release.manifest.tables["segments"].rows else "target_predictions"
    where = "" if root == Path() else f" --workspace {root}"
    talk.print(f"[bold]release {release.id}[/bold], known until {Cutoff(release.manifest.cutoff)}")
    data.print(Text(f"report: {release.report}"))
    show = ["show CUSTOMER"] if release.manifest.tables["customers"].rows else []
    commands = [f"regulars {command}{where}" for command in ("report --open", *show, f"export {table}")]
    talk.print(Text(f"next: {' · '.join(commands)}"))
