"""What carriers cost, by their own prices: asked for now and then, since a price comes minutes after the call."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

from access.model import Permission
from channels.base import Account, Channel
from channels.pricing import Pricing
from core.actor import Actor
from core.clock import Clock
from core.errors import Invalid, MarkazError
from interactions.accounts import ChannelAccounts
from storage.database import Database
from telephony.model import Cost, CostQuery
from telephony.store import sql

log = logging.getLogger(__name__)

_EVERY_SECONDS = 600.0
_BACK = timedelta(hours=30)
_LONGEST = timedelta(days=400)


class Costs:
    def __init__(self, db: Database, clock: Clock, accounts: ChannelAccounts, channels: dict[str, Channel]) -> None:
        self._db, self._clock, self._accounts, self._channels = db, clock, accounts, channels

    async def turn(self) -> None:
        """Ask every carrier once, then pause; one that does not answer stops no other."""
        for kind, channel in self._channels.items():
            if isinstance(channel, Pricing):
                for account in await self._accounts.enabled(kind):
                    try:
                        await self.ask(channel, account)
                    except MarkazError as error:
                        log.info("no prices of %s: %s", account.name, error.detail)
        await asyncio.sleep(_EVERY_SECONDS)

    async def ask(self, channel: Pricing, account: Account[Any]) -> int:
        """Keep what one account's calls and texts cost; returns how many have a price."""
        found = await channel.prices(account, self._clock() - _BACK)
        async with self._db.transaction() as tx:
            await tx.many(
                sql.save_price,
                [
                    {
                        "account_id": account.id,
                        "external_id": each.external_id,
                        "kind": each.kind,
                        "number": each.number,
                        "is_inbound": each.is_inbound,
                        "at": each.at,
                        "seconds": each.seconds,
                        "segments": each.segments,
                        "price": each.price,
                        "currency": each.currency,
                    }
                    for each in found
                ],
            )
        return len(found)

    async def by_day(self, actor: Actor, query: CostQuery) -> list[Cost]:
        """Return what accounts in sight cost, by day (UTC) and kind."""
        actor.must(Permission.COST_READ)
        if not timedelta(0) <= query.until - query.since <= _LONGEST:
            raise Invalid("From one day to a later one, at most 400 days.")
        rows = await self._db.rows(sql.costs_by_day, branches=actor.branch_scope, **query.model_dump())
        return [Cost(**dict(row)) for row in rows]
