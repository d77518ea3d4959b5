"""The customer's page: record, timeline over merges, facts, who looks after whom, and when the next contact is due."""

from __future__ import annotations

import uuid
from typing import Any
from uuid import UUID

from access.model import Permission
from customers.model import CustomerId
from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person

ALL = sorted(Permission)
SHEBA = "580540105180021273113007"


async def seen(person: Person, path: str) -> dict[str, Any]:
    status, answer = await person.json("GET", path)
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


async def timeline(person: Person, customer_id: str, more: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Read all pages of a timeline."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await seen(person, f"/api/customers/{customer_id}/timeline?limit={limit}{more}{cursor}")
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = f"&cursor={page['next_cursor'].replace('+', '%2B')}"


async def chatted(it: Live, said: str, note: str | None = None) -> tuple[str, str]:
    """Let a visitor chat with sara; return the customer and the conversation."""
    sara = await it.agent("sara")
    visitor = await it.visitor()
    await visitor.send(said)
    talk = (await sara.take_offer("webchat"))["interaction"]
    await sara.reply(talk["id"], f"about {said}")
    if note:
        await sara.command("interaction.note", interaction_id=talk["id"], client_id=str(uuid.uuid4()), text=note)
    await sara.command("interaction.close", interaction_id=talk["id"], disposition="resolved")
    await sara.until(lambda: sara.conversation(talk["id"]) is None)
    await sara.close()
    return talk["customer"]["id"], talk["id"]


async def test_a_record_holds_what_is_known_of_a_person(it: Live) -> None:
    sara = await it.person("sara")
    firm = await made(sara, "/api/customers", {"name": "شرکت صحرا", "kind": "organization", "latin_name": "Sahra Co."})
    record = {
        "name": "لیلا رضایی",
        "latin_name": "Leila Rezaei",
        "job_title": "مدیر خرید",
        "organization_id": firm["id"],
        "birthday": "1990-03-21",
        "identities": [{"kind": "phone", "value": "۰۹۱۲۳۴۵۶۷۸۹", "label": "work"}],
        "identifiers": [{"kind": "iran_national_id", "value": "۰۰۸۴۵۷۵۹۴۸"}, {"kind": "iban", "value": SHEBA}],
        "addresses": [{"label": "home", "lines": "میدان ونک، کوچهٔ یکم", "city": "تهران", "country": "IR"}],
    }
    leila = await made(sara, "/api/customers", record)
    assert leila["identities"] == [{"kind": "phone", "value": "+989123456789", "label": "work"}]
    assert [each["value"] for each in leila["identifiers"]] == ["0084575948", f"IR{SHEBA}"]
    for words in ("rezaei", "رضايي", "0084575948", "09123456789"[1:]):
        found = await seen(sara, f"/api/customers?q={words}")
        assert leila["id"] in [each["id"] for each in found["items"]], words
    overview = await seen(sara, f"/api/customers/{leila['id']}/overview")
    assert overview["organization"] == {"id": firm["id"], "name": "شرکت صحرا"}
    members = (await seen(sara, f"/api/customers/{firm['id']}/overview"))["members"]
    assert members == [{"id": leila["id"], "name": "لیلا رضایی"}]


async def test_a_change_empties_by_null_and_leaves_what_it_does_not_name(it: Live) -> None:
    sara = await it.person("sara")
    new = {"name": "A", "job_title": "Buyer", "birthday": "1990-01-01", "locale": "fa", "notes": "calls in the evening"}
    before = await made(sara, "/api/customers", new)
    change = {"version": 1, "birthday": None, "locale": None, "name": "B"}
    status, after = await sara.json("PATCH", f"/api/customers/{before['id']}", change)
    assert status == 200, after
    assert (after["name"], after["birthday"], after["locale"]) == ("B", None, None)
    assert (after["job_title"], after["notes"], after["version"]) == ("Buyer", "calls in the evening", 2)
    assert (await sara.json("PATCH", f"/api/customers/{before['id']}", change))[0] == 409
    [newest, _] = await timeline(sara, before["id"])
    assert newest["details"] == {"by": "Sara Ahmadi", "changed": ["birthday", "locale", "name"]}


async def test_what_cannot_be_right_is_refused_and_named(it: Live) -> None:
    sara = await it.person("sara")
    person = await made(sara, "/api/customers", {"name": "No firm"})
    for field, value in (
        ("identifiers", [{"kind": "iran_national_id", "value": "0084575947"}]),
        ("organization_id", person["id"]),
        ("organization_id", str(uuid.uuid4())),
        ("responsible_id", str(uuid.uuid4())),
        ("contact_every_days", 0),
        ("preferred", {"channel": "sms"}),
    ):
        status, answer = await sara.json("POST", "/api/customers", {"name": "X", field: value})
        assert status == 422, (field, answer)
        assert answer["errors"][0]["loc"].startswith(field), answer


async def test_an_address_is_labelled_and_taken_away(it: Live) -> None:
    sara = await it.person("sara")
    who = await made(sara, "/api/customers", {"name": "Two numbers"})
    path = f"/api/customers/{who['id']}/identities"
    await made(sara, path, {"kind": "email", "value": "Two@Numbers.example"})
    labelled = await made(sara, path, {"kind": "email", "value": "two@numbers.example", "label": "assistant"})
    assert labelled["identities"] == [{"kind": "email", "value": "two@numbers.example", "label": "assistant"}]
    gone = {"kind": "email", "value": "two@numbers.example"}
    assert (await sara.json("POST", f"{path}/removal", gone))[1]["identities"] == []
    assert (await sara.json("POST", f"{path}/removal", gone))[0] == 404


async def test_a_timeline_has_everything_once_whatever_the_pages_and_after_a_merge(it: Live) -> None:
    admin = await it.person("admin")
    one, first = await chatted(it, "the oven", note="promised a call")
    other, second = await chatted(it, "the fridge")
    before = [each["id"] for each in await timeline(admin, one) + await timeline(admin, other)]
    merge = await made(admin, f"/api/customers/{one}/merges", {"absorbed_id": other})
    items = await timeline(admin, one)
    ids = [each["id"] for each in items]
    assert set(before) < set(ids)
    assert len(ids) == len(set(ids))
    for limit in (1, 2, 3):
        assert [each["id"] for each in await timeline(admin, one, limit=limit)] == ids, limit
    assert [each["at"] for each in items] == sorted((each["at"] for each in items), reverse=True)
    kinds = [each["kind"] for each in items]
    assert kinds[0] == "merge"
    assert (kinds.count("conversation"), kinds.count("note")) == (2, 1)
    talks = {each["details"]["interaction"]["id"]: each for each in items if each["kind"] == "conversation"}
    assert talks.keys() == {first, second}
    assert talks[first]["details"]["messages"] == {"inbound": 1, "outbound": 1}
    assert [each["kind"] for each in await timeline(admin, one, "&kinds=note,merge")] == ["merge", "note"]
    assert {each["channel"] for each in await timeline(admin, one, "&channel=webchat")} == {"webchat"}
    overview = await seen(admin, f"/api/customers/{one}/overview")
    assert overview["counts"] == [{"channel": "webchat", "conversations": 2}]
    assert (await admin.json("DELETE", f"/api/merges/{merge['id']}"))[0] == 200
    assert (await timeline(admin, one))[0]["kind"] == "merge_undone"
    assert second not in str(await timeline(admin, one))
    assert second in str(await timeline(admin, other))


async def test_items_of_one_moment_are_neither_lost_nor_doubled_between_pages(it: Live) -> None:
    admin = await it.person("admin")
    who, talk = await chatted(it, "the same moment")
    await query(
        it,
        "insert into message (id, interaction_id, seq, direction, author_kind, text, account_id, at)"
        " select gen_random_uuid(), id, 1000 + n, 'note', 'agent', 'note ' || n, account_id, opened_at"
        " from interaction, generate_series(1, 9) n where id = $1",
        uuid.UUID(talk),
    )
    whole = [each["id"] for each in await timeline(admin, who)]
    assert len(whole) >= 11
    for limit in (1, 2, 4):
        assert [each["id"] for each in await timeline(admin, who, limit=limit)] == whole


async def test_an_overview_shows_no_figure_that_nothing_measures(it: Live) -> None:
    admin = await it.person("admin")
    who, _ = await chatted(it, "the figures")
    overview = await seen(admin, f"/api/customers/{who}/overview")
    assert (overview["satisfaction"], overview["complaints"]) == (None, None)
    assert overview["last_in_at"] < overview["last_out_at"]
    assert overview["open"] == []
    visitor = await it.visitor()
    await visitor.send("still waiting")
    rows = await query(it, "select customer_id from interaction where state = 'queued'")
    [waiting] = (await seen(admin, f"/api/customers/{rows[0]['customer_id']}/overview"))["open"]
    assert (waiting["title"], waiting["state"], waiting["agent_name"]) == ("still waiting", "queued", None)
    await visitor.command("chat.end")


async def test_who_looks_after_a_customer_hears_that_they_write(it: Live) -> None:
    admin = await it.person("admin")
    maya = await it.agent("maya", available=False)
    visitor = await it.visitor()
    await visitor.send("hello")
    sara = await it.agent("sara")
    talk = (await sara.take_offer("webchat"))["interaction"]
    await sara.command("interaction.close", interaction_id=talk["id"])
    who = talk["customer"]
    change = {"version": 1, "responsible_id": maya.state["me"]["id"]}
    assert (await admin.json("PATCH", f"/api/customers/{who['id']}", change))[0] == 200
    await visitor.until(lambda: visitor.state["chat"]["state"] == "closed")
    await visitor.send("it is me again")
    told = await maya.until(lambda: [e for e in maya.events if e["type"] == "customer.contacted"])
    assert told[0]["data"]["customer_id"] == who["id"]
    assert told[0]["data"]["channel"] == "webchat"
    assert not [e for e in sara.events if e["type"] == "customer.contacted"]
    await maya.until(lambda: maya.state["notifications"])
    [again] = await query(it, "select number from interaction where state = 'queued'")
    (bell,) = maya.state["notifications"]
    assert (bell["kind"], bell["title"]) == ("customer_contact", f"#{again['number']} {who['name']}")
    mine = await seen(admin, f"/api/customers?responsible_id={maya.state['me']['id']}")
    assert [each["id"] for each in mine["items"]] == [who["id"]]
    await sara.close()


async def test_whom_to_contact_is_listed_by_urgency_by_the_same_rule_as_on_the_page(it: Live) -> None:
    admin = await it.person("admin")
    talked, _ = await chatted(it, "call me next month")
    version = (await seen(admin, f"/api/customers/{talked}"))["version"]
    await admin.json("PATCH", f"/api/customers/{talked}", {"version": version, "contact_every_days": 30})
    late = await made(admin, "/api/customers", {"name": "Late", "contact_by": "2020-01-01"})
    fresh = await made(admin, "/api/customers", {"name": "Fresh", "contact_every_days": 7})
    due = (await seen(admin, "/api/contacts-due"))["items"]
    assert [each["id"] for each in due] == [late["id"], fresh["id"], talked]
    assert [each["is_overdue"] for each in due] == [True, False, False]
    for each in due:
        overview = await seen(admin, f"/api/customers/{each['id']}/overview")
        assert (overview["contact_due_at"], overview["is_overdue"]) == (each["due_at"], each["is_overdue"])
    await admin.json("PATCH", f"/api/customers/{late['id']}", {"version": 1, "contact_by": None})
    assert late["id"] not in str(await seen(admin, "/api/contacts-due"))


async def test_nothing_of_another_branch_is_on_any_of_the_pages(it: Live) -> None:
    admin = await it.person("admin")
    here_id, there_id = await branch(admin, "Here"), await branch(admin, "There")
    here, there = await hire(it, ALL, here_id, admin), await hire(it, ALL, there_id, admin)
    firm = await made(there, "/api/customers", {"name": "Their firm", "kind": "organization", "contact_every_days": 1})
    for path in ("overview", "timeline"):
        assert (await here.json("GET", f"/api/customers/{firm['id']}/{path}"))[0] == 404
        assert (await there.json("GET", f"/api/customers/{firm['id']}/{path}"))[0] == 200
    path = f"/api/customers/{firm['id']}/identities/removal"
    assert (await here.json("POST", path, {"kind": "email", "value": "a@b.example"}))[0] == 404
    assert firm["id"] not in str(await seen(here, "/api/contacts-due"))
    assert firm["id"] in str(await seen(there, "/api/contacts-due"))
    status, answer = await here.json("POST", "/api/customers", {"name": "Spy", "organization_id": firm["id"]})
    assert status == 422, answer
    reader = await hire(it, [Permission.CUSTOMER_READ], None, admin)
    who, _ = await chatted(it, "not for readers of records")
    assert [each["kind"] for each in await timeline(reader, who)] == ["change"]
    assert (await seen(reader, f"/api/customers/{who}/overview"))["counts"] == []
    assert (await reader.json("GET", "/api/outbound-accounts"))[0] == 403


async def test_who_writes_first_sees_accounts_and_nothing_of_their_settings(it: Live) -> None:
    sara = await it.person("sara")
    items = (await seen(sara, "/api/outbound-accounts"))["items"]
    assert [(each["kind"], each["name"]) for each in items] == [("email", "Support mailbox"), ("sms", "Text messages")]
    assert all(each.keys() == {"id", "kind", "name"} for each in items)


async def test_a_preferred_channel_is_told_to_whoever_will_write(it: Live) -> None:
    admin = await it.person("admin")
    preferred = {"channel": "sms", "address": "+989123456780"}
    who = await made(admin, "/api/customers", {"name": "By text", "preferred": preferred})
    absorbed = await made(admin, "/api/customers", {"name": "The same"})
    await made(admin, f"/api/customers/{who['id']}/merges", {"absorbed_id": absorbed["id"]})
    customers = it.running.floor.customers
    async with it.running.floor.customers._db.transaction() as tx:
        found = await customers.preferred(tx, CustomerId(UUID(absorbed["id"])))
    assert found is not None
    assert found.model_dump() == preferred


async def test_ratings_are_a_customers_satisfaction_and_part_of_the_timeline_also_after_a_merge(it: Live) -> None:
    admin = await it.person("admin")
    one, first = await chatted(it, "the first chat")
    other, second = await chatted(it, "the second chat")
    insert = (
        "insert into chat_rating (interaction_id, score, comment, queue_id, rated_at, changed_at)"
        " select id, $2, $3, queue_id, now(), now() from interaction where id = $1"
    )
    await query(it, insert, uuid.UUID(first), 5, "خیلی خوب")
    await query(it, insert, uuid.UUID(second), 2, "")
    score = (await seen(admin, f"/api/customers/{one}/overview"))["satisfaction"]
    assert score == {"average": 5.0, "best": 5, "answers": 1}
    await made(admin, f"/api/customers/{one}/merges", {"absorbed_id": other})
    score = (await seen(admin, f"/api/customers/{one}/overview"))["satisfaction"]
    assert score == {"average": 3.5, "best": 5, "answers": 2}
    rated = await timeline(admin, one, "&kinds=rating", limit=1)
    assert sorted(each["details"]["score"] for each in rated) == [2, 5]
    assert "خیلی خوب" in str(rated)
