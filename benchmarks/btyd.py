"""Buy-till-you-die: fit and predict for many customers, beside `lifetimes`, and beside `pymc-marketing` where it is.

`python -m benchmarks.btyd --customers 1000000`: customers who live as BG/NBD says, over two years of days; then as many
as CDNOW's sample has. Every library works in a process of its own on the same histories, which are made up first and
not measured; each has one thread. Predictions are expected purchases in 30, 90 and 365 days and p_alive, for everybody.

`pymc-marketing` brings a compiler and half a gigabyte, so it is no dependency of ours: install it into an environment of its
own and name its interpreter, `--pymc ../pymc/bin/python`. Its first fit compiles; the second is printed too.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure

TRUTH = {"r": 0.5, "alpha": 45.0, "a": 0.8, "b": 3.0}
DAYS = 730
HORIZONS = (30, 90, 365)
CDNOW_SIZE = 2_357
HIDDEN = ("customers", "log_likelihood", "r", "alpha", "a", "b", "s", "beta")
"""Recorded and not printed."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""For all alike: idle threads that wait for work would be measured too."""


def simulate(n: int, seed: int = 1) -> np.ndarray:
    """Return frequency, recency and T of n customers, in whole days."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], n)
    purchases = rng.geometric(np.maximum(rng.beta(TRUTH["a"], TRUTH["b"], n), 1e-12))
    T = rng.integers(0, DAYS, n).astype(float)
    clock, x, t_x = np.zeros(n), np.zeros(n), np.zeros(n)
    going = np.arange(n)
    while len(going):
        clock[going] += 1 + rng.exponential(1 / rate[going])
        going = going[clock[going] <= T[going]]
        x[going] += 1
        t_x[going] = np.floor(clock[going])
        going = going[x[going] < purchases[going]]
    return np.stack([x, t_x, T])


def regulars(path: str, model: str) -> dict[str, Any]:
    """Count distinct histories, fit, predict for everybody."""
    from regulars.models.btyd.choice import ORDER
    from regulars.models.btyd.sufficient import compress

    kind = next(kind for kind in ORDER if kind.name == model)
    history = np.load(path)
    kind().fit([0, 1, 2], [0, 3, 4], [5, 5, 6])  # what SciPy imports on first use is not the fit
    steps = Steps()
    distinct = compress(*history)
    steps.end("compress")
    fitted = kind().fit_histories(distinct)
    steps.end("fit")
    for values in fitted.expected_purchases(HORIZONS, *distinct.columns).T:
        distinct.expand(values)
    distinct.expand(fitted.p_alive(*distinct.columns))
    steps.end("predict")
    return {
        **steps.seconds,
        "distinct": len(distinct.T),
        "log_likelihood": fitted.log_likelihood_,
        **fitted.params_,
    }


def counted(path: str) -> dict[str, Any]:
    """Count distinct histories in the engine, as a run does, and fit BG/NBD."""
    import pyarrow as pa

    from regulars.engines.duckdb import DuckDBEngine
    from regulars.models.btyd.beta_geo import BetaGeoNBD
    from regulars.models.btyd.sufficient import counted as count

    names = ("frequency", "recency", "T")
    table = pa.table(
        {name: column.astype(np.int32) for name, column in zip(names, np.load(path), strict=True)}
    )
    BetaGeoNBD().fit([0, 1, 2], [0, 3, 4], [5, 5, 6])
    with DuckDBEngine() as engine, engine.registered("features", table):
        steps = Steps()
        distinct = count(engine)
        steps.end("compress")
        fitted = BetaGeoNBD().fit_histories(distinct)
        steps.end("fit")
    return {
        **steps.seconds,
        "distinct": len(distinct.T),
        "log_likelihood": fitted.log_likelihood_,
        **fitted.params_,
    }


def lifetimes(path: str, model: str) -> dict[str, Any]:
    """Fit and predict for everybody with `lifetimes`."""
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

    kind = {"bg_nbd": BetaGeoFitter, "mbg_nbd": ModifiedBetaGeoFitter, "pareto_nbd": ParetoNBDFitter}[model]
    history = np.load(path)
    steps = Steps()
    fitted = kind().fit(*history)
    steps.end("fit")
    for horizon in HORIZONS:
        fitted.conditional_expected_number_of_purchases_up_to_time(horizon, *history)
    fitted.conditional_probability_alive(*history)
    steps.end("predict")
    return {**steps.seconds, **{name: float(value) for name, value in fitted.params_.items()}}


def pymc_marketing(path: str) -> dict[str, Any]:
    """Fit BG/NBD at its mode with `pymc-marketing`, twice, and predict for everybody."""
    warnings.simplefilter("ignore")
    import pandas as pd
    from pymc_marketing.clv import BetaGeoModel

    data = pd.DataFrame(dict(zip(("frequency", "recency", "T"), np.load(path), strict=True)))
    data["customer_id"] = np.arange(len(data))
    steps = Steps()
    model = BetaGeoModel(data=data)
    model.fit(method="map")
    steps.end("first_fit")
    model = BetaGeoModel(data=data)
    model.fit(method="map")
    steps.end("fit")
    for horizon in HORIZONS:
        model.expected_purchases(future_t=horizon)
    model.expected_probability_alive()
    steps.end("predict")
    found = model.fit_result
    return {**steps.seconds, **{name: float(found[name].mean()) for name in TRUTH}}


class Steps:
    """Seconds of one step after the other, by the clock and of processors."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._before = time.perf_counter(), time.process_time()

    def end(self, name: str) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        self.seconds[f"{name}_seconds"] = wall - self._before[0]
        self.seconds[f"{name}_cpu"] = cpu - self._before[1]
        self._before = wall, cpu


