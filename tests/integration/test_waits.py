"""Waiting as people see it: places by the router's key, estimates, and callbacks from the widget and the desk."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from invariants import check_invariants

from access.model import AGENT_PERMISSIONS
from core.clock import utc_now
from tests.integration.house import branch, hire, house, made, query
from tests.integration.test_callbacks import database, promised
from tests.live import CommandFailed, Live, Person, VisitorSocket

NUMBER = "+966501112233"


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("waits"), simulator=True) as found:
        yield found


@pytest_asyncio.fixture
async def admin(it: Live) -> Person:
    return await it.person("admin")


async def queue_of(it: Live, name: str) -> UUID:
    (row,) = await query(it, "select id from queue where name = $1", name)
    return UUID(str(row["id"]))


async def add_work(it: Live, queue_id: UUID, channel: str = "webchat", age: int = 0, **more: Any) -> UUID:
    """Put something into a queue behind the router's back, first queued so many seconds ago."""
    values = {"state": "queued", "priority": 0, "is_emergency": False, "units": 25} | more
    work_id = uuid.uuid4()
    names, places = ", ".join(values), ", ".join(f"${n}" for n in range(5, 5 + len(values)))
    await query(
        it,
        f"insert into work (id, kind, queue_id, channel, first_enqueued_at, {names}) "
        f"values ($1, 'interaction', $2, $3, now() - $4::int * interval '1 second', {places})",
        work_id,
        queue_id,
        channel,
        age,
        *values.values(),
    )
    return work_id


async def handled(it: Live, queue_id: UUID, seconds: int, times: int = 5, channel: str = "webchat") -> None:
    """Let a queue have had contacts that took so long."""
    for _ in range(times):
        work_id = await add_work(it, queue_id, channel, age=2 * seconds, state="done")
        await query(
            it, "update work set assigned_at = now() - $2::int * interval '1 second' where id = $1", work_id, seconds
        )


async def test_places_are_those_of_the_routers_key(it: Live) -> None:
    queue_id = await queue_of(it, "Web chat")
    old = await add_work(it, queue_id, age=100)
    high = await add_work(it, queue_id, age=80, priority=1)
    late = await add_work(it, queue_id, age=60, priority=1)
    alarm = await add_work(it, queue_id, age=0, is_emergency=True)
    routing = it.running.floor.routing
    places = await routing.waits.places(queue_id, "webchat")
    assert [place.work_id for place in places] == [alarm, high, old, late]
    assert [place.position for place in places] == [1, 2, 3, 4]
    assert [await routing.position(database(it), work_id) for work_id in (alarm, high, old, late)] == [1, 2, 3, 4]


async def test_the_estimate_counts_who_takes_the_same_agents_time_and_nobody_elses(it: Live) -> None:
    chat, mail = await queue_of(it, "Web chat"), await queue_of(it, "Email")
    await handled(it, chat, 300)
    waits = it.running.floor.routing.waits
    assert (await waits.estimate(chat, "webchat")).seconds is None, "nobody is there"
    # Sara has both skills, Omar chat alone: half of those who read mail are all of hers.
    await it.agent("sara")
    alone = await waits.estimate(chat, "webchat")
    assert (alone.slots, alone.samples, alone.ahead) == (4, 5, 0)
    assert alone.handle_seconds == pytest.approx(300, abs=5)
    await add_work(it, mail, "email", units=25, agent_id=None)
    waits._shares.clear()
    shared = await waits.estimate(chat, "webchat")
    assert shared.ahead == 1
    assert shared.seconds is not None
    assert alone.seconds is not None
    assert shared.seconds > alone.seconds
    await it.agent("maya")
    waits._shares.clear()
    assert (await waits.estimate(chat, "webchat")).ahead == 0.5, "half of those who read mail answer chats"


async def test_who_left_in_the_queue_shortens_the_estimate(it: Live) -> None:
    chat = await queue_of(it, "Web chat")
    await handled(it, chat, 300)
    await it.agent("omar")
    waits = it.running.floor.routing.waits
    before = await waits.estimate(chat, "webchat")
    gone = await add_work(it, chat, age=120, state="done")
    await query(it, "update work set abandoned_at = now() where id = $1", gone)
    after = await waits.estimate(chat, "webchat")
    assert (before.abandons_a_second, after.samples) == (0, before.samples)
    assert 0 < after.abandons_a_second < 1


