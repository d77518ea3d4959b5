"""The carrier is asked: one call for one attempt, and what its answer means for it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from channels.base import Account, Channel, Uncertain
from channels.originate import AskedCall, CallScript, DialNews, Originates
from core.errors import Invalid, MarkazError, Unavailable
from core.placeholders import filled
from customers.model import CustomerId
from dialer import store
from dialer.attempts import Attempts
from dialer.compliance.callers import signed
from dialer.compliance.model import Preset
from dialer.compliance.presets import least_ring, longest_wait, strictest_abandonment
from dialer.compliance.zones import country_of
from dialer.model import CampaignSettings
from dialer.outcomes import UNDELIVERED, Outcome
from dialer.store import sql
from interactions.accounts import ChannelAccounts
from interactions.dialguard import Allowance, CapReached, DialGuard, MayNotDial
from interactions.dialled import NewDialled
from storage import jobs
from storage.database import Row, Tx

log = logging.getLogger(__name__)

# So often the carrier has to say that it knows of no such call, before it counts as never placed.
LOOK_UPS = 2
# What was to be asked for longer ago is not any more: whether it may be dialled was judged then. It is looked up and
# given back (`keeping`).
ASKED_SECONDS = 15.0


class Carrier:
    """Asks; every answer is kept in a transaction of its own."""

    def __init__(self, attempts: Attempts, accounts: ChannelAccounts, channels: Mapping[str, Channel]) -> None:
        self._attempts, self._accounts, self._channels = attempts, accounts, channels
        self._db, self._clock = attempts.db, attempts.clock
        self._guard = DialGuard(attempts.clock)

    async def allowance(self, account_id: UUID) -> Allowance:
        """Return how much the account may begin now: its caps hold for whatever is begun, whoever begins it."""
        account, _ = await self._accounts.get(account_id)
        return await self._guard.allowance(self._db, account)

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle("dial.ask", self._ask_job, schedule=(20.0, 30.0, 60.0))
        worker.handle("dial.hang_up", self._hang_up, schedule=(0.5, 2.0, 5.0))

    async def channel(self, account_id: UUID) -> tuple[Account[Any], Originates]:
        account, _ = await self._accounts.get(account_id)
        channel = self._channels[account.kind]
        if not isinstance(channel, Originates):
            raise Invalid("Nothing can be dialled by this account.")
        return account, channel

    async def place(self, attempt_id: UUID) -> str:
        """Ask the carrier for a call, once; returns why the campaign should pause, or nothing."""
        row = await self._row(attempt_id)
        if row is None or row["state"] != "asked" or row["call_id"] is not None or is_stale(row, self._clock()):
            return ""
        try:
            account, channel = await self.channel(row["account_id"])
            async with self._db.transaction() as tx:
                await self._guard.begin(tx, account, row["number"], "call", row["interaction_id"])
            said = script(row, await self._rules(row), self._attempts.wait_seconds)
            call_id = await channel.originate(account, attempt_id, row["number"], said)
        except Uncertain as error:
            log.warning("whether attempt %s was placed is not known: %s", attempt_id, error.detail)
            return ""
        except CapReached as error:
            return await self._withdrawn(attempt_id, f"cap_{error.extra['cap']}")
        except Unavailable as error:
            # It was not processed: nobody's telephone rang.
            return await self._withdrawn(attempt_id, f"carrier: {error.detail}")
        except MarkazError as error:
            return await self._refused(attempt_id, error)
        await self._db.run(sql.call_taken, id=attempt_id, call_id=call_id)
        return ""

    async def _withdrawn(self, attempt_id: UUID, why: str) -> str:
        await self._failed(attempt_id, "withdrawn")
        return why

    async def _refused(self, attempt_id: UUID, error: MarkazError) -> str:
        outcome = UNDELIVERED.get(error.extra.get("fault", ""))
        # Also a number of help, one that costs extra, or that this account may not reach: never by a machine.
        if isinstance(error, MayNotDial):
            outcome = "invalid"
        if outcome is not None:
            await self._failed(attempt_id, outcome)
            return ""
        # Everything else that a carrier refuses is ours to mend.
        return await self._withdrawn(attempt_id, f"refused: {error.detail}")

    async def _rules(self, row: Row) -> tuple[Preset, ...]:
        country = country_of(row["number"])
        presets = [each for each in await store.presets(self._db) if each.is_active]
        return tuple(each for each in presets if not each.countries or country in each.countries)

    async def _row(self, attempt_id: UUID) -> Row | None:
        async with self._db.transaction() as tx:
            return await store.lock_attempt(tx, attempt_id)

    async def _failed(self, attempt_id: UUID, outcome: Outcome) -> None:
        async with self._db.transaction() as tx:
            row = await self._attempts.lock(tx, attempt_id)
            # The carrier's own news of it count more than what its answer was taken for.
            if row is not None and row["state"] == "asked":
                await self._attempts.over(tx, row, outcome, self._clock())

    # --- when nobody tells

    async def look_up(self, attempt_id: UUID) -> None:
        """Find out what became of an attempt that may have been asked for: before anything is dialled again."""
        row = await self._row(attempt_id)
        if row is None or row["state"] != "asked" or row["call_id"] is not None or row["asked_at"] is None:
            return
        account, channel = await self.channel(row["account_id"])
        asked = AskedCall(attempt_id, row["number"], shown(row), row["asked_at"])
        found = await channel.find_originated(account, asked)
        if found is not None:
            await self._db.run(sql.call_taken, id=attempt_id, call_id=found)
        elif row["looked_up"] + 1 >= LOOK_UPS:
            await self._failed(attempt_id, "withdrawn")
        else:
            async with self._db.transaction() as tx:
                fresh = await store.lock_attempt(tx, attempt_id)
                if fresh is not None and fresh["state"] == "asked":
                    await store.save(tx, fresh, looked_up=fresh["looked_up"] + 1)

    async def check(self, attempt_id: UUID) -> None:
        """Ask how a call stands of which nothing was told for too long."""
        row = await self._row(attempt_id)
        if row is None or row["state"] == "over" or row["call_id"] is None:
            return
        account, channel = await self.channel(row["account_id"])
        try:
            status = await channel.dial_status(account, row["call_id"])
        except Invalid:
            status = "failed"
        now = self._clock()
        at = now - timedelta(seconds=60) if status == "answered" else now
        async with self._db.transaction() as tx:
            news = DialNews(attempt_id, row["call_id"], at, status)
            await self._attempts.take(tx, row["account_id"], news)

    async def _ask_job(self, job: jobs.Job) -> None:
        """Dial for an agent who has seen the contact: what an earlier turn of this job may have placed is looked up."""
        attempt_id = UUID(job.payload["attempt_id"])
        if job.attempts > 1:
            await self.look_up(attempt_id)
        why = await self.place(attempt_id) if job.attempts == 1 else ""
        if why:
            log.warning("attempt %s was not placed: %s", attempt_id, why)

    async def _hang_up(self, job: jobs.Job) -> None:
        account, channel = await self.channel(UUID(job.payload["account_id"]))
        await channel.hang_up(account, job.payload["call_id"])

    # --- texts

    async def write(self, tx: Tx, attempt_id: UUID) -> None:
        """Write a campaign's text: it goes by the outbox, which sends it once."""
        row = await store.lock_attempt(tx, attempt_id)
        contact = None if row is None else await tx.row(sql.get_contact, id=row["contact_id"])
        if row is None or contact is None or row["state"] != "asked" or row["interaction_id"] is not None:
            return
        new = NewDialled(
            attempt_id=row["id"],
            campaign_id=row["campaign_id"],
            account_id=row["account_id"],
            queue_id=row["queue_id"],
            branch_id=row["branch_id"],
            number=row["number"],
            name=contact["name"],
            customer_id=contact["customer_id"],
        )
        customer: CustomerId = await self._attempts.calls.customer_of(tx, new)
        text = signed(words(store.settings(row).text, dict(contact)), row["verdict"].get("text_suffix", ""))
        whose = (customer, row["number"])
        interaction_id = await self._attempts.calls.write(tx, row["account_id"], whose, row["campaign_name"], text)
        await store.save(tx, row, state="ringing", interaction_id=interaction_id)


