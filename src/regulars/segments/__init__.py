"""Who is alike: customers grouped by rule."""
