from __future__ import annotations

import asyncio
import io
import re
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import BaseModel

from access.model import Permission
from core.commands import Command
from core.http import COLLEAGUE, CUSTOMER, PUBLIC, SIGNED_IN
from core.http.route import Route
from tests.integration.house import hire, made, query
from tests.live import AgentSocket, Live, Person
from tools import protocol

FOR_EVERYONE = {
    "access.sign_in",
    "chat.widget",
    "chat.page",
    "chat.invited",
    "chat.upload",
    "chat.download",
    "complaints.look_up",
    "consents.show_unsubscribe",
    "consents.unsubscribe",
    "dispatch.track_visit",
    "flows.play_call_sound",
    "geo.phones_day",
    "geo.take",
    "geo.take_from",
    "knowledge.article_page",
    "knowledge.judge_public_article",
    "knowledge.public_article",
    "knowledge.public_articles",
    "knowledge.public_categories",
    "knowledge.suggest_public_articles",
    "organisation.face",
    "portal.enter",
    "portal.fill_in",
    "portal.form",
    "portal.form_page",
    "portal.knock",
    "portal.portal",
    "telephony.text_media",
    "rooms.look",
    "rooms.accept",
}


def routes(it: Live, *, guarded: bool = False) -> list[Route]:
    """Return all routes that are not for everyone; `guarded`: only those that name a permission."""
    open_to = {PUBLIC, SIGNED_IN, COLLEAGUE, CUSTOMER} if guarded else {PUBLIC}
    return [each for each in it.running.api.routes if each.declared.permission not in open_to]


def of_staff(it: Live) -> list[Route]:
    """Return those that a session of staff is for; customers' are tried in test_portal_doors.py."""
    return [each for each in routes(it) if each.declared.permission != CUSTOMER]


def address(each: Route) -> str:
    parts = {name: "demo" if name == "site" else "1" if name == "job_id" else str(uuid.uuid4()) for name in each.path}
    return re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], each.declared.path)


async def statuses(person: Person, wanted: list[Route], **headers: str) -> dict[str, int]:
    """Ask each route, with a body that says nothing: who may not ask must not learn what is wrong with it."""
    found = {}
    for each in wanted:
        status, answer = await person.json(each.declared.method, address(each), {}, **headers)
        assert answer["status"] == status, "every refusal is a problem document"
        found[each.name] = status
    return found


def only(status: int, wanted: list[Route]) -> dict[str, int]:
    return {each.name: status for each in wanted}


# --- who may ask what


async def test_every_route_and_command_states_a_permission_that_there_is(it: Live) -> None:
    known = {*Permission, SIGNED_IN, COLLEAGUE, CUSTOMER}
    assert {each.name for each in it.running.api.routes if each.declared.permission == PUBLIC} == FOR_EVERYONE
    assert {each.declared.permission for each in routes(it)} <= known
    assert {each.permission for each in it.running.live.console.commands.all.values()} <= known
    assert {each.permission for each in it.running.live.widget_door.commands.all.values()} == {PUBLIC}


async def test_without_a_session_every_route_answers_401(it: Live) -> None:
    nobody = await it.anonymous()
    assert await statuses(nobody, routes(it)) == only(401, routes(it))
    nobody.session.cookie_jar.update_cookies({"markaz": "made-up"})
    assert await statuses(nobody, routes(it)) == only(401, routes(it))
    assert await statuses(nobody, routes(it), Authorization="Bearer made-up") == only(401, routes(it))


async def test_a_visitor_is_nobody_to_the_api(it: Live) -> None:
    visitor = await it.visitor()
    nobody = await it.anonymous()
    headers = {"X_Visitor_Token": str(visitor.token), "X_Site": "demo", "Authorization": f"Bearer {visitor.token}"}
    assert await statuses(nobody, routes(it), **headers) == only(401, routes(it))


async def test_without_the_permission_every_route_answers_403(it: Live, admin: Person) -> None:
    clerk = await hire(it, admin=admin)
    guarded = routes(it, guarded=True)
    assert await statuses(clerk, guarded) == only(403, guarded)


async def test_with_all_permissions_but_its_own_every_route_answers_403(it: Live, admin: Person) -> None:
    guarded = routes(it, guarded=True)
    for permission in sorted({each.declared.permission for each in guarded}):
        wanted = [each for each in guarded if each.declared.permission == permission]
        clerk = await hire(it, sorted(set(Permission) - {permission}), admin=admin)
        assert await statuses(clerk, wanted) == only(403, wanted)


