"""What an agent does with a call that a campaign begins: look, dial or skip, say how it ended, promise a callback."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from access.model import Permission
from consents import service as consents
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from dialer import store
from dialer.attempts import Attempts, leave_hang_up
from dialer.compliance.zones import place_of
from dialer.model import ContactCard, Dial, Disposing, Disposition
from dialer.outcomes import Next
from dialer.room.asking import Carrier, words
from dialer.room.claims import Claims, rules
from dialer.store import sql
from storage import jobs
from storage.database import Row, Tx

_LONGEST = timedelta(days=90)


class NotNow(Conflict):
    """The rules do not allow this number to be dialled now."""


class AtItsCap(Conflict):
    """The account has begun, or spent, as much as it may; dial later."""


class Desk:
    def __init__(self, attempts: Attempts, carrier: Carrier) -> None:
        self._attempts, self._carrier = attempts, carrier
        self._db, self._clock = attempts.db, attempts.clock

    async def of(self, actor: Actor, interaction_id: UUID) -> Dial:
        """Return what the agent of a conversation sees of its campaign."""
        async with self._db.transaction(actor) as tx:
            return await self._view(tx, await self._own(tx, actor, interaction_id))

    async def dial(self, actor: Actor, interaction_id: UUID) -> Dial:
        """Dial the contact of a preview. Raises NotNow; it is judged at this moment, whatever it was when it came."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id)
            if row["state"] != "preview":
                raise Conflict("It has been dialled, or is over.")
            allowance = await self._carrier.allowance(row["account_id"])
            if not allowance.left:
                raise AtItsCap(cap=allowance.cap)
            contact = await tx.row(sql.lock_contact, id=row["contact_id"])
            if contact is None:
                raise NotFound
            judging = Claims({**dict(row), "id": row["campaign_id"]}, store.settings(row), await rules(tx))
            verdict = await judging.judge_one(tx, contact, row, now)
            if not verdict.is_allowed:
                raise NotNow(rule=verdict.rule, until=verdict.until.isoformat() if verdict.until else None)
            await store.save(tx, row, state="asked", asked_at=now, verdict=verdict.model_dump(mode="json"))
            await jobs.enqueue(tx, "dial.ask", {"attempt_id": str(row["id"])}, key=str(row["id"]))
            await self._attempts.calls.told(tx, interaction_id)
        return await self.of(actor, interaction_id)

    async def skip(self, actor: Actor, interaction_id: UUID) -> None:
        """Leave the contact of a preview for another time."""
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id)
            if row["state"] != "preview":
                raise Conflict("It has been dialled, or is over.")
            await self._attempts.over(tx, row, "skipped", self._clock())

    async def dispose(self, actor: Actor, interaction_id: UUID, said: Disposing) -> None:
        """Say how it ended; the conversation is closed, and what follows for the contact follows. Once."""
        now = self._clock()
        async with self._db.transaction(actor) as tx:
            row = await self._own(tx, actor, interaction_id)
            chosen = next((each for each in store.settings(row).dispositions if each.key == said.key), None)
            if chosen is None:
                raise Invalid("There is no such disposition.", field="key")
            if row["is_settled"]:
                raise Conflict("How it ended has been said.")
            if row["connected_at"] is None:
                raise Conflict("Nobody has been spoken to.")
            _must_be_a_time(chosen, said, now)
            if chosen.opts_out:
                await consents.opt_out(tx, row["number"], "asked", f"attempt:{row['id']}", now, note=said.note[:500])
            if row["state"] != "over":
                await store.save(tx, row, state="over", outcome="talked", ended_at=now, is_refusal=chosen.is_refusal)
                await leave_hang_up(tx, row)
            else:
                await store.save(tx, row, is_refusal=chosen.is_refusal)
            await self._follow(tx, actor, row, chosen, said)
            await self._attempts.calls.close(tx, interaction_id, chosen.names.get("en", chosen.key), said.note)

    async def _follow(self, tx: Tx, actor: Actor, row: Row, chosen: Disposition, said: Disposing) -> None:
        contact = await tx.row(sql.lock_contact, id=row["contact_id"])
        fresh = await store.lock_attempt(tx, row["id"])
        if contact is None or fresh is None:
            return
        found, more = self._attempts.next_of(fresh, contact), dict[str, Any](note=said.note[:500])
        ended: str | None = chosen.key
        if chosen.calls_back and said.callback_at is not None:
            ended, found = None, found._replace(at=said.callback_at, disposition=None, place=row["place"])
            more |= {"priority": 1, "owner_id": actor.id if said.is_mine else None}
        elif chosen.again_minutes is not None and found.attempts < store.settings(row).attempts_most:
            ended, found = None, _again(found, self._clock() + timedelta(minutes=chosen.again_minutes))
        await self._attempts.keep(tx, contact["id"], found, ended, **more)
        await store.save(tx, fresh, is_settled=True)

    # --- what several share

    async def _own(self, tx: Tx, actor: Actor, interaction_id: UUID) -> Row:
        """Lock the attempt of a conversation that is the actor's, or that a supervisor may look after."""
        attempt_id = await tx.value(sql.attempt_of, interaction_id=interaction_id)
        row = None if attempt_id is None else await self._attempts.lock(tx, attempt_id)
        if row is None:
            raise NotFound("No campaign has begun this conversation.")
        interaction = await self._attempts.calls.lock(tx, interaction_id)
        actor.must(Permission.INTERACTION_REPLY, interaction["branch_id"])
        if interaction["agent_id"] != actor.id and not actor.may(Permission.WORK_SUPERVISE):
            raise Forbidden("It is somebody else's.")
        return row

    async def _view(self, tx: Tx, row: Row) -> Dial:
        contact = await tx.row(sql.get_contact, id=row["contact_id"])
        if contact is None:
            raise NotFound
        known, zone = store.settings(row), row["verdict"].get("zone") or ""
        is_preview = row["state"] == "preview"
        until = row["created_at"] + timedelta(seconds=known.preview_seconds) if is_preview else None
        place = place_of(row["number"], contact["zone"])
        return Dial(
            attempt_id=row["id"],
            interaction_id=row["interaction_id"],
            campaign_id=row["campaign_id"],
            campaign_name=row["campaign_name"],
            state=row["state"],
            outcome=row["outcome"],
            number=row["number"],
            contact=ContactCard(
                id=contact["id"],
                name=contact["name"],
                numbers=[number for _, number in contact["numbers"]],
                fields={name: str(value) for name, value in contact["fields"].items()},
                zone=contact["zone"],
                note=contact["note"],
                attempts=contact["attempts"],
            ),
            script=words(known.script, dict(contact)),
            dispositions=list(known.dispositions),
            verdict=row["verdict"],
            preview_until=until,
            is_settled=row["is_settled"],
            local_time_zone=zone or place.zones[0],
        )


def _again(found: Next, at: datetime) -> Next:
    return found._replace(at=at, disposition=None)


def _must_be_a_time(chosen: Disposition, said: Disposing, now: datetime) -> None:
    if chosen.calls_back and said.callback_at is None:
        raise Invalid("Say when to call back.", field="callback_at")
    if said.callback_at is not None and not now < said.callback_at <= now + _LONGEST:
        raise Invalid("The moment lies in the future, at most 90 days ahead.", field="callback_at")
