"""Outcomes given in the data, judged: repeated folds, the same for everybody, and what is too good to be true."""
