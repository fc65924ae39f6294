"""regulars."""
