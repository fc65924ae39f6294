"""The command line: a thin door onto runs and releases."""
