"""Models of outcomes that the data itself gives: learned from what a customers table says, kept as JSON."""
