"""What people do in rooms over the socket."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from pydantic import Field

from access.model import Permission
from core.actor import Actor
from core.commands import Payload, Sender, command
from core.events import LoggedEvent
from core.ids import StaffId
from core.values import Value
from rooms.guests import Guests
from rooms.model import (
    InvitationMade,
    InvitationView,
    MemberView,
    NewInvitation,
    NewMessage,
    NewRoom,
    Person,
    RoomChange,
    RoomMessageView,
    RoomView,
    Said,
    SeatView,
    Sign,
)
from rooms.service import Rooms
from rooms.talk import Talk
from storage.database import Tx

_LAST = 2**31 - 1


class Create(Payload, NewRoom):
    pass


class WithWhom(Payload):
    staff_id: StaffId


class Which(Payload):
    room_id: UUID


class Nothing(Payload):
    pass


class Change(Payload, RoomChange):
    room_id: UUID


class Add(Payload):
    room_id: UUID
    staff_ids: list[StaffId] = Field(min_length=1, max_length=200)


class Whom(Payload):
    room_id: UUID
    staff_id: StaffId


class Promote(Whom):
    is_manager: bool


class Find(Payload):
    """`every`: all team rooms in scope, for who manages rooms."""

    every: bool = False


class Say(Payload, NewMessage):
    room_id: UUID


class Edit(Payload):
    message_id: UUID
    version: int = Field(ge=1)
    text: Said


class WhichMessage(Payload):
    message_id: UUID


class React(Payload):
    message_id: UUID
    sign: Sign
    is_on: bool


class Read(Payload):
    room_id: UUID
    seq: int = Field(ge=0, le=_LAST)


class Earlier(Payload):
    room_id: UUID
    before_seq: int | None = Field(None, ge=0, le=_LAST)
    limit: int = Field(50, ge=1, le=100)


class Search(Payload):
    room_id: UUID | None = None
    words: str = Field(min_length=1, max_length=200)


class Typing(Payload):
    room_id: UUID
    is_typing: bool


class Invite(Payload, NewInvitation):
    room_id: UUID


class WhichInvitation(Payload):
    room_id: UUID
    invitation_id: UUID


class Seated(Value):
    seat: SeatView


class Changed(Value):
    room: RoomView


class Found(Value):
    rooms: list[RoomView]


class People(Value):
    people: list[Person]


class Members(Value):
    members: list[MemberView]


class Message(Value):
    message: RoomMessageView


class Messages(Value):
    messages: list[RoomMessageView]


class Invitations(Value):
    invitations: list[InvitationView]


class Move(Protocol):
    """Puts the sockets of somebody into a room of the feed, or out of it."""

    def __call__(self, staff_id: str, room: str, *, is_in: bool) -> None: ...


class RoomMoves:
    """Who comes into a room hears it, and who leaves it does not, from the very event on that says so."""

    def __init__(self, move: Move) -> None:
        self._move = move

    def taken(self, event: LoggedEvent) -> None:
        data = event.data
        self._move(data["staff_id"], f"room:{data['seat']['room']['id']}", is_in=True)

    def lost(self, event: LoggedEvent) -> None:
        data = event.data
        self._move(data["staff_id"], f"room:{data['room_id']}", is_in=False)


class RoomCommands:
    """`hint` carries what is not stored, such as typing, to the sockets of all nodes."""

    def __init__(
        self, rooms: Rooms, talk: Talk, guests: Guests, hint: Callable[[str, str, dict[str, Any]], None]
    ) -> None:
        self._rooms, self._talk, self._guests, self._hint = rooms, talk, guests, hint

    @command("room.create", permission=Permission.ROOM_MANAGE)
    async def create(self, sender: Sender, payload: Create) -> Seated:
        """Make a team room, once per `client_id`."""
        return Seated(seat=await self._rooms.create(sender.actor, payload))

    @command("room.direct", permission=Permission.ROOM_TALK)
    async def direct(self, sender: Sender, payload: WithWhom) -> Seated:
        """Get the chat with a colleague, made on first use."""
        return Seated(seat=await self._rooms.direct(sender.actor, payload.staff_id))

    @command("room.people", permission=Permission.ROOM_TALK)
    async def people(self, sender: Sender, payload: Nothing) -> People:  # noqa: ARG002 - every command has a payload
        """Get with whom a chat can be begun."""
        return People(people=await self._rooms.people(sender.actor))

    @command("room.find", permission=Permission.ROOM_TALK)
    async def find(self, sender: Sender, payload: Find) -> Found:
        """Get the rooms that can be joined."""
        return Found(rooms=await self._rooms.open_rooms(sender.actor, every=payload.every))

    @command("room.join", permission=Permission.ROOM_TALK)
    async def join(self, sender: Sender, payload: Which) -> Seated:
        """Come into an open room."""
        return Seated(seat=await self._rooms.join(sender.actor, payload.room_id))

    @command("room.leave", permission=Permission.ROOM_TALK)
    async def leave(self, sender: Sender, payload: Which) -> None:
        """Be in a room no longer."""
        await self._rooms.leave(sender.actor, payload.room_id)

    @command("room.change", permission=Permission.ROOM_TALK)
    async def change(self, sender: Sender, payload: Change) -> Changed:
        """Change name, topic and rules, as a manager of the room."""
        return Changed(room=await self._rooms.change(sender.actor, payload.room_id, payload))

    @command("room.archive", permission=Permission.ROOM_TALK)
    async def archive(self, sender: Sender, payload: Which) -> None:
        """End a room, as its manager; what was said is kept."""
        await self._rooms.archive(sender.actor, payload.room_id)

    @command("room.members", permission=Permission.ROOM_TALK)
    async def members(self, sender: Sender, payload: Which) -> Members:
        """Get who is in a room, what they have read, and who of them is there now."""
        return Members(members=await self._rooms.members(sender.actor, payload.room_id))

    @command("room.add", permission=Permission.ROOM_TALK)
    async def add(self, sender: Sender, payload: Add) -> None:
        """Bring colleagues in, as a manager of the room."""
        await self._rooms.add(sender.actor, payload.room_id, payload.staff_ids)

    @command("room.remove", permission=Permission.ROOM_TALK)
    async def remove(self, sender: Sender, payload: Whom) -> None:
        """Put somebody out, as a manager of the room."""
        await self._rooms.remove(sender.actor, payload.room_id, payload.staff_id)

    @command("room.promote", permission=Permission.ROOM_TALK)
    async def promote(self, sender: Sender, payload: Promote) -> None:
        """Let a member manage the room, or no longer."""
        await self._rooms.set_manager(sender.actor, payload.room_id, payload.staff_id, is_manager=payload.is_manager)

    @command("room.say", permission=Permission.ROOM_TALK)
    async def say(self, sender: Sender, payload: Say) -> Message:
        """Say something, once per `client_id`; `mentions` and each `@login` in the text are told."""
        return Message(message=await self._talk.say(sender.actor, payload.room_id, payload))

    @command("room.edit", permission=Permission.ROOM_TALK)
    async def edit(self, sender: Sender, payload: Edit) -> Message:
        """Put an own message right."""
        return Message(message=await self._talk.edit(sender.actor, payload.message_id, payload.version, payload.text))

    @command("room.delete", permission=Permission.ROOM_TALK)
    async def delete(self, sender: Sender, payload: WhichMessage) -> Message:
        """Take an own message back, or as a manager anybody's."""
        return Message(message=await self._talk.delete(sender.actor, payload.message_id))

    @command("room.react", permission=Permission.ROOM_TALK)
    async def react(self, sender: Sender, payload: React) -> Message:
        """Put a sign at a message, or take it away."""
        message = await self._talk.react(sender.actor, payload.message_id, payload.sign, is_on=payload.is_on)
        return Message(message=message)

    @command("room.read", permission=Permission.ROOM_TALK)
    async def read(self, sender: Sender, payload: Read) -> None:
        """Say that everything up to `seq` was seen."""
        await self._talk.read(sender.actor, payload.room_id, payload.seq)

    @command("room.messages", permission=Permission.ROOM_TALK)
    async def messages(self, sender: Sender, payload: Earlier) -> Messages:
        """Get earlier messages, oldest first."""
        before = _LAST if payload.before_seq is None else payload.before_seq
        return Messages(messages=await self._talk.page(sender.actor, payload.room_id, before, payload.limit))

    @command("room.search", permission=Permission.ROOM_TALK)
    async def search(self, sender: Sender, payload: Search) -> Messages:
        """Find what was said in one of your rooms, or in all."""
        return Messages(messages=await self._talk.search(sender.actor, payload.room_id, payload.words, 50))

    @command("room.typing", permission=Permission.ROOM_TALK)
    async def typing(self, sender: Sender, payload: Typing) -> None:
        """Show the others that you type; not stored."""
        await self._talk.must_be_in(sender.actor, payload.room_id)
        told = {
            "room_id": str(payload.room_id),
            "staff_id": str(sender.actor.id),
            "name": sender.actor.name,
            "is_typing": payload.is_typing,
        }
        self._hint("room_typing", f"room:{payload.room_id}", told)

    @command("room.invite", permission=Permission.ROOM_MANAGE)
    async def invite(self, sender: Sender, payload: Invite) -> InvitationMade:
        """Invite somebody from outside into one room, by a link that works once."""
        return await self._guests.invite(sender.actor, payload.room_id, payload)

    @command("room.invitations", permission=Permission.ROOM_MANAGE)
    async def invitations(self, sender: Sender, payload: Which) -> Invitations:
        """Get the links that still work."""
        return Invitations(invitations=await self._guests.invitations(sender.actor, payload.room_id))

    @command("room.revoke", permission=Permission.ROOM_MANAGE)
    async def revoke(self, sender: Sender, payload: WhichInvitation) -> None:
        """Let a link work no longer."""
        await self._guests.revoke(sender.actor, payload.room_id, payload.invitation_id)

    async def part(self, tx: Tx, actor: Actor) -> dict[str, Any]:
        """Add the own rooms to the console's snapshot."""
        return await self._rooms.part(tx, actor)
