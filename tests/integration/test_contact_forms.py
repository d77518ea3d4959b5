"""What a contact was about is written down at its conversation and becomes a ticket or a complaint in one step."""

from __future__ import annotations

import uuid
from typing import Any

from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person

FORM = ["interaction.read", "contactform.write"]


async def talk(it: Live) -> str:
    """Let somebody come to the chat, and return where the form of that contact is."""
    visitor = await it.visitor()
    await visitor.send("Hello")
    (row,) = await query(it, "select id from interaction order by opened_at desc limit 1")
    await visitor.close()
    return f"/api/interactions/{row['id']}/contact-form"


async def chosen(person: Person, of_list: str, name: str) -> dict[str, Any]:
    _, answer = await person.json("GET", "/api/contact-choices")
    return next(dict(each) for each in answer["items"] if each["list"] == of_list and each["names"]["en"] == name)


async def test_c044_an_agent_classifies_a_contact_and_records_who_it_was_request_marketing_and_seller(
    it: Live, admin: Person
) -> None:
    clerk = await hire(it, FORM)
    path = await talk(it)
    status, begun = await clerk.json("GET", path)
    assert (status, begun["class_id"], begun["version"], begun["party_kind"]) == (200, None, 0, "person")
    body = {
        "class_id": (await chosen(clerk, "class", "Sales"))["id"],
        "request_id": (await chosen(clerk, "request", "Call-back"))["id"],
        "source_id": (await chosen(clerk, "source", "Trade fair"))["id"],
        "party_kind": "organization",
        "fields": {
            "name": "لیلا رضایی",
            "organisation": "شرکت پارس",
            "phone": "+98 912 123 4567",
            "address": "تهران\nخیابان آزادی",
            "campaign": "نوروز",
            "seller": "Markaz Store",
            "bought_on": "2026-03-01",
        },
    }
    status, kept = await clerk.json("PUT", path, body)
    assert (status, kept["version"], kept["by_name"]) == (200, 1, clerk.me["name"])
    assert (await clerk.json("PUT", path, body))[0] == 409, "somebody else wrote it down meanwhile"
    status, kept = await clerk.json("PUT", path, {**body, "version": 1, "request_id": None})
    assert (status, kept["version"], kept["request_id"]) == (200, 2, None)
    _, shown = await clerk.json("GET", path)
    assert {name: shown["fields"][name] for name in body["fields"]} == body["fields"]
    _, answer = await clerk.json("GET", "/api/contact-choices")
    classes = [each["names"]["en"] for each in answer["items"] if each["list"] == "class"]
    assert classes[:4] == ["Service of a product", "Technical support", "Sales", "Question about a service"]


async def test_c044_administrators_keep_the_lists_and_what_is_switched_off_stays_where_it_was_chosen(
    it: Live, admin: Person
) -> None:
    clerk = await hire(it, FORM)
    new = {"list": "class", "names": {"en": f"Parts {uuid.uuid4().hex[:6]}", "fa": "قطعات"}, "ticket_kind": "inquiry"}
    assert (await clerk.json("POST", "/api/contact-choices", new))[0] == 403
    kept = await made(admin, "/api/contact-choices", new)
    path = await talk(it)
    assert (await clerk.json("PUT", path, {"class_id": kept["id"]}))[0] == 200
    off = {**new, "version": 1, "is_active": False}
    assert (await admin.json("PUT", f"/api/contact-choices/{kept['id']}", off))[0] == 200
    assert (await admin.json("PUT", f"/api/contact-choices/{kept['id']}", off))[0] == 409
    assert (await clerk.json("PUT", path, {"class_id": kept["id"], "version": 1}))[0] == 200
    status, answer = await clerk.json("PUT", await talk(it), {"class_id": kept["id"]})
    assert (status, answer["field"]) == (422, "class_id")
    request = await chosen(clerk, "request", "Order")
    status, answer = await clerk.json("PUT", path, {"class_id": request["id"], "version": 2})
    assert (status, answer["field"]) == (422, "class_id"), "an entry of another list"
    assert (await admin.json("POST", "/api/contact-choices", {"list": "class", "names": {"en": "x"}}))[0] == 422


async def test_c044_a_form_is_for_who_may_write_forms_and_sees_the_conversation(it: Live, admin: Person) -> None:
    path = await talk(it)
    assert (await (await hire(it, ["interaction.read"])).json("GET", path))[0] == 403
    assert (await (await hire(it, ["contactform.write"])).json("GET", path))[0] == 403
    far = await hire(it, FORM, branch_id=await branch(admin, "Far"))
    interaction_id = uuid.UUID(path.split("/")[3])
    here = uuid.UUID(await branch(admin, "Here"))
    await query(it, "update interaction set branch_id = $1 where id = $2", here, interaction_id)
    assert (await far.json("GET", path))[0] == 404


async def test_c044_c047_a_ticket_or_a_complaint_is_made_of_it_in_one_step_with_all_that_is_written_down(
    it: Live, admin: Person
) -> None:
    path = await talk(it)
    assert (await admin.json("POST", f"{path}/ticket", {}))[0] == 404, "nothing is written down"
    fields = {"name": "Lena", "phone": "+49 30 1234", "note": "It hums"}
    service = await chosen(admin, "class", "Service of a product")
    body = {"class_id": service["id"], "fields": fields}
    await admin.json("PUT", path, body)
    status, answer = await admin.json("POST", f"{path}/ticket", {})
    assert status == 201, answer
    _, ticket = await admin.json("GET", f"/api/tickets/{answer['ticket_id']}")
    assert (ticket["kind"], ticket["subject"]) == ("service_case", "Service of a product - Lena")
    assert "Telephone: +49 30 1234" in ticket["description"].splitlines()
    assert ticket["interactions"] == [path.split("/")[3]]
    again = await admin.json("POST", f"{path}/ticket", {})
    assert again == (201, answer), "the same, not another one"
    mine = {"kind": "complaint", "subject": "Nobody came", "owner_id": admin.me["id"]}
    status, other = await admin.json("POST", f"{path}/ticket", mine)
    _, complaint = await admin.json("GET", f"/api/tickets/{other['ticket_id']}")
    assert (complaint["kind"], complaint["subject"]) == ("complaint", "Nobody came")
    assert complaint["owner_id"] == admin.me["id"]
    assert (await admin.json("GET", path))[1]["ticket_id"] == other["ticket_id"]
    clerk = await hire(it, FORM)
    assert (await clerk.json("POST", f"{path}/ticket", {}))[0] == 403
