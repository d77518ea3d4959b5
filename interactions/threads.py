"""Which conversation a message belongs to, looked up by what it names; and who else takes part from then on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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

    `is_flagged`: whoever said it is to be confirmed before they count as somebody who takes part.
    """

    reason: str = "new"
    row: Row | None = None
    is_flagged: bool = False
    is_proof: bool = False
    previous: UUID | None = None


async def find(tx: Tx, account: Row, inbound: InboundMessage, now: datetime) -> Found:
    """Look up what a message names, the strongest key first; the first conversation that takes it is locked."""
    if inbound.sole_thread and inbound.thread:
        await tx.value(sql.lock_thread, account_id=str(account["id"]), key=inbound.thread[0].value)
    refused = Found()
    for key in inbound.thread:
        row = await _look(tx, account["id"], key, inbound)
        if row is None:
            continue
        found = await _judged(tx, row, key, inbound, now)
        if found.row is not None:
            return found
        # The strongest key says why; an earlier conversation is shown whichever key named it.
        refused = Found(
            found.reason if refused.reason == "new" else refused.reason, previous=refused.previous or found.previous
        )
    return refused


async def _look(tx: Tx, account_id: UUID, key: ThreadKey, inbound: InboundMessage) -> Row | None:
    kind, _, value = key.value.partition(":")
    if kind == "number" and value.isdigit() and len(value) <= _BIGINT_DIGITS:
        found = await tx.value(sql.find_by_number, account_id=account_id, number=int(value))
    elif kind == "interaction" and key.is_proof:
        found = await tx.value(sql.find_by_id, account_id=account_id, id=UUID(value)) or await tx.value(
            sql.find_continued, account_id=account_id, key=key.value
        )
    else:
        query = sql.find_open_thread if inbound.sole_thread else sql.find_thread
        found = await tx.value(query, account_id=account_id, key=key.value)
    return None if found is None else await store.lock(tx, found)


async def _judged(tx: Tx, row: Row, key: ThreadKey, inbound: InboundMessage, now: datetime) -> Found:
    standing = await _standing(tx, row, inbound)
    kind = key.value.partition(":")[0]
    claim = Claim(kind, key.is_proof, standing, inbound.is_sender_verified, inbound.is_automatic)
    closed = None if row["closed_at"] is None else Closed(row["closed_at"], row["after_close"], row["reopen_days"])
    verdict = judge(claim, closed, now)
    if verdict.joins:
        return Found(verdict.reason, row, verdict.is_flagged, key.is_proof)
    if not verdict.is_linked:
        return Found(verdict.reason)
    sequel = await tx.value(sql.open_sequel, id=row["id"], address=inbound.sender.value)
    if sequel is not None and inbound.is_sender_verified:
        return Found("sequel", await store.lock(tx, sequel))
    return Found(verdict.reason, previous=row["id"])


async def _standing(tx: Tx, row: Row, inbound: InboundMessage) -> Standing | None:
    if not inbound.is_sender_verified:
        return None
    if row["address"] == inbound.sender.value:
        return "owner"
    known = await tx.row(sql.standing_of, interaction_id=row["id"], address=inbound.sender.value)
    state: Any = None if known is None else known["state"]
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
