"""Texts: consent, pictures, texts to many, and the archive with the carrier's own words."""

from __future__ import annotations

import asyncio
import csv
import io
import uuid
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from access.model import Permission
from core.clock import utc_now
from demo.organisation import NUMBER
from interactions.dialguard import CapReached, DialGuard, MayNotDial
from tests.integration.house import hire, house, made, query
from tests.integration.test_call_control import simulator
from tests.live import Live, Person

PERSON, OTHER, LOST = "+966501112233", "+966501112244", "+966501119913"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("texts"), simulator=True) as found:
        yield found


async def account_of(admin: Person) -> str:
    items = (await admin.json("GET", "/api/accounts"))[1]["items"]
    return str(next(each["id"] for each in items if each["kind"] == "sms"))


async def customer(admin: Person, name: str, number: str | None) -> str:
    person = await made(admin, "/api/customers", {"name": name})
    if number is not None:
        address = {"kind": "phone", "value": number}
        assert (await admin.json("POST", f"/api/customers/{person['id']}/identities", address))[0] in (200, 201)
    return str(person["id"])


async def until(it: Live, statement: str, *values: Any) -> list[Any]:
    async with asyncio.timeout(15):
        while not (rows := await query(it, statement, *values)):
            await asyncio.sleep(0.1)
    return rows


async def text_first(admin: Person, account: str, person: str, number: str, text: str) -> dict[str, Any]:
    sent = {
        "account_id": account,
        "customer_id": person,
        "address": number,
        "client_id": uuid.uuid4().hex,
        "text": text,
    }
    return await made(admin, "/api/interactions", sent)


async def test_c010_who_stops_is_texted_no_more_until_they_want_it_again(it: Live) -> None:
    admin = await it.person("admin")
    account = await account_of(admin)
    person = await customer(admin, "Huda", "+966501112200")
    await simulator(it, "POST", "sms", {"from": "+966501112200", "to": NUMBER, "body": "إلغاء الاشتراك"})
    await until(it, "select 1 from opt_out where number = '+966501112200' and not is_lifted")
    await text_first(admin, account, person, "+966501112200", "An offer")
    (row,) = await until(it, "select error from message where text = 'An offer' and delivery = 'failed'")
    assert "opted out" in row["error"]
    assert all(each["body"] != "An offer" for each in (await simulator(it, "GET", "state"))["messages"])
    change = {"account_id": account, "number": "+966501112200", "is_stopped": False, "word": "told us on the phone"}
    assert (await admin.json("PUT", "/api/text-consents", change))[0] in (200, 204)
    listed = (await admin.json("GET", "/api/text-consents?number=%2B966501112200"))[1]["items"]
    assert [(each["is_stopped"], each["source"]) for each in listed] == [(False, "staff")]
    await text_first(admin, account, person, "+966501112200", "Welcome back")
    await until(it, "select 1 from message where text = 'Welcome back' and delivery = 'delivered'")
    await simulator(it, "POST", "sms", {"from": "+966501112299", "to": NUMBER, "body": "Yes"})
    await until(it, "select 1 from interaction where address = '+966501112299'")
    assert not await query(it, "select 1 from opt_out where number = '+966501112299'"), "an answer is no consent"