async def test_a_session_that_is_over_answers_401_everywhere(it: Live, admin: Person) -> None:
    clerk = await hire(it, sorted(Permission), admin=admin)
    statement = "update session set expires_at = now() - interval '1 second' where staff_id = $1"
    await query(it, statement, uuid.UUID(clerk.me["id"]))
    assert await statuses(clerk, routes(it)) == only(401, routes(it))


async def test_a_token_without_the_scope_answers_403(it: Live, admin: Person) -> None:
    token = (await made(admin, "/api/tokens", {"name": "empty", "scopes": []}))["token"]
    nobody = await it.anonymous()
    guarded = routes(it, guarded=True)
    assert await statuses(nobody, guarded, Authorization=f"Bearer {token}") == only(403, guarded)


async def test_without_the_csrf_token_no_unsafe_route_works_by_cookie(it: Live, admin: Person) -> None:
    victim = await hire(it, sorted(Permission), admin=admin)
    victim.csrf = ""
    unsafe = [each for each in of_staff(it) if each.declared.method != "GET"]
    assert await statuses(victim, unsafe) == only(403, unsafe)


async def test_without_the_permission_every_command_answers_403(it: Live, admin: Person) -> None:
    clerk = await hire(it, admin=admin)
    socket = await clerk.console(available=False)
    guarded = [each for each in it.running.live.console.commands.all.values() if each.permission != SIGNED_IN]
    found = {each.name: await refusal(socket, each) for each in guarded}
    assert found == {each.name: 403 for each in guarded}
    await socket.close()


async def refusal(socket: AgentSocket, each: Command) -> int:
    answer = await socket.client.call(each.name, {}, namespace="/agent", timeout=5)
    return int(answer["error"]["status"])


# --- what it says of itself


async def test_the_openapi_page_is_valid_and_names_every_route(it: Live) -> None:
    nobody = await it.anonymous()
    status, page = await nobody.json("GET", "/api/openapi.json")
    assert status == 200
    assert list(OpenAPIV31SpecValidator(page).iter_errors()) == []
    operations = [operation for path in page["paths"].values() for operation in path.values()]
    named = sorted(operation["operationId"] for operation in operations)
    assert named == sorted(each.name for each in it.running.api.routes)
    assert len(set(named)) == len(named)
    for each in it.running.api.routes:
        operation = page["paths"][each.declared.path][each.declared.method.lower()]
        assert f"`{each.declared.permission}`" in operation["description"]
        assert ("security" in operation) == (each.declared.permission != PUBLIC)


def _open_objects(schema: Any, at: str) -> list[str]:
    """Name the objects of a schema that take fields which they do not name."""
    if isinstance(schema, list):
        return [name for part in schema for name in _open_objects(part, at)]
    if not isinstance(schema, dict):
        return []
    own = [at] if "properties" in schema and schema.get("additionalProperties") is not False else []
    return own + [name for key, part in schema.items() for name in _open_objects(part, f"{at}.{key}")]


async def test_no_body_query_or_payload_takes_fields_that_it_does_not_name(it: Live) -> None:
    models: list[type[BaseModel]] = []
    for each in it.running.api.routes:
        models += [model for model in (each.body, each.query) if model is not None]
    for commands in (it.running.live.console.commands, it.running.live.widget_door.commands):
        models += [each.payload for each in commands.all.values()]
    assert [name for model in models for name in _open_objects(model.model_json_schema(), model.__name__)] == []


async def test_the_page_of_the_protocol_knows_every_command_and_every_field_of_the_snapshots(it: Live) -> None:
    assert set(protocol.commands("/agent")) == set(it.running.live.console.commands.all)
    assert set(protocol.commands("/chat")) == set(it.running.live.widget_door.commands.all)
    agent, visitor = await it.agent("omar", available=False), await it.visitor()
    page = protocol.PAGE.read_text()
    for state in (agent.state, visitor.state, agent.state["me"]):
        assert [field for field in state if f"`{field}`" not in page] == []


# --- refusals


