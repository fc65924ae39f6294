"""What the campaigns room makes: who is in which campaign and arm, and what each campaign rests on."""

from __future__ import annotations

from regulars.terms.money import MONEY_TYPE
from regulars.terms.tables import Column, TableSpec

CONTROL = "control"
"""The arm that is not written to."""
_AT_THE_CUTOFF = "it is about one cut-off, which the release names"
_NOBODY = "nobody is in it"
_NOT_COUNTED = "the campaign is running: it is not drawn anew"

CAMPAIGNS = TableSpec(
    name="campaigns",
    grain="one row per campaign and customer who is in it",
    key=("campaign", "customer_id"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("campaign", "VARCHAR", "Name of the campaign; see campaign_plans."),
        Column("customer_id", "VARCHAR", "Who."),
        Column("arm", "VARCHAR", "treat (or another way of writing), or control: held out, not to be written to."),
        Column("expected_value", "DOUBLE", "What the contact is expected to bring after its cost; what that rests on is in campaign_plans.", "currency"),
        Column("reason", "VARCHAR", "Why this customer."),
        Column("send_at", "TIMESTAMP", "When to write, on the shop's clock."),
        Column("products", "VARCHAR", "Codes of products to show, the best first, divided by semicolons.", null_means="none are known"),
        Column("product_names", "VARCHAR", "The same by name.", null_means="none are known"),
        Column("stratum", "VARCHAR", "Within which arms are drawn: the value tier, else the money score."),
        Column("status", "VARCHAR", "proposed, or running: started, and its arms are kept."),
    ),
)  # fmt: skip

CAMPAIGN_PLANS = TableSpec(
    name="campaign_plans",
    grain="one row per campaign that is proposed or running",
    key=("campaign",),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("campaign", "VARCHAR", "Its name: the recipe, and a number from the second time on."),
        Column("recipe", "VARCHAR", "What it was made from."),
        Column("title", "VARCHAR", "What people call it."),
        Column("status", "VARCHAR", "proposed, running, empty (nobody is left) or not_possible (something is missing)."),
        Column("sentence", "VARCHAR", "Who is in it, what it is assumed to bring, and what it can show; or why there is nobody."),
        Column("assumptions", "VARCHAR", "What expected_value rests on, in words."),
        Column("n_matched", "BIGINT", "Customers who fit its conditions.", "customers", _NOT_COUNTED),
        Column("n_suppressed", "BIGINT", "Left out: on the list of those never to be written to.", "customers", _NOT_COUNTED),
        Column("n_no_consent", "BIGINT", "Left out: no consent.", "customers", _NOT_COUNTED),
        Column("n_recently_contacted", "BIGINT", "Left out: contacted within the quiet days.", "customers", _NOT_COUNTED),
        Column("n_in_running_campaign", "BIGINT", "Left out: in a campaign that is running.", "customers", _NOT_COUNTED),
        Column("n_low_confidence", "BIGINT", "Left out: too little is known of them.", "customers", _NOT_COUNTED),
        Column("n_no_prediction", "BIGINT", "Left out: no model could say what they bring.", "customers", _NOT_COUNTED),
        Column("n_not_worth_it", "BIGINT", "Left out: the contact costs more than it is assumed to bring.", "customers", _NOT_COUNTED),
        Column("n_in_other_campaign", "BIGINT", "Left out: another campaign brings more with them.", "customers", _NOT_COUNTED),
        Column("n_over_budget", "BIGINT", "Left out: the budget does not reach them.", "customers", _NOT_COUNTED),
        Column("n_customers", "BIGINT", "In it: written to or held out.", "customers"),
        Column("n_treated", "BIGINT", "Written to.", "customers"),
        Column("n_control", "BIGINT", "Held out.", "customers"),
        Column("holdout_share", "DOUBLE", "Share that is held out, within every stratum.", "share"),
        Column("effect_share", "DOUBLE", "Share, of those who would not order otherwise, whom the contact moves: measured or assumed.", "share"),
        Column("effect_is_measured", "BOOLEAN", "Whether earlier campaigns of the recipe have shown it; else it is assumed."),
        Column("measured_share", "DOUBLE", "What earlier campaigns of the recipe measured of it.", "share", "none was measured to its end"),
        Column("measured_low", "DOUBLE", "Lower end of the interval of that.", "share", "none was measured to its end"),
        Column("measured_high", "DOUBLE", "Upper end.", "share", "none was measured to its end"),
        Column("contact_cost", "DOUBLE", "What one contact costs.", "currency"),
        Column("margin", "DOUBLE", "Share of revenue that counts as gain.", "share"),
        Column("cost", MONEY_TYPE, "Of writing to all who are written to.", "currency"),
        Column("expected_value", MONEY_TYPE, "What writing to them is assumed to bring, after the cost.", "currency"),
        Column("baseline_rate", "DOUBLE", "Share expected to order without a contact.", "share", "nobody has ever ordered"),
        Column("smallest_effect", "DOUBLE", "Lift of that share which is worth knowing.", "share"),
        Column("n_needed", "BIGINT", "Customers it takes to see that lift.", "customers", "nobody is held out, or no baseline"),
        Column("detectable_effect", "DOUBLE", "Smallest lift that this audience can show.", "share", "an arm is empty, or no lift would be seen"),
        Column("measure_days", "INTEGER", "How long after its start it is measured.", "days"),
        Column("may_overlap", "BOOLEAN", "Whether its customers may be in another campaign at the same time."),
        Column("seed", "BIGINT", "Draws the arms, with the names of campaign and customer."),
        Column("started_at", "TIMESTAMP", "When it was started.", null_means="not yet"),
        Column("ended_at", "TIMESTAMP", "Until when it is measured.", null_means="not started, or without an end"),
    ),
)  # fmt: skip

CAMPAIGN_TABLES = (CAMPAIGNS, CAMPAIGN_PLANS)