async def test_c012_a_text_to_many_goes_once_to_each_who_may_have_it(it: Live) -> None:
    admin = await it.person("admin")
    account = await account_of(admin)
    people = [
        await customer(admin, "Lena", PERSON),
        await customer(admin, "Omid", OTHER),
        await customer(admin, "Nobody", None),
        await customer(admin, "Stopped", "+966501112255"),
    ]
    change = {"account_id": account, "number": "+966501112255", "is_stopped": True}
    assert (await admin.json("PUT", "/api/text-consents", change))[0] in (200, 204)
    new = {"client_id": "b1", "account_id": account, "name": "Hours", "customer_ids": people}
    assert (await admin.json("POST", "/api/text-batches", {**new, "text": "{customer.iban}"}))[0] == 422
    new["text"] = "{customer.name}: we are open"
    batch = await made(admin, "/api/text-batches", new)
    assert (await made(admin, "/api/text-batches", new))["id"] == batch["id"], "the same request again is the same"
    await until(it, "select 1 from text_batch where id = $1 and state = 'done'", batch["id"])
    await until(it, "select 1 from message where text = 'Lena: we are open' and delivery = 'delivered'")
    await until(it, "select 1 from message where text = 'Omid: we are open' and delivery = 'delivered'")
    (listed,) = (await admin.json("GET", "/api/text-batches"))[1]["items"]
    assert {name: listed[name] for name in ("sent", "left_out", "failed", "waiting", "delivered")} == {
        "sent": 2, "left_out": 2, "failed": 0, "waiting": 0, "delivered": 2,
    }  # fmt: skip
    items = (await admin.json("GET", f"/api/text-batches/{batch['id']}/items"))[1]["items"]
    assert {each["customer_name"]: each["reason"] for each in items if each["state"] == "left_out"} == {
        "Nobody": "no_number", "Stopped": "opted_out",
    }  # fmt: skip
    bodies = [each["body"] for each in (await simulator(it, "GET", "state"))["messages"]]
    assert bodies.count("Lena: we are open") == 1
    maya = await it.person("maya")
    assert (await maya.json("POST", "/api/text-batches", {**new, "client_id": "b2"}))[0] == 403
    later = {**new, "client_id": "b3", "send_at": "2030-01-01T08:00:00Z"}
    waiting = await made(admin, "/api/text-batches", later)
    assert (await admin.json("POST", f"/api/text-batches/{waiting['id']}/cancel"))[1]["state"] == "cancelled"
    assert (await admin.json("POST", f"/api/text-batches/{waiting['id']}/cancel"))[0] == 409


async def test_c012_a_text_to_many_ends_with_what_the_rules_of_each_readers_country_ask(it: Live) -> None:
    admin = await it.person("admin")
    account = await account_of(admin)
    stop = "للإيقاف أرسل: إيقاف"
    rules = {
        "own_jo": {"countries": ["JO"], "media": ["sms"], "kinds": ["renewal"], "text_suffix": stop},
        "own_voice": {"countries": ["JO"], "media": ["voice"], "text_suffix": "Never said"},
        "own_past": {"countries": ["JO"], "media": ["sms"], "text_suffix": "Long ago", "valid_until": "2020-01-01"},
    }
    for name, rule in rules.items():
        known = {"id": name, "name": name, **rule, "version": 0}
        assert (await admin.json("PUT", f"/api/compliance/presets/{name}", known))[0] == 200
    people = [
        await customer(admin, "Rania", "+962790007701"),
        await customer(admin, f"Stop {stop}", "+962790007702"),
        await customer(admin, "Salma", "+966501112271"),
    ]
    new = {"client_id": "endings", "account_id": account, "name": "Endings", "customer_ids": people}
    batch = await made(admin, "/api/text-batches", {**new, "text": "Open again, {customer.name}"})
    await until(it, "select 1 from text_batch where id = $1 and state = 'done'", batch["id"])
    words = {
        "+962790007701": f"Open again, Rania {stop}",
        # It stands there already.
        "+962790007702": f"Open again, Stop {stop}",
        "+966501112271": "Open again, Salma",
    }
    for text in words.values():
        await until(it, "select 1 from message where text = $1 and delivery = 'delivered'", text)
    sent = {each["to"]: each["body"] for each in (await simulator(it, "GET", "state"))["messages"]}
    assert {number: sent[number] for number in words} == words
    for name in rules:
        assert (await admin.json("DELETE", f"/api/compliance/presets/{name}"))[0] == 204


async def test_c010_what_the_carrier_says_of_who_stopped_is_shown_as_that_and_kept(it: Live) -> None:
    """Both ways in which it says so: it refuses the text, or takes it and tells afterwards."""
    admin = await it.person("admin")
    account = await account_of(admin)
    refused, told = "+966501112281", "+966501119910"
    # They told the carrier; that we may write to them again is what a colleague believes.
    await simulator(it, "POST", "sms", {"from": refused, "to": NUMBER, "body": "STOP"})
    await until(it, "select 1 from opt_out where number = $1 and not is_lifted", refused)
    lifted = {"account_id": account, "number": refused, "is_stopped": False}
    assert (await admin.json("PUT", "/api/text-consents", lifted))[0] in (200, 204)
    (known,) = await until(it, "select customer_id from interaction where address = $1", refused)
    people = [str(known["customer_id"]), await customer(admin, "Told", told)]
    new = {"client_id": "stopped", "account_id": account, "name": "Stopped", "customer_ids": people, "text": "Hello"}
    batch = await made(admin, "/api/text-batches", new)
    for number in (refused, told):
        row = f"select 1 from opt_out where number = '{number}' and account_id = $1 and said_by = 'carrier'"
        await until(it, f"{row} and not is_lifted", account)
        (talk,) = await until(
            it,
            "select i.id from interaction i join message m on m.interaction_id = i.id"
            " where i.address = $1 and m.text = 'Hello' and m.delivery = 'failed'",
            number,
        )
        said = (await admin.json("GET", f"/api/interactions/{talk['id']}/messages"))[1]["messages"]
        (message,) = [each for each in said if each["text"] == "Hello"]
        assert (message["delivery"], message["details"]["fault"]) == ("failed", "opted_out")
        (archived,) = (await admin.json("GET", f"/api/texts?delivery=failed&number={number[1:]}"))[1]["items"]
        assert (archived["delivery"], archived["fault"]) == ("failed", "opted_out")
    items = (await admin.json("GET", f"/api/text-batches/{batch['id']}/items"))[1]["items"]
    assert [each["reason"] for each in items] == ["opted_out", "opted_out"]


