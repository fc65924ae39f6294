"""Predictions for the synthetic shop beside the truth that it keeps: who is a customer, and what each will bring.

    python -m benchmarks.truth [--customers 1000 10000 100000] [--write]

A shop is written, loaded and judged as in a run, with three past cut-offs instead of twelve; predictions are made at its
end and compared with `truth.parquet`, which no run ever sees. `--write` makes `docs/explanation/truth.md` of it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measure

SIZES = (1_000, 10_000, 100_000)
SEED = 7
HORIZON_DAYS = 90
JUDGED_AT = 3
TENTHS = 10
PAGE = measure.ROOT / "docs" / "explanation" / "truth.md"
CLOCKWORK = {1: "at random", 3: "steadily", 12: "like clockwork"}
"""What the regularity of the shop's customers is called."""


def foretell(folder: str, customers: int, seed: int = SEED) -> dict[str, Any]:
    """Write a shop, predict at its end, and return how that compares with the truth."""
    from regulars import flow, steps
    from regulars.demo.shop import write_shop
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.features.build import build_features
    from regulars.models.btyd.beta_geo import BetaGeoNBD
    from regulars.models.matrix import read_matrix
    from regulars.models.purchases import Purchases
    from regulars.settings import Predictions, Settings
    from regulars.terms.progress import Silence
    from regulars.terms.windows import Cutoff, Horizon
    from regulars.warehouse.history import History

    shop = write_shop(Path(folder) / "shop", customers, seed, format="parquet")
    settings = Settings(predictions=Predictions(backtest_cutoffs=JUDGED_AT, reasons_for=0))
    horizon, quiet = Horizon(HORIZON_DAYS, "as far as the truth looks"), Silence()
    with DuckDBEngine(Path(folder) / "warehouse.duckdb", threads=2) as engine:
        flow.load(engine, [str(path) for path in shop.paths], settings, quiet)
        history = History(engine, Cutoff.parse(str(shop.end)))
        proof, year = steps.judge(history, horizon, settings, [], quiet)
        build_features(history, HORIZON_DAYS)
        fitted = steps.predict(history, proof, year, settings, quiet)
        present, _ = read_matrix(engine, fitted.encoding)
        rows = engine.arrow(
            "SELECT * FROM predictions INNER JOIN read_parquet($truth) AS truth USING (customer_id) ORDER BY customer_id",
            {"truth": str(shop.truth)},
        )
        models = {
            f"{row['target']}_{row['horizon_days']}d": row["model"]
            for row in engine.rows("SELECT target, horizon_days, model FROM prediction_targets ORDER BY ALL")
        }
    columns = {name: np.asarray(rows[name].to_numpy(zero_copy_only=False)) for name in rows.column_names}
    assert fitted.purchases is not None
    columns["p_alive_bg_nbd"] = Purchases.fit(present, fitted.purchases.clock, (BetaGeoNBD,)).p_alive(present)
    return {"customers": customers, "models": models, **compared(columns, shop.parameters.cancelled_share)}


def compared(found: dict[str, Any], cancelled_share: float) -> dict[str, Any]:
    """Return figures of predictions beside the truth; one row per customer in both.

    The truth's revenue is as placed; what is cancelled and what comes back is taken off, each customer's own share.
    """
    alive = found["is_alive"].astype(float)
    kept = (1 - cancelled_share) * (1 - found["return_share"])
    amounts = {
        "orders_90d": ("expected_orders", found["expected_orders_next_90d"], found["n_orders_next_90d"]),
        "value_90d": ("predicted_clv", kept * found["expected_revenue_next_90d"], found["revenue_next_90d"]),
        "value_365d": ("predicted_clv_365d", kept * found["expected_revenue_next_365d"], found["revenue_next_365d"]),
    }  # fmt: skip
    stayed_away = (found["n_orders_next_90d"] == 0).astype(float)
    return {
        "alive": chances(found["p_alive"].astype(float), alive),
        "alive_bg_nbd": chances(found["p_alive_bg_nbd"], alive),
        "leaving": chances(found["p_churn"].astype(float), stayed_away),
        "by_regularity": [
            {"k": k, "n": int(mask.sum()), "predicted": float(found["p_alive"][mask].mean()), "true": float(alive[mask].mean())}
            for k in CLOCKWORK
            if (mask := found["regularity"] == k).any()
        ],
        "by_orders": [
            {"who": who, "n": int(mask.sum()), "predicted": float(found["p_alive"][mask].mean()), "true": float(alive[mask].mean())}
            for who, mask in (("one order", found["n_orders"] == 1), ("two to four", (found["n_orders"] > 1) & (found["n_orders"] < 5)), ("five and more", found["n_orders"] >= 5))
        ],
        **{name: expectations(found[column].astype(float), truth, came.astype(float)) for name, (column, truth, came) in amounts.items()},
    }  # fmt: skip


