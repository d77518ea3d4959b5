"""Somebody who does one thing after another and holds the log against each; and all that the service desk does."""

from __future__ import annotations

from typing import Any

from tests.integration.house import query
from tests.integration.test_files import form, send
from tests.live import Live, Person

# The smallest picture that there is.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)


class Auditor:
    """Makes requests as one person and holds the log against each."""

    def __init__(self, it: Live, person: Person) -> None:
        self.it, self.person = it, person
        self.seen: set[str] = set()
        self.routes = {each.name: each.declared for each in it.running.api.routes}

    async def position(self) -> int:
        (row,) = await query(self.it, "select coalesce(max(seq), 0) as last from event_log")
        return int(row["last"])

    async def does(self, name: str, kind: str, body: Any = None, /, **path: str) -> Any:
        """Call a route by its name; its entry of this kind must name this person."""
        declared = self.routes[name]
        before = await self.position()
        status, answer = await self.person.json(declared.method, declared.path.format(**path), body)
        assert status < 300, (name, answer)
        await self.is_told(before, kind, name)
        self.seen.add(name)
        return answer

    async def uploads(self, name: str, kind: str, content: bytes, **path: str) -> Any:
        """Send a file to a route by its name."""
        declared, before = self.routes[name], await self.position()
        status, answer = await send(self.person, declared.path.format(**path), form(content))
        assert status < 300, (name, answer)
        await self.is_told(before, kind, name)
        self.seen.add(name)
        return answer

    async def is_told(self, before: int, kind: str, what: str) -> None:
        rows = await query(self.it, "select kind, actor from event_log where seq > $1", before)
        told = {(row["kind"], row["actor"]) for row in rows}
        assert (kind, f"staff:{self.person.me['id']}") in told, (what, told)


async def the_desk(audit: Auditor) -> None:
    await _tickets(audit)
    await _forms(audit)
    await _promises(audit)
    await _automation(audit)
    await _knowledge(audit)
    await _reports(audit)


async def _tickets(audit: Auditor) -> None:
    names = {"names": {"en": "At the workshop"}}
    status = await audit.does("tickets.add_status", "ticket.setup_saved", {**names, "category": "on_hold"})
    change = {**names, "category": "on_hold", "version": 1}
    await audit.does("tickets.change_status", "ticket.setup_saved", change, status_id=status["id"])
    kind = {**names, "kind": "inquiry"}
    sort = await audit.does("tickets.add_type", "ticket.setup_saved", kind)
    await audit.does("tickets.change_type", "ticket.setup_saved", {**kind, "version": 1}, type_id=sort["id"])
    text = {**names, "key": "shelf", "type": "text"}
    field = await audit.does("tickets.add_field", "ticket.setup_saved", text)
    await audit.does("tickets.change_field", "ticket.setup_saved", {**text, "version": 1}, field_id=field["id"])
    one, other, third = [
        await audit.does("tickets.open_ticket", "ticket.changed", {"kind": "inquiry", "subject": f"Question {number}"})
        for number in range(3)
    ]
    this = {"ticket_id": one["id"]}
    await audit.does("tickets.change_ticket", "ticket.changed", {"version": 1, "priority": "high"}, **this)
    done = await audit.does("tickets.change_tickets", "ticket.changed", {"ids": [other["id"]], "priority": "low"})
    await audit.does("tickets.undo_bulk", "ticket.changed", batch_id=done["batch_id"])
    await audit.does("tickets.link_ticket", "ticket.changed", {"to_id": other["id"], "kind": "related"}, **this)
    await audit.does("tickets.unlink_ticket", "ticket.changed", kind="related", other_id=other["id"], **this)
    await audit.does("tickets.merge_ticket", "ticket.changed", {"into_id": other["id"]}, **this)
    await audit.does("tickets.unmerge_ticket", "ticket.changed", **this)
    await audit.does("tickets.split_ticket", "ticket.changed", {"subject": "The other half"}, ticket_id=third["id"])
    await audit.does("tickets.follow_ticket", "ticket.changed", **this)
    await audit.does("tickets.unfollow_ticket", "ticket.changed", **this)
    (talk,) = await query(audit.it, "select id from interaction limit 1")
    conversation = {"interaction_id": str(talk["id"])}
    await audit.does("tickets.add_conversation", "ticket.changed", **conversation, **this)
    await audit.does("tickets.remove_conversation", "ticket.changed", **conversation, **this)
    shown = await audit.does("tickets.add_check", "ticket.changed", {"text": "Look"}, **this)
    check = {"check_id": shown["checks"][0]["id"]}
    await audit.does("tickets.change_check", "ticket.changed", {"is_done": True}, **check, **this)
    await audit.does("tickets.remove_check", "ticket.changed", **check, **this)
    shown = await audit.does("tickets.add_time", "ticket.changed", {"minutes": 5}, **this)
    await audit.does("tickets.remove_time", "ticket.changed", time_id=shown["times"][0]["id"], **this)
    await audit.does("tickets.add_paper", "ticket.changed", {"kind": "visit", "summary": "There"}, **this)
    case = await audit.does("tickets.open_ticket", "ticket.changed", {"kind": "service_case", "subject": "A unit"})
    await audit.does("tickets.save_unit", "ticket.changed", {"product": "Pump"}, ticket_id=case["id"])


