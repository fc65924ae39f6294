"""What is bought together: pairs, rules and larger sets of products, and categories of products.

A basket is the set of different products of one order that was not taken back in full, with or without a known
customer. Products are lines of kind `product`; shipping, fees and vouchers are in no basket.
"""
