"""Widgets and visitors."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from access.model import Locale
from core.events import Event
from core.values import Value

Site = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
ClientId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]
ChatText = Annotated[str, Field(max_length=8000)]


class WidgetSettings(Value):
    """What a visitor sees before anybody speaks, per language."""

    title: dict[Locale, str] = Field(default={}, max_length=3)
    greeting: dict[Locale, str] = Field(default={}, max_length=3)
    color: str = Field("#0b7285", pattern=r"^#[0-9a-fA-F]{6}$")
    locale: Locale = "en"


class WidgetFields(Value):
    account_id: UUID
    settings: WidgetSettings = WidgetSettings()
    origins: list[Annotated[str, Field(pattern=r"^https?://[^/\s]{1,200}$")]] = Field(
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


class WidgetView(Value):
    """What the widget shows, in the visitor's language."""

    title: str
    greeting: str
    color: str
    locale: Locale
    is_open: bool


class ChatSaid(Value):
    message: dict[str, Any]


class WidgetSaved(Event, kind="widget.saved"):
    site: str
    is_enabled: bool

    def subject(self) -> str:
        return f"widget:{self.site}"


class VisitorSeen(Event, kind="visitor.seen"):
    """The customer's side read the conversation up to here."""

    interaction_id: UUID
    seq: int

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


DEFAULT_TITLE: dict[Locale, str] = {"en": "Chat with us", "ar": "تحدّث معنا", "fa": "گفت‌وگو با ما"}
DEFAULT_GREETING: dict[Locale, str] = {
    "en": "Hello! How can we help?",
    "ar": "مرحبًا! كيف يمكننا مساعدتك؟",
    "fa": "سلام! چطور می‌توانیم کمک کنیم؟",
}
