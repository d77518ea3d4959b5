"""Rooms, who is in them, what is said; the rules that need no database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from access.model import Name
from core.actor import Actor, ActorKind
from core.errors import Forbidden
from core.events import Event
from core.ids import BranchId, StaffId
from core.values import Value
from interactions.model import AttachmentView
from notices.model import ClientId, DocumentRef

RoomKind = Literal["direct", "team"]
Posting = Literal["members", "managers"]
Sign = Literal["like", "love", "laugh", "party", "done", "look"]
Topic = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x1f]*$")]
Said = Annotated[str, Field(max_length=8000, pattern=r"^[^\x00]*$")]
Email = Annotated[str, Field(max_length=80, pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._+-]*@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}$")]

MOST_MEMBERS = 500
MOST_ROOMS = 200
LINK_LASTS = timedelta(hours=72)


class Person(Value):
    """Somebody in a room. A guest is from outside, and shown so."""

    id: StaffId
    name: str
    is_guest: bool
    organisation: str


class RoomView(Value):
    """A room as all its members see it; `people` only of a direct chat, which has no name of its own."""

    id: UUID
    kind: RoomKind
    name: str
    topic: str
    posting: Posting
    is_open: bool
    branch_id: BranchId | None
    last_seq: int
    version: int
    members: int
    guests: int
    people: list[Person]
    archived_at: datetime | None
    created_at: datetime


class RoomMessageView(Value):
    """`seq` counts from 1 within its room, without gaps. What was deleted keeps its place and has no text."""

    id: UUID
    room_id: UUID
    seq: int
    author: Person
    text: str
    attachments: list[AttachmentView]
    mentions: list[StaffId]
    reply_seq: int | None
    document: DocumentRef | None
    reactions: dict[Sign, list[StaffId]]
    client_id: str
    version: int
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


class SeatView(Value):
    """What somebody has of a room: what was read, what may be read (`seq` above `from_seq`), what was said last."""

    room: RoomView
    is_manager: bool
    from_seq: int
    read_seq: int
    last: RoomMessageView | None


class MemberView(Value):
    person: Person
    is_manager: bool
    read_seq: int
    is_present: bool


class NewRoom(Value):
    client_id: ClientId
    name: Name
    topic: Topic = ""
    posting: Posting = "members"
    is_open: bool = False
    branch_id: BranchId | None = None
    member_ids: list[StaffId] = Field(default=[], max_length=200)


class RoomChange(Value):
    version: int = Field(ge=1, description="The one that was read.")
    name: Name
    topic: Topic = ""
    posting: Posting = "members"
    is_open: bool = False


class NewMessage(Value):
    client_id: ClientId
    text: Said = ""
    attachments: list[UUID] = Field(default=[], max_length=10)
    mentions: list[StaffId] = Field(default=[], max_length=50)
    reply_seq: int | None = Field(None, ge=1, le=2**31 - 1)
    document: DocumentRef | None = None


class NewInvitation(Value):
    """`days`: for how long the guest may stay."""

    email: Email
    days: int = Field(30, ge=1, le=366)


class InvitationView(Value):
    id: UUID
    email: str
    by_name: str
    created_at: datetime
    expires_at: datetime
    guest_until: datetime


class InvitationMade(Value):
    """The link works once; it is shown this once. Null for a guest who is known: he is in the room already."""

    link: str | None
    expires_at: datetime | None


class Invited(Value):
    """What a link tells whoever holds it."""

    room_name: str
    by_name: str
    email: str
    expires_at: datetime


class Seat(Value):
    """What the service knows of who asks and the room that was asked for."""

    room_id: UUID
    kind: RoomKind
    posting: Posting
    branch_id: BranchId | None
    is_member: bool
    is_manager: bool
    from_seq: int
    read_seq: int
    last_seq: int

    def must_post(self) -> None:
        """Refuse to speak where only managers do."""
        if self.posting == "managers" and not self.is_manager:
            raise Forbidden("Only managers write in this room.")


def pair_of(one: UUID, other: UUID) -> str:
    """Return the key of two people's direct chat, whoever begins."""
    return ":".join(sorted((str(one), str(other))))


def must_be_staff(actor: Actor) -> StaffId:
    """Refuse guests, and what is nobody."""
    if actor.kind is ActorKind.GUEST or actor.id is None:
        raise Forbidden("Guests talk where they were invited, and no more.")
    return StaffId(actor.id)


class RoomChanged(Event, kind="room.changed"):
    """The room as it is now, for everybody in it."""

    room: RoomView

    def subject(self) -> str:
        return f"room:{self.room.id}"

    def audience(self) -> tuple[str, ...]:
        return (f"room:{self.room.id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("room.put", {"room": data["room"]}) if namespace == "/agent" else None


class SeatTaken(Event, kind="room.seat_taken"):
    """Somebody is in the room from here on, or is so in another way; their sockets hear it before this is sent."""

    staff_id: StaffId
    seat: SeatView

    def subject(self) -> str:
        return f"room:{self.seat.room.id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("seat.put", {"seat": data["seat"]}) if namespace == "/agent" else None


class SeatLost(Event, kind="room.seat_lost"):
    """Somebody left or was removed, or the room is over; their sockets hear nothing of it from here on."""

    staff_id: StaffId
    room_id: UUID

    def subject(self) -> str:
        return f"room:{self.room_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"agent:{self.staff_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("room.removed", {"room_id": data["room_id"]}) if namespace == "/agent" else None


class MemberChanged(Event, kind="room.member_changed"):
    """For those who have the list of members open; null is gone."""

    room_id: UUID
    staff_id: StaffId
    member: MemberView | None

    def subject(self) -> str:
        return f"room:{self.room_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"room:{self.room_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {name: data[name] for name in ("room_id", "staff_id", "member")}
        return ("room_member.put", told) if namespace == "/agent" else None


class RoomRead(Event, kind="room.read"):
    """Somebody has seen everything up to `seq`."""

    room_id: UUID
    staff_id: StaffId
    seq: int

    def subject(self) -> str:
        return f"room:{self.room_id}"

    def audience(self) -> tuple[str, ...]:
        return (f"room:{self.room_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        told = {name: data[name] for name in ("room_id", "staff_id", "seq")}
        return ("room.read", told) if namespace == "/agent" else None


class RoomMessageSaved(Event, kind="room.message_saved"):
    """New, edited, deleted or reacted to. `only`: of what was said before a guest came, whose business it is."""

    message: RoomMessageView
    only: list[StaffId] | None = None

    def subject(self) -> str:
        return f"room:{self.message.room_id}"

    def audience(self) -> tuple[str, ...]:
        if self.only is None:
            return (f"room:{self.message.room_id}",)
        return tuple(f"agent:{staff_id}" for staff_id in self.only)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("room_message.put", {"message": data["message"]}) if namespace == "/agent" else None


class GuestInvited(Event, kind="room.guest_invited"):
    """For the audit trail: who let whom in."""

    room_id: UUID
    invitation_id: UUID | None
    email: str
    guest_until: datetime

    def subject(self) -> str:
        return f"room:{self.room_id}"
