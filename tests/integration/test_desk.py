"""The agent's desk: drafts over devices, watching, whispering, joining, taking over, snoozing."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from house import branch, hire, query
from invariants import check_invariants

from storage.database import Database, adhoc
from tests.live import AgentSocket, CommandFailed, Live, VisitorSocket, eventually, live

SUPERVISOR = ["interaction.read", "interaction.reply", "work.take", "work.supervise"]


async def talk(it: Live, login: str = "sara") -> tuple[AgentSocket, VisitorSocket, str]:
    """Let an agent have a chat with a visitor."""
    agent, visitor = await it.agent(login), await it.visitor()
    await visitor.send("hello")
    work = await agent.take_offer()
    return agent, visitor, work["interaction"]["id"]


async def supervisors(it: Live, count: int) -> list[AgentSocket]:
    people = [await hire(it, SUPERVISOR) for _ in range(count)]
    return [await person.console(available=False) for person in people]


async def close(sockets: list[AgentSocket]) -> None:
    for socket in sockets:
        await socket.close()


def later(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


async def refused(socket: Any, name: str, **payload: Any) -> int:
    with pytest.raises(CommandFailed) as failed:
        await socket.command(name, **payload)
    return failed.value.status


# --- drafts


async def test_a_draft_is_on_every_device_and_gone_once_it_is_sent(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        desk, _, at = await talk(it)
        phone = await it.agent("sara")
        await desk.command("draft.save", interaction_id=at, kind="reply", text="I look", client_id="desk")
        await phone.until(lambda: phone.state["drafts"])
        assert phone.state["drafts"][0] | {"at": ""} == {
            "interaction_id": at, "kind": "reply", "text": "I look", "html": None, "attachments": [],
            "recipients": None, "subject": None, "forwards": None, "client_id": "desk", "at": "",
        }  # fmt: skip
        fresh_device = await it.agent("sara")
        assert fresh_device.state["drafts"] == phone.state["drafts"], "snapshot + events = fresh snapshot"
        omar = await it.agent("omar")
        assert omar.state["drafts"] == []
        await desk.reply(at, "I look")
        await phone.until(lambda: not phone.state["drafts"])
        assert (await it.agent("sara")).state["drafts"] == []


async def test_what_was_written_since_outlives_the_sending(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        desk, _, at = await talk(it)
        await desk.command("draft.save", interaction_id=at, kind="reply", text="and another thing", client_id="desk")
        await desk.reply(at, "first thing")
        await desk.sync()
        assert [each["text"] for each in desk.state["drafts"]] == ["and another thing"]
        await desk.command("interaction.close", interaction_id=at)
        await desk.until(lambda: not desk.state["drafts"])
        await desk.command("draft.save", interaction_id=at, kind="reply", text="too late", client_id="desk")
        await desk.sync()
        assert desk.state["drafts"] == []


async def test_a_draft_takes_only_own_files_that_were_not_sent(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        desk, _, at = await talk(it)
        status = await refused(
            desk, "draft.save", interaction_id=at, kind="reply", attachments=[str(uuid.uuid4())], client_id="desk"
        )
        assert status == 422


# --- watching and stepping in


async def test_whoever_watches_knows_exactly_what_the_owner_knows(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, visitor, at = await talk(it)
        nadia = await it.agent("nadia", available=False)
        saying = asyncio.gather(*(visitor.send(f"line {n}") for n in range(30)))
        watched = await nadia.command("interaction.watch", interaction_id=at)
        await saying
        await sara.until(lambda: sara.conversation(at)["messages"][-1]["text"].startswith("line"))
        await visitor.send("the last")
        mark = await sara.until(
            lambda: next((m for m in sara.conversation(at)["messages"] if m["text"] == "the last"), None)
        )
        await nadia.until(lambda: any(e["data"].get("message", {}).get("id") == mark["id"] for e in nadia.events))
        state = {"interactions": [{"interaction": watched["interaction"], "messages": watched["messages"]}]}
        for event in [*watched["events"], *nadia.events]:
            if event["type"] == "message.put":
                _apply_message(state, event["data"])
        assert [m["id"] for m in state["interactions"][0]["messages"]] == [
            m["id"] for m in sara.conversation(at)["messages"]
        ]
        await nadia.command("interaction.unwatch", interaction_id=at)
        heard = len(nadia.events)
        await visitor.send("unheard")
        await sara.until(lambda: sara.conversation(at)["messages"][-1]["text"] == "unheard")
        assert len(nadia.events) == heard


def _apply_message(state: dict[str, Any], data: dict[str, Any]) -> None:
    known = state["interactions"][0]
    others = [m for m in known["messages"] if m["seq"] != data["message"]["seq"]]
    known["messages"] = sorted([*others, data["message"]], key=lambda m: m["seq"])[-50:]


async def test_a_conversation_of_another_branch_cannot_be_watched_looked_at_or_taken(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        _, _, at = await talk(it)
        admin = await it.person("admin")
        own, other = await branch(admin, "own"), await branch(admin, "other")
        await query(it, "update interaction set branch_id = $1 where id = $2", uuid.UUID(other), uuid.UUID(at))
        stranger = await (await hire(it, SUPERVISOR, branch_id=own)).console(available=False)
        for name in ("interaction.watch", "interaction.look", "interaction.take"):
            assert await refused(stranger, name, interaction_id=at) == 404
        await stranger.close()


async def test_rights_that_end_end_the_watching_too(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, visitor, at = await talk(it)
        person = await hire(it, SUPERVISOR)
        socket = await person.console(available=False)
        await socket.command("interaction.watch", interaction_id=at)
        admin = await it.person("admin")
        role = next(r for r in (await admin.json("GET", "/api/roles"))[1]["items"] if r["id"] == person.me["role_id"])
        change = {"name": role["name"], "permissions": ["work.take"], "version": role["version"]}
        status, _ = await admin.json("PUT", f"/api/roles/{role['id']}", change)
        assert status == 200
        await socket.until(lambda: any(event["type"] == "me.changed" for event in socket.events))
        await asyncio.sleep(0.3)
        await visitor.send("a secret")
        await sara.until(lambda: sara.conversation(at)["messages"][-1]["text"] == "a secret")
        await asyncio.sleep(0.2)
        assert "a secret" not in str(socket.events)
        await socket.close()


async def test_of_ten_who_take_over_at_once_one_wins(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara, _, at = await talk(it)
        ten = await supervisors(it, 10)
        owner = sara.state["me"]["id"]
        answers = await asyncio.gather(
            *(each.command("interaction.take", interaction_id=at, has=owner) for each in ten), return_exceptions=True
        )
        won = [each for each, answer in zip(ten, answers, strict=True) if not isinstance(answer, Exception)]
        assert len(won) == 1
        assert {each.status for each in answers if isinstance(each, CommandFailed)} == {409}
        await sara.until(lambda: sara.conversation(at) is None)
        taken = await won[0].until(lambda: won[0].conversation(at))
        assert [m["event"] for m in taken["messages"]][-1] == "taken"
        assert await db.value(adhoc("select count(*) from message where event = 'taken'")) == 1
        await check_invariants(db)
        await close(ten)


async def test_two_who_take_from_each_other_do_not_wait_for_each_other(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        one, two = await supervisors(it, 2)
        chats = [(await it.visitor()) for _ in range(2)]
        for visitor in chats:
            await visitor.send("hello")
        ids = [str(row["id"]) for row in await query(it, "select id from interaction order by id")]
        await one.command("interaction.take", interaction_id=ids[0])
        await two.command("interaction.take", interaction_id=ids[1])
        names = [one.state["me"]["id"], two.state["me"]["id"]]
        for _ in range(5):
            await asyncio.gather(
                two.command("interaction.take", interaction_id=ids[0], has=names[0]),
                one.command("interaction.take", interaction_id=ids[1], has=names[1]),
            )
            ids.reverse()
        await check_invariants(db)
        await close([one, two])


async def test_an_offer_that_rings_is_withdrawn_when_a_supervisor_takes_it(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        sara, nadia = await it.agent("sara"), await it.agent("nadia", available=False)
        visitor = await it.visitor()
        await visitor.send("hello")
        offer = await sara.offered()
        await nadia.command("interaction.take", interaction_id=offer["interaction_id"], has=None)
        await sara.until(lambda: not sara.state["offers"])
        assert await refused(sara, "offer.accept", offer_id=offer["id"]) == 409
        await check_invariants(db)


async def test_a_supervisor_whispers_and_joins_and_others_may_not(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, visitor, at = await talk(it)
        nadia, omar = await it.agent("nadia", available=False), await it.agent("omar", available=False)
        whisper = {"interaction_id": at, "text": "offer a discount", "client_id": "w1", "is_whisper": True}
        assert await refused(omar, "interaction.note", **whisper) == 403
        await nadia.command("interaction.note", **whisper)
        heard = await sara.until(
            lambda: next((m for m in sara.conversation(at)["messages"] if m["text"] == "offer a discount"), None)
        )
        assert heard["direction"] == "note"
        assert heard["details"]["whisper"] == "Sara Ahmadi"
        assert await refused(omar, "interaction.reply", interaction_id=at, text="hi", client_id="r1") == 409
        said = await nadia.reply(at, "I am the supervisor")
        assert said["author"]["name"] == "Nadia Karimi"
        await visitor.hears("I am the supervisor")
        assert all(m["text"] != "offer a discount" for m in visitor.state["messages"])
        assert sara.conversation(at)["interaction"]["agent_name"] == "Sara Ahmadi", "the agent stays the owner"


async def test_who_looks_at_a_conversation_is_seen_by_its_owner(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, _, at = await talk(it)
        nadia = await it.agent("nadia", available=False)
        for socket in (sara, nadia):
            socket.client.on("look", socket._teller("look"), namespace="/agent")
        await nadia.command("interaction.watch", interaction_id=at)
        await nadia.command("interaction.look", interaction_id=at, is_writing=True)
        told = await sara.until(lambda: next((data for name, data in sara.told if name == "look"), None))
        assert (told["name"], told["is_writing"], told["is_here"]) == ("Nadia Karimi", True, True)
        await sara.command("interaction.look", interaction_id=at)
        await nadia.until(lambda: any(data["name"] == "Sara Ahmadi" for name, data in nadia.told if name == "look"))


# --- offers


async def test_the_context_of_an_offer_is_for_whom_it_is_offered_and_only_while_it_rings(
    dsn: str, tmp_path: Path
) -> None:
    async with live(dsn, tmp_path) as it:
        sara, visitor, at = await talk(it)
        await sara.command("interaction.close", interaction_id=at, disposition="resolved")
        admin = await it.person("admin")
        customer_id = (await query(it, "select customer_id from interaction"))[0]["customer_id"]
        await query(it, "update customer set notes = 'VIP' where id = $1", customer_id)
        rated = json.dumps({"rating": {"score": 4, "comment": ""}})
        await query(it, "update interaction set closed_at = now() - interval '20 days', details = $1::jsonb", rated)
        again = await it.visitor(visitor.token)
        await again.send("me again")
        offer = await sara.offered()
        found = await sara.command("offer.context", offer_id=offer["id"])
        assert found["notes"] == "VIP"
        assert [(each["id"], each["score"]) for each in found["past"]] == [(at, 4)]
        assert all(each["id"] != offer["interaction_id"] for each in found["past"])
        omar = await it.agent("omar", available=False)
        assert await refused(omar, "offer.context", offer_id=offer["id"]) == 404
        assert (await admin.json("GET", "/api/session"))[0] == 200
        await sara.command("offer.accept", offer_id=offer["id"])
        assert await refused(sara, "offer.context", offer_id=offer["id"]) == 404


# --- snoozing and following up


async def test_a_snoozed_conversation_frees_its_agent_and_wakes_once_at_its_moment(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        sara, _, at = await talk(it)
        used = adhoc("select used_units from agent a join staff s on s.id = a.staff_id where s.login = 'sara'")
        assert await db.value(used) == 30
        await sara.command("interaction.snooze", interaction_id=at, until=later(1.2), note="calls back")
        await sara.until(lambda: sara.conversation(at)["interaction"]["snoozed_until"])
        assert await db.value(used) == 0
        await sara.until(lambda: not sara.conversation(at)["interaction"]["snoozed_until"])
        assert await db.value(used) == 30
        # A job that was done, but whose end was lost in a crash, runs again and changes nothing.
        payload = {"interaction_id": at, "until": later(-1)}
        await query(
            it, "insert into job (kind, payload, run_at) values ('interaction.wake', $1::jsonb, now())", _json(payload)
        )
        await eventually(lambda: _none(it, "select 1 from job where kind = 'interaction.wake'"))
        assert await db.value(adhoc("select count(*) from message where event = 'woke'")) == 1
        await check_invariants(db)


async def test_the_customers_word_wakes_it_at_once(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara, visitor, at = await talk(it)
        await sara.command("interaction.snooze", interaction_id=at, until=later(3600))
        await sara.until(lambda: sara.conversation(at)["interaction"]["snoozed_until"])
        await visitor.send("I found it")
        await sara.until(lambda: not sara.conversation(at)["interaction"]["snoozed_until"])
        assert sara.conversation(at)["interaction"]["unread"] > 0
        await check_invariants(db)


async def test_a_moment_in_the_past_or_far_away_is_refused(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, _, at = await talk(it)
        for seconds in (-5, 400 * 86_400):
            assert await refused(sara, "interaction.snooze", interaction_id=at, until=later(seconds)) == 422


async def test_a_follow_up_opens_it_again_for_the_same_agent(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara, _, at = await talk(it)
        omar = await it.agent("omar")
        await sara.command("interaction.close", interaction_id=at, follow_up_at=later(1))
        await sara.until(lambda: sara.conversation(at) is None)
        offer = await sara.offered()
        assert offer["interaction_id"] == at
        assert not omar.state["offers"]
        await sara.command("offer.accept", offer_id=offer["id"])
        work = await sara.until(lambda: sara.conversation(at))
        assert "follow_up" in [m["event"] for m in work["messages"]]
        assert [n["kind"] for n in sara.state["notifications"]] == ["follow_up"]
        assert work["interaction"]["follow_up_at"] is None
        await check_invariants(db)


async def test_a_follow_up_of_an_agent_who_is_gone_goes_to_the_queue(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, _, at = await talk(it)
        await sara.command("interaction.close", interaction_id=at, follow_up_at=later(1))
        await sara.command("presence.set", state="offline")
        omar = await it.agent("omar")
        assert (await omar.offered())["interaction_id"] == at


async def test_a_wrap_up_is_made_longer_once(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        await query(it, "update queue set wrap_up_seconds = 30")
        sara, _, at = await talk(it)
        await sara.command("interaction.close", interaction_id=at)
        work = await sara.until(lambda: sara.conversation(at)["interaction"]["wrap_up_until"] and sara.conversation(at))
        before = datetime.fromisoformat(work["interaction"]["wrap_up_until"])
        answer = await sara.command("interaction.wrap_up_extend", interaction_id=at)
        assert datetime.fromisoformat(answer["interaction"]["wrap_up_until"]) - before == timedelta(seconds=30)
        assert await refused(sara, "interaction.wrap_up_extend", interaction_id=at) == 409


# --- formatted answers


async def test_a_chat_refuses_html(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, _, at = await talk(it)
        body = {"interaction_id": at, "client_id": "h1", "html": "<p>hello</p>"}
        assert await refused(sara, "interaction.reply", **body) == 422


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value)


async def _none(it: Live, statement: str) -> bool:
    return not await query(it, statement)
