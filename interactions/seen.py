"""Conversations that their customer reads on a page of ours: what was said to them is read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from interactions import store
from interactions.conversations import Conversations
from interactions.store import sql
from storage.database import Tx


class SeenOutside:
    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def see(self, tx: Tx, interaction_id: UUID, until: datetime) -> None:
        """The customer has seen what was said up to then."""
        row = await store.lock(tx, interaction_id)
        seq = await tx.value(sql.seq_until, interaction_id=interaction_id, until=until)
        if seq is None or seq <= row["seen_seq"]:
            return
        await tx.run(sql.mark_seen, id=interaction_id, seq=seq)
        for message in await tx.rows(sql.messages_seen, interaction_id=interaction_id, seq=seq):
            self._conversations.tell_message(tx, store.message(message), row)
