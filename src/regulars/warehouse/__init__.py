"""How raw rows are cleaned into facts and dimensions, judged by audits, and divided by the cut-off."""
