"""Callbacks by the simulated carrier: the place is kept, the telephone rings once, and tries come after one another."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import pytest_asyncio
from invariants import check_invariants

import demo.carrier
from channels.base import Uncertain
from channels.voice import TelephoneChannel
from demo.organisation import NUMBER
from simulator import CallRule, SimulatorSettings
from storage.database import Database
from tests.integration.house import house, query
from tests.live import AgentSocket, Live, eventually

ONE, TWO, BUSY, SILENT = "+966501234567", "+966501234568", "+966501239901", "+966501239902"
RULES = (
    CallRule(pattern="client:*", after_seconds=(0.2, 0.2)),
    CallRule(pattern="*9901", outcome="busy", after_seconds=(1, 1)),
    CallRule(pattern="*9902", outcome="no-answer"),
    CallRule(pattern="*", after_seconds=(1, 1)),
)


@asynccontextmanager
async def carrier_house(server_dsn: str, tmp_path_factory: Any, *rules: CallRule) -> AsyncIterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        rules = (*rules, *RULES)
        patch.setattr(demo.carrier, "SimulatorSettings", partial(SimulatorSettings, speed=40, call_rules=rules))
        async with house(server_dsn, tmp_path_factory.mktemp("callbacks"), simulator=True) as found:
            yield found


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with carrier_house(server_dsn, tmp_path_factory) as found:
        yield found


@pytest_asyncio.fixture
async def silent(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    """Where no agent's phone is answered."""
    async with carrier_house(server_dsn, tmp_path_factory, CallRule(pattern="client:*", outcome="no-answer")) as found:
        yield found


def is_joined(agent: AgentSocket, interaction_id: str) -> bool:
    shown = agent.conversation(interaction_id)
    return shown is not None and shown["interaction"]["call"]["status"] == "joined"


class Caller:
    """Somebody on the telephone."""

    def __init__(self, it: Live, number: str) -> None:
        self.it, self.number, self.sid = it, number, ""

    async def call(self) -> UUID:
        """Ring, and wait until the call waits in the queue."""
        self.sid = (await ask(self.it, "POST", "calls", {"from": self.number, "to": NUMBER}))["sid"]

        async def waits() -> Any:
            return await query(
                self.it,
                "select w.id from thread_key t join work w on w.id = t.interaction_id "
                "where t.key = $1 and w.state <> 'done'",
                f"call:{self.sid}",
            )

        return UUID(str((await eventually(waits))[0]["id"]))

    async def leg(self) -> dict[str, Any]:
        calls = (await ask(self.it, "GET", "state"))["calls"]
        return next(call for call in calls if call["sid"] == self.sid)

    async def hears(self, words: str) -> None:
        async def heard() -> Any:
            return any(words in each["words"] for each in (await self.leg())["heard"])

        await eventually(heard)

    async def press(self, digits: str) -> None:
        await ask(self.it, "POST", f"calls/{self.sid}/digits", {"digits": digits})

    async def hang_up(self) -> None:
        await ask(self.it, "POST", f"calls/{self.sid}/hangup")

    async def asks_to_be_called(self) -> None:
        """Do all of it: hear the offer, press the keys, and be thanked."""
        await self.hears("press 1")
        await self.press("1")
        await self.hears("Press 1 to confirm")
        await self.press("1")
        await self.hears("Your place is kept")


async def ask(it: Live, method: str, path: str, body: Any = None) -> Any:
    url = f"http://127.0.0.1:{it.settings.simulator_port}/simulator/{path}"
    async with aiohttp.ClientSession() as http, http.request(method, url, json=body) as answer:
        assert answer.status < 300, await answer.text()
        return await answer.json()


async def rang(it: Live, number: str) -> list[dict[str, Any]]:
    """Return the calls that we placed to a number."""
    return [call for call in (await ask(it, "GET", "state"))["calls"] if call["to"] == number]


async def offer(it: Live, work_id: UUID) -> None:
    """Do what an overflow does."""
    db = it.running.neck.calling.callbacks._db
    async with db.transaction() as tx:
        await it.running.neck.calling.callbacks.offer(tx, work_id)


