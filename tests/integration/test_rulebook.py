"""Two administrators at the rule book of the desk: nobody takes back unseen what the other one gave."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.integration.house import branch, house, made
from tests.live import Live, Person

_DAILY = {"zone": "Asia/Tehran", "weekly": [{"day": 5, "start": "08:00", "end": "16:00"}]}


@pytest_asyncio.fixture
async def it(server_dsn: str, tmp_path: Path) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path) as found:
        yield found


@pytest_asyncio.fixture
async def admin(it: Live) -> Person:
    return await it.person("admin")


def named(**said: Any) -> dict[str, Any]:
    return {"name": uuid.uuid4().hex, **said}


def at(answer: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["loc"], each["type"]) for each in answer.get("errors", [])}


async def listed(admin: Person) -> dict[str, dict[str, Any]]:
    _, answer = await admin.json("GET", "/api/calendars")
    return {each["id"]: each for each in answer["items"]}


async def test_who_read_a_calendar_before_it_lost_a_branch_does_not_take_the_branch_back(admin: Person) -> None:
    shop = await branch(admin, "Shop")
    old = await made(admin, "/api/calendars", named(hours=_DAILY, branches=[shop]))
    new = await made(admin, "/api/calendars", named(hours=_DAILY, branches=[shop]))
    assert (await listed(admin))[old["id"]]["branches"] == []
    body = {name: value for name, value in old.items() if name != "id"}
    assert (await admin.json("PUT", f"/api/calendars/{old['id']}", body))[0] == 409
    assert (await listed(admin))[new["id"]]["branches"] == [shop]


async def test_who_read_the_default_calendar_before_another_became_it_does_not_make_it_the_default_again(
    admin: Person,
) -> None:
    old = await made(admin, "/api/calendars", named(hours=_DAILY, is_default=True))
    new = await made(admin, "/api/calendars", named(hours=_DAILY, is_default=True))
    body = {name: value for name, value in old.items() if name != "id"}
    assert (await admin.json("PUT", f"/api/calendars/{old['id']}", body))[0] == 409
    known = await listed(admin)
    assert [each["id"] for each in known.values() if each["is_default"]] == [new["id"]]


async def test_saving_the_default_calendar_again_leaves_the_others_as_they_were_read(admin: Person) -> None:
    shop = await branch(admin, "Shop")
    other = await made(admin, "/api/calendars", named(hours=_DAILY, branches=[shop]))
    usual = await made(admin, "/api/calendars", named(hours=_DAILY, is_default=True))
    body = {name: value for name, value in usual.items() if name != "id"}
    assert (await admin.json("PUT", f"/api/calendars/{usual['id']}", body))[0] == 200
    assert (await listed(admin))[other["id"]]["version"] == other["version"]


async def test_a_refusal_names_the_field(admin: Person) -> None:
    for path, body, where in (
        ("/api/sla-policies", {"targets": {}}, ("targets", "no_target")),
        (
            "/api/sla-policies",
            {"targets": {"low": {"resolution": 5}}, "pauses_on": ["open"]},
            ("pauses_on", "our_turn"),
        ),
        (
            "/api/sla-policies",
            {"targets": {"low": {"resolution": 5}}, "calendar_id": str(uuid.UUID(int=7))},
            ("calendar_id", "not_there"),
        ),
        (
            "/api/calendars",
            {"hours": {"weekly": [{"day": 0, "start": "09:00", "end": "09:00"}]}},
            ("hours.weekly.0", "no_time"),
        ),
        (
            "/api/ticket-fields",
            {"key": "colour", "names": {"en": "Colour"}, "type": "choice"},
            ("options", "choice_options"),
        ),
        (
            "/api/ticket-types",
            {"kind": "complaint", "names": {"en": "Staff"}, "parent_id": str(uuid.UUID(int=7))},
            ("parent_id", "type_parent"),
        ),
    ):
        said = named(**body) if path.startswith(("/api/sla", "/api/cal")) else body
        status, answer = await admin.json("POST", path, said)
        assert (status, at(answer)) == (422, {where})


async def test_a_stage_that_is_needed_is_refused_at_what_was_changed(admin: Person) -> None:
    _, answer = await admin.json("GET", "/api/ticket-statuses")
    stage = next(each for each in answer["items"] if each["category"] == "pending")
    body = {name: value for name, value in stage.items() if name != "id"}
    path = f"/api/ticket-statuses/{stage['id']}"
    for name, value in (("is_active", False), ("kinds", ["complaint"]), ("category", "on_hold")):
        status, answer = await admin.json("PUT", path, {**body, name: value})
        assert (status, at(answer)) == (409, {(name, "stage_needed")})
    await made(admin, "/api/tickets", {"kind": "complaint", "subject": "Late"})


async def test_the_category_of_a_stage_that_holds_tickets_is_refused_at_the_category(admin: Person) -> None:
    one = await made(admin, "/api/tickets", {"kind": "complaint", "subject": "Late"})
    _, answer = await admin.json("GET", "/api/ticket-statuses")
    stage = next(each for each in answer["items"] if each["id"] == one["status_id"])
    body = {name: value for name, value in stage.items() if name != "id"} | {"category": "solved"}
    status, answer = await admin.json("PUT", f"/api/ticket-statuses/{stage['id']}", body)
    assert (status, at(answer)) == (409, {("category", "stage_used")})


async def test_a_type_stays_of_its_kind_since_tickets_and_other_types_stand_in_it(admin: Person) -> None:
    top = await made(admin, "/api/ticket-types", {"kind": "complaint", "names": {"en": "Service"}})
    await made(admin, "/api/ticket-types", {"kind": "complaint", "names": {"en": "Staff"}, "parent_id": top["id"]})
    body = {name: value for name, value in top.items() if name != "id"} | {"kind": "inquiry"}
    status, answer = await admin.json("PUT", f"/api/ticket-types/{top['id']}", body)
    assert (status, at(answer)) == (422, {("kind", "type_kind")})


async def test_the_key_of_a_field_stays(admin: Person) -> None:
    field = await made(admin, "/api/ticket-fields", {"key": "serial", "names": {"en": "Serial"}, "type": "text"})
    body = {name: value for name, value in field.items() if name != "id"}
    path = f"/api/ticket-fields/{field['id']}"
    for name, value in (("key", "number"), ("type", "number")):
        status, answer = await admin.json("PUT", path, {**body, name: value})
        assert (status, at(answer)) == (422, {(name, "field_fixed")})


async def test_what_has_a_name_has_one_that_is_seen_and_what_says_something_says_it(admin: Person) -> None:
    blank = " \u200c "
    rule = {"name": "R", "trigger": {"on": "event", "happening": "opened"}, "actions": [{"do": "raise_priority"}]}
    case = await made(admin, "/api/tickets", {"kind": "inquiry", "subject": "x"})
    for path, body, at in (
        ("/api/ticket-statuses", {"names": {"en": blank}, "category": "open"}, "names"),
        ("/api/ticket-types", {"names": {"fa": blank}, "kind": "inquiry"}, "names"),
        ("/api/ticket-fields", {"names": {"en": blank}, "key": "k", "type": "text"}, "names"),
        ("/api/calendars", {"name": blank, "hours": {"weekly": []}}, "name"),
        ("/api/sla-policies", {"name": blank, "targets": {"normal": {"resolution": 5}}}, "name"),
        ("/api/automation/rules", {**rule, "name": blank}, "name"),
        ("/api/automation/rules", {**rule, "actions": [{"do": "add_check", "text": blank}]}, "actions.0"),
        ("/api/automation/rules", {**rule, "actions": [{"do": "tell_customer", "texts": {"ar": blank}}]}, "actions.0"),
        ("/api/automation/rules", {**rule, "actions": [{"do": "notify", "to": "people", "text": "x"}]}, "actions.0"),
        ("/api/macros", {"names": {"en": blank}, "actions": rule["actions"]}, "names"),
        ("/api/complaint-sources", {"names": {"en": blank}}, "names"),
        ("/api/complaint-causes", {"names": {"en": blank}}, "names"),
        ("/api/article-categories", {"names": {"en": blank}}, "names"),
        (f"/api/tickets/{case['id']}/papers", {"kind": "visit", "summary": blank}, "summary"),
    ):
        status, answer = await admin.json("POST", path, body)
        assert (status, answer.get("field")) == (422, at), path
