"""The steps of a run at its cut-off: which rooms each enters, and what it hands to the next.

Like `flow`, which calls them in order, they hold no logic of their own. A room is imported where it is entered, so that
no command waits for what it does not use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from regulars.settings import Settings
from regulars.terms.places import Places
from regulars.terms.progress import Progress
from regulars.terms.windows import Horizon

if TYPE_CHECKING:
    from regulars.evaluation.backtest import Backtest
    from regulars.evaluation.recommendations import Verdict
    from regulars.features.catalog import Feature
    from regulars.features.own import OwnFeature
    from regulars.models.fitted import Models
    from regulars.models.outcomes.fitted import FittedOutcome
    from regulars.recommend.ratings.build import FittedRatings
    from regulars.recommend.scorers import Target
    from regulars.segments.clusters.fitted import Clusters
    from regulars.terms.tables import TableSpec
    from regulars.warehouse.history import History


def any_event(history: History) -> bool:
    """Return whether anybody ordered or rated anything before the cut-off."""
    history.need("orders", "ratings")
    return any(history.engine.count(f"history_{name}") for name in ("orders", "ratings"))


def judge(
    history: History,
    horizon: Horizon,
    settings: Settings,
    own: Sequence[OwnFeature],
    progress: Progress,
    *,
    compare: bool = False,
) -> tuple[Backtest, Backtest]:
    """Let every model and every baseline predict past futures, over the horizon and over a year; keep how they did."""
    from regulars.evaluation.backtest import backtest
    from regulars.evaluation.results import keep_tables
    from regulars.evaluation.year import judge_year, with_year
    from regulars.models.compared import compared
    from regulars.models.line_up import line_up

    contenders = [*line_up(), *(compared() if compare else [])]
    progress.step("judge predictions by past futures")
    proof = backtest(
        history.engine, history.cutoff, horizon.days, contenders, settings, own=own, progress=progress
    )
    year = judge_year(history.engine, proof, settings)
    keep_tables(history.engine, with_year(proof.tables, year))
    return proof, year


def judge_lists(
    history: History, horizon: Horizon, settings: Settings, progress: Progress
) -> dict[Target, Verdict]:
    """Let every scorer of recommendations make lists at past cut-offs, and hold them against what was bought next."""
    from regulars.evaluation.recommendations import judge_recommendations
    from regulars.models.learners import one_blas_thread

    progress.step("judge recommendations by past futures")
    with one_blas_thread():
        return judge_recommendations(history.engine, history.cutoff, horizon, settings, progress)


def know(
    history: History, horizon: Horizon, settings: Settings, own: Sequence[OwnFeature], progress: Progress
) -> Clusters:
    """Make what is known before the cut-off: features, segments, what happened; return how customers were grouped."""
    from regulars.describe.build import describe
    from regulars.features.build import build_features
    from regulars.segments.build import build_segments

    progress.step("compute what is known of every customer")
    build_features(history, horizon.days, own)
    progress.step("group the customers")
    clusters = build_segments(history, settings)
    progress.step("describe what happened")
    describe(history, settings)
    return clusters


def predict(
    history: History, proof: Backtest, year: Backtest, settings: Settings, progress: Progress
) -> Models:
    """Fit the winners on all windows that are over, and predict what lies ahead of the cut-off."""
    from regulars.models.fitted import fit_models
    from regulars.models.forecast import forecast
    from regulars.models.learners import one_blas_thread
    from regulars.models.matrix import read_matrix
    from regulars.models.predict import make_predictions
    from regulars.models.value_year import fit_year

    progress.step("predict what comes next")
    matrix, encoding = read_matrix(history.engine)
    with one_blas_thread():
        ahead = fit_year(year.training(matrix), year.winners()["value"])
        models = fit_models(proof.training(matrix), proof.winners(), settings.predictions, encoding, ahead)
        make_predictions(history.engine, models, matrix, settings.predictions)
    forecast(history, settings)
    return models


def tell_outcomes(
    history: History, settings: Settings, progress: Progress, *, compare: bool = False
) -> list[FittedOutcome]:
    """Judge the outcomes that the customers table gives, learn them, and add what is predicted to the tables."""
    from regulars.evaluation.outcomes.judge import judge_outcomes, tables_of
    from regulars.evaluation.results import add_to_tables
    from regulars.labels.given.attributes import read_attributes
    from regulars.models.learners import one_thread
    from regulars.models.outcomes.fitted import outcome_tables

    attributes = read_attributes(history)
    with one_thread():
        judged = judge_outcomes(attributes, settings, compare=compare, progress=progress)
        fitted = [one.fitted() for one in judged]
        predicted = outcome_tables(fitted, attributes, settings.predictions.reasons_for)
    add_to_tables(history.engine, tables_of(judged) | predicted)
    return fitted


def recommend(
    history: History, verdicts: Mapping[Target, Verdict], settings: Settings, progress: Progress
) -> None:
    """Make every customer's lists with the scorers that did best, and say what to show whom is about to leave."""
    from regulars.recommend.build import build_recommendations, keep_scorers
    from regulars.recommend.retention import build_retention

    progress.step("choose what to show whom")
    build_recommendations(history, settings, {target: one.scorer for target, one in verdicts.items()})
    keep_scorers(
        history.engine, {target: (one.scorer.name, one.sentence) for target, one in verdicts.items()}
    )
    if "segments" in history.engine.tables():
        build_retention(history.engine, settings)