async def promised(it: Live, number: str, state: str) -> dict[str, Any]:
    async def found() -> Any:
        return await query(it, "select * from callback where number = $1 and state = $2", number, state)

    return dict((await eventually(found))[0])


async def hurry(it: Live) -> None:
    """Let the next try be due now, as if its minutes had passed."""
    await query(it, "update job set run_at = now() where kind = 'callback.due'")


async def waiting(it: Live, number: str) -> tuple[Caller, dict[str, Any]]:
    """Have somebody who waits to be called back."""
    caller = Caller(it, number)
    await offer(it, await caller.call())
    await caller.asks_to_be_called()
    return caller, await promised(it, number, "waiting")


async def take(agent: AgentSocket, callback: dict[str, Any]) -> str:
    made = await agent.offered("voice")
    assert made["interaction_id"] == str(callback["id"])
    await agent.command("offer.accept", offer_id=made["id"])
    return str(made["interaction_id"])


async def test_who_asks_to_be_called_keeps_the_place_and_is_called_once(
    it: Live,
) -> None:
    first, second = Caller(it, ONE), Caller(it, TWO)
    work_id = await first.call()
    (before,) = await query(it, "select first_enqueued_at, queue_id from work where id = $1", work_id)
    later = await second.call()
    await offer(it, work_id)
    await first.asks_to_be_called()
    kept = await promised(it, ONE, "waiting")
    (work,) = await query(it, "select * from work where id = $1", kept["id"])
    assert (work["kind"], work["first_enqueued_at"], work["queue_id"]) == ("callback", *before)
    (source,) = await query(
        it,
        "select w.state, w.abandoned_at, i.state as shown from work w join interaction i using (id) where id = $1",
        work_id,
    )
    assert tuple(source) == ("done", None, "closed"), "asking to be called is no giving up"

    agent = await it.agent("maya")
    ours = await take(agent, kept)
    talk = await agent.until(lambda: agent.conversation(ours))
    assert (talk["interaction"]["direction"], talk["interaction"]["address"]) == ("outbound", ONE)
    await agent.until(lambda: is_joined(agent, ours))
    assert (await promised(it, ONE, "connected"))["agent_id"] == UUID(talk["interaction"]["agent_id"])
    await agent.command("call.hang_up", interaction_id=ours)
    done = await promised(it, ONE, "done")
    assert (done["reason"], len(await rang(it, ONE))) == ("talked", 1)
    await agent.until(lambda: agent.conversation(ours)["interaction"]["state"] == "wrap_up")
    await agent.command("interaction.wrap_up_done", interaction_id=ours)
    assert (await agent.offered("voice"))["interaction_id"] == str(later), "the second caller comes after"
    await check_invariants(database(it))


def database(it: Live) -> Database:
    return it.running.neck.calling.callbacks._db


async def test_another_number_is_entered_by_keys_and_a_wrong_one_is_asked_again(it: Live) -> None:
    caller = Caller(it, ONE)
    await offer(it, await caller.call())
    await caller.hears("press 1")
    await caller.press("1")
    await caller.hears("Press 1 to confirm")
    await caller.press("2")
    await caller.hears("Enter the number")
    await caller.press("123#")
    await caller.hears("not a complete number")
    await caller.press("00966501234568#")
    await caller.hears("+ 9 6 6 5 0 1 2 3 4 5 6 8")
    await caller.press("1")
    await promised(it, TWO, "waiting")