def is_stale(row: Row, now: datetime) -> bool:
    """Tell whether an attempt was judged too long ago to be made by that."""
    return bool(row["asked_at"] is None or now - row["asked_at"] > timedelta(seconds=ASKED_SECONDS))


def words(text: str, contact: Mapping[str, Any]) -> str:
    """Return a text with what is known of a contact."""
    fields = {name: str(value) for name, value in contact["fields"].items()}
    return filled(text, {"name": contact["name"], **fields})


def shown(row: Row) -> str:
    """Return the number of ours that was found right for this attempt; empty: the account's own."""
    return str(row["verdict"].get("caller_id", ""))


def script(row: Row, rules: tuple[Preset, ...], most_seconds: float) -> CallScript:
    """Return what a call does by itself: an agent's begins with a pause in which somebody takes it."""
    known: CampaignSettings = store.settings(row)
    is_recording = row["medium"] == "recording"
    return CallScript(
        ring_seconds=max(known.ring_seconds, least_ring(rules)),
        caller_id=shown(row),
        wait_seconds=0 if is_recording else longest_wait(strictest_abandonment(rules), most_seconds),
        message=known.message,
        play_url=known.play_url,
        language=known.language,
        stop_key=known.stop_key if is_recording else "",
        is_machine_asked=known.is_machine_asked,
    )
