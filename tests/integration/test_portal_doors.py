"""Signing in at the portal: who guesses, repeats, comes late or comes as somebody else is not let in."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from core.errors import RateLimited
from core.http import CUSTOMER, PUBLIC
from core.http.route import Route
from portal.doors import WrongCode
from portal.model import Key, Knock
from storage import jobs
from tests.integration.house import house, made, query
from tests.integration.portal_guest import address, code_in, customer, guest, link_in, portal, switched
from tests.integration.widget_site import mails
from tests.live import Live, Person, eventually


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    with pytest.MonkeyPatch.context() as patch:
        # All guests of these tests come from one address.
        patch.setattr("portal.doors._KNOCKS_PER_PEER", 1000)
        patch.setattr("portal.doors._TRIES_PER_PEER", 1000)
        async with house(server_dsn, tmp_path_factory.mktemp("portal"), simulator=True) as found:
            await portal(await found.person("admin"))
            yield found


def place(each: Route) -> str:
    """Return the address of a route, with ids of nothing."""
    return re.sub(r"\{(\w+)\}", lambda found: "1" if found[1] == "job_id" else str(uuid.uuid4()), each.declared.path)


async def test_c139_a_customer_signs_in_by_a_code_in_the_own_mail(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail.upper())
    maryam.address = mail
    await maryam.come_in("fa")
    status, answer = await maryam.call("GET", "/api/portal/session")
    assert (status, answer["guest"]["name"], answer["guest"]["address"]) == (200, "Maryam", mail)
    assert "کد ورود" in await maryam.post()


async def test_c139_the_answer_is_the_same_whether_an_address_is_known_or_not(it: Live, admin: Person) -> None:
    known, unknown = address("known"), address("unknown")
    await customer(admin, known)
    answers = [await (await guest(it, each)).knock() for each in (known, unknown)]
    assert [sorted(each) for each in answers] == [["expires_at", "id"]] * 2
    await eventually(lambda: mails(it, known))

    async def looked_at() -> bool:
        statement = "select 1 from job where kind = 'portal.code' and payload ->> 'id' = $1"
        return not await query(it, statement, str(answers[1]["id"]))

    await eventually(looked_at)
    assert await mails(it, unknown) == []
    stranger = await guest(it, unknown)
    right = it.running.neck.portal.doors.code(uuid.UUID(answers[1]["id"]))
    key = {"id": answers[1]["id"], "code": right}
    assert (await stranger.call("POST", "/api/portal/session", key))[0] == 401, "what was never sent opens nothing"


async def test_c139_a_code_is_guessed_five_times_at_most_and_then_even_the_right_one_is_wrong(
    it: Live, admin: Person
) -> None:
    mail = address()
    await customer(admin, mail)
    thief = await guest(it, mail)
    asked = await thief.knock()
    right = code_in(await thief.post())
    wrong = [f"{(int(right) + step) % 1_000_000:06d}" for step in range(1, 6)]
    for code in [*wrong, right]:
        status, answer = await thief.call("POST", "/api/portal/session", {"id": asked["id"], "code": code})
        assert status == 401, answer
    assert (await thief.call("GET", "/api/portal/tickets"))[0] == 401


async def test_c139_a_code_works_once_and_only_for_what_it_was_asked_for(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail)
    first = await maryam.knock()
    code = code_in(await maryam.post())
    second = await maryam.knock()
    assert (await maryam.call("POST", "/api/portal/session", {"id": second["id"], "code": code}))[0] == 401
    assert (await maryam.call("POST", "/api/portal/session", {"id": first["id"], "code": code}))[0] == 200
    thief = await guest(it, mail)
    assert (await thief.call("POST", "/api/portal/session", {"id": first["id"], "code": code}))[0] == 401


async def test_c139_of_many_at_once_with_one_code_one_is_let_in(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail)
    asked = await maryam.knock()
    key = {"id": asked["id"], "code": code_in(await maryam.post())}
    answers = await asyncio.gather(*(maryam.call("POST", "/api/portal/session", key) for _ in range(5)))
    assert sorted(status for status, _ in answers) == [200, 401, 401, 401, 401]


async def test_c139_digits_of_every_keyboard_are_read(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail)
    asked = await maryam.knock()
    code = code_in(await maryam.post()).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert (await maryam.call("POST", "/api/portal/session", {"id": asked["id"], "code": f" {code} "}))[0] == 200


async def test_c139_the_link_does_the_same_as_the_code_and_also_works_once(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail)
    await maryam.knock()
    link = link_in(await maryam.post())
    other = {**link, "link": "0" * 32}
    assert (await maryam.call("POST", "/api/portal/session", other))[0] == 401
    assert (await maryam.call("POST", "/api/portal/session", link))[0] == 200
    assert (await maryam.call("POST", "/api/portal/session", link))[0] == 401


async def test_c139_a_code_by_text_is_read_nowhere_afterwards(it: Live, admin: Person) -> None:
    number = f"+96650{uuid.uuid4().int % 10**7:07}"
    await made(admin, "/api/customers", {"name": "Maryam", "identities": [{"kind": "phone", "value": number}]})
    await switched(admin, ways=["email", "phone"])
    await (await guest(it, number)).knock()

    async def arrived() -> list[Any]:
        return await query(it, "select text from posted_text where number = $1 and delivery = 'delivered'", number)

    [kept] = await eventually(arrived)
    assert kept["text"] is None
    assert (await admin.json("GET", f"/api/texts?number={number[1:]}"))[1]["items"] == []


async def test_c139_who_opted_out_is_sent_no_code_by_text_either(it: Live, admin: Person) -> None:
    number = f"+96650{uuid.uuid4().int % 10**7:07}"
    await made(admin, "/api/customers", {"name": "Salma", "identities": [{"kind": "phone", "value": number}]})
    await switched(admin, ways=["email", "phone"])
    await made(admin, "/api/do-not-call", {"number": number})
    await (await guest(it, number)).knock()

    async def refused() -> list[Any]:
        return await query(it, "select error from posted_text where number = $1 and delivery = 'failed'", number)

    [kept] = await eventually(refused)
    assert "opted out" in kept["error"]
    assert not await query(it, "select 1 from job where kind = 'portal.code' and quarantined_at is not null")


async def test_who_told_the_carrier_to_stop_is_listed_though_the_text_was_only_a_code(it: Live, admin: Person) -> None:
    number = f"+96650{uuid.uuid4().int % 10**3:03}9910"
    await made(admin, "/api/customers", {"name": "Dana", "identities": [{"kind": "phone", "value": number}]})
    await switched(admin, ways=["email", "phone"])
    await (await guest(it, number)).knock()

    async def listed() -> list[Any]:
        return await query(it, "select said_by from opt_out where number = $1 and not is_lifted", number)

    assert [row["said_by"] for row in await eventually(listed)] == ["carrier"]


async def test_c139_a_code_that_is_too_old_opens_nothing(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail)
    asked = await maryam.knock()
    code = code_in(await maryam.post())
    await query(it, "update portal_sign_in set expires_at = now() where id = $1", uuid.UUID(asked["id"]))
    assert (await maryam.call("POST", "/api/portal/session", {"id": asked["id"], "code": code}))[0] == 401


async def test_c139_so_many_codes_go_to_one_address(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    doors = it.running.neck.portal.doors
    with pytest.raises(RateLimited):
        for _ in range(10):
            await doors.knock(Knock(address=mail), "192.0.2.1")
    assert (await query(it, "select count(*) as n from portal_sign_in where address = $1", mail))[0]["n"] == 4


async def test_c139_nothing_stored_opens_a_door(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail)
    asked = await maryam.knock()
    code, link = code_in(await maryam.post()), link_in(await maryam.post())["link"]
    [row] = await query(it, "select * from portal_sign_in where id = $1", uuid.UUID(asked["id"]))
    left = await query(it, "select payload from job where kind = 'portal.code'")
    files = await query(it, "select * from departure where address = $1", mail)
    assert code not in str(dict(row))
    assert link not in str(dict(row))
    assert code not in str(left)
    assert files == [], "a mail with a code is not kept"


async def test_c139_a_job_that_runs_twice_sends_the_same_mail(it: Live, admin: Person) -> None:
    """The program may be killed after the mail went: its reader has one code, in mails of the same words."""
    mail = address()
    await customer(admin, mail)
    maryam = await guest(it, mail)
    asked = await maryam.knock()
    first = await maryam.post()
    doors = it.running.neck.portal.doors
    again = jobs.Job(0, "portal.code", None, {"id": asked["id"]}, 2, 0, doors._clock())
    await doors.send(again)
    assert code_in(await maryam.post(times=2)) == code_in(first)
    assert len({each["text"] for each in await mails(it, mail)}) == 1


async def test_c139_a_session_ends_and_is_none_among_staff(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await (await guest(it, mail)).come_in()
    assert (await maryam.call("GET", "/api/customers"))[0] == 401
    assert (await maryam.call("GET", "/api/tickets"))[0] == 401
    assert (await admin.json("GET", "/api/portal/tickets"))[0] == 401
    csrf, maryam.csrf = maryam.csrf, ""
    assert (await maryam.call("DELETE", "/api/portal/session"))[0] == 403, "another site's page cannot do it"
    maryam.csrf = csrf
    assert (await maryam.call("DELETE", "/api/portal/session"))[0] == 204
    assert (await maryam.call("GET", "/api/portal/session"))[0] == 401


async def test_c139_a_customer_is_nobody_to_staff_s_routes_and_staff_nobody_to_customers(
    it: Live, admin: Person
) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await (await guest(it, mail)).come_in()
    customers = [each for each in it.running.api.routes if each.declared.permission == CUSTOMER]
    others = [each for each in it.running.api.routes if each.declared.permission not in (CUSTOMER, PUBLIC)]
    assert len(customers) >= 10
    for each in others:
        assert (await maryam.call(each.declared.method, place(each)))[0] == 401, each.name
    for each in customers:
        assert (await admin.json(each.declared.method, place(each)))[0] == 401, each.name
    for cursor in ("x", "%00", "1e3"):
        assert (await maryam.call("GET", f"/api/portal/tickets?cursor={cursor}"))[0] == 422
    maryam.csrf = ""
    unsafe = [each for each in customers if each.declared.method != "GET"]
    for each in unsafe:
        assert (await maryam.call(each.declared.method, place(each)))[0] == 403, each.name


async def test_c139_a_session_is_the_address_s_and_goes_with_it(it: Live, admin: Person) -> None:
    mail = address()
    customer_id = await customer(admin, mail)
    maryam = await (await guest(it, mail)).come_in()
    gone = {"kind": "email", "value": mail}
    status, answer = await admin.json("POST", f"/api/customers/{customer_id}/identities/removal", gone)
    assert status == 200, answer
    assert (await maryam.call("GET", "/api/portal/tickets"))[0] == 401


async def test_c139_while_the_portal_is_off_nobody_is_in(it: Live, admin: Person) -> None:
    mail = address()
    await customer(admin, mail)
    maryam = await (await guest(it, mail)).come_in()
    await switched(admin, is_on=False)
    try:
        assert (await maryam.call("GET", "/api/portal/tickets"))[0] == 401
        assert (await maryam.call("POST", "/api/portal/sign-in", {"address": mail}))[0] == 404
    finally:
        await switched(admin)
    assert (await maryam.call("GET", "/api/portal/tickets"))[0] == 200


async def test_c140_where_anybody_may_come_in_a_stranger_is_a_new_prospect(it: Live, admin: Person) -> None:
    mail = address("new")
    await switched(admin, registration="anyone")
    try:
        newcomer = await (await guest(it, mail)).come_in("ar")
        assert (await newcomer.call("GET", "/api/portal/tickets"))[1]["items"] == []
    finally:
        await switched(admin, registration="known")
    statement = "select c.status, c.locale from customer c join identity i on i.customer_id = c.id where i.value = $1"
    [row] = await query(it, statement, mail)
    assert (row["status"], row["locale"]) == ("prospect", "ar")


async def test_c139_many_tries_from_one_place_are_refused(it: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.doors._TRIES_PER_PEER", 3)
    doors = it.running.neck.portal.doors
    key = Key(id=uuid.uuid4(), code="000000")
    for _ in range(3):
        with pytest.raises(WrongCode):
            await doors.enter(key, "192.0.2.9", "")
    with pytest.raises(RateLimited) as refused:
        await doors.enter(key, "192.0.2.9", "")
    assert 0 < refused.value.extra["retry_after"] <= 15 * 60 + 1
