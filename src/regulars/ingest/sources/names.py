"""Names of columns as a source has them, made usable: trimmed, never empty, all different."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from regulars.ingest.sources.spool import ROW_NUMBER

LONGEST_NAME = 200


def column_names(header: Iterable[object], width: int = 0) -> tuple[str, ...]:
    """Return usable names for the cells of a header, and `column_N` up to the width.

    Upper and lower case are not told apart, because databases do not.

    >>> column_names([" Date ", "date", "", None], width=5)
    ('Date', 'date_2', 'column_3', 'column_4', 'column_5')
    """
    cells = ["" if cell is None else " ".join(str(cell).split())[:LONGEST_NAME] for cell in header]
    cells += [""] * (width - len(cells))
    taken = {ROW_NUMBER}
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        wanted = cell or f"column_{position}"
        name, turn = wanted, 1
        while name.lower() in taken:
            turn += 1
            name = f"{wanted}_{turn}"
        taken.add(name.lower())
        names.append(name)
    return tuple(names)


def by_name(columns: Sequence[str], cells: Sequence[str | None]) -> dict[str, str | None]:
    """Return cells by the names of their columns; cells beyond the last column are called by their position.

    >>> by_name(["a", "b"], ["1", "2", "3"])
    {'a': '1', 'b': '2', 'column_3': '3'}
    """
    extra = (f"column_{position}" for position in range(len(columns) + 1, len(cells) + 1))
    return {name: cell or None for name, cell in zip([*columns, *extra], cells, strict=False)}
