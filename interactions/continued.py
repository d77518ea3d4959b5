"""A chat that goes on by mail: what its customer has not seen, and that it was sent."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from channels.base import Channel, Outgoing
from core.errors import NotFound
from interactions import store
from interactions.accounts import ChannelAccounts
from interactions.departures import Departures, HeldBack
from interactions.model import MessageView
from interactions.store import sql
from storage.database import Database, Row

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation with what was said in it."""

    row: Row
    messages: list[MessageView]
    references: tuple[str, ...]


class ContinuedChats:
    """Reads a chat for a mail about it, and sends that mail through an account of the organisation's."""

    def __init__(
        self, db: Database, accounts: ChannelAccounts, channels: dict[str, Channel], departures: Departures
    ) -> None:
        self._db, self._accounts, self._channels, self._departures = db, accounts, channels, departures

    async def unseen(self, interaction_id: UUID) -> Talk:
        """Return what the customer neither saw nor had by mail."""
        return await self._talk(interaction_id, await self._db.rows(sql.unseen_replies, id=interaction_id))

    async def whole(self, interaction_id: UUID) -> Talk:
        """Return all that was said to and by the customer."""
        return await self._talk(interaction_id, await self._db.rows(sql.words_of, interaction_id=interaction_id))

    async def _talk(self, interaction_id: UUID, rows: list[Row]) -> Talk:
        keys = await self._db.rows(sql.references_of, interaction_id=interaction_id)
        references = tuple(key["key"].removeprefix("mid:") for key in reversed(keys))
        row = await store.get(self._db, interaction_id)
        return Talk(row, [store.message(each) for each in rows], references)

    async def mailbox(self, account_id: UUID | None) -> UUID:
        """Return the mailbox that writes to visitors: the named one, else the first that is enabled and can send."""
        rows = [row for row in await self._accounts.all() if row["kind"] == "email" and row["is_enabled"]]
        able = [row["id"] for row in rows if row["settings"].get("smtp_host")]
        found = next((each for each in able if account_id in (None, each)), None)
        if found is None:
            raise NotFound("No mailbox can send this.")
        return UUID(str(found))

    async def send(self, account_id: UUID, outgoing: Outgoing, seen_by_mail: int | None = None) -> None:
        """Send a mail about a chat; with `seen_by_mail` an answer to it comes back into the chat.

        The account that is noted under the chat's key is the only one through which a signed answer finds it.
        """
        account, _ = await self._accounts.get(account_id)
        if seen_by_mail is not None:
            key = f"interaction:{outgoing.interaction_id}"
            await self._note(account_id, outgoing.interaction_id, [key])
        channel = self._channels[account.kind]
        try:
            outgoing = await self._departures.prepared(account, channel, outgoing)
        except HeldBack as error:
            log.warning("a mail about a chat to %s is held back: %s", outgoing.to.value, error)
            return
        receipt = await channel.send(account, outgoing)
        if seen_by_mail is not None:
            await self._note(account_id, outgoing.interaction_id, list(receipt.keys))
            await self.told(outgoing.interaction_id, seen_by_mail)

    async def told(self, interaction_id: UUID, seq: int) -> None:
        """Keep that its customer was told up to here."""
        await self._db.run(sql.mark_mailed, id=interaction_id, seq=seq)

    async def _note(self, account_id: UUID, interaction_id: UUID, keys: list[Any]) -> None:
        await store.add_keys(self._db, account_id, interaction_id, keys)
