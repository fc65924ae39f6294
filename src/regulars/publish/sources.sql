-- grain: one row per load: what a release was made from
-- keys: load_id
-- time: none; it is about the loads
SELECT load_id, source, shape, fingerprint, loaded_at, n_rows, n_rejected
FROM raw_loads
ORDER BY load_id
