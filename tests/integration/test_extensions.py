"""Pages of other systems: who is shown them, what they are told, and what a policy lets in."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

import jwt
import pytest

from access.model import Permission
from core.errors import Invalid
from extensions.model import must_be_foreign, origin_of
from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person

ALL = sorted(Permission)
NEW = {"name": {"en": "Orders", "fa": "سفارش‌ها"}, "url": "https://erp.example/c/{customer_id}", "place": "customer"}


async def policy(it: Live) -> str:
    person = await it.anonymous()
    async with person.session.get(f"{it.base_url}/console/") as answer:
        return next(part for part in answer.headers["Content-Security-Policy"].split("; ") if part.startswith("frame-"))


async def told(person: Person, extension_id: str, **asked: Any) -> tuple[int, Any]:
    return await person.json("POST", f"/api/extensions/{extension_id}/context", asked)


async def test_a_context_is_signed_for_this_extension_alone_and_ends(it: Live) -> None:
    admin, sara = await it.person("admin"), await it.person("sara")
    extension = await made(admin, "/api/extensions", {**NEW, "shares_addresses": True})
    other = await made(admin, "/api/extensions", NEW)
    number = {"kind": "phone", "value": "+989123456701"}
    who = await made(sara, "/api/customers", {"name": "لیلا", "identities": [number]})
    status, context = await told(sara, extension["id"], customer_id=who["id"], theme="dark")
    assert status == 200, context
    claims = jwt.decode(context["token"], extension["secret"], ["HS256"], audience=extension["id"], issuer=it.base_url)
    assert claims["sub"] == sara.me["id"]
    assert (claims["locale"], claims["dir"], claims["theme"]) == ("fa", "rtl", "dark")
    assert claims["customer"] == {"id": who["id"], "name": "لیلا", "kind": "person", "identities": [number]}
    assert 290 <= claims["exp"] - time.time() <= 300
    for key, audience in ((other["secret"], extension["id"]), (extension["secret"], other["id"])):
        with pytest.raises(jwt.InvalidTokenError):
            jwt.decode(context["token"], key, ["HS256"], audience=audience)
    _, reserved = await told(sara, other["id"], customer_id=who["id"])
    claims = jwt.decode(reserved["token"], other["secret"], ["HS256"], audience=other["id"])
    assert "identities" not in claims["customer"], "addresses are told only when that was chosen"


async def test_a_secret_is_shown_once_and_sealed_and_renewed(it: Live) -> None:
    admin = await it.person("admin")
    made_one = await made(admin, "/api/extensions", NEW)
    assert made_one["secret"] not in str(await admin.json("GET", "/api/extensions"))
    assert made_one["secret"] not in str(await query(it, "select secret from extension"))
    assert made_one["secret"] not in str(await query(it, "select data from event_log"))
    status, renewed = await admin.json("POST", f"/api/extensions/{made_one['id']}/secret")
    assert status == 200
    who = await made(admin, "/api/customers", {"name": "A"})
    _, context = await told(admin, made_one["id"], customer_id=who["id"])
    jwt.decode(context["token"], renewed["secret"], ["HS256"], audience=made_one["id"])
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(context["token"], made_one["secret"], ["HS256"], audience=made_one["id"])


async def test_a_console_is_shown_what_is_for_this_person_and_at_once(it: Live) -> None:
    admin = await it.person("admin")
    sara = await it.agent("sara", available=False)
    open_to_all = await made(admin, "/api/extensions", NEW)
    reserved = await made(admin, "/api/extensions", {**NEW, "permission": "channel.manage"})
    await sara.until(lambda: [e for e in sara.events if e["type"] == "me.changed"])
    await sara.sync()
    shown = {each["id"]: each for each in sara.state["extensions"]}
    assert open_to_all["id"] in shown
    assert reserved["id"] not in shown
    assert shown[open_to_all["id"]]["origin"] == "https://erp.example"
    who = await made(admin, "/api/customers", {"name": "A"})
    person = await it.person("sara")
    assert (await told(person, reserved["id"], customer_id=who["id"]))[0] == 404
    change = {**NEW, "is_enabled": False, "version": 1}
    assert (await admin.json("PUT", f"/api/extensions/{open_to_all['id']}", change))[0] == 200
    assert (await told(person, open_to_all["id"], customer_id=who["id"]))[0] == 404
    assert (await admin.json("PUT", f"/api/extensions/{open_to_all['id']}", change))[0] == 409


async def test_nothing_of_another_branch_is_signed_or_changed(it: Live) -> None:
    admin = await it.person("admin")
    here_id, there_id = await branch(admin, "Here"), await branch(admin, "There")
    here, there = await hire(it, ALL, here_id, admin), await hire(it, ALL, there_id, admin)
    theirs = await made(there, "/api/extensions", {**NEW, "branch_id": there_id})
    own = await made(here, "/api/extensions", {**NEW, "branch_id": here_id})
    customer = await made(there, "/api/customers", {"name": "Theirs"})
    mine = await made(here, "/api/customers", {"name": "Mine"})
    assert (await told(there, theirs["id"], customer_id=customer["id"]))[0] == 200
    assert (await told(here, theirs["id"], customer_id=mine["id"]))[0] == 404
    assert (await told(here, own["id"], customer_id=customer["id"]))[0] == 404
    assert (await told(here, own["id"], interaction_id=str(uuid.uuid4())))[0] == 404
    assert (await told(here, own["id"]))[0] == 422
    for method, path, body in (
        ("PUT", "", {**NEW, "branch_id": here_id, "version": 1}),
        ("POST", "/secret", None),
        ("DELETE", "", None),
    ):
        assert (await here.json(method, f"/api/extensions/{theirs['id']}{path}", body))[0] == 404
    assert theirs["id"] not in str(await here.json("GET", "/api/extensions"))
    assert (await here.json("POST", "/api/extensions", NEW))[0] == 403
    socket = await here.console(available=False)
    assert theirs["id"] not in str(socket.state["extensions"])
    assert own["id"] in str(socket.state["extensions"])
    await socket.close()


async def test_the_policy_lets_in_the_enabled_origins_and_no_others(it: Live) -> None:
    admin = await it.person("admin")
    url = "https://Frames.example:8443/a?b={interaction_number}"
    added = await made(admin, "/api/extensions", {**NEW, "url": url})
    assert " https://frames.example:8443" in await policy(it)
    await admin.json("DELETE", f"/api/extensions/{added['id']}")
    assert "frames.example" not in await policy(it)
    person = await it.anonymous()
    async with person.session.get(f"{it.base_url}/docs/") as answer:
        assert "erp.example" not in answer.headers["Content-Security-Policy"]


async def test_addresses_that_would_be_a_way_in_are_refused(it: Live) -> None:
    admin = await it.person("admin")
    for url in (
        f"{it.base_url}/console/",
        "http://erp.example/",
        "http://127.0.0.1:9/",
        "https://user@erp.example/",
        "https://{customer_id}.example/",
        "https://erp.example/{token}",
        "https://erp.example/#fragment",
        "https://erp.example/; script-src *",
        "javascript:alert(1)",
        "https:///nowhere",
        "https://erp.example:99999/",
    ):
        status, answer = await admin.json("POST", "/api/extensions", {**NEW, "url": url})
        assert status == 422, (url, answer)
    await asyncio.sleep(0)


def test_origins_are_compared_as_browsers_do() -> None:
    assert origin_of("HTTPS://ERP.example:443/x") == "https://erp.example"
    assert origin_of("http://[::1]:80/") == "http://[::1]"
    with pytest.raises(Invalid):
        must_be_foreign("https://Markaz.example:443/x", "https://markaz.example", may_be_private=True)
    must_be_foreign("http://127.0.0.1:9/", "https://markaz.example", may_be_private=True)
    with pytest.raises(Invalid):
        must_be_foreign("http://8.8.8.8/", "https://markaz.example", may_be_private=True)