# --- the widget


async def waiting_visitor(it: Live) -> VisitorSocket:
    """Somebody who waits in a queue so slow that a call is offered."""
    chat = await queue_of(it, "Web chat")
    await handled(it, chat, 3000)
    await query(it, "update queue set offer_timeout_seconds = 3600")
    await it.agent("omar")
    for _ in range(6):
        await add_work(it, chat, age=500)
    visitor = await it.visitor()
    await visitor.send("hello")
    return visitor


def heard(visitor: VisitorSocket) -> dict[str, Any]:
    return next((data for name, data in reversed(visitor.told) if name == "queue"), {})


async def test_a_visitor_is_offered_a_call_asks_once_and_calls_it_off(it: Live) -> None:
    visitor = await waiting_visitor(it)
    await visitor.until(lambda: heard(visitor).get("callback"))
    interaction_id = visitor.state["chat"]["interaction_id"]
    with pytest.raises(CommandFailed) as wrong:
        await visitor.command("chat.callback", client_id="one", phone="12", consent=True)
    assert wrong.value.status == 422
    with pytest.raises(CommandFailed):
        await visitor.command("chat.callback", client_id="one", phone=NUMBER, consent=False)
    (before,) = await query(it, "select first_enqueued_at from work where id = $1", UUID(interaction_id))
    asked = [
        await visitor.command("chat.callback", client_id="one", phone="+966 50 111 2233", consent=True) for _ in (1, 2)
    ]
    assert asked[0] == asked[1]
    kept = await promised(it, NUMBER, "waiting")
    assert (str(kept["id"]), kept["first_enqueued_at"]) == (asked[0]["callback_id"], before["first_enqueued_at"])
    await visitor.until(lambda: visitor.state["chat"]["state"] == "closed")
    assert visitor.state["chat"]["callback"] == {"id": str(kept["id"]), "number": NUMBER}
    again = await it.visitor(visitor.token)
    assert again.state["chat"] == visitor.state["chat"], "who comes back sees it too"
    (consent,) = await query(it, "select text from visitor_consent where interaction_id = $1", UUID(interaction_id))
    assert consent["text"].startswith("I agree that you call me")

    stranger = await it.visitor()
    with pytest.raises(CommandFailed) as foreign:
        await stranger.command("chat.callback_cancel", callback_id=str(kept["id"]))
    assert foreign.value.status == 404
    for _ in (1, 2):
        await visitor.command("chat.callback_cancel", callback_id=str(kept["id"]))
    assert (await promised(it, NUMBER, "cancelled"))["reason"] == "by_customer"
    (work,) = await query(it, "select state from work where id = $1", kept["id"])
    assert work["state"] == "done"
    await check_invariants(database(it))


async def test_who_does_not_wait_cannot_be_called_instead(it: Live) -> None:
    visitor = await it.visitor()
    with pytest.raises(CommandFailed) as nothing:
        await visitor.command("chat.callback", client_id="one", phone=NUMBER, consent=True)
    assert nothing.value.status == 404
    sara = await it.agent("sara")
    await visitor.send("hello")
    await sara.take_offer("webchat")
    with pytest.raises(CommandFailed) as talking:
        await visitor.command("chat.callback", client_id="one", phone=NUMBER, consent=True)
    assert talking.value.status == 409


async def test_a_visitor_who_left_the_queue_and_is_back_has_the_old_place(it: Live, admin: Person) -> None:
    visitor = await it.visitor()
    first = (await visitor.send("hello"))["interaction_id"]
    await visitor.command("chat.end")
    second = (await visitor.send("hello again"))["interaction_id"]
    assert first != second
    places = await query(it, "select first_enqueued_at from work where id = any($1)", [UUID(first), UUID(second)])
    assert places[0] == places[1]
    # Where the queue keeps no places, the next one begins anew.
    chat = await queue_of(it, "Web chat")
    rule = {"keep_minutes": 0, "version": 0}
    assert (await admin.json("PUT", f"/api/callback-rules/{chat}", rule))[0] == 200
    await visitor.command("chat.end")
    third = (await visitor.send("and again"))["interaction_id"]
    (place,) = await query(it, "select first_enqueued_at from work where id = $1", UUID(third))
    assert place["first_enqueued_at"] > places[0]["first_enqueued_at"]


