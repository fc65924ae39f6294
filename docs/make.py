"""The pages that are made from the code: `make docs` writes them, a test asks that they are up to date."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from docs.api_page import api_page
from regulars.settings import SETTINGS_FILE, Outcome, Settings, Source
from regulars.terms.tables import TableSpec

DOCS = Path(__file__).parent
MADE = "<!-- made by docs/make.py; do not edit -->\n"


def settings_page() -> str:
    """Every setting, its type, default and sentence."""
    lines = [
        MADE,
        "# Settings",
        "",
        f"Defaults < `{SETTINGS_FILE}` in the workspace < environment < flag. In the environment, a setting is written",
        "`REGULARS_SECTION__KEY`: `REGULARS_SHOP__CURRENCY=EUR`.",
    ]
    for name, field in Settings.model_fields.items():
        kind = {"sources": Source, "outcomes": Outcome}.get(name) or field.annotation
        heading = f"[[{name}]]" if name in ("sources", "outcomes") else f"[{name}]"
        assert isinstance(kind, type)
        assert issubclass(kind, BaseModel)
        lines += [
            "",
            f"## `{heading}`",
            "",
            (kind.__doc__ or "").strip(),
            "",
            "| key | default | meaning |",
            "|---|---|---|",
        ]
        lines += [_setting(key, each) for key, each in kind.model_fields.items()]
    return "\n".join(lines) + "\n"


def _setting(key: str, field: FieldInfo) -> str:
    default: Any = (
        field.get_default(call_default_factory=True) if not field.is_required() else "(must be given)"
    )
    shown = f"`{default!r}`" if len(repr(default)) <= 60 else "see `regulars.settings`"
    choices = [str(choice) for choice in get_args(field.annotation) if isinstance(choice, str)]
    extra = f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""
    return f"| `{key}` | {shown} | {field.description}{extra} |"


def published_specs() -> list[TableSpec]:
    """Every table of a release."""
    from regulars.publish.tables import PUBLISHED_FACTS
    from regulars.steps import result_tables
    from regulars.warehouse.tables import AUDITS, SET_ASIDE

    return [*PUBLISHED_FACTS, *result_tables(), AUDITS, SET_ASIDE]


def tables_page() -> str:
    """Every table of a release: its grain, its time, every column."""
    lines = [
        MADE,
        "# Tables of a release",
        "",
        "The same words stand in `data_dictionary.csv` beside the tables.",
    ]
    for spec in published_specs():
        when = (
            f"time: `{spec.time_column}`"
            if spec.time_column
            else f"no time column, because {spec.timeless_because}"
        )
        lines += [
            "",
            f"## `{spec.name}`",
            "",
            f"{spec.grain[0].upper()}{spec.grain[1:]}; key: {', '.join(f'`{k}`' for k in spec.key)}; {when}.",
            "",
        ]
        lines += ["| column | type | unit | meaning | null means |", "|---|---|---|---|---|"]
        lines += [
            f"| `{column.name}` | {column.type} | {column.unit} | {_cell(column.sentence)} | {_cell(column.null_means)} |"
            for column in spec
        ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def features_page() -> str:
    """The catalog of features."""
    from regulars.features.catalog import page

    return MADE + page()


def commands_page() -> str:
    """What `--help` says of every command."""
    from typer.main import get_command
    from typer.testing import CliRunner

    from regulars.cli.main import app

    os.environ.update(COLUMNS="100", TERMINAL_WIDTH="100", NO_COLOR="1", TERM="dumb")
    commands = [""]
    for name, found in get_command(app).commands.items():  # type: ignore[attr-defined]
        commands += [name, *(f"{name} {below}" for below in getattr(found, "commands", ()))]
    lines = [MADE, "# Commands"]
    for command in commands:
        words = command.split()
        said = CliRunner().invoke(app, [*words, "--help"], prog_name="regulars").output
        text = "\n".join(
            line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", said).strip("\n").splitlines()
        )
        lines += [
            "",
            f"## `{' '.join(['regulars', *words])}`",
            "",
            "```text",
            text,
            "```",
        ]
    return "\n".join(lines) + "\n"


def findings_page() -> str:
    """The form of `findings.json`, made from its schema."""
    import json
    from importlib.resources import files

    schema = json.loads(
        files("regulars.publish").joinpath("findings.schema.json").read_text(encoding="utf-8")
    )
    lines = [
        MADE,
        "# findings.json",
        "",
        schema["description"],
        "",
        "It lies in the folder of every release; `regulars findings --json` prints the same. Its JSON Schema is",
        "`regulars/publish/findings.schema.json`. How findings are made is told in [what is worth saying](../explanation/insights.md).",
        "",
        "| key | type | meaning |",
        "|---|---|---|",
        *_keys(schema, ""),
    ]
    return "\n".join(lines) + "\n"


def _keys(schema: dict[str, Any], before: str) -> list[str]:
    """One row per key of an object, those of objects in its lists included."""
    rows = []
    for key, value in schema["properties"].items():
        kind = value.get("type") or (
            "one of " + ", ".join(value["enum"]) if "enum" in value else repr(value.get("const"))
        )
        shown = " or ".join(kind) if isinstance(kind, list) else kind
        rows.append(f"| `{before}{key}` | {shown} | {_cell(value.get('description', ''))} |")
        items = value.get("items", {})
        if "properties" in items:
            rows += _keys(items, f"{before}{key}[].")
    return rows


def api_reference() -> str:
    """Every endpoint of the REST API."""
    return MADE + api_page()


PAGES: dict[str, Callable[[], str]] = {
    "reference/api.md": api_reference,
    "reference/settings.md": settings_page,
    "reference/tables.md": tables_page,
    "reference/features.md": features_page,
    "reference/commands.md": commands_page,
    "reference/findings.md": findings_page,
}


def main() -> None:
    """Write every page."""
    for name, make in PAGES.items():
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(make(), encoding="utf-8")
        print(f"· {path.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    main()
