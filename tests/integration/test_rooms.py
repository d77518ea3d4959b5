"""Internal chat: who is in a room hears it, nobody else does, and guests come in by a link that works once."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import aiohttp
import pytest

from access.model import AGENT_PERMISSIONS, Permission
from tests.integration.house import PASSWORD, branch, hire, query
from tests.integration.test_notices import agree, customer, desk
from tests.live import AgentSocket, CommandFailed, Live, Person

AGENT = sorted(AGENT_PERMISSIONS)
MANAGER = sorted(AGENT_PERMISSIONS | {Permission.ROOM_MANAGE})
GUEST = {"name": "Tariq", "organisation": "Gulf Spare Parts", "password": PASSWORD, "locale": "ar"}


async def team(it: Live, count: int = 2, **fields: Any) -> tuple[str, list[Person], list[AgentSocket]]:
    """Return a room with its manager first."""
    people = [await hire(it, MANAGER if n == 0 else AGENT) for n in range(count)]
    sockets = [await desk(it, person) for person in people]
    new = {"client_id": str(uuid.uuid4()), "name": "پشتیبانی", "member_ids": [p.me["id"] for p in people[1:]], **fields}
    room_id = (await sockets[0].command("room.create", **new))["seat"]["room"]["id"]
    for socket in sockets:
        await socket.until(lambda s=socket: seat(s, room_id))
    return room_id, people, sockets


def seat(socket: AgentSocket, room_id: str) -> dict[str, Any] | None:
    return next((each for each in socket.state["rooms"] if each["room"]["id"] == room_id), None)


async def say(socket: AgentSocket, room_id: str, text: str, **more: Any) -> dict[str, Any]:
    new = {"client_id": str(uuid.uuid4()), "text": text, **more}
    answer: dict[str, Any] = (await socket.command("room.say", room_id=room_id, **new))["message"]
    return answer


async def hears(socket: AgentSocket, room_id: str, text: str) -> dict[str, Any]:
    found: dict[str, Any] = await socket.until(
        lambda: (found := seat(socket, room_id)) and found["last"] and found["last"]["text"] == text and found
    )
    return found


async def test_members_hear_each_other_and_nobody_else_does(it: Live) -> None:
    room_id, people, (one, two) = await team(it)
    outsider = await desk(it, await hire(it, MANAGER))
    await say(one, room_id, "سلام به همه")
    heard = await hears(two, room_id, "سلام به همه")
    assert (heard["room"]["last_seq"], heard["read_seq"]) == (1, 0)
    await two.command("room.read", room_id=room_id, seq=1)
    await two.until(lambda: seat(two, room_id)["read_seq"] == 1)
    for person, socket in zip(people, (one, two), strict=True):
        await agree(it, person, socket)
    message_id = heard["last"]["id"]
    for name, more in (
        ("room.say", {"room_id": room_id, "client_id": "x", "text": "hi"}),
        ("room.messages", {"room_id": room_id}),
        ("room.members", {"room_id": room_id}),
        ("room.read", {"room_id": room_id, "seq": 1}),
        ("room.typing", {"room_id": room_id, "is_typing": True}),
        ("room.search", {"room_id": room_id, "words": "سلام"}),
        ("room.edit", {"message_id": message_id, "version": 1, "text": "mine"}),
        ("room.delete", {"message_id": message_id}),
        ("room.react", {"message_id": message_id, "sign": "like", "is_on": True}),
        ("room.leave", {"room_id": room_id}),
    ):
        with pytest.raises(CommandFailed) as refused:
            await outsider.command(name, **more)
        assert refused.value.status == 404, name
    assert outsider.events == [] or "سلام به همه" not in str(outsider.events)


async def test_the_same_client_id_says_it_once_and_fifty_at_once_leave_no_gap(it: Live) -> None:
    room_id, people, sockets = await team(it, 3)
    first = await sockets[1].command("room.say", room_id=room_id, client_id="once", text="only once")
    assert await sockets[1].command("room.say", room_id=room_id, client_id="once", text="only once") == first
    await asyncio.gather(*(say(sockets[n % 3], room_id, f"number {n}") for n in range(50)))
    rows = await query(it, "select seq from room_message where room_id = $1 order by seq", uuid.UUID(room_id))
    assert [row["seq"] for row in rows] == list(range(1, 52))
    for person, socket in zip(people, sockets, strict=True):
        await agree(it, person, socket)
    page = (await sockets[2].command("room.messages", room_id=room_id, limit=50))["messages"]
    assert [each["seq"] for each in page] == list(range(2, 52))


async def test_who_is_put_out_hears_nothing_more_and_who_comes_in_hears_at_once(it: Live) -> None:
    room_id, people, (one, two) = await team(it)
    late = await hire(it, AGENT)
    third = await desk(it, late)
    await one.command("room.add", room_id=room_id, staff_ids=[late.me["id"]])
    await say(one, room_id, "welcome")
    await hears(third, room_id, "welcome")
    await one.command("room.remove", room_id=room_id, staff_id=people[1].me["id"])
    await say(one, room_id, "between us")
    await two.until(lambda: seat(two, room_id) is None)
    await hears(third, room_id, "between us")
    assert "between us" not in str(two.events)
    for person, socket in ((people[0], one), (people[1], two), (late, third)):
        await agree(it, person, socket)
    with pytest.raises(CommandFailed) as refused:
        await one.command("room.leave", room_id=room_id)
    assert refused.value.status == 409
    await one.command("room.archive", room_id=room_id)
    await third.until(lambda: seat(third, room_id) is None)


async def test_a_resumed_console_knows_the_rooms_that_it_came_into_meanwhile(it: Live) -> None:
    room_id, people, (one, _) = await team(it)
    late = await hire(it, AGENT)
    sleeper = await desk(it, late)
    seq, state = sleeper.seq, sleeper.state
    await sleeper.close()
    await one.command("room.add", room_id=room_id, staff_ids=[late.me["id"]])
    await say(one, room_id, "while you were away")
    back = AgentSocket()
    back.state, back.seq = state, seq
    await back.connect(it.base_url, headers={"Cookie": late.cookie})
    it._sockets.append(back)
    assert await back.sync(seq) == "events"
    await hears(back, room_id, "while you were away")
    await agree(it, late, back)
    assert people


async def test_a_direct_chat_is_one_for_two_and_rings_once_for_what_was_not_read(it: Live) -> None:
    one, two = await hire(it, AGENT), await hire(it, AGENT)
    first, second = await desk(it, one), await desk(it, two)
    begun = await asyncio.gather(
        first.command("room.direct", staff_id=two.me["id"]), second.command("room.direct", staff_id=one.me["id"])
    )
    (room_id,) = {each["seat"]["room"]["id"] for each in begun}
    await say(first, room_id, "are you there?")
    await say(first, room_id, "hello?")
    await hears(second, room_id, "hello?")
    await second.until(lambda: second.state["unread_notifications"] == 1)
    await second.command("room.read", room_id=room_id, seq=2)
    await second.until(lambda: second.state["unread_notifications"] == 0)
    await say(second, room_id, "yes")
    await first.until(lambda: [n["kind"] for n in first.state["notifications"]] == ["direct"])
    for person, socket in ((one, first), (two, second)):
        await agree(it, person, socket)


async def test_only_managers_write_where_it_is_so_and_own_words_can_be_put_right(it: Live) -> None:
    room_id, _, (one, two) = await team(it, posting="managers")
    news = await say(one, room_id, "maintenance at nine")
    with pytest.raises(CommandFailed) as refused:
        await say(two, room_id, "why?")
    assert refused.value.status == 403
    await two.command("room.react", message_id=news["id"], sign="like", is_on=True)
    liked = await two.command("room.react", message_id=news["id"], sign="like", is_on=True)
    assert list(liked["message"]["reactions"]) == ["like"]
    with pytest.raises(CommandFailed) as refused:
        await two.command("room.edit", message_id=news["id"], version=1, text="no")
    assert refused.value.status == 403
    version = liked["message"]["version"]
    await one.command("room.edit", message_id=news["id"], version=version, text="maintenance at ten")
    await hears(two, room_id, "maintenance at ten")
    found = await two.command("room.search", words="TEN")
    assert [each["id"] for each in found["messages"]] == [news["id"]]
    await one.command("room.delete", message_id=news["id"])
    await hears(two, room_id, "")
    kept = await query(
        it, "select text from room_message_past where message_id = $1 order by version", uuid.UUID(news["id"])
    )
    assert [row["text"] for row in kept] == ["maintenance at nine", "maintenance at ten"]


async def test_a_mention_in_a_room_rings_for_its_members_alone(it: Live) -> None:
    room_id, people, (one, two) = await team(it)
    outsider = await hire(it, AGENT)
    outside = await desk(it, outsider)
    await say(one, room_id, f"@{people[1].me['login']} and @{outsider.me['login']}", mentions=[outsider.me["id"]])
    await two.until(lambda: [n["kind"] for n in two.state["notifications"]] == ["room_mention"])
    await asyncio.sleep(0.3)
    assert outside.state["notifications"] == []


async def test_a_message_points_at_a_document_and_each_sees_what_they_may(it: Live) -> None:
    room_id, _, (one, two) = await team(it)
    admin = await it.person("admin")
    there = await branch(admin, "There")
    hidden = await customer(it, "Hidden customer", there)
    here = await desk(it, await hire(it, MANAGER, await branch(admin, "Here")))
    await say(one, room_id, "see this", document=hidden)
    assert (await two.command("document.titles", documents=[hidden]))["documents"][0]["title"] == "Hidden customer"
    assert (await here.command("document.titles", documents=[hidden]))["documents"] == []
    own = (await here.command("room.create", client_id="r", name="Own", branch_id=here.state["me"]["branch_id"]))[
        "seat"
    ]
    with pytest.raises(CommandFailed) as refused:
        await say(here, own["room"]["id"], "look", document=hidden)
    assert refused.value.status == 404


async def invited(it: Live, room_id: str, manager: AgentSocket) -> tuple[Person, str]:
    """Let a new guest in by a link; return the guest and the link's token."""
    email = f"tariq-{uuid.uuid4().hex[:8]}@parts.example"
    made = await manager.command("room.invite", room_id=room_id, email=email, days=7)
    token = made["link"].rpartition("/")[2]
    guest = await it.anonymous()
    status, shown = await guest.json("POST", "/api/invitations/look", {"token": token})
    assert (status, shown["room_name"], shown["email"]) == (200, "پشتیبانی", email)
    status, accepted = await guest.json("POST", "/api/invitations/accept", {"token": token, **GUEST})
    assert (status, accepted) == (201, {"login": email})
    await guest.sign_in(email, PASSWORD)
    return guest, token


