"""Sounds of the library in real calls: uploaded, published, played from our address, kept by what was published."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.integration.house import branch, hire, house, made, query
from tests.integration.test_call_flows import Flowing, step
from tests.integration.test_files import fetch, form, send
from tests.live import Live, Person
from tests.unit.test_call_audio import wav


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("sounds"), simulator=True) as found:
        yield found


async def uploaded(person: Person, content: bytes, name: str = "Welcome to all.wav") -> dict[str, Any]:
    status, sound = await send(person, "/api/call-sounds", form(content, name))
    assert status == 201, sound
    return sound


def playing(sound: dict[str, Any]) -> dict[str, Any]:
    """A flow of one step that plays a sound and hangs up."""
    return step("bye", "hang_up", prompt={"words": {"fa": "خداحافظ"}, "sounds": {"en": f"sound:{sound['id']}"}})


async def played(on: Flowing) -> str:
    """Call, and return the address that was played."""
    sid = await on.rings()
    await on.until_heard(sid, "♪ ")
    return next(each for each in await on.heard(sid) if each.startswith("♪ ")).removeprefix("♪ ")


async def test_a_sound_is_played_from_an_address_that_gives_its_bytes_and_nothing_else(it: Live) -> None:
    on = await Flowing.begin(it)
    first, second = wav(1.5), wav(2.5)
    sound = await uploaded(on.admin, first)
    assert (sound["name"], sound["content_type"], sound["seconds"]) == ("Welcome to all", "audio/wav", 1.5)
    await on.answers(playing(sound))
    url = await played(on)
    assert re.fullmatch(rf"{it.base_url}/api/call-audio/[0-9a-f-]+\.[0-9a-f]+/Welcome to all", url)
    path = url.removeprefix(it.base_url)
    stranger = await it.anonymous()
    status, headers, body = await fetch(stranger, path)
    assert (status, body, headers["Content-Type"]) == (200, first, "audio/wav")
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == (
        "nosniff",
        "public, max-age=31536000, immutable",
    )
    status, headers, body = await fetch(stranger, path, Range="bytes=4-11")
    assert (status, body, headers["Content-Range"]) == (206, first[4:12], f"bytes 4-11/{len(first)}")
    assert (await fetch(stranger, path, If_None_Match=headers["ETag"]))[0] == 304
    token = path.split("/")[3]
    for wrong in (f"{token[:-1]}{'0' if token[-1] != '0' else '1'}", token.partition(".")[0], f"{sound['id']}.x", "x"):
        assert (await fetch(stranger, path.replace(token, wrong)))[0] == 404
    assert (await fetch(stranger, f"/api/call-sounds/{sound['id']}/content"))[0] == 401
    status, replaced = await send(on.admin, f"/api/call-sounds/{sound['id']}/content", form(second))
    assert (status, replaced["seconds"]) == (200, 2.5)
    assert await played(on) == url, "what was published plays what it had"
    assert (await fetch(stranger, path))[2] == first
    assert (await fetch(on.admin, f"/api/call-sounds/{sound['id']}/content"))[2] == second
    await on.answers(playing(sound))
    again = await played(on)
    assert (await fetch(stranger, again.removeprefix(it.base_url)))[2] == second
    await it_is_deleted_only_where_nothing_plays_it(on, sound)


async def it_is_deleted_only_where_nothing_plays_it(on: Flowing, sound: dict[str, Any]) -> None:
    path = f"/api/call-sounds/{sound['id']}"
    status, refused = await on.admin.json("DELETE", path)
    assert (status, refused["flows"]) == (409, [on.flow["name"]])
    change = {"name": "Welcome", "version": 2}
    assert (await on.admin.json("PUT", path, change))[1]["name"] == "Welcome"
    assert (await on.admin.json("PUT", path, change))[0] == 409
    other = await uploaded(on.admin, wav(0.7), "once.wav")
    before = len(list((on.it.settings.data_dir / "files").rglob("*")))
    assert (await on.admin.json("DELETE", f"/api/call-sounds/{other['id']}"))[0] == 204
    assert len(list((on.it.settings.data_dir / "files").rglob("*"))) < before, "its file is gone"
    gone = step("bye", "hang_up", prompt={"words": {"fa": "x"}, "sounds": {"en": f"sound:{other['id']}"}})
    draft = {"languages": ["en", "fa"], "first": "bye", "steps": [gone]}
    body = {"name": on.flow["name"], "draft": draft, "account_ids": [on.account], "version": on.flow["version"]}
    flow = f"/api/call-flows/{on.flow['id']}"
    on.flow = (await on.admin.json("PUT", flow, body))[1]
    status, refused = await on.admin.json("POST", f"{flow}/publish", {"version": on.flow["version"]})
    assert (status, refused["problems"]) == (422, [{"step": "bye", "fault": "sound", "at": "en"}])


async def test_what_is_no_sound_is_refused_whatever_it_is_called(it: Live) -> None:
    admin = await it.person("admin")
    for content, name in ((b"hello", "hello.wav"), (b"<html><script>1</script>", "hello.mp3"), (b"", "nothing.wav")):
        status, refused = await send(admin, "/api/call-sounds", form(content, name))
        assert status in (415, 422), refused
    status, refused = await send(admin, "/api/call-sounds", form(b"hello", "hello.wav"))
    assert (status, "WAV" in refused["detail"]) == (415, True)
    assert (await send(admin, "/api/call-sounds", form(wav(600)[: (8 << 20) + 1] + bytes(2), "long.wav")))[0] == 413
    maya = await it.person("maya")
    assert (await send(maya, "/api/call-sounds", form(wav(1), "mine.wav")))[0] == 403
    assert (await maya.json("GET", "/api/call-sounds"))[0] == 403
    here, elsewhere = [await branch(admin, name) for name in ("Here", "Elsewhere")]
    status, sound = await send(admin, f"/api/call-sounds?branch_id={here}", form(wav(1), "branch.wav"))
    assert status == 201
    there = await hire(it, ["flow.manage"], elsewhere, admin)
    assert sound["id"] not in {each["id"] for each in (await there.json("GET", "/api/call-sounds"))[1]["items"]}
    assert (await there.json("DELETE", f"/api/call-sounds/{sound['id']}"))[0] == 404
    assert (await fetch(there, f"/api/call-sounds/{sound['id']}/content"))[0] == 404


async def test_a_key_is_kept_secret_digits_are_not_and_the_agent_has_the_skill(it: Live) -> None:
    on = await Flowing.begin(it)
    skill = await made(on.admin, "/api/skills", {"name": "Refunds"})
    await on.answers(
        step("menu", "menu", key="wish", values={"1": "refund"}, exits={"1": "code", "timeout": "q", "invalid": "q"}),
        step("code", "collect", key="code", is_secret=True, seconds=5, exits={"next": "q", "failed": "q"}),
        step("q", "queue", queue_id=on.queues["Telephone"], skills={skill["id"]: 5}, attributes={"from": "flow"}),
    )
    sid = await on.rings()
    await on.until_heard(sid, "This is menu.")
    await on.press(sid, "1")
    await on.until_heard(sid, "This is code.")
    await on.press(sid, "918273#")
    found = await on.conversation(sid)
    async with asyncio.timeout(10):
        while not (rows := await query(it, "select attributes::text as said from work where id = $1", found["id"])):
            await asyncio.sleep(0.05)
    for each in ('"form.wish": "refund"', '"form.code": "••••••"', '"form.from": "flow"', '"language": "en"'):
        assert each in rows[0]["said"]
    status, path = await on.admin.json("GET", f"/api/interactions/{found['id']}/call-path")
    assert status == 200
    assert [(each["kind"], each["exit"], each["typed"]) for each in path["items"]] == [
        ("menu", "1", ""),
        ("collect", "next", "••••••"),
        ("queue", "queue", ""),
    ]
    assert (path["ended"], path["flow"], path["where"]) == ("queue", on.flow["name"], "")
    for table, column in (
        ("raw_input", "body"),
        ("flow_call", "place"),
        ("flow_call", "played"),
        ("event_log", "data"),
    ):
        text = f"convert_from({column}, 'utf8')" if column == "body" else f"{column}::text"
        kept = await query(it, f"select 1 from {table} where {text} like '%918273%'")
        assert kept == [], f"{table} has the secret"
    maya = await it.person("maya")
    desk = await maya.console()
    await the_router_asks_for_the_skill(on, maya, found["id"], skill["id"])
    await desk.take_offer("voice")
    await desk.close()


async def the_router_asks_for_the_skill(on: Flowing, maya: Person, work_id: Any, skill_id: str) -> None:
    status, why = await on.admin.json("GET", f"/api/work/{work_id}/explanation")
    assert status == 200, why
    mine = next(each for each in why["waiting"] if each["agent_id"] == maya.me["id"])
    assert mine["skill"] == "Refunds", mine
    status, agent = await on.admin.json("GET", f"/api/agents/{maya.me['id']}")
    assert status == 200, agent
    profile = {name: agent[name] for name in ("trust", "capacity_units", "version")}
    profile["skills"] = {**agent["skills"], skill_id: 5}
    status, answer = await on.admin.json("PUT", f"/api/agents/{maya.me['id']}", profile)
    assert status == 200, answer
