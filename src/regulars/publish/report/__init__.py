"""The report: one summary of numbers, then pictures of it, then one page."""