async def test_who_does_not_answer_is_tried_three_times_and_the_agent_hears_of_it(it: Live) -> None:
    _, kept = await waiting(it, SILENT)
    agent = await it.agent("maya")
    for attempt, minutes in ((1, 5), (2, 15)):
        await take(agent, kept)
        again = await promised(it, SILENT, "scheduled")
        assert (again["attempts"], again["reason"]) == (attempt, "no_answer")
        (job,) = await query(it, "select run_at - now() as left from job where kind = 'callback.due'")
        assert minutes * 60 - 30 < job["left"].total_seconds() <= minutes * 60
        await agent.until(lambda: not agent.state["interactions"])
        (work,) = await query(it, "select state from work where id = $1", kept["id"])
        assert work["state"] == "done"
        await hurry(it)
        await promised(it, SILENT, "waiting")
    await take(agent, kept)
    failed = await promised(it, SILENT, "failed")
    assert (failed["attempts"], len(await rang(it, SILENT))) == (3, 3)
    await agent.until(lambda: any(each["kind"] == "callback_failed" for each in agent.state["notifications"]))
    (work,) = await query(it, "select first_enqueued_at from work where id = $1", kept["id"])
    assert work["first_enqueued_at"] == kept["first_enqueued_at"], "nothing moves it back"
    await check_invariants(database(it))


async def test_a_busy_line_is_said_to_be_busy(it: Live) -> None:
    _, kept = await waiting(it, BUSY)
    await take(await it.agent("maya"), kept)
    assert (await promised(it, BUSY, "scheduled"))["reason"] == "busy"


async def test_who_calls_again_is_not_called_and_has_the_old_place(it: Live) -> None:
    caller, kept = await waiting(it, ONE)
    other = Caller(it, TWO)
    await other.call()
    again = await caller.call()
    done = await promised(it, ONE, "done")
    assert done["reason"] == "called_again"
    (work,) = await query(it, "select first_enqueued_at from work where id = $1", again)
    assert work["first_enqueued_at"] == kept["first_enqueued_at"]
    agent = await it.agent("maya")
    assert (await agent.offered("voice"))["interaction_id"] == str(again)
    assert not await rang(it, ONE)


async def test_who_hung_up_while_waiting_and_calls_again_has_the_old_place_once(it: Live) -> None:
    caller = Caller(it, ONE)
    left = await caller.call()
    await caller.hang_up()

    async def gone() -> Any:
        return await query(it, "select 1 from work where id = $1 and abandoned_at is not null", left)

    await eventually(gone)
    (before,) = await query(it, "select first_enqueued_at from work where id = $1", left)
    again, once_more = await caller.call(), await Caller(it, ONE).call()
    rows = await query(it, "select id, first_enqueued_at from work where id = any($1)", [again, once_more])
    places = {row["id"]: row["first_enqueued_at"] for row in rows}
    assert places[again] == before["first_enqueued_at"]
    assert places[once_more] > before["first_enqueued_at"], "a place is given back once"


async def test_asking_twice_and_from_two_telephones_is_one_callback(it: Live) -> None:
    _, kept = await waiting(it, ONE)
    second = Caller(it, TWO)
    await offer(it, await second.call())
    await second.hears("press 1")
    await second.press("1")
    await second.hears("Press 1 to confirm")
    await second.press("2")
    await second.hears("Enter the number")
    await second.press("966501234567#")
    await second.hears("+ 9 6 6")
    await second.press("1")
    await second.hears("Your place is kept")

    async def closed() -> Any:
        return await query(it, "select 1 from interaction where address = $1 and state = 'closed'", TWO)

    await eventually(closed)
    assert [row["id"] for row in await query(it, "select id from callback")] == [kept["id"]]


@pytest.mark.parametrize("took_it", [True, False])
async def test_a_lost_answer_of_the_carrier_is_looked_up_before_anything_is_dialled_again(
    it: Live, monkeypatch: pytest.MonkeyPatch, *, took_it: bool
) -> None:
    """As after a kill between the dial and the receipt: the try is written, its outcome is not."""
    dial, asked = TelephoneChannel.dial, []

    async def cut(self: Any, *args: Any) -> str:
        asked.append(args)
        if len(asked) > 1:
            return await dial(self, *args)
        if took_it:
            await dial(self, *args)
        raise Uncertain

    monkeypatch.setattr(TelephoneChannel, "dial", cut)
    monkeypatch.setattr("interactions.placed._DIAL_SCHEDULE", (0.1,))
    _, kept = await waiting(it, ONE)
    # The news of the call are lost too: nothing but the carrier's own list knows of it.
    await ask(it, "PUT", "faults", {"rules": [{"kind": "drop", "match": "POST *call/out*"}]})
    agent = await it.agent("maya")
    ours = await take(agent, kept)

    async def dialled() -> Any:
        return await query(it, "select 1 from interaction where id = $1 and call ->> 'call_id' <> ''", UUID(ours))

    await eventually(dialled)
    assert len(await rang(it, ONE)) == 1
    assert len(asked) == (1 if took_it else 2)

    async def answered() -> Any:
        return [call for call in await rang(it, ONE) if call["status"] == "in-progress"]

    await eventually(answered)
    await query(it, "update job set run_at = now() where kind = 'call.check'")
    await agent.until(lambda: is_joined(agent, ours))