def chances(predicted: Any, true: Any) -> dict[str, Any]:
    """Return how probabilities compare with what is so: the level, by tenth of the predictions, and the order."""
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    bins = _tenths(predicted)
    return {
        "mean": float(predicted.mean()),
        "true": float(true.mean()),
        "calibration_error": _off(predicted, true, bins) / len(true),
        "brier": float(((predicted - true) ** 2).mean()),
        "brier_of_the_mean": float(true.var()),
        "auc": float(roc_auc_score(true, predicted)),
        "bins": _bins(predicted, true, bins),
    }


def expectations(predicted: Any, truth: Any, came: Any) -> dict[str, Any]:
    """Return how expected amounts compare with the true expectations; both are also held against what then came."""
    from scipy.stats import spearmanr

    bins = _tenths(predicted)
    return {
        "bias_pct": 100 * float(predicted.sum() / truth.sum() - 1),
        "luck_pct": 100 * float(came.sum() / truth.sum() - 1),
        "calibration_error_pct": 100 * _off(predicted, truth, bins) / float(truth.sum()),
        "rank_correlation": float(spearmanr(predicted, truth).statistic),
        "gini": _found(predicted, came) / _found(came, came),
        "gini_of_truth": _found(truth, came) / _found(came, came),
        "bins": _bins(predicted, truth, bins),
    }


def _found(score: Any, came: Any) -> float:
    """Return how far above a random order the money is found by a score."""
    reached = np.cumsum(came[np.argsort(-score, kind="stable")]) / came.sum()
    return float(reached.mean()) - 0.5


def _tenths(predicted: Any) -> list[Any]:
    return np.array_split(np.argsort(predicted, kind="stable"), TENTHS)


def _off(predicted: Any, true: Any, bins: Iterable[Any]) -> float:
    return float(sum(abs(predicted[rows].sum() - true[rows].sum()) for rows in bins))


def _bins(predicted: Any, true: Any, bins: Iterable[Any]) -> list[dict[str, float]]:
    return [{"predicted": float(predicted[rows].mean()), "true": float(true[rows].mean())} for rows in bins]


def page(rows: list[dict[str, Any]]) -> str:
    """Return the page in Markdown; one row per size."""
    largest = rows[-1]
    return f"""# Beside the truth

A real shop never learns who has left it, and never what somebody was to be expected to bring. The [synthetic shop](the-synthetic-shop.md)
knows both. Here predictions are made for it as for any shop, from its order files alone, and then compared with that truth.
`python -m benchmarks.truth --write` makes this page: shops of {_sizes(rows)} customers, three years old, judged at {JUDGED_AT} past
cut-offs; predictions from 1 October, the busiest time ahead.

The process behind the orders is not the one that any model assumes: customers leave as in Pareto/NBD, but a third buy steadily
and some like clockwork, the shop has a season, and it nearly doubles in a year.

## Who is still a customer

`p_alive` beside the share of customers who really are.

| customers | really are | mean `p_alive` | calibration error | Brier (of the mean alone) | AUC |
|---|---|---|---|---|---|
{_lines(rows, "alive")}

Calibration error: how far predicted and true shares lie apart, on average over tenths of the customers by prediction.
The tenths, from the customers most likely gone to those most likely there:

| tenth | {" | ".join(f"{row['customers']:,} customers: predicted | true" for row in rows)} |
|---|{"---|---|" * len(rows)}
{_bin_lines(rows, "alive", ".2f")}

BG/NBD, which predicts orders well, lets nobody leave before a second purchase: whoever bought once would be a customer for
certain. Of those here {_of(largest, "by_orders", "one order")["true"] * 100:.0f} % are. `p_alive` therefore comes from MBG/NBD, which differs in this alone: its calibration
error is {largest["alive"]["calibration_error"]:.3f}, that of BG/NBD {largest["alive_bg_nbd"]["calibration_error"]:.3f}. What is left has two causes that can be seen:

| among {largest["customers"]:,} customers | n | mean `p_alive` | really are |
|---|---|---|---|
{_part_lines(largest["by_orders"], "who")}
{_part_lines([one | {"who": "who buy " + CLOCKWORK[one["k"]]} for one in largest["by_regularity"]], "who")}

The model thinks that people leave after a purchase; here they leave at any time, so those who bought often are trusted a
little too long. And it knows no clockwork: for customers who buy at even intervals, silence says more than it thinks.

## Who orders within {HORIZON_DAYS} days

`p_churn` beside the share who did not. `1 − p_alive` is something else: most who are still customers do not order in every window.

| customers | stayed away | mean `p_churn` | calibration error | Brier (of the mean alone) | AUC |
|---|---|---|---|---|---|
{_lines(rows, "leaving")}

## What they will bring

Predictions beside what somebody would expect who knows every customer's rate and the season, but not the future. *Total* is how
far all of them together lie off; *by tenth* adds up how far each tenth does; the rank correlation is with the true
expectations. The *Gini* is how well the money that then came is found (1: best possible order), beside that of the
truth itself, which nobody can beat.

| customers | | made by | total | by tenth | rank correlation | Gini | Gini of the truth |
|---|---|---|---|---|---|---|---|
{_amount_lines(rows)}

Expected revenue of the next {HORIZON_DAYS} days by tenth of the predictions, in currency per customer:

| tenth | {" | ".join(f"{row['customers']:,} customers: predicted | true" for row in rows)} |
|---|{"---|---|" * len(rows)}
{_bin_lines(rows, "value_90d", ",.2f")}

What keeps the Gini below that of the truth is what a history cannot tell: three purchases do not give away a rate, and those who
have silently left look like those who pause. Totals are a matter of the season and of how many purchases there are to learn
it from: a thousand customers know the level of a year to about a quarter (three shops of that size: +25, −14 and +1 %). Predictions
count days with an order, the truth counts orders, which are a few more.
"""


