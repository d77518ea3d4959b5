"""Claims: whom a campaign contacts next. Each number is judged now, and only then is there an attempt at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from consents import service as consents
from core.ids import uuid7
from dialer import store
from dialer.compliance.judge import judge
from dialer.compliance.model import MARKETING, Facts, Past, Preset, Verdict
from dialer.compliance.zones import place_of
from dialer.model import CampaignSettings, medium_of
from dialer.outcomes import NEVER_RANG, ended
from dialer.store import sql
from storage.database import Database, Row, Tx

# Every preset looks back less far; a refusal is remembered for ever.
_LOOK_BACK = timedelta(days=400)
_LACKING = frozenset({"caller_id", "sender"})
_NUMBER_BUSY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds here: presets, and zones by postal code."""

    presets: tuple[Preset, ...]
    postal: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    contact: Row
    number: str
    place: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Claimed:
    attempt_id: UUID
    number: str
    agent_id: UUID | None


class Claims:
    def __init__(self, campaign: Mapping[str, Any], settings: CampaignSettings, rules: Rules) -> None:
        self._campaign, self._settings, self._rules = campaign, settings, rules
        self._medium = medium_of(campaign["mode"])
        # What the account lacks, as far as somebody was not contacted for that.
        self.lacks = ""

    async def take(
        self, tx: Tx, most: int, agents: Collection[UUID], now: datetime, *, is_preview: bool = False
    ) -> tuple[list[Claimed], int]:
        """Claim contacts that may be contacted now; returns them, and how many were looked at."""
        rows = await tx.rows(
            sql.due_contacts,
            campaign_id=self._campaign["id"],
            now=now,
            agents=list(agents),
            filters=[each.model_dump() for each in self._settings.filters],
            most=most,
        )
        if not rows:
            return [], 0
        candidates = await self._judged(tx, rows, now)
        await self._pass_over(tx, rows, candidates, now)
        allowed = [each for each in candidates if each.verdict.is_allowed]
        return await self._begin(tx, allowed, list(agents), now, is_preview=is_preview), len(rows)

    async def judge_one(self, tx: Tx, contact: Row, attempt: Row, now: datetime) -> Verdict:
        """Judge an attempt that has reached nobody yet once more; of what was tried it is none itself."""
        return (await self._verdicts(tx, [(contact, attempt["number"])], now, but=attempt["id"]))[0]

    async def _judged(self, tx: Tx, rows: Sequence[Row], now: datetime) -> list[Candidate]:
        numbers: dict[UUID, list[tuple[int, str]]] = {}
        for row in await tx.rows(sql.numbers_of, contacts=[row["id"] for row in rows]):
            numbers.setdefault(row["contact_id"], []).append((row["place"], row["number"]))
        chosen = []
        for row in rows:
            own = numbers.get(row["id"], [])
            found = next((each for each in own if each[0] >= row["place"]), own[0] if own else None)
            if found is not None:
                chosen.append((row, found))
        verdicts = await self._verdicts(tx, [(row, number) for row, (_, number) in chosen], now)
        return [
            Candidate(row, number, place, verdict)
            for (row, (place, number)), verdict in zip(chosen, verdicts, strict=True)
        ]

    async def _verdicts(
        self, tx: Tx, asked: Sequence[tuple[Row, str]], now: datetime, *, but: UUID | None = None
    ) -> list[Verdict]:
        numbers = [number for _, number in asked]
        refused = await consents.opted_out(tx, numbers, self._campaign["account_id"])
        agreed = await consents.agreed(tx, numbers, now)
        past: dict[str, list[Past]] = {}
        for row in await tx.rows(sql.history_of, numbers=numbers, since=now - _LOOK_BACK, but=but):
            if row["outcome"] not in NEVER_RANG:
                what = ended(row["outcome"] or "no_answer", is_refusal=row["is_refusal"])
                past.setdefault(row["number"], []).append(Past(row["created_at"], what, row["campaign_id"]))
        callers = await store.callers(tx, self._campaign["account_id"])
        kind = self._campaign["kind"]
        purpose = "marketing" if kind in MARKETING else "service"
        return [
            judge(
                Facts(
                    place=place_of(number, contact["zone"], contact["postal"], self._rules.postal),
                    kind=kind,
                    medium=self._medium,
                    at=now,
                    campaign_id=self._campaign["id"],
                    past=tuple(past.get(number, ())),
                    is_opted_out=number in refused,
                    has_consent=bool({purpose, "marketing"} & agreed.get(number, set())),
                    own=self._settings.hours,
                    own_frequency=self._settings.frequency,
                    number=number,
                    callers=callers,
                    own_caller=self._settings.caller_id,
                    is_local=self._settings.is_caller_local,
                ),
                self._presets(),
            )
            for contact, number in asked
        ]

    def _presets(self) -> tuple[Preset, ...]:
        """Return all rules; those that the campaign names hold whatever the country."""
        named = set(self._settings.presets)
        everywhere = {"countries": (), "kinds": (), "is_active": True}
        return tuple(each.model_copy(update=everywhere) if each.id in named else each for each in self._rules.presets)

    async def _pass_over(self, tx: Tx, rows: Sequence[Row], found: Sequence[Candidate], now: datetime) -> None:
        """Let wait who may not be contacted now, and end whom nothing will ever allow."""
        refused = [each for each in found if not each.verdict.is_allowed]
        self.lacks = next((word for each in refused if (word := _word(each.verdict.rule)) in _LACKING), "")
        later = [each for each in refused if each.verdict.until is not None]
        if later:
            await tx.run(
                sql.contacts_later,
                ids=[each.contact["id"] for each in later],
                ats=[each.verdict.until for each in later],
                places=[each.place for each in later],
            )
        never = {each.contact["id"]: _word(each.verdict.rule) for each in refused if each.verdict.until is None}
        known = {each.contact["id"] for each in found}
        never |= {row["id"]: "no_number" for row in rows if row["id"] not in known}
        if never:
            await tx.run(sql.contacts_over, ids=list(never), dispositions=list(never.values()), now=now)

    async def _begin(
        self, tx: Tx, allowed: Sequence[Candidate], agents: list[UUID], now: datetime, *, is_preview: bool
    ) -> list[Claimed]:
        free = [agent for agent in agents if agent not in {each.contact["owner_id"] for each in allowed}]
        asked = {
            uuid7(): (each, each.contact["owner_id"] or (free.pop(0) if is_preview and free else None))
            for each in allowed
        }
        if not asked:
            return []
        begun = await tx.rows(
            sql.insert_attempts,
            campaign_id=self._campaign["id"],
            medium=self._medium,
            state="preview" if is_preview else "asked",
            now=now,
            ids=list(asked),
            contacts=[each.contact["id"] for each, _ in asked.values()],
            numbers=[each.number for each, _ in asked.values()],
            places=[each.place for each, _ in asked.values()],
            verdicts=[each.verdict.model_dump_json() for each, _ in asked.values()],
            agents=[agent for _, agent in asked.values()],
        )
        live = {row["contact_id"] for row in begun}
        await tx.run(sql.contacts_live, ids=sorted(live))
        # Their number is being dialled for somebody else at this moment.
        busy = [each for each, _ in asked.values() if each.contact["id"] not in live]
        if busy:
            await tx.run(
                sql.contacts_later,
                ids=[each.contact["id"] for each in busy],
                ats=[now + _NUMBER_BUSY] * len(busy),
                places=[each.place for each in busy],
            )
        return [Claimed(row["id"], asked[row["id"]][0].number, asked[row["id"]][1]) for row in begun]


def _word(rule: str) -> str:
    """Return the disposition of who is never contacted: which kind of rule forbids it."""
    return rule.rpartition(".")[2]


async def rules(reader: Tx | Database) -> Rules:
    return Rules(await store.presets(reader), await store.postal_zones(reader))
