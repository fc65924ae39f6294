-- grain: one row
-- time: of all ratings; those without a time stand at the instant at which they were loaded when none has one
SELECT
    coalesce(min(rated_at), min(loaded_at)) AS first_at,
    coalesce(max(rated_at), max(loaded_at)) AS last_at
FROM fct_ratings
