"""Queues, rules of work and tiers as administrators set them: refused at the field, never overwritten, in scope."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from tests.integration.house import branch, hire, made
from tests.live import Live, Person

MANAGE = ["queue.manage", "channel.manage", "interaction.read"]


def name() -> str:
    return uuid.uuid4().hex[:12]


async def queue(person: Person, **said: Any) -> dict[str, Any]:
    return await made(person, "/api/queues", {"name": name(), **said})


async def put(person: Person, path: str, thing: dict[str, Any], **change: Any) -> tuple[int, Any]:
    body = {key: value for key, value in {**thing, **change}.items() if key != "id"}
    return await person.json("PUT", f"{path}/{thing['id']}", body)


def at(answer: dict[str, Any]) -> set[tuple[str, str]]:
    return {(error["loc"], error["type"]) for error in answer["errors"]}


async def test_what_a_queue_cannot_be_is_refused_at_every_field(admin: Person) -> None:
    unknown = str(uuid.uuid4())
    said = {
        "name": name(),
        "skills": {unknown: 3},
        "steps": [{"after_seconds": 5, "skills": {unknown: 4}}],
        "channels": ["pigeon"],
        "overflow": [
            {"when": "waited", "after_seconds": 60, "action": "queue", "queue_id": unknown},
            {"when": "closed", "action": "message"},
            {"when": "waited", "action": "callback"},
        ],
    }
    status, answer = await admin.json("POST", "/api/queues", said)
    assert status == 422
    assert at(answer) >= {
        ("skills", "not_there"), ("steps", "steps_close"), ("steps", "steps_more"), ("channels", "channels_unknown"),
        ("overflow", "overflow_queue"), ("overflow", "overflow_hours"), ("overflow", "overflow_text"),
    }  # fmt: skip


async def test_all_that_a_queue_can_be_is_kept(admin: Person) -> None:
    skill = (await made(admin, "/api/skills", {"name": name()}))["id"]
    other = await queue(admin)
    hours = {
        "zone": "Asia/Riyadh",
        "weekly": [{"day": 6, "start": "08:00", "end": "16:00"}],
        "holidays": ["2026-09-23"],
        "rules": [
            {"name": "Nowruz", "calendar": "persian", "month": 1, "day": 1, "days": 4, "year": None, "moved": []}
        ],
        "seasons": [],
        "special": [{"date": "2026-12-04", "spans": [{"start": "10:00", "end": "12:00"}]}],
    }
    said = {
        "name": name(), "skills": {skill: 5}, "steps": [{"after_seconds": 60, "skills": {skill: 2}}],
        "channels": ["voice", "webchat"], "offer_mode": "broadcast", "wrap_up_mode": "manual", "idle_clock": "inbound",
        "goal_percent": 90, "hours": hours,
        "overflow": [{"when": "closed", "after_seconds": 0, "action": "queue", "queue_id": other["id"], "text": {}}],
    }  # fmt: skip
    kept = await made(admin, "/api/queues", said)
    assert {key: kept[key] for key in said} == said


async def test_two_administrators_do_not_overwrite_each_other(it: Live, admin: Person) -> None:
    other = await it.person("admin")
    read = await queue(admin, target_seconds=60)
    assert (await put(admin, "/api/queues", read, target_seconds=30))[0] == 200
    status, answer = await put(other, "/api/queues", read, target_seconds=90)
    assert (status, answer["type"]) == (409, "urn:markaz:problem:conflict")
    _, listed = await other.json("GET", "/api/queues")
    (now,) = [each for each in listed["items"] if each["id"] == read["id"]]
    assert (now["target_seconds"], now["version"]) == (30, 2)
    assert (await put(other, "/api/queues", now, target_seconds=90))[0] == 200


async def test_of_two_changes_that_close_a_circle_together_one_is_refused(it: Live, admin: Person) -> None:
    other = await it.person("admin")
    one, two = await queue(admin), await queue(admin)

    def to(target: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"when": "waited", "after_seconds": 60, "action": "queue", "queue_id": target["id"]}]

    answers = await asyncio.gather(
        put(admin, "/api/queues", one, overflow=to(two)), put(other, "/api/queues", two, overflow=to(one))
    )
    assert sorted(status for status, _ in answers) == [200, 422]
    refused = next(answer for status, answer in answers if status == 422)
    assert at(refused) == {("overflow", "overflow_cycle")}


async def test_a_branch_names_only_queues_of_its_own_or_of_everyone(it: Live, admin: Person) -> None:
    here_id, there_id = await branch(admin, "Here"), await branch(admin, "There")
    here = await hire(it, MANAGE, here_id, admin)
    theirs, own, everyones = (
        await queue(admin, branch_id=there_id),
        await queue(admin, branch_id=here_id),
        await queue(admin),
    )
    new = {"kind": "webchat", "name": name(), "branch_id": here_id, "settings": {}}
    for target, wanted in ((theirs, 422), (own, 201), (everyones, 201)):
        account = {**new, "name": name(), "queue_id": target["id"]}
        status, answer = await here.json("POST", "/api/accounts", account)
        assert status == wanted, answer
        overflow = [{"when": "waited", "action": "queue", "queue_id": target["id"]}]
        said = {"name": name(), "branch_id": here_id, "overflow": overflow}
        assert (await here.json("POST", "/api/queues", said))[0] == wanted
        rule = {"name": name(), "branch_id": here_id, "queue_id": target["id"], "priority": 1}
        assert (await here.json("POST", "/api/work-rules", rule))[0] == wanted
    # Also who sees both does not mix them up.
    status, answer = await admin.json("POST", "/api/accounts", {**new, "queue_id": theirs["id"]})
    assert (status, at(answer)) == (422, {("queue_id", "foreign_queue")})
    widget = (await made(here, "/api/accounts", {**new, "name": name(), "queue_id": own["id"]}))["id"]
    offline = {"site": name(), "account_id": widget, "settings": {"offline_queue_id": theirs["id"]}}
    status, answer = await admin.json("POST", "/api/widgets", offline)
    assert (status, at(answer)) == (422, {("settings.offline_queue_id", "foreign_queue")})


async def test_contacts_come_only_into_queues_that_take_their_channel(admin: Person) -> None:
    voice, chat = await queue(admin, channels=["voice"]), await queue(admin, channels=["webchat", "email"])
    new = {"kind": "webchat", "name": name(), "settings": {}}
    status, answer = await admin.json("POST", "/api/accounts", {**new, "queue_id": voice["id"]})
    assert (status, at(answer)) == (422, {("queue_id", "channel_not_taken")})
    await made(admin, "/api/accounts", {**new, "queue_id": chat["id"]})
    status, answer = await put(admin, "/api/queues", chat, channels=["email"])
    assert (status, at(answer)) == (422, {("channels", "channels_used")})
    assert (await put(admin, "/api/queues", chat, channels=["webchat"]))[0] == 200


async def test_rules_of_work_are_kept_changed_and_dropped_in_scope(it: Live, admin: Person) -> None:
    here_id = await branch(admin, "Rules")
    here = await hire(it, MANAGE, here_id, admin)
    everyones = await made(admin, "/api/work-rules", {"name": name(), "priority": 1})
    own = await made(here, "/api/work-rules", {"name": name(), "branch_id": here_id, "trust": 3})
    foreign = await made(
        admin, "/api/work-rules", {"name": name(), "branch_id": await branch(admin, "Far"), "trust": 3}
    )
    _, listed = await here.json("GET", "/api/work-rules")
    ids = {each["id"] for each in listed["items"]}
    assert {everyones["id"], own["id"]} <= ids
    assert foreign["id"] not in ids
    assert (await put(here, "/api/work-rules", everyones, priority=2))[0] == 403
    assert (await put(here, "/api/work-rules", foreign, trust=1))[0] == 404
    assert (await here.json("DELETE", f"/api/work-rules/{everyones['id']}"))[0] == 403
    assert (await here.json("POST", "/api/work-rules", {"name": name(), "priority": 1}))[0] == 403
    assert (await put(admin, "/api/work-rules", own, trust=5))[0] == 200
    assert (await put(here, "/api/work-rules", own, trust=1))[0] == 409
    assert (await here.json("DELETE", f"/api/work-rules/{own['id']}"))[0] == 204
    assert (await here.json("DELETE", f"/api/work-rules/{own['id']}"))[0] == 404


async def test_a_rule_asks_for_something_that_there_is(admin: Person) -> None:
    status, answer = await admin.json("POST", "/api/work-rules", {"name": name()})
    assert status == 422
    status, answer = await admin.json("POST", "/api/work-rules", {"name": name(), "skills": {str(uuid.uuid4()): 3}})
    assert (status, at(answer)) == (422, {("skills", "not_there")})
    said = {"name": name(), "priority": 1, "conditions": {"Not a name": ["x"]}}
    assert (await admin.json("POST", "/api/work-rules", said))[0] == 422


async def test_tiers_are_the_organisation_s_and_customers_are_found_by_them(it: Live, admin: Person) -> None:
    gold = await made(admin, "/api/tiers", {"name": name(), "position": 1})
    silver = await made(admin, "/api/tiers", {"name": name(), "position": 2})
    clerk = await hire(it, ["customer.write", "customer.read"], admin=admin)
    assert (await clerk.json("POST", "/api/tiers", {"name": name()}))[0] == 403
    here = await hire(it, ["settings.manage"], await branch(admin, "Tier"), admin)
    assert (await here.json("POST", "/api/tiers", {"name": name()}))[0] == 403
    assert (await put(admin, "/api/tiers", gold, position=0))[0] == 200
    assert (await put(admin, "/api/tiers", gold, position=5))[0] == 409
    loyal = await made(clerk, "/api/customers", {"name": name(), "tier_id": gold["id"]})
    await made(clerk, "/api/customers", {"name": name()})
    status, answer = await clerk.json("POST", "/api/customers", {"name": name(), "tier_id": str(uuid.uuid4())})
    assert (status, at(answer)) == (422, {("tier_id", "not_there")})
    _, found = await clerk.json("GET", f"/api/customers?tier_id={gold['id']}")
    assert [each["id"] for each in found["items"]] == [loyal["id"]]
    assert (await admin.json("DELETE", f"/api/tiers/{gold['id']}"))[0] == 409
    assert (await admin.json("DELETE", f"/api/tiers/{silver['id']}"))[0] == 204
    change = {"version": loyal["version"], "tier_id": None}
    assert (await clerk.json("PATCH", f"/api/customers/{loyal['id']}", change))[1]["tier_id"] is None
    assert (await admin.json("DELETE", f"/api/tiers/{gold['id']}"))[0] == 204


async def test_an_order_of_ones_own_needs_a_score_that_is_there(admin: Person) -> None:
    said = {"name": name(), "order_by": "custom", "score": "by_shoe_size"}
    status, answer = await admin.json("POST", "/api/queues", said)
    assert (status, at(answer)) == (422, {("score", "score_unknown")})
    made_up = await queue(admin, order_by="custom")
    assert made_up["score"] == "closest"
