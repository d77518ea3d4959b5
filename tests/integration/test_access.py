from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from yarl import URL

from access.model import AGENT_PERMISSIONS, Permission
from core.secrets import digest
from tests.integration.house import PASSWORD, branch, hire, made, query
from tests.live import AgentSocket, CommandFailed, Live, Person, eventually

AGENT = sorted(AGENT_PERMISSIONS)
WITHIN_SECONDS = 1.0


async def try_sign_in(it: Live, login: str, password: str) -> tuple[int, dict[str, object]]:
    person = await it.anonymous()
    return await person.json("POST", "/api/session", {"login": login, "password": password})


async def is_sent_away(socket: AgentSocket, started: float) -> bool:
    await socket.until(lambda: any(name == "signed_out" for name, _ in socket.told), WITHIN_SECONDS)
    await eventually(_is_closed(socket), WITHIN_SECONDS)
    return time.perf_counter() - started < WITHIN_SECONDS


def _is_closed(socket: AgentSocket):
    async def closed() -> bool:
        return not socket.client.connected

    return closed


async def change(admin: Person, person: Person, **fields: object) -> int:
    status, answer = await admin.json(
        "PATCH", f"/api/staff/{person.me['id']}", {"version": person.me["version"], **fields}
    )
    if status == 200:
        person.me["version"] = answer["version"]
    return status


# --- sign-in


async def test_a_right_password_signs_in_and_a_wrong_one_says_no_more_than_an_unknown_login(it: Live) -> None:
    assert (await try_sign_in(it, "sara", "markaz-demo"))[0] == 200
    assert (await try_sign_in(it, " SARA ", "markaz-demo"))[0] == 200
    wrong, unknown = await try_sign_in(it, "sara", "no"), await try_sign_in(it, "nobody-here", "no")
    assert wrong == unknown
    assert wrong[0] == 401


async def test_somebody_inactive_cannot_sign_in_and_looks_like_a_wrong_password(it: Live, admin: Person) -> None:
    person = await hire(it, admin=admin)
    login = person.me["login"]
    assert await change(admin, person, is_active=False) == 200
    status, answer = await try_sign_in(it, login, PASSWORD)
    assert (status, answer) == await try_sign_in(it, login, "wrong")
    assert status == 401
    assert (await person.json("GET", "/api/session"))[0] == 401


