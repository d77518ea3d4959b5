"""The service desk over the API and a console's socket: opened, given, worked on, linked, merged, taken back."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person, eventually

DESK = ["ticket.read", "ticket.write", "customer.read", "interaction.read", "comment.write"]
FAR = str(uuid.UUID(int=0))


async def customer(admin: Person, name: str = "لیلا رضایی", **said: Any) -> str:
    return str((await made(admin, "/api/customers", {"name": name, **said}))["id"])


async def ticket(person: Person, **said: Any) -> dict[str, Any]:
    return await made(person, "/api/tickets", {"kind": "support_request", "subject": "It does not start", **said})


async def change(person: Person, it: dict[str, Any], **said: Any) -> dict[str, Any]:
    status, answer = await person.json("PATCH", f"/api/tickets/{it['id']}", {"version": it["version"], **said})
    assert status == 200, answer
    return dict(answer)


async def refused(person: Person, it: dict[str, Any], **said: Any) -> tuple[int, str]:
    status, answer = await person.json("PATCH", f"/api/tickets/{it['id']}", {"version": it["version"], **said})
    return status, answer["detail"]


async def stage(person: Person, category: str) -> str:
    _, answer = await person.json("GET", "/api/ticket-statuses")
    return str(next(each["id"] for each in answer["items"] if each["category"] == category))


async def listed(person: Person, **wanted: Any) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in wanted.items())
    status, answer = await person.json("GET", f"/api/tickets?limit=200&{asked}")
    assert status == 200, answer
    return [each["number"] for each in answer["items"]]


async def test_c037_a_ticket_has_description_status_priority_and_the_time_to_its_resolution(admin: Person) -> None:
    opened = await ticket(admin, description="Since Monday", priority="high", customer_id=await customer(admin))
    assert (opened["category"], opened["priority"], opened["description"]) == ("new", "high", "Since Monday")
    solved = await change(admin, opened, status_id=await stage(admin, "solved"))
    assert solved["solved_at"] is not None
    assert (solved["customer_name"], solved["closed_at"]) == ("لیلا رضایی", None)
    reopened = await change(admin, solved, status_id=await stage(admin, "open"))
    assert reopened["solved_at"] is None
    closed = await change(admin, reopened, status_id=await stage(admin, "closed"))
    assert closed["closed_at"] is not None
    shown = await made(admin, f"/api/tickets/{opened['id']}/times", {"minutes": 25, "note": "on the phone"})
    shown = await made(admin, f"/api/tickets/{opened['id']}/times", {"minutes": 5})
    assert shown["minutes_spent"] == 30
    ahead = {"minutes": 5, "worked_on": (datetime.now(UTC).date() + timedelta(days=3)).isoformat()}
    status, answer = await admin.json("POST", f"/api/tickets/{opened['id']}/times", ahead)
    assert (status, answer["field"]) == (422, "worked_on"), "time is booked when it was spent"


async def test_c038_each_kind_has_numbers_and_fields_of_its_own(admin: Person) -> None:
    field = {"key": f"f{uuid.uuid4().hex[:8]}", "names": {"en": "Serial", "fa": "سریال"}, "type": "number"}
    await made(admin, "/api/ticket-fields", {**field, "kinds": ["service_case"], "is_searchable": True})
    case = await ticket(admin, kind="service_case", fields={field["key"]: "۴۲۱۷"})
    assert case["fields"] == {field["key"]: 4217}
    kinds = ("support_request", "complaint", "suggestion", "development_request", "inquiry", "service_case", "lead")
    numbers = [(await ticket(admin, kind=kind))["number"] for kind in kinds]
    assert [number.split("-")[0] for number in numbers] == ["SR", "CP", "SG", "DR", "IQ", "SC", "LD"]
    status, answer = await admin.json(
        "POST", "/api/tickets", {"kind": "inquiry", "subject": "?", "fields": {field["key"]: 1}}
    )
    assert (status, answer["field"]) == (422, f"fields.{field['key']}")
    assert case["number"] in await listed(admin, q="4217")
    serial = int(case["number"].split("-")[1])
    status, found = await admin.json("GET", f"/api/tickets/by-number?number=sc%20{serial}")
    assert (status, found["id"]) == (200, case["id"])


async def test_c039_a_colleague_asks_as_well_as_a_customer(it: Live, admin: Person) -> None:
    colleague = await hire(it, DESK)
    inside = await ticket(colleague, subject="My keyboard")
    assert (inside["requester_kind"], inside["requester_id"]) == ("internal", colleague.me["id"])
    outside = await ticket(colleague, customer_id=await customer(admin))
    assert (outside["requester_kind"], outside["requester_id"]) == ("external", None)
    both = {"kind": "inquiry", "subject": "x", "customer_id": FAR, "requester_id": FAR}
    assert (await admin.json("POST", "/api/tickets", both))[0] == 422


async def test_c040_the_stage_moves_until_it_is_closed_and_every_step_is_kept(admin: Person) -> None:
    opened = await ticket(admin)
    for category in ("open", "pending", "solved", "closed"):
        opened = await change(admin, opened, status_id=await stage(admin, category))
    _, history = await admin.json("GET", f"/api/tickets/{opened['id']}/history")
    assert [each["cause"] for each in history["items"]] == ["changed"] * 4 + ["opened"]
    assert [await stage(admin, "solved"), await stage(admin, "closed")] == history["items"][0]["changes"]["status_id"]


async def test_two_who_change_a_ticket_at_once_do_not_overwrite_each_other(admin: Person) -> None:
    opened = await ticket(admin)
    await change(admin, opened, priority="urgent")
    assert (await refused(admin, opened, priority="low"))[0] == 409


async def test_what_is_named_and_not_there_is_refused_at_its_field(admin: Person) -> None:
    opened = await ticket(admin)
    for name in ("status_id", "type_id", "owner_id"):
        assert (await refused(admin, opened, **{name: FAR}))[0] in (404, 422), name
    assert await refused(admin, opened, subject=None) == (422, "This cannot be empty.")
    kind = await made(admin, "/api/ticket-types", {"kind": "complaint", "names": {"en": "Delay"}})
    assert (await refused(admin, opened, type_id=kind["id"]))[0] == 422, "a type of another kind"


async def test_c041_a_ticket_is_opened_from_a_conversation_in_one_step_and_shows_it(it: Live, admin: Person) -> None:
    visitor = await it.visitor()
    await visitor.send("My kettle broke")
    sara = await it.agent("sara")
    offer = await sara.take_offer("webchat")
    interaction = offer["interaction"]
    opened = await ticket(admin, subject="Broken kettle", interaction_id=interaction["id"])
    assert (opened["customer_id"], opened["source"]) == (interaction["customer"]["id"], "webchat")
    assert opened["interactions"] == [interaction["id"]]
    await change(admin, opened, status_id=await stage(admin, "pending"))

    async def is_open() -> bool:
        return (await admin.json("GET", f"/api/tickets/{opened['id']}"))[1]["category"] == "open"

    await visitor.send("Any news?")
    await eventually(is_open)
    _, shown = await admin.json("GET", f"/api/tickets/{opened['id']}")
    assert shown["answered_at"] is None
    await sara.command("interaction.reply", interaction_id=interaction["id"], client_id="a1", text="Tomorrow")

    async def is_answered() -> bool:
        return (await admin.json("GET", f"/api/tickets/{opened['id']}"))[1]["answered_at"] is not None

    await eventually(is_answered)
    await sara.command("interaction.close", interaction_id=interaction["id"])
    await sara.close()


async def test_c046_c047_documents_are_made_one_from_the_other_and_stay_linked(admin: Person) -> None:
    opened = await ticket(admin)
    path = f"/api/tickets/{opened['id']}/papers"
    call = (await made(admin, path, {"kind": "call", "summary": "Asked for a visit", "minutes": 4}))["papers"][0]
    visit = (await made(admin, path, {"kind": "visit", "summary": "Looked", "follows_id": call["id"]}))["papers"][1]
    shown = await made(admin, path, {"kind": "execution", "summary": "New pump", "follows_id": visit["id"]})
    assert [(each["kind"], each["follows_id"]) for each in shown["papers"]] == [
        ("call", None),
        ("visit", call["id"]),
        ("execution", visit["id"]),
    ]
    other = await ticket(admin)
    wrong = {"kind": "visit", "summary": "x", "follows_id": call["id"]}
    assert (await admin.json("POST", f"/api/tickets/{other['id']}/papers", wrong))[0] == 422


async def test_c051_a_complaint_becomes_a_support_request_with_its_data_and_both_know(admin: Person) -> None:
    complaint = await ticket(
        admin, kind="complaint", subject="Nobody came", description="Twice", customer_id=await customer(admin)
    )
    made_of_it = await ticket(admin, subject="Send somebody", from_ticket_id=complaint["id"])
    assert (made_of_it["customer_id"], made_of_it["description"]) == (complaint["customer_id"], "Twice")
    [link] = made_of_it["links"]
    assert (link["kind"], link["is_outgoing"], link["ticket"]["id"]) == ("converted", False, complaint["id"])
    _, shown = await admin.json("GET", f"/api/tickets/{complaint['id']}")
    assert [each["ticket"]["id"] for each in shown["links"]] == [made_of_it["id"]]


async def test_a_ticket_is_offered_like_everything_else_and_weighs_while_it_is_our_turn(
    it: Live, admin: Person
) -> None:
    skills = {each["name"]: each["id"] for each in (await admin.json("GET", "/api/skills"))[1]["items"]}
    queue = await made(admin, "/api/queues", {"name": f"Desk {uuid.uuid4().hex[:6]}", "skills": {skills["sms"]: 1}})
    someone = await it.person("omar")
    omar = await someone.console()
    opened = await ticket(admin, queue_id=queue["id"], priority="urgent", customer_id=await customer(admin, "Rana"))
    offer = await omar.offered("ticket")
    assert offer["subject"] == f"{opened['number']} It does not start"
    assert offer["customer"]["name"] == "Rana"
    await omar.command("offer.accept", offer_id=offer["id"])
    _, shown = await admin.json("GET", f"/api/tickets/{opened['id']}")
    assert (shown["owner_id"], shown["category"]) == (someone.me["id"], "open")

    async def units() -> int:
        rows = await query(it, "select used_units from agent where staff_id = $1", uuid.UUID(someone.me["id"]))
        return int(rows[0]["used_units"])

    used = await units()
    shown = await change(admin, shown, status_id=await stage(admin, "pending"))
    assert await units() == used - 10
    shown = await change(admin, shown, status_id=await stage(admin, "open"))
    assert await units() == used, "it is theirs again at once"
    await change(admin, shown, status_id=await stage(admin, "solved"))
    assert await units() == used - 10
    await omar.close()


async def test_merging_takes_conversations_along_and_is_taken_back(it: Live, admin: Person) -> None:
    whose = await customer(admin)
    visitor = await it.visitor()
    await visitor.send("One")
    (talk,) = await query(it, "select id from interaction order by opened_at desc limit 1")
    one, other = await ticket(admin, customer_id=whose), await ticket(admin, customer_id=whose)
    path = f"/api/tickets/{one['id']}"
    await admin.json("PUT", f"{path}/interactions/{talk['id']}")
    foreign = await ticket(admin, customer_id=await customer(admin))
    assert (await admin.json("POST", f"{path}/merge", {"into_id": foreign["id"]}))[0] == 409
    status, shown = await admin.json("POST", f"{path}/merge", {"into_id": other["id"]})
    assert (status, shown["interactions"]) == (200, [str(talk["id"])])
    _, merged = await admin.json("GET", path)
    assert (merged["category"], merged["merged_into"]) == ("closed", other["id"])
    assert one["number"] not in await listed(admin, customer_id=whose)
    status, back = await admin.json("POST", f"{path}/unmerge")
    assert (status, back["category"], back["interactions"]) == (200, "new", [str(talk["id"])])
    _, shown = await admin.json("GET", f"/api/tickets/{other['id']}")
    assert (shown["interactions"], shown["links"]) == ([], [])
    await visitor.command("chat.end")


async def test_what_is_merged_stays_as_it_is_until_that_is_taken_back(admin: Person) -> None:
    whose = await customer(admin)
    one, other = await ticket(admin, customer_id=whose), await ticket(admin, customer_id=whose)
    path = f"/api/tickets/{one['id']}"
    assert (await admin.json("POST", f"{path}/merge", {"into_id": other["id"]}))[0] == 200
    _, merged = await admin.json("GET", path)
    opened = await stage(admin, "open")
    for said in ({"status_id": opened}, {"customer_id": await customer(admin)}, {"owner_id": admin.me["id"]}):
        assert (await refused(admin, merged, **said))[0] == 409, said
    assert (await admin.json("POST", f"{path}/split", {"subject": "A part"}))[0] == 409
    _, bulk = await admin.json("POST", "/api/tickets/bulk", {"ids": [one["id"], other["id"]], "status_id": opened})
    assert (bulk["changed"], [each["id"] for each in bulk["refused"]]) == ([other["id"]], [one["id"]])
    status, back = await admin.json("POST", f"{path}/unmerge")
    assert (status, back["category"], back["merged_into"]) == (200, "new", None)
    await change(admin, back, status_id=opened)


async def test_splitting_makes_a_ticket_of_a_part(it: Live, admin: Person) -> None:
    visitor = await it.visitor()
    await visitor.send("Two things")
    (talk,) = await query(it, "select id from interaction order by opened_at desc limit 1")
    whole = await ticket(admin, interaction_id=str(talk["id"]))
    part = await made(
        admin,
        f"/api/tickets/{whole['id']}/split",
        {"subject": "The second thing", "interaction_ids": [str(talk["id"])]},
    )
    assert (part["customer_id"], part["interactions"]) == (whole["customer_id"], [str(talk["id"])])
    _, shown = await admin.json("GET", f"/api/tickets/{whole['id']}")
    assert shown["interactions"] == []
    # Merging the two takes it back.
    status, shown = await admin.json("POST", f"/api/tickets/{part['id']}/merge", {"into_id": whole["id"]})
    assert (status, shown["interactions"]) == (200, [str(talk["id"])])
    await visitor.command("chat.end")


async def test_nothing_becomes_its_own_ancestor(admin: Person) -> None:
    top, middle, low = [await ticket(admin) for _ in range(3)]
    for child, parent in ((middle, top), (low, middle)):
        await made(admin, f"/api/tickets/{child['id']}/links", {"kind": "parent", "to_id": parent["id"]})
    status, _ = await admin.json("POST", f"/api/tickets/{top['id']}/links", {"kind": "parent", "to_id": low["id"]})
    assert status == 422


async def test_what_was_done_to_several_is_taken_back_where_nobody_went_on(admin: Person) -> None:
    several = [await ticket(admin) for _ in range(3)]
    ids = [each["id"] for each in several]
    status, done = await admin.json("POST", "/api/tickets/bulk", {"ids": [*ids, FAR], "priority": "urgent"})
    assert (status, sorted(done["changed"])) == (200, sorted(ids))
    assert [(each["id"], each["kind"]) for each in done["refused"]] == [(FAR, "NotFound")]
    _, shown = await admin.json("GET", f"/api/tickets/{ids[0]}")
    await change(admin, shown, priority="high")
    _, back = await admin.json("POST", f"/api/tickets/bulk/{done['batch_id']}/undo")
    assert sorted(back["changed"]) == sorted(ids[1:])
    assert [each["id"] for each in back["refused"]] == [ids[0]]
    found = [(await admin.json("GET", f"/api/tickets/{each}"))[1]["priority"] for each in ids]
    assert found == ["high", "normal", "normal"]
    status, _ = await admin.json("POST", f"/api/tickets/bulk/{done['batch_id']}/undo")
    assert status == 200, "what could not be taken back may be tried again"


async def test_a_list_is_read_by_pages_and_found_in_any_spelling(admin: Person) -> None:
    word = uuid.uuid4().hex[:6]
    mine = [await ticket(admin, subject=f"دستگاه كتابي {word} {number}") for number in range(5)]
    found: list[str] = []
    cursor = ""
    while True:
        _, page = await admin.json("GET", f"/api/tickets?limit=2&q=کتابی%20{word}{cursor}")
        found += [each["number"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor'].replace('+', '%2B')}"
    assert found == [each["number"] for each in reversed(mine)]
    assert await listed(admin, q=mine[0]["number"]) == [mine[0]["number"]]
    low = await ticket(admin, subject=f"{word} later", priority="low")
    assert await listed(admin, q=word, priority="low") == [low["number"]]
    assert await listed(admin, customer_id=str(uuid.uuid4())) == []


async def test_c054_a_confidential_ticket_is_nowhere_for_who_may_not_see_it(it: Live, admin: Person) -> None:
    word = uuid.uuid4().hex[:8]
    clerk, trusted = await hire(it, DESK), await hire(it, [*DESK, "ticket.confidential"])
    before = (await clerk.json("GET", "/api/tickets/counts"))[1]["items"]
    secret = await ticket(admin, kind="complaint", subject=f"About {word}", is_confidential=True)
    assert await listed(clerk, q=word) == []
    assert await listed(trusted, q=word) == [secret["number"]]
    assert (await clerk.json("GET", "/api/tickets/counts"))[1]["items"] == before
    path = f"/api/tickets/{secret['id']}"
    for method, where in (("GET", path), ("GET", f"{path}/history"), ("PUT", f"{path}/follow")):
        assert (await clerk.json(method, where))[0] == 404, where
    assert (await clerk.json("PATCH", path, {"version": 1, "priority": "low"}))[0] == 404
    assert (await clerk.json("POST", "/api/tickets/bulk", {"ids": [secret["id"]], "priority": "low"}))[1][
        "changed"
    ] == []
    comment = {"client_id": "c", "text": "hm"}
    assert (await clerk.json("POST", f"/api/documents/ticket/{secret['id']}/comments", comment))[0] == 404
    plain = await ticket(admin)
    await made(admin, f"{path}/links", {"kind": "related", "to_id": plain["id"]})
    assert (await clerk.json("GET", f"/api/tickets/{plain['id']}"))[1]["links"] == []
    assert len((await trusted.json("GET", f"/api/tickets/{plain['id']}"))[1]["links"]) == 1


async def test_tickets_of_another_branch_are_not_there(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    clerk = await hire(it, DESK, branch_id=here)
    own, foreign = await ticket(admin, branch_id=here), await ticket(admin, branch_id=there)
    assert (await clerk.json("GET", f"/api/tickets/{own['id']}"))[0] == 200
    assert (await clerk.json("GET", f"/api/tickets/{foreign['id']}"))[0] == 404
    assert foreign["number"] not in await listed(clerk)
    assert (await clerk.json("POST", "/api/tickets", {"kind": "inquiry", "subject": "x", "branch_id": there}))[0] == 404


async def test_fifty_things_at_once_have_one_outcome(it: Live, admin: Person) -> None:
    """Close, give away, merge, answer and book at once: each is whole or refused, and nothing is lost."""
    whose = await customer(admin)
    one, other = await ticket(admin, customer_id=whose), await ticket(admin, customer_id=whose)
    stages = [await stage(admin, category) for category in ("open", "pending", "solved", "closed")]
    path = f"/api/tickets/{one['id']}"

    async def anything(number: int) -> tuple[int, str]:
        match number % 5:
            case 0:
                _, now = await admin.json("GET", path)
                body = {"version": now["version"], "status_id": stages[number % 4]}
                return (await admin.json("PATCH", path, body))[0], "stage"
            case 1:
                return (await admin.json("POST", f"{path}/times", {"minutes": 1}))[0], "time"
            case 2:
                return (await admin.json("POST", f"{path}/checks", {"text": f"{number}"}))[0], "check"
            case 3:
                return (await admin.json("POST", f"{path}/merge", {"into_id": other["id"]}))[0], "merge"
            case _:
                return (await admin.json("POST", f"{path}/unmerge"))[0], "unmerge"

    done = await asyncio.gather(*(anything(number) for number in range(50)))
    assert {status for status, _ in done} <= {200, 201, 409}, done
    _, shown = await admin.json("GET", path)
    count = {what: sum(status < 300 for status, kind in done if kind == what) for what in ("time", "check")}
    assert (shown["minutes_spent"], len(shown["checks"])) == (count["time"], count["check"]) == (10, 10)
    merges = sum(status == 200 for status, kind in done if kind == "merge")
    back = sum(status == 200 for status, kind in done if kind == "unmerge")
    assert (shown["merged_into"] is not None) == (merges > back)
    _, history = await admin.json("GET", f"{path}/history?limit=200")
    whole = sum(status == 200 for status, kind in done if kind == "stage")
    causes = [each["cause"] for each in history["items"]]
    assert causes.count("merged") == merges
    assert causes.count("changed") <= whole


async def test_the_stages_can_never_lack_a_beginning_or_an_end(admin: Person) -> None:
    _, answer = await admin.json("GET", "/api/ticket-statuses")
    closed = next(each for each in answer["items"] if each["category"] == "closed")
    body = {name: value for name, value in closed.items() if name != "id"} | {"is_active": False}
    status, answer = await admin.json("PUT", f"/api/ticket-statuses/{closed['id']}", body)
    assert (status, answer["errors"][0]["loc"]) == (409, "is_active")
