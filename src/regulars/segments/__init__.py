"""Who is alike: customers grouped by rule, by likeness, and by when they buy."""
