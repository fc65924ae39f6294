"""Who is alike without a rule: customers grouped by k-means in a stated space, with outliers set apart."""
