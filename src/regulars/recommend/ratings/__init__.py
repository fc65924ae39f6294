"""Ratings → what a customer would think of a product, and which products to show for it.

`data` reads what was rated before the cut-off; `biases`, `factors` and `neighbors` each explain a part of a rating,
`model` puts them together and chooses how much of each; `top` makes lists of products; `store` keeps a model.

A model holds the products' side alone. What it knows of a customer is computed from that customer's ratings, in one
step and alone, so that whoever has rated since the last run gets exactly what a run would have given.
"""
