"""The data dictionary: what every column of a release means, for people (CSV) and for programs (JSON)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from regulars.terms.tables import Column, TableSpec

JSON_FILE = "data_dictionary.json"
CSV_FILE = "data_dictionary.csv"


def write_dictionary(specs: Iterable[TableSpec], folder: Path, currency: str) -> None:
    """Write both forms; in the one for people the unit "currency" is the shop's."""
    specs = sorted(specs, key=lambda spec: spec.name)
    tables = {spec.name: asdict(spec) for spec in specs}
    text = json.dumps({"currency": currency, "tables": tables}, indent=1, ensure_ascii=False)
    (folder / JSON_FILE).write_text(text + "\n", encoding="utf-8")
    with (folder / CSV_FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["table", "grain", "column", "type", "unit", "sentence", "null_means"])
        for spec in specs:
            for column in spec:
                unit = column.unit.replace("currency", currency)
                writer.writerow(
                    [
                        spec.name,
                        spec.grain,
                        column.name,
                        column.type,
                        unit,
                        column.sentence,
                        column.null_means,
                    ]
                )


def read_dictionary(folder: Path) -> dict[str, TableSpec]:
    """Return the specs of a release as it was published, whatever the code says today."""
    tables = json.loads((folder / JSON_FILE).read_text(encoding="utf-8"))["tables"]
    return {
        name: TableSpec(
            **{**table, "key": tuple(table["key"]), "columns": tuple(Column(**c) for c in table["columns"])}
        )
        for name, table in tables.items()
    }
