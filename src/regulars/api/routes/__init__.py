"""The endpoints, one file per kind of thing they answer with."""
