"""The REST API: a thin door onto the current release, and the way in for new orders."""