async def no_jobs(it: Live) -> bool:
    return not await query(
        it, "select 1 from job where kind in ('call.dial', 'call.ring_agent') and quarantined_at is null"
    )


async def test_two_workers_that_do_the_same_job_dial_once(it: Live) -> None:
    """A worker that lost its lease goes on, while another has begun the same."""
    _, kept = await waiting(it, ONE)
    agent = await it.agent("maya")
    ours = await take(agent, kept)
    await agent.until(lambda: is_joined(agent, ours))
    await query(
        it,
        "insert into job (kind, key, payload, run_at) values ('call.dial', $1, $2, now())",
        ours,
        json.dumps({"interaction_id": ours, "attempt": 1}),
    )
    await eventually(partial(no_jobs, it))
    assert len(await rang(it, ONE)) == 1


async def test_an_agent_whose_phone_is_silent_lets_it_wait_again_and_that_is_no_try(silent: Live) -> None:
    _, kept = await waiting(silent, ONE)
    agent = await silent.agent("maya")
    await take(agent, kept)
    await promised(silent, ONE, "dialling")
    back = await promised(silent, ONE, "waiting")
    assert back["attempts"] == 0
    assert not await rang(silent, ONE)
    (work,) = await query(silent, "select first_enqueued_at from work where id = $1", kept["id"])
    assert work["first_enqueued_at"] == kept["first_enqueued_at"]


async def test_what_the_carrier_forgot_to_tell_is_asked_for(it: Live) -> None:
    _, kept = await waiting(it, SILENT)
    await ask(it, "PUT", "faults", {"rules": [{"kind": "drop", "match": "POST *call/out*"}]})
    agent = await it.agent("maya")
    await take(agent, kept)

    async def over() -> Any:
        return [call for call in await rang(it, SILENT) if call["status"] == "no-answer"]

    await eventually(over)
    await query(it, "update job set run_at = now() where kind = 'call.check'")
    assert (await promised(it, SILENT, "scheduled"))["attempts"] == 1


async def test_a_closed_callback_is_not_tried_again(it: Live) -> None:
    _, kept = await waiting(it, SILENT)
    agent = await it.agent("maya")
    ours = await take(agent, kept)
    await agent.until(lambda: agent.conversation(ours))
    await agent.command("interaction.close", interaction_id=ours)
    assert (await promised(it, SILENT, "cancelled"))["reason"] == "by_agent"


async def test_what_waits_is_taken_by_hand_and_its_telephone_rings_too(it: Live) -> None:
    _, kept = await waiting(it, ONE)
    other = Caller(it, TWO)
    call_id = await other.call()
    agent = await it.agent("maya", available=False)
    await agent.command("interaction.pick", interaction_id=str(kept["id"]))
    ours = str(kept["id"])
    await agent.until(lambda: is_joined(agent, ours))
    assert len(await rang(it, ONE)) == 1
    _, listed = await (await it.person("admin")).json("GET", "/api/callbacks?state=connected")
    assert [each["id"] for each in listed["items"]] == [ours]
    await agent.command("call.hang_up", interaction_id=ours)
    await promised(it, ONE, "done")
    await agent.until(lambda: agent.conversation(ours)["interaction"]["state"] == "wrap_up")
    await agent.command("interaction.wrap_up_done", interaction_id=ours)
    await agent.command("interaction.pick", interaction_id=str(call_id))
    await agent.until(lambda: is_joined(agent, str(call_id)))
