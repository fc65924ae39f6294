"""Is it any good? Every model and every baseline judged on futures it had not seen, with intervals."""
