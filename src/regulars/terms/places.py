"""Where things lie in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """The folder of a workspace: one settings file, one warehouse, one state, and what was published."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / "regulars.toml"

    @property
    def warehouse(self) -> Path:
        """Raw rows, facts and dimensions; only a run writes it."""
        return self.root / "warehouse.duckdb"

    @property
    def state(self) -> Path:
        """What must survive every run: live intake, keys, campaigns, suppressions."""
        return self.root / "state.sqlite"

    @property
    def refused_orders(self) -> Path:
        """Messages that were no orders, each with its reason, one JSON object on each line."""
        return self.root / "refused-orders.jsonl"

    @property
    def features(self) -> Path:
        """The shop's own features, one `.sql` file each."""
        return self.root / "features"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def lock(self) -> Path:
        return self.root / ".lock"
