"""Which conversation a message belongs to, looked up by what it names; and who else takes part from then on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from channels.base import InboundMessage, ThreadKey
from core.ids import uuid7
from core.text import preview
from interactions import store
from interactions.conversations import Conversations
from interactions.joining import Claim, Closed, Standing, judge
from interactions.store import sql
from storage.database import Row, Tx

_BIGINT_DIGITS = 18
_DECIDED = frozenset(get_args(Standing))
_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|sv|رد|إعادة توجيه|پاسخ|باز ?ارسال)\s*:|\[#\s*\d+\s*\])\s*", re.IGNORECASE)
_PREFIXES = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Where a message goes and why. Without a row it opens a conversation, which follows `previous` where that is said.

    `candidates` are all conversations that it names, locked. `is_flagged`: whoever said it is to be confirmed before
    they count as somebody who takes part.
    """

    reason: str = "new"
    row: Row | None = None
    is_flagged: bool = False
    is_proof: bool = False
    previous: UUID | None = None
    candidates: frozenset[UUID] = frozenset()


# Interaction and address to what people decided there.
Standings = Mapping[tuple[UUID, str], str]


async def find_all(tx: Tx, account_id: UUID, inbounds: Sequence[InboundMessage], now: datetime) -> list[Found]:
    """Find where messages go, the strongest key of each first; whatever they name is locked, in one order."""
    asked = [(place, one, key) for place, one in enumerate(inbounds) for key in one.thread]
    if not asked:
        return [Found() for _ in inbounds]
    columns = [_columns(one, key) for _, one, key in asked]
    rows = await tx.rows(
        sql.named_conversations, account_id=account_id, **{name: [one[name] for one in columns] for name in columns[0]}
    )
    locked = await store.lock_all(tx, {row["id"] for row in rows})
    named: list[_Named] = [_Named({}, {}) for _ in inbounds]
    for row in rows:
        place, _, key = asked[row["n"] - 1]
        if row["id"] in locked:
            named[place].add(key, locked[row["id"]], row["follows"])
    standings = await _standings(tx, inbounds, named)
    return [
        replace(_joined(one, name, standings, now), candidates=frozenset(name.ids))
        for one, name in zip(inbounds, named, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Named:
    """What one message names: for each key the best conversation, and in which open one a closed one goes on."""

    firsts: dict[str, Row]
    sequels: dict[UUID, Row]

    def add(self, key: ThreadKey, row: Row, follows: UUID | None) -> None:
        if follows is None:
            self.firsts.setdefault(key.value, row)
        else:
            self.sequels.setdefault(follows, row)

    @property
    def ids(self) -> set[UUID]:
        return {row["id"] for row in (*self.firsts.values(), *self.sequels.values())}


def _columns(inbound: InboundMessage, key: ThreadKey) -> dict[str, Any]:
    """Return by what a key is looked up: a number that people see, an id that we signed, or what a stranger named."""
    kind, _, value = key.value.partition(":")
    is_number = kind == "number" and value.isascii() and value.isdecimal() and len(value) <= _BIGINT_DIGITS
    return {
        "keys": key.value,
        "numbers": int(value) if is_number else None,
        "ids": UUID(value) if kind == "interaction" and key.is_proof else None,
        "only_open": inbound.sole_thread,
        "senders": inbound.sender.value if inbound.is_sender_verified else None,
    }


async def _standings(tx: Tx, inbounds: Sequence[InboundMessage], named: Sequence[_Named]) -> Standings:
    """Look up what was decided about senders who are not the customer of what they name."""
    pairs = {
        (row["id"], one.sender.value)
        for one, name in zip(inbounds, named, strict=True)
        for row in name.firsts.values()
        if one.is_sender_verified and row["address"] != one.sender.value
    }
    if not pairs:
        return {}
    ids, addresses = zip(*pairs, strict=True)
    rows = await tx.rows(sql.standings, ids=list(ids), addresses=list(addresses))
    return {(row["interaction_id"], row["address"]): row["state"] for row in rows}


def _joined(inbound: InboundMessage, named: _Named, standings: Standings, now: datetime) -> Found:
    """Return what the first key says that lets it in; else why the strongest did not, and what it follows. Pure."""
    refused = Found()
    for key in inbound.thread:
        row = named.firsts.get(key.value)
        if row is None or (inbound.sole_thread and row["closed_at"] is not None):
            continue
        found = _judged(row, key, inbound, named, standings, now)
        if found.row is not None:
            return found
        reason = found.reason if refused.reason == "new" else refused.reason
        refused = Found(reason, previous=refused.previous or found.previous)
    return refused


def _judged(
    row: Row, key: ThreadKey, inbound: InboundMessage, named: _Named, standings: Standings, now: datetime
) -> Found:
    standing = _standing(row, inbound, standings)
    kind = key.value.partition(":")[0]
    claim = Claim(kind, key.is_proof, standing, inbound.is_sender_verified, inbound.is_automatic)
    closed = None if row["closed_at"] is None else Closed(row["closed_at"], row["after_close"], row["reopen_days"])
    verdict = judge(claim, closed, now)
    if verdict.joins:
        return Found(verdict.reason, row, verdict.is_flagged, key.is_proof)
    if not verdict.is_linked:
        return Found(verdict.reason)
    sequel = named.sequels.get(row["id"])
    return Found(verdict.reason, previous=row["id"]) if sequel is None else Found("sequel", sequel)


def _standing(row: Row, inbound: InboundMessage, standings: Standings) -> Standing | None:
    if not inbound.is_sender_verified:
        return None
    if row["address"] == inbound.sender.value:
        return "owner"
    state: Any = standings.get((row["id"], inbound.sender.value))
    return state if state in _DECIDED else None


async def flag(tx: Tx, row: Row, inbound: InboundMessage, found: Found, now: datetime) -> dict[str, Any]:
    """Note who spoke without being known here; returns what marks their message."""
    address = inbound.sender.value
    origin = "signed" if found.is_proof else "reply"
    await _add(tx, row["id"], [address], inbound.sender.name, origin, "pending", now)
    known = await tx.row(sql.standing_of, interaction_id=row["id"], address=address)
    # Beyond fifty nobody is noted any more; their words are still marked as a stranger's.
    return {"participant": {"id": None if known is None else str(known["id"]), "address": address}}


async def note_others(tx: Tx, row: Row, inbound: InboundMessage, found: Found, now: datetime) -> None:
    """Note to whom else a message went. They take part at once only when it is proven who named them (M3)."""
    others = [each for each in inbound.others if each not in (row["address"], inbound.sender.value)]
    if not others or found.is_flagged or inbound.is_automatic:
        return
    is_signed = found.is_proof or inbound.details.get("authentication", {}).get("dmarc") == "pass"
    is_proven = is_signed and inbound.is_sender_verified
    await _add(tx, row["id"], others, "", "cc", "confirmed" if is_proven else "pending", now)


async def _add(
    tx: Tx, interaction_id: UUID, addresses: Sequence[str], name: str, origin: str, state: str, now: datetime
) -> None:
    await tx.run(
        sql.add_participants,
        interaction_id=interaction_id,
        ids=[uuid7() for _ in addresses],
        addresses=[address[:254] for address in addresses],
        name=preview(name, 120),
        origin=origin,
        state=state,
        now=now,
    )


async def link(
    tx: Tx, conversations: Conversations, earlier: UUID, row: Row, reason: Literal["closed", "refused"], now: datetime
) -> None:
    """Show both conversations which one the other follows."""
    before = await store.lock(tx, earlier)
    await tx.run(sql.link_interactions, from_id=earlier, to_id=row["id"], reason=reason)
    await note_follows(tx, conversations, before, row, now)


async def note_follows(tx: Tx, conversations: Conversations, before: Row, row: Row, now: datetime) -> None:
    await conversations.note_event(tx, row, "follows", now, f"#{before['number']}")
    await conversations.note_event(tx, before, "followed", now, f"#{row['number']}")


def changed_subject(row: Row, inbound: InboundMessage) -> dict[str, Any]:
    """Return the subject of a message that says another one than its conversation, prefixes of answers aside."""
    said = inbound.subject or ""
    is_same = not said or not row["subject"] or plain_subject(said) == plain_subject(row["subject"])
    return {} if is_same else {"subject_changed": preview(said, 300)}


def plain_subject(subject: str) -> str:
    """Return a subject without what answering and forwarding put before it.

    >>> plain_subject("Re: پاسخ: [#12] Fridge ")
    'fridge'
    """
    plain = subject
    for _ in range(_PREFIXES):
        shorter = _PREFIX.sub("", plain, count=1)
        if shorter == plain:
            break
        plain = shorter
    return " ".join(re.sub(r"\[#\s*\d+\s*\]", "", plain).split()).casefold()
