"""Callbacks: values, and the rules of when one is offered and tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from access.model import Locale
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value
from customers.model import CustomerId

State = Literal["scheduled", "waiting", "dialling", "connected", "done", "failed", "cancelled"]
# `offered` is a waiting one that an agent is being asked to take.
Shown = Literal["scheduled", "waiting", "offered", "dialling", "connected", "done", "failed", "cancelled"]
Reason = Literal[
    "talked", "busy", "no_answer", "unreachable", "called_again", "by_customer", "by_staff", "by_agent", "merged"
]
ClientId = Field(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")

MOST_ATTEMPTS = 3
_PAUSES = (timedelta(minutes=5), timedelta(minutes=15))
_LEAST_SECONDS = 120
_LONGEST = timedelta(days=90)


def is_worth_offering(seconds: float | None, target_seconds: int) -> bool:
    """Tell whether a wait is long enough to offer a callback: over twice the target, and over two minutes."""
    return seconds is not None and seconds > max(2 * target_seconds, _LEAST_SECONDS)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after so many tries without an answer; None when it was the last."""
    return None if attempts >= MOST_ATTEMPTS else now + _PAUSES[min(attempts, len(_PAUSES)) - 1]


def is_a_time(at: datetime, now: datetime) -> bool:
    """Tell whether somebody may be called then."""
    return now < at <= now + _LONGEST


class RuleChange(Value):
    """What a queue does for those who wait in it."""

    is_offered: bool = True
    account_id: UUID | None = Field(None, description="The telephone to call from; null is the first of the branch.")
    keep_minutes: int = Field(10, ge=0, le=120, description="Who left and comes back within these has the old place.")
    voicemail_after_seconds: int | None = Field(
        None, ge=0, le=3600, description="After how long a caller is let leave a message; null is never."
    )
    is_voicemail_when_closed: bool = Field(default=False, description="At once outside the queue's hours.")
    version: int = Field(0, ge=0, description="The one that was read; 0 where the defaults were.")


class Rule(RuleChange):
    queue_id: UUID
    target_seconds: int
    can_call: bool = Field(description="Whether there is a telephone to call from.")

    def offers(self, seconds: float | None, *, is_marked: bool) -> bool:
        """Tell whether who waits so long may be called back; whom an overflow marked may, whatever the wait."""
        if not self.can_call:
            return False
        return is_marked or (self.is_offered and is_worth_offering(seconds, self.target_seconds))

    def takes_message(self, waited_seconds: float, *, is_open: bool) -> bool:
        """Tell whether a caller who has waited so long is let leave a message instead."""
        if not is_open and self.is_voicemail_when_closed:
            return True
        return self.voicemail_after_seconds is not None and waited_seconds >= self.voicemail_after_seconds


class RuleView(Rule):
    queue_name: str


class Callback(Value):
    """A promise to call somebody. The id is also that of the work that keeps the place, and of the call."""

    id: UUID
    state: Shown
    number: str
    zone: str | None = Field(description="The time zone where the number most likely rings.")
    locale: Locale
    customer_id: UUID
    customer_name: str
    queue_id: UUID
    queue_name: str
    branch_id: BranchId | None
    source_id: UUID | None
    agent_id: StaffId | None
    agent_name: str | None
    attempts: int
    next_try_at: datetime | None
    first_enqueued_at: datetime
    reason: Reason | None
    note: str
    created_at: datetime
    closed_at: datetime | None
    version: int


class NewCallback(Value):
    """A call that an agent promises, now or at a moment."""

    client_id: str = ClientId
    customer_id: CustomerId
    number: str = Field(min_length=3, max_length=40, pattern=r"^[^\x00-\x1f]+$")
    queue_id: UUID
    at: AwareDatetime | None = Field(None, description="Null: it waits from now on.")
    agent_id: StaffId | None = Field(None, description="Who is asked first.")
    source_id: UUID | None = Field(None, description="The conversation in which it was promised.")
    note: str = Field("", max_length=500, pattern=r"^[^\x00]*$")


class CallbackChange(Value):
    """Another moment, agent or queue; what is left out stays."""

    version: int = Field(ge=1, description="The one that was read.")
    at: AwareDatetime | None = None
    queue_id: UUID | None = None
    agent_id: StaffId | None = None


class CallbackQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Shown | Literal["open"] | None = None
    queue_id: UUID | None = None
    customer_id: UUID | None = None
    mine: bool = Field(default=False, description="Only what you promised or have.")
    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class CallbackChanged(Event, kind="callback.changed"):
    """Somebody is to be called, and how far that is."""

    callback_id: UUID
    state: State
    queue_id: UUID
    attempts: int
    next_try_at: datetime | None = None
    reason: Reason | None = None
    agent_id: StaffId | None = None

    def subject(self) -> str:
        return f"callback:{self.callback_id}"


class CallbackRuleSaved(Event, kind="callback.rule_saved"):
    queue_id: UUID
    is_offered: bool
    keep_minutes: int

    def subject(self) -> str:
        return f"queue:{self.queue_id}"
