"""All settings of a workspace, and where they are read from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from regulars.errors import SettingsError
from regulars.settings.campaigns import Campaigns
from regulars.settings.cleaning import Cleaning, Source
from regulars.settings.doors import Api, AppDoor, Kafka, Machine, Publishing
from regulars.settings.groups import Clusters, Rhythm, Segmentation
from regulars.settings.insights import Insights
from regulars.settings.outcomes import Outcome
from regulars.settings.predictions import Predictions
from regulars.settings.products import Baskets, Ratings, Recommendations
from regulars.settings.shop import Revenue, Shop, Time

SETTINGS_FILE = "regulars.toml"


class Settings(BaseSettings):
    """All settings of a workspace."""

    model_config = SettingsConfigDict(
        env_prefix="REGULARS_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    shop: Shop = Shop()
    time: Time = Time()
    revenue: Revenue = Revenue()
    cleaning: Cleaning = Cleaning()
    sources: list[Source] = []
    segmentation: Segmentation = Segmentation()
    clusters: Clusters = Clusters()
    rhythm: Rhythm = Rhythm()
    predictions: Predictions = Predictions()
    campaigns: Campaigns = Campaigns()
    baskets: Baskets = Baskets()
    ratings: Ratings = Ratings()
    outcomes: list[Outcome] = []
    insights: Insights = Insights()
    recommendations: Recommendations = Recommendations()
    publishing: Publishing = Publishing()
    api: Api = Api()
    kafka: Kafka = Kafka()
    app: AppDoor = AppDoor()
    machine: Machine = Machine()

    @field_validator("outcomes")
    @classmethod
    def _outcomes_differ(cls, outcomes: list[Outcome]) -> list[Outcome]:
        names = [outcome.name for outcome in outcomes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{twice[0]!r} is the name of two outcomes")
        return outcomes

    @classmethod
    def load(cls, workspace: Path, **flags: Any) -> Settings:
        """Read the settings of a workspace; `flags` are sections given by hand and win over everything."""

        class FromWorkspace(cls):  # type: ignore[valid-type, misc]
            model_config = SettingsConfigDict(toml_file=workspace / SETTINGS_FILE)

        try:
            found: Settings = FromWorkspace(**flags)
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise SettingsError(
                f"setting {where}: {first['msg']} (given: {first['input']!r})",
                hint=f"look at {SETTINGS_FILE} in the workspace and at REGULARS_… in the environment",
            ) from None
        except ValueError as problem:  # not TOML
            raise SettingsError(
                f"{SETTINGS_FILE} cannot be read: {problem}", hint="it has to be valid TOML"
            ) from None
        _refuse_written_secrets(workspace / SETTINGS_FILE)
        return found

    def in_currency(self, code: str) -> Settings:
        """Return the same settings with the currency that the data has, where none was set."""
        return self.model_copy(update={"shop": self.shop.model_copy(update={"currency": code})})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def _refuse_written_secrets(path: Path) -> None:
    """Refuse a file that holds what belongs into the environment alone."""
    written = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name, section in Settings.model_fields.items():
        for field, about in getattr(section.annotation, "model_fields", {}).items():
            if "only" in (about.json_schema_extra or {}) and field in written.get(name, {}):
                raise SettingsError(
                    f"{SETTINGS_FILE} holds {name}.{field}, which is a secret",
                    hint=f"take it out of the file and give it as REGULARS_{name.upper()}__{field.upper()}",
                )
