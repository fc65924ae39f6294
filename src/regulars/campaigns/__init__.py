"""Whom to write to: audiences with their worth, a hold-out that is drawn once, and what it showed in the end."""
