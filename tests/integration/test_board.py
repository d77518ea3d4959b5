"""The board on a running server: facts once, figures as they change, alarms raised and cleared once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from board import alarms
from board.alarms import Alarms
from board.facts import Facts
from board.service import Board
from core.clock import utc_now
from core.events import LoggedEvent
from core.settings import Role
from storage.database import Database, adhoc
from storage.database import sql as storage_sql
from storage.eventlog import LogReader
from storage.leases import LostLease
from tests.integration.house import branch, hire, made, query
from tests.live import AgentSocket, CommandFailed, Live, eventually, live

MIGRATIONS = Path(__file__).parents[2] / "storage" / "migrations"
UNITS = {"webchat": 30, "voice": 100}


class Watcher:
    """Somebody's board: the snapshot, and each change applied as docs/realtime.md says."""

    def __init__(self, socket: AgentSocket) -> None:
        self.socket = socket
        self.parts: dict[str, dict[str, Any]] = {}
        self.epoch, self.version = "", 0
        self.told: list[dict[str, Any]] = []
        socket.client.on("board", self._hear, namespace="/agent")

    async def open(self, **known: Any) -> dict[str, Any]:
        answer: dict[str, Any] = await self.socket.command("board.open", **known)
        if answer["snapshot"] is not None:
            self.parts, snapshot = {}, answer["snapshot"]
            self._put(snapshot)
        for change in answer["changes"] or []:
            self._put(change)
        return answer

    async def _hear(self, change: dict[str, Any]) -> None:
        if change["epoch"] == self.epoch:
            assert change["version"] == self.version + 1, "no change is missed"
            self.told.append(change)
            self._put(change)
            self.socket.changed.set()

    def _put(self, change: dict[str, Any]) -> None:
        self.epoch, self.version = change["epoch"], change["version"]
        for key in change.get("gone", []):
            self.parts.pop(key, None)
        for queue in change["queues"]:
            self.parts[f"queue:{queue['queue_id']}:{queue['channel']}"] = queue
        for kind in ("agent", "alarm"):
            self.parts |= {f"{kind}:{each['id']}": each for each in change[f"{kind}s"]}

    def queue(self, name: str = "Web chat", channel: str = "") -> dict[str, Any]:
        return next(p for p in self.parts.values() if (p.get("queue_name"), p.get("channel")) == (name, channel))

    def agent(self, name: str) -> dict[str, Any] | None:
        return next(
            (part for key, part in self.parts.items() if key.startswith("agent:") and part["name"] == name), None
        )

    @property
    def alarms(self) -> list[dict[str, Any]]:
        return [part for key, part in self.parts.items() if key.startswith("alarm:")]

    async def until(self, condition: Callable[[], Any]) -> Any:
        return await self.socket.until(condition)


async def watcher(it: Live, login: str = "nadia") -> Watcher:
    found = Watcher(await it.agent(login, available=False))
    await found.open()
    return found


async def all_facts(db: Database) -> list[Any]:
    return await db.rows(adhoc("select * from queue_contact order by id"))


