"""Call flows at the simulated carrier: real calls press keys, fall silent, come when it is closed, and land right."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from demo.organisation import NUMBER
from tests.integration.house import branch, hire, house, made, query
from tests.integration.test_call_control import simulator
from tests.live import Live, Person

CALLER = "+966501234567"


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("flows"), simulator=True) as found:
        yield found


def step(id_: str, kind: str, **more: Any) -> dict[str, Any]:
    said = {"words": {"en": f"This is {id_}.", "fa": f"این {id_} است."}}
    return {"id": id_, "kind": kind, "name": id_.title(), "prompt": said, "seconds": 2, **more}


class Flowing:
    """A house whose telephone has a flow."""

    def __init__(self, it: Live, admin: Person, queues: dict[str, str], account: str, flow: dict[str, Any]) -> None:
        self.it, self.admin, self.queues, self.account, self.flow = it, admin, queues, account, flow

    @classmethod
    async def begin(cls, it: Live) -> Flowing:
        admin = await it.person("admin")
        flow = await made(admin, "/api/call-flows", {"name": f"Main {uuid.uuid4().hex[:6]}"})
        rows = await query(it, "select id, name from queue where channels is null or 'voice' = any(channels)")
        (account,) = await query(it, "select id from channel_account where kind = 'voice'")
        return cls(it, admin, {row["name"]: str(row["id"]) for row in rows}, str(account["id"]), flow)

    async def answers(self, *steps: dict[str, Any], languages: tuple[str, ...] = ("en", "fa"), **more: Any) -> None:
        """Publish these steps, and let the number be answered by them."""
        draft = {"languages": languages, "first": steps[0]["id"], "steps": steps, **more}
        body = {
            "name": self.flow["name"],
            "draft": draft,
            "account_ids": [self.account],
            "version": self.flow["version"],
        }
        path = f"/api/call-flows/{self.flow['id']}"
        status, self.flow = await self.admin.json("PUT", path, body)
        assert (status, self.flow["problems"]) == (200, []), self.flow
        status, self.flow = await self.admin.json("POST", f"{path}/publish", {"version": self.flow["version"]})
        assert status == 200, self.flow

    async def rings(self, caller: str = CALLER) -> str:
        return str((await simulator(self.it, "POST", "calls", {"from": caller, "to": NUMBER}))["sid"])

    async def heard(self, sid: str) -> list[str]:
        calls = (await simulator(self.it, "GET", "state"))["calls"]
        return [each["words"] for each in next(call for call in calls if call["sid"] == sid)["heard"]]

    async def until_heard(self, sid: str, words: str, times: int = 1) -> None:
        async with asyncio.timeout(15):
            while sum(words in each for each in await self.heard(sid)) < times:
                await asyncio.sleep(0.05)

    async def press(self, sid: str, digits: str) -> None:
        await simulator(self.it, "POST", f"calls/{sid}/digits", {"digits": digits})

    async def conversation(self, sid: str) -> dict[str, Any]:
        """Wait until the call is a conversation, and return it."""
        asked = (
            "select i.id, i.state, q.name as queue, i.details, w.priority from thread_key t"
            " join interaction i on i.id = t.interaction_id join queue q on q.id = i.queue_id"
            " left join work w on w.id = i.id where t.key = $1"
        )
        async with asyncio.timeout(15):
            while not (rows := await query(self.it, asked, f"call:{sid}")):
                await asyncio.sleep(0.05)
        return dict(rows[0])

    async def contacts(self, phase: str) -> list[str | None]:
        """Wait until a conversation's stay in a queue is in this phase, and return how all of them left theirs."""
        rows = []
        async with asyncio.timeout(15):
            while phase not in {row["phase"] for row in rows}:
                await asyncio.sleep(0.05)
                asked = "select phase, outcome from queue_contact where kind = 'interaction' order by id"
                rows = await query(self.it, asked)
        return [row["outcome"] for row in rows]

    async def path(self, interaction_id: uuid.UUID) -> list[tuple[str, str]]:
        status, found = await self.admin.json("GET", f"/api/interactions/{interaction_id}/call-path")
        assert status == 200, found
        return [(each["step"], each["exit"]) for each in found["items"]]


