"""The settings file of a new workspace, written down from what was recognized, with the reasons beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Item, Table

from regulars.errors import SettingsError
from regulars.ingest.categories import Categories
from regulars.ingest.mapping import Mapping, source_keys
from regulars.ingest.mapping_shapes import SHAPES
from regulars.ingest.outcome_columns import outcome_name
from regulars.ingest.synonyms import FIELDS
from regulars.settings import SETTINGS_FILE, Settings

PERSONAL = frozenset({"customer_id", "email", "name", "alias_id"})
"""Of these no examples are written down."""


def write_settings(
    workspace: Path,
    mappings: Sequence[Mapping],
    *,
    name: str = "",
    currency: str | None = None,
    timezone: str = "UTC",
    notes: Sequence[str] = (),
    categories: Sequence[Categories] = (),
    overwrite: bool = False,
) -> Path:
    """Write `regulars.toml` with what was recognized, and return its path.

    Parameters
    ----------
    workspace
        The folder; it is made when it is not there.
    mappings
        One `[[sources]]` entry is written for each.
    name, currency, timezone
        Who the shop is. Without a currency the one that the data names is taken, and none when it names none or several.
    notes
        Sentences that are put on top as comments.
    categories
        Tables that name the categories of products.
    overwrite
        Whether a file that is there may be replaced.

    Raises
    ------
    SettingsError
        There is a settings file already, or what would be written is no valid setting.
    """
    path = workspace / SETTINGS_FILE
    if path.exists() and not overwrite:
        raise SettingsError(
            f"{path} is there already, and was left as it is",
            hint="move it away, or say that it may be replaced (--force)",
        )
    text = settings_text(
        mappings, name=name, currency=currency, timezone=timezone, notes=notes, categories=categories
    )
    workspace.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    Settings.load(workspace)
    return path


def settings_text(
    mappings: Sequence[Mapping],
    *,
    name: str = "",
    currency: str | None = None,
    timezone: str = "UTC",
    notes: Sequence[str] = (),
    categories: Sequence[Categories] = (),
) -> str:
    """Return what `write_settings` writes."""
    document = tomlkit.document()
    labels = tuple(f"{mapping.table.label}: " for mapping in mappings)
    for sentence in (
        "Settings of this workspace. What is not written here has its default;",
        "`regulars doctor` and the settings page of the documentation show all there are.",
        *(note for note in notes if not note.startswith(labels)),
    ):
        document.add(tomlkit.comment(_line(sentence)))
    document.add(tomlkit.nl())
    document["shop"] = _shop(mappings, name, currency, timezone)
    if mappings:
        sources = tomlkit.aot()
        for mapping in mappings:
            sources.append(_source(mapping))
        for each in categories:
            sources.append(_named_categories(each))
        document["sources"] = sources
    outcomes = [column for mapping in mappings for column in mapping.outcomes]
    if outcomes:
        document["outcomes"] = _outcomes(outcomes)
    return _spaced(tomlkit.dumps(document))


def _outcomes(columns: Sequence[str]) -> AoT:
    entries = tomlkit.aot()
    for column in dict.fromkeys(columns):
        table = tomlkit.table()
        table["name"] = _said(
            outcome_name(column), "predicted from the other columns; take the entry away if not"
        )
        table["column"] = _said(column, "named as shops name who left, and answers yes and no")
        table.add(tomlkit.comment("drop = []  # columns that were not known before it, or say the same"))
        entries.append(table)
    return entries


def _shop(mappings: Sequence[Mapping], name: str, currency: str | None, timezone: str) -> Table:
    table = tomlkit.table()
    table["name"] = _said(name, "shown on the report; the folder's name when empty")
    found = currency or next((mapping.currency for mapping in mappings if mapping.currency), None)
    if found:
        reason = "as given" if currency else "the data names it"
        table["currency"] = _said(found, reason)
    else:
        table.add(tomlkit.comment('currency = "EUR"  # the data does not say; ISO 4217 code of all amounts'))
    table["timezone"] = _said(
        timezone, "the shop's clock, as Europe/London; instants with an offset are converted to it"
    )
    return table


def _source(mapping: Mapping) -> Table:
    table = tomlkit.table()
    for note in (*mapping.table.notes, *mapping.notes):
        table.add(tomlkit.comment(_line(note)))
    for key, value in source_keys(mapping.table).items():
        table[key] = value
    table["shape"] = _said(mapping.shape, SHAPES[mapping.shape].grain)
    order = next((reading for reading in mapping.dates.values() if reading.order), None)
    if order and order.order:
        table["date_order"] = _said(order.order, order.sentence)
    if mapping.numbers.reason and mapping.numbers.reason != "whole numbers":
        table["decimal"] = _said(mapping.numbers.decimal, f"for example {mapping.numbers.reason}")
    columns = tomlkit.table()
    for ours, why in _reasons(mapping):
        columns[ours] = _said(mapping.columns[ours], why)
    others = mapping.others
    if others:
        kept = "kept as attributes" if mapping.shape == "customers" else "not used"
        columns.add(tomlkit.comment(_line(f"{kept}: {', '.join(others)}")))
    table["columns"] = columns
    return table


def _named_categories(categories: Categories) -> Table:
    table = tomlkit.table()
    for key, value in source_keys(categories.table).items():
        table[key] = value
    table["shape"] = _said(
        "categories", f"names of categories: {categories.key!r} has the number, {categories.name!r} the name"
    )
    return table


def _reasons(mapping: Mapping) -> Iterator[tuple[str, str]]:
    for ours in mapping.columns:
        why, _, examples = mapping.evidence.get(ours, "").partition("; ")
        reading = mapping.dates.get(ours)
        parts = [FIELDS[ours].words, "" if why.startswith("named") else why]
        if reading:
            parts.append(reading.sentence)
        elif ours not in PERSONAL:
            parts.append(examples)
        yield ours, "; ".join(part for part in parts if part)


def _said(value: Any, reason: str) -> Item:
    written: Item = tomlkit.item(value)
    if reason:
        written.comment(_line(reason))
    return written


def _line(text: str) -> str:
    """Return text that stays within one line of a comment."""
    return re.sub(r"[\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()


def _spaced(text: str) -> str:
    return re.sub(r"(?<!\n)\n\[", "\n\n[", text).replace("\n\n[sources.columns]", "\n[sources.columns]")
