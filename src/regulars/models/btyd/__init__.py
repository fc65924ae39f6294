"""Buy till you die: how often a customer buys while a customer, and whether they still are one.

```python
model = BetaGeoNBD().fit(frequency, recency, T)
model.expected_purchases([30, 90, 365], frequency, recency, T)
```

`frequency` is the number of purchase days after the first, `recency` the time from the first to the last of them, `T` the
time from the first to the last observed day. Any unit of time will do, and everything comes back in the same.
"""
