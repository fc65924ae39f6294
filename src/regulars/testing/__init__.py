"""Shops, strategies and contracts for tests: ours, and those of people who build on it."""
