"""Features, segments and predictions → `campaigns` and `campaign_plans`: whom to write to, who is held out, and what it rests on.

A proposal is drawn anew at every cut-off, by hashes that give the same customer the same place; a campaign that was
started is not: its arms come from the memory, whatever has become of its customers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from regulars.campaigns.audience import Vocabulary, audience_query
from regulars.campaigns.measured import measured_effects
from regulars.campaigns.memory import Memory, Started
from regulars.campaigns.plans import Plan, not_possible, proposed, running
from regulars.campaigns.recipes import chosen_recipes
from regulars.campaigns.tables import CAMPAIGN_PLANS, CONTROL
from regulars.engines.duckdb import quoted
from regulars.engines.queries import Query, load
from regulars.features.tables import features_table
from regulars.models.tables import PREDICTIONS
from regulars.models.tiers import EMERGING_PURCHASES, ESTABLISHED_PURCHASES, NEW_DAYS
from regulars.segments.personas.tables import RHYTHM_PERSONAS
from regulars.segments.tables import SEGMENTS
from regulars.terms.money import NO_CURRENCY, Currency
from regulars.terms.tables import Column, TableSpec

if TYPE_CHECKING:
    from regulars.engines.duckdb import DuckDBEngine
    from regulars.features.catalog import Feature
    from regulars.settings import Campaigns, Settings
    from regulars.terms.windows import Horizon
    from regulars.warehouse.history import History

ROOM = "regulars.campaigns"
CONFIDENCE = ("new", "cold_start", "emerging", "established")
LEAST_DAYS, DUE_FROM, DUE_UNTIL = 3, 0.8, 1.6
"""A product is bought at a pace when it was bought on so many days, and due from and until so many usual gaps after."""
SHOWN_PRODUCTS = 3
OWN_RHYTHM_ORDERS = 3
"""From so many orders on, a customer's own weekday and hour are better advice than the shop's."""
CUSTOMERS = (
    Column("country", "VARCHAR", "Where the customer was last known to be."),
    Column("consent", "BOOLEAN", "Whether they may be written to."),
    Column("signed_up_at", "TIMESTAMP", "When they registered."),
    Column("is_buyer", "BOOLEAN", "Whether an order of theirs stands."),
)
DUE = (
    Column("n_products_due", "INTEGER", "Products bought at a steady pace that are due again.", "products"),
)
RECIPE_COLUMNS = {
    "campaign": "VARCHAR", "place": "INTEGER", "gains": "VARCHAR", "effect_share": "DOUBLE", "margin": "DOUBLE",
    "contact_cost": "DOUBLE", "holdout_share": "DOUBLE", "budget": "DOUBLE", "may_overlap": "BOOLEAN",
    "least_confidence_place": "INTEGER", "products": "VARCHAR",
}  # fmt: skip
MADE = (
    "campaign_due", "campaign_products", "campaign_send_times", "campaign_pool", "campaign_fitting",
    "campaign_candidates", "campaign_chosen", "campaign_drawn",
)  # fmt: skip


def build_campaigns(
    history: History,
    horizon: Horizon,
    settings: Settings,
    memory: Memory | None = None,
    own: Sequence[Feature] = (),
) -> None:
    """Make the temporary tables ``campaigns`` and ``campaign_plans``.

    Parameters
    ----------
    history
        What was known before the cut-off, with ``features`` and ``segments`` made of it, and ``predictions`` and
        ``recommendations`` where there are any.
    memory
        Who is never to be written to, who was contacted, and which campaigns are running.
    own
        The shop's own features: recipes may name them.

    Time: nothing at or after the cut-off is read; the memory is about now.

    Raises
    ------
    SettingsError
        A recipe names a column that is not there, or compares it with what it cannot be compared with.
    """
    memory, engine = memory or Memory(), history.engine
    history.need("customers", "orders", "order_lines", "products")
    words = _vocabulary(engine, own)
    for name, rows in memory.tables().items():
        _keep(engine, name, rows)
    measured = measured_effects(engine.rows(load(ROOM, "measured")), settings.campaigns.significance)
    plans = [
        Plan.of(recipe, settings, horizon, memory, place, measured.get(recipe.name))
        for place, recipe in enumerate(chosen_recipes(settings.campaigns))
    ]
    possible = [plan for plan in plans if not words.missing(plan.recipe)]
    running_now = [one for one in memory.started if one.is_running(history.cutoff.at)]
    _prepare(history, settings.campaigns)
    _fit(history, possible, words, settings)
    _draw(engine, possible, settings.campaigns)
    counts = {row["campaign"]: row for row in engine.rows(load(ROOM, "counts"))}
    _keep_plans(engine, settings, horizon, plans, words, counts, running_now)
    for name in (*MADE, *memory.tables(), "campaign_recipes", "campaign_arm_shares"):
        engine.drop(name)
    engine.execute("DROP VIEW IF EXISTS campaign_predictions")


def check_recipes(settings: Settings, own: Sequence[Feature] = ()) -> None:
    """See that every recipe can be asked, before anything is computed.

    Raises
    ------
    SettingsError
        A recipe names a column that is not there, or compares it with what it cannot be compared with.
    """
    tables = _tables(own)
    words = Vocabulary(tables, {table: table for table in tables})
    for recipe in chosen_recipes(settings.campaigns):
        audience_query(recipe, words, datetime.min, Currency(NO_CURRENCY))


def _vocabulary(engine: DuckDBEngine, own: Sequence[Feature]) -> Vocabulary:
    """Return what recipes may name, and put an empty table in the place of predictions where there are none."""
    relations = {
        "features": "features",
        "segments": "segments",
        "customers": "history_customers",
        "due": "campaign_due",
    }
    if RHYTHM_PERSONAS.name in engine.tables():
        relations["rhythm"] = RHYTHM_PERSONAS.name
    if PREDICTIONS.name in engine.tables():
        relations["predictions"] = "predictions"
        engine.execute("CREATE OR REPLACE TEMP VIEW campaign_predictions AS SELECT * FROM predictions")
    else:
        engine.execute(
            f"CREATE OR REPLACE TEMP VIEW campaign_predictions AS SELECT {_nothing(PREDICTIONS)} WHERE FALSE"
        )
    return Vocabulary(_tables(own), relations)


def _tables(own: Sequence[Feature]) -> dict[str, tuple[Column, ...]]:
    """Return the tables whose columns recipes may name; of two columns with one name the first is meant."""
    return {
        "features": features_table(own).columns,
        "segments": SEGMENTS.columns,
        "predictions": PREDICTIONS.columns,
        "customers": CUSTOMERS,
        "due": DUE,
        "rhythm": RHYTHM_PERSONAS.columns,
    }


def _nothing(spec: TableSpec) -> str:
    return ", ".join(f"CAST(NULL AS {column.type}) AS {quoted(column.name)}" for column in spec)


def _prepare(history: History, settings: Campaigns) -> None:
    """Make what all recipes ask for: products that are due or recommended, send times, and the pool of customers."""
    engine, tables = history.engine, history.engine.tables()
    parameters = {
        **history.parameters, "least_days": LEAST_DAYS, "due_from": DUE_FROM, "due_until": DUE_UNTIL,
        "n_products": SHOWN_PRODUCTS, "least_orders": OWN_RHYTHM_ORDERS, "quiet_days": settings.quiet_days,
        "unknown_consent": settings.unknown_consent, "new_days": NEW_DAYS, "emerging_purchases": EMERGING_PURCHASES,
        "established_purchases": ESTABLISHED_PURCHASES, "send_hour": settings.send_hour,
    }  # fmt: skip
    _create(engine, "campaign_due", load(ROOM, "due"), parameters)
    due = "SELECT customer_id, 'due' AS list, products, product_names FROM campaign_due"
    _create(engine, "campaign_products", Query("due_products", due, {}))
    if "recommendations" in tables:
        engine.insert("campaign_products", load(ROOM, "recommended"), parameters)
    advice = load(ROOM, "send_times")
    if RHYTHM_PERSONAS.name in tables:
        advice = Query("send_times", "SELECT customer_id, send_weekday, send_hour FROM rhythm_personas", {})
    _create(engine, "campaign_send_times", advice, parameters)
    _create(engine, "campaign_pool", load(ROOM, "pool"), parameters)


def _fit(history: History, plans: Sequence[Plan], words: Vocabulary, settings: Settings) -> None:
    """Make ``campaign_candidates``: who fits which recipe, what it is worth, and who is left out."""
    engine = history.engine
    currency = Currency(settings.shop.currency or NO_CURRENCY)
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE campaign_fitting (campaign VARCHAR, customer_id VARCHAR, reason VARCHAR)"
    )
    for plan in plans:
        text, bound = audience_query(plan.recipe, words, history.cutoff.at, currency)
        query = f"INSERT INTO campaign_fitting SELECT $campaign, customer_id, reason FROM ({text})"  # noqa: S608
        engine.execute(query, {**bound, "campaign": plan.campaign})
    _keep_rows(engine, "campaign_recipes", RECIPE_COLUMNS, [plan.parameters(CONFIDENCE) for plan in plans])
    _create(engine, "campaign_candidates", load(ROOM, "candidates"))


def _draw(engine: DuckDBEngine, plans: Sequence[Plan], settings: Campaigns) -> None:
    """Make ``campaigns``: who is chosen, and in which arm."""
    parameters = {"budget": settings.budget, "seed": settings.seed}
    _create(engine, "campaign_chosen", load(ROOM, "chosen"), parameters)
    shares = {"campaign": "VARCHAR", "arm": "VARCHAR", "from_share": "DOUBLE", "to_share": "DOUBLE"}
    _keep_rows(engine, "campaign_arm_shares", shares, [row for plan in plans for row in arm_shares(plan)])
    _create(engine, "campaign_drawn", load(ROOM, "drawn"), parameters)
    _create(engine, "campaigns", load(ROOM, "campaigns"))


def arm_shares(plan: Plan) -> list[dict[str, Any]]:
    """Return where on the way from 0 to 1 each arm of a campaign lies, the hold-out first."""
    arms, edge = plan.recipe.arms, plan.holdout_share
    edges = [edge + (1 - edge) * n / len(arms) for n in range(len(arms) + 1)]
    bounds = [(CONTROL, 0.0, edge), *zip(arms, edges[:-1], [*edges[1:-1], 1.0], strict=True)]
    return [
        {"campaign": plan.campaign, "arm": arm, "from_share": low, "to_share": high}
        for arm, low, high in bounds
        if high > low
    ]


def _keep_plans(
    engine: DuckDBEngine,
    settings: Settings,
    horizon: Horizon,
    plans: Sequence[Plan],
    words: Vocabulary,
    counts: dict[str, dict[str, Any]],
    started: Sequence[Started],
) -> None:
    shop_rate = engine.row(
        "SELECT CAST(count(*) FILTER (WHERE days_since_last_order < $days) AS DOUBLE) / nullif(count(days_since_last_order), 0) AS rate FROM features",
        {"days": horizon.days},
    )["rate"]
    rows = []
    for plan in plans:
        if missing := words.missing(plan.recipe):
            rows.append(not_possible(plan, missing))
        else:
            rows.append(proposed(plan, counts.get(plan.campaign, {}), shop_rate, settings))
    rows += [running(one, counts.get(one.campaign, {})) for one in started]
    types = {column.name: column.type for column in CAMPAIGN_PLANS}
    _keep_rows(engine, CAMPAIGN_PLANS.name, types, rows)


def _keep_rows(
    engine: DuckDBEngine, name: str, types: dict[str, str], rows: Sequence[dict[str, Any]]
) -> None:
    """Make a temporary table of few rows, with the types given."""
    import pyarrow as pa

    given = pa.table({column: pa.array([row.get(column) for row in rows]) for column in types})
    columns = ", ".join(
        f"CAST({quoted(column)} AS {kind}) AS {quoted(column)}" for column, kind in types.items()
    )
    with engine.registered("given_rows", given):
        _create(engine, name, Query(name, f"SELECT {columns} FROM given_rows", {}))  # noqa: S608


def _keep(engine: DuckDBEngine, name: str, rows: object) -> None:
    with engine.registered("given_rows", rows):
        _create(engine, name, Query(name, "SELECT * FROM given_rows", {}))


def _create(engine: DuckDBEngine, table: str, query: Query, parameters: dict[str, Any] | None = None) -> None:
    engine.create(table, query, parameters, temporary=True)
