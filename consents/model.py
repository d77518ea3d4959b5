"""Opting out, and consent: values, and the words by which people say it in three languages. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.events import Event
from core.text import fold
from core.values import Value

Reason = Literal["asked", "stop_word", "regulator", "staff"]
Purpose = Literal["marketing", "service"]
Words = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
Number = Annotated[str, Field(min_length=3, max_length=40, pattern=r"^[^\x00-\x1f]+$")]

# What the FCC names as words of revocation, and what people write in Arabic and Persian; the whole text, folded.
_STOP = frozenset(
    fold(word)
    for word in (
        "stop", "stopall", "stop all", "quit", "end", "revoke", "opt out", "optout", "opt-out", "cancel", "unsubscribe",
        "إيقاف", "ايقاف", "توقف", "أوقف", "قف", "إلغاء", "الغاء", "إلغاء الاشتراك", "الغاء الاشتراك",
        "لا ترسل", "لا تتصل",
        "لغو", "لغو اشتراک", "لغو عضویت", "توقف ارسال", "انصراف", "پایان", "نفرست", "نفرستید",
        "زنگ نزنید", "تماس نگیرید",
    )
)  # fmt: skip
_START = frozenset(
    fold(word)
    for word in ("start", "unstop", "subscribe", "ابدأ", "اشتراك", "اشترك", "شروع", "عضویت", "اشتراک")
)  # fmt: skip
_EDGES = re.compile(r"^[\s.,!?;:'\"،؛؟«»()\[\]*_-]+|[\s.,!?;:'\"،؛؟«»()\[\]*_-]+$")
_LONGEST = 40


def said(text: str) -> Literal["stop", "start"] | None:
    """Return what a text says of being written to, if that is all it says.

    >>> said(" STOP. "), said("توقف"), said("لغو"), said("please stop by tomorrow")
    ('stop', 'stop', 'stop', None)
    """
    if len(text) > _LONGEST:
        return None
    bare = fold(_EDGES.sub("", text))
    return "stop" if bare in _STOP else "start" if bare in _START else None


class Listed(Value):
    """A number that is reached by no path."""

    number: str
    reason: Reason
    source: str
    note: str
    added_by: str
    added_at: datetime


class NewListed(Value):
    number: Number
    reason: Literal["asked", "regulator", "staff"] = "asked"
    note: Words = ""


class ListedMany(Value):
    """Many numbers at once, as they are pasted or come from a regulator's file."""

    numbers: list[Number] = Field(min_length=1, max_length=10_000)
    reason: Literal["asked", "regulator", "staff"] = "regulator"
    note: Words = ""


class ListedResult(Value):
    added: int
    known: int
    refused: list[str] = Field(description="What is no number that could be called.")


class Unlisting(Value):
    """Why a number may be reached again; it is kept in the audit trail."""

    note: Annotated[str, Field(min_length=3, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]


class ListedQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    search: str | None = Field(None, max_length=40, description="Digits of a number.")
    reason: Reason | None = None
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class NewConsent(Value):
    """That somebody agreed, with what shows it."""

    number: Number
    purpose: Purpose = "marketing"
    given_at: AwareDatetime
    source: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
    proof: Words = ""
    text_version: Words = ""


class Consent(Value):
    id: UUID
    number: str
    purpose: Purpose
    given_at: datetime
    source: str
    proof: str
    text_version: str
    recorded_by: str
    recorded_at: datetime
    revoked_at: datetime | None


class ConsentQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=3, max_length=40)


class OptedOut(Event, kind="number.opted_out"):
    """A number is reached by no path any more, or may be reached again."""

    number: str
    is_listed: bool
    reason: Reason
    note: str = ""

    def subject(self) -> str:
        return f"number:{self.number}"


class ConsentRecorded(Event, kind="consent.recorded"):
    consent_id: UUID
    number: str
    purpose: Purpose
    is_revoked: bool = False

    def subject(self) -> str:
        return f"number:{self.number}"
