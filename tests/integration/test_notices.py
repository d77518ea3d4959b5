"""Comments, assignments and the bell: who is told, who is not, and that every device agrees."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from access.model import AGENT_PERMISSIONS, Permission
from tests.integration.house import branch, hire, made, query
from tests.live import AgentSocket, CommandFailed, Live, Person

AGENT = sorted(AGENT_PERMISSIONS)


async def customer(it: Live, name: str = "مریم رضایی", branch_id: str | None = None) -> dict[str, str]:
    """Return the reference of a new customer."""
    admin = await it.person("admin")
    found = await made(admin, "/api/customers", {"name": name, "branch_id": branch_id})
    return {"kind": "customer", "id": found["id"]}


async def desk(it: Live, person: Person) -> AgentSocket:
    socket = await person.console(available=False)
    it._sockets.append(socket)
    return socket


async def comment(socket: AgentSocket, document: dict[str, str], text: str, **more: Any) -> dict[str, Any]:
    new = {"client_id": str(uuid.uuid4()), "text": text, **more}
    answer: dict[str, Any] = (await socket.command("comment.write", document=document, **new))["comment"]
    return answer


def shown(state: dict[str, Any]) -> dict[str, Any]:
    """Return what colleagues have among themselves; rooms in one order."""
    names = ("notifications", "unread_notifications", "notification_settings", "assigned")
    return {
        **{name: state[name] for name in names},
        "rooms": sorted(state["rooms"], key=lambda seat: seat["room"]["id"]),
    }


async def fresh(it: Live, person: Person) -> dict[str, Any]:
    return shown((await desk(it, person)).state)


async def agree(it: Live, person: Person, socket: AgentSocket) -> None:
    """Hold the law: what events made of the old snapshot is the new one."""
    deadline = asyncio.get_running_loop().time() + 5
    while shown(socket.state) != (wanted := await fresh(it, person)) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.05)
    assert shown(socket.state) == wanted


async def test_a_mention_rings_once_on_every_device_and_reading_it_clears_both(it: Live) -> None:
    author, reader = await hire(it, AGENT), await hire(it, AGENT)
    document = await customer(it)
    writing, one, other = await desk(it, author), await desk(it, reader), await desk(it, reader)
    login = (await query(it, "select login from staff where id = $1", uuid.UUID(reader.me["id"])))[0]["login"]
    new = {"document": document, "client_id": "c1", "text": f"@{login} please look", "mentions": [reader.me["id"]]}
    first = await writing.command("comment.write", **new)
    assert await writing.command("comment.write", **new) == first
    for socket in (one, other):
        await socket.until(lambda s=socket: s.state["unread_notifications"] == 1)
        (told,) = socket.state["notifications"]
        assert (told["kind"], told["title"], told["by_id"]) == ("mention", "مریم رضایی", author.me["id"])
    answer = await one.command("notification.read", ids=[one.state["notifications"][0]["id"]])
    assert answer == {"unread": 0}
    await other.until(lambda: other.state["unread_notifications"] == 0)
    await agree(it, reader, other)
    assert (await fresh(it, author))["notifications"] == []


async def test_nobody_hears_of_what_they_may_not_see(it: Live) -> None:
    admin = await it.person("admin")
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    author = await hire(it, AGENT, there)
    stranger, unprivileged = await hire(it, AGENT, here), await hire(it, [Permission.ROOM_TALK])
    document = await customer(it, "Secret name", there)
    writing = await desk(it, author)
    ids = [stranger.me["id"], unprivileged.me["id"]]
    said = await comment(writing, document, "who may know?", mentions=ids)
    assert said["mentions"] == []
    for person in (stranger, unprivileged):
        socket = await desk(it, person)
        assert "Secret name" not in str(socket.state)
        for name, more in (
            ("document.open", {}),
            ("document.assign", {"version": 0, "assignee_id": None}),
            ("document.follow", {"is_on": True}),
            ("document.comments", {"before": str(uuid.uuid4())}),
        ):
            with pytest.raises(CommandFailed) as refused:
                await socket.command(name, document=document, **more)
            assert refused.value.status == 404, name
        assert (await socket.command("document.titles", documents=[document]))["documents"] == []
        with pytest.raises(CommandFailed) as refused:
            await writing.command("document.assign", document=document, version=0, assignee_id=person.me["id"])
        assert refused.value.status == 422
    with pytest.raises(CommandFailed) as refused:
        await (await desk(it, stranger)).command("comment.edit", comment_id=said["id"], version=1, text="mine now")
    assert refused.value.status == 404


async def test_comments_are_live_where_the_document_is_open_and_end_with_the_rights(it: Live) -> None:
    author, reader = await hire(it, AGENT), await hire(it, AGENT)
    document = await customer(it)
    writing, reading = await desk(it, author), await desk(it, reader)
    assert (await reading.command("document.open", document=document))["comments"] == []
    said = await comment(writing, document, "first")
    told = await reading.until(lambda: next((e for e in reading.events if e["type"] == "comment.put"), None))
    assert told["data"] == {"document": document, "comment": said, "count": 1}
    edited = (await writing.command("comment.edit", comment_id=said["id"], version=1, text="better"))["comment"]
    assert edited["edited_at"]
    with pytest.raises(CommandFailed) as refused:
        await writing.command("comment.edit", comment_id=said["id"], version=1, text="late")
    assert refused.value.status == 409
    with pytest.raises(CommandFailed) as refused:
        await reading.command("comment.delete", comment_id=said["id"])
    assert refused.value.status == 403
    gone = (await writing.command("comment.delete", comment_id=said["id"]))["comment"]
    assert (gone["text"], bool(gone["deleted_at"])) == ("", True)
    kept = await query(
        it, "select text from document_comment_past where comment_id = $1 order by version", uuid.UUID(said["id"])
    )
    assert [row["text"] for row in kept] == ["first", "better"]
    admin = await it.person("admin")
    path = f"/api/roles/{reader.me['role_id']}"
    status, role = await admin.json(
        "PUT", path, {"name": reader.me["login"], "permissions": ["room.talk"], "version": 1}
    )
    assert status == 200, role
    await reading.until(lambda: any(e["type"] == "me.changed" for e in reading.events))
    await asyncio.sleep(0.3)
    seen = len(reading.events)
    await comment(writing, document, "not for you any more")
    await asyncio.sleep(0.5)
    assert "not for you any more" not in str(reading.events[seen:])


async def test_of_two_who_assign_at_once_one_wins(it: Live) -> None:
    one, two, three = [await hire(it, AGENT) for _ in range(3)]
    document = await customer(it)
    first, second, third = await desk(it, one), await desk(it, two), await desk(it, three)
    tries = await asyncio.gather(
        first.command("document.assign", document=document, version=0, assignee_id=three.me["id"], note="urgent"),
        second.command("document.assign", document=document, version=0, assignee_id=one.me["id"]),
        return_exceptions=True,
    )
    lost = [each for each in tries if isinstance(each, CommandFailed)]
    assert [each.status for each in lost] == [409]
    rows = await query(it, "select state from assignment where document_id = $1", uuid.UUID(document["id"]))
    assert [row["state"] for row in rows] == ["open"]
    await agree(it, three, third)


async def test_an_assignment_is_found_handed_on_and_done(it: Live) -> None:
    giver, taker, helper = [await hire(it, AGENT) for _ in range(3)]
    document = await customer(it, "Lena")
    giving, taking, helping = await desk(it, giver), await desk(it, taker), await desk(it, helper)
    await giving.command("document.assign", document=document, version=0, assignee_id=taker.me["id"], note="call her")
    (mine,) = await taking.until(lambda: taking.state["assigned"])
    assert (mine["title"], mine["note"], mine["by_id"]) == ("Lena", "call her", giver.me["id"])
    await taking.command("document.assign", document=document, version=1, assignee_id=helper.me["id"])
    await taking.until(lambda: taking.state["assigned"] == [])
    (theirs,) = await helping.until(lambda: helping.state["assigned"])
    with pytest.raises(CommandFailed) as refused:
        await taking.command("assignment.done", assignment_id=theirs["id"])
    assert refused.value.status == 403
    await helping.command("assignment.done", assignment_id=theirs["id"])
    await taking.until(lambda: any(n["kind"] == "done" for n in taking.state["notifications"]))
    for person, socket in ((giver, giving), (taker, taking), (helper, helping)):
        await agree(it, person, socket)
    status, page = await giver.json("GET", "/api/assignments?side=by_me")
    assert (status, [each["state"] for each in page["items"]]) == (200, ["handed_on"])
    assert (await giver.json("GET", "/api/assignments?side=all"))[0] == 403


async def test_whoever_takes_part_hears_of_the_next_comment_unless_they_left(it: Live) -> None:
    one, two = await hire(it, AGENT), await hire(it, AGENT)
    document = await customer(it)
    first, second = await desk(it, one), await desk(it, two)
    await comment(first, document, "I looked into it")
    await comment(second, document, "thank you")
    await first.until(lambda: [n["kind"] for n in first.state["notifications"]] == ["comment"])
    await first.command("document.follow", document=document, is_on=False)
    await comment(second, document, "one more")
    await comment(second, document, "for you", mentions=[one.me["id"]])
    await first.until(lambda: first.state["unread_notifications"] == 2)
    assert [n["kind"] for n in first.state["notifications"]] == ["mention", "comment"]
    await first.command("document.open", document=document)
    await first.until(lambda: first.state["unread_notifications"] == 0)
    await agree(it, one, first)


async def test_fifty_comments_at_once_are_all_counted_and_told(it: Live) -> None:
    owner = await hire(it, AGENT)
    document = await customer(it)
    watching = await desk(it, owner)
    await comment(watching, document, "mine")
    people = [await desk(it, await hire(it, AGENT)) for _ in range(5)]
    await asyncio.gather(*(comment(people[n % 5], document, f"number {n}") for n in range(50)))
    await watching.until(lambda: watching.state["unread_notifications"] == 50)
    await agree(it, owner, watching)
    assert (await watching.command("document.open", document=document))["count"] == 51
    status, page = await owner.json("GET", "/api/notifications?limit=30")
    assert (status, len(page["items"]), page["next_cursor"] is None) == (200, 30, False)
    status, rest = await owner.json("GET", f"/api/notifications?limit=30&cursor={page['next_cursor']}")
    assert (len(rest["items"]), rest["next_cursor"]) == (20, None)


async def test_what_rings_is_chosen_for_all_devices(it: Live) -> None:
    person = await hire(it, AGENT)
    one, other = await desk(it, person), await desk(it, person)
    assert {s["kind"] for s in one.state["notification_settings"] if s["rings"]} >= {"mention", "direct"}
    await one.command("notification.choose", kind="mention", rings=False)
    await other.until(
        lambda: not next(s for s in other.state["notification_settings"] if s["kind"] == "mention")["rings"]
    )
    await agree(it, person, other)
