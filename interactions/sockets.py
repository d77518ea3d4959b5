"""What an agent does with conversations over the socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.actor import Actor
from core.commands import Payload, Sender, command
from core.ids import StaffId
from core.values import Value
from interactions.handing import Urgency
from interactions.model import DISPOSITIONS, Close, InteractionView, MessageView, NewNote, NewReply, State, Transfer
from interactions.service import Interactions
from storage.database import Tx

_LAST = 2**31 - 1


class Reply(Payload, NewReply):
    interaction_id: UUID


class Note(Payload, NewNote):
    interaction_id: UUID


class HandOver(Payload, Transfer):
    interaction_id: UUID


class Take(Payload):
    """`has` is who has it as the supervisor sees it, null for the queue: whoever was faster wins."""

    interaction_id: UUID
    has: UUID | None = None


class Prioritise(Payload, Urgency):
    interaction_id: UUID


class CloseIt(Payload, Close):
    interaction_id: UUID


class Which(Payload):
    interaction_id: UUID


class Read(Payload):
    interaction_id: UUID
    seq: int = Field(ge=0, le=_LAST)


class Earlier(Payload):
    interaction_id: UUID
    before_seq: int | None = Field(None, ge=0, le=_LAST)
    limit: int = Field(50, ge=1, le=100)


class Typing(Payload):
    interaction_id: UUID
    is_typing: bool


class Mute(Payload):
    interaction_id: UUID
    is_muted: bool


class Hold(Payload):
    interaction_id: UUID
    is_held: bool


class Said(Value):
    message: MessageView


class Seen(Value):
    interaction: InteractionView


class Closed(Value):
    state: State


class Messages(Value):
    messages: list[MessageView]


class InteractionCommands:
    """`hint` carries what is not stored, such as typing, to the sockets of all nodes."""

    def __init__(self, interactions: Interactions, hint: Callable[[str, str, dict[str, Any]], None]) -> None:
        self._interactions, self._hint = interactions, hint
        self._handing = interactions.handing

    @command("interaction.reply", permission=Permission.INTERACTION_REPLY)
    async def reply(self, sender: Sender, payload: Reply) -> Said:
        """Say something to the customer, once per `client_id`."""
        return Said(message=await self._interactions.reply(sender.actor, payload.interaction_id, payload))

    @command("interaction.note", permission=Permission.INTERACTION_READ)
    async def note(self, sender: Sender, payload: Note) -> Said:
        """Write something for colleagues, once per `client_id`."""
        return Said(message=await self._interactions.note(sender.actor, payload.interaction_id, payload))

    @command("interaction.transfer", permission=Permission.INTERACTION_TRANSFER)
    async def transfer(self, sender: Sender, payload: HandOver) -> None:
        """Hand over to a queue, to an agent who is asked first, or to whoever has skills."""
        await self._handing.transfer(sender.actor, payload.interaction_id, payload)

    @command("interaction.reroute", permission=Permission.WORK_SUPERVISE)
    async def reroute(self, sender: Sender, payload: HandOver) -> None:
        """Let a conversation that waits, or that somebody has, wait elsewhere or for somebody else."""
        await self._handing.reroute(sender.actor, payload.interaction_id, payload)

    @command("interaction.pick", permission=Permission.WORK_TAKE)
    async def pick(self, sender: Sender, payload: Which) -> Seen:
        """Take a waiting conversation whose queue you may work for; a conflict when somebody else was faster."""
        return Seen(interaction=await self._handing.pick(sender.actor, payload.interaction_id))

    @command("interaction.take", permission=Permission.WORK_SUPERVISE)
    async def take(self, sender: Sender, payload: Take) -> Seen:
        """Take a conversation over at once; a conflict when somebody else was faster."""
        has = None if payload.has is None else StaffId(payload.has)
        return Seen(interaction=await self._handing.take(sender.actor, payload.interaction_id, has))

    @command("interaction.prioritise", permission=Permission.WORK_PRIORITISE)
    async def prioritise(self, sender: Sender, payload: Prioritise) -> Seen:
        """Say how urgent a waiting conversation is; an emergency goes before everything else."""
        return Seen(interaction=await self._handing.prioritise(sender.actor, payload.interaction_id, payload))

    @command("interaction.close", permission=Permission.INTERACTION_REPLY)
    async def close(self, sender: Sender, payload: CloseIt) -> Closed:
        """End the conversation; it wraps up first when its queue says so."""
        return Closed(state=await self._interactions.close(sender.actor, payload.interaction_id, payload))

    @command("interaction.wrap_up_done", permission=Permission.INTERACTION_REPLY)
    async def wrap_up_done(self, sender: Sender, payload: Which) -> None:
        """End the wrap-up early."""
        await self._interactions.wrap_up_done(sender.actor, payload.interaction_id)

    @command("interaction.read", permission=Permission.INTERACTION_READ)
    async def read(self, sender: Sender, payload: Read) -> None:
        """Say that everything so far was seen."""
        await self._interactions.read(sender.actor, payload.interaction_id)

    @command("interaction.messages", permission=Permission.INTERACTION_READ)
    async def messages(self, sender: Sender, payload: Earlier) -> Messages:
        """Get earlier messages, oldest first."""
        before = _LAST if payload.before_seq is None else payload.before_seq
        found = await self._interactions.messages(sender.actor, payload.interaction_id, before, payload.limit)
        return Messages(messages=found)

    @command("interaction.typing", permission=Permission.INTERACTION_REPLY)
    async def typing(self, sender: Sender, payload: Typing) -> None:
        """Show the visitor that you type; not stored."""
        visitor = await self._interactions.visitor_of(sender.actor, payload.interaction_id)
        if visitor is not None:
            told = {"interaction_id": str(payload.interaction_id), "who": "agent", "is_typing": payload.is_typing}
            self._hint("typing", f"visitor:{visitor}", told)

    @command("call.hang_up", permission=Permission.INTERACTION_REPLY)
    async def hang_up(self, sender: Sender, payload: Which) -> None:
        """End the call."""
        await self._interactions.hang_up(sender.actor, payload.interaction_id)

    @command("call.mute", permission=Permission.INTERACTION_REPLY)
    async def mute(self, sender: Sender, payload: Mute) -> None:
        """Let the caller hear you, or not; `call.is_muted` of the interaction changes when the carrier has done it."""
        await self._interactions.calls.mute(sender.actor, payload.interaction_id, is_muted=payload.is_muted)

    @command("call.hold", permission=Permission.INTERACTION_REPLY)
    async def hold(self, sender: Sender, payload: Hold) -> None:
        """Put the caller on hold or take them back; `call.is_held` changes when the carrier has done it."""
        await self._interactions.calls.hold(sender.actor, payload.interaction_id, is_held=payload.is_held)

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add the own conversations to the console's snapshot."""
        return {"interactions": await self._interactions.own(tx, actor), "dispositions": list(DISPOSITIONS)}
