"""All that is done with complaints and with telephones, held against the log."""

from __future__ import annotations

from tests.integration.auditor import Auditor
from tests.integration.house import query
from tests.unit.test_call_audio import wav


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


async def telephony(audit: Auditor) -> None:
    """Phones, recordings and how long they are kept."""
    me = audit.person.me["id"]
    await audit.does("interactions.set_my_phone", "agent.phone_saved", {"address": "+12025550123"})
    await audit.does("interactions.set_agent_phone", "agent.phone_saved", {"address": ""}, staff_id=me)
    rule = {"keep_days": 30, "voicemail_days": 30, "version": 1}
    await audit.does("telephony.change_rule", "recording.rule_saved", rule)
    recording_id = str(
        (
            await query(
                audit.it,
                "with f as (insert into file (sha256, size, content_type) values (sha256('x'), 1, 'audio/wav') "
                "returning sha256), "
                "a as (insert into attachment (id, sha256, name, content_type, size, owner) "
                "select gen_random_uuid(), sha256, 'x', 'audio/wav', 1, 'recording' from f returning id) "
                "insert into call_recording (id, account_id, external_id, interaction_id, kind, state, attachment_id, "
                "made_at) select gen_random_uuid(), i.account_id, 'RE1', i.id, 'call', 'kept', a.id, now() "
                "from interaction i, a limit 1 returning id",
            )
        )[0]["id"]
    )
    await audit.does("telephony.hold", "recording.held", {"is_held": False}, recording_id=recording_id)
    await audit.does("telephony.delete", "recording.gone", recording_id=recording_id)
    await _texts(audit)


async def _texts(audit: Auditor) -> None:
    account = next(
        each for each in (await audit.person.json("GET", "/api/accounts"))[1]["items"] if each["kind"] == "sms"
    )
    await query(audit.it, "update channel_account set is_enabled = true where id = $1", account["id"])
    stop = {"account_id": account["id"], "number": "+966501112233", "is_stopped": True}
    await audit.does("telephony.say_consent", "text.consent_saved", stop)
    (customer,) = await query(audit.it, "select id from customer limit 1")
    batch = {"client_id": "b", "account_id": account["id"], "name": "x", "text": "x", "send_at": "2030-01-01T08:00:00Z"}
    added = await audit.does(
        "telephony.add_batch", "text.batch_changed", {**batch, "customer_ids": [str(customer["id"])]}
    )
    await audit.does("telephony.cancel_batch", "text.batch_changed", batch_id=added["id"])


async def call_flows(audit: Auditor) -> None:
    """Call flows, held against the log."""
    saved = "call_flow.saved"
    made = await audit.does("flows.add", saved, {"name": "Main"})
    this = {"flow_id": made["id"]}
    draft = {"steps": [{"id": "start", "kind": "hang_up"}]}
    await audit.does("flows.change", saved, {"name": "Main", "draft": draft, "version": 1}, **this)
    await audit.does("flows.publish", saved, {"version": 2}, **this)
    saved = "call_sound.saved"
    sound = await audit.uploads("flows.add_call_sound", saved, wav(1))
    of = {"sound_id": sound["id"]}
    await audit.does("flows.rename_call_sound", saved, {"name": "Hello", "version": 1}, **of)
    await audit.uploads("flows.replace_call_sound", saved, wav(2), **of)
    await audit.does("flows.delete_call_sound", saved, **of)
