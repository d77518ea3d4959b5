"""What a desk asks over the socket beside talking: watching, drafts, snoozing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

from access.model import Permission
from core.commands import Payload, Sender, command
from core.values import Value
from interactions.drafts import Drafts, DraftView, NewDraft
from interactions.model import InteractionView, MessageView
from interactions.snooze import Snooze, Snoozes
from interactions.watching import OfferContext, Watching


class Rooms(Protocol):
    """Where a console hears of more than its own work."""

    def position(self) -> int: ...

    def enter(self, sender: Sender, room: str, after: int) -> Awaitable[list[dict[str, Any]]]: ...

    def leave(self, sender: Sender, room: str) -> None: ...


class Which(Payload):
    interaction_id: UUID


class Look(Payload):
    """`is_here` false: somebody closes it; otherwise this is said again every ten seconds."""

    interaction_id: UUID
    is_here: bool = True
    is_writing: bool = False


class WhichOffer(Payload):
    offer_id: UUID


class SaveDraft(Payload, NewDraft):
    interaction_id: UUID


class SnoozeIt(Payload, Snooze):
    interaction_id: UUID


class Watched(Value):
    """A conversation at a position of the log, and what happened since."""

    seq: int
    interaction: InteractionView
    messages: list[MessageView]
    events: list[dict[str, Any]]


class Kept(Value):
    draft: DraftView


class Seen(Value):
    interaction: InteractionView


class DeskCommands:
    def __init__(
        self,
        watching: Watching,
        snoozes: Snoozes,
        drafts: Drafts,
        rooms: Rooms,
        hint: Callable[[str, str, dict[str, Any]], None],
    ) -> None:
        self._watching, self._snoozes, self._drafts = watching, snoozes, drafts
        self._rooms, self._hint = rooms, hint
        self.part = drafts.part

    @command("interaction.watch", permission=Permission.INTERACTION_READ)
    async def watch(self, sender: Sender, payload: Which) -> Watched:
        """Follow a conversation that you may read, until `interaction.unwatch` or the end of this connection."""
        start = self._rooms.position()
        interaction, messages = await self._watching.read(sender.actor, payload.interaction_id)
        events = await self._rooms.enter(sender, f"interaction:{payload.interaction_id}", start)
        return Watched(seq=start, interaction=interaction, messages=messages, events=events)

    @command("interaction.unwatch", permission=Permission.INTERACTION_READ)
    async def unwatch(self, sender: Sender, payload: Which) -> None:
        """Follow it no longer."""
        self._rooms.leave(sender, f"interaction:{payload.interaction_id}")

    @command("interaction.look", permission=Permission.INTERACTION_READ)
    async def look(self, sender: Sender, payload: Look) -> None:
        """Tell colleagues who have it open too that you look at it, and whether you write; not stored."""
        owner = await self._watching.owner(sender.actor, payload.interaction_id)
        told = {
            "interaction_id": str(payload.interaction_id),
            "staff_id": str(sender.actor.id),
            "name": sender.actor.name,
            "is_here": payload.is_here,
            "is_writing": payload.is_writing,
        }
        for room in (f"interaction:{payload.interaction_id}", *([f"agent:{owner}"] if owner else [])):
            self._hint("look", room, told)

    @command("interaction.snooze", permission=Permission.INTERACTION_REPLY)
    async def snooze(self, sender: Sender, payload: SnoozeIt) -> Seen:
        """Put your conversation aside until a moment, or until the customer writes."""
        return Seen(interaction=await self._snoozes.snooze(sender.actor, payload.interaction_id, payload))

    @command("interaction.wake", permission=Permission.INTERACTION_REPLY)
    async def wake(self, sender: Sender, payload: Which) -> None:
        """Bring your snoozed conversation back now."""
        await self._snoozes.wake(sender.actor, payload.interaction_id)

    @command("interaction.wrap_up_extend", permission=Permission.INTERACTION_REPLY)
    async def extend_wrap_up(self, sender: Sender, payload: Which) -> Seen:
        """Give your wrap-up its time again, once."""
        return Seen(interaction=await self._snoozes.extend_wrap_up(sender.actor, payload.interaction_id))

    @command("offer.context", permission=Permission.WORK_TAKE)
    async def context(self, sender: Sender, payload: WhichOffer) -> OfferContext:
        """Learn who it is before you accept what is offered to you."""
        return await self._watching.context(sender.actor, payload.offer_id)

    @command("draft.save", permission=Permission.INTERACTION_READ)
    async def save_draft(self, sender: Sender, payload: SaveDraft) -> Kept:
        """Keep what you are writing for all your devices; without text and files there is no draft."""
        return Kept(draft=await self._drafts.save(sender.actor, payload.interaction_id, payload))
