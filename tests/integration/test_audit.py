from __future__ import annotations

import logging
import uuid
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from tests.integration.audited import call_flows, complaints, technicians, telephony
from tests.integration.audited_portal import portal
from tests.integration.auditor import PIXEL, Auditor, the_desk, visits
from tests.integration.house import hire, made, query
from tests.integration.outgoing import calling_out
from tests.live import AgentSocket, Live

# Nothing is changed by these: questions (whose answer may be a proposal, told as every other), and passes of minutes.
READ_ONLY = {
    "interactions.check_account",
    "interactions.preview",
    "interactions.try_account",
    "interactions.softphone_token",
    "extensions.context",
    "geo.nearest",
    "dispatch.better_run",
    "dispatch.price_visit",
    "routing.dry_run",
    "routing.dry_run_of_new",
    "sla.try_hours",
    "automation.try_conditions",
    "dispatch.preview_service_plan",
    "knowledge.suggest_articles",
    "solutions.preview_solution",
}
SECRET = "canary-9f2c1b7e"


async def test_every_use_case_leaves_an_entry_with_its_actor_and_no_secret(
    it: Live, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    admin = await it.person("admin")
    audit = Auditor(it, admin)
    await _people(audit)
    await _customers(audit)
    await _the_floor(audit)
    await _channels(audit)
    await _conversations(audit)
    await _around_conversations(audit)
    await _callbacks(audit)
    await the_desk(audit)
    await complaints(audit)
    await calling_out(audit)
    await portal(audit)
    await technicians(audit)
    await call_flows(audit)
    await telephony(audit)
    (job,) = await query(
        it,
        "insert into job (kind, key, payload, run_at, quarantined_at, last_error) "
        "values ('nothing', 'k', '{}', now() + interval '1 day', now(), 'x') returning id",
    )
    await audit.does("interactions.release", "job.released", job_id=str(job["id"]))
    await _upload(audit, "interactions.upload", "/api/files")
    await _copy_of_a_file(audit)
    await _upload(audit, "rooms.upload", "/api/room-files")
    visit_id = await visits(audit)
    proof = f"/api/visits/{visit_id}/files?kind=photo&client_id=p"
    await _upload(audit, "dispatch.add_visit_file", proof, "visit.changed", PIXEL)
    await _ticket_file(audit)
    await audit.does("access.sign_out", "staff.session_ended")
    await admin.sign_in("admin")
    unsafe = {name for name, declared in audit.routes.items() if declared.method != "GET"}
    public = {name for name, declared in audit.routes.items() if declared.permission == "public"}
    assert unsafe - public - READ_ONLY - audit.seen == set(), "a new use-case belongs into this test"
    await _nothing_tells_the_secrets(it, caplog.text)


async def _people(audit: Auditor) -> None:
    password = SECRET + "-password"
    await audit.does("access.save_preferences", "staff.saved", {"locale": "en"})
    role = await audit.does("access.add_role", "role.saved", {"name": "Clerk", "permissions": ["customer.read"]})
    role_change = {**role, "permissions": ["customer.read", "customer.write"]}
    role_change.pop("id")
    await audit.does("access.change_role", "role.saved", role_change, role_id=role["id"])
    shiraz = await audit.does("access.add_branch", "branch.saved", {"name": "Shiraz"})
    await audit.does("access.change_branch", "branch.saved", {"name": "Shiraz 2", "version": 1}, branch_id=shiraz["id"])
    new = {"login": "clerk", "name": "Clerk", "password": password, "role_ids": [role["id"]]}
    clerk = await audit.does("access.add_staff", "staff.saved", new)
    change = {"version": clerk["version"], "password": password + "2"}
    await audit.does("access.change_staff", "staff.rights_changed", change, staff_id=clerk["id"])
    person = await audit.it.anonymous()
    await person.json("POST", "/api/session", {"login": "clerk", "password": password})
    before = await audit.position()
    await person.json("POST", "/api/session", {"login": password, "password": password})
    rows = await query(audit.it, "select kind, data from event_log where seq > $1", before)
    assert [row["kind"] for row in rows] == ["staff.sign_in_refused"]
    await person.sign_in("clerk", password + "2")
    rows = await query(audit.it, "select actor from event_log where kind = 'staff.signed_in' order by seq desc limit 1")
    assert rows[0]["actor"] == f"staff:{clerk['id']}"
    await audit.does("access.sign_out_everywhere", "staff.session_ended", staff_id=clerk["id"])
    token = await audit.does("access.add_token", "token.changed", {"name": "t", "scopes": ["customer.read"]})
    audit.person.me["secret"] = token["token"]
    await audit.does("access.revoke_token", "token.changed", token_id=token["id"])
    view = await audit.does("access.add_view", "view.saved", {"page": "customers", "name": "A", "settings": {}})
    await audit.does("access.change_view", "view.saved", {"version": 1, "name": "B"}, view_id=view["id"])
    await audit.does("access.begin_with", "view.chosen", {"page": "customers", "view_id": view["id"]})
    await audit.does("access.remove_view", "view.saved", view_id=view["id"])
    other = await audit.it.person("admin")
    sessions = (await other.json("GET", "/api/sessions"))[1]["items"]
    current = next(session["id"] for session in sessions if session["is_current"])
    await audit.does("access.revoke_session", "staff.session_ended", session_id=current)


async def _customers(audit: Auditor) -> None:
    one = await audit.does("customers.add", "customer.saved", {"name": "Lena"})
    other = await audit.does("customers.add", "customer.saved", {"name": "Lena again"})
    change = {"version": one["version"], "notes": "called twice"}
    await audit.does("customers.change", "customer.saved", change, customer_id=one["id"])
    address = {"kind": "email", "value": "lena@shop.example"}
    await audit.does("customers.add_identity", "customer.saved", address, customer_id=one["id"])
    await audit.does("customers.remove_identity", "customer.saved", address, customer_id=one["id"])
    comment = {"client_id": "c", "text": "Call before noon"}
    await audit.does("notices.comment", "comment.saved", comment, kind="customer", document_id=one["id"])
    merged = await audit.does("customers.merge", "customer.merged", {"absorbed_id": other["id"]}, customer_id=one["id"])
    await audit.does("customers.undo_merge", "customer.merge_undone", merge_id=merged["id"])


async def _the_floor(audit: Auditor) -> None:
    skill = await audit.does("agents.add_skill", "skill.saved", {"name": "Returns"})
    await audit.does("agents.change_skill", "skill.saved", {"name": "Going back", "version": 1}, skill_id=skill["id"])
    (agent,) = [each for each in (await audit.person.json("GET", "/api/agents"))[1]["items"] if "Maya" in each["name"]]
    profile = {"version": agent["version"], "skills": {skill["id"]: 3}}
    await audit.does("agents.save_profile", "agent.saved", profile, staff_id=agent["staff_id"])
    presence = {"state": "not_ready", "reason": "training"}
    await audit.does("agents.force_presence", "presence.changed", presence, staff_id=agent["staff_id"])
    queue = await audit.does("routing.add_queue", "queue.saved", {"name": "Returns"})
    await audit.does(
        "routing.change_queue", "queue.saved", {"name": "Returns 2", "version": queue["version"]}, queue_id=queue["id"]
    )
    audit.person.me["queue_id"] = queue["id"]
    tier = await audit.does("customers.add_tier", "loyalty_tier.saved", {"name": "Platinum"})
    change = {"name": "Platinum and above", "version": 1}
    await audit.does("customers.change_tier", "loyalty_tier.saved", change, tier_id=tier["id"])
    await audit.does("customers.remove_tier", "loyalty_tier.saved", tier_id=tier["id"])
    rule = {"name": "In Arabic", "conditions": {"language": ["ar"]}, "skills": {skill["id"]: 2}}
    kept = await audit.does("routing.add_rule", "work_rule.saved", rule)
    await audit.does("routing.change_rule", "work_rule.saved", {**rule, "version": 1}, rule_id=kept["id"])
    await audit.does("routing.remove_rule", "work_rule.saved", rule_id=kept["id"])
    rule = {"queue_id": queue["id"], "metric": "contacts_in_queue", "threshold": 5}
    kept = await audit.does("board.add_rule", "alarm_rule.saved", rule)
    await audit.does("board.change_rule", "alarm_rule.saved", {**rule, "version": 1}, rule_id=kept["id"])
    await audit.does("board.remove_rule", "alarm_rule.saved", rule_id=kept["id"])


async def _channels(audit: Auditor) -> None:
    settings = {"account_sid": "AC" + "0" * 32, "auth_token": SECRET + "-auth-token", "number": "+12025550100"}
    new = {"kind": "sms", "name": "Texts", "queue_id": audit.person.me["queue_id"], "settings": settings}
    account = await audit.does("interactions.add_account", "channel.saved", new)
    change = {**new, "version": account["version"], "is_enabled": False}
    change.pop("kind")
    await audit.does("interactions.change_account", "channel.saved", change, account_id=account["id"])
    sorting = {"name": "all", "conditions": {}, "actions": {"priority": 1}}
    rule = await audit.does("mailroom.add_rule", "sorting_rule.saved", sorting, account_id=account["id"])
    named = {"account_id": account["id"], "rule_id": rule["id"]}
    await audit.does("mailroom.change_rule", "sorting_rule.saved", {**sorting, "version": 1}, **named)
    await audit.does("mailroom.remove_rule", "sorting_rule.removed", **named)
    always = {"mode": "always"}
    await audit.does("mailroom.change_acknowledgement", "acknowledgement.saved", always, account_id=account["id"])
    served = {"is_on": True}
    await audit.does("mailroom.change_self_service", "self_service.saved", served, account_id=account["id"])
    hook = {"url": "https://erp.example/hear", "kinds": ["message.added"]}
    webhook = await audit.does("interactions.add_webhook", "webhook.saved", hook)
    audit.person.me["webhook_secret"] = webhook["secret"]
    await audit.does("interactions.delete_webhook", "webhook.saved", webhook_id=webhook["id"])
    accounts = (await audit.person.json("GET", "/api/accounts"))[1]["items"]
    chat = next(each["id"] for each in accounts if each["kind"] == "webchat")
    await audit.does("chat.add_widget", "widget.saved", {"site": "shop", "account_id": chat})
    await audit.does("chat.change_widget", "widget.saved", {"account_id": chat, "version": 1}, site="shop")


async def _conversations(audit: Auditor) -> None:
    """The administrator works as an agent here, so that all entries have one actor."""
    it, admin = audit.it, audit.person
    mailbox = next(each for each in (await admin.json("GET", "/api/accounts"))[1]["items"] if each["kind"] == "email")
    customer = await made(admin, "/api/customers", {"name": "Omid"})
    new = {"account_id": mailbox["id"], "customer_id": customer["id"], "address": "omid@shop.example"}
    begun = await audit.does("interactions.start", "interaction.changed", {**new, "client_id": "s", "text": "Hello"})
    await _participants(audit, begun["id"], customer["id"])
    skills = {skill["name"]: skill["id"] for skill in (await admin.json("GET", "/api/skills"))[1]["items"]}
    socket = await admin.console()
    (me,) = [
        each for each in (await admin.json("GET", "/api/agents"))[1]["items"] if each["staff_id"] == admin.me["id"]
    ]
    profile = {"version": me["version"], "trust": 3, "skills": {skills["chat"]: 5}}
    await audit.does("agents.save_profile", "agent.saved", profile, staff_id=admin.me["id"])
    mine = await _chat(it, socket)
    await audit.does(
        "interactions.reply", "message.added", {"client_id": "r", "text": "Good morning"}, interaction_id=mine
    )
    held = {"client_id": "h", "text": "Wait", "undo_seconds": 60}
    kept = await audit.does("interactions.hold_reply", "reply.held", held, interaction_id=mine)
    await audit.does("interactions.stop_reply", "reply.held", held_id=kept["id"])
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    held = {"client_id": "l", "text": "Later", "send_at": at}
    kept = await audit.does("interactions.hold_reply", "reply.held", held, interaction_id=mine)
    await audit.does("interactions.postpone_reply", "reply.held", {"send_at": at, "version": 1}, held_id=kept["id"])
    await audit.does("interactions.note", "message.added", {"client_id": "n", "text": "polite"}, interaction_id=mine)
    await audit.does("interactions.close", "interaction.changed", {"disposition": "resolved"}, interaction_id=mine)
    second = await _chat(it, socket)
    queue = {"queue_id": admin.me["queue_id"]}
    await audit.does("interactions.transfer", "interaction.changed", queue, interaction_id=second)
    await audit.does("interactions.prioritise", "interaction.changed", {"priority": 2}, interaction_id=second)
    await audit.does("interactions.reroute", "interaction.changed", queue, interaction_id=second)
    before = await audit.position()
    await socket.command("presence.set", state="not_ready", reason="lunch")
    await audit.is_told(before, "presence.changed", "presence.set")
    await socket.close()


async def _participants(audit: Auditor, begun: str, customer: str) -> None:
    mine = "update interaction set state = 'assigned', agent_id = $1, closed_at = null where id = $2 returning id"
    await query(audit.it, mine, uuid.UUID(audit.person.me["id"]), uuid.UUID(begun))
    added = await audit.does(
        "interactions.add_participant", "participant.changed", {"address": "x@y.example"}, interaction_id=begun
    )
    for how in ("confirm", "refuse"):
        name = f"interactions.{how}_participant"
        await audit.does(name, "participant.changed", None, interaction_id=begun, participant_id=added["id"])
    address = {"address": "omid@shop.example"}
    bounce = "insert into bounced_address (address, hard_at) values ('omid@shop.example', now()) returning address"
    await query(audit.it, bounce)
    await audit.does("interactions.clear_here", "address.cleared", address, interaction_id=begun)
    reach = {"kind": "email", "value": "omid@shop.example"}
    await audit.person.json("POST", f"/api/customers/{customer}/identities", reach)
    await query(audit.it, bounce)
    await audit.does("interactions.clear_bounce", "address.cleared", address, customer_id=customer)


async def _around_conversations(audit: Auditor) -> None:
    answer = {"title": "Hours", "shortcut": "hours", "texts": {"en": "Nine to five."}}
    kept = await audit.does("interactions.add", "answer.saved", answer)
    await audit.does("interactions.change", "answer.saved", {**answer, "version": 1}, answer_id=kept["id"])
    await audit.does("interactions.save_desk_setting", "desk_setting.saved", {"undo_seconds": 0})
    signature = {"texts": {"en": "{agent.name}"}}
    kept = await audit.does("interactions.add_signature", "signature.saved", signature)
    change = {**signature, "version": 1}
    await audit.does("interactions.change_signature", "signature.saved", change, signature_id=kept["id"])
    page = {"name": {"en": "ERP"}, "url": "https://erp.example/card", "place": "customer"}
    extension = await audit.does("extensions.add_extension", "extension.saved", page)
    named = {"extension_id": extension["id"]}
    await audit.does("extensions.change_extension", "extension.saved", {**page, "version": 1}, **named)
    renewed = await audit.does("extensions.renew_secret", "extension.saved", **named)
    await audit.does("extensions.delete_extension", "extension.saved", **named)
    settings = (await audit.person.json("GET", "/api/organisation"))[1]
    change = {**settings["settings"], "name": "Sahra", "version": settings["version"]}
    await audit.does("organisation.change", "organisation.changed", change)
    secret = await audit.does("chat.new_secret", "widget.secret_made", site="shop")
    told = str(await query(audit.it, "select data::text from event_log"))
    assert not any(each["secret"] in told for each in (extension, renewed, secret))
    (chat,) = await query(audit.it, "select id from interaction where channel = 'webchat' limit 1")
    blocked = {"interaction_id": str(chat["id"]), "reason": "rude", "hours": 1}
    block = await audit.does("chat.block", "visitor.blocked", blocked)
    await audit.does("chat.lift", "visitor.unblocked", block_id=block["id"])


async def _callbacks(audit: Auditor) -> None:
    (queue,) = await query(audit.it, "select id from queue where name = 'Telephone'")
    (customer,) = await query(audit.it, "select id from customer where merged_into is null limit 1")
    new = {
        "client_id": "a",
        "customer_id": str(customer["id"]),
        "number": "+966501112233",
        "queue_id": str(queue["id"]),
    }
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    kept = await audit.does("callbacks.promise", "callback.changed", {**new, "number": "+966501112233", "at": at})
    change = {"version": kept["version"], "at": at}
    await audit.does("callbacks.change", "callback.changed", change, callback_id=kept["id"])
    await audit.does("callbacks.cancel", "callback.changed", callback_id=kept["id"])
    rule = {"keep_minutes": 5, "version": 0}
    await audit.does("callbacks.change_rule", "callback.rule_saved", rule, queue_id=str(queue["id"]))


async def _chat(it: Live, socket: AgentSocket) -> str:
    visitor = await it.visitor()
    await visitor.send("Hello")
    return str((await socket.take_offer("webchat"))["interaction"]["id"])


async def _upload(
    audit: Auditor, name: str, path: str, tells: str = "file.uploaded", content: bytes = b"hello"
) -> None:
    before = await audit.position()
    form = aiohttp.FormData()
    form.add_field("file", content, filename="note.txt")
    headers = {"X-CSRF-Token": audit.person.csrf}
    async with audit.person.session.post(audit.it.base_url + path, data=form, headers=headers) as response:
        assert response.status == 201
    await audit.is_told(before, tells, name)
    audit.seen.add(name)


async def _copy_of_a_file(audit: Auditor) -> None:
    (file,) = await query(
        audit.it,
        "update attachment set interaction_id = (select id from interaction order by id limit 1)"
        " where id = (select max(id::text)::uuid from attachment) returning id",
    )
    await audit.does("interactions.copy", "file.uploaded", file_id=str(file["id"]))


async def _ticket_file(audit: Auditor) -> None:
    ticket = await audit.does("tickets.open_ticket", "ticket.changed", {"kind": "inquiry", "subject": "With a file"})
    await _upload(audit, "tickets.add_file", f"/api/tickets/{ticket['id']}/files")
    shown = (await audit.person.json("GET", f"/api/tickets/{ticket['id']}"))[1]
    this = {"ticket_id": ticket["id"], "file_id": shown["files"][0]["id"]}
    await audit.does("tickets.remove_file", "ticket.changed", **this)


async def _nothing_tells_the_secrets(it: Live, logged: str) -> None:
    rows = await query(it, "select data::text as data, subject, actor from event_log")
    told = "\n".join(f"{row['data']} {row['subject']} {row['actor']}" for row in rows)
    kept = "\n".join(row["body"] or "" for row in await query(it, "select body::text as body from idempotency"))
    assert SECRET not in told
    assert SECRET not in kept
    assert SECRET not in logged


async def test_the_secret_of_a_token_is_kept_nowhere_even_with_an_idempotency_key(it: Live) -> None:
    admin = await it.person("admin")
    for path, body, name in (
        ("/api/tokens", {"name": "t", "scopes": ["customer.read"]}, "token"),
        ("/api/webhooks", {"url": "https://erp.example/x", "kinds": ["message.added"]}, "secret"),
    ):
        key = str(uuid.uuid4())
        status, answer = await admin.json("POST", path, body, Idempotency_Key=key)
        assert status == 201
        again, refused = await admin.json("POST", path, body, Idempotency_Key=key)
        assert (again, refused["type"]) == (409, "urn:markaz:problem:shown-once")
        rows = await query(it, "select body::text as body from idempotency where key = $1", key)
        assert answer[name] not in rows[0]["body"]
        assert answer[name] not in str(await query(it, "select data::text from event_log"))
    assert len((await admin.json("GET", "/api/tokens"))[1]["items"]) == 1, "and it had one effect"


async def test_the_trail_is_read_by_who_may_with_filters_and_pages(it: Live) -> None:
    admin = await it.person("admin")
    clerk = await hire(it, ["customer.write"], admin=admin)
    for number in range(5):
        await made(clerk, "/api/customers", {"name": f"Customer {number}"})
    assert (await clerk.json("GET", "/api/audit"))[0] == 403
    actor, found, cursor = f"staff:{clerk.me['id']}", [], ""
    for _ in range(10):
        status, page = await admin.json("GET", f"/api/audit?actor={actor}&limit=2{cursor}")
        assert status == 200
        found += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    kinds = [entry["kind"] for entry in found]
    assert kinds == ["customer.saved"] * 5 + ["staff.signed_in"]
    assert [entry["seq"] for entry in found] == sorted((entry["seq"] for entry in found), reverse=True)
    subject = found[0]["subject"]
    _, page = await admin.json("GET", f"/api/audit?subject={subject}")
    assert [entry["subject"] for entry in page["items"]] == [subject]
