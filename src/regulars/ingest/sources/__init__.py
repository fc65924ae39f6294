"""Readers of files and databases, one file each; every one yields tables with numbered rows."""
