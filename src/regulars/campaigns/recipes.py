"""Recipes: ours, and what the shop's settings make of them."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from regulars.errors import SettingsError
from regulars.settings import Campaigns, Recipe


@cache
def our_recipes() -> tuple[Recipe, ...]:
    """Return the audiences that most shops have.

    >>> [recipe.name for recipe in our_recipes()]
    ['win_back_valuable', 'second_order', 'due_now', 'replenishment', 'vip', 'cross_sell', 'onboarding']
    """
    text = files("regulars.campaigns").joinpath("recipes.toml").read_text(encoding="utf-8")
    return tuple(Recipe.model_validate(recipe) for recipe in tomllib.loads(text)["recipes"])


def chosen_recipes(settings: Campaigns) -> list[Recipe]:
    """Return the recipes of a shop: ours, replaced by those of its own with the same name, and its others behind them.

    Raises
    ------
    SettingsError
        A recipe that is to be switched off is not there.
    """
    own = {recipe.name: recipe for recipe in settings.recipes}
    found = {recipe.name: own.get(recipe.name, recipe) for recipe in our_recipes()} | own
    for name in settings.switched_off:
        if name not in found:
            near = get_close_matches(name, found, 1)
            raise SettingsError(
                f"setting campaigns.switched_off: there is no recipe {name!r}",
                hint=f"did you mean {near[0]}?" if near else f"there are: {', '.join(found)}",
            )
    return [recipe for name, recipe in found.items() if name not in settings.switched_off]