async def test_a_guest_sees_the_room_and_nothing_else(it: Live) -> None:
    room_id, people, (one, two) = await team(it)
    old = await say(one, room_id, "before the guest")
    await say(one, room_id, "also before")
    guest, _ = await invited(it, room_id, one)
    inside = await desk(it, guest)
    state = inside.state
    assert state["me"]["permissions"] == ["room.talk"]
    assert state["me"]["is_guest"]
    assert [state[name] for name in ("agents", "queues", "offers", "interactions", "assigned")] == [[], [], [], [], []]
    assert "before" not in str(state)
    await say(two, room_id, "welcome, Tariq")
    await hears(inside, room_id, "welcome, Tariq")
    await one.command("room.edit", message_id=old["id"], version=1, text="before, edited")
    await say(inside, room_id, "thank you")
    await hears(two, room_id, "thank you")
    page = (await inside.command("room.messages", room_id=room_id))["messages"]
    assert [each["text"] for each in page] == ["welcome, Tariq", "thank you"]
    assert "before, edited" not in str(inside.events)
    members = (await inside.command("room.members", room_id=room_id))["members"]
    assert sorted(each["person"]["is_guest"] for each in members) == [False, False, True]
    for person, socket in ((people[0], one), (people[1], two), (guest, inside)):
        await agree(it, person, socket)
    for name, more in (
        ("room.people", {}),
        ("room.find", {}),
        ("room.direct", {"staff_id": people[0].me["id"]}),
        ("room.create", {"client_id": "x", "name": "Mine"}),
        ("room.add", {"room_id": room_id, "staff_ids": [people[0].me["id"]]}),
        ("room.invite", {"room_id": room_id, "email": "x@y.example"}),
        ("document.colleagues", {"document": {"kind": "room", "id": room_id}}),
        ("presence.set", {"state": "available"}),
    ):
        with pytest.raises(CommandFailed) as refused:
            await inside.command(name, **more)
        assert refused.value.status in (403, 404), name
    for path in ("/api/customers", "/api/interactions", "/api/agents", "/api/staff", "/api/queues", "/api/audit"):
        assert (await guest.json("GET", path))[0] == 403, path
    await one.command("room.remove", room_id=room_id, staff_id=guest.me["id"])
    await inside.until(lambda: inside.state["rooms"] == [])


