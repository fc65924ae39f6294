-- grain: one row per target and scorer that was judged at the newest past cut-off
-- keys: target, model
-- time: past cut-offs of the release
-- Everybody was judged at the newest cut-off; who was clearly behind there was not judged at earlier ones.
WITH newest AS (
    SELECT max(cutoff) AS cutoff FROM recommendation_backtests
)
SELECT
    judged.target,
    judged.model,
    judged.is_baseline,
    judged.is_winner,
    max(judged.n_customers) AS n_customers,
    judged.cutoff,
    max(judged.horizon_days) AS horizon_days,
    max(judged.value) FILTER (WHERE judged.metric = 'recall_at_10') AS recall_at_10,
    max(judged.value) FILTER (WHERE judged.metric = 'ndcg_at_10') AS ndcg_at_10,
    max(judged.ci_low) FILTER (WHERE judged.metric = 'ndcg_at_10') AS ndcg_low,
    max(judged.ci_high) FILTER (WHERE judged.metric = 'ndcg_at_10') AS ndcg_high,
    max(judged.value) FILTER (WHERE judged.metric = 'hit_rate_at_5') AS hit_rate_at_5,
    max(judged.value) FILTER (WHERE judged.metric = 'precision_at_10') AS precision_at_10,
    max(judged.value) FILTER (WHERE judged.metric = 'catalog_coverage') AS catalog_coverage,
    max(judged.value) FILTER (WHERE judged.metric = 'novelty') AS novelty
FROM recommendation_backtests AS judged
INNER JOIN newest ON newest.cutoff = judged.cutoff
GROUP BY judged.target, judged.model, judged.is_baseline, judged.is_winner, judged.cutoff
ORDER BY judged.target, ndcg_at_10 DESC, judged.model
