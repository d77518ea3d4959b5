"""What a channel of calls hears beside the calls themselves: of further people in a call, and of recordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from channels.originate import DialNews


@dataclass(frozen=True, slots=True)
class PartyLeg:
    """What became of somebody whom we called into a call that is under way; `label` is by what we named them."""

    interaction_id: UUID
    label: str
    status: Literal["answered", "missed", "left"]
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordingMade:
    """Something was recorded at the carrier, or nothing came of it; the sound itself is fetched later.

    Of a voicemail the conversation is found by the call, and that it begins is told before there is a recording.
    """

    recording_id: str
    call_id: str
    status: Literal["begun", "completed", "absent"]
    seconds: int
    at: datetime
    interaction_id: UUID | None = None
    is_voicemail: bool = False


@dataclass(frozen=True, slots=True)
class Announced:
    """The customer of this call has heard to its end that it is recorded."""

    interaction_id: UUID
    call_id: str
    at: datetime


Spoken = PartyLeg | RecordingMade | Announced | DialNews