async def test_an_invitation_works_once_and_ends(it: Live) -> None:
    room_id, _, (one, two) = await team(it)
    guest, token = await invited(it, room_id, one)
    for path, body in (("look", {"token": token}), ("accept", {"token": token, **GUEST})):
        assert (await guest.json("POST", f"/api/invitations/{path}", body))[0] in (403, 404), path
    stranger = await it.anonymous()
    for path, body in (("look", {"token": token}), ("accept", {"token": token, **GUEST})):
        assert (await stranger.json("POST", f"/api/invitations/{path}", body))[0] == 404, path
    await one.command("room.invite", room_id=room_id, email="late@parts.example")
    (open_one,) = (await one.command("room.invitations", room_id=room_id))["invitations"]
    await one.command("room.revoke", room_id=room_id, invitation_id=open_one["id"])
    assert (await one.command("room.invitations", room_id=room_id))["invitations"] == []
    with pytest.raises(CommandFailed) as refused:
        await two.command("room.invite", room_id=room_id, email="x@parts.example")
    assert refused.value.status == 403
    hashes = await query(it, "select token_hash from room_invitation where room_id = $1", uuid.UUID(room_id))
    assert token.encode() not in [bytes(row["token_hash"]) for row in hashes]
    made = await query(it, "select expires_at from staff where id = $1", uuid.UUID(guest.me["id"]))
    assert made[0]["expires_at"] is not None
    await query(
        it, "update staff set expires_at = now() - interval '1 second' where id = $1", uuid.UUID(guest.me["id"])
    )
    assert (await guest.json("GET", "/api/session"))[0] == 401


async def test_a_file_is_for_those_who_may_read_the_message(it: Live) -> None:
    room_id, people, (one, two) = await team(it)
    outsider = await hire(it, MANAGER)

    async def upload(person: Person) -> dict[str, Any]:
        form = aiohttp.FormData()
        form.add_field("file", b"plain words", filename="note.txt")
        headers = {"X-CSRF-Token": person.csrf}
        async with person.session.post(f"{it.base_url}/api/room-files", data=form, headers=headers) as response:
            assert response.status == 201
            found: dict[str, Any] = await response.json()
            return found

    async def status(person: Person, url: str) -> int:
        async with person.session.get(it.base_url + url) as response:
            return response.status

    file = await upload(people[0])
    assert [await status(each, file["url"]) for each in (*people, outsider)] == [200, 404, 404]
    with pytest.raises(CommandFailed) as refused:
        await say(two, room_id, "", attachments=[file["id"]])
    assert refused.value.status == 422
    await say(one, room_id, "", attachments=[file["id"]])
    assert [await status(each, file["url"]) for each in (*people, outsider)] == [200, 200, 404]
    guest, _ = await invited(it, room_id, one)
    assert await status(guest, file["url"]) == 404