# --- the desk


async def a_customer(person: Person) -> str:
    return str((await made(person, "/api/customers", {"name": f"Lena {uuid.uuid4().hex[:6]}"}))["id"])


async def promise(person: Person, queue_id: UUID, **more: Any) -> dict[str, Any]:
    body = {
        "client_id": uuid.uuid4().hex,
        "customer_id": await a_customer(person),
        "number": NUMBER,
        "queue_id": str(queue_id),
    }
    return await made(person, "/api/callbacks", body | more)


def in_minutes(minutes: int) -> str:
    return (utc_now() + timedelta(minutes=minutes)).isoformat()


async def test_a_promise_waits_for_its_moment_and_is_moved_and_called_off(it: Live, admin: Person) -> None:
    queue_id = await queue_of(it, "Telephone")
    maya = (await it.person("maya")).me["id"]
    kept = await promise(admin, queue_id, at=in_minutes(60), client_id="same", note="About the invoice")
    assert (kept["state"], kept["zone"], kept["note"]) == ("scheduled", "Asia/Riyadh", "About the invoice")
    assert not await query(it, "select 1 from work where kind = 'callback'")
    path = f"/api/callbacks/{kept['id']}"
    status, moved = await admin.json(
        "PATCH", path, {"version": kept["version"], "at": in_minutes(90), "agent_id": maya}
    )
    assert (status, moved["agent_id"]) == (200, maya)
    assert (await admin.json("PATCH", path, {"version": kept["version"], "at": in_minutes(5)}))[0] == 409
    for bad in (in_minutes(-1), in_minutes(91 * 24 * 60)):
        assert (await admin.json("PATCH", path, {"version": moved["version"], "at": bad}))[0] == 422
    # The jobs of both moments find another one.
    await query(
        it, "update job set run_at = now() where kind = 'callback.due' and payload ->> 'at' < $1", moved["next_try_at"]
    )
    await query(it, "update callback set next_try_at = now() where id = $1", UUID(kept["id"]))
    status, off = await admin.json("POST", f"{path}/cancel")
    assert (status, off["state"], off["reason"]) == (200, "cancelled", "by_staff")
    assert (await admin.json("POST", f"{path}/cancel"))[0] == 409


async def test_what_is_promised_for_now_waits_and_can_be_put_off(it: Live, admin: Person) -> None:
    kept = await promise(admin, await queue_of(it, "Telephone"))
    await promised(it, NUMBER, "waiting")
    _, listed = await admin.json("GET", "/api/callbacks?state=waiting")
    (shown,) = listed["items"]
    status, later = await admin.json(
        "PATCH", f"/api/callbacks/{kept['id']}", {"version": shown["version"], "at": in_minutes(30)}
    )
    assert (status, later["state"]) == (200, "scheduled")
    rows = await query(
        it, "select w.state, i.state as shown from work w join interaction i using (id) where id = $1", UUID(kept["id"])
    )
    assert tuple(rows[0]) == ("done", "closed")
    await query(it, "update job set run_at = now() where kind = 'callback.due'")
    await promised(it, NUMBER, "waiting")
    await check_invariants(database(it))


async def test_the_same_request_twice_is_one_promise(it: Live, admin: Person) -> None:
    queue_id, customer = await queue_of(it, "Telephone"), await a_customer(admin)
    body = {
        "client_id": "same",
        "customer_id": customer,
        "number": NUMBER,
        "queue_id": str(queue_id),
        "at": in_minutes(9),
    }
    assert (await made(admin, "/api/callbacks", body))["id"] == (await made(admin, "/api/callbacks", body))["id"]


