"""What happened: tables about the shop, from the history alone."""
