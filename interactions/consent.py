"""Who wants no texts from a number of ours: what they wrote, what the carrier says, what staff were told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from channels.base import Account, Outgoing
from core.errors import Invalid
from interactions.placing import Placed
from interactions.store import sql
from storage.database import Database, Row, Tx


class OptedOut(Invalid):
    """They asked for no more texts."""


async def mirror(tx: Tx, account: Row, placed: Iterable[Placed], now: datetime) -> None:
    """Keep what texts that are nothing but such a word ask for; the newest counts."""
    for each in placed:
        asked = each.arrival.inbound.details.get("consent")
        if asked is not None:
            sender = each.arrival.inbound.sender.value
            if asked == "start" and not await tx.value(sql.is_stopped, account_id=account["id"], number=sender):
                # A "yes" is most often the answer to a question.
                continue
            word = each.arrival.inbound.text.strip()[:80]
            await keep(tx, account["id"], sender, is_stopped=asked == "stop", word=word, source="customer", now=now)


async def keep(
    tx: Tx,
    account_id: UUID,
    number: str,
    *,
    is_stopped: bool,
    word: str,
    source: Literal["customer", "carrier", "staff"],
    now: datetime,
) -> None:
    await tx.run(
        sql.save_consent,
        account_id=account_id,
        number=number,
        is_stopped=is_stopped,
        word=word,
        source=source,
        at=now,
    )


async def must_be_wanted(reader: Tx | Database, account: Account[Any], outgoing: Outgoing) -> None:
    """Refuse to text who said stop to this number. Raises OptedOut."""
    if await reader.value(sql.is_stopped, account_id=account.id, number=outgoing.to.value):
        raise OptedOut("The recipient opted out and must not be written to.")