async def test_c011_an_old_text_is_found_with_what_the_carrier_said_and_taken_along(it: Live) -> None:
    admin = await it.person("admin")
    account = await account_of(admin)
    person = await customer(admin, "=Formula", LOST)
    await text_first(admin, account, person, LOST, "نرسیدن این پیام ثبت می‌شود")
    await until(it, "select 1 from message where text like 'نرسیدن%' and delivery = 'failed'")
    await until(it, "select 1 from message_search where folded like '%نرسیدن%'")
    status, found = await admin.json("GET", "/api/texts?q=نرسيدن&number=1119913")
    assert status == 200, found
    (text,) = found["items"]
    assert (text["delivery"], text["number"]) == ("failed", LOST)
    assert "switched off" in text["error"]
    proof = (await admin.json("GET", f"/api/texts/{text['id']}/proof"))[1]
    assert [each["status"] for each in proof["told"]] == ["queued", "sent", "undelivered"]
    assert all(len(each["digest"]) == 64 for each in proof["told"])
    async with admin.session.get(f"{admin.base_url}/api/texts/export?number=1119913") as answer:
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert rows[0]["customer_name"] == "'=Formula", "a spreadsheet calculates nothing"
    assert rows[0]["carrier_said"].count("undelivered") == 1
    assert (await query(it, "select count(*) from event_log where kind = 'text.exported'"))[0][0] == 1
    reader = await hire(it, [Permission.INTERACTION_READ], None, admin)
    assert (await reader.json("GET", "/api/texts/export"))[0] == 403


async def test_c010_a_picture_goes_along_by_an_address_that_ends(it: Live) -> None:
    omar = await it.agent("omar")
    await simulator(it, "POST", "sms", {"from": "+966501112266", "to": NUMBER, "body": "a photo please"})
    taken = await omar.take_offer("sms")
    person = await it.person("omar")
    form = aiohttp.FormData()
    form.add_field("file", PNG, filename="map.png", content_type="image/png")
    async with person.session.post(
        f"{it.base_url}/api/files", data=form, headers={"X-CSRF-Token": person.csrf}
    ) as answer:
        uploaded = await answer.json()
        assert answer.status == 201, uploaded
    interaction = taken["interaction"]["id"]
    await omar.command(
        "interaction.reply", interaction_id=interaction, client_id="p", text="here", attachments=[uploaded["id"]]
    )
    await until(it, "select 1 from message where text = 'here' and delivery = 'delivered'")
    sent = next(each for each in (await simulator(it, "GET", "state"))["messages"] if each["body"] == "here")
    assert len(sent["media"]) == 1, "the carrier fetched it"
    assert b64encode(PNG)
    nobody = await it.anonymous()
    assert (await nobody.json("GET", "/api/text-media/00000000-0000-0000-0000-000000000000.99999999999.ab"))[0] == 404


