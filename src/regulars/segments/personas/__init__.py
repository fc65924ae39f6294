"""When each customer buys, told from their own orders, and when to write to them."""
