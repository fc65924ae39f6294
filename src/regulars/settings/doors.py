"""How releases are kept and served, and what a run may take of the machine."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PositiveInt, SecretStr

from regulars.settings.section import Section


class Publishing(Section):
    """What is kept of what was published."""

    keep_releases: PositiveInt = Field(
        12, description="So many releases are kept, and each month's last beside them."
    )


class Api(Section):
    """How the REST API is served (`regulars serve`)."""

    host: str = Field(
        "127.0.0.1", description="Address to listen on; anything but this machine itself needs keys."
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8321, description="Port to listen on.")
    workers: PositiveInt = Field(1, description="Processes that answer.")
    requests_per_minute: PositiveInt = Field(
        12_000,
        description="So many requests a minute may come with one key (without keys: from one address), for each process.",
    )
    largest_body_bytes: PositiveInt = Field(1_048_576, description="A request with a longer body is refused.")
    body_seconds: PositiveInt = Field(
        20, description="A request whose body takes longer to arrive is refused."
    )
    allowed_origins: list[str] = Field(
        [],
        description="Web pages that may call the API from a browser (CORS), as `https://crm.shop.com`; none by default.",
    )
    allowed_hosts: list[str] = Field(
        [],
        description="Names that requests may call the server by, beside this machine's own; any when empty and keys are needed.",
    )
    largest_page: PositiveInt = Field(1_000, description="So many rows at most are on one page.")
    largest_batch: PositiveInt = Field(
        500, description="So many orders at most are taken in with one request."
    )
    stop_seconds: PositiveInt = Field(
        20, description="So long a server that is told to stop waits for requests under way."
    )


class Kafka(Section):
    """Where `regulars take-in --kafka` finds orders."""

    brokers: str = Field("", description="As `kafka-1:9092,kafka-2:9092`.")
    group: str = Field(
        "regulars",
        min_length=1,
        description="The consumer group under which the brokers keep how far the orders were taken in.",
    )
    options: dict[str, str] = Field(
        {},
        description='Further properties of the client (librdkafka\'s names), as `"security.protocol" = "SASL_SSL"`.',
    )
    password: SecretStr = Field(
        SecretStr(""), description="For SASL; best given as REGULARS_KAFKA__PASSWORD."
    )


class AppDoor(Section):
    """Where the web app listens, and who may look.

    A password's hash comes from `regulars app password`; in its place an identity provider can say who somebody is.
    """

    address: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Where it listens; only this machine reaches 127.0.0.1, any other address needs a password or a provider.",
    )
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8501, description="Its port; a free one with 0.")
    viewer_password_hash: SecretStr = Field(
        SecretStr(""),
        description="Whoever knows this password sees; best given as REGULARS_APP__VIEWER_PASSWORD_HASH.",
    )
    editor_password_hash: SecretStr = Field(
        SecretStr(""),
        description="Whoever knows this password exports too; best given as REGULARS_APP__EDITOR_PASSWORD_HASH.",
    )
    oidc_metadata_url: str = Field(
        "",
        description="An OpenID Connect provider; the address ends with /.well-known/openid-configuration.",
    )
    oidc_client_id: str = Field("", description="What the provider calls this app.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""),
        description="The app's secret at the provider; only in the environment, as REGULARS_APP__OIDC_CLIENT_SECRET.",
        json_schema_extra={"only": "environment"},
    )
    public_url: str = Field(
        "",
        description="Where browsers reach the app, as https://regulars.shop.example; where it listens when empty. "
        "The provider sends people back to this address with /oauth2callback.",
    )
    viewers: list[str] = Field(
        [],
        description="Who sees: e-mail addresses, `*@shop.example`, or a claim and its value, as `groups=crm`.",
    )
    editors: list[str] = Field([], description="Who exports too, written like viewers.")


class Machine(Section):
    """What a run may take of the machine."""

    memory_limit: str = Field(
        "", description="For the database, as 2GB; three quarters of the machine when empty."
    )
    threads: PositiveInt | None = Field(None, description="Threads; all processors when not given.")
