"""Saved views: one's own, or shared by whoever may; and the filters of long lists on the server."""

from __future__ import annotations

from typing import Any

import pytest

from access.model import Permission
from tests.integration.house import branch, hire, made
from tests.live import Live, Person

SETTINGS = {"search": "علی", "filters": {"status": ["prospect"]}, "sort": "-name", "hidden": ["kind"]}


async def views(person: Person, page: str = "customers") -> dict[str, Any]:
    status, answer = await person.json("GET", f"/api/views?page={page}")
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


async def names(person: Person) -> list[str]:
    return [view["name"] for view in (await views(person))["items"]]


async def test_a_view_is_kept_as_it_is_and_only_by_its_owner(it: Live) -> None:
    one, other = await hire(it), await hire(it)
    view = await made(one, "/api/views", {"page": "customers", "name": " Prospects ", "settings": SETTINGS})
    assert (view["name"], view["settings"], view["is_shared"]) == ("Prospects", SETTINGS, False)
    assert await names(one) == ["Prospects"]
    assert await names(other) == []
    for method, body in (("PATCH", {"version": 1, "name": "Mine"}), ("DELETE", None)):
        assert (await other.json(method, f"/api/views/{view['id']}", body))[0] == 404
    assert (await one.json("PATCH", f"/api/views/{view['id']}", {"version": 1, "name": "P"}))[1]["version"] == 2
    assert (await one.json("PATCH", f"/api/views/{view['id']}", {"version": 1, "name": "Q"}))[0] == 409
    assert (await one.json("DELETE", f"/api/views/{view['id']}"))[0] == 204
    assert await names(one) == []


async def test_sharing_needs_its_permission_and_stays_in_the_branch(it: Live) -> None:
    admin = await it.person("admin")
    here_id, there_id = await branch(admin, "Here"), await branch(admin, "There")
    lead = await hire(it, [Permission.VIEW_SHARE], here_id, admin)
    here, there = await hire(it, (), here_id, admin), await hire(it, (), there_id, admin)
    new = {"page": "customers", "name": "Ours", "settings": SETTINGS, "is_shared": True}
    assert (await here.json("POST", "/api/views", new))[0] == 403
    view = await made(lead, "/api/views", new)
    assert "Ours" in await names(here)
    assert "Ours" not in await names(there)
    assert (await here.json("PATCH", f"/api/views/{view['id']}", {"version": 1, "name": "Mine"}))[0] == 403
    assert (await here.json("PUT", "/api/default-view", {"page": "customers", "view_id": view["id"]}))[0] == 204
    assert (await there.json("PUT", "/api/default-view", {"page": "customers", "view_id": view["id"]}))[0] == 404
    assert (await views(here))["default_id"] == view["id"]
    assert (await lead.json("DELETE", f"/api/views/{view['id']}"))[0] == 204
    assert (await views(here))["default_id"] is None


async def test_a_page_begins_with_everything_again(it: Live) -> None:
    one = await hire(it)
    view = await made(one, "/api/views", {"page": "audit", "name": "A", "settings": {}})
    assert (await one.json("PUT", "/api/default-view", {"page": "customers", "view_id": view["id"]}))[0] == 404
    for chosen in (view["id"], None):
        assert (await one.json("PUT", "/api/default-view", {"page": "audit", "view_id": chosen}))[0] == 204
        assert (await views(one, "audit"))["default_id"] == chosen


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"page": "../x"},
        {"settings": {"filters": {f"f{n}": [] for n in range(21)}}},
        {"settings": {"filters": {"f": ["x"] * 51}}},
        {"settings": {"filters": {"f": ["x" * 201]}}},
        {"settings": {"else": 1}},
        {"settings": {"sort": "name desc"}},
    ],
)
async def test_a_view_is_bounded(it: Live, wrong: dict[str, Any]) -> None:
    one = await hire(it)
    new = {"page": "customers", "name": "A", "settings": {}, **wrong}
    assert (await one.json("POST", "/api/views", new))[0] == 422


async def test_one_name_is_one_view_and_fifty_are_enough(it: Live) -> None:
    one = await hire(it)
    new = {"page": "people", "settings": {}}
    for number in range(50):
        await made(one, "/api/views", {**new, "name": str(number)})
    assert (await one.json("POST", "/api/views", {**new, "name": "more"}))[0] == 422
    taken = await one.json("POST", "/api/views", {**new, "page": "audit", "name": "1"})
    assert taken[0] == 201
    status, problem = await one.json("POST", "/api/views", {**new, "page": "audit", "name": "1"})
    assert (status, problem["constraint"]) == (409, "saved_view_owner_id_page_name_key")


async def test_long_lists_are_filtered_by_the_server(it: Live) -> None:
    admin = await it.person("admin")
    branch_id = await branch(admin, "Filters")
    for name, more in (
        ("Filter one", {"kind": "person", "status": "prospect", "locale": "fa"}),
        ("Filter two", {"kind": "organization", "status": "active", "branch_id": branch_id}),
    ):
        await made(admin, "/api/customers", {"name": name, **more})

    async def listed(query: str) -> list[str]:
        status, answer = await admin.json("GET", f"/api/customers?q=filter&{query}")
        assert status == 200, answer
        return [each["name"] for each in answer["items"]]

    assert await listed("") == ["Filter two", "Filter one"]
    for query, name in (
        ("kind=person", "Filter one"),
        ("status=active", "Filter two"),
        ("locale=fa", "Filter one"),
        (f"branch_id={branch_id}", "Filter two"),
        ("kind=person&status=prospect&since=2020-01-01T00:00:00Z", "Filter one"),
    ):
        assert await listed(query) == [name], query
    assert await listed("until=2020-01-01T00:00:00Z") == []
    assert (await admin.json("GET", "/api/customers?status=gone"))[0] == 422
    _, audit = await admin.json("GET", "/api/audit?kind=branch.saved&since=2020-01-01T00:00:00Z")
    assert audit["items"]
    assert {entry["kind"] for entry in audit["items"]} == {"branch.saved"}
    assert (await admin.json("GET", "/api/audit?until=2020-01-01T00:00:00Z"))[1]["items"] == []
