"""The organisation's settings and their bounds."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from access.model import Calendar, Locale
from core.events import Event
from core.values import Value

EVERYBODY = "room:staff"
Weekday = Literal["saturday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Text = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]
_LOGO = re.compile(r"^data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/]+={0,2})$")
_BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise ValueError("there is no such time zone") from error
    return name


def _logo(text: str) -> str:
    """Take a small picture that is what it says; drawings that can hold scripts are none of them."""
    if not text:
        return text
    found = _LOGO.match(text)
    try:
        begins = found is not None and b64decode(found[2], validate=True).startswith(_BEGINNINGS[found[1]])
    except Error:
        begins = False
    if not begins:
        raise ValueError("the logo is a PNG, JPEG or WebP picture as a data: address")
    return text


class Reason(Value):
    """Why somebody takes no work: `key` is kept with the presence, the name is what people read."""

    key: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    name: dict[Locale, Text] = Field(min_length=1, max_length=3)


class OrganisationSettings(Value):
    name: str = Field("", max_length=100, pattern=r"^[^\x00-\x1f]*$", description="Shown beside the sign.")
    logo: Annotated[str, AfterValidator(_logo)] = Field(
        "", max_length=100_000, description="A small picture as a data: address."
    )
    locale: Locale = Field("en", description="Language of who has not chosen one.")
    calendar: Calendar = Field("gregory", description="Calendar of who has not chosen one.")
    digits: Literal["language", "latin"] = Field("language", description="Digits as the language has them, or 0-9.")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        "Asia/Tehran", max_length=60, description="In which times are written for people who have none of their own."
    )
    week_start: Weekday = Field("saturday", description="First day of a week.")
    weekend: list[Weekday] = Field(default=["friday"], max_length=3)
    languages: list[Locale] = Field(default=["en", "ar", "fa"], min_length=1, max_length=3)
    presence_reasons: list[Reason] = Field(default=[], max_length=20)

    @model_validator(mode="after")
    def _is_whole(self) -> OrganisationSettings:
        keys = [reason.key for reason in self.presence_reasons]
        for name, values in (("presence_reasons", keys), ("languages", self.languages), ("weekend", self.weekend)):
            if len(set(values)) != len(values):
                raise ValueError(f"{name}: something is there twice")
        if self.locale not in self.languages:
            raise ValueError("locale: the usual language is one of those that are offered")
        return self


class OrganisationChange(OrganisationSettings):
    version: int = Field(ge=0, description="The one that was read; 0 before anything was saved.")


class OrganisationView(Value):
    """The settings with the schema that forms are made from."""

    settings: OrganisationSettings
    version: int
    json_schema: dict[str, Any]


class ReasonView(Value):
    key: str
    name: dict[Locale, str]


class OrganisationPublic(Value):
    """What everybody who signs in knows of the organisation."""

    name: str
    logo: str
    locale: Locale
    calendar: Calendar
    digits: Literal["language", "latin"]
    time_zone: str
    week_start: Weekday
    weekend: list[Weekday]
    languages: list[Locale]
    presence_reasons: list[ReasonView]


class OrganisationFace(Value):
    """What the sign-in page shows to anybody; null stands for what nobody has chosen yet."""

    name: str
    logo: str
    locale: Locale | None
    calendar: Calendar | None
    digits: Literal["language", "latin"]
    languages: list[Locale]


class OrganisationChanged(Event, kind="organisation.changed"):
    """Every console takes the new settings at once."""

    organisation: OrganisationPublic

    def subject(self) -> str:
        return "organisation"

    def audience(self) -> tuple[str, ...]:
        return (EVERYBODY,)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("organisation.put", {"organisation": data["organisation"]}) if namespace == "/agent" else None


def public(settings: OrganisationSettings) -> OrganisationPublic:
    known = settings.model_dump(include=set(OrganisationPublic.model_fields))
    return OrganisationPublic.model_validate(known)
