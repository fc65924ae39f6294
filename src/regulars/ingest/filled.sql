-- grain: one row per row of an orders source
-- keys: row_number
-- time: ordered_at
-- Rows that go on an order and leave out what was said on its first line (the instant, or all that an order has beside
-- it, as Shopify does) get the order's attributes from the nearest earlier row of the order; money of the order stays
-- where it is.
SELECT * REPLACE (
    CASE WHEN goes_on AND ordered_at_text IS NULL THEN last_value(ordered_at IGNORE NULLS) OVER earlier ELSE ordered_at END AS ordered_at,
    CASE WHEN goes_on AND ordered_at_text IS NULL THEN last_value(ordered_at_text IGNORE NULLS) OVER earlier ELSE ordered_at_text END AS ordered_at_text,
    CASE WHEN goes_on THEN coalesce(customer_id, last_value(customer_id IGNORE NULLS) OVER earlier) ELSE customer_id END AS customer_id,
    CASE WHEN goes_on THEN coalesce(email, last_value(email IGNORE NULLS) OVER earlier) ELSE email END AS email,
    CASE WHEN goes_on THEN coalesce(status, last_value(status IGNORE NULLS) OVER earlier) ELSE status END AS status,
    CASE WHEN goes_on THEN coalesce(updated_at, last_value(updated_at IGNORE NULLS) OVER earlier) ELSE updated_at END AS updated_at,
    CASE WHEN goes_on THEN coalesce(cancelled_at, last_value(cancelled_at IGNORE NULLS) OVER earlier) ELSE cancelled_at END AS cancelled_at,
    CASE WHEN goes_on THEN coalesce(currency, last_value(currency IGNORE NULLS) OVER earlier) ELSE currency END AS currency,
    CASE WHEN goes_on THEN coalesce(country, last_value(country IGNORE NULLS) OVER earlier) ELSE country END AS country,
    CASE WHEN goes_on THEN coalesce(channel, last_value(channel IGNORE NULLS) OVER earlier) ELSE channel END AS channel,
    CASE WHEN goes_on THEN coalesce(consent, last_value(consent IGNORE NULLS) OVER earlier) ELSE consent END AS consent
)
FROM landing_going_on
WINDOW earlier AS (PARTITION BY order_id ORDER BY row_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
