"""Outcomes that the data itself gives: what a customers table says of each customer, or a rule over it."""
