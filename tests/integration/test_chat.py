from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.live import AgentSocket, CommandFailed, live


async def test_a_visitor_and_an_agent_talk(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        first = await visitor.send("Hello, is anybody there?", name="Lena")
        assert first["from"] == "visitor"
        conversation = await sara.take_offer("webchat")
        interaction = conversation["interaction"]
        assert interaction["customer"]["name"] == "Lena"
        assert [m["text"] for m in conversation["messages"] if m["direction"] == "inbound"] == [
            "Hello, is anybody there?"
        ]
        await sara.reply(interaction["id"], "سلام، بفرمایید")
        heard = await visitor.hears("سلام، بفرمایید")
        assert heard["author_name"] == "Sara Ahmadi"
        await visitor.send("My fridge is warm")
        await sara.until(lambda: sara.conversation(interaction["id"])["interaction"]["preview"] == "My fridge is warm")
        closed = await sara.command("interaction.close", interaction_id=interaction["id"], disposition="resolved")
        assert closed == {"state": "closed"}
        await visitor.until(lambda: visitor.state["chat"]["state"] == "closed")
        await sara.until(lambda: not sara.state["interactions"])


async def test_the_same_client_id_has_one_effect_on_every_path(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        first, again = await visitor.send("one", "c1"), await visitor.send("one", "c1")
        assert first["id"] == again["id"]
        fast, fast_again = await visitor.send("two", "c2"), await visitor.send("two", "c2")
        assert fast["id"] == fast_again["id"]
        many = await asyncio.gather(*(visitor.send("three", "c3") for _ in range(5)))
        assert len({m["id"] for m in many}) == 1
        conversation = await sara.take_offer()
        interaction_id = conversation["interaction"]["id"]
        said = await sara.reply(interaction_id, "hi", "r1")
        assert (await sara.reply(interaction_id, "hi", "r1"))["id"] == said["id"]
        texts = [
            m["text"]
            for m in sara.conversation(interaction_id)["messages"]
            if m["direction"] in ("inbound", "outbound")
        ]
        assert texts == ["one", "two", "three", "hi"]
        await sara.command("interaction.close", interaction_id=interaction_id)
        assert (await visitor.send("three", "c3"))["id"] == many[0]["id"], "also after the chat was closed"


async def test_a_reply_that_was_taken_has_its_answer_also_when_the_conversation_is_over(
    dsn: str, tmp_path: Path
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        await visitor.send("hello")
        interaction_id = (await sara.take_offer())["interaction"]["id"]
        said = await sara.reply(interaction_id, "goodbye", "r1")
        await sara.command("interaction.close", interaction_id=interaction_id)
        assert (await sara.reply(interaction_id, "goodbye", "r1"))["id"] == said["id"]
        with pytest.raises(CommandFailed) as refused:
            await sara.reply(interaction_id, "one more thing", "r2")
        assert refused.value.status == 409


async def test_snapshot_and_events_are_a_fresh_snapshot(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitors = [await it.visitor() for _ in range(3)]
        for number, visitor in enumerate(visitors):
            await visitor.send(f"hello {number}")
        for _ in visitors:
            conversation = await sara.take_offer()
            await sara.reply(conversation["interaction"]["id"], "one moment")
        await asyncio.gather(*(visitor.send(f"and {n}") for visitor in visitors for n in range(10)))
        first = sara.state["interactions"][0]["interaction"]["id"]
        await sara.command("interaction.note", interaction_id=first, client_id="n", text="careful")
        await sara.command("interaction.read", interaction_id=first, seq=1)
        await sara.command("interaction.close", interaction_id=sara.state["interactions"][1]["interaction"]["id"])
        await sara.until(lambda: len(sara.state["interactions"]) == 2)
        await asyncio.sleep(0.3)
        other_tab = await it.agent("sara")
        await asyncio.sleep(0.2)
        for state in (sara.state, other_tab.state):
            state.pop("server_time")
            state["interactions"].sort(key=lambda i: i["interaction"]["id"])
        assert sara.state == other_tab.state


async def test_a_client_that_comes_back_gets_what_it_missed(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        await visitor.send("first")
        conversation = await sara.take_offer()
        interaction_id = conversation["interaction"]["id"]
        seen, state = sara.seq, sara.state
        await sara.close()
        for number in range(20):
            await visitor.send(f"while away {number}")
        back = await it.agent("sara", available=False)
        back.state = state
        assert await back.sync(seen) == "events"
        texts = [m["text"] for m in back.conversation(interaction_id)["messages"] if m["direction"] == "inbound"]
        assert texts == ["first", *(f"while away {n}" for n in range(20))]
        resumed = await it.visitor(token=visitor.token)
        assert len(resumed.state["messages"]) == 21


async def test_a_visitor_has_the_same_words_live_and_after_a_reload(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        await visitor.send("my first chat")
        first = (await sara.take_offer())["interaction"]["id"]
        await sara.command("interaction.close", interaction_id=first)
        await visitor.until(lambda: visitor.state["chat"]["state"] == "closed")
        await visitor.send("my second chat")
        second = (await sara.take_offer())["interaction"]["id"]
        for number in range(60):
            await sara.command("interaction.note", interaction_id=second, client_id=f"n{number}", text="among us")
        await sara.reply(second, "one moment")
        await visitor.hears("one moment")
        reloaded = await it.visitor(visitor.token)
        assert [m["text"] for m in reloaded.state["messages"]] == ["my first chat", "my second chat", "one moment"]
        assert reloaded.state == visitor.state


async def test_a_visitor_has_words_in_the_order_that_agents_have(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        await visitor.send("hello")
        interaction_id = (await sara.take_offer())["interaction"]["id"]
        await asyncio.gather(
            *(visitor.send(f"question {n}") for n in range(20)),
            *(sara.reply(interaction_id, f"answer {n}") for n in range(20)),
        )
        await visitor.until(lambda: len(visitor.state["messages"]) == 41)
        await sara.until(lambda: len(told(sara, interaction_id)) == 41)
        assert [m["seq"] for m in visitor.state["messages"]] == [m["seq"] for m in told(sara, interaction_id)]


def told(agent: AgentSocket, interaction_id: str) -> list[dict[str, Any]]:
    conversation = agent.conversation(interaction_id)
    assert conversation is not None
    return [m for m in conversation["messages"] if m["direction"] in ("inbound", "outbound")]


async def test_who_missed_too_much_loads_anew(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.feed.REPLAY_MOST", 10)
    async with live(dsn, tmp_path) as it:
        sara = await it.agent("sara")
        visitor = await it.visitor()
        await visitor.send("first")
        await sara.take_offer()
        await sara.close()
        await asyncio.gather(*(visitor.send(f"m{n}") for n in range(12)))
        back = await it.agent("sara", available=False)
        await asyncio.sleep(0.3)
        assert await back.sync(sara.seq) == "resync"
        assert await back.sync() == "snapshot"


async def test_an_agent_without_the_conversation_cannot_touch_it(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, maya = await it.agent("sara"), await it.agent("maya")
        visitor = await it.visitor()
        await visitor.send("hello")
        conversation = await sara.take_offer()
        interaction_id = conversation["interaction"]["id"]
        for name, more in (
            ("reply", {"client_id": "x", "text": "hi"}),
            ("close", {}),
            ("transfer", {"queue_id": None}),
        ):
            with pytest.raises(CommandFailed) as refused:
                await maya.command(f"interaction.{name}", interaction_id=interaction_id, **more)
            assert refused.value.status in (409, 422)


async def test_a_transfer_reaches_the_named_agent_with_its_note(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        sara, omar = await it.agent("sara"), await it.agent("omar", available=False)
        visitor = await it.visitor()
        await visitor.send("hello")
        conversation = await sara.take_offer()
        await omar.command("presence.set", state="available")
        to = next(agent["id"] for agent in sara.state["agents"] if agent["name"] == "عمر الحسن")
        await sara.command(
            "interaction.transfer", interaction_id=conversation["interaction"]["id"], agent_id=to, note="speaks Arabic"
        )
        theirs = await omar.take_offer()
        assert "speaks Arabic" in [m["text"] for m in theirs["messages"]]
        await sara.until(lambda: not sara.state["interactions"])
        await omar.reply(theirs["interaction"]["id"], "أهلاً")
        await visitor.hears("أهلاً")
