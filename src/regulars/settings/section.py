"""What every part of the settings is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of the settings; an unknown key is refused, so that a misspelled one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
