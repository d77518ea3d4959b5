"""Search over everything: customers, conversations and years of messages, in any spelling of Arabic and Persian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from access.model import Permission
from core.actor import Actor
from core.errors import Invalid
from core.snippets import Snippet, like, snippet
from core.text import fold, words_of
from core.values import Value
from customers.model import Customer
from customers.service import Customers
from interactions.store import sql
from storage.database import Database, Row
from storage.queries import Query

Kind = Literal["customer", "ticket", "conversation", "message"]
KINDS: tuple[Kind, ...] = ("customer", "ticket", "conversation", "message")
_LAST_ID = UUID(int=2**128 - 1)
_LAST_MOMENT = datetime(9999, 1, 1, tzinfo=UTC)
_LAST_NUMBER = 2**63 - 1
_SECONDS = 5


class Hit(Value):
    """One thing that was found, and where it is."""

    kind: Kind
    id: UUID
    customer_id: UUID | None = Field(description="None: a colleague's ticket.")
    customer_name: str
    snippet: Snippet
    at: datetime
    interaction_id: UUID | None = None
    number: int | None = None
    channel: str | None = None
    state: str | None = None
    subject: str | None = None
    seq: int | None = Field(None, description="Place of the message in its conversation.")
    direction: str | None = None
    author_name: str | None = None
    tag: str | None = Field(None, description="Of a ticket: its number, such as SR-1042.")


class Group(Value):
    kind: Kind
    items: list[Hit]
    next_cursor: str | None = None


class Found(Value):
    """What was found, a group for each kind that was asked for and may be seen."""

    groups: list[Group]


class Wanted(Value):
    """What is looked for."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
    kinds: tuple[Kind, ...] = KINDS
    channel: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Patterns:
    """The words as LIKE patterns: the longest is the one that the index is asked for."""

    words: tuple[str, ...]
    longest: str
    others: list[str]
    number: int


def patterns(q: str) -> Patterns:
    """Return what a search asks for; Invalid when there is no word in it."""
    words = words_of(q)
    if not words:
        raise Invalid("There is no word to look for.")
    likes = [like(word) for word in words]
    digits = fold(q).lstrip("#")
    number = int(digits) if digits.isascii() and digits.isdigit() else -1
    return Patterns(tuple(words), likes[0], likes[1:], number if number <= _LAST_NUMBER else -1)


class Tickets(Protocol):
    """Who finds tickets: they lie above conversations, which know nothing of them."""

    async def find(self, actor: Actor, wanted: Wanted, words: Sequence[str], cursor: str | None, most: int) -> Group:
        """Return tickets that the actor may know of, the last changed first."""
        ...


