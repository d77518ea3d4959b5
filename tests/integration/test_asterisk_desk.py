"""Asterisk and the whole desk: a call comes, is taken, held and ended; calls that we place; what was missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from asterisk import Pbx, pbx, settings

from channels.asterisk import names
from channels.asterisk.names import Leg
from tests.integration.house import house, made, query
from tests.integration.test_callbacks import offer, promised
from tests.integration.test_files import fetch, form, send
from tests.live import AgentSocket, CommandFailed, Live, eventually
from tests.unit.test_call_audio import wav

CALLER, OTHER = "+989121234567", "+989127654321"
PHONE = "PJSIP/204"


class Desk:
    """Maya, who answers at a telephone of the house, and the Asterisk there."""

    def __init__(self, it: Live, at: Pbx, account: dict[str, Any], agent: AgentSocket) -> None:
        self.it, self.at, self.account, self.agent, self.id = it, at, account, agent, ""

    async def takes(self) -> dict[str, Any]:
        taken = await self.agent.take_offer("voice")
        self.id = taken["interaction"]["id"]
        return taken

    @property
    def call(self) -> dict[str, Any]:
        conversation = self.agent.conversation(self.id)
        return {} if conversation is None else dict(conversation["interaction"]["call"])

    async def becomes(self, status: str) -> None:
        await self.agent.until(lambda: self.call.get("status") == status)

    def room(self) -> list[str]:
        return self.at.who(names.room(UUID(self.id)))

    async def asked_back(self, number: str) -> None:
        """Somebody waits, is offered to be called instead, and presses the key."""
        await self.agent.command("presence.set", state="not_ready")
        call_id = await self.at.calls(number)

        async def waits() -> Any:
            key = f"call:{call_id}"
            return await query(
                self.it, "select w.id from thread_key t join work w on w.id = t.interaction_id where key = $1", key
            )

        await offer(self.it, (await eventually(waits))[0]["id"])
        await self.at.presses(call_id, "1")
        await self.at.until(lambda: call_id not in self.at.channels)
        await promised(self.it, number, "waiting")
        self.at.rung.clear()
        await self.agent.command("presence.set", state="available")

    async def over(self) -> None:
        """Be ready for the next one."""
        await self.agent.until(lambda: self.call.get("status") in ("completed", "no_answer", "failed", None))
        if self.agent.conversation(self.id) is not None:
            await self.agent.command("interaction.close", interaction_id=self.id)
        await self.at.until(lambda: not self.at.channels)


@pytest_asyncio.fixture(scope="module")
async def on(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Desk]:
    async with pbx() as at, house(server_dsn, tmp_path_factory.mktemp("asterisk")) as it:
        admin = await it.person("admin")
        await query(it, "update channel_account set is_enabled = false where kind = 'voice'")
        (queue,) = await query(it, "select id from queue where name = 'Telephone'")
        filled = settings(at, is_recorded=True, callback_sound="custom/offer", denied_prefixes=["+98912765"])
        new = {"kind": "ari", "name": "House Asterisk", "queue_id": str(queue["id"]), "settings": filled}
        status, tried = await admin.json("POST", "/api/accounts/trial", {"kind": "ari", "settings": filled})
        assert (status, [each["fault"] for each in tried["steps"]]) == (200, ["", ""])
        account = await made(admin, "/api/accounts", new)
        assert "password" not in account["settings"]
        maya = await it.person("maya")
        assert (await maya.json("PUT", "/api/my-phone", {"address": "sip:204@pbx"}))[0] == 200
        await at.until(lambda: at.sockets)
        yield Desk(it, at, account, await it.agent("maya"))


async def test_a_call_comes_is_taken_held_and_ended_at_the_telephone(on: Desk) -> None:
    call_id = await on.at.calls("09121234567")
    taken = await on.takes()
    assert (taken["interaction"]["channel"], taken["interaction"]["address"]) == ("voice", CALLER)
    await on.becomes("joined")
    assert len(on.room()) == 2
    await on.agent.until(lambda: on.call["recording"] == "on")
    await on.agent.command("call.hold", interaction_id=on.id, is_held=True)
    await on.agent.until(lambda: on.call["is_held"])
    assert on.at.who(names.held(UUID(on.account["id"]))) == [call_id]
    await on.agent.command("call.hold", interaction_id=on.id, is_held=False)
    await on.agent.until(lambda: not on.call["is_held"])
    await on.agent.command("call.mute", interaction_id=on.id, is_muted=True)
    await on.agent.until(lambda: on.call["is_muted"])
    agent = next(each for each in on.room() if each != call_id)
    assert on.at.muted == {agent}
    await on.at.hangs_up(agent)
    await on.becomes("completed")
    assert on.call["outcome"] == "handled"
    await on.over()

    async def kept() -> Any:
        return await query(
            on.it, "select 1 from call_recording where state = 'kept' and interaction_id = $1", UUID(on.id)
        )

    await eventually(kept)
    await on.at.until(lambda: not on.at.stored)


async def test_a_pause_that_asterisk_does_not_confirm_ends_the_recording_and_nothing_is_kept(on: Desk) -> None:
    await on.at.calls(CALLER)
    await on.takes()
    await on.agent.until(lambda: on.call.get("recording") == "on")
    on.at.faults.append(("POST recordings/live/.*/pause", "broken"))
    await on.agent.command("call.pause_recording", interaction_id=on.id, is_paused=True)
    await on.agent.until(lambda: on.call["recording"] == "off")
    assert not on.at.live
    await on.agent.command("call.hang_up", interaction_id=on.id)
    await on.over()

    async def gone() -> Any:
        return await query(
            on.it, "select 1 from call_recording where state = 'discarded' and interaction_id = $1", UUID(on.id)
        )

    await eventually(gone)
    await on.at.until(lambda: not on.at.stored)


async def test_a_call_that_ends_while_the_line_is_down_ends_at_the_desk_too(on: Desk) -> None:
    call_id = await on.at.calls(CALLER)
    await on.takes()
    await on.becomes("joined")
    await on.at.drop()
    await on.at.hangs_up(call_id)
    await on.becomes("completed")
    await on.over()
    rows = await query(on.it, "select count(*) as n from interaction where channel = 'voice'")
    assert rows[0]["n"] == 3, "nothing of it was taken for a call of its own"


async def test_who_asks_to_be_called_is_called_by_the_agents_telephone_first(on: Desk) -> None:
    await on.asked_back(CALLER)
    await on.takes()
    await on.becomes("joined")
    assert [endpoint for _, endpoint in on.at.rung] == [PHONE, f"PJSIP/{CALLER}@trunk"]
    assert len(on.room()) == 2
    await on.agent.command("call.hang_up", interaction_id=on.id)
    await on.over()


async def test_a_number_that_the_account_may_not_reach_is_not_dialled(on: Desk) -> None:
    await on.asked_back(OTHER)
    await on.takes()
    await on.agent.until(lambda: on.agent.conversation(on.id) is None)
    await on.at.until(lambda: not on.at.channels)
    assert [endpoint for _, endpoint in on.at.rung] == [PHONE]


async def test_a_flow_of_words_does_not_answer_where_only_sounds_are_played(on: Desk) -> None:
    admin = await on.it.person("admin")
    flow = await made(admin, "/api/call-flows", {"name": "By sounds"})
    path = f"/api/call-flows/{flow['id']}"

    async def put(prompt: dict[str, Any], accounts: list[str]) -> tuple[int, Any]:
        steps = [
            {"id": "hello", "kind": "say", "prompt": prompt, "exits": {"next": "wait"}},
            {"id": "wait", "kind": "queue", "queue_id": on.account["queue_id"]},
        ]
        draft = {"languages": ["en"], "first": "hello", "steps": steps}
        version = (await admin.json("GET", "/api/call-flows"))[1]["items"][0]["version"]
        return await admin.json(
            "PUT", path, {"name": "By sounds", "draft": draft, "account_ids": accounts, "version": version}
        )

    status, saved = await put({"words": {"en": "Welcome."}}, [on.account["id"]])
    assert (status, saved["problems"]) == (200, [{"step": "hello", "fault": "recording", "at": "en"}])
    status, refused = await admin.json("POST", f"{path}/publish", {"version": saved["version"]})
    assert (status, refused["problems"]) == (422, saved["problems"])
    _, saved = await put({"words": {"en": "Welcome."}}, [])
    assert (await admin.json("POST", f"{path}/publish", {"version": saved["version"]}))[0] == 200
    assert (await put({}, [on.account["id"]]))[0] == 422, "what callers hear is the published one"
    _, uploaded = await send(admin, "/api/call-sounds", form(wav(0.5), "hello.wav"))
    prompt = {"sounds": {"en": f"sound:{uploaded['id']}"}}
    _, saved = await put(prompt, [])
    assert (await admin.json("POST", f"{path}/publish", {"version": saved["version"]}))[0] == 200
    status, saved = await put(prompt, [on.account["id"]])
    assert (status, saved["problems"]) == (200, [])
    await on.agent.command("presence.set", state="not_ready")
    call_id = await on.at.calls(OTHER)
    await on.at.until(lambda: call_id in on.at.who(names.waiting(UUID(on.account["id"]))))
    (url,) = [
        media.removeprefix("sound:") for call, media in on.at.played if call == call_id and "/call-audio/" in media
    ]
    status, headers, content = await fetch(admin, url.removeprefix(on.it.base_url))
    # Asterisk tells the format of what has no ending by its type.
    assert (status, headers["Content-Type"], content) == (200, "audio/wav", wav(0.5))
    await on.agent.command("presence.set", state="available")
    await on.takes()
    await on.becomes("joined")
    await on.agent.command("call.hang_up", interaction_id=on.id)
    await on.over()


async def test_a_number_is_asked_joins_and_has_the_call_until_it_hangs_up(on: Desk) -> None:
    call_id = await on.at.calls(CALLER)
    await on.takes()
    await on.becomes("joined")
    await on.agent.command("call.ask", interaction_id=on.id, number="+989121230000")
    await on.agent.until(lambda: on.call["party"] and on.call["party"]["status"] == "talking")
    assert call_id in on.at.who(names.held(UUID(on.account["id"]))), "the customer does not hear the two"
    await on.agent.command("call.together", interaction_id=on.id, is_private=False)
    await on.at.until(lambda: len(on.room()) == 3)
    await on.agent.command("call.complete", interaction_id=on.id)
    await on.at.until(lambda: len(on.room()) == 2)
    assert call_id in on.room()
    other = next(each for each in on.room() if each != call_id)
    assert "-party_" in other, "the agent is gone, and that ended nothing"
    await on.at.hangs_up(other)
    await on.at.until(lambda: not on.at.channels)

    async def over() -> Any:
        return await query(
            on.it, "select 1 from interaction where id = $1 and call ->> 'status' = 'completed'", UUID(on.id)
        )

    await eventually(over)
    await on.over()


async def test_a_call_goes_back_to_its_queue_with_music_and_the_next_agent_has_it(on: Desk) -> None:
    call_id = await on.at.calls(CALLER)
    await on.takes()
    await on.becomes("joined")
    (first,) = set(on.room()) - {call_id}
    await on.agent.command("presence.set", state="not_ready")
    await on.agent.command("interaction.transfer", interaction_id=on.id, queue_id=on.account["queue_id"])
    await on.at.until(lambda: first not in on.at.channels)
    assert on.at.who(names.held(UUID(on.account["id"]))) == [call_id]
    await on.agent.command("presence.set", state="available")
    await on.takes()
    await on.becomes("joined")
    await on.at.until(lambda: len(on.room()) == 2)
    await on.agent.until(lambda: not on.call["is_held"])
    await on.agent.command("call.hang_up", interaction_id=on.id)
    await on.over()


async def test_tones_go_to_whom_the_agent_speaks_with_and_are_kept_nowhere(on: Desk) -> None:
    call_id = await on.at.calls(CALLER)
    await on.takes()
    await on.becomes("joined")
    await on.agent.command("call.press", interaction_id=on.id, keys="4111#*")
    pressed = [each for each in on.at.asked if "/dtmf" in each]
    assert pressed == [f"POST channels/{call_id}/dtmf?dtmf=4111#*"]
    for keys in ("", "12a", "1" * 41):
        with pytest.raises(CommandFailed):
            await on.agent.command("call.press", interaction_id=on.id, keys=keys)
    # While the agent asks somebody else, the tones are for their menu.
    await on.agent.command("call.ask", interaction_id=on.id, number="+989121230000")
    await on.agent.until(lambda: (on.call["party"] or {}).get("status") == "talking")
    await on.agent.command("call.press", interaction_id=on.id, keys="7")
    assert [each for each in on.at.asked if "/dtmf" in each][1:] == [
        f"POST channels/{Leg('p', UUID(on.id), on.call['party']['label']).id}/dtmf?dtmf=7"
    ]
    other = await on.it.agent("omar")
    with pytest.raises(CommandFailed):
        await other.command("call.press", interaction_id=on.id, keys="1")
    assert not await query(on.it, "select 1 from job where payload::text like '%4111%'")
    assert not await query(on.it, "select 1 from event_log where data::text like '%4111%'")
    assert (await (await on.it.person("maya")).json("GET", "/api/softphone"))[1]["has_keys"] is True
    await on.agent.command("call.hang_up", interaction_id=on.id)
    await on.over()
    with pytest.raises(CommandFailed):
        await on.agent.command("call.press", interaction_id=on.id, keys="1")