async def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(it: Live) -> None:
    person = await it.anonymous()
    body = {"login": "maya", "password": "markaz-demo"}
    async with person.session.post(it.base_url + "/api/session", json=body) as response:
        (cookie,) = response.headers.getall("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_a_session_that_was_there_before_is_not_taken_over(it: Live) -> None:
    person = await it.anonymous()
    person.session.cookie_jar.update_cookies({"markaz": "chosen-by-the-attacker"}, URL(it.base_url))
    await person.sign_in("maya")
    assert "chosen-by-the-attacker" not in person.cookie


async def test_unsafe_requests_by_cookie_need_the_csrf_token(it: Live, admin: Person) -> None:
    person = await hire(it, admin=admin)
    right = person.csrf
    for wrong in ("", "0" * 32, right[:-1], "\u00e9"):
        person.csrf = wrong
        status, _ = await person.json("PATCH", "/api/session/preferences", {"locale": "fa"})
        assert status == 403, wrong
    person.csrf = right
    assert (await person.json("PATCH", "/api/session/preferences", {"locale": "fa"}))[0] == 200


@pytest.mark.parametrize("header", ["Authorization", "Cookie", "X-CSRF-Token", "Idempotency-Key", "User-Agent"])
async def test_headers_that_are_no_text_are_refused_not_stumbled_over(it: Live, header: str) -> None:
    person = await it.person("maya")
    value = {"Authorization": "Bearer \udcff\udcfe", "Cookie": "markaz=\udcff"}.get(header, "\udcff\udcfe")
    for method, path, body in (("GET", "/api/session", None), ("PATCH", "/api/session/preferences", {"locale": "en"})):
        status, _ = await person.json(method, path, body, **{header.replace("-", "_"): value})
        assert status in (200, 401, 403, 422), (method, status)
    login = {"login": "maya", "password": "markaz-demo"}
    assert (await person.json("POST", "/api/session", login, **{header.replace("-", "_"): value}))[0] < 500


# --- revocation reaches what is open


async def test_signing_out_closes_the_socket_within_a_second(it: Live, admin: Person) -> None:
    person = await hire(it, AGENT, admin=admin)
    socket = await person.console()
    started = time.perf_counter()
    assert (await person.json("DELETE", "/api/session"))[0] == 204
    assert await is_sent_away(socket, started)
    assert (await person.json("GET", "/api/session"))[0] == 401


@pytest.mark.parametrize("how", ["revoked elsewhere", "all ended", "inactive", "new password"])
async def test_revocation_closes_the_socket_within_a_second(it: Live, admin: Person, how: str) -> None:
    person = await hire(it, AGENT, admin=admin)
    socket = await person.console()
    elsewhere = await it.anonymous()
    await elsewhere.sign_in(person.me["login"], PASSWORD)
    sessions = (await person.json("GET", "/api/sessions"))[1]["items"]
    current = next(session["id"] for session in sessions if session["is_current"])
    started = time.perf_counter()
    match how:
        case "revoked elsewhere":
            assert (await elsewhere.json("DELETE", f"/api/sessions/{current}"))[0] == 204
        case "all ended":
            assert (await admin.json("DELETE", f"/api/staff/{person.me['id']}/sessions"))[0] == 204
        case "inactive":
            assert await change(admin, person, is_active=False) == 200
        case _:
            assert await change(admin, person, password="another long password") == 200
            started = time.perf_counter()
    assert await is_sent_away(socket, started)
    assert (await person.json("GET", "/api/session"))[0] == 401
    assert (await elsewhere.json("GET", "/api/session"))[0] == (200 if how == "revoked elsewhere" else 401)


async def test_a_role_that_is_taken_away_is_gone_from_the_open_socket_within_a_second(it: Live, admin: Person) -> None:
    person = await hire(it, AGENT, admin=admin)
    socket = await person.console()
    started = time.perf_counter()
    assert await change(admin, person, role_ids=[]) == 200

    async def refused() -> bool:
        try:
            await socket.command("presence.set", state="not_ready")
        except CommandFailed as error:
            return bool(error.status == 403)
        return False

    assert await eventually(refused, WITHIN_SECONDS)
    assert time.perf_counter() - started < WITHIN_SECONDS
    assert socket.client.connected, "who may do less is still somebody"
    await socket.until(lambda: any(event["type"] == "me.changed" for event in socket.events), WITHIN_SECONDS)
    await socket.sync()
    assert socket.state["me"]["permissions"] == []
    await socket.close()


async def test_nobody_ends_the_session_of_somebody_else(it: Live, admin: Person) -> None:
    one, other = await hire(it, admin=admin), await hire(it, admin=admin)
    session = (await one.json("GET", "/api/sessions"))[1]["items"][0]["id"]
    assert (await other.json("DELETE", f"/api/sessions/{session}"))[0] == 404
    assert (await one.json("GET", "/api/session"))[0] == 200


# --- API tokens


async def bearer(it: Live, token: str, method: str, path: str, body: object = None) -> int:
    stranger = await it.anonymous()
    return (await stranger.json(method, path, body, Authorization=f"Bearer {token}"))[0]


async def test_a_token_does_what_its_scopes_and_its_owner_both_may(it: Live, admin: Person) -> None:
    owner = await hire(it, AGENT, admin=admin)
    token = await made(owner, "/api/tokens", {"name": "report", "scopes": ["customer.read", "customer.write"]})
    assert await bearer(it, token["token"], "GET", "/api/customers") == 200
    assert await bearer(it, token["token"], "GET", "/api/interactions") == 403, "not in the scopes"
    (row,) = await query(it, "select token_hash from api_token where id = $1", uuid.UUID(token["id"]))
    assert bytes(row["token_hash"]) == digest(token["token"])
    assert token["token"] not in str(await query(it, "select * from api_token"))
    assert "token" not in (await owner.json("GET", "/api/tokens"))[1]["items"][0]
    role = await made(admin, "/api/roles", {"name": uuid.uuid4().hex, "permissions": ["customer.read"]})
    assert await change(admin, owner, role_ids=[role["id"]]) == 200
    assert await bearer(it, token["token"], "POST", "/api/customers", {"name": "X"}) == 403, "its owner may no more"
    assert await bearer(it, token["token"], "GET", "/api/customers") == 200


async def test_a_token_cannot_be_given_more_than_its_maker_has(it: Live, admin: Person) -> None:
    owner = await hire(it, AGENT, admin=admin)
    status, _ = await owner.json("POST", "/api/tokens", {"name": "big", "scopes": ["access.manage"]})
    assert status == 422


async def test_a_revoked_or_expired_token_and_one_of_somebody_inactive_opens_nothing(it: Live, admin: Person) -> None:
    owner = await hire(it, AGENT, admin=admin)
    scopes = ["customer.read"]
    soon = (datetime.now(UTC) + timedelta(seconds=0.5)).isoformat()
    revoked, expired, orphan = [
        await made(owner, "/api/tokens", {"name": "t", "scopes": scopes, "expires_at": expires_at})
        for expires_at in (None, soon, None)
    ]
    other = await hire(it, AGENT, admin=admin)
    assert (await other.json("DELETE", f"/api/tokens/{revoked['id']}"))[0] == 404, "it is not theirs"
    assert await bearer(it, revoked["token"], "GET", "/api/customers") == 200
    assert (await owner.json("DELETE", f"/api/tokens/{revoked['id']}"))[0] == 204
    assert await bearer(it, revoked["token"], "GET", "/api/customers") == 401

    async def is_expired() -> bool:
        return await bearer(it, expired["token"], "GET", "/api/customers") == 401

    assert await eventually(is_expired, 2)
    assert await bearer(it, orphan["token"], "GET", "/api/customers") == 200
    await change(admin, owner, is_active=False)
    assert await bearer(it, orphan["token"], "GET", "/api/customers") == 401


async def test_a_token_has_no_say_in_its_owners_sessions_and_tokens(it: Live, admin: Person) -> None:
    owner = await hire(it, AGENT, admin=admin)
    token = await made(owner, "/api/tokens", {"name": "t", "scopes": ["customer.read"]})
    session = (await owner.json("GET", "/api/sessions"))[1]["items"][0]["id"]
    for method, path, body in (
        ("GET", "/api/sessions", None),
        ("DELETE", f"/api/sessions/{session}", None),
        ("GET", "/api/tokens", None),
        ("DELETE", f"/api/tokens/{token['id']}", None),
        ("POST", "/api/tokens", {"name": "child", "scopes": []}),
        ("PATCH", "/api/session/preferences", {"locale": "ar"}),
    ):
        assert await bearer(it, token["token"], method, path, body) == 403, (method, path)
    assert (await owner.json("GET", "/api/session"))[1]["me"]["locale"] == "en"


async def test_a_revoked_token_closes_its_socket_within_a_second(it: Live, admin: Person) -> None:
    owner = await hire(it, AGENT, admin=admin)
    token = await made(owner, "/api/tokens", {"name": "wallboard", "scopes": ["work.take"]})
    socket = await AgentSocket().connect(it.base_url, auth={"token": token["token"]})
    await socket.sync()
    assert socket.state["me"]["permissions"] == ["work.take"]
    started = time.perf_counter()
    assert (await owner.json("DELETE", f"/api/tokens/{token['id']}"))[0] == 204
    assert await is_sent_away(socket, started)


# --- administration


async def test_nobody_gives_what_they_do_not_have(it: Live, admin: Person) -> None:
    clerk = await hire(it, ["access.manage", "customer.read"], admin=admin)
    roles = {role["name"]: role["id"] for role in (await clerk.json("GET", "/api/roles"))[1]["items"]}
    staff = {"login": f"x{uuid.uuid4().hex[:8]}", "name": "X", "password": PASSWORD}
    big = {"name": uuid.uuid4().hex, "permissions": ["audit.read"]}
    assert (await clerk.json("POST", "/api/staff", {**staff, "role_ids": [roles["Administrator"]]}))[0] == 403
    assert (await clerk.json("POST", "/api/roles", big))[0] == 403
    assert (await clerk.json("POST", "/api/staff", {**staff, "role_ids": [str(uuid.uuid4())]}))[0] == 422
    mine = {"version": clerk.me["version"], "role_ids": [roles["Administrator"]]}
    assert (await clerk.json("PATCH", f"/api/staff/{clerk.me['id']}", mine))[0] == 403
    assert (await clerk.json("POST", "/api/staff", {**staff, "role_ids": [clerk.me["role_id"]]}))[0] == 201


async def test_nobody_takes_over_who_may_do_more(it: Live, admin: Person) -> None:
    clerk = await hire(it, ["access.manage"], admin=admin)
    boss = await hire(it, [*AGENT, "access.manage", "audit.read"], admin=admin)
    assert await change(clerk, boss, password="mine from now on") == 403
    assert await change(clerk, boss, role_ids=[]) == 403
    assert await change(clerk, boss, is_active=False) == 403
    assert (await boss.json("GET", "/api/session"))[0] == 200


async def test_two_administrators_do_not_overwrite_each_other(it: Live, admin: Person) -> None:
    person = await hire(it, admin=admin)
    read = person.me["version"]
    assert await change(admin, person, name="First") == 200
    person.me["version"] = read
    assert await change(admin, person, name="Second") == 409
    (row,) = await query(it, "select name from staff where id = $1", uuid.UUID(person.me["id"]))
    assert row["name"] == "First"


async def test_an_administrator_of_a_branch_stays_in_it(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    local = await hire(it, [*AGENT, *sorted(Permission)], here, admin)
    stranger = await hire(it, AGENT, there, admin)
    staff = {"login": f"y{uuid.uuid4().hex[:8]}", "name": "Y", "password": PASSWORD}
    assert (await local.json("POST", "/api/staff", {**staff, "branch_id": there}))[0] in (403, 404)
    assert (await local.json("POST", "/api/staff", staff))[0] == 403, "the whole organisation is beyond reach"
    assert await change(local, stranger, name="Mine") == 404
    assert await change(local, local, branch_id=there) == 403
    assert (await local.json("POST", "/api/roles", {"name": uuid.uuid4().hex, "permissions": []}))[0] == 403
    assert (await local.json("POST", "/api/branches", {"name": "Root"}))[0] == 403
    assert (await local.json("GET", "/api/audit"))[0] == 403
    seen = {person["id"] for person in (await local.json("GET", "/api/staff"))[1]["items"]}
    assert seen == {local.me["id"]}
    assert (await local.json("POST", "/api/staff", {**staff, "branch_id": here}))[0] == 201
    below = await made(local, "/api/branches", {"name": uuid.uuid4().hex, "parent_id": here})
    assert {b["id"] for b in (await local.json("GET", "/api/branches"))[1]["items"]} == {here, below["id"]}
