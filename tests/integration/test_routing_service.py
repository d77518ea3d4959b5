"""Offers on a real database: exactly one answer wins, nothing is lost, nothing is given twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from invariants import check_invariants
from outside import Outside

import channels
from agents.model import AgentProfile
from core.actor import SYSTEM
from core.clock import utc_now
from core.ids import StaffId
from routing.channels import channel_rules
from routing.router import Router
from storage.database import Database, adhoc
from storage.leases import Lease
from tests.live import CommandFailed, Live, eventually, live


async def chats(it: Live, count: int) -> list[Any]:
    visitors = [await it.visitor() for _ in range(count)]
    await asyncio.gather(*(visitor.send(f"hello {n}") for n, visitor in enumerate(visitors)))
    return visitors


async def test_an_offer_goes_only_to_who_has_the_skill(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        maya, sara = await it.agent("maya"), await it.agent("sara")
        await chats(it, 1)
        offer = await sara.offered("webchat")
        assert offer["queue_name"] == "Web chat"
        await asyncio.sleep(0.3)
        assert not maya.state["offers"], "maya has no level in chat"


async def test_accept_twice_is_accepted_once_and_nobody_else_may(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara, other_tab, maya = await it.agent("sara"), await it.agent("sara"), await it.agent("maya")
        await chats(it, 1)
        offer = await sara.offered()
        with pytest.raises(CommandFailed) as foreign:
            await maya.command("offer.accept", offer_id=offer["id"])
        assert foreign.value.status == 404
        answers = await asyncio.gather(
            *(tab.command("offer.accept", offer_id=offer["id"]) for tab in (sara, other_tab, sara, other_tab)),
            return_exceptions=True,
        )
        won = [answer for answer in answers if not isinstance(answer, Exception)]
        assert len(won) == 1
        assert all(lost.status == 409 for lost in answers if isinstance(lost, CommandFailed))
        await other_tab.until(lambda: other_tab.state["interactions"] and not other_tab.state["offers"])
        await check_invariants(db)


async def test_declined_work_goes_to_the_next_and_never_back(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara, omar = await it.agent("sara"), await it.agent("omar")
        await chats(it, 1)
        offer = await sara.until(lambda: sara.state["offers"] or omar.state["offers"])
        first, second = (sara, omar) if sara.state["offers"] else (omar, sara)
        await first.command("offer.decline", offer_id=offer[0]["id"], reason="busy")
        again = await second.offered()
        await second.command("offer.decline", offer_id=again["id"])
        await asyncio.sleep(0.5)
        assert not first.state["offers"]
        assert not second.state["offers"]
        assert await db.value(adhoc("select state from work")) == "queued"
        await check_invariants(db)


async def test_an_offer_that_nobody_answers_returns_with_its_place(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        await db.run(adhoc("update queue set offer_timeout_seconds = 1"))
        admin = await it.person("admin")
        _, queues = await admin.json("GET", "/api/queues")
        queue = next(q for q in queues["items"] if q["name"] == "Web chat")
        body = {name: value for name, value in queue.items() if name != "id"}
        assert (await admin.json("PUT", f"/api/queues/{queue['id']}", body))[0] == 200
        sara = await it.agent("sara")
        before = await db.value(adhoc("select now()"))
        await chats(it, 1)
        await sara.offered()
        await sara.until(lambda: not sara.state["offers"])
        first = await db.row(adhoc("select first_enqueued_at, state from work"))
        assert first is not None
        assert first["first_enqueued_at"] > before
        omar = await it.agent("omar")
        conversation = await omar.take_offer()
        waited = await db.value(adhoc("select first_enqueued_at from work"))
        assert waited == first["first_enqueued_at"], "nothing resets the place"
        assert conversation["interaction"]["agent_name"] == "عمر الحسن"
        await check_invariants(db)


async def test_the_second_miss_in_a_row_pauses_the_agent(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        await db.run(adhoc("update queue set offer_timeout_seconds = 1"))
        sara = await it.agent("sara")
        await asyncio.sleep(0.1)
        await sara.command("presence.set", state="not_ready", reason="reload")
        admin = await it.person("admin")
        _, queues = await admin.json("GET", "/api/queues")
        queue = next(q for q in queues["items"] if q["name"] == "Web chat")
        await admin.json("PUT", f"/api/queues/{queue['id']}", {n: v for n, v in queue.items() if n != "id"})
        await sara.command("presence.set", state="available")
        await chats(it, 2)
        await sara.until(lambda: sara.state["presence"]["reason"] == "missed", seconds=20)
        assert sara.state["presence"]["state"] == "not_ready"
        await sara.until(lambda: [n["kind"] for n in sara.state["notifications"]] == ["missed_offer", "missed_offer"])
        assert sara.state["unread_notifications"] == 2


async def test_twenty_chats_and_two_agents_lose_nothing_and_keep_capacity(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        agents = [await it.agent("sara"), await it.agent("omar")]
        await chats(it, 20)
        done: Counter[str] = Counter()

        async def work(agent: Any) -> None:
            while sum(done.values()) < 20:
                offers = list(agent.state["offers"])
                for offer in offers:
                    await agent.command("offer.accept", offer_id=offer["id"])
                    await agent.until(lambda offer=offer: agent.conversation(offer["interaction_id"]))
                    await agent.command("interaction.close", interaction_id=offer["interaction_id"])
                    done[offer["interaction_id"]] += 1
                await asyncio.sleep(0.01)

        async with asyncio.timeout(60):
            await asyncio.gather(*(work(agent) for agent in agents))
        assert len(done) == 20
        assert set(done.values()) == {1}
        await check_invariants(db)
        assert await db.value(adhoc("select count(*) from work where state <> 'done'")) == 0


async def test_only_one_router_leads_and_the_next_takes_over_without_loss(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        first = it.running.floor.router
        await eventually(lambda: asyncio.sleep(0, first.is_leading))
        second = Router(db, utc_now, it.running.floor.routing, channel_rules(channels.discover(), {}))
        second.start()
        await asyncio.sleep(0.5)
        assert first.is_leading
        assert not second.is_leading
        await first.stop()
        await eventually(lambda: asyncio.sleep(0, second.is_leading), seconds=8)
        await chats(it, 2)
        await sara.take_offer()
        await sara.take_offer()
        await check_invariants(db)
        await second.stop()


async def test_a_router_that_lost_its_lease_writes_nothing(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        await eventually(lambda: asyncio.sleep(0, it.running.floor.router.is_leading))
        thief = Lease(db, "router", ttl_seconds=30.0)
        await db.run(adhoc("update lease set renewed_at = 'epoch' where name = 'router'"))
        assert await thief.renew()
        await chats(it, 1)
        await asyncio.sleep(1.5)
        assert not sara.state["offers"], "the stale epoch offers nothing"
        assert await db.value(adhoc("select count(*) from offer")) == 0
        await thief.drop()
        await sara.offered(seconds=10)


async def test_whose_socket_is_gone_for_good_is_offline_and_the_offer_returns(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        await chats(it, 1)
        await sara.offered()
        await sara.close()

        async def waits() -> Any:
            # A last beat may be on its way when the socket closes.
            await db.run(adhoc("update agent set heartbeat_at = now() - interval '61 seconds'"))
            return await db.value(adhoc("select state = 'queued' from work"))

        await eventually(waits)
        # The offer comes back in a transaction of its own, a moment before.
        gone = "select count(*) = 1 from agent where state = 'offline' and reason = 'connection_lost'"
        await eventually(lambda: db.value(adhoc(gone)))
        omar = await it.agent("omar")
        await omar.take_offer()
        await check_invariants(db)


async def test_a_change_of_skills_counts_at_once(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        maya = await it.agent("maya")
        await chats(it, 1)
        await asyncio.sleep(0.5)
        assert not maya.state["offers"]
        staff_id = StaffId(UUID(maya.state["me"]["id"]))
        agent = await it.running.floor.agents.get(SYSTEM, staff_id)
        skill = next(skill.id for skill in await it.running.floor.agents.skills() if skill.name == "chat")
        profile = AgentProfile(version=agent.version, trust=3, skills={**agent.skills, skill: 4})
        await it.running.floor.agents.save_profile(SYSTEM, staff_id, profile)
        await maya.offered("webchat")


async def test_why_it_waits_and_why_it_came(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        await it.agent("maya")
        visitor = (await chats(it, 1))[0]
        admin = await it.person("admin")
        work_id = visitor.state["chat"]["interaction_id"] if visitor.state["chat"] else None
        work_id = work_id or (await visitor.until(lambda: visitor.state["chat"]))["interaction_id"]

        async def explained() -> Any:
            status, answer = await admin.json("GET", f"/api/work/{work_id}/explanation")
            return answer if status == 200 and answer["waiting"] else None

        answer = await eventually(explained)
        reasons = {each["agent_name"]: each["reason"] for each in answer["waiting"]}
        assert reasons["Maya Lind"] == "skill"
        sara = await it.agent("sara")
        await sara.take_offer()
        _, answer = await admin.json("GET", f"/api/work/{work_id}/explanation")
        assert answer["waiting"] == []
        assert answer["decisions"][0]["agent_name"] == "Sara Ahmadi"
        assert answer["decisions"][0]["rule"] == "reserve"


async def test_accepting_and_hearing_at_the_same_moment_do_not_wait_for_each_other(
    dsn: str, tmp_path: Path, db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        omar = await it.agent("omar")
        around = Outside(it)
        for number in range(12):
            phone = f"+98912000{number:04}"
            await around.text("first", phone)
            offer = await omar.offered("sms")
            hearing = asyncio.create_task(around.text("second", phone))
            answers = await asyncio.gather(
                omar.command("offer.accept", offer_id=offer["id"]),
                around.text("third", phone),
                return_exceptions=True,
            )
            await hearing
            assert not [answer for answer in answers if isinstance(answer, Exception)], answers
            await omar.until(lambda offer=offer: omar.conversation(offer["interaction_id"]))
            await omar.command("interaction.close", interaction_id=offer["interaction_id"])
        assert "Two changes met" not in caplog.text
        await around.http.close()
        await check_invariants(db)
