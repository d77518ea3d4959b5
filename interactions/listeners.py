"""The listening side of the accounts: mailboxes that are polled, bots that are asked."""

from __future__ import annotations

import asyncio
import logging
import time
from uuid import UUID

from channels.base import Channel
from core.errors import MarkazError, Unavailable
from core.tasks import Tasks
from interactions.accounts import ChannelAccounts
from interactions.intake import Intake
from storage.database import Database
from storage.leases import Lease

log = logging.getLogger(__name__)

_LEASE_SECONDS = 15.0
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 60.0


class Listeners:
    """Runs the listening side of every enabled account, each alone: one that fails does not stop the others."""

    def __init__(self, db: Database, accounts: ChannelAccounts, channels: dict[str, Channel], intake: Intake) -> None:
        self._db, self._accounts, self._channels, self._intake = db, accounts, channels, intake
        self._tasks = Tasks("listeners")
        self._running: dict[UUID, tuple[int, asyncio.Task[None]]] = {}

    def start(self) -> None:
        self._tasks.loop("accounts", self._turn, pause_seconds=1.0)

    async def stop(self) -> None:
        await self._tasks.stop()

    async def _turn(self) -> None:
        """Start what is new, restart what was changed, stop what was switched off."""
        wanted = {
            row["id"]: row for row in await self._accounts.all() if row["is_enabled"] and row["kind"] in self._channels
        }
        for account_id, (version, task) in list(self._running.items()):
            if account_id not in wanted or wanted[account_id]["version"] != version:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
                del self._running[account_id]
        for account_id, row in wanted.items():
            if account_id not in self._running:
                task = self._tasks.start(f"listen-{row['name']}", self._listen(account_id))
                self._running[account_id] = (row["version"], task)

    async def _listen(self, account_id: UUID) -> None:
        """Listen while the lease is ours; a failure is shown on the account and tried again, less and less often."""
        lease = Lease(self._db, f"listen:{account_id}", ttl_seconds=_LEASE_SECONDS)
        wait_seconds = _FIRST_WAIT_SECONDS
        while True:
            started = time.monotonic()
            try:
                if await lease.renew():
                    await self._listen_once(account_id, lease)
                    return
            except asyncio.CancelledError:
                await lease.drop()
                raise
            except Exception as error:  # noqa: BLE001 - whatever a mailbox does, the others go on
                if time.monotonic() - started > _LONGEST_WAIT_SECONDS:
                    wait_seconds = _FIRST_WAIT_SECONDS
                detail = _words(error)
                log.warning("account %s: %s; again in %.0f s", account_id, detail, wait_seconds)
                await self._report(account_id, detail, _fault(error))
                wait_seconds = min(wait_seconds * 2, _LONGEST_WAIT_SECONDS)
            await asyncio.sleep(wait_seconds)

    async def _listen_once(self, account_id: UUID, lease: Lease) -> None:
        """Listen until it ends, fails, or another process owns the account."""
        account, row = await self._accounts.get(account_id)
        listening = asyncio.ensure_future(self._channels[account.kind].listen(account))
        keeping = asyncio.create_task(self._keep(lease), name=f"lease-{row['name']}")
        try:
            done, _ = await asyncio.wait((listening, keeping), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (listening, keeping):
                task.cancel()
            await asyncio.gather(listening, keeping, return_exceptions=True)

    async def _keep(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(_LEASE_SECONDS / 3)
            if not await lease.renew():
                raise Unavailable("Another process listens to this account now.")

    async def _report(self, account_id: UUID, detail: str, fault: str) -> None:
        try:
            account, _ = await self._accounts.get(account_id)
            await self._intake.report(account, detail[:500], fault)
        except MarkazError as error:
            log.warning("the health of account %s could not be kept: %s", account_id, error.detail)


def _words(error: Exception) -> str:
    return error.detail if isinstance(error, MarkazError) else f"{type(error).__name__}: {error}"


def _fault(error: Exception) -> str:
    """Return what is wrong in the word that a channel gave it; `other` without one."""
    return str(error.extra.get("fault", "other")) if isinstance(error, MarkazError) else "other"
