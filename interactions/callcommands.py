"""What is done with calls over the socket, beyond mute, hold and hanging up."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.commands import Payload, Sender, command
from interactions.conference import Ask, Conference
from interactions.party import ListenMode


class AskIn(Payload, Ask):
    interaction_id: UUID


class Together(Payload):
    interaction_id: UUID
    is_private: bool


class WhichCall(Payload):
    interaction_id: UUID


class Listen(Payload):
    interaction_id: UUID
    mode: ListenMode


class PauseRecording(Payload):
    interaction_id: UUID
    is_paused: bool


class Press(Payload):
    interaction_id: UUID
    keys: Annotated[str, Field(pattern=r"^[0-9*#]{1,40}$", description="Digits, star and hash.")]


class CallCommands:
    """`call.party` and `call.listeners` of the interaction change when the carrier has done it."""

    def __init__(self, conference: Conference) -> None:
        self._conference = conference

    @command("call.ask", permission=Permission.INTERACTION_TRANSFER)
    async def ask(self, sender: Sender, payload: AskIn) -> None:
        """Call a colleague, somebody of a queue, or a number into your call; the customer hears music meanwhile."""
        await self._conference.ask(sender.actor, payload.interaction_id, payload)

    @command("call.together", permission=Permission.INTERACTION_TRANSFER)
    async def together(self, sender: Sender, payload: Together) -> None:
        """Let all three speak, or speak with the third person alone."""
        await self._conference.together(sender.actor, payload.interaction_id, is_private=payload.is_private)

    @command("call.dismiss", permission=Permission.INTERACTION_TRANSFER)
    async def dismiss(self, sender: Sender, payload: WhichCall) -> None:
        """Hang up on the third person, and speak with the customer again."""
        await self._conference.dismiss(sender.actor, payload.interaction_id)

    @command("call.complete", permission=Permission.INTERACTION_TRANSFER)
    async def complete(self, sender: Sender, payload: WhichCall) -> None:
        """Hand the call to the third person, and leave it."""
        await self._conference.complete(sender.actor, payload.interaction_id)

    @command("call.listen", permission=Permission.CALL_LISTEN)
    async def listen(self, sender: Sender, payload: Listen) -> None:
        """Listen to a call unheard, whisper to its agent, or speak to both."""
        await self._conference.listen(sender.actor, payload.interaction_id, payload.mode)

    @command("call.stop_listening", permission=Permission.CALL_LISTEN)
    async def stop_listening(self, sender: Sender, payload: WhichCall) -> None:
        """Leave a call to which you listened."""
        await self._conference.stop_listening(sender.actor, payload.interaction_id)

    @command("call.press", permission=Permission.INTERACTION_REPLY)
    async def press(self, sender: Sender, payload: Press) -> None:
        """Send tones into your call, where its line can do that; a browser phone of the carrier sends its own."""
        await self._conference.press(sender.actor, payload.interaction_id, payload.keys)

    @command("call.pause_recording", permission=Permission.INTERACTION_REPLY)
    async def pause_recording(self, sender: Sender, payload: PauseRecording) -> None:
        """Pause the recording, for a card number, or go on; `call.recording` is `paused` once the carrier says so."""
        await self._conference.pause_recording(sender.actor, payload.interaction_id, is_paused=payload.is_paused)
