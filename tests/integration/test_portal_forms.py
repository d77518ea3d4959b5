"""The service desk on other sites: a form without a session, and what is refused there."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.integration.house import house, made, query
from tests.integration.portal_guest import address, customer, guest, new_id, portal
from tests.integration.widget_site import mails
from tests.live import Live, Person, eventually

SHOP = "https://shop.example"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.forms.SOONEST", timedelta(0))
        patch.setattr("portal.forms._PER_PEER", 1000)
        async with house(server_dsn, tmp_path_factory.mktemp("forms"), simulator=True) as found:
            yield found


@pytest_asyncio.fixture(scope="module")
async def form(admin: Person) -> dict[str, Any]:
    at = await portal(admin)
    settings = {"kinds": ["support_request", "complaint"], "title": {"en": "Ask us"}}
    new = {"id": "shop", "account_id": at["account_id"], "origins": [SHOP], "settings": settings}
    return await made(admin, "/api/portal-forms", new)


async def ask(it: Live, method: str, body: Any = None, origin: str | None = SHOP) -> tuple[int, Any]:
    headers = {} if origin is None else {"Origin": origin}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{it.base_url}/api/public/forms/shop", json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def filled(it: Live, **said: Any) -> dict[str, Any]:
    status, view = await ask(it, "GET")
    assert status == 200, view
    plain = {"kind": "support_request", "name": "Ali", "subject": "Price", "text": "How much is it?"}
    return {**plain, "ticket": view["ticket"], "email": address("ali"), "client_id": new_id(), **said}


async def test_c141_a_stranger_sends_a_form_and_has_a_number_and_one_receipt(
    it: Live, admin: Person, form: dict[str, Any]
) -> None:
    said = await filled(it, locale="ar")
    status, answer = await ask(it, "POST", said)
    assert (status, answer["code"]) == (201, None), answer
    _, found = await admin.json("GET", f"/api/tickets?q={answer['number']}")
    [ticket] = [each for each in found["items"] if each["number"] == answer["number"]] or [None]
    if ticket is None:
        status, ticket = await admin.json("GET", f"/api/tickets/number/{answer['number']}")
    assert (ticket["source"], ticket["customer_name"]) == ("form", "Ali")
    [mail] = await eventually(lambda: mails(it, said["email"]))
    assert answer["number"] in mail["text"]
    assert "How much" not in mail["text"], "whose address it is, nobody has proven"
    again = await filled(it, email=said["email"], text="Hello?")
    assert (await ask(it, "POST", again))[0] == 201
    left = await query(it, "select count(*) as n from job where kind = 'portal.receipt'")
    assert left[0]["n"] == 0, "one a day"
    assert len(await mails(it, said["email"])) == 1


async def test_c141_a_form_that_is_sent_twice_is_one_ticket(it: Live, admin: Person, form: dict[str, Any]) -> None:
    said = await filled(it)
    answers = [await ask(it, "POST", said) for _ in range(2)]
    assert answers[0] == answers[1]
    other = {**said, "email": address("other")}
    assert (await ask(it, "POST", other))[1]["number"] != answers[0][1]["number"], "an id is its sender's"


async def test_c141_a_complaint_by_form_is_told_its_code_where_it_was_written(
    it: Live, admin: Person, form: dict[str, Any]
) -> None:
    said = await filled(it, kind="complaint")
    status, answer = await ask(it, "POST", said)
    assert status == 201, answer
    nobody = await guest(it, said["email"])
    assert (await nobody.call("GET", f"/api/public/complaints/{answer['code']}"))[1] == {"stage": "acknowledged"}
    assert (await ask(it, "POST", said))[1] == answer
    await eventually(lambda: mails(it, said["email"]))
    assert answer["code"] not in str(await mails(it, said["email"]))


async def test_c141_programs_and_foreign_sites_are_refused(it: Live, admin: Person, form: dict[str, Any]) -> None:
    assert (await ask(it, "POST", await filled(it, website="http://spam.example")))[0] == 422
    said = await filled(it)
    assert (await ask(it, "POST", {**said, "ticket": "1.0"}))[0] == 422
    at, _, signature = said["ticket"].partition(".")
    assert (await ask(it, "POST", {**said, "ticket": f"{int(at) - 90_000}.{signature}"}))[0] == 422
    assert (await ask(it, "POST", {**said, "kind": "service_case"}))[0] == 422
    assert (await ask(it, "POST", {**said, "email": "nobody"}))[0] == 422
    assert (await ask(it, "POST", {**said, "text": " \n "}))[0] == 422
    assert (await ask(it, "POST", {**said, "name": "\u200c "}))[0] == 422, "nothing that is seen"
    assert (await ask(it, "POST", said, origin="https://thief.example"))[0] == 403
    assert (await ask(it, "POST", said, origin=None))[0] == 403
    assert (await ask(it, "GET", origin="https://thief.example"))[0] == 403
    assert (await ask(it, "POST", said, origin=it.base_url))[0] == 201, "our own page of it"


async def test_c141_a_form_filled_in_faster_than_anybody_reads_is_refused(
    it: Live, form: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.forms.SOONEST", timedelta(seconds=30))
    assert (await ask(it, "POST", await filled(it)))[0] == 422


async def test_c141_one_address_sends_only_so_many(it: Live, form: dict[str, Any]) -> None:
    mail = address("many")
    statuses = [(await ask(it, "POST", await filled(it, email=mail)))[0] for _ in range(7)]
    assert statuses == [201] * 5 + [429] * 2


async def test_c141_the_page_of_a_form_may_be_framed_by_its_sites_alone(it: Live, form: dict[str, Any]) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{it.base_url}/desk/shop?locale=fa") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert (answer.status, f"frame-ancestors 'self' {SHOP}" in policy) == (200, True)
        assert "X-Frame-Options" not in answer.headers
        assert 'dir="rtl"' in await answer.text()


async def test_c141_a_form_that_is_off_is_not_there(it: Live, admin: Person, form: dict[str, Any]) -> None:
    off = {name: form[name] for name in ("account_id", "settings", "origins")}
    status, saved = await admin.json(
        "PUT", "/api/portal-forms/shop", {**off, "is_enabled": False, "version": form["version"]}
    )
    assert status == 200, saved
    assert (await ask(it, "GET"))[0] == 404
    stale = {**off, "is_enabled": True, "version": form["version"]}
    assert (await admin.json("PUT", "/api/portal-forms/shop", stale))[0] == 409
    fresh = {**off, "is_enabled": True, "version": saved["version"]}
    assert (await admin.json("PUT", "/api/portal-forms/shop", fresh))[0] == 200


async def test_c141_a_known_customer_s_answer_goes_to_their_own_address_alone(
    it: Live, admin: Person, form: dict[str, Any]
) -> None:
    """Somebody who types the address of another learns nothing of them, and their words join no conversation."""
    mail = address("known")
    known_id = await customer(admin, mail)
    _, answer = await ask(it, "POST", await filled(it, email=mail))
    assert set(answer) == {"number", "code"}
    rows = await query(
        it,
        "select m.details ->> 'verdict' as verdict, i.customer_id from message m join interaction i"
        " on i.id = m.interaction_id where i.customer_id = $1 and m.direction = 'inbound'",
        uuid.UUID(known_id),
    )
    assert [row["verdict"] for row in rows] == ["unverified"]
