"""regulars: who a shop's regulars are, who is about to stop being one, what each is worth, and what to do about it.

The rooms, in the order in which data flows through them:

* `terms`      the words: windows of time, money, tables
* `settings`   every setting once
* `engines`    where SQL runs
* `ingest`     how data enters: files and databases to raw rows
* `warehouse`  how it is cleaned: raw rows to facts and dimensions, audits, and the door at the cut-off
* `features`   what is known of every customer at a cut-off
* `labels`     what happened next, for learning and judging
* `models`     predictions: baselines, buy-till-you-die, boosted trees
* `segments`   who is alike, by rule, by clusters and by when they buy
* `recommend`  what to show whom: lists for every customer, ratings
* `describe`   what happened, and what is bought together
* `evaluation` whether a prediction or a list is any good, on past futures
* `insights`   what is worth saying, with its money and its uncertainty
* `campaigns`  whom to write to, who is held out, and whether it worked
* `publish`    from tables to a release, its reader, exports and report
* `steps`      what is made at a cut-off, each step by the rooms above
* `flow`       all of the above in that order
* `workspace`  the Python door; `cli` the command line, `app` and `api` the doors of the browser and of programs
* `demo`       a synthetic shop with known truth
* `testing`    shops and strategies for tests

>>> import regulars as rg
>>> rg.Cutoff.parse("2026-03-01").last_observed_day
datetime.date(2026, 2, 28)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from regulars.errors import RegularsError
    from regulars.publish.reader import Reader
    from regulars.settings import Settings
    from regulars.terms.results import Table
    from regulars.terms.tables import Column, TableSpec
    from regulars.terms.windows import Cutoff, Horizon, Window
    from regulars.workspace import Workspace, open

_HOMES = {
    "open": "regulars.workspace",
    "Workspace": "regulars.workspace",
    "Reader": "regulars.publish.reader",
    "Settings": "regulars.settings",
    "Table": "regulars.terms.results",
    "TableSpec": "regulars.terms.tables",
    "Column": "regulars.terms.tables",
    "Cutoff": "regulars.terms.windows",
    "Horizon": "regulars.terms.windows",
    "Window": "regulars.terms.windows",
    "RegularsError": "regulars.errors",
}

__all__ = [
    "Column",
    "Cutoff",
    "Horizon",
    "Reader",
    "RegularsError",
    "Settings",
    "Table",
    "TableSpec",
    "Window",
    "Workspace",
    "__version__",
    "open",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import regulars` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'regulars' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
