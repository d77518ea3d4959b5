"""What an operator sets: by environment (`MARKAZ_*`) or one TOML file; `markaz.toml.example` lists all of it."""

from __future__ import annotations

import contextlib
import secrets
import socket
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import Unavailable

_FREE_FROM, _FREE_MANY = 20_000, 12_000
_TRIES = 1000
# What this process was given is not given again: it may not be bound yet.
_given: set[int] = set()


class Role(StrEnum):
    """What one process does; all of it by default."""

    WEB = "web"
    MAIL = "mail"
    ROUTER = "router"
    JOBS = "jobs"


class Settings(BaseSettings):
    """Every setting with its default; a name in the environment is `MARKAZ_` and the upper-case field."""

    model_config = SettingsConfigDict(env_prefix="MARKAZ_", toml_file="markaz.toml", extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Address that the public web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port of the public web server; 0 takes any free one.")
    internal_port: int = Field(9464, ge=0, le=65535, description="Port of /metrics, on the loopback address only.")
    public_url: str = Field(
        "", description="URL under which strangers reach the server; webhook signatures depend on it."
    )
    data_dir: Path = Field(Path("var"), description="Folder of the embedded database, attachments and the key.")
    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("MARKAZ_DATABASE_URL", "DATABASE_URL", "database_url"),
        description="PostgreSQL 14 or newer to use instead of the embedded one.",
    )
    redis_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("MARKAZ_REDIS_URL", "REDIS_URL", "redis_url"),
        description="Redis or Valkey that carries socket events between nodes; PostgreSQL does without it.",
    )
    pool_size: int = Field(10, ge=2, le=200, description="Connections to PostgreSQL of this process.")
    secret_key: SecretStr | None = Field(
        None, description="Master key; without it a key file is made in the data folder."
    )
    roles: Annotated[frozenset[Role], NoDecode] = Field(
        frozenset(Role), description="What this process does: web, mail, router, jobs."
    )
    demo: bool = Field(default=False, description="Fill an empty database with a demo organisation.")
    smtp_host: str = Field("127.0.0.1", description="Address that the embedded SMTP listener listens on.")
    smtp_port: int = Field(
        2525, ge=0, le=65535, description="Port of the embedded SMTP listener; 0 takes any free one."
    )
    smtp_enabled: bool = Field(default=True, description="Whether the embedded SMTP listener runs.")
    smtp_megabytes: int = Field(32, ge=1, le=200, description="Largest mail that the embedded listeners take.")
    smtp_certificate: Path | None = Field(
        None, description="Certificate chain in PEM; with it the embedded listeners offer STARTTLS."
    )
    smtp_key: Path | None = Field(None, description="Private key of that certificate; without it the same file.")
    lmtp_port: int = Field(
        0, ge=0, le=65535, description="Port of the embedded LMTP listener, for a mail server of yours; 0: none."
    )
    simulator: bool = Field(
        default=True, description="Whether the built-in carrier simulator runs (no real carrier needed)."
    )
    simulator_port: int = Field(8090, ge=0, le=65535, description="Port of the simulator, on the loopback address.")
    simulator_mail_port: int = Field(8025, ge=0, le=65535, description="Port of the simulator's post office (SMTP).")
    webhooks_may_reach_private: bool = Field(
        default=False, description="Whether outgoing webhooks may call addresses inside the own network."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    log_json: bool = Field(default=False, description="Whether a log line is a JSON object.")
    session_hours: int = Field(12, ge=1, le=720, description="How long a sign-in lasts.")
    parse_workers: int = Field(1, ge=1, le=16, description="Worker processes that read mail.")
    upload_megabytes: int = Field(10, ge=1, le=100, description="Largest file that a person may attach.")
    visitor_burst: int = Field(
        20, ge=1, le=100_000, description="Messages that a visitor may send within ten seconds; then they wait."
    )
    default_region: str = Field(
        "IR", pattern="^([A-Z]{2})?$", description="Country of phone numbers written without one (ISO 3166)."
    )
    map_tile_url: str = Field(
        "", description="Where map tiles come from, with {z}, {x} and {y}; without it the map is an outline."
    )
    map_attribution: str = Field("", description="Whom to name for those tiles.")
    map_file: Path | None = Field(None, description="A .pmtiles file with the map, served from here.")
    travel_provider: Literal["crow", "osrm", "valhalla"] = Field(
        "crow", description="Who tells travel times: crow (a formula and own trips), osrm or valhalla."
    )
    travel_url: str = Field("", description="Where the OSRM or Valhalla server is.")
    position_days: int = Field(90, ge=1, le=3650, description="How many days positions of technicians are kept.")
    frontend_dir: Path = Field(Path("frontend/dist"), description="Where the built front end lies.")

    @field_validator("roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        return frozenset(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    def with_free_ports(self) -> Settings:
        """Return the settings with every port 0 replaced by one that is free now."""
        names = ("port", "internal_port", "smtp_port", "simulator_port", "simulator_mail_port")
        return self.model_copy(update={name: _free_port() for name in names if getattr(self, name) == 0})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic calls with these names
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order: arguments, environment, TOML file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def example() -> str:
    """Return markaz.toml.example: every setting with its default, commented out."""
    lines = ["# Every setting of Markaz with its default. The environment (MARKAZ_PORT=8080) wins over this file.", ""]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}")
        lines.append(f"# {name} = {_toml(field.default)}")
        lines.append("")
    return "\n".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, frozenset):
        return f'"{",".join(role.value for role in Role if role in value)}"'
    return f'"{value if value is not None else ""}"'


def _free_port() -> int:
    """Return a port that is free now, from below those that a system gives to outgoing connections (RFC 6056).

    One of theirs would often be taken again before the server comes to it.
    """
    for _ in range(_TRIES):
        port = _FREE_FROM + secrets.randbelow(_FREE_MANY)
        if port in _given:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            _given.add(port)
            return port
    raise Unavailable(f"No port is free from {_FREE_FROM} on.")
