"""At a cut-off: what is known of every customer, from the history alone."""
