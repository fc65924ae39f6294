"""MBG/NBD: as BG/NBD, and customers may leave after their first purchase too.

References
----------
[1] Batislam, Denizel & Filiztekin (2007), Empirical Validation and Comparison of Models for Customer Base Analysis,
    International Journal of Research in Marketing 24 (3), 201–209: eqs. 1–6 (the likelihood has b + x + 1 for b + x).
[2] Hoppe & Wagner (2007), Customer Base Analysis: The Case for a Central Variant of the Betageometric/NBD Model,
    Marketing JRM 3 (2), 75–90 (the same model, as CBG/NBD).
"""

from __future__ import annotations

from regulars.models.btyd.beta_geo import BetaGeoNBD


class ModifiedBetaGeoNBD(BetaGeoNBD):
    """MBG/NBD. Those who bought once may have left: p_alive is below 1 for everybody.

    >>> model = ModifiedBetaGeoNBD(r=0.525, alpha=6.183, a=0.891, b=1.614)  # CDNOW, in weeks
    >>> bool(model.p_alive(0, 0, 38.86)[0] < 1)
    True
    """

    name = "mbg_nbd"
    title = "MBG/NBD"
    chances_before = 1
