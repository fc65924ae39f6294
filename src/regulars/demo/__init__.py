"""A synthetic shop that behaves like one, with the truth kept."""
