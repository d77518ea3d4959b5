"""Attempts: what the carrier tells of them, who is found for who answers, and what follows for the contact.

Everybody locks in one order: the conversation, the attempt, the contact, then work and agents.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from channels.base import CallStatus
from channels.faults import TextFault
from channels.originate import DialNews
from consents import service as consents
from consents.model import Saying
from core.clock import Clock
from core.errors import Unavailable
from core.ids import StaffId
from dialer import store
from dialer.compliance.presets import least_days
from dialer.compliance.zones import country_of
from dialer.outcomes import PAUSING, UNDELIVERED, Contacted, Next, Outcome, follows
from dialer.store import sql
from interactions.dialled import DialledCalls, NewDialled
from routing.moves import NoRoom
from storage import jobs
from storage.database import Database, Row, Tx

PAUSE = "dial.pause"
_TRIED_AGENTS = 4
# The carrier's clock and ours; and what its message needs to begin.
_SLACK = timedelta(seconds=1)
_ENDS: dict[str, Outcome] = {"busy": "busy", "no_answer": "no_answer", "failed": "failed", "canceled": "no_answer"}
_CLOSED: dict[str, CallStatus] = {"busy": "busy", "no_answer": "no_answer", "failed": "failed"}


class MovedOn(Unavailable):
    """The attempt has just changed; look again."""


async def leave_hang_up(tx: Tx, row: Row) -> None:
    """Leave a call to be ended that no conversation has."""
    if row["call_id"]:
        payload = {"account_id": str(row["account_id"]), "call_id": row["call_id"]}
        await jobs.enqueue(tx, "dial.hang_up", payload, key=str(row["id"]))


class Attempts:
    """Told by the carrier's news, asked by the room and by agents."""

    def __init__(self, db: Database, clock: Clock, calls: DialledCalls, wait_seconds: float) -> None:
        self.db, self.clock, self.calls = db, clock, calls
        self._outbound = calls.conversations.routing.outbound
        self.wait_seconds = wait_seconds

    async def lock(self, tx: Tx, attempt_id: UUID) -> Row | None:
        """Lock an attempt after its conversation, if it has one. Raises MovedOn when it just got one."""
        known = await tx.row(sql.get_attempt, id=attempt_id)
        if known is None:
            return None
        if known["interaction_id"] is not None:
            await self.calls.lock(tx, known["interaction_id"])
        row = await store.lock_attempt(tx, attempt_id)
        if row is None or row["interaction_id"] != known["interaction_id"]:
            raise MovedOn
        return row

    # --- what the carrier tells

    async def heard(self, tx: Tx, account: Row, news: DialNews) -> None:
        """Take what the carrier tells."""
        await self.take(tx, account["id"], news)

    async def take(self, tx: Tx, account_id: UUID, news: DialNews) -> None:
        """Take news in whatever order they come: an end absorbs, what is older than what is known is nothing."""
        row = await self.lock(tx, news.attempt_id)
        if row is None or row["account_id"] != account_id or row["call_id"] not in (None, news.call_id):
            return
        if row["state"] == "over" or 0 <= news.sequence <= row["sequence"]:
            return
        now = self.clock()
        changes: dict[str, Any] = {"call_id": news.call_id, "sequence": max(news.sequence, row["sequence"])}
        if news.is_machine or news.has_pressed_stop:
            await self._said(tx, row, news, now, changes)
        elif news.status == "ringing":
            changes |= {"state": "ringing"} if row["state"] == "asked" else {}
            await store.save(tx, row, **changes, ringing_at=row["ringing_at"] or now)
        elif news.status == "answered":
            if row["answered_at"] is None:
                await self._answered(tx, row, news, now, changes)
        elif news.status is not None:
            await self._ended(tx, row, news.status, news.at, changes)

    async def _said(self, tx: Tx, row: Row, news: DialNews, now: datetime, changes: dict[str, Any]) -> None:
        if news.has_pressed_stop:
            told = Saying("customer", row["account_id"], "key")
            await consents.opt_out(tx, row["number"], "asked", f"attempt:{row['id']}", now, told=told)
            await self.over(tx, row, "opted_out", now, **changes, is_refusal=True)
            await leave_hang_up(tx, row)
        elif row["medium"] == "voice":
            await self.over(tx, row, "machine", now, **changes)
            await leave_hang_up(tx, row)

    async def _answered(self, tx: Tx, row: Row, news: DialNews, now: datetime, changes: dict[str, Any]) -> None:
        # News that come too late are of somebody who hears the message already.
        late = row["medium"] == "voice" and now - news.at > timedelta(seconds=self.wait_seconds) + _SLACK
        changes |= {"state": "answered", "answered_at": now, "ringing_at": row["ringing_at"] or now}
        await store.save(tx, row, **changes, is_waited_out=late)
        if row["medium"] == "voice" and not late:
            fresh = await store.lock_attempt(tx, row["id"])
            if fresh is not None:
                await self.connect(tx, fresh)

    async def _ended(self, tx: Tx, row: Row, status: str, at: datetime, changes: dict[str, Any]) -> None:
        if row["state"] == "connected":
            await self.over(tx, row, "talked", at, **changes)
            await self.calls.over(tx, row["interaction_id"], _CLOSED.get(status, "completed"), at)
            return
        if row["is_waited_out"]:
            outcome: Outcome = "abandoned"
        elif status == "completed":
            outcome = "played" if row["medium"] == "recording" else "hung_up"
        else:
            outcome = _ENDS.get(status, "failed")
        await self.over(tx, row, outcome, at, **changes)

    async def undelivered(self, tx: Tx, interaction_id: UUID, message_id: UUID, fault: TextFault) -> None:
        """Take that a text of a campaign did not arrive, which may have counted as sent since the carrier took it."""
        known = await tx.row(sql.attempt_of_text, interaction_id=interaction_id, message_id=message_id)
        row = None if known is None else await store.lock_attempt(tx, known["id"])
        if row is None:
            return
        if fault in PAUSING:
            # By itself: whoever claims contacts has the campaign locked and asks for conversations then.
            pause = {"campaign_id": str(row["campaign_id"]), "why": PAUSING[fault]}
            await jobs.enqueue(tx, PAUSE, pause, key=f"campaign:{row['campaign_id']}")
        if row["outcome"] == "sent":
            await self._lost(tx, row, UNDELIVERED.get(fault, "failed"))

    async def _lost(self, tx: Tx, row: Row, outcome: Outcome) -> None:
        """Let the contact end as it did come to, or be tried again while its campaign goes on."""
        await store.save(tx, row, outcome=outcome, is_refusal=outcome == "opted_out")
        contact = await tx.row(sql.lock_contact, id=row["contact_id"])
        if contact is None or contact["disposition"] != "sent":
            return
        settings, places = store.settings(row), tuple(place for place, _ in contact["numbers"])
        so_far = Contacted(row["place"], places, {**contact["tries"], "sent": 0}, contact["attempts"] - 1)
        found = follows(outcome, so_far, settings.recycling, settings.attempts_most, self.clock())
        if found.is_number_dead:
            await tx.run(sql.kill_number, contact_id=contact["id"], place=row["place"])
        goes_on = (await store.get_campaign(tx, row["campaign_id"]))["state"] in ("running", "paused")
        is_again = found.disposition is None and goes_on
        await tx.run(
            sql.contact_was_lost,
            id=contact["id"],
            disposition=None if is_again else found.disposition or outcome,
            next_at=found.at,
            place=found.place,
            tries=found.tries,
            attempts=found.attempts,
        )

    # --- somebody answered

    async def connect(self, tx: Tx, row: Row) -> bool:
        """Find an agent for who has answered; False when nobody is free now."""
        if row["interaction_id"] is not None:
            if not await self.calls.reached(tx, row["interaction_id"], row["call_id"]):
                return False
            await store.save(tx, row, state="connected", connected_at=self.clock())
            return True
        agent_id = await self.hand(tx, row, wanted=row["agent_id"])
        if agent_id is None and row["agent_id"] is not None:
            agent_id = await self.hand(tx, row)
        if agent_id is None:
            return False
        changes = {"agent_id": agent_id, "interaction_id": row["id"]}
        await store.save(tx, row, state="connected", connected_at=self.clock(), **changes)
        return True

    async def hand(self, tx: Tx, row: Row, *, wanted: UUID | None = None) -> StaffId | None:
        """Open the conversation for an agent who is kept for the campaign; who has other work by now is passed over."""
        busy: list[UUID] = []
        new = await self._new(tx, row)
        for _ in range(_TRIED_AGENTS):
            agent_id: StaffId | None = None
            try:
                async with tx.attempt():
                    only = None if wanted is None else StaffId(wanted)
                    agent_id = await self._outbound.take(tx, row["campaign_id"], wanted=only, but=busy)
                    if agent_id is None:
                        return None
                    await self.calls.open(tx, new, agent_id)
                    return agent_id
            except NoRoom:
                busy += [agent_id] if agent_id is not None else []
        return None

    async def _new(self, tx: Tx, row: Row) -> NewDialled:
        contact = await tx.row(sql.get_contact, id=row["contact_id"])
        return NewDialled(
            attempt_id=row["id"],
            campaign_id=row["campaign_id"],
            account_id=row["account_id"],
            queue_id=row["queue_id"],
            branch_id=row["branch_id"],
            number=row["number"],
            name=contact["name"] if contact else "",
            customer_id=contact["customer_id"] if contact else None,
            subject=row["campaign_name"],
            call_id=row["call_id"] or "",
            **await self._duties(tx, row),
        )

    async def _duties(self, tx: Tx, row: Row) -> dict[str, Any]:
        """Return what the rules that are about this number want of a recording."""
        named, country, day = set(store.settings(row).presets), country_of(row["number"]), self.clock().date()
        found = [
            each
            for each in await store.presets(tx)
            if each.id in named or each.is_about(country, row["kind"], "voice", day)
        ]
        return {
            "announces_recording": any(each.announces_recording for each in found),
            "recording_days": least_days(found),
        }

    async def waited_out(self, tx: Tx, row: Row) -> None:
        """Nobody was free in time: the carrier says the message by itself, and this counts as abandoned."""
        await store.save(tx, row, is_waited_out=True)

    # --- the end

    async def over(self, tx: Tx, row: Row, outcome: Outcome, at: datetime, **changes: Any) -> None:
        """End an attempt, and what follows; a conversation that somebody has is left to its agent if they spoke."""
        await store.save(tx, row, **{**changes, "state": "over", "outcome": outcome, "ended_at": at})
        if row["interaction_id"] is not None and row["medium"] == "voice" and outcome != "talked":
            await self.calls.close(tx, row["interaction_id"], outcome)
        if row["interaction_id"] is None or outcome != "talked":
            await self.settle(tx, row["id"], outcome)

    async def settle(self, tx: Tx, attempt_id: UUID, disposition: str | None = None) -> None:
        """Let follow for the contact what follows from an attempt that is over, once."""
        row = await store.lock_attempt(tx, attempt_id)
        if row is None or row["is_settled"] or row["outcome"] is None:
            return
        contact = await tx.row(sql.lock_contact, id=row["contact_id"])
        if contact is not None:
            found = self.next_of(row, contact)
            if found.is_number_dead:
                await tx.run(sql.kill_number, contact_id=contact["id"], place=row["place"])
            ended = found.disposition and (disposition or found.disposition)
            await self.keep(tx, contact["id"], found, ended, priority=0)
        await store.save(tx, row, is_settled=True)

    def next_of(self, row: Row, contact: Row) -> Next:
        """Return what follows from an attempt for its contact."""
        known = store.settings(row)
        places = tuple(place for place, _ in contact["numbers"])
        so_far = Contacted(row["place"], places, contact["tries"], contact["attempts"])
        return follows(row["outcome"], so_far, known.recycling, known.attempts_most, self.clock())

    async def keep(self, tx: Tx, contact_id: UUID, found: Next, disposition: str | None, **more: Any) -> None:
        await tx.run(
            sql.settle_contact,
            id=contact_id,
            disposition=disposition,
            now=self.clock(),
            next_at=found.at,
            place=found.place,
            tries=found.tries,
            attempts=found.attempts,
            **{"owner_id": None, "note": "", "priority": 0, **more},
        )