async def test_a_caller_is_led_by_keys_and_language_to_a_queue_with_what_was_typed(it: Live) -> None:
    on = await Flowing.begin(it)
    other = next(name for name in on.queues if name != "Telephone")
    await on.answers(
        step("which", "language", exits={"next": "menu"}),
        step("menu", "menu", repeats=2, exits={"1": "bye", "2": "order", "timeout": "bye", "invalid": "bye"}),
        step("order", "collect", key="order", exits={"next": "sales", "failed": "bye"}),
        step("sales", "queue", queue_id=on.queues[other], priority=2, attributes={"wish": "sales"}),
        step("bye", "hang_up"),
    )
    sid = await on.rings()
    await on.until_heard(sid, "برای فارسی")
    await on.press(sid, "2")
    await on.until_heard(sid, "این menu است")
    await on.press(sid, "9")
    await on.until_heard(sid, "این menu است", 2)
    assert await query(it, "select 1 from thread_key where key = $1", f"call:{sid}") == [], "nobody's work yet"
    await on.press(sid, "2")
    await on.until_heard(sid, "این order است")
    await on.press(sid, "4711#")
    await on.until_heard(sid, "4 7 1 1")
    await on.press(sid, "1")
    found = await on.conversation(sid)
    assert (found["queue"], found["priority"]) == (other, 2)
    details = found["details"]
    assert '"order": "4711"' in details
    assert '"locale": "fa"' in details
    went = await on.path(found["id"])
    assert went == [("which", "next"), ("menu", "2"), ("order", "next"), ("sales", "queue")]
    lines = await query(it, "select text from message where interaction_id = $1 and event = 'call.flow'", found["id"])
    assert lines[0]["text"] == "Which → Menu: 2 → Order → Sales"
    await figures_are_those_of_the_version(on)


async def figures_are_those_of_the_version(on: Flowing) -> None:
    path = f"/api/call-flows/{on.flow['id']}"
    status, figures = await on.admin.json("GET", f"{path}/figures?number=1")
    assert status == 200, figures
    assert {"step": "menu", "exit": "2", "calls": 1} in figures["items"]
    status, versions = await on.admin.json("GET", f"{path}/versions")
    assert [(each["number"], each["calls"]) for each in versions["items"]] == [(1, 1)]


async def test_silence_hangs_up_and_a_call_keeps_the_version_with_which_it_began(it: Live) -> None:
    on = await Flowing.begin(it)
    first = (
        step("menu", "menu", repeats=0, exits={"1": "bye", "timeout": "bye", "invalid": "bye"}, seconds=5),
        step("bye", "hang_up"),
    )
    await on.answers(*first)
    sid = await on.rings()
    await on.until_heard(sid, "This is menu.")
    await on.answers(step("new", "hang_up"))
    await on.until_heard(sid, "This is bye.")
    found = await on.conversation(sid)
    assert found["state"] == "closed", "who hangs up in the machine is history and nobody's work"
    assert await on.path(found["id"]) == [("menu", "timeout"), ("bye", "hang_up")]
    await on.until_heard(await on.rings(), "This is new.")
    path = f"/api/call-flows/{on.flow['id']}"
    back = {"number": 1, "version": on.flow["version"]}
    assert (await on.admin.json("POST", f"{path}/publish", back))[1]["published"] == 1
    await on.until_heard(await on.rings(), "This is menu.")