async def test_a_chat_moves_through_the_figures_while_somebody_looks(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        board = await watcher(it)
        assert board.queue()["contacts_in_queue"] == 0
        sara = await it.agent("sara", available=False)
        visitor = await it.visitor()
        await visitor.send("hello")
        await board.until(lambda: board.queue()["contacts_in_queue"] == 1)
        waiting = board.queue(channel="webchat")
        assert waiting["oldest_contact_at"] is not None
        assert (waiting["agents_available"], waiting["today"]["contacts_queued"]) == (0, 1)
        await sara.command("presence.set", state="available")
        await board.until(lambda: board.queue()["agents_available"] == 1)
        assert board.queue()["slots_available"] >= 1
        work = await sara.take_offer()
        await board.until(lambda: (board.agent("Sara Ahmadi") or {}).get("activity") == "on_contact")
        await board.until(lambda: board.queue()["today"]["contacts_answered"] == 1)
        agent = board.agent("Sara Ahmadi")
        assert agent is not None
        assert [each["work_id"] for each in agent["contacts"]] == [work["interaction"]["id"]]
        assert (board.queue()["contacts_in_queue"], board.queue()["today"]["service_level"]) == (0, 100.0)
        await sara.command("interaction.close", interaction_id=work["interaction"]["id"])
        await board.until(lambda: board.queue()["today"]["contacts_handled"] == 1)
        await board.until(lambda: (board.agent("Sara Ahmadi") or {}).get("contacts_handled") == 1)
        fresh = await watcher(it)
        await board.until(lambda: board.version == fresh.version)
        assert board.parts == fresh.parts, "snapshot + changes = fresh snapshot"


async def test_who_comes_back_gets_what_changed_and_a_stranger_to_the_epoch_gets_all(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        stays, goes = await watcher(it), await watcher(it, "admin")
        await goes.socket.command("board.close")
        seen = goes.version
        await (await it.visitor()).send("hello")
        await stays.until(lambda: stays.queue()["contacts_in_queue"] == 1)
        assert goes.version == seen, "who closed it hears nothing"
        answer = await goes.open(epoch=goes.epoch, version=goes.version)
        assert answer["snapshot"] is None
        assert len(answer["changes"]) == stays.version - seen
        assert goes.parts == stays.parts
        assert (await goes.open(epoch="another node", version=seen))["snapshot"] is not None


async def test_nothing_is_computed_while_nobody_looks(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with live(dsn, tmp_path, roles=[Role.WEB, Role.ROUTER]) as it:
        refreshed = 0
        refresh = it.running.live.board.board.refresh

        async def counted() -> None:
            nonlocal refreshed
            refreshed += 1
            await refresh()

        monkeypatch.setattr(it.running.live.board.board, "refresh", counted)
        await asyncio.sleep(1.2)
        assert refreshed == 0
        board = await watcher(it)
        await eventually(lambda: asyncio.sleep(0, refreshed > 1))
        await board.socket.command("board.close")
        await eventually(lambda: asyncio.sleep(0, not it.running.live.board.live.is_watched()))


async def test_a_supervisor_of_a_branch_sees_its_figures_and_nobody_elses(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        tehran, riyadh = await branch(admin, "Tehran"), await branch(admin, "Riyadh")
        queue = await made(admin, "/api/queues", {"name": "Tehran only", "branch_id": tehran})
        await hire(it, ["work.take"], riyadh, admin)
        here = await hire(it, ["work.supervise"], tehran, admin)
        there = await hire(it, ["work.supervise"], riyadh, admin)
        await made(admin, "/api/alarm-rules", {"queue_id": queue["id"], "metric": "contacts_in_queue", "threshold": 3})
        for person, sees in ((here, True), (there, False)):
            _, found = await person.json("GET", "/api/board")
            assert ("Tehran only" in {each["queue_name"] for each in found["queues"]}) is sees
            assert {each["branch_id"] for each in found["agents"]} <= {None, tehran if sees else riyadh}
            _, rules = await person.json("GET", "/api/alarm-rules")
            assert len(rules["items"]) == int(sees)
        clerk = await it.agent("sara", available=False)
        with pytest.raises(CommandFailed) as refused:
            await clerk.command("board.open")
        assert refused.value.status == 403


async def test_who_supervises_no_longer_hears_no_more(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        person = await hire(it, ["work.supervise", "agent.manage"], None, admin)
        board = Watcher(await person.console(available=False))
        await board.open()
        change = {"version": 1, "name": person.me["login"], "permissions": ["agent.manage"]}
        assert (await admin.json("PUT", f"/api/roles/{person.me['role_id']}", change))[0] == 200
        await eventually(lambda: asyncio.sleep(0, not it.running.live.board.live.is_watched()))
        with pytest.raises(CommandFailed):
            await board.open()
        await board.socket.close()


async def test_facts_are_written_once_whoever_reads_the_log_again(dsn: str, db: Database, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        await (await it.visitor()).send("hello")
        work = await sara.take_offer()
        await sara.command("interaction.close", interaction_id=work["interaction"]["id"])
        await eventually(lambda: db.value(adhoc("select count(*) = 1 from queue_contact where phase = 'over'")))
    before = await all_facts(db)
    events = []
    reader = LogReader(db)
    while found := await reader.poll():
        events += found
    reader.close()
    facts = Facts(db)
    await db.run(adhoc("update lease set renewed_at = 'epoch' where name = 'board'"))
    assert await facts.lease.renew()
    await db.run(adhoc("truncate queue_contact, agent_interval"))
    await db.run(adhoc("delete from consumer where name = 'board'"))
    for start in range(0, len(events), 7):
        await facts.keep_all(events[start : start + 7])
    apart = {"seq"}
    again = await all_facts(db)
    assert [{k: v for k, v in dict(row).items() if k not in apart} for row in again] == [
        {k: v for k, v in dict(row).items() if k not in apart} for row in before
    ], "made anew from the log they are the same"
    assert await db.value(storage_sql.read_cursor, name="board") >= max(row["seq"] for row in again)
    thief = Facts(db)
    await db.run(adhoc("update lease set renewed_at = 'epoch' where name = 'board'"))
    assert await thief.lease.renew()
    with pytest.raises(LostLease):
        await facts.keep_all(events)


async def test_an_event_that_cannot_be_counted_stops_no_other(dsn: str, db: Database, tmp_path: Path) -> None:
    async with live(dsn, tmp_path, roles=[Role.WEB]) as it:
        _, queues = await (await it.person("admin")).json("GET", "/api/queues")
    told = {"work_id": str(UUID(int=1)), "state": "queued", "cause": "enqueued", "channel": "webchat", "agent_id": None}
    whole = told | {"queue_id": queues["items"][0]["id"]}
    nobody = whole | {"state": "assigned", "cause": "answered", "agent_id": str(UUID(int=9))}
    said = [whole, told, nobody, whole | {"work_id": str(UUID(int=2))}]
    events = [
        LoggedEvent(10_000 + number, utc_now(), "work.changed", "system", "", (), json.dumps(data))
        for number, data in enumerate(said)
    ]
    facts = Facts(db)
    assert await facts.lease.renew()
    await facts.keep_all(events)
    assert [row["phase"] for row in await all_facts(db)] == ["waiting", "waiting"]
    assert await db.value(storage_sql.read_cursor, name="board") == events[-1].seq


async def test_an_alarm_is_raised_once_told_and_cleared(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "_EVERY_SECONDS", 0.2)
    async with live(dsn, tmp_path) as it:
        nadia, board = await it.person("nadia"), await watcher(it)
        _, queues = await nadia.json("GET", "/api/queues")
        chat = next(each for each in queues["items"] if each["name"] == "Web chat")
        rule = {"queue_id": chat["id"], "metric": "contacts_in_queue", "threshold": 2, "for_seconds": 0}
        await made(nadia, "/api/alarm-rules", rule)
        visitors = [await it.visitor() for _ in range(2)]
        for visitor in visitors:
            await visitor.send("anybody there?")
        await board.until(lambda: board.alarms)
        [alarm] = board.alarms
        assert (alarm["queue_name"], alarm["metric"], alarm["value"], alarm["cleared_at"]) == (
            "Web chat",
            "contacts_in_queue",
            2,
            None,
        )
        await board.until(lambda: [n["kind"] for n in board.socket.state["notifications"]] == ["queue_alarm"])
        [told] = board.socket.state["notifications"]
        assert (told["title"], told["link"]) == ("Web chat", ["board", chat["id"]])
        assert REGISTRY.get_sample_value("markaz_queue_contacts", {"queue": "Web chat"}) == 2
        await visitors[0].command("chat.end")
        await board.until(lambda: not board.alarms)
        _, past = await nadia.json("GET", "/api/alarms")
        assert [(each["id"], each["cleared_at"] is not None) for each in past["items"]] == [(alarm["id"], True)]
        assert board.queue()["today"]["contacts_abandoned"] == 1


async def test_of_two_evaluators_one_raises(dsn: str, db: Database, tmp_path: Path) -> None:
    async with live(dsn, tmp_path, roles=[Role.WEB]) as it:
        admin = await it.person("admin")
        _, queues = await admin.json("GET", "/api/queues")
        rule = {"queue_id": queues["items"][0]["id"], "metric": "agents_available", "threshold": 1, "for_seconds": 0}
        await made(admin, "/api/alarm-rules", rule)
        one, other = Facts(db), Facts(db)
        notices = it.running.floor.notices
        first, second = (Alarms(db, utc_now, Board(db, utc_now, UNITS), each.lease, notices) for each in (one, other))
        assert await one.lease.renew()
        await first.look()
        await first.look()
        await db.run(adhoc("update lease set renewed_at = 'epoch' where name = 'board'"))
        assert await other.lease.renew()
        await second.look()
        assert await db.value(adhoc("select count(*) from alarm")) == 1
        await db.run(adhoc("delete from alarm_rule"))
        with pytest.raises(LostLease):
            await first.look()
        await second.look()
        assert await db.value(adhoc("select count(*) from alarm where cleared_at is not null")) == 1


async def test_yesterday_is_not_today_but_what_still_waits_is(dsn: str, db: Database, tmp_path: Path) -> None:
    async with live(dsn, tmp_path, roles=[Role.WEB, Role.JOBS]) as it:
        visitors = [await it.visitor() for _ in range(2)]
        for visitor in visitors:
            await visitor.send("hello")
        await eventually(lambda: db.value(adhoc("select count(*) = 2 from queue_contact")))
        await query(it, "update queue_contact set enqueued_at = enqueued_at - interval '2 days'")
        board = Board(db, utc_now, UNITS)
        await board.refresh()
        chat = next(each for each in board.totals().values() if each.queue_name == "Web chat")
        assert (chat.contacts_in_queue, chat.contacts_waiting_at_start, chat.today.contacts_queued) == (2, 2, 0)
        assert chat.oldest_contact_at is not None
        assert utc_now() - chat.oldest_contact_at > timedelta(days=1)
        await visitors[0].command("chat.end")
        await eventually(lambda: db.value(adhoc("select count(*) = 1 from queue_contact where phase = 'over'")))
        await board.refresh()
        chat = board.totals()[chat.queue_id]
        assert (chat.contacts_in_queue, chat.contacts_waiting_at_start, chat.today.contacts_abandoned) == (1, 2, 1)


async def test_an_upgrade_goes_on_with_what_is_under_way(dsn: str, db: Database, tmp_path: Path) -> None:
    async with live(dsn, tmp_path, roles=[Role.WEB, Role.ROUTER]) as it:
        sara = await it.agent("sara")
        for text in ("in work", "waits longest", "waits"):
            await (await it.visitor()).send(text)
            if text == "in work":
                await sara.take_offer()
                await sara.command("presence.set", state="not_ready")
    await db.run(adhoc("truncate queue_contact, agent_interval"))
    await db.run(adhoc("delete from consumer where name = 'board'"))
    script = (MIGRATIONS / "0016_board.sql").read_text().partition("-- What is under way")[2]
    async with db.transaction() as tx:
        await tx.script(f"-- {script}")
    board = Board(db, utc_now, UNITS)
    await board.refresh()
    chat = next(each for each in board.totals().values() if each.queue_name == "Web chat")
    assert (chat.contacts_in_queue, chat.slots_active, chat.today.contacts_queued) == (2, 1, 3)
    assert chat.oldest_contact_at == await db.value(
        adhoc("select min(first_enqueued_at) from work where agent_id is null")
    )
    last = await db.value(adhoc("select max(seq) from event_log"))
    assert await db.value(storage_sql.read_cursor, name="board") == last


async def test_an_agent_learns_why_the_own_work_came_and_nothing_of_others(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.person("sara")
        console = await sara.console()
        await (await it.visitor()).send("hello")
        work = await console.take_offer()
        path = f"/api/work/{work['interaction']['id']}/own-decisions"
        status, found = await sara.json("GET", path)
        assert status == 200
        [decision] = found["items"]
        assert (decision["state"], decision["rule"], decision["considered"]) == ("accepted", "reserve", 1)
        assert set(decision) == {"offer_id", "state", "made_at", "closed_at", "rule", "considered"}
        omar = await it.person("omar")
        assert (await omar.json("GET", path))[0] == 404
        assert (await omar.json("GET", f"/api/work/{UUID(int=1)}/own-decisions"))[0] == 404
        await console.close()
