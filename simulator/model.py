"""Values and pure rules of calls and messages."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import NewType

Sid = NewType("Sid", str)


def new_sid(prefix: str, chance: random.Random) -> Sid:
    return Sid(f"{prefix}{chance.getrandbits(128):032x}")


def rfc2822(at: datetime | None) -> str | None:
    """Write a moment the way that Twilio's 2010 API does, e.g. `Tue, 31 Aug 2010 20:36:28 +0000`."""
    return None if at is None else format_datetime(at)


class TwilioError(Exception):
    """A refusal in Twilio's own words; `code` is from Twilio's error dictionary."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class CallStatus(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def is_terminal(self) -> bool:
        return _RANK[self] == _OVER

    @property
    def event(self) -> str:
        """The name under which StatusCallbackEvent subscribes to this status; every end is `completed`."""
        return _EVENTS.get(self, "completed")

    @property
    def spoken(self) -> str:
        """CallStatus as callbacks say it: the first event is `initiated`, which the resource never shows."""
        return "initiated" if self is CallStatus.QUEUED else self.value


_OVER = 3
_RANK = {CallStatus.QUEUED: 0, CallStatus.RINGING: 1, CallStatus.IN_PROGRESS: 2} | dict.fromkeys(
    (CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.FAILED, CallStatus.NO_ANSWER, CallStatus.CANCELED), _OVER
)
_EVENTS = {CallStatus.QUEUED: "initiated", CallStatus.RINGING: "ringing", CallStatus.IN_PROGRESS: "answered"}


@dataclass(frozen=True, slots=True)
class CallProgress:
    """How far a call is. It only moves forward, and a terminal state absorbs everything."""

    created_at: datetime
    status: CallStatus = CallStatus.QUEUED
    sequence: int = 0
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.status.is_terminal

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def duration_seconds(self) -> int | None:
        """Whole seconds between answer and end; 0 when nobody answered, None while it is going on."""
        if self.ended_at is None:
            return None
        return 0 if self.answered_at is None else round((self.ended_at - self.answered_at).total_seconds())

    def to(self, status: CallStatus, now: datetime) -> CallProgress:
        """Move on; a step back, sideways or out of a terminal state changes nothing.

        A call that was answered can only complete, and one that was not cannot: it was canceled, or nobody came.
        """
        if _RANK[status] <= _RANK[self.status]:
            return self
        wanted = self._as_it_was(status)
        over = wanted.is_terminal
        return replace(
            self,
            status=wanted,
            sequence=self.sequence + 1,
            started_at=self.started_at or now,
            answered_at=now if wanted is CallStatus.IN_PROGRESS else self.answered_at,
            ended_at=now if over else None,
        )

    def _as_it_was(self, status: CallStatus) -> CallStatus:
        if status.is_terminal and self.is_answered:
            return CallStatus.COMPLETED
        return CallStatus.CANCELED if status is CallStatus.COMPLETED else status


class MessageStatus(StrEnum):
    RECEIVED = "received"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Callback:
    """Where to tell, and which events; an empty URL tells nobody."""

    url: str = ""
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})

    def wants(self, event: str) -> bool:
        return bool(self.url) and event in self.events


_E164 = re.compile(r"\+[1-9]\d{6,14}")
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà",
)
_GSM7_EXTENDED = frozenset("^{}\\[~]|€\f")


def is_e164(number: str) -> bool:
    return _E164.fullmatch(number) is not None


def is_callable(target: str) -> bool:
    return is_e164(target) or target.startswith(("client:", "sip:"))


def segments(body: str) -> int:
    """Count SMS segments: GSM-7 carries 160 septets alone or 153 in a chain, UCS-2 70 or 67 (3GPP TS 23.038)."""
    if all(char in _GSM7 or char in _GSM7_EXTENDED for char in body):
        length, alone, chained = sum(2 if char in _GSM7_EXTENDED else 1 for char in body), 160, 153
    else:
        length, alone, chained = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= alone else -(-length // chained)


STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
"""Twilio's default words; the carrier itself obeys them."""
