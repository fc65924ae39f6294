-- grain: one row per row of the order files, in the order of time; lines of an order stay together
-- keys: none; a duplicated line is there twice, and which copy comes first makes no difference
-- time: minutes from the opening
SELECT minute, account, number, product, quantity, price_cents, discount_cents, country, channel
FROM file_rows
ORDER BY minute, account, number, product, quantity, price_cents, discount_cents
