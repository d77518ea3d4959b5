"""Use-cases of campaigns: written down, changed, started, paused, stopped. Nothing of it loses or doubles a contact."""

from __future__ import annotations

from uuid import UUID

from access.model import Permission
from channels.calls import TELEPHONES
from channels.dialling import TEXT_KINDS
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid
from core.ids import uuid7
from dialer import store
from dialer.attempts import PAUSE
from dialer.model import (
    Campaign,
    CampaignChange,
    CampaignQuery,
    CampaignSaved,
    CampaignSettings,
    CampaignState,
    NewCampaign,
    Switch,
)
from dialer.store import sql
from routing.service import Routing
from storage import jobs
from storage.database import Database, Row, Tx

# From which states an action leads where.
_SWITCHES: dict[str, tuple[frozenset[CampaignState], CampaignState]] = {
    "start": (frozenset({"draft", "stopped", "done"}), "running"),
    "pause": (frozenset({"running"}), "paused"),
    "resume": (frozenset({"paused"}), "running"),
    "stop": (frozenset({"running", "paused"}), "stopped"),
}


class NothingToSay(Invalid):
    """A message that nobody speaks needs its words, or a recording."""


class Campaigns:
    def __init__(self, db: Database, clock: Clock, routing: Routing) -> None:
        self._db, self._clock, self._routing = db, clock, routing

    async def all(self, actor: Actor, wanted: CampaignQuery) -> list[Campaign]:
        actor.must(Permission.CAMPAIGN_READ)
        rows = await self._db.rows(sql.list_campaigns, branches=actor.branch_scope, state=wanted.state)
        far = await store.progress(self._db, campaigns=[row["id"] for row in rows])
        return [
            store.campaign(row, store.added(each for each in far if each["campaign_id"] == row["id"])) for row in rows
        ]

    async def get(self, actor: Actor, campaign_id: UUID) -> Campaign:
        async with self._db.transaction(actor) as tx:
            row = await store.get_campaign(tx, campaign_id)
            actor.must(Permission.CAMPAIGN_READ, row["branch_id"])
            return await self._view(tx, row)

    def usual(self, actor: Actor) -> CampaignSettings:
        """Return what a new one begins with, for whoever writes it down."""
        actor.must(Permission.CAMPAIGN_MANAGE)
        return CampaignSettings()

    async def add(self, actor: Actor, new: NewCampaign) -> Campaign:
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.CAMPAIGN_MANAGE, new.branch_id)
            await self._must_fit(tx, actor, new)
            campaign_id, now = uuid7(), self._clock()
            values = {**_columns(new), "id": campaign_id, "created_by": actor.label, "created_at": now}
            await tx.run(sql.insert_campaign, **values)
            tx.emit(CampaignSaved(campaign_id=campaign_id, name=new.name, state="draft"))
            return await self._view(tx, await store.get_campaign(tx, campaign_id))

    async def change(self, actor: Actor, campaign_id: UUID, change: CampaignChange) -> Campaign:
        """Change it, also while it runs: what is under way goes on as it was begun."""
        async with self._db.transaction(actor) as tx:
            row = await store.lock_campaign(tx, campaign_id)
            actor.must(Permission.CAMPAIGN_MANAGE, row["branch_id"])
            actor.must(Permission.CAMPAIGN_MANAGE, change.branch_id)
            if row["version"] != change.version:
                raise Conflict.overtaken()
            if row["mode"] != change.mode and row["state"] == "running":
                raise Conflict("Pause it before it dials in another way.")
            await self._must_fit(tx, actor, change)
            await tx.run(sql.update_campaign, id=campaign_id, **_columns(change))
            tx.emit(CampaignSaved(campaign_id=campaign_id, name=change.name, state=row["state"]))
            return await self._view(tx, await store.get_campaign(tx, campaign_id))

    async def switch(self, actor: Actor, campaign_id: UUID, switch: Switch) -> Campaign:
        """Start, pause, resume or stop; calls under way are left to end."""
        allowed, state = _SWITCHES[switch.action]
        async with self._db.transaction(actor) as tx:
            row = await store.lock_campaign(tx, campaign_id)
            actor.must(Permission.CAMPAIGN_RUN, row["branch_id"])
            if row["state"] not in allowed:
                raise Conflict(f"It is {row['state']}.")
            if state == "running":
                _must_speak(store.campaign(row))
            await tx.run(sql.set_campaign_state, id=campaign_id, state=state, now=self._clock())
            tx.emit(CampaignSaved(campaign_id=campaign_id, name=row["name"], state=state))
            return await self._view(tx, await store.get_campaign(tx, campaign_id))

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(PAUSE, self._pause)

    async def _pause(self, job: jobs.Job) -> None:
        """Pause a campaign whose texts would not arrive; those that an operator filters cost the number its name."""
        campaign_id = UUID(job.payload["campaign_id"])
        async with self._db.transaction() as tx:
            name = await tx.value(sql.pause_campaign, id=campaign_id, why=job.payload["why"])
            if name is not None:
                tx.emit(CampaignSaved(campaign_id=campaign_id, name=name, state="paused"))

    async def _must_fit(self, tx: Tx, actor: Actor, new: NewCampaign) -> None:
        queue = await self._routing.queues.must_see(tx, actor, new.queue_id)
        kind = await tx.value(sql.account_is, id=new.account_id, branches=actor.branch_scope)
        if kind not in (TEXT_KINDS if new.mode == "sms" else TELEPHONES):
            raise Invalid("This account is not of the kind that the mode needs.", field="account_id")
        if not queue.takes(kind if new.mode == "sms" else "voice"):
            raise Invalid(f"The queue {queue.name} does not take this channel.", field="queue_id")
        known = {each.id for each in await store.presets(tx)}
        unknown = next((each for each in new.settings.presets if each not in known), None)
        if unknown is not None:
            raise Invalid(f"There is no rule {unknown[:60]}.", field="presets")
        chosen = new.settings.caller_id
        if chosen and chosen not in (await store.callers(tx, new.account_id)).owned:
            raise Invalid("This is no number of the account.", field="caller_id")
        if new.settings.inbound_queue_id is not None:
            await self._routing.queues.must_see(tx, actor, new.settings.inbound_queue_id)

    async def _view(self, tx: Tx, row: Row) -> Campaign:
        return store.campaign(row, store.added(await store.progress(tx, campaigns=[row["id"]])))


def _columns(new: NewCampaign) -> dict[str, object]:
    names = ("name", "kind", "mode", "branch_id", "queue_id", "account_id")
    return {name: getattr(new, name) for name in names} | {"settings": new.settings.model_dump(mode="json")}


def _must_speak(campaign: Campaign) -> None:
    known = campaign.settings
    if campaign.mode == "recording" and not (known.message or known.play_url):
        raise NothingToSay(field="message")
    if campaign.mode == "sms" and not known.text:
        raise NothingToSay(field="text")
    if campaign.mode in ("power", "predictive") and not (known.message or known.play_url):
        raise Invalid("Whoever finds nobody free has to hear who called: write the message.", field="message")
