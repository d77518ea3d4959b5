"""Who is in a call besides customer and agent, and whether it is recorded: values. Pure."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from core.values import Value

ListenMode = Literal["monitor", "whisper", "barge"]
RecordingState = Literal["off", "on", "paused", "unsure"]


class Party(Value):
    """A third person in a call: a colleague, somebody of a queue, or a number outside.

    `calling`: asked for at the carrier; `talking`: in the call. While `is_private`, the customer hears music.
    """

    label: str
    kind: Literal["agent", "queue", "number"]
    id: UUID | None = Field(None, description="The colleague, where it is one.")
    name: str
    address: str = Field("", description="The number, where it is one.")
    status: Literal["calling", "talking"] = "calling"
    is_private: bool = True
    is_handed_over: bool = Field(default=False, description="Whether they have the call, or will when they answer.")


class Listener(Value):
    """A supervisor in a call: unheard, heard by the agent alone, or heard by both."""

    staff_id: UUID
    name: str
    mode: ListenMode
    label: str
    status: Literal["calling", "in"] = "calling"
