"""Conversations change hands: by skill, by supervisors, by hand; quiet, closing and urgent ones."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from house import hire
from invariants import check_invariants

from storage.database import Database, adhoc
from tests.live import AgentSocket, CommandFailed, Live, VisitorSocket, eventually, live

USED = adhoc("select used_units from agent a join staff s on s.id = a.staff_id where s.login = :login::text")


async def set_queue(it: Live, name: str = "Web chat", **changes: Any) -> dict[str, Any]:
    """Change a queue as an administrator does."""
    admin = await it.person("admin")
    _, queues = await admin.json("GET", "/api/queues")
    queue = next(each for each in queues["items"] if each["name"] == name)
    body = {field: value for field, value in queue.items() if field != "id"} | changes
    status, answer = await admin.json("PUT", f"/api/queues/{queue['id']}", body)
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


async def asks(it: Live, text: str = "hello", **more: Any) -> tuple[VisitorSocket, str]:
    """Let a visitor write; returns them and their conversation."""
    visitor = await it.visitor(**more)
    message = await visitor.send(text)
    return visitor, str(message["interaction_id"])


async def refused(socket: AgentSocket, name: str, **payload: Any) -> int:
    with pytest.raises(CommandFailed) as failed:
        await socket.command(name, **payload)
    return int(failed.value.status)


async def test_a_conversation_is_given_without_a_question_where_the_queue_says_so(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        await set_queue(it, offer_mode="auto")
        sara = await it.agent("sara")
        _, at = await asks(it)
        conversation = await sara.until(lambda: sara.conversation(at))
        assert [m["event"] or m["text"] for m in conversation["messages"]] == ["opened", "hello", "assigned"]
        assert not [event for event in sara.events if event["type"].startswith("offer")]
        await check_invariants(db)


async def test_a_quiet_chat_weighs_a_tenth_until_the_visitor_writes(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor, at = await asks(it)
        await sara.take_offer()
        turns = it.running.floor.router._turns
        await db.run(adhoc("update interaction set customer_at = now() - interval '9 minutes'"))
        await turns.watch_silence()
        assert await db.value(USED, login="sara") == 30, "who waits for our answer is not silent"
        await sara.reply(at, "which one?")
        await turns.watch_silence()
        assert await db.value(USED, login="sara") == 30, "four minutes have not passed"
        await db.run(adhoc("update interaction set answered_at = now() - interval '5 minutes'"))
        await turns.watch_silence()
        assert await db.value(USED, login="sara") == 3
        await visitor.send("the red one")
        assert await db.value(USED, login="sara") == 30
        await visitor.send("please")
        await sara.until(lambda: sara.conversation(at)["messages"][-1]["text"] == "please")
        said = [m["text"] for m in sara.conversation(at)["messages"] if m["direction"] == "inbound"]
        assert said == ["hello", "the red one", "please"]
        assert not await db.value(adhoc("select is_quiet from interaction"))
        await check_invariants(db)


async def test_whoever_waits_is_told_so_in_their_language_and_it_is_no_answer(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with live(dsn, tmp_path) as it:
        text = {"en": "It takes a little longer.", "fa": "کمی بیشتر طول می‌کشد."}
        rule = {"when": "waited", "after_seconds": 0, "action": "message", "text": text}
        await set_queue(it, overflow=[rule])
        visitor, at = await asks(it, "سلام", locale="fa")
        other, _ = await asks(it, "hello", locale="de")
        said = await visitor.hears(text["fa"])
        assert said["from"] == "agent"
        await other.hears(text["en"])
        sara = await it.agent("sara")
        await it.running.floor.router._turns.watch_waiting()
        assert await db.value(adhoc("select count(*) from message where direction = 'outbound'")) == 2, "once each"
        while (conversation := await sara.take_offer())["interaction"]["id"] != at:
            pass
        assert conversation["interaction"]["unread"] == 1
        assert conversation["interaction"]["answered_at"] is None
        await check_invariants(db)


async def test_a_waiting_conversation_is_picked_by_one_of_those_who_may(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara, maya = await it.agent("sara", available=False), await it.agent("maya", available=False)
        omar = await it.agent("omar", available=False)
        reader = await (await hire(it, ["interaction.read"])).console(available=False)
        _, at = await asks(it)
        assert await refused(maya, "interaction.pick", interaction_id=at) == 403, "maya has no level in chat"
        assert await refused(reader, "interaction.pick", interaction_id=at) == 403
        answers = await asyncio.gather(
            *(each.command("interaction.pick", interaction_id=at) for each in (sara, omar)), return_exceptions=True
        )
        lost = [answer for answer in answers if isinstance(answer, CommandFailed)]
        assert [each.status for each in lost] == [409]
        owner, loser = (omar, sara) if isinstance(answers[0], CommandFailed) else (sara, omar)
        await owner.until(lambda: owner.conversation(at))
        assert loser.conversation(at) is None
        for _ in range(2):
            _, more = await asks(it)
            await owner.command("interaction.pick", interaction_id=more)
        _, more = await asks(it)
        assert await refused(owner, "interaction.pick", interaction_id=more) == 409, "there is no room"
        await check_invariants(db)
        await reader.close()


async def test_a_supervisor_reroutes_what_waits_and_what_somebody_has(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara, omar = await it.agent("sara"), await it.agent("omar", available=False)
        nadia = await it.agent("nadia", available=False)
        queues = {queue["name"]: queue["id"] for queue in nadia.state["queues"]}
        _, at = await asks(it)
        await sara.take_offer()
        assert await refused(omar, "interaction.reroute", interaction_id=at, queue_id=queues["SMS"]) == 403
        await nadia.command("interaction.reroute", interaction_id=at, queue_id=queues["SMS"], note="she knows him")
        await sara.until(lambda: sara.conversation(at) is None)
        assert await db.value(USED, login="sara") == 0
        person = await it.person("nadia")
        _, found = await person.json("GET", f"/api/interactions/{at}")
        assert (found["state"], found["queue_name"]) == ("queued", "SMS")
        # While it waits it can be sent on, here to an agent; and it is more urgent than others.
        status, _ = await person.json("POST", f"/api/interactions/{at}/reroute", {"agent_id": omar.state["me"]["id"]})
        assert status == 204
        status, found = await person.json(
            "POST", f"/api/interactions/{at}/priority", {"priority": 1, "is_emergency": True}
        )
        assert (status, found["priority"], found["is_emergency"]) == (200, 1, True)
        status, _ = await (await it.person("sara")).json("POST", f"/api/interactions/{at}/priority", {"priority": 3})
        assert status == 403
        await omar.command("presence.set", state="available")
        conversation = await omar.take_offer()
        events = [(m["event"], m["text"]) for m in conversation["messages"] if m["direction"] != "inbound"]
        assert ("rerouted", "SMS") in events
        assert ("prioritised", "emergency") in events
        assert (None, "she knows him") in events
        status, _ = await person.json("POST", f"/api/interactions/{at}/priority", {"priority": 3})
        assert status == 409, "it does not wait any more"
        await check_invariants(db)


async def test_a_hand_over_to_a_skill_says_so_and_finds_who_has_it(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        _, at = await asks(it)
        await sara.take_offer()
        omar = await it.agent("omar")
        person = await it.person("sara")
        skills = {skill["name"]: skill["id"] for skill in (await person.json("GET", "/api/skills"))[1]["items"]}
        unknown = {"019aaaaa-0000-7000-8000-000000000000": 3}
        assert await refused(sara, "interaction.transfer", interaction_id=at, skills=unknown) == 422
        agent_too = {"agent_id": omar.state["me"]["id"], "skills": {skills["sms"]: 5}}
        assert await refused(sara, "interaction.transfer", interaction_id=at, **agent_too) == 422
        assert await refused(sara, "interaction.transfer", interaction_id=at) == 422
        await sara.command("interaction.transfer", interaction_id=at, skills={skills["sms"]: 5})
        conversation = await omar.take_offer()
        assert "sms ≥ 5" in [m["text"] for m in conversation["messages"] if m["event"] == "transferred"]
        assert conversation["interaction"]["queue_name"] == "Web chat"
        assert not sara.state["offers"]
        await check_invariants(db)


async def test_who_closes_may_ask_for_wrap_up_where_it_is_left_to_them(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        await set_queue(it, wrap_up_mode="optional", wrap_up_seconds=0)
        sara = await it.agent("sara")
        _, at = await asks(it)
        conversation = await sara.take_offer()
        assert conversation["interaction"]["wrap_up_mode"] == "optional"
        closed = await sara.command("interaction.close", interaction_id=at, wants_wrap_up=True)
        assert closed == {"state": "wrap_up"}
        found = await sara.until(
            lambda: sara.conversation(at)["interaction"]["state"] == "wrap_up" and sara.conversation(at)
        )
        assert found["interaction"]["wrap_up_until"] is None
        assert found["interaction"]["wrap_up_since"] is not None
        assert await db.value(USED, login="sara") == 30
        assert await refused(sara, "interaction.wrap_up_extend", interaction_id=at) == 409, "it has no end"
        await sara.command("interaction.wrap_up_done", interaction_id=at)
        await sara.until(lambda: sara.conversation(at) is None)
        await check_invariants(db)


async def test_live_chats_wait_again_when_their_agent_is_lost(dsn: str, tmp_path: Path, db: Database) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        _, at = await asks(it)
        await sara.take_offer()
        await sara.close()

        async def waits() -> Any:
            # A last beat may be on its way when the socket closes.
            await db.run(adhoc("update agent set heartbeat_at = now() - interval '95 seconds'"))
            return await db.value(adhoc("select state = 'queued' from interaction"))

        await eventually(waits)
        omar = await it.agent("omar")
        conversation = await omar.take_offer()
        assert conversation["interaction"]["id"] == at
        assert [m["event"] for m in conversation["messages"] if m["event"]][-2:] == ["requeued", "assigned"]
        await check_invariants(db)


async def test_who_supervises_or_manages_agents_sets_their_presence_and_nobody_else(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        path, body = f"/api/agents/{sara.state['me']['id']}/presence", {"state": "not_ready", "reason": "meeting"}
        for permission, status in (("interaction.read", 403), ("work.supervise", 200), ("agent.manage", 200)):
            person = await hire(it, [permission])
            assert (await person.json("PUT", path, body))[0] == status, permission
        await sara.until(lambda: sara.state["presence"]["reason"] == "meeting")
