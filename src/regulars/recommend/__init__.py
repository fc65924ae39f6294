"""Which products to show whom: from what was bought, and from what was rated."""
