"""Rules, steps and tiers at work: who gets what, in which order, who sees it waiting, and what a dry run says of it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from core.settings import Role
from storage.database import Database, adhoc
from tests.integration.house import made
from tests.live import CommandFailed, Live, Person, VisitorSocket, eventually, live


async def named(person: Person, path: str, name: str) -> dict[str, Any]:
    _, found = await person.json("GET", path)
    return next(each for each in found["items"] if each["name"] == name)


async def profile(admin: Person, agent_name: str, **change: Any) -> None:
    agent = await named(admin, "/api/agents", agent_name)
    said = {key: agent[key] for key in ("version", "trust", "capacity_units", "skills")} | change
    assert (await admin.json("PUT", f"/api/agents/{agent['staff_id']}", said))[0] == 200


async def waiting_chat(it: Live, text: str, locale: str = "en") -> tuple[VisitorSocket, str]:
    visitor = await it.visitor(locale=locale)
    await visitor.send(text)
    chat = await visitor.until(lambda: visitor.state["chat"])
    return visitor, chat["interaction_id"]


async def customer_of(admin: Person, interaction_id: str) -> str:
    return str((await admin.json("GET", f"/api/interactions/{interaction_id}"))[1]["customer"]["id"])


async def give_tier(admin: Person, customer_id: str, tier_id: str) -> None:
    _, customer = await admin.json("GET", f"/api/customers/{customer_id}")
    change = {"version": customer["version"], "tier_id": tier_id}
    assert (await admin.json("PATCH", f"/api/customers/{customer_id}", change))[0] == 200


async def loyal_visitor(it: Live, admin: Person, tier_id: str) -> tuple[VisitorSocket, str]:
    """Let somebody write, get the tier, and write again after the first chat is over: then it is known."""
    visitor, first = await waiting_chat(it, "before")
    await give_tier(admin, await customer_of(admin, first), tier_id)
    await visitor.command("chat.end")
    await visitor.send("again")
    chat = await visitor.until(lambda: (c := visitor.state["chat"]) and c["interaction_id"] != first and c)
    return visitor, chat["interaction_id"]


@pytest.mark.parametrize(("older_by_seconds", "is_loyal_first"), [(60, True), (300, False)])
async def test_a_loyal_customer_is_served_ahead_within_the_set_privilege(
    dsn: str, tmp_path: Path, db: Database, older_by_seconds: int, is_loyal_first: bool
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        gold = await made(admin, "/api/tiers", {"name": "Two minutes ahead"})
        rule = {"name": "Loyal first", "conditions": {"tier": [gold["id"]]}, "priority": 2}
        await made(admin, "/api/work-rules", rule)
        _, ordinary = await waiting_chat(it, "I was first")
        _, loyal = await loyal_visitor(it, admin, gold["id"])
        assert (
            await db.value(adhoc("select attributes ->> 'tier' from work where id = :id::uuid"), id=loyal) == gold["id"]
        )
        moved = "update work set first_enqueued_at = first_enqueued_at - make_interval(secs => :by::int) where id = :id"
        await db.run(adhoc(moved), by=older_by_seconds, id=ordinary)
        # The router reads everything anew.
        await made(admin, "/api/skills", {"name": uuid.uuid4().hex})
        await profile(admin, "Sara Ahmadi", capacity_units=30)
        sara = await it.agent("sara")
        offer = await sara.offered("webchat")
        assert offer["interaction_id"] == (loyal if is_loyal_first else ordinary)


async def test_a_saved_rule_counts_at_once_for_what_waits(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        admin, sara = await it.person("admin"), await it.agent("sara", available=False)
        arabic = await made(admin, "/api/skills", {"name": "Arabic"})
        rule = {"name": "In Arabic", "conditions": {"language": ["ar"]}, "skills": {arabic["id"]: 4}}
        kept = await made(admin, "/api/work-rules", rule)
        _, chat = await waiting_chat(it, "مرحبا", "ar")
        _, english = await waiting_chat(it, "hello")
        await sara.command("presence.set", state="available")
        offer = await sara.offered("webchat")
        assert offer["interaction_id"] == english

        async def explained() -> Any:
            _, answer = await admin.json("GET", f"/api/work/{chat}/explanation")
            return {each["agent_name"]: each for each in answer["waiting"]}.get("Sara Ahmadi")

        reason = await eventually(explained)
        assert (reason["reason"], reason["skill"], reason["level"], reason["has"]) == ("skill", "Arabic", 1, 0)
        assert reason["detail"] == "Arabic >= 1", "nobody online has level 4: it stands on the last step"
        change = {**kept, "is_active": False}
        change.pop("id")
        assert (await admin.json("PUT", f"/api/work-rules/{kept['id']}", change))[0] == 200
        await sara.until(lambda: any(each["interaction_id"] == chat for each in sara.state["offers"]))


async def test_an_agent_sees_waiting_only_what_they_could_take(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        _, english = await waiting_chat(it, "hello")
        _, arabic = await waiting_chat(it, "مرحبا", "ar")

        async def seen(login: str) -> set[str]:
            _, found = await (await it.person(login)).json("GET", "/api/interactions?state=queued")
            return {each["id"] for each in found["items"]}

        for login, wanted in (("sara", {english, arabic}), ("maya", set()), ("admin", {english, arabic})):
            assert await seen(login) == wanted, login
        skill = await made(admin, "/api/skills", {"name": "Arabic"})
        rule = {"name": "In Arabic", "conditions": {"language": ["ar"]}, "skills": {skill["id"]: 4}}
        await made(admin, "/api/work-rules", rule)
        assert await seen("sara") == {english}
        assert await seen("nadia") == {english, arabic}, "who supervises sees all"
        queue = await named(admin, "/api/queues", "Web chat")
        chat = await named(admin, "/api/skills", "chat")
        change = {**queue, "steps": [{"after_seconds": 600, "skills": {chat["id"]: 1}}]}
        change.pop("id")
        assert (await admin.json("PUT", f"/api/queues/{queue['id']}", change))[0] == 200
        await profile(admin, "Sara Ahmadi", skills={chat["id"]: 1, skill["id"]: 1})
        assert await seen("sara") == {english, arabic}, "the last step asks for the lowest level only"
        customer = await customer_of(admin, english)
        maya = await it.person("maya")
        _, history = await maya.json("GET", f"/api/interactions?customer_id={customer}")
        assert [each["id"] for each in history["items"]] == [english], "a customer's history is whole"


async def test_a_conversation_is_handed_only_to_a_queue_that_takes_it(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        admin, sara = await it.person("admin"), await it.agent("sara")
        calls = await made(admin, "/api/queues", {"name": "Calls only", "channels": ["voice"]})
        off = await made(admin, "/api/queues", {"name": "Switched off", "is_active": False})
        chats = await made(admin, "/api/queues", {"name": "Chats only", "channels": ["webchat"]})
        await waiting_chat(it, "hello")
        mine = (await sara.take_offer("webchat"))["interaction"]["id"]
        for queue, said in ((calls, "does not take this channel"), (off, "switched off")):
            with pytest.raises(CommandFailed, match=said):
                await sara.command("interaction.transfer", interaction_id=mine, queue_id=queue["id"])
        await sara.command("interaction.transfer", interaction_id=mine, queue_id=chats["id"])
        names = {each["name"]: each["channels"] for each in sara.state["queues"]}
        assert (names["Web chat"], "Switched off" in names) == (None, False)


async def test_any_process_says_who_would_get_it_and_why_nobody_else(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path, roles={Role.WEB, Role.JOBS}) as it:
        admin = await it.person("admin")
        sara, omar = await it.agent("sara"), await it.agent("omar", available=False)
        await it.agent("maya")
        await omar.command("presence.set", state="not_ready", reason="lunch")
        assert not it.running.floor.router.is_leading
        await eventually(lambda: _is_online(admin, "Sara Ahmadi"))
        queue, chat = await named(admin, "/api/queues", "Web chat"), await named(admin, "/api/skills", "chat")
        path = f"/api/queues/{queue['id']}/dry-run"
        status, now = await admin.json("POST", path, {"channel": "webchat"})
        assert status == 200, now
        assert [each["agent_name"] for each in now["candidates"]] == ["Sara Ahmadi"]
        reasons = {each["agent_name"]: each for each in now["others"]}
        assert reasons["Maya Lind"]["reason"] == "skill"
        lacks = reasons["Maya Lind"]
        assert (lacks["skill"], lacks["level"], lacks["has"]) == ("chat", 3, 0)
        assert reasons["عمر الحسن"]["reason"] == "not_ready"
        assert (now["step"], now["steps"], now["needs"]["skills"]) == (0, 2, {"chat": 3})

        draft = {key: value for key, value in queue.items() if key not in ("id", "version")}
        draft |= {"skills": {chat["id"]: 9}, "steps": [{"after_seconds": 120, "skills": {chat["id"]: 5}}], "trust": 3}
        status, tried = await admin.json("POST", path, {"channel": "webchat", "draft": draft, "age_seconds": 30})
        assert (status, tried["step"], tried["is_skipped"]) == (200, 1, True), "nobody online has level 9"
        assert [each["agent_name"] for each in tried["candidates"]] == ["Sara Ahmadi"]
        await profile(admin, "عمر الحسن", skills={chat["id"]: 9})
        _, tried = await admin.json("POST", path, {"channel": "webchat", "draft": draft, "age_seconds": 30})
        assert (tried["step"], tried["candidates"], tried["next_step_in_seconds"]) == (0, [], 90)
        _, tried = await admin.json("POST", path, {"channel": "webchat", "draft": draft, "age_seconds": 130})
        assert (tried["step"], tried["is_skipped"], tried["next_step_in_seconds"]) == (1, False, None)
        await omar.command("presence.set", state="available")
        _, tried = await admin.json("POST", path, {"channel": "webchat", "draft": draft, "age_seconds": 130})
        assert [each["agent_name"] for each in tried["candidates"]] == ["عمر الحسن", "Sara Ahmadi"]
        assert (await named(admin, "/api/queues", "Web chat"))["skills"] == queue["skills"], "nothing was saved"

        draft["steps"] = [{"after_seconds": 1, "skills": {}}]
        status, refused = await admin.json("POST", path, {"channel": "webchat", "draft": draft})
        assert (status, refused["errors"][0]["loc"]) == (422, "steps")
        _, chat_id = await waiting_chat(it, "hello")
        _, answer = await admin.json("GET", f"/api/work/{chat_id}/explanation")
        assert {each["agent_name"]: each["reason"] for each in answer["waiting"]}["Maya Lind"] == "skill"
        await sara.close()


async def _is_online(admin: Person, name: str) -> bool:
    return bool((await named(admin, "/api/agents", name))["presence"]["state"] == "available")


async def test_a_dry_run_looks_at_rules_by_a_customer_s_traits_and_at_nobody_out_of_sight(
    dsn: str, tmp_path: Path
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await it.agent("sara")
        gold = await made(admin, "/api/tiers", {"name": "Platinum"})
        await made(
            admin,
            "/api/work-rules",
            {"name": "Platinum", "conditions": {"tier": [gold["id"]]}, "trust": 7, "priority": 3},
        )
        customer = await made(admin, "/api/customers", {"name": "Lena", "tier_id": gold["id"]})
        asked = {"channel": "webchat", "draft": {"name": "New"}}
        _, plain = await admin.json("POST", "/api/queues/dry-run", asked)
        assert (plain["rules"], plain["priority"], len(plain["candidates"])) == ([], 0, 1)
        _, loyal = await admin.json("POST", "/api/queues/dry-run", {**asked, "customer_id": customer["id"]})
        assert (loyal["rules"], loyal["priority"], loyal["candidates"]) == (["Platinum"], 3, [])
        reason = next(each for each in loyal["others"] if each["agent_name"] == "Sara Ahmadi")
        assert (reason["reason"], reason["level"], reason["has"]) == ("trust", 7, 3)
        status, refused = await admin.json("POST", "/api/queues/dry-run", {"channel": "webchat"})
        assert (status, refused["errors"][0]["loc"]) == (422, "draft")
        sara = await it.person("sara")
        assert (await sara.json("POST", "/api/queues/dry-run", asked))[0] == 403
