"""A large release out of a small one: every customer stands in it many times, under other ids, with all that is theirs.

`python -m benchmarks.grown SMALL LARGE --times 612` makes a workspace LARGE whose release is that of SMALL grown so many
times: every table with a customer, the profiles, and the rows that live scores begin with. What a release says of the
whole shop (its report, backtests, baskets) stays as small as it is; it does not grow with a shop either.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from regulars.engines.duckdb import DuckDBEngine, literal, parquet, quoted
from regulars.publish.current import switch
from regulars.publish.profiles import PROFILES_FILE, write_profiles
from regulars.publish.raw_rows import FOLDER, ROWS_A_GROUP
from regulars.publish.reader import Reader
from regulars.publish.release import ROWS_A_GROUP_BY_CUSTOMER
from regulars.publish.tables import PUBLISHED_FACTS, sort_columns
from regulars.terms.places import Places
from regulars.terms.progress import Silence

AS_IT_IS = ("set_aside", "cluster_map", "retention_recommendations", "raw_ratings")
IDS = ("customer_id", "order_id", "return_id", "whose")


def grow(small: Path, large: Path, times: int) -> dict[str, int]:
    """Make the large workspace, and return the rows of each table of its release."""
    with Reader.open(Places(small)) as reader:
        folder = Path(shutil.copytree(reader.folder, large / "releases" / reader.id))
        facts = {spec.name: spec for spec in PUBLISHED_FACTS}
        specs = [facts.get(name, reader.spec(name)) for name in reader.manifest.tables]
    if (small / "regulars.toml").exists():
        shutil.copy(small / "regulars.toml", large)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    with DuckDBEngine(memory_limit="3GB") as engine:
        for spec in specs:
            if "customer_id" in spec.column_names and spec.name not in AS_IT_IS:
                card = manifest["tables"][spec.name]
                _repeat(engine, folder / card["file"], times, sort_columns(spec), ROWS_A_GROUP_BY_CUSTOMER)
                card |= {"rows": card["rows"] * times, "bytes": (folder / card["file"]).stat().st_size}
        for path in sorted((folder / FOLDER).glob("*.parquet")):
            if "whose" in engine.arrow(f"FROM {parquet(path)} LIMIT 0").column_names:
                _repeat(engine, path, times, ("whose", "load_id", "part", "row_number"), ROWS_A_GROUP)
        (folder / PROFILES_FILE).unlink()
        write_profiles(engine, specs, folder, Silence())
    for name, card in manifest["files"].items():
        card["bytes"] = (folder / name).stat().st_size
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    switch(Places(large), folder.name)
    return {name: card["rows"] for name, card in manifest["tables"].items()}


def _repeat(engine: DuckDBEngine, path: Path, times: int, order: tuple[str, ...], group: int) -> None:
    """Put every row of a file into it so many times, each under ids of its own."""
    names = engine.arrow(f"FROM {parquet(path)} LIMIT 0").column_names
    ids = ", ".join(
        f"CASE WHEN copy = 0 THEN {name} ELSE {name} || '-' || copy END AS {name}"
        for name in IDS
        if name in names
    )
    grown = path.with_suffix(".grown")
    sorted_by = ", ".join(f"{quoted(name)} NULLS LAST" for name in order)
    engine.execute(
        f"COPY (SELECT rows.* REPLACE ({ids}) FROM {parquet(path)} AS rows, range({times}) AS copies(copy) ORDER BY {sorted_by})"
        f" TO {literal(grown)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})"
    )
    grown.replace(path)


def main() -> None:
    """Grow a release and say how large it has become."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("small", type=Path)
    parser.add_argument("large", type=Path)
    parser.add_argument("--times", type=int, default=612)
    asked = parser.parse_args()
    rows = grow(asked.small, asked.large, asked.times)
    for name in (
        "customers",
        "orders",
        "order_lines",
        "predictions",
        "backtest_predictions",
        "recommendations",
    ):
        print(f"{rows[name]:>12,} {name}")


if __name__ == "__main__":
    main()
