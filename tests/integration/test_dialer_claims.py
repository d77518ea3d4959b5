"""Claims on real rows: whom a campaign contacts next, and whom it passes over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.clock import utc_now
from dialer.compliance.presets import shipped
from dialer.model import CampaignSettings, Filter
from dialer.room.claims import Claims, Rules
from storage.database import Database, adhoc
from storage.queries import parse

NOON = datetime(2026, 1, 15, 9, tzinfo=UTC)
AMMAN = [f"+96279000000{place}" for place in range(10)]


async def run(db: Database, statement: str, **values: Any) -> None:
    async with db.transaction() as tx:
        await tx.run(parse("of_a_test", statement), **values)


class Stage:
    """A campaign with a list, written straight into the rows."""

    def __init__(self, db: Database, *, kind: str = "research", **settings: Any) -> None:
        self.db, self.kind = db, kind
        self.settings = CampaignSettings(**({"frequency": []} | settings))
        self.id, self.list_id = uuid4(), uuid4()
        self.rules = Rules(shipped(), {})

    async def set_up(self) -> Stage:
        queue, account = UUID(int=1), UUID(int=2)
        await run(self.db, "insert into queue (id, name) values (:id::uuid, 'Q') on conflict do nothing", id=queue)
        await run(
            self.db,
            "insert into channel_account (id, kind, name, queue_id, settings) "
            "values (:id::uuid, 'voice', 'V', :queue::uuid, :settings::jsonb) on conflict do nothing",
            id=account, queue=queue, settings={"number": "+96265000000", "caller_ids": {"+971": "+97145000000"}},
        )  # fmt: skip
        await run(
            self.db,
            "insert into campaign (id, name, kind, mode, state, queue_id, account_id, settings, created_by, "
            "created_at) values (:id::uuid, (:id::uuid)::text, :kind::text, 'progressive', 'running', :queue::uuid, "
            ":account::uuid, '{}', 't', now())",
            id=self.id, kind=self.kind, queue=queue, account=account,
        )  # fmt: skip
        await run(
            self.db,
            "insert into contact_list (id, name, campaign_id, state, source, settings, created_by, created_at) "
            "values (:id::uuid, 'L', :campaign::uuid, 'ready', 't', '{}', 't', now())",
            id=self.list_id, campaign=self.id,
        )  # fmt: skip
        return self

    async def contact(self, place: int, *numbers: str, **more: Any) -> UUID:
        known: dict[str, Any] = {"zone": "", "fields": {}, "priority": 0, "next_at": NOON - timedelta(days=1)} | more
        contact_id = uuid4()
        await run(
            self.db,
            "insert into contact (id, list_id, position, rank, zone, fields, priority, next_at) values (:id::uuid, "
            ":list_id::uuid, :place::int, :place, :zone::text, :fields::jsonb, :priority::int, :next_at::timestamptz)",
            id=contact_id, list_id=self.list_id, place=place, **known,
        )  # fmt: skip
        for rank, number in enumerate(numbers):
            await run(
                self.db,
                "insert into contact_number values (:id::uuid, :rank::int, :number::text, :list_id::uuid)",
                id=contact_id, rank=rank, number=number, list_id=self.list_id,
            )  # fmt: skip
        return contact_id

    async def claim(self, most: int = 10, now: datetime = NOON) -> list[str]:
        """Return the numbers that are claimed, in no order."""
        async with self.db.transaction() as tx:
            campaign = {"id": self.id, "mode": "progressive", "kind": self.kind, "account_id": UUID(int=2)}
            found, _ = await Claims(campaign, self.settings, self.rules).take(tx, most, [], now)
        return sorted(each.number for each in found)

    async def over(self, outcome: str = "no_answer") -> None:
        """End everything that is under way, and let all wait again."""
        await run(
            self.db,
            "update dial_attempt set state = 'over', outcome = :outcome::text, ended_at = now(), is_settled = true "
            "where campaign_id = :id::uuid and ended_at is null",
            outcome=outcome, id=self.id,
        )  # fmt: skip
        await run(
            self.db, "update contact set state = 'ready' where list_id = :id::uuid and state = 'live'", id=self.list_id
        )

    async def contacts(self) -> dict[UUID, Any]:
        rows = await self.db.rows(
            parse("of_a_test", "select * from contact where list_id = :id::uuid"), id=self.list_id
        )
        return {row["id"]: row for row in rows}


async def test_the_most_urgent_comes_first_and_each_contact_has_one_live_attempt(db: Database) -> None:
    stage = await Stage(db).set_up()
    for place in range(3):
        await stage.contact(place, AMMAN[place])
    await stage.contact(3, AMMAN[3], priority=1)
    assert await stage.claim(2) == [AMMAN[0], AMMAN[3]]
    assert await stage.claim(10) == [AMMAN[1], AMMAN[2]]
    assert await stage.claim(10) == []


async def test_a_number_is_dialled_for_one_campaign_at_a_time_and_the_caps_count_over_all(db: Database) -> None:
    one, two = await Stage(db).set_up(), await Stage(db, frequency=[{"most": 1, "hours": 24}]).set_up()
    await one.contact(0, AMMAN[0])
    mine = await two.contact(0, AMMAN[0])
    assert await one.claim() == [AMMAN[0]]
    assert await two.claim() == [], "it rings for the other campaign"
    waits = (await two.contacts())[mine]
    assert waits["state"] == "ready"
    await one.over()
    await run(db, "update dial_attempt set created_at = :at::timestamptz", at=NOON)
    later = NOON + timedelta(hours=2)
    assert await two.claim(now=later) == []
    assert (await two.contacts())[mine]["next_at"] == NOON + timedelta(hours=24)
    assert await two.claim(now=NOON + timedelta(hours=25)) == [AMMAN[0]]


async def test_who_is_out_of_hours_waits_for_the_window_and_who_opted_out_is_over(db: Database) -> None:
    stage = await Stage(db).set_up()
    asleep = await stage.contact(0, "+12125550123", zone="America/New_York")
    gone = await stage.contact(1, AMMAN[1])
    lost = await stage.contact(2)
    await run(
        db,
        "insert into opt_out (number, reason, added_by, added_at) values (:number::text, 'asked', 't', now())",
        number=AMMAN[1],
    )
    assert await stage.claim() == []
    found = await stage.contacts()
    assert found[asleep]["next_at"] == datetime(2026, 1, 15, 13, tzinfo=UTC)
    assert (found[gone]["disposition"], found[lost]["disposition"]) == ("opted_out", "no_number")
    assert await stage.claim(now=datetime(2026, 1, 15, 13, tzinfo=UTC)) == ["+12125550123"]


async def test_marketing_waits_for_consent_and_a_refusal_lasts(db: Database) -> None:
    stage = await Stage(db, kind="telesales").set_up()
    german, emirati = "+493012345678", "+971501234567"
    first, second = await stage.contact(0, german), await stage.contact(1, emirati)
    await run(
        db,
        "insert into consent (id, number, purpose, given_at, source, recorded_by, recorded_at) "
        "values (gen_random_uuid(), :number::text, 'marketing', :at::timestamptz, 'form', 't', now())",
        number=german,
        at=NOON - timedelta(days=1),
    )
    assert await stage.claim() == [german, emirati]
    shown = await stage.db.rows(adhoc("select number, verdict ->> 'caller_id' as shown from dial_attempt"))
    assert {row["number"]: row["shown"] for row in shown} == {german: "+96265000000", emirati: "+97145000000"}
    await stage.over("talked")
    await run(db, "update dial_attempt set is_refusal = true, created_at = :at::timestamptz", at=NOON)
    await run(db, "update consent set revoked_at = now()")
    assert await stage.claim(now=NOON + timedelta(days=30)) == []
    found = await stage.contacts()
    assert found[first]["disposition"] == "consent"
    assert found[second]["next_at"] > utc_now() + timedelta(days=365 * 50), "never after a refusal"


async def test_the_next_number_of_a_contact_is_taken_and_dead_ones_are_left_out(db: Database) -> None:
    stage = await Stage(db).set_up()
    contact_id = await stage.contact(0, AMMAN[0], AMMAN[1], AMMAN[2])
    await run(db, "update contact set place = 1 where id = :id::uuid", id=contact_id)
    await run(db, "update contact_number set is_dead = true where place = 1")
    assert await stage.claim() == [AMMAN[2]]


@pytest.mark.parametrize(("values", "claimed"), [(["Amman"], 1), (["Irbid", "Amman"], 2), (["Aqaba"], 0)])
async def test_a_filter_leaves_only_whom_it_names(db: Database, values: list[str], claimed: int) -> None:
    stage = await Stage(db, filters=[Filter(field="city", values=values)]).set_up()
    for place, city in enumerate(["Amman", "Irbid", ""]):
        await stage.contact(place, AMMAN[place], fields={"city": city} if city else {})
    assert len(await stage.claim()) == claimed