async def _forms(audit: Auditor) -> None:
    choice = {"list": "class", "names": {"en": "Spare parts"}, "ticket_kind": "inquiry"}
    kept = await audit.does("contactforms.add_choice", "contact_choice.saved", choice)
    change = {**choice, "version": 1}
    await audit.does("contactforms.change_choice", "contact_choice.saved", change, choice_id=kept["id"])
    (talk,) = await query(audit.it, "select id from interaction limit 1")
    this = {"interaction_id": str(talk["id"])}
    await audit.does("contactforms.save_form", "contact_form.saved", {"class_id": kept["id"]}, **this)
    await audit.does("contactforms.make_ticket", "ticket.changed", {}, **this)


async def _automation(audit: Auditor) -> None:
    rule = {
        "name": "Raise",
        "trigger": {"on": "event", "happening": "opened"},
        "actions": [{"do": "raise_priority"}],
        "is_active": False,
    }
    kept = await audit.does("automation.add_rule", "automation.rule_saved", rule)
    change = {**rule, "version": 1}
    await audit.does("automation.change_rule", "automation.rule_saved", change, rule_id=kept["id"])
    await audit.does("automation.remove_rule", "automation.rule_saved", rule_id=kept["id"])
    macro = {"names": {"en": "Raise"}, "actions": [{"do": "raise_priority"}]}
    kept = await audit.does("automation.add_macro", "automation.macro_saved", macro)
    named = {"macro_id": kept["id"]}
    await audit.does("automation.change_macro", "automation.macro_saved", {**macro, "version": 1}, **named)
    one = await audit.does("tickets.open_ticket", "ticket.changed", {"kind": "inquiry", "subject": "Again"})
    await audit.does("automation.apply_macro", "ticket.changed", ticket_id=one["id"], **named)
    await audit.does("automation.remove_macro", "automation.macro_saved", **named)


async def _promises(audit: Auditor) -> None:
    hours = {"name": "Office", "hours": {"weekly": [{"day": 0, "start": "08:00", "end": "16:00"}]}}
    calendar = await audit.does("sla.add_calendar", "sla.calendar_saved", hours)
    named = {"calendar_id": calendar["id"]}
    await audit.does("sla.change_calendar", "sla.calendar_saved", {**hours, "version": 1}, **named)
    said = {"name": "All", "targets": {"normal": {"resolution": 60}}}
    policy = await audit.does("sla.add_policy", "sla.policy_saved", said)
    await audit.does("sla.change_policy", "sla.policy_saved", {**said, "version": 1}, policy_id=policy["id"])
    await audit.does("sla.remove_policy", "sla.policy_saved", policy_id=policy["id"])
    await audit.does("sla.remove_calendar", "sla.calendar_saved", **named)


