"""What comes of ratings: what each customer would rate highest, what there was to learn from, and how well it works."""

from __future__ import annotations

from regulars.terms.tables import Column, TableSpec

_AT_THE_CUTOFF = "it is about one cut-off, which the release names"

RATING_PREDICTIONS = TableSpec(
    name="rating_predictions",
    grain="one row per customer with ratings and rank, the best product first",
    key=("customer_id", "rank"),
    timeless_because=_AT_THE_CUTOFF,
    columns=(
        Column("customer_id", "VARCHAR", "Who."),
        Column("rank", "INTEGER", "Place in the list, from 1."),
        Column("product_id", "VARCHAR", "A product the customer has not rated."),
        Column("description", "VARCHAR", "What it is called.", null_means="not given"),
        Column("predicted_rating", "DOUBLE", "What the customer would rate it, on the scale of the ratings."),
        Column("score", "DOUBLE", "By what the list is in order; see rating_summary for how."),
        Column("n_ratings", "INTEGER", "Ratings of the product before the cut-off.", "ratings"),
        Column("reason", "VARCHAR", "Why, in words."),
    ),
)

RATING_SUMMARY = TableSpec(
    name="rating_summary",
    grain="one row per cut-off with ratings before it",
    key=("cutoff",),
    time_column="cutoff",
    columns=(
        Column("cutoff", "TIMESTAMP", "What may be seen ends before it."),
        Column("n_ratings", "BIGINT", "Ratings on the scale: the latest per customer and product.", "ratings"),
        Column("n_customers", "BIGINT", "Customers who rated.", "customers"),
        Column("n_products", "BIGINT", "Products that were rated.", "products"),
        Column("rated_share", "DOUBLE", "Share of all pairs of these that were rated.", "0–1", "no ratings on the scale"),
        Column("n_off_scale", "BIGINT", "Ratings left out because they lie outside the scale.", "ratings"),
        Column("n_without_time", "BIGINT", "Ratings of which the source does not tell when.", "ratings"),
        Column("lowest", "DOUBLE", "Where the scale begins."),
        Column("highest", "DOUBLE", "Where the scale ends."),
        Column("liked_from", "DOUBLE", "From this rating on a product is liked."),
        Column("mean_rating", "DOUBLE", "Mean of all ratings.", null_means="no ratings on the scale"),
        Column("model", "VARCHAR", "What predicts ratings: the winner of rating_backtests.", null_means="nothing could be learned"),
        Column("ranker", "VARCHAR", "How lists are put in order: most_liked, predicted_rating or rating_and_popularity (predicted rating + their standard deviation × ln(1 + customers who liked it)).", null_means="nothing could be learned"),
        Column("customer_coverage", "DOUBLE", "Share of customers who rated that have a full list.", "0–1", "nothing could be learned"),
        Column("catalog_coverage", "DOUBLE", "Share of products rated that are on somebody's list.", "0–1", "nothing could be learned"),
        Column("sentences", "VARCHAR", "What ships and why, what was left out, what could not be done."),
    ),
)  # fmt: skip

RATING_BACKTESTS = TableSpec(
    name="rating_backtests",
    grain="one row per split of the ratings, contender and metric",
    key=("split", "contender", "metric"),
    timeless_because="it sums up several splits of what was rated before the cut-off",
    columns=(
        Column("split", "VARCHAR", "folds: ratings at random, five parts; time: later ratings from earlier ones."),
        Column("contender", "VARCHAR", "The model that predicts ratings, or the ranker that makes lists."),
        Column("is_baseline", "BOOLEAN", "Whether it is a plain rule."),
        Column("is_winner", "BOOLEAN", "Whether it ships."),
        Column("metric", "VARCHAR", "rmse, mae; of lists of ten ndcg_at_10, recall_at_10, hit_rate_at_10."),
        Column("value", "DOUBLE", "The figure; errors in points of the scale."),
        Column("ci_low", "DOUBLE", "Low end of its 95 % interval.", null_means="too few customers to redraw"),
        Column("ci_high", "DOUBLE", "High end of its 95 % interval.", null_means="too few customers to redraw"),
        Column("n", "BIGINT", "Ratings predicted, or lists judged."),
    ),
)  # fmt: skip

RATING_TABLES = (RATING_PREDICTIONS, RATING_SUMMARY, RATING_BACKTESTS)
