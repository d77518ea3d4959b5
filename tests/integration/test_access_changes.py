from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

from access.model import AGENT_PERMISSIONS, Permission
from tests.integration.house import branch, hire, made
from tests.live import AgentSocket, CommandFailed, Live, Person, eventually

AGENT = sorted(AGENT_PERMISSIONS)
WITHIN_SECONDS = 1.0


async def put(person: Person, path: str, **body: Any) -> tuple[int, Any]:
    return await person.json("PUT", path, body)


async def is_told(socket: AgentSocket) -> None:
    await socket.until(lambda: any(event["type"] == "me.changed" for event in socket.events), WITHIN_SECONDS)


async def events(admin: Person, subject: str) -> list[Any]:
    found: list[Any] = (await admin.json("GET", f"/api/audit?subject={subject}"))[1]["items"]
    return found


# --- roles


async def test_a_role_that_changes_reaches_open_sockets_within_a_second(it: Live, admin: Person) -> None:
    person = await hire(it, AGENT, admin=admin)
    socket = await person.console()
    started = time.perf_counter()
    role = f"/api/roles/{person.me['role_id']}"
    status, answer = await put(admin, role, name=uuid.uuid4().hex, permissions=["customer.read"], version=1)
    assert (status, answer["version"], answer["permissions"]) == (200, 2, ["customer.read"])
    await is_told(socket)
    await socket.sync()
    assert socket.state["me"]["permissions"] == ["customer.read"], "the snapshot after the word is the new one"

    async def refused() -> bool:
        try:
            await socket.command("presence.set", state="not_ready")
        except CommandFailed as error:
            return bool(error.status == 403)
        return False

    assert await eventually(refused, WITHIN_SECONDS)
    assert time.perf_counter() - started < WITHIN_SECONDS
    (first, *_) = await events(admin, f"role:{person.me['role_id']}")
    assert (first["kind"], first["data"]["permissions"]) == ("role.saved", ["customer.read"])
    await socket.close()


async def test_nobody_changes_a_role_beyond_the_own_rights(it: Live, admin: Person) -> None:
    clerk = await hire(it, ["access.manage", "customer.read"], admin=admin)
    small = await made(clerk, "/api/roles", {"name": uuid.uuid4().hex, "permissions": ["customer.read"]})
    big = await made(admin, "/api/roles", {"name": uuid.uuid4().hex, "permissions": ["audit.read"]})
    more = {"name": small["name"], "permissions": ["audit.read"], "version": 1}
    assert (await put(clerk, f"/api/roles/{small['id']}", **more))[0] == 403
    mine = {"name": "mine", "permissions": sorted(Permission), "version": 1}
    assert (await put(clerk, f"/api/roles/{clerk.me['role_id']}", **mine))[0] == 403
    assert (await put(clerk, f"/api/roles/{big['id']}", name="less", permissions=[], version=1))[0] == 403
    assert (await put(clerk, f"/api/roles/{small['id']}", name=small["name"], permissions=[], version=1))[0] == 200
    local = await hire(it, sorted(Permission), await branch(admin, "Local"), admin)
    assert (await put(local, f"/api/roles/{small['id']}", name=small["name"], permissions=[], version=2))[0] == 403
    assert (await put(clerk, f"/api/roles/{uuid.uuid4()}", name="x", permissions=[], version=1))[0] == 404


async def test_a_role_that_somebody_changed_meanwhile_is_not_overwritten(it: Live, admin: Person) -> None:
    role = await made(admin, "/api/roles", {"name": uuid.uuid4().hex, "permissions": []})
    other = await made(admin, "/api/roles", {"name": uuid.uuid4().hex, "permissions": []})
    path = f"/api/roles/{role['id']}"
    assert (await put(admin, path, name="Changed first", permissions=[], version=1))[0] == 200
    assert (await put(admin, path, name="Changed second", permissions=[], version=1))[0] == 409
    assert (await put(admin, path, name=other["name"], permissions=[], version=2))[0] == 409, "a name is taken once"
    assert (await put(admin, path, name="x", permissions=["no.such"], version=2))[0] == 422


# --- branches


async def test_a_branch_is_renamed_and_moved_and_scopes_follow(it: Live, admin: Person) -> None:
    north, south = await branch(admin, "North"), await branch(admin, "South")
    shop = await made(admin, "/api/branches", {"name": "Shop", "parent_id": north})
    head = await hire(it, [*AGENT, "access.manage"], south, admin)
    socket = await head.console()
    moved = {"name": "Shop 2", "parent_id": south, "version": 1}
    status, answer = await put(admin, f"/api/branches/{shop['id']}", **moved)
    assert (status, answer["name"], answer["parent_id"], answer["version"]) == (200, "Shop 2", south, 2)
    await is_told(socket)
    assert {each["id"] for each in (await head.json("GET", "/api/branches"))[1]["items"]} == {south, shop["id"]}
    assert (await put(admin, f"/api/branches/{shop['id']}", **moved))[0] == 409
    assert [each["kind"] for each in await events(admin, f"branch:{shop['id']}")] == ["branch.saved"] * 2
    await socket.close()


