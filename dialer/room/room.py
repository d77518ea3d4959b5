"""The room's loop: look after what is under way, ask the pacer how many, claim so many, ask the carrier."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.errors import MarkazError
from core.tasks import Tasks
from dialer import store
from dialer.attempts import Attempts, MovedOn
from dialer.compliance.model import Abandonment
from dialer.compliance.presets import longest_wait, strictest_abandonment
from dialer.compliance.zones import country_of
from dialer.model import CampaignSaved, CampaignSettings, PresetSaved
from dialer.pace import Bucket, Pacer, Scene
from dialer.pacers import CallFacts, Predictive, pacer_of
from dialer.room.asking import Carrier
from dialer.room.claims import Claimed, Claims, Rules, rules
from dialer.room.keeping import Keeping
from dialer.store import sql
from routing.outbound import Outbound
from routing.values import OutboundAsk
from storage.database import Database, Row
from storage.lately import Lately
from storage.leases import Lease, LostLease

log = logging.getLogger(__name__)

_TICK_SECONDS = 0.2
_READ_RULES_SECONDS = 5.0
_NOTE_SECONDS = 2.0
_AT_ONCE = 100
# What is out of its hours is passed over, so many times in one turn.
_LOOKS = 3
# After the carrier refused or asked to slow down.
_PAUSE_SECONDS = 5.0
_WANTED_MOST = 500
# While nothing will be dialled for one of these, no more agents are kept than telephones ring.
_NO_AGENTS_FOR = frozenset(
    {
        "hours",
        "no_contacts",
        "account",
        "dates",
        "paused",
        "stopped",
        "done",
        "cap_hour",
        "cap_day",
        "caller_id",
        "sender",
    }
)
# How long what is over is told again to the pacer, which forgets nothing sooner.
_TOLD_AGAIN = timedelta(seconds=90)


@dataclass
class Running:
    """What the room remembers of a campaign; all of it can be had again from the rows."""

    pacer: Pacer
    version: int
    abandonment: Abandonment
    answered: int = 0
    abandoned: int = 0
    counted_at: float = float("-inf")
    noted_at: float = float("-inf")
    rest_until: float = float("-inf")
    why: str = ""
    lacks: str = ""


class Room:
    """Runs in every process of jobs; does its work only while it holds the lease."""

    def __init__(self, db: Database, attempts: Attempts, carrier: Carrier, outbound: Outbound) -> None:
        self._db, self._attempts, self._carrier, self._outbound = db, attempts, carrier, outbound
        self._clock = attempts.clock
        self._lease = Lease(db, "dialer")
        self._keeping = Keeping(db, attempts, carrier)
        self._tasks = Tasks("dialer")
        self._running: dict[UUID, Running] = {}
        self._buckets: dict[UUID, Bucket] = {}
        self._rules: Rules | None = None
        self._kept_rules = Lately(db, frozenset({PresetSaved.kind}), rules, seconds=_READ_RULES_SECONDS)
        self._renewed = float("-inf")
        self._now: Callable[[], float] = time.monotonic

    def start(self) -> None:
        self._tasks.loop("room", self.turn)

    async def stop(self) -> None:
        await self._tasks.stop()
        try:
            await self._lease.drop()
        except MarkazError:
            log.warning("the dialer's lease could not be handed over; it runs out by itself")

    async def turn(self) -> None:
        """Do one round; whoever does not hold the lease waits for it."""
        now = self._now()
        if now - self._renewed >= 1.0:
            before = self._lease.epoch
            await self._lease.renew()
            self._renewed = now
            if self._lease.epoch != before:
                # Nothing is remembered from before: the buckets are empty, so that nothing bursts.
                self._running, self._buckets = {}, {}
        if self._lease.is_held:
            await self._round()
        await asyncio.sleep(_TICK_SECONDS)

    async def _round(self) -> None:
        try:
            await self._keeping.turn(self._now())
            campaigns = await self._db.rows(sql.running_campaigns)
            if campaigns:
                await self._read_rules(is_begun=any(row["id"] not in self._running for row in campaigns))
            for row in campaigns:
                await self._campaign(row)
            for gone in self._running.keys() - {row["id"] for row in campaigns}:
                await self._let_go(gone)
        except LostLease:
            log.warning("another process dials by now")
        except MarkazError as error:
            log.warning("the dialer's turn waits: %s", error.detail)

    async def _let_go(self, campaign_id: UUID) -> None:
        """A campaign that does not run any more keeps nobody."""
        async with self._db.transaction() as tx:
            await self._outbound.give_back(tx, campaign_id, await self._outbound.granted(tx, campaign_id))
            await self._outbound.ask_no_more(tx, campaign_id)
        del self._running[campaign_id]

    async def _read_rules(self, *, is_begun: bool) -> None:
        """Read them where they changed, and before a campaign begins: what was changed before holds from its start."""
        if is_begun:
            self._kept_rules.forget()
        self._rules = await self._kept_rules.get(self._db)

    async def _campaign(self, row: Row) -> None:
        settings, now = store.settings(row), self._clock()
        running = await self._known(row, settings)
        is_agents = row["mode"] not in ("recording", "sms")
        agents = await self._outbound.granted(self._db, row["id"]) if is_agents else []
        if is_agents:
            agents = await self._answers(row, running, agents)
        scene = await self._scene(row, running, len(agents))
        if isinstance(running.pacer, Predictive):
            await self._tell(row, running.pacer, agents)
        why = self._closed(row, settings, running, now)
        count = 0
        if not why:
            count, why = await self._dial(row, settings, running, scene, agents)
        # Whose telephone rings already finds an agent, whatever forbids further calls.
        ringing = scene.in_flight + scene.waiting + count
        await self._ask_for_agents(row, settings, (ringing if why in _NO_AGENTS_FOR else _WANTED_MOST) * is_agents)
        if row["state"] == "running":
            await self._note(row, running, "" if count else why)

    async def _known(self, row: Row, settings: CampaignSettings) -> Running:
        found = self._running.get(row["id"])
        if found is None or found.version != row["version"]:
            countries = {
                country_of(each["number"]) for each in await self._db.rows(sql.countries_of, campaign_id=row["id"])
            }
            presets = self._rules.presets if self._rules else ()
            matching = tuple(
                each
                for each in presets
                if each.id in settings.presets
                or (each.is_active and (not each.countries or countries & set(each.countries)))
            )
            abandonment = strictest_abandonment(matching)
            if settings.abandon_percent is not None:
                least = min(settings.abandon_percent, abandonment.most_percent)
                abandonment = abandonment.model_copy(update={"most_percent": least})
            cap = abandonment.most_percent, abandonment.hours
            pacer = pacer_of(row["mode"], settings, cap, row["pace"], self._clock().timestamp())
            found = self._running[row["id"]] = Running(pacer, row["version"], abandonment)
        return found

    def _closed(self, row: Row, settings: CampaignSettings, running: Running, now: datetime) -> str:
        """Return why nothing is dialled at all at the moment."""
        if row["state"] != "running":
            return str(row["state"])
        if not row["is_enabled"]:
            return "account"
        today = now.date()
        if (settings.starts_on and today < settings.starts_on) or (settings.ends_on and today > settings.ends_on):
            return "dates"
        return running.why if self._now() < running.rest_until else ""

    async def _scene(self, row: Row, running: Running, idle: int) -> Scene:
        under = await self._db.row(sql.under_way, campaign_id=row["id"])
        if self._now() - running.counted_at >= 1.0:
            since = self._clock() - timedelta(hours=running.abandonment.hours)
            counts = await self._db.row(sql.answers_since, campaign_id=row["id"], since=since)
            if counts is not None:
                running.answered, running.abandoned = counts["answered"], counts["abandoned"]
            running.counted_at = self._now()
        at_work = len(await self._outbound.working(self._db, row["queue_id"], row["id"]))
        known = dict(under) if under is not None else {}
        return Scene(
            idle=idle,
            at_work=known.get("listening", 0) if row["mode"] == "recording" else at_work,
            in_flight=known.get("in_flight", 0) + known.get("previews", 0) * (row["mode"] != "preview"),
            waiting=known.get("waiting", 0),
            answered=running.answered,
            abandoned=running.abandoned,
        )

    async def _tell(self, row: Row, pacer: Predictive, agents: list[Any]) -> None:
        """Tell the predictive pacer what the rows say: it may hear the same again."""
        since = self._clock() - _TOLD_AGAIN
        rows = await self._db.rows(sql.calls_lately, campaign_id=row["id"], since=since)
        wait = self._attempts.wait_seconds
        working = await self._outbound.working(self._db, row["queue_id"], row["id"])
        idle = [str(agent) for agent in agents]
        pacer.see([_facts(each, wait) for each in rows], idle, working, self._clock().timestamp())

    async def _answers(self, row: Row, running: Running, agents: list[Any]) -> list[Any]:
        """Find agents for those who answered; whoever waits too long hears the message."""
        waiting = await self._db.rows(sql.waiting_answers, campaign_id=row["id"])
        for each in waiting:
            waited = (self._clock() - each["answered_at"]).total_seconds()
            is_late = waited >= longest_wait(running.abandonment, self._attempts.wait_seconds)
            try:
                async with self._db.transaction() as tx:
                    await self._lease.fence(tx)
                    found = await self._attempts.lock(tx, each["id"])
                    if found is None or found["state"] != "answered" or found["is_waited_out"]:
                        continue
                    if not await self._attempts.connect(tx, found) and is_late:
                        await self._attempts.waited_out(tx, found)
                        running.abandoned += 1
            except MovedOn:
                continue
        return await self._outbound.granted(self._db, row["id"]) if waiting else agents

    async def _dial(
        self, row: Row, settings: CampaignSettings, running: Running, scene: Scene, agents: list[Any]
    ) -> tuple[int, str]:
        bucket = self._bucket(row, settings)
        wanted = min(
            running.pacer.decide(scene, self._clock().timestamp()), _AT_ONCE, settings.lines_most - scene.in_flight
        )
        if wanted <= 0:
            said = str(running.pacer.explain().get("why") or "")
            return 0, said or ("lines_used" if settings.lines_most <= scene.in_flight else "calls_in_flight")
        room = bucket.room(self._now())
        if room <= 0:
            return 0, "calls_per_second"
        allowance = await self._carrier.allowance(row["account_id"])
        if allowance.left <= 0:
            running.why, running.rest_until = f"cap_{allowance.cap}", self._now() + _PAUSE_SECONDS
            return 0, running.why
        claimed = await self._claim(row, running, settings, min(wanted, room, allowance.left), agents)
        if not claimed:
            return 0, await self._nobody(row, running)
        if row["mode"] != "preview":
            bucket.take(len(claimed))
        for each in claimed:
            self._tasks.start(f"place-{each.attempt_id}", self._place(row, running, each))
        return len(claimed), ""

    async def _claim(
        self, row: Row, running: Running, settings: CampaignSettings, most: int, agents: list[Any]
    ) -> list[Claimed]:
        if self._rules is None:
            return []
        claims, found = Claims(dict(row), settings, self._rules), list[Claimed]()
        for _ in range(_LOOKS):
            async with self._db.transaction() as tx:
                await self._lease.fence(tx)
                fresh = await store.lock_campaign(tx, row["id"])
                if fresh["state"] != "running":
                    break
                is_preview = row["mode"] == "preview"
                left = most - len(found)
                some, looked = await claims.take(tx, left, agents, self._clock(), is_preview=is_preview)
                if row["mode"] == "sms":
                    for each in some:
                        await self._carrier.write(tx, each.attempt_id)
            found += some
            running.lacks = claims.lacks if looked else running.lacks
            if looked < left or len(found) >= most:
                break
        return found

    async def _place(self, row: Row, running: Running, claimed: Claimed) -> None:
        """Show a preview, or ask the carrier; a text is in the outbox already."""
        if row["mode"] == "sms":
            return
        if row["mode"] == "preview":
            await self._preview(claimed)
            return
        # Somebody else may hold the room by now: what was not asked for here is looked up there.
        if not self._lease.is_held:
            return
        why = await self._carrier.place(claimed.attempt_id)
        if why:
            running.why, running.rest_until = why, self._now() + _PAUSE_SECONDS

    async def _preview(self, claimed: Claimed) -> None:
        async with self._db.transaction() as tx:
            await self._lease.fence(tx)
            row = await self._attempts.lock(tx, claimed.attempt_id)
            if row is None or row["state"] != "preview" or row["interaction_id"] is not None:
                return
            agent_id = await self._attempts.hand(tx, row, wanted=claimed.agent_id)
            if agent_id is None:
                await self._attempts.over(tx, row, "withdrawn", self._clock())
            else:
                await store.save(tx, row, interaction_id=row["id"], agent_id=agent_id)

    def _bucket(self, row: Row, settings: CampaignSettings) -> Bucket:
        """Return the bucket of the account: campaigns that share one share its rate, the slowest of theirs."""
        found = self._buckets.get(row["account_id"])
        if found is None:
            found = self._buckets[row["account_id"]] = Bucket(settings.calls_per_second, self._now())
        found.per_second = min(found.per_second, settings.calls_per_second)
        return found

    async def _nobody(self, row: Row, running: Running) -> str:
        """Return why nobody was claimed: all are done, or wait for their time."""
        due = await self._db.value(sql.next_due, campaign_id=row["id"])
        if due is not None and due > self._clock():
            return running.lacks or "hours"
        if due is not None:
            return "no_contacts_now"
        async with self._db.transaction() as tx:
            if await tx.value(sql.finish_campaign, id=row["id"]) is not None:
                tx.emit(CampaignSaved(campaign_id=row["id"], name=row["name"], state="done"))
        return "no_contacts"

    async def _ask_for_agents(self, row: Row, settings: CampaignSettings, wanted: int) -> None:
        ask = OutboundAsk(
            id=row["id"],
            queue_id=row["queue_id"],
            inbound_queue_id=settings.inbound_queue_id,
            spare=settings.spare,
            wanted=wanted,
        )
        async with self._db.transaction() as tx:
            await self._outbound.ask(tx, ask)
            if wanted < _WANTED_MOST:
                too_many = (await self._outbound.granted(tx, row["id"]))[wanted:]
                await self._outbound.give_back(tx, row["id"], too_many)

    async def _note(self, row: Row, running: Running, why: str) -> None:
        is_due = self._now() - running.noted_at >= _NOTE_SECONDS
        if why == row["idle_why"] and not is_due:
            return
        pace = None
        if is_due:
            running.noted_at = self._now()
            pace = {"explain": running.pacer.explain(), "known": running.pacer.snapshot()}
        await self._db.run(sql.note_campaign, id=row["id"], why=why[:200], pace=pace)


def _facts(row: Row, wait_seconds: float) -> CallFacts:
    def seconds(name: str) -> float | None:
        return None if row[name] is None else float(row[name].timestamp())

    answered_at = seconds("answered_at")
    is_out = row["is_waited_out"] and answered_at is not None
    return CallFacts(
        id=str(row["id"]),
        asked_at=row["asked_at"].timestamp(),
        is_taken=row["call_id"] is not None,
        ringing_at=seconds("ringing_at"),
        answered_at=answered_at,
        connected_at=seconds("connected_at"),
        agent=None if row["agent_id"] is None else str(row["agent_id"]),
        waited_out_at=(answered_at or 0.0) + wait_seconds if is_out else None,
        ended_at=seconds("ended_at"),
        outcome=row["outcome"],
    )