async def problem(person: Person, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
    sent = {"X-CSRF-Token": person.csrf, **headers}
    data = {"data": body} if isinstance(body, (bytes, str, io.IOBase)) else {"json": body}
    async with person.session.request(method, person.base_url + path, headers=sent, **data) as response:
        assert response.content_type == "application/problem+json"
        document = await response.json(content_type=None)
        assert {"type", "title", "status", "detail"} <= set(document)
        assert document["status"] == response.status
        assert document["detail"]
        return response.status, document["type"].removeprefix("urn:markaz:problem:")


async def test_every_refusal_is_a_problem_document(it: Live, admin: Person) -> None:
    nobody, clerk = await it.anonymous(), await hire(it, admin=admin)
    json = {"Content-Type": "application/json"}
    assert await problem(nobody, "GET", "/api/staff") == (401, "unauthenticated")
    assert await problem(clerk, "GET", "/api/staff") == (403, "forbidden")
    assert await problem(admin, "GET", "/api/nothing/here") == (404, "not-found")
    assert await problem(admin, "GET", f"/api/customers/{uuid.uuid4()}") == (404, "not-found")
    assert await problem(admin, "DELETE", "/api/staff") == (405, "wrong-method")
    assert await problem(admin, "PATCH", "/chat/files") == (405, "wrong-method")
    assert await problem(admin, "POST", "/api/customers", "name=x") == (415, "wrong-type")
    assert await problem(admin, "POST", "/api/customers", io.BytesIO(b" " * (2 << 20)), **json) == (413, "too-large")
    assert await problem(admin, "POST", "/api/customers", b"{", **json) == (422, "invalid")
    assert await problem(admin, "POST", "/api/customers", b"\xff\xfe", **json) == (422, "invalid")
    assert await problem(admin, "POST", "/api/customers", b"[" * 100_000, **json) == (422, "invalid")
    assert await problem(admin, "POST", "/api/customers", {"name": "x", "is_admin": True}) == (422, "invalid")
    assert await problem(admin, "GET", "/api/customers?limit=1000000000000000000000") == (422, "invalid")
    assert await problem(admin, "GET", "/api/customers/not-a-uuid") == (422, "invalid")
    skill = {"name": uuid.uuid4().hex}
    await made(admin, "/api/skills", skill)
    assert (await problem(admin, "POST", "/api/skills", skill))[0] == 409


async def test_a_wrong_method_says_which_are_right(it: Live, admin: Person) -> None:
    async with admin.session.delete(it.base_url + "/api/staff", headers={"X-CSRF-Token": admin.csrf}) as response:
        assert response.headers["Allow"] == "GET, POST"


async def test_who_leaves_in_the_middle_of_a_question_is_no_error(it: Live, caplog: pytest.LogCaptureFixture) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", urlsplit(it.base_url).port)
    head = "POST /api/session HTTP/1.1\r\nHost: markaz\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    writer.write(f"{head}{{".encode())
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.transport.abort()
    await asyncio.sleep(0.2)
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []


async def test_too_many_tries_are_told_when_to_come_back(it: Live) -> None:
    nobody = await it.anonymous()
    login = {"login": "somebody-else", "password": "no"}
    for _ in range(10):
        assert await problem(nobody, "POST", "/api/session", login) == (401, "wrong-credentials")
    async with nobody.session.post(it.base_url + "/api/session", json=login) as response:
        assert response.status == 429
        assert response.content_type == "application/problem+json"
        assert 0 < int(response.headers["Retry-After"]) <= 901


async def test_a_refusal_does_not_repeat_what_was_sent(it: Live) -> None:
    nobody = await it.anonymous()
    _, answer = await nobody.json("POST", "/api/session", {"login": ["x"], "password": {"secret": "canary-7a"}})
    assert "canary-7a" not in str(answer)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "\u202e", "😀" * 100, "'; drop table staff; --", "%_\\"])
async def test_odd_text_is_stored_or_refused_and_never_an_error(it: Live, admin: Person, text: str) -> None:
    body = b'{"name": "%s"}' % text.encode("utf-8", "surrogatepass").replace(b"\\", b"\\\\").replace(
        b"\x00", b"\\u0000"
    )
    for method, path in (("POST", "/api/customers"), ("POST", "/api/skills"), ("POST", "/api/branches")):
        headers = {"X-CSRF-Token": admin.csrf, "Content-Type": "application/json"}
        async with admin.session.request(method, it.base_url + path, data=body, headers=headers) as response:
            assert response.status in (201, 409, 422), await response.text()
    for path in ("/api/customers?q=", "/api/audit?subject=", "/api/interactions?channel="):
        async with admin.session.get(it.base_url + path + _quoted(text)) as response:
            assert response.status in (200, 422), await response.text()


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


# --- pages


async def test_pages_follow_each_other_without_a_hole_or_an_overlap(it: Live, admin: Person) -> None:
    word = uuid.uuid4().hex
    wanted = {(await made(admin, "/api/customers", {"name": f"{word} {n}"}))["id"] for n in range(7)}
    found: list[str] = []
    cursor = ""
    for page_number in range(4):
        status, page = await admin.json("GET", f"/api/customers?q={word}&limit=2{cursor}")
        assert status == 200
        found += [customer["id"] for customer in page["items"]]
        if page_number == 0:
            await made(admin, "/api/customers", {"name": f"{word} late"})
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert len(found) == 7, "who came meanwhile shifts nothing"
    assert set(found) == wanted


async def test_a_cursor_that_is_not_ours_is_refused_everywhere(it: Live, admin: Person) -> None:
    paged = [each for each in of_staff(it) if each.query is not None and "cursor" in each.query.model_fields]
    assert len(paged) >= 5
    for each in paged:
        for cursor in ("x", "-1", "9" * 40, "%00", "%D9%A3", "1e3"):
            status, _ = await admin.json("GET", f"{address(each)}?cursor={cursor}")
            assert status in (404, 422), (each.name, cursor, status)


# --- the same request twice


async def named(it: Live, name: str) -> int:
    (row,) = await query(it, "select count(*) as count from customer where name = $1", name)
    return int(row["count"])


async def test_the_same_key_and_body_has_one_effect_and_the_same_answer(it: Live, admin: Person) -> None:
    body, key = {"name": uuid.uuid4().hex}, str(uuid.uuid4())
    first = await admin.json("POST", "/api/customers", body, Idempotency_Key=key)
    assert first[0] == 201
    assert await admin.json("POST", "/api/customers", body, Idempotency_Key=key) == first
    assert await named(it, body["name"]) == 1
    other = await admin.json("POST", "/api/customers", {"name": "another"}, Idempotency_Key=key)
    assert other[0] == 409
    assert (await admin.json("POST", "/api/skills", body, Idempotency_Key=key))[0] == 409, "another path"


async def test_a_key_is_its_senders_own(it: Live, admin: Person) -> None:
    clerk = await hire(it, ["customer.write"], admin=admin)
    body, key = {"name": uuid.uuid4().hex}, str(uuid.uuid4())
    mine = await admin.json("POST", "/api/customers", body, Idempotency_Key=key)
    theirs = await clerk.json("POST", "/api/customers", body, Idempotency_Key=key)
    assert (mine[0], theirs[0]) == (201, 201)
    assert mine[1]["id"] != theirs[1]["id"]


async def test_at_the_same_time_one_of_many_wins(it: Live, admin: Person) -> None:
    body, key = {"name": uuid.uuid4().hex}, str(uuid.uuid4())
    answers = await asyncio.gather(*(admin.json("POST", "/api/customers", body, Idempotency_Key=key) for _ in range(8)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({answer["id"] for status, answer in answers if status == 201}) == 1
    assert await named(it, body["name"]) == 1


async def test_a_refused_request_does_not_use_its_key_up(it: Live, admin: Person) -> None:
    key = str(uuid.uuid4())
    assert (await admin.json("POST", "/api/customers", {"name": ""}, Idempotency_Key=key))[0] == 422
    identity = {"kind": "email", "value": "not a mail address"}
    wrong = {"name": "x", "identities": [identity]}
    assert (await admin.json("POST", "/api/customers", wrong, Idempotency_Key=key))[0] == 422
    assert (await admin.json("POST", "/api/customers", {"name": "right"}, Idempotency_Key=key))[0] == 201


@pytest.mark.parametrize("key", ["", "k" * 101, "\u00e9"])
async def test_a_key_that_is_none_is_refused(it: Live, admin: Person, key: str) -> None:
    status, _ = await admin.json("POST", "/api/customers", {"name": "x"}, Idempotency_Key=key)
    assert status == 422


async def test_a_path_without_a_method_is_not_taken_for_the_id_of_its_neighbour(it: Live) -> None:
    admin = await it.person("admin")
    status, refused = await admin.json("PATCH", "/api/complaints/analysis", {})
    assert (status, refused["status"]) == (405, 405)
    assert (await admin.json("PATCH", "/api/complaints/nobody", {}))[0] == 422