async def test_a_branch_never_lies_below_itself_not_even_by_two_moves_at_once(it: Live, admin: Person) -> None:
    one, other = await branch(admin, "One"), await branch(admin, "Other")
    below = await made(admin, "/api/branches", {"name": "Below", "parent_id": one})
    for parent in (one, below["id"]):
        assert (await put(admin, f"/api/branches/{one}", name="One", parent_id=parent, version=1))[0] == 422
    assert (await put(admin, f"/api/branches/{one}", name="One", parent_id=str(uuid.uuid4()), version=1))[0] == 422
    answers = await asyncio.gather(
        put(admin, f"/api/branches/{one}", name="One", parent_id=other, version=1),
        put(admin, f"/api/branches/{other}", name="Other", parent_id=one, version=1),
    )
    assert sorted(status for status, _ in answers) == [200, 422]


async def test_an_administrator_of_a_branch_moves_nothing_out_of_it(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    local = await hire(it, [*AGENT, "access.manage"], here, admin)
    below = await made(local, "/api/branches", {"name": "Below", "parent_id": here})
    path = f"/api/branches/{below['id']}"
    assert (await put(local, path, name="Below", parent_id=there, version=1))[0] == 404
    assert (await put(local, path, name="Below", parent_id=None, version=1))[0] == 403
    assert (await put(local, f"/api/branches/{there}", name="Mine", parent_id=here, version=1))[0] == 404
    assert (await put(local, path, name="Below 2", parent_id=here, version=1))[0] == 200
    assert (await put(local, f"/api/branches/{here}", name="Here 2", version=1))[0] == 200, "its own name"


async def test_somebody_leaves_a_branch_for_the_whole_organisation_only_by_word(it: Live, admin: Person) -> None:
    here = await branch(admin, "Here")
    person, local = await hire(it, [], here, admin), await hire(it, [*AGENT, "access.manage"], here, admin)
    path = f"/api/staff/{person.me['id']}"
    assert (await local.json("PATCH", path, {"version": 1, "branch_id": None}))[0] == 403
    assert (await admin.json("PATCH", path, {"version": 1, "name": "Still here"}))[1]["branch_id"] == here
    assert (await admin.json("PATCH", path, {"version": 2, "branch_id": None}))[1]["branch_id"] is None


# --- skills


async def test_a_skill_is_renamed_once_per_reading(it: Live, admin: Person) -> None:
    skill = await made(admin, "/api/skills", {"name": uuid.uuid4().hex})
    path, name = f"/api/skills/{skill['id']}", uuid.uuid4().hex
    assert (await put(admin, path, name=name, version=1)) == (200, {"id": skill["id"], "name": name, "version": 2})
    assert (await put(admin, path, name="Other", version=1))[0] == 409
    assert (await put(admin, f"/api/skills/{uuid.uuid4()}", name="Other", version=1))[0] == 404
    clerk = await hire(it, AGENT, admin=admin)
    assert (await put(clerk, path, name="Other", version=2))[0] == 403
    (entry, *_) = await events(admin, f"skill:{skill['id']}")
    assert (entry["kind"], entry["actor"]) == ("skill.saved", f"staff:{admin.me['id']}")


# --- merges of customers


async def test_a_merge_is_listed_until_it_is_undone(it: Live, admin: Person) -> None:
    one, other = [await made(admin, "/api/customers", {"name": name}) for name in ("Lena", "Lena again")]
    merged = await made(admin, f"/api/customers/{one['id']}/merges", {"absorbed_id": other["id"]})
    (listed,) = (await admin.json("GET", f"/api/customers/{one['id']}/merges"))[1]["items"]
    assert (listed["id"], listed["absorbed_name"]) == (merged["id"], "Lena again")
    assert (await admin.json("DELETE", f"/api/merges/{merged['id']}"))[0] == 200
    assert (await admin.json("GET", f"/api/customers/{one['id']}/merges"))[1]["items"] == []


async def test_an_address_is_changed_kept_and_taken_away(it: Live, admin: Person) -> None:
    person = await hire(it, AGENT, admin=admin)
    path = f"/api/staff/{person.me['id']}"
    for change, expected in (
        ({"email": "sara@x.example"}, "sara@x.example"),
        ({"name": "S"}, "sara@x.example"),
        ({"email": None}, None),
    ):
        version = next(
            e for e in (await admin.json("GET", "/api/staff?limit=200"))[1]["items"] if e["id"] == person.me["id"]
        )["version"]
        status, answer = await admin.json("PATCH", path, {**change, "version": version})
        assert (status, answer["email"]) == (200, expected)
    status, _ = await admin.json("PATCH", path, {"email": "no address", "version": answer["version"]})
    assert status == 422
