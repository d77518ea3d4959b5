"""Arrivals: what strangers said and what of it goes down together. Pure but for the protocol of who sorts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from access.model import Locale
from channels.answers import InboundFile
from channels.base import Address, InboundMessage, RawInput, ThreadKey
from core.text import preview
from customers.model import Identity
from interactions.model import MessageView
from interactions.threads import Found
from storage.database import Row, Tx
from storage.files import StoredFile

_DIGITS_OF_A_BIGINT = 18
# Among the details of a message: what it asks the machine.
SERVED = "self_service"
Kept = tuple[InboundFile, StoredFile]


@dataclass(frozen=True, slots=True)
class Opening:
    """How a conversation begins: where it waits, what came with it, and which further addresses are proven."""

    queue_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    proven: tuple[Identity, ...] = ()
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Where a call that a machine spoke with belongs, and its `path`; until it `is_waiting` it is nobody's work.

    `takes_message`: the caller is let leave a message.
    """

    is_waiting: bool
    opening: Opening
    priority: int
    path: str
    takes_message: bool = False


class CallPlacer(Protocol):
    """Who knows of calls that a machine speaks with; within the transaction."""

    async def place(self, tx: Tx, account_id: UUID, call_id: str) -> CallPlace | None: ...


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where a new conversation goes; `rule` is which rule said so. What is parked waits for nobody."""

    rule: str = ""
    queue_id: UUID | None = None
    priority: int = 0
    is_parked: bool = False
    is_acknowledged: bool | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that a message opened, for who sorted it."""

    row: Row
    inbound: InboundMessage
    found: Sorted


class Sorter(Protocol):
    """Who sorts new conversations, and hears that they opened; within the transaction."""

    async def sort(self, tx: Tx, account: Row, new: Sequence[tuple[InboundMessage, bool]]) -> list[Sorted]:
        """Say where each goes; with each comes whether its sender is known."""
        ...

    async def opened(self, tx: Tx, account: Row, begun: Sequence[Begun]) -> None: ...

    async def serve(self, tx: Tx, account: Row, new: Sequence[InboundMessage]) -> list[dict[str, Any] | None]:
        """Say which of these ask what the machine answers, and what; such a message lets nobody work."""
        ...

    async def served(self, tx: Tx, row: Row, message: MessageView) -> None:
        """Hear in which conversation such a message was kept."""
        ...


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message with what goes with it. `uploads` are files that its sender stored before."""

    inbound: InboundMessage
    files: Sequence[Kept] = ()
    raw_id: int | None = None
    client_id: str | None = None
    uploads: Sequence[UUID] = ()
    opening: Opening | None = None

    @property
    def is_served(self) -> bool:
        """Whether the machine answers it: nobody is disturbed."""
        return SERVED in self.inbound.details

    def asking(self, what: Mapping[str, Any]) -> Arrival:
        return replace(self, inbound=replace(self.inbound, details={**self.inbound.details, SERVED: what}))


@dataclass(frozen=True, slots=True)
class Looked:
    """All conversations to which an arrival refers, and where it goes."""

    candidates: frozenset[UUID] = frozenset()
    place: Found = field(default_factory=Found)

    def is_alone(self, arrival: Arrival, calm: Collection[UUID]) -> bool:
        """Tell whether more is to be done than to add a message or to open a conversation."""
        row = self.place.row
        if row is None:
            return self.place.previous is not None
        return not arrival.inbound.is_automatic and row["id"] not in calm


def asked_of(inbound: InboundMessage, key: ThreadKey) -> dict[str, Any]:
    """Return by what a key is looked up: a number that people see, an id that we signed, or what a stranger named."""
    kind, _, value = key.value.partition(":")
    is_number = kind == "number" and value.isdecimal() and value.isascii() and len(value) <= _DIGITS_OF_A_BIGINT
    return {
        "keys": key.value,
        "numbers": int(value) if is_number else None,
        "ids": UUID(value) if kind == "interaction" and key.is_proof else None,
        "only_open": inbound.sole_thread,
    }


def together(arrivals: Sequence[Arrival], found: Sequence[Looked], calm: Collection[UUID]) -> list[int]:
    """Return which arrivals may be taken in one transaction as if they came one after another; always the first.

    What depends on an earlier one waits for the next transaction: the same message again, a reply to what is not kept
    yet, another word in the same conversation. Where more is to be done than to add a message (whoever had it is gone,
    it sleeps), a conversation is alone: each transaction locks conversations, then work, then agents.
    """
    before = _Before()
    taken = []
    for place, (arrival, one) in enumerate(zip(arrivals, found, strict=True)):
        is_alone = one.is_alone(arrival, calm)
        if place == 0 and is_alone:
            return [0]
        is_taken = not is_alone and not before.concerns(arrival.inbound, one)
        if is_taken:
            taken.append(place)
        before.add(arrival.inbound, one, is_taken=is_taken)
    return taken


@dataclass(slots=True)
class _Before:
    """What earlier arrivals bring, whether they are taken now or wait themselves."""

    ids: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    senders: set[str] = field(default_factory=set)
    # Of whom something waits: whether they are known, and what they are told, is decided in their order.
    held_up: set[str] = field(default_factory=set)
    # What those that wait refer to: what has it must not come before them.
    looked_for: set[str] = field(default_factory=set)
    conversations: set[UUID] = field(default_factory=set)

    def concerns(self, inbound: InboundMessage, found: Looked) -> bool:
        # The number of a conversation that one of these opens is not known yet; only its own sender can join by it.
        names_number = any(key.value.startswith("number:") for key in inbound.thread)
        return (
            inbound.external_id in self.ids
            or not self.keys.isdisjoint(key.value for key in inbound.thread)
            or not self.keys.isdisjoint(inbound.keys)
            or not self.looked_for.isdisjoint(inbound.keys)
            or (names_number and inbound.sender.value in self.senders)
            or inbound.sender.value in self.held_up
            or not self.conversations.isdisjoint(found.candidates)
        )

    def add(self, inbound: InboundMessage, found: Looked, *, is_taken: bool) -> None:
        if not is_taken:
            self.held_up.add(inbound.sender.value)
            self.looked_for.update(key.value for key in inbound.thread)
        self.ids.add(inbound.external_id)
        self.keys.update(inbound.keys, inbound.awaited)
        self.senders.add(inbound.sender.value)
        self.conversations |= found.candidates


def unreadable(raw: RawInput, reason: str, sender: Address) -> InboundMessage:
    """Return what people see of input that cannot be read: who sent it, why, and the raw file itself."""
    file = InboundFile("message.eml" if raw.kind == "mail" else "raw.txt", "application/octet-stream", raw.body)
    return InboundMessage(
        external_id=raw.external_id,
        sender=sender,
        text="",
        subject=None,
        files=(file,),
        is_sender_verified=False,
        is_automatic=False,
        details={"unreadable": preview(reason, 500)},
    )