async def _knowledge(audit: Auditor) -> None:
    names = {"names": {"en": "Devices"}}
    group = await audit.does("knowledge.add_article_category", "article_category.saved", names)
    changed = {**names, "version": 1}
    saved = "article_category.saved"
    await audit.does("knowledge.change_article_category", saved, changed, category_id=group["id"])
    texts = {"texts": {"en": {"title": "How to restart"}}}
    article = await audit.does("knowledge.add_article", "article.saved", texts)
    this = {"article_id": article["id"]}
    await audit.does("knowledge.change_article", "article.saved", {**texts, "version": 1}, **this)
    back = {"locale": "en", "edition": 1, "version": 2}
    await audit.does("knowledge.restore_edition", "article.saved", back, **this)
    shown = {"state": "published", "version": 3}
    await audit.does("knowledge.set_article_state", "article.saved", shown, **this)
    await audit.does("knowledge.judge_article", "article.judged", {"has_helped": True}, **this)
    customer = await audit.does("customers.add", "customer.saved", {"name": "Affected"})
    asked = {"kind": "inquiry", "subject": "Restart?", "customer_id": customer["id"]}
    ticket = await audit.does("tickets.open_ticket", "ticket.changed", asked)
    await audit.does("solutions.draft_article", "article.saved", {}, ticket_id=ticket["id"])
    affected = {"affected": {"ticket_ids": [ticket["id"]]}, "article_id": article["id"]}
    await audit.does("solutions.send_solution", "solution.sent", {**affected, "subject": "x", "client_id": "s"})


async def _reports(audit: Auditor) -> None:
    said = {
        "name": "Monday",
        "report": {"period": "last_week"},
        "rhythm": "weekly",
        "staff_ids": [audit.person.me["id"]],
    }
    kept = await audit.does("reports.add_schedule", "report.schedule_saved", said)
    named = {"schedule_id": kept["id"]}
    await audit.does("reports.change_schedule", "report.schedule_saved", {**said, "version": 1}, **named)
    await audit.does("reports.remove_schedule", "report.schedule_saved", **named)


def _asked() -> dict[str, object]:
    return {"day": "2030-02-01", "rounds": 5, "seconds": 0.5}


async def visits(audit: Auditor) -> str:
    """Do all that dispatchers and technicians do; returns a visit that is under way."""
    kind = await audit.does("dispatch.add_visit_kind", "visit.setup_saved", {"names": {"en": "Survey"}})
    changed = {"names": {"en": "Site survey"}, "version": 1}
    await audit.does("dispatch.change_visit_kind", "visit.setup_saved", changed, kind_id=kind["id"])
    text = {"texts": {"en": "{visit.number} is done."}, "version": 1}
    await audit.does("dispatch.change_visit_text", "visit.setup_saved", text, moment="done")
    customer = await audit.does("customers.add", "customer.saved", {"name": "Visited"})
    said = {"subject": "Filter", "kind_id": kind["id"], "customer_id": customer["id"], "starts_on": "2026-01-01"}
    plan = await audit.does("dispatch.add_service_plan", "visit.setup_saved", said)
    await audit.does("dispatch.change_service_plan", "visit.setup_saved", {**said, "version": 1}, plan_id=plan["id"])
    tells = "visit.changed"
    visit = await audit.does("dispatch.open_visit", tells, {"kind_id": kind["id"]})
    this = {"visit_id": visit["id"]}
    visit = await audit.does("dispatch.change_visit", tells, {"version": 1, "notes": "Ring twice"}, **this)
    given = {"technician_id": audit.person.me["id"], "planned_at": "2030-01-01T08:00:00Z", "version": visit["version"]}
    visit = await audit.does("dispatch.assign_visit", tells, given, **this)
    visit = await audit.does("dispatch.dispatch_visit", tells, {"version": visit["version"]}, **this)
    visit = await audit.does("dispatch.take_visit_back", tells, {"version": visit["version"]}, **this)
    await audit.does("dispatch.cancel_visit", tells, {"version": visit["version"], "reason": "Sold"}, **this)
    visit = await audit.does("dispatch.open_visit", tells, {"kind_id": kind["id"]})
    this = {"visit_id": visit["id"]}
    visit = await audit.does("dispatch.assign_visit", tells, {**given, "version": 1, "dispatch": True}, **this)
    run = await audit.does("dispatch.make_run", "plan.told", _asked())
    await audit.does("dispatch.refuse_run", "plan.told", run_id=run["id"])
    run = await audit.does("dispatch.make_run", "plan.told", _asked())
    await audit.does("dispatch.accept_run", "plan.told", run_id=run["id"])
    await audit.does("dispatch.undo_run", "plan.told", run_id=run["id"])
    step = {"client_id": "one", "state": "arrived", "at": "2026-01-01T08:00:00Z"}
    await audit.does("dispatch.take_steps", tells, {"steps": [step]}, **this)
    return str(visit["id"])