def _sizes(rows: list[dict[str, Any]]) -> str:
    *first, last = (f"{row['customers']:,}" for row in rows)
    return f"{', '.join(first)} and {last}" if first else last


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _lines(rows: list[dict[str, Any]], what: str) -> str:
    return "\n".join(
        f"| {row['customers']:,} | {_percent(one['true'])} | {_percent(one['mean'])} | {one['calibration_error']:.3f} | "
        f"{one['brier']:.3f} ({one['brier_of_the_mean']:.3f}) | {one['auc']:.3f} |"
        for row in rows
        for one in (row[what],)
    )


def _bin_lines(rows: list[dict[str, Any]], what: str, form: str) -> str:
    return "\n".join(
        f"| {place + 1} | "
        + " | ".join(
            f"{row[what]['bins'][place]['predicted']:{form}} | {row[what]['bins'][place]['true']:{form}}"
            for row in rows
        )
        + " |"
        for place in range(TENTHS)
    )


def _part_lines(parts: list[dict[str, Any]], name: str) -> str:
    return "\n".join(
        f"| {one[name]} | {one['n']:,} | {_percent(one['predicted'])} | {_percent(one['true'])} |"
        for one in parts
    )


def _amount_lines(rows: list[dict[str, Any]]) -> str:
    words = {
        "orders_90d": "orders in 90 days",
        "value_90d": "revenue in 90 days",
        "value_365d": "revenue in a year",
    }
    return "\n".join(
        f"| {row['customers']:,} | {words[name]} | `{row['models'][name]}` | {one['bias_pct']:+.1f} % | "
        f"{one['calibration_error_pct']:.1f} % | {one['rank_correlation']:.3f} | {one['gini']:.3f} | {one['gini_of_truth']:.3f} |"
        for row in rows
        for name in words
        for one in (row[name],)
    )


def _of(row: dict[str, Any], part: str, who: str) -> dict[str, Any]:
    return next(one for one in row[part] if one["who"] == who)


def main(arguments: list[str] | None = None) -> None:
    """Foretell at each size, print, keep and, if asked, write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--customers", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--write", action="store_true", help="write docs/explanation/truth.md")
    given = parser.parse_args(arguments)
    rows: list[dict[str, Any]] = []
    for customers in given.customers:
        with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
            found = measure.call("benchmarks.truth:foretell", folder, customers)
        rows.append(found.result | {"cpu_seconds": found.cpu_seconds, "peak_mb": found.peak_mb})
        print(_lines(rows[-1:], "alive"), _amount_lines(rows[-1:]), sep="\n", flush=True)
    measure.record("truth", rows)
    for what in ("alive", "leaving"):
        shown = [
            {"customers": row["customers"]} | {k: v for k, v in row[what].items() if k != "bins"}
            for row in rows
        ]
        measure.show(
            {"alive": "p_alive beside the truth", "leaving": "p_churn beside what came"}[what], shown
        )
    for what in ("orders_90d", "value_90d", "value_365d"):
        shown = [
            {"customers": row["customers"]} | {k: v for k, v in row[what].items() if k != "bins"}
            for row in rows
        ]
        measure.show(f"{what} beside the truth", shown)
    for row in rows:
        bins = row["alive"]["bins"]
        measure.show(f"p_alive by tenth, {row['customers']:,} customers", bins)
    if given.write:
        PAGE.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