async def test_an_account_begins_no_more_than_it_may(it: Live) -> None:
    """Of many at once as many get through as are left; what was spent counts too."""
    neck = it.running.neck
    (account,) = await neck.accounts.enabled("sms")
    guard, db = DialGuard(utc_now), neck.interactions._db
    await simulator(it, "POST", "sms", {"from": "+966501112277", "to": NUMBER, "body": "hello"})
    conversation = await until(it, "select id from interaction limit 1")
    begun = (await query(it, "select count(*) from carrier_use where account_id = $1", account.id))[0][0]

    async def begin(**rules: Any) -> bool:
        narrow = replace(account, settings=account.settings.model_copy(update=rules))
        try:
            async with db.transaction() as tx:
                await guard.begin(tx, narrow, "+966501112233", "text", conversation[0]["id"])
        except CapReached:
            return False
        return True

    tried = await asyncio.gather(*(begin(most_per_hour=begun + 3) for _ in range(8)))
    assert tried.count(True) == 3
    assert await begin()
    await query(
        it,
        "insert into carrier_price (account_id, external_id, kind, number, is_inbound, at, price, currency) "
        "values ($1, 'x', 'call', '+1', false, now(), 5, 'USD')",
        account.id,
    )
    assert not await begin(most_spent_per_day=5.0)
    assert await begin(most_spent_per_day=6.0)
    with pytest.raises(MayNotDial):
        guard.must_reach(account, "+19005551234")


async def test_c012_technicians_have_their_tasks_by_text_in_their_language_and_customers_hear_who_comes(
    it: Live,
) -> None:
    admin, number, other = await it.person("admin"), "+966501118801", "+966501118802"
    technician, colleague = [await hire(it, ["visit.work", "work.take"], admin=admin) for _ in range(2)]
    assert (await technician.json("PATCH", "/api/session/preferences", {"locale": "ar"}))[0] < 300
    hours = {"zone": "UTC", "weekly": [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]}
    for person, told in ((technician, number), (colleague, other)):
        await (await person.console(available=False)).close()
        path, settings = f"/api/technicians/{person.me['id']}", {"version": 0, "shift": hours, "text_number": told}
        assert (await admin.json("PUT", path, {**settings, "text_number": "055"}))[0] == 422
        status, answer = await admin.json("PUT", path, settings)
        assert status == 200, answer
        assert answer["settings"]["text_number"] == told
    who = await made(
        admin, "/api/customers", {"name": "Lina", "locale": "en", "preferred": {"channel": "sms", "address": PERSON}}
    )
    place = {"address": "King Road 7", "latitude": 24.7, "longitude": 46.7}
    asked = {"kind_id": "00000000-0000-7000-8000-000000000204", "subject": "Boiler 12", "customer_id": who["id"]}
    visit = await made(admin, "/api/visits", {**asked, "place": place})

    async def give(person: Person, **said: Any) -> None:
        known = (await admin.json("GET", f"/api/visits/{visit['id']}"))[1]
        body = {"version": known["version"], "technician_id": person.me["id"], "planned_at": moment, **said}
        status, answer = await admin.json("POST", f"/api/visits/{visit['id']}/assign", body)
        assert status == 200, answer

    async def texts(to: str, many: int) -> list[str]:
        async with asyncio.timeout(15):
            while True:
                messages = (await simulator(it, "GET", "state"))["messages"]
                bodies = [each["body"] for each in messages if each["to"] == to and "oiler 12" in each["body"]]
                if len(bodies) >= many:
                    return bodies
                await asyncio.sleep(0.1)

    moment = (utc_now() + timedelta(hours=3)).isoformat()
    await give(technician)
    await give(technician, dispatch=True)
    [task] = await texts(number, 1)
    assert task.startswith(f"{visit['number']}: Boiler 12، ")
    assert task.endswith("Lina. King Road 7"), "and nothing before anybody was sent"
    [customers] = await texts(PERSON, 1)
    assert f"Dear Lina, {technician.me['name']} will visit you on" in customers
    await give(colleague)
    assert (await texts(number, 2)).count(f"لم تعد {visit['number']} من مهامك: Boiler 12.") == 1
    [task] = await texts(other, 1)
    assert task.startswith(f"{visit['number']}: Boiler 12, ")
    # What goes to colleagues is in the archive too, with what the carrier says of it.
    await until(it, f"select 1 from posted_text where number = '{other}' and delivery = 'delivered'")
    [shown] = (await admin.json("GET", f"/api/texts?q=boiler&number={other[1:]}"))[1]["items"]
    assert {name: shown[name] for name in ("text", "customer_name", "interaction_id", "delivery")} == {
        "text": task, "customer_name": colleague.me["name"], "interaction_id": None, "delivery": "delivered",
    }  # fmt: skip
    proof = (await admin.json("GET", f"/api/texts/{shown['id']}/proof"))[1]
    assert [each["status"] for each in proof["told"]] == ["queued", "sent", "delivered"]
    waiting = "select 1 from job j join posted_text p on p.external_id = j.key where j.kind = 'status'"
    assert not await query(it, waiting), "none of it waits for a message that never comes"
