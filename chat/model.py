"""Widgets: what an administrator sets, and what a visitor's page is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from access.model import Locale
from core.values import Value
from sla.hours import Hours

Site = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
ChatText = Annotated[str, Field(max_length=8000)]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = dict[Locale, Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]]
FieldKind = Literal["name", "email", "phone", "text", "select"]
Outcome = Literal["shown", "accepted", "dismissed"]


class Choice(Value):
    value: Line = Field(min_length=1)
    label: Words = Field(default={}, max_length=3)


class FormField(Value):
    """One question before the chat. Name, email and phone are known by their kind, others by their key."""

    key: Key
    kind: FieldKind = "text"
    label: Words = Field(default={}, max_length=3)
    is_required: bool = False
    options: list[Choice] = Field(default=[], max_length=50)


class Consent(Value):
    """What a visitor agrees to; another text needs another version."""

    version: Line = Field(min_length=1)
    text: Words = Field(max_length=3)
    is_required: bool = True


class Department(Value):
    """A queue that a visitor may choose, under a name of its own."""

    queue_id: UUID
    label: Words = Field(max_length=3)


class Invitation(Value):
    """What is said to a visitor who did not ask. `page` is part of the address, with * for anything."""

    id: Key
    page: str = Field("*", max_length=500)
    after_seconds: int | None = Field(20, ge=0, le=3600)
    scroll_percent: int | None = Field(None, ge=1, le=100)
    on_exit: bool = False
    every_hours: int = Field(24, ge=0, le=8760)
    text: Words = Field(max_length=3)


_USUAL_FIELDS = [FormField(key="name", kind="name"), FormField(key="email", kind="email")]


class WidgetSettings(Value):
    """What a visitor sees and is asked, per language, and where it leads."""

    title: dict[Locale, str] = Field(default={}, max_length=3)
    greeting: dict[Locale, str] = Field(default={}, max_length=3)
    color: str = Field("#0b7285", pattern=r"^#[0-9a-fA-F]{6}$")
    locale: Locale = "en"
    side: Literal["start", "end"] = "end"
    fields: list[FormField] = Field(default=_USUAL_FIELDS, max_length=20)
    consent: Consent | None = None
    departments: list[Department] = Field(default=[], max_length=20)
    hours: Hours | None = None
    is_offline_when_nobody: bool = Field(
        default=False, description="Whether the form stands in for the chat while nobody is available."
    )
    offline_queue_id: UUID | None = Field(None, description="Where messages wait that were left while offline.")
    answer_minutes: int = Field(480, ge=1, le=100_000, description="Business time within which we promise an answer.")
    mail_account_id: UUID | None = Field(None, description="Which mailbox writes to visitors; none: the first enabled.")
    mail_after_minutes: int = Field(5, ge=0, le=1440, description="How long a visitor is gone before mail follows.")
    invitations: list[Invitation] = Field(default=[], max_length=20)
    has_rating: bool = True
    has_transcript: bool = True
    identity_key: str | None = Field(None, max_length=4000, description="Public key (PEM) of RS256 or ES256 tokens.")

    @model_validator(mode="after")
    def _has_no_doubles(self) -> Self:
        for name, keys in (
            ("fields", [each.key for each in self.fields]),
            ("departments", [str(each.queue_id) for each in self.departments]),
            ("invitations", [each.id for each in self.invitations]),
        ):
            if len(set(keys)) < len(keys):
                raise ValueError(f"Two {name} have the same key.")
        return self


class WidgetFields(Value):
    account_id: UUID
    settings: WidgetSettings = WidgetSettings()
    origins: list[Annotated[str, Field(pattern=r"^https?://[^/\s;,'\"]{1,200}$")]] = Field(
        default=[], max_length=50, description="Sites that may embed it, such as https://example.com; none: any."
    )
    is_enabled: bool = True


class NewWidget(WidgetFields):
    site: Site


class WidgetChange(WidgetFields):
    version: int = Field(ge=1)


class Widget(WidgetFields):
    site: str
    version: int
    has_secret: bool = False


class Secret(Value):
    """The key of the site's server, shown this once."""

    secret: str


class ChoiceView(Value):
    value: str
    label: str


class FieldView(Value):
    key: str
    kind: FieldKind
    label: str
    is_required: bool
    options: list[ChoiceView]


class ConsentView(Value):
    version: str
    text: str
    is_required: bool


class InvitationView(Value):
    id: str
    page: str
    after_seconds: int | None
    scroll_percent: int | None
    on_exit: bool
    every_hours: int
    text: str


class WidgetView(Value):
    """What the widget shows, in the visitor's language; `words` are those of its rarer parts."""

    title: str
    greeting: str
    color: str
    locale: Locale
    side: str
    is_open: bool
    is_offline: bool
    answer_by: datetime | None
    fields: list[FieldView]
    consent: ConsentView | None
    departments: list[ChoiceView]
    invitations: list[InvitationView]
    has_rating: bool
    has_transcript: bool
    has_articles: bool = Field(description="Whether there is anything public to read.")
    words: dict[str, str]


class ChatSaid(Value):
    message: dict[str, Any]


class Answers(Value):
    """What a visitor said before the chat."""

    form: dict[Key, Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]] = Field(default={}, max_length=20)
    department: UUID | None = None
    consent: str | None = Field(None, max_length=200)
    is_offline: bool = False


def said(words: Mapping[Locale, str], locale: Locale, otherwise: str = "") -> str:
    """Return the text in a language, else in any other that there is."""
    return words.get(locale) or words.get("en") or next((text for text in words.values() if text), otherwise)
