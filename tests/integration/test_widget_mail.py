"""Mail about chats: transcripts, replies that follow a visitor, and answers that come back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from channels.email import EmailChannel
from chat.letters import Letters
from core.clock import utc_now
from interactions.continued import ContinuedChats
from organisation.service import Organisation
from storage.database import DatabaseAway
from storage.jobs import Job
from storage.opened import opened
from tests.integration.house import house, query
from tests.integration.widget_site import agent_of, enter, mails, site
from tests.live import CommandFailed, Live, Person, eventually


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("interactions.outbox.FOLLOW_UP_PAUSE", timedelta(0))
        async with house(server_dsn, tmp_path_factory.mktemp("widget"), simulator=True) as found:
            yield found


async def test_a_transcript_goes_to_the_address_of_the_chat_and_to_no_other(it: Live, admin: Person) -> None:
    at = await site(admin, mail_after_minutes=60)
    agent, _ = await agent_of(it, admin, at)
    visitor = await enter(it, at["site"])
    address = f"t-{uuid.uuid4().hex[:8]}@example.com"
    await visitor.send("یخچال گرم است", form={"email": address})
    chat = (await agent.take_offer("webchat"))["interaction"]
    await agent.reply(chat["id"], "On our way")
    for wrong in (
        {"email": address, "email_again": "x@example.com"},
        {"email": "x@example.com", "email_again": "x@example.com"},
    ):
        with pytest.raises(CommandFailed):
            await visitor.command("chat.transcript", **wrong)
    await visitor.command("chat.transcript", email=address, email_again=address.upper())
    [mail] = await eventually(lambda: mails(it, address))
    assert "یخچال گرم است" in mail["text"]
    assert "On our way" in mail["text"]
    with pytest.raises(CommandFailed) as again:
        await visitor.command("chat.transcript", email=address, email_again=address)
    assert again.value.status == 429


async def test_replies_follow_a_visitor_who_left_and_the_answer_comes_back_into_the_chat(
    it: Live, admin: Person
) -> None:
    at = await site(admin, mail_after_minutes=0, hours={"zone": "UTC", "weekly": []}, answer_minutes=60)
    agent, _ = await agent_of(it, admin, at)
    visitor = await enter(it, at["site"])
    assert (await visitor.hello())["widget"]["is_offline"] is True
    address = f"f-{uuid.uuid4().hex[:8]}@example.com"
    with pytest.raises(CommandFailed) as unreachable:
        await visitor.send("call me", is_offline=True)
    assert unreachable.value.status == 422
    await visitor.send("my words stay here", form={"email": address}, is_offline=True)
    chat = (await agent.take_offer("webchat"))["interaction"]
    assert chat["details"]["is_offline"] is True
    await visitor.close()
    await agent.reply(chat["id"], "It is repaired")
    await agent.reply(chat["id"], "Come and fetch it")
    first = await eventually(lambda: mails(it, address))
    text = "\n".join(mail["text"] for mail in first)
    assert "It is repaired" in text
    assert "my words stay here" not in text, "nobody has proven whose address it is"
    async with aiohttp.ClientSession() as session:
        answer = {"from": address, "in_reply_to": first[0]["id"], "text": "Thank you, tomorrow"}
        async with session.post(f"http://127.0.0.1:{it.settings.simulator_port}/simulator/mail", json=answer) as done:
            assert done.status == 201, await done.text()

    def heard() -> list[dict[str, Any]]:
        messages = agent.conversation(chat["id"])["messages"]
        return [m for m in messages if m["direction"] == "inbound" and "Thank you" in m["text"]]

    await agent.until(heard)
    back = await enter(it, at["site"], visitor.token)
    assert [m["from"] for m in back.state["messages"] if "Thank you" in m["text"]] == ["visitor"]
    await asyncio.sleep(1)
    everything = "\n".join(mail["text"] for mail in await mails(it, address))
    assert everything.count("It is repaired") == 1, "each reply is mailed once"


async def test_a_reply_that_comes_between_two_attempts_is_mailed_too(
    it: Live, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = await site(admin, mail_after_minutes=60)
    agent, _ = await agent_of(it, admin, at)
    visitor = await enter(it, at["site"])
    address = f"r-{uuid.uuid4().hex[:8]}@example.com"
    await visitor.send("hello", form={"email": address})
    chat = (await agent.take_offer("webchat"))["interaction"]
    await visitor.close()
    await agent.reply(chat["id"], "It is repaired")
    neck, told = it.running.neck, ContinuedChats.told

    async def cut(*_: Any) -> None:
        raise DatabaseAway

    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(opened(it.settings))
        continued = ContinuedChats(db, neck.accounts, neck.channels, neck.outbox.departures)
        letters = Letters(db, lambda: utc_now() + timedelta(hours=2), continued, Organisation(db))
        job = Job(1, "chat.follow_up", None, {"interaction_id": chat["id"]}, 1, 1, utc_now() + timedelta(hours=2))
        monkeypatch.setattr(ContinuedChats, "told", cut)
        with pytest.raises(DatabaseAway):
            await letters._follow_up(job)
        monkeypatch.setattr(ContinuedChats, "told", told)
        await agent.reply(chat["id"], "Come and fetch it")
        await letters._follow_up(replace(job, attempts=2))
    everything = "\n".join(mail["text"] for mail in await mails(it, address))
    assert "Come and fetch it" in everything, "what was taken for told was in a mail"


async def test_a_signed_answer_finds_the_chat_only_through_the_mailbox_that_wrote(it: Live, admin: Person) -> None:
    at = await site(admin)
    agent, _ = await agent_of(it, admin, at)
    visitor = await enter(it, at["site"])
    await visitor.send("hello", form={"email": "nobody@example.com"})
    chat = (await agent.take_offer("webchat"))["interaction"]
    [account] = await query(it, "select id from channel_account where kind = 'email' limit 1")
    running = it.running
    channel = running.neck.channels["email"]
    assert isinstance(channel, EmailChannel)
    opened, _row = await running.neck.accounts.get(account["id"])
    to = channel.marks.reply_address(opened.settings, uuid.UUID(chat["id"]))
    async with aiohttp.ClientSession() as session:
        mail = {"from": "mallory@example.com", "to": to, "subject": "x", "text": "let me in"}
        async with session.post(f"http://127.0.0.1:{it.settings.simulator_port}/simulator/mail", json=mail) as done:
            assert done.status == 201

    async def landed() -> Any:
        return await query(
            it,
            "select i.channel from message m join interaction i on i.id = m.interaction_id"
            " where m.text like 'let me in%'",
        )

    [row] = await eventually(landed)
    assert row["channel"] == "email", "no mailbox has written about this chat"