class Search:
    """Looks through what the asker may see."""

    def __init__(self, db: Database, customers: Customers, tickets: Tickets) -> None:
        self._db, self._customers, self._tickets = db, customers, tickets

    async def find(self, actor: Actor, wanted: Wanted, cursor: str | None, most: int) -> Found:
        """Return a group for each kind; a cursor goes on in one kind."""
        if cursor is not None and len(wanted.kinds) != 1:
            raise Invalid("A cursor goes on in one kind: name it in `kinds`.")
        asked = patterns(wanted.q)
        reading = {
            "customer": self._of_customers,
            "ticket": self._of_tickets,
            "conversation": self._conversations,
            "message": self._messages,
        }
        kinds = [kind for kind in KINDS if kind in wanted.kinds and actor.may(_PERMISSION[kind])]
        # One after another: a search takes one connection from those who talk, not four.
        return Found(groups=[await reading[kind](actor, wanted, asked, cursor, most) for kind in kinds])

    async def _of_customers(
        self, actor: Actor, wanted: Wanted, asked: Patterns, cursor: str | None, most: int
    ) -> Group:
        found = await self._customers.search(actor, wanted.q, _id(cursor), most + 1)
        items = [_customer_hit(each, asked.words) for each in found[:most]]
        return Group(kind="customer", items=items, next_cursor=str(items[-1].id) if len(found) > most else None)

    async def _of_tickets(self, actor: Actor, wanted: Wanted, asked: Patterns, cursor: str | None, most: int) -> Group:
        return await self._tickets.find(actor, wanted, asked.words, cursor, most)

    async def _messages(self, actor: Actor, wanted: Wanted, asked: Patterns, cursor: str | None, most: int) -> Group:
        rows = await self._rows(sql.search_messages, actor, wanted, asked, before=_id(cursor), most=most + 1)
        items = [_message_hit(row, asked.words) for row in rows[:most]]
        return Group(kind="message", items=items, next_cursor=str(items[-1].id) if len(rows) > most else None)

    async def _conversations(
        self, actor: Actor, wanted: Wanted, asked: Patterns, cursor: str | None, most: int
    ) -> Group:
        before_at, before = _place(cursor)
        rows = await self._rows(
            sql.search_interactions,
            actor,
            wanted,
            asked,
            number=asked.number,
            before_at=before_at,
            before=before,
            most=most + 1,
        )
        items = [_conversation_hit(row, asked.words) for row in rows[:most]]
        last = f"{items[-1].at.isoformat()}~{items[-1].id}" if len(rows) > most else None
        return Group(kind="conversation", items=items, next_cursor=last)

    async def _rows(self, query: Query, actor: Actor, wanted: Wanted, asked: Patterns, **more: Any) -> list[Row]:
        async with self._db.transaction(actor) as tx:
            await tx.row(sql.plan_by_value, milliseconds=str(_SECONDS * 1000))
            return await tx.rows(
                query,
                longest=asked.longest,
                others=asked.others,
                branches=actor.branch_scope,
                channel=wanted.channel,
                since=wanted.since,
                until=wanted.until,
                **more,
            )


_PERMISSION = {
    "customer": Permission.CUSTOMER_READ,
    "ticket": Permission.TICKET_READ,
    "conversation": Permission.INTERACTION_READ,
    "message": Permission.INTERACTION_READ,
}


def _id(cursor: str | None) -> UUID:
    try:
        return UUID(cursor) if cursor else _LAST_ID
    except ValueError as error:
        raise Invalid("This cursor is not one of ours.") from error


def _place(cursor: str | None) -> tuple[datetime, UUID]:
    if not cursor:
        return _LAST_MOMENT, _LAST_ID
    moment, _, last = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), _id(last)
    except (ValueError, OverflowError) as error:
        raise Invalid("This cursor is not one of ours.") from error


def _customer_hit(customer: Customer, words: Sequence[str]) -> Hit:
    addresses = [each.value for each in customer.identities if each.kind != "visitor"]
    return Hit(
        kind="customer",
        id=customer.id,
        customer_id=customer.id,
        customer_name=customer.name,
        snippet=snippet(" · ".join([customer.name, *addresses]), words),
        at=customer.created_at,
    )


def _conversation_hit(row: Row, words: Sequence[str]) -> Hit:
    address = None if row["channel"] == "webchat" else row["address"]
    shown = " · ".join(filter(None, [row["subject"], address])) or row["preview"]
    fields = {
        name: row[name] for name in ("number", "channel", "state", "subject", "at", "customer_id", "customer_name")
    }
    interaction_id = row["interaction_id"]
    return Hit(
        kind="conversation",
        id=interaction_id,
        interaction_id=interaction_id,
        snippet=snippet(f"#{row['number']} {shown}", words),
        **fields,
    )


def _message_hit(row: Row, words: Sequence[str]) -> Hit:
    names = ("id", "seq", "direction", "author_name", "interaction_id", "number", "channel", "state", "subject", "at")
    fields = {name: row[name] for name in (*names, "customer_id", "customer_name")}
    return Hit(kind="message", snippet=snippet(searched(row["text"], row["attachments"]), words), **fields)


def searched(text: str, attachments: Sequence[dict[str, Any]]) -> str:
    """Return what a message is found by: its words and the names of its files."""
    return "\n".join([text, *(str(each["name"]) for each in attachments)]).strip()