async def test_who_calls_when_it_is_closed_leaves_a_message(it: Live) -> None:
    on = await Flowing.begin(it)
    never = await made(on.admin, "/api/calendars", {"name": "Never", "hours": {"zone": "UTC", "weekly": []}})
    await on.answers(
        step("hours", "hours", calendar_id=never["id"], exits={"open": "sales", "closed": "message"}),
        step("sales", "queue", queue_id=on.queues["Telephone"]),
        step("message", "voicemail", queue_id=on.queues["Telephone"]),
    )
    sid = await on.rings()
    await on.until_heard(sid, "This is message.")
    await on.until_heard(sid, "beep")
    await asyncio.sleep(1.2)  # A message has to be longer than a second to be one.
    await simulator(it, "POST", f"calls/{sid}/hangup")
    async with asyncio.timeout(15):
        while not await query(it, "select 1 from call_recording where kind = 'voicemail' and state = 'kept'"):
            await asyncio.sleep(0.05)
    found = await on.conversation(sid)
    assert found["state"] == "queued", "a message waits for somebody who hears it"
    assert await on.path(found["id"]) == [("hours", "closed"), ("message", "voicemail")]
    assert await on.contacts("waiting") == [None], "who left a message has not abandoned"


async def test_a_turn_told_twice_is_answered_alike_and_a_caller_may_be_called_back(it: Live) -> None:
    on = await Flowing.begin(it)
    await on.answers(
        step("who", "customer", exits={"known": "back", "unknown": "back"}),
        step("back", "callback", queue_id=on.queues["Telephone"], exits={"declined": "bye"}),
        step("bye", "hang_up"),
    )
    await simulator(it, "PUT", "faults", {"rules": [{"kind": "duplicate", "match": "*/call/flow*"}]})
    sid = await on.rings("+966501234599")
    await on.until_heard(sid, "To be called back")
    await on.press(sid, "1")
    async with asyncio.timeout(15):
        while not (rows := await query(it, "select number from callback")):
            await asyncio.sleep(0.05)
    assert [row["number"] for row in rows] == ["+966501234599"]
    found = await on.conversation(sid)
    assert await on.path(found["id"]) == [("who", "unknown"), ("back", "callback")]
    assert await on.contacts("over") == ["removed"], "who is called back has not abandoned"


async def test_a_flow_with_faults_is_kept_but_not_published_and_is_for_who_may(it: Live) -> None:
    on = await Flowing.begin(it)
    path = f"/api/call-flows/{on.flow['id']}"
    status, refused = await on.admin.json("POST", f"{path}/publish", {"version": on.flow["version"]})
    assert (status, refused["problems"]) == (422, [{"step": "start", "fault": "empty", "at": ""}])
    gone = step("start", "queue", queue_id=str(uuid.uuid4()))
    body = {"name": "Other", "draft": {"steps": [gone]}, "account_ids": [], "version": on.flow["version"]}
    status, kept = await on.admin.json("PUT", path, body)
    assert (status, kept["problems"]) == (200, [])
    status, refused = await on.admin.json("POST", f"{path}/publish", {"version": kept["version"]})
    assert refused["problems"] == [{"step": "start", "fault": "queue", "at": ""}]
    assert (await on.admin.json("PUT", path, body))[0] == 409
    wrong = {**body, "account_ids": [str(uuid.uuid4())], "version": kept["version"]}
    assert (await on.admin.json("PUT", path, wrong))[0] == 422
    maya = await it.person("maya")
    assert (await maya.json("GET", "/api/call-flows"))[0] == 403
    here, elsewhere = [await branch(on.admin, name) for name in ("Here", "Elsewhere")]
    assert (await on.admin.json("PUT", path, {**body, "branch_id": here, "version": kept["version"]}))[0] == 200
    there = await hire(it, ["flow.manage"], elsewhere, on.admin)
    assert (await there.json("PUT", path, {**body, "version": kept["version"] + 1}))[0] == 404
    assert (await there.json("GET", f"{path}/versions"))[0] == 404
    assert (await there.json("GET", "/api/call-flows"))[1]["items"] == []
