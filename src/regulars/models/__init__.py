"""What will happen: churn, value and the next purchase, predicted from features and judged on futures not seen."""