def rate(history: History, settings: Settings, progress: Progress) -> FittedRatings | None:
    """Where products were rated: judge what predicts ratings, and list what every customer would rate highest."""
    from regulars.evaluation.ratings import judge_ratings
    from regulars.models.learners import one_blas_thread
    from regulars.recommend.ratings.build import build_ratings, keep_rows, rated
    from regulars.recommend.ratings.tables import RATING_BACKTESTS

    found = rated(history, settings)
    if found is not None:
        progress.step("learn from ratings")
    with one_blas_thread():
        chosen, rows = judge_ratings(found, settings)
        keep_rows(history.engine, RATING_BACKTESTS, rows)
        return build_ratings(history, found, chosen, settings)


def conclude(
    history: History, horizon: Horizon, settings: Settings, places: Places, progress: Progress
) -> None:
    """Say what of all this is worth saying, and who has moved since an earlier release."""
    from regulars.insights.build import build_insights
    from regulars.publish.earlier import earlier_release

    progress.step("say what is worth saying")
    earlier = earlier_release(places, history.cutoff.at, settings.segmentation)
    build_insights(history, horizon.days, settings, earlier)


def propose(
    history: History,
    horizon: Horizon,
    settings: Settings,
    own: Sequence[OwnFeature],
    places: Places,
    progress: Progress,
) -> None:
    """Say whom to write to; campaigns that were started stay as they were drawn."""
    from regulars.campaigns.build import build_campaigns
    from regulars.publish.campaigns import remembered
    from regulars.publish.state import State

    progress.step("propose whom to write to")
    with State.open(places) as state:
        memory = remembered(state, history.cutoff.at)
    build_campaigns(history, horizon, settings, memory, [one.feature for one in own])


def result_tables(own: Sequence[Feature] = ()) -> list[TableSpec]:
    """Return what a run makes at its cut-off."""
    from regulars.campaigns.tables import CAMPAIGN_TABLES
    from regulars.evaluation.tables import EVALUATION_TABLES
    from regulars.insights.tables import INSIGHT_TABLES
    from regulars.models.forecast_tables import FORECAST_TABLES
    from regulars.models.tables import MODEL_TABLES
    from regulars.recommend.ratings.tables import RATING_TABLES
    from regulars.recommend.tables import RETENTION_RECOMMENDATIONS

    return [
        *known_tables(own),
        *MODEL_TABLES,
        *FORECAST_TABLES,
        *EVALUATION_TABLES,
        *listed_tables(),
        RETENTION_RECOMMENDATIONS,
        *RATING_TABLES,
        *INSIGHT_TABLES,
        *CAMPAIGN_TABLES,
    ]


def listed_tables() -> list[TableSpec]:
    """Return what to show whom, and how that was judged."""
    from regulars.evaluation.recommendation_tables import RECOMMENDATION_BACKTESTS
    from regulars.recommend.tables import RECOMMEND_TABLES

    return [*RECOMMEND_TABLES, RECOMMENDATION_BACKTESTS]


def known_tables(own: Sequence[Feature] = ()) -> list[TableSpec]:
    """Return what is known before the cut-off, and rests on no prediction."""
    from regulars.describe.tables import DESCRIBE_TABLES
    from regulars.features.tables import SHOP_STATISTICS, features_table
    from regulars.segments.tables import SEGMENT_TABLES

    return [features_table(own), SHOP_STATISTICS, *SEGMENT_TABLES, *DESCRIBE_TABLES]
