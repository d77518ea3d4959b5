"""All that is done with complaints, held against the log."""

from __future__ import annotations

from tests.integration.auditor import Auditor
from tests.integration.house import query


async def complaints(audit: Auditor) -> None:
    changed, saved = "ticket.changed", "complaint.setup_saved"
    names = {"names": {"en": "Ombudsman"}}
    source = await audit.does("complaints.add_source", saved, names)
    await audit.does("complaints.change_source", saved, {**names, "version": 1}, source_id=source["id"])
    cause = await audit.does("complaints.add_cause", saved, names)
    await audit.does("complaints.change_cause", saved, {**names, "version": 1}, cause_id=cause["id"])
    days = {"acknowledged": 1, "investigation": 1, "decision": 2, "answered": 2, "closed": 3, "review": 5}
    policy = {"source_id": source["id"], "days": days}
    added = await audit.does("complaints.add_policy", saved, policy)
    await audit.does("complaints.change_policy", saved, {**policy, "version": 1}, policy_id=added["id"])
    await audit.does("complaints.remove_policy", saved, policy_id=added["id"])
    await audit.does("complaints.change_rule", saved, {"is_confidential": True, "version": 1})
    (talk,) = await query(audit.it, "select id from interaction limit 1")
    opened = await audit.does("complaints.register", changed, {"subject": "Late", "interaction_id": str(talk["id"])})
    this = {"ticket_id": opened["ticket_id"]}
    await query(audit.it, "update complaint set receipt = 'owed'")
    await audit.does("complaints.send_receipt", changed, **this)
    await query(audit.it, "update complaint set receipt = 'owed'")
    other = await audit.does("complaints.register", changed, {"subject": "Rude"})
    await audit.does("complaints.tell_receipt", changed, {"note": "Read aloud"}, ticket_id=other["ticket_id"])
    await audit.does("complaints.take_up", changed, **this)
    version = (await audit.person.json("GET", f"/api/complaints/{opened['ticket_id']}"))[1]["version"]
    await audit.does("complaints.record", changed, {"version": version, "cause_id": cause["id"]}, **this)
    up = {"level": 1, "reason": "Above", "to_owner_id": audit.person.me["id"]}
    await audit.does("complaints.escalate", changed, up, **this)
    (unit,) = await query(audit.it, "select id from branch limit 1")
    for end in ("answer_referral", "return_referral", "withdraw_referral"):
        question = {"branch_id": str(unit["id"]), "question": "Who?", "days": 2}
        asked = (await audit.does("complaints.refer", changed, question, **this))["referrals"]
        which = next(each["id"] for each in asked if each["state"] == "open")
        await audit.does(f"complaints.{end}", changed, {"answer": "Nobody"}, referral_id=which)
    await audit.does("complaints.decide", changed, {"outcome": "founded", "reasons": "So it is"}, **this)
    await audit.does("complaints.answer", changed, {"way": "telephone", "note": "Told"}, **this)
    await audit.does("complaints.close", changed, **this)
    await audit.does("complaints.ask_review", changed, {"reason": "Not content"}, **this)
    await query(audit.it, "update complaint_decision set decided_by = (select id from staff where login = 'sara')")
    await audit.does("complaints.review", changed, {"outcome": "partly", "reasons": "Half of it"}, **this)


async def technicians(audit: Auditor) -> None:
    """Technicians, their phones and fences, held against the log."""
    shape = {"kind": "circle", "centre": {"lat": 1, "lon": 1}, "radius_metres": 100}
    fence = await audit.does("geo.add_fence", "fence.saved", {"name": "Depot", "shape": shape})
    change = {"name": "Yard", "shape": shape, "version": 1}
    await audit.does("geo.change_fence", "fence.saved", change, fence_id=fence["id"])
    await audit.does("geo.remove_fence", "fence.saved", fence_id=fence["id"])
    (agent,) = await query(audit.it, "select staff_id from agent where staff_id = $1", audit.person.me["id"])
    who, profile = {"technician_id": str(agent["staff_id"])}, {"version": 0, "shift": {"zone": "UTC"}}
    await audit.does("geo.save_technician", "technician.saved", profile, **who)
    new = {"client": "owntracks", "name": "Phone", "is_encrypted": True}
    phone = await audit.does("geo.add_device", "device.changed", new, **who)
    await audit.does("geo.revoke_device", "device.changed", device_id=phone["id"])
    await audit.does("geo.join", "device.changed", {"name": "Mine"})
