"""Sounds of the library: how flows name them, and what people see of them. Pure.

A draft names a sound, `sound:<id>`; a published version the very content that the sound had then, with its name:
`sound:<id>:<content>:<name>`, the name as it stands in addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from access.model import Name
from core.events import Event
from core.ids import BranchId
from core.values import Value
from flows.audio import SoundType
from flows.model import Flow, Step

MOST_BYTES = 8 << 20
_PREFIX = "sound:"
_LONGEST = 300


class Sound(Value):
    """A sound that flows play. `used_in` are the flows that name it, in a draft or in any version."""

    id: UUID
    name: str
    branch_id: BranchId | None
    content_type: SoundType
    seconds: float
    size: int
    uploaded_at: datetime
    uploaded_by: str
    used_in: list[str]
    version: int


class SoundChange(Value):
    name: Name
    version: Annotated[int, Field(ge=1, description="The one that was read.")]


class SoundQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    branch_id: UUID | None = Field(None, description="Whose the sound is; none: everybody's.")


class SoundSaved(Event, kind="call_sound.saved"):
    """A sound is new, has another name or another content, or is gone."""

    sound_id: UUID
    name: str
    sha256: str = ""
    is_removed: bool = False

    def subject(self) -> str:
        return f"call_sound:{self.sound_id}"


def sound_of(said: str) -> UUID | None:
    """Return which sound of the library is named; None for an address."""
    return UUID(said.split(":")[1]) if said.startswith(_PREFIX) else None


def sounds_of(flow: Flow) -> dict[UUID, list[tuple[str, str]]]:
    """Return the sounds that a flow names, each with the steps and languages."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    for step in flow.steps:
        for language, said in step.prompt.sounds.items():
            if (sound_id := sound_of(said)) is not None:
                found.setdefault(sound_id, []).append((step.id, language))
    return found


def pinned(flow: Flow, contents: Mapping[UUID, tuple[UUID, str]]) -> Flow:
    """Return the flow with the contents and names that its sounds have now."""
    return flow.model_copy(update={"steps": tuple(_pinned(step, contents) for step in flow.steps)})


def _pinned(step: Step, contents: Mapping[UUID, tuple[UUID, str]]) -> Step:
    sounds = {}
    for language, said in step.prompt.sounds.items():
        sound_id = sound_of(said)
        if sound_id is None:
            sounds[language] = said
        else:
            content_id, name = contents[sound_id]
            sounds[language] = f"{_PREFIX}{sound_id}:{content_id}:{quote(name, safe='')[:_LONGEST]}"
    return step.model_copy(update={"prompt": step.prompt.model_copy(update={"sounds": sounds})})