def compare(
    n: int, contenders: list[tuple[str, Callable[..., Any], tuple[str, ...]]], pymc: str = sys.executable
) -> list[dict[str, Any]]:
    """Run the contenders one after the other on the same n customers."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "histories.npy"
        np.save(path, simulate(n))
        for name, function, arguments in contenders:
            row: dict[str, Any] = {
                "customers": n,
                "library": name,
                "model": arguments[0] if arguments else "bg_nbd",
            }
            try:
                found = measure.call(
                    f"benchmarks.btyd:{function.__name__}",
                    path,
                    *arguments,
                    environment=ONE_THREAD,
                    interpreter=pymc if function is pymc_marketing else sys.executable,
                )
            except measure.CommandFailed as failed:
                rows.append({**row, "note": str(failed).strip().splitlines()[-1][:60]})
                continue
            rows.append({**row, **found.result, "peak_mb": found.peak_mb})
    return rows


def main() -> int:
    """Compare at the size asked for and at CDNOW's; print and record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--pymc", default=sys.executable, help="an interpreter that has pymc-marketing")
    chosen = parser.parse_args()
    pairs: list[tuple[str, Callable[..., Any], tuple[str, ...]]] = [
        ("regulars", regulars, ("bg_nbd",)),
        ("regulars, GROUP BY", counted, ()),
        ("lifetimes", lifetimes, ("bg_nbd",)),
        ("regulars", regulars, ("mbg_nbd",)),
        ("lifetimes", lifetimes, ("mbg_nbd",)),
        ("regulars", regulars, ("pareto_nbd",)),
    ]
    small = [*pairs, ("lifetimes", lifetimes, ("pareto_nbd",))]
    if chosen.pymc != sys.executable or importlib.util.find_spec("pymc_marketing"):
        small.append(("pymc-marketing, mode", pymc_marketing, ()))
    else:
        print(
            "pymc-marketing is not compared: it is not installed, and --pymc names no interpreter that has it"
        )
    for n, contenders in ((CDNOW_SIZE, small), (chosen.customers, pairs)):
        rows = compare(n, contenders, chosen.pymc)
        measure.record("btyd", rows)
        shown = [{key: value for key, value in row.items() if key not in HIDDEN} for row in rows]
        measure.show(f"{n:,} customers", shown)
    fitted = {
        name: [round(row[name], 3) for row in rows if row["model"] == "bg_nbd" and name in row]
        for name in TRUTH
    }
    print(f"true parameters: {TRUTH}\nfitted, each library: {fitted}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