async def test_agents_see_their_own_and_nobody_beyond_the_branch(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    queue_there = await made(admin, "/api/queues", {"name": "There", "branch_id": there})
    common = await queue_of(it, "Telephone")
    foreign = await promise(admin, UUID(queue_there["id"]), at=in_minutes(60))
    ours = await promise(admin, common, at=in_minutes(60))
    agent = await hire(it, sorted(AGENT_PERMISSIONS), here, admin)
    manager = await hire(it, [*sorted(AGENT_PERMISSIONS), "callback.manage"], here, admin)
    own = await promise(agent, common, at=in_minutes(60))

    async def seen(person: Person, query: str = "") -> set[str]:
        status, found = await person.json("GET", f"/api/callbacks{query}")
        assert status == 200
        return {each["id"] for each in found["items"]}

    assert await seen(agent) == {own["id"]}
    assert await seen(manager) == {own["id"], ours["id"]}
    assert await seen(manager, "?mine=true") == set()
    assert await seen(admin, f"?queue_id={queue_there['id']}") == {foreign["id"]}
    path = f"/api/callbacks/{foreign['id']}"
    assert (await manager.json("POST", f"{path}/cancel"))[0] == 404
    assert (await manager.json("PATCH", path, {"version": 1}))[0] == 404
    assert (await agent.json("POST", f"/api/callbacks/{own['id']}/cancel"))[0] == 403
    new = {"client_id": "x", "customer_id": await a_customer(agent), "number": NUMBER, "queue_id": queue_there["id"]}
    assert (await agent.json("POST", "/api/callbacks", new))[0] == 404
    assert (await manager.json("PUT", f"/api/callback-rules/{common}", {}))[0] == 403


async def test_pages_follow_one_another(it: Live, admin: Person) -> None:
    queue_id = await queue_of(it, "Telephone")
    ids = [(await promise(admin, queue_id, at=in_minutes(60)))["id"] for _ in range(3)]
    _, first = await admin.json("GET", "/api/callbacks?limit=2&state=open")
    _, second = await admin.json("GET", f"/api/callbacks?limit=2&state=open&cursor={first['next_cursor']}")
    assert [each["id"] for each in (*first["items"], *second["items"])] == ids[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("number", ["nobody", "+1 900 555 0123", "112"])
async def test_what_cannot_be_called_is_refused(it: Live, admin: Person, number: str) -> None:
    body = {
        "client_id": "x",
        "customer_id": await a_customer(admin),
        "number": number,
        "queue_id": str(await queue_of(it, "Telephone")),
    }
    status, problem = await admin.json("POST", "/api/callbacks", body)
    assert status == 422, problem


async def test_a_queue_that_takes_no_calls_offers_none(it: Live, admin: Person) -> None:
    queue_id = await queue_of(it, "Web chat")
    await query(it, "update queue set channels = '{webchat}' where id = $1", queue_id)
    _, listed = await admin.json("GET", "/api/callback-rules")
    assert next(each["can_call"] for each in listed["items"] if each["queue_id"] == str(queue_id)) is False
    body = {"client_id": "x", "customer_id": await a_customer(admin), "number": NUMBER, "queue_id": str(queue_id)}
    assert (await admin.json("POST", "/api/callbacks", body))[0] == 422


async def test_a_rule_is_changed_by_whom_saw_it_last(it: Live, admin: Person) -> None:
    queue_id = await queue_of(it, "Telephone")
    _, listed = await admin.json("GET", "/api/callback-rules")
    before = next(each for each in listed["items"] if each["queue_id"] == str(queue_id))
    assert (before["is_offered"], before["keep_minutes"], before["can_call"], before["version"]) == (True, 10, True, 0)
    status, after = await admin.json("PUT", f"/api/callback-rules/{queue_id}", {"is_offered": False, "version": 0})
    assert (status, after["is_offered"], after["version"]) == (200, False, 1)
    assert (await admin.json("PUT", f"/api/callback-rules/{queue_id}", {"version": 0}))[0] == 409
    (mail,) = await query(it, "select id from channel_account where kind = 'email' limit 1")
    wrong = {"account_id": str(mail["id"]), "version": 1}
    assert (await admin.json("PUT", f"/api/callback-rules/{queue_id}", wrong))[0] == 422
