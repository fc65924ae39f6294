-- grain: one row per segment of the scheme
-- keys: segment
-- time: features at the cut-off of the release
SELECT * FROM segment_profiles WHERE segmentation = 'segment' ORDER BY place, segment
