"""Opting out, and consent: values, and the words by which people say it in three languages. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from core.events import Event
from core.text import fold
from core.values import Value

Reason = Literal["asked", "stop_word", "regulator", "staff"]
SaidBy = Literal["customer", "carrier", "staff"]
Purpose = Literal["marketing", "service"]
Words = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f]*$")]
Number = Annotated[str, Field(min_length=3, max_length=40, pattern=r"^[^\x00-\x1f]+$")]

# What the FCC names as words of revocation, and what people write in Arabic and Persian; the whole text, folded.
STOP = frozenset(
    fold(word)
    for word in (
        "stop", "stopall", "stop all", "quit", "end", "revoke", "opt out", "optout", "opt-out", "cancel", "unsubscribe",
        "إيقاف", "ايقاف", "توقف", "وقف", "أوقف", "قف", "إلغاء", "الغاء", "إلغاء الاشتراك", "الغاء الاشتراك",
        "لا ترسل", "لا ترسلوا", "لا تتصل", "لا تتصلوا",
        "لغو", "لغو۱۱", "لغو11", "لغو اشتراک", "لغو عضویت", "توقف ارسال", "انصراف", "پایان", "قطع", "نفرست",
        "نفرستید", "ارسال نکنید", "زنگ نزنید", "تماس نگیرید",
    )
)  # fmt: skip
# A yes is not among them: it is most often the answer to a question.
START = frozenset(
    fold(word)
    for word in (
        "start", "unstop", "subscribe", "ابدأ", "ابدا", "اشتراك", "اشترك", "استئناف",
        "شروع", "عضویت", "اشتراک", "فعال",
    )
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
    return "stop" if bare in STOP else "start" if bare in START else None


class Saying(NamedTuple):
    """Who said it, to which account of ours, in which word. `is_only_here`: it is about what this account sends."""

    by: SaidBy = "staff"
    account_id: UUID | None = None
    word: str = ""
    is_only_here: bool = False


class Listed(Value):
    """A number that is reached by no path, or not by one account."""

    number: str
    reason: Reason
    source: str
    note: str
    added_by: str
    added_at: datetime
    account_id: UUID | None = Field(None, description="Only what this account sends; none: whatever we begin.")
    account_name: str | None = None


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
    """A number is reached by no path any more (with an account: not by it), or may be reached again."""

    number: str
    is_listed: bool
    reason: Reason
    note: str = ""
    account_id: UUID | None = None

    def subject(self) -> str:
        return f"number:{self.number}"


class ConsentRecorded(Event, kind="consent.recorded"):
    consent_id: UUID
    number: str
    purpose: Purpose
    is_revoked: bool = False

    def subject(self) -> str:
        return f"number:{self.number}"
