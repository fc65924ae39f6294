"""From tables to a release: immutable, complete, readable while the next one is made."""
