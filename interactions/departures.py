"""What leaves: each message takes its turn first, and the bytes of a mail are kept before they go.

A turn is refused when no person wrote the message and its reader had many such, and put off while the account has sent
as many in an hour as it may. Every attempt sends the bytes of the first one: what is shown as sent is what went.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from aiohttp import web

from access.model import Permission
from channels.base import Account, Channel, Outgoing
from core.actor import Actor
from core.clock import Clock
from core.errors import NotFound
from interactions.store import sql
from storage import jobs
from storage.database import Database, Tx
from storage.files import Files

# A machine that answers ours is answered a few times, whatever it says of itself.
_AUTOMATIC_HOUR, _AUTOMATIC_DAY, _AUTOMATIC_ACCOUNT = 4, 10, 500
_SHORTEST_SECONDS = 1.0


class HeldBack(Exception):  # noqa: N818 - an outcome, not an error of the program
    """No person wrote it, and its reader had many such."""


class Departures:
    def __init__(self, db: Database, files: Files, clock: Clock) -> None:
        self._db, self._files, self._clock = db, files, clock

    async def prepared(
        self, account: Account[Any], channel: Channel, outgoing: Outgoing, *, is_braked: bool = True
    ) -> Outgoing:
        """Return the message with its bytes, where it is bytes. Raises HeldBack, or RetryLater while it has to wait.

        `is_braked`: whether its reader has a measure of such; what an agent asked for has none.
        """
        if not channel.carries_recipients:
            return outgoing
        known = await self._db.row(sql.get_departure, message_id=outgoing.message_id)
        if known is None:
            async with self._db.transaction() as tx:
                most = channel.most_per_hour(account)
                await self._take_turn(tx, account, most, outgoing, is_braked=is_braked and outgoing.is_automatic)
        content = await self._kept(outgoing.message_id)
        if content is None:
            content = await channel.prepare(account, outgoing)
        if content is None:
            return outgoing
        return replace(outgoing, prepared=await self._keep(outgoing.message_id, content))

    async def _take_turn(
        self, tx: Tx, account: Account[Any], most: int | None, outgoing: Outgoing, *, is_braked: bool
    ) -> None:
        now, address = self._clock(), outgoing.to.value.lower()
        if most is not None or is_braked:
            await tx.value(sql.lock_departures, account_id=str(account.id))
        if is_braked:
            lately = await tx.row(sql.automatic_lately, account_id=account.id, address=address, now=now)
            if lately is not None and (
                lately["hour"] >= _AUTOMATIC_HOUR
                or lately["day"] >= _AUTOMATIC_DAY
                or lately["account"] >= _AUTOMATIC_ACCOUNT
            ):
                raise HeldBack("No person wrote this, and many such mails went there lately.")
        if most is not None:
            seconds = await tx.value(sql.hour_is_full, account_id=account.id, most=most, now=now)
            if seconds is not None:
                raise jobs.RetryLater(
                    max(float(seconds), _SHORTEST_SECONDS),
                    "The account has sent its mails of this hour.",
                    is_begun=False,
                )
        await tx.run(
            sql.insert_departure,
            message_id=outgoing.message_id,
            account_id=account.id,
            address=address,
            is_automatic=is_braked,
            at=now,
        )

    async def _keep(self, message_id: UUID, content: bytes) -> bytes:
        """Keep the bytes durably; of two that try at once the first one's are sent by both."""
        stored = await self._files.put(content, "message/rfc822")
        async with self._db.transaction() as tx:
            await self._files.remember(tx, [stored])
            kept = bytes(await tx.value(sql.keep_departure, message_id=message_id, sha256=stored.sha256))
        return content if kept == stored.sha256 else await self._files.get(kept)

    async def _kept(self, message_id: UUID) -> bytes | None:
        row = await self._db.row(sql.get_departure, message_id=message_id)
        return None if row is None or row["sha256"] is None else await self._files.get(bytes(row["sha256"]))

    async def copy_to_account(
        self, account: Account[Any], channel: Channel, message_id: UUID, external_id: str
    ) -> None:
        """Lay a copy down among what the account sent."""
        content = await self._kept(message_id)
        if content is not None and channel.keeps_copies(account):
            await channel.keep_copy(account, content, external_id)

    async def original(self, actor: Actor, message_id: UUID) -> web.Response:
        """Serve a mail byte for byte as it came or went, to whoever may read its conversation."""
        row = await self._db.row(sql.original_of, id=message_id)
        if row is None:
            raise NotFound
        actor.must(Permission.INTERACTION_READ, row["branch_id"])
        if row["sha256"] is not None:
            content = await self._files.get(bytes(row["sha256"]))
        elif row["kind"] == "mail":
            content = bytes(row["body"])
        else:
            raise NotFound("Of this message no original is kept.")
        return web.Response(
            body=content,
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{row["number"]}-{row["seq"]}.eml"',
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, no-store",
            },
        )
