"""Every use-case of campaigns, lists, rules and opting out, for the audit trail."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from tests.integration.auditor import Auditor
from tests.integration.house import query

NUMBER = "+962790000091"


async def calling_out(audit: Auditor) -> None:
    await _opting_out(audit)
    campaign = await _campaign(audit)
    await _rules(audit)
    await _dials(audit, campaign)


async def _opting_out(audit: Auditor) -> None:
    await audit.does("consents.opt_out", "number.opted_out", {"number": NUMBER})
    many = {"numbers": ["+962790000092"]}
    await audit.does("consents.opt_out_many", "number.opted_out", many)
    await audit.does("consents.opt_in", "number.opted_out", {"note": "by letter"}, number=f"%2B{NUMBER[1:]}")
    new = {"number": NUMBER, "given_at": "2026-01-01T00:00:00Z", "source": "form"}
    consent = await audit.does("consents.record_consent", "consent.recorded", new)
    await audit.does("consents.revoke_consent", "consent.recorded", consent_id=consent["id"])


async def _campaign(audit: Auditor) -> dict[str, Any]:
    (account,) = await query(
        audit.it, "select id, queue_id from channel_account where kind = 'voice' order by name limit 1"
    )
    new = {
        "name": "Audited",
        "kind": "research",
        "mode": "preview",
        "queue_id": str(account["queue_id"]),
        "account_id": str(account["id"]),
    }
    campaign: dict[str, Any] = await audit.does("dialer.add_campaign", "campaign.saved", new)
    change = {**new, "name": "Audited 2", "version": campaign["version"]}
    await audit.does("dialer.change_campaign", "campaign.saved", change, campaign_id=campaign["id"])
    for action in ("start", "stop"):
        await audit.does("dialer.switch_campaign", "campaign.saved", {"action": action}, campaign_id=campaign["id"])
    settings = {"columns": {"numbers": ["phone"]}}
    made = await audit.does("dialer.add_list", "list.saved", {"name": "Audited", "settings": settings})
    before, url = await audit.position(), f"{audit.person.base_url}/api/lists/{made['id']}/rows"
    rows = b"phone\n+962790000093\n+962790000094\n+962790000095\n"
    async with audit.person.session.post(url, data=rows, headers={"X-CSRF-Token": audit.person.csrf}) as answer:
        assert answer.status == 200
        made = await answer.json()
    await audit.is_told(before, "list.saved", "import")
    audit.seen.add("dialer.import_rows")
    belongs = {"name": "Audited 2", "campaign_id": campaign["id"], "version": made["version"]}
    await audit.does("dialer.change_list", "list.saved", belongs, list_id=made["id"])
    await audit.does("dialer.list_customers", "list.saved", {"name": "Of customers"})
    return campaign


async def _rules(audit: Auditor) -> None:
    rule = {"id": "own_rule", "name": "Ours", "version": 0}
    await audit.does("dialer.save_preset", "compliance.saved", rule, preset_id="own_rule")
    await audit.does("dialer.reset_preset", "compliance.saved", preset_id="own_rule")
    await audit.does("dialer.replace_postal_zones", "compliance.saved", {"zones": {}})


async def _dials(audit: Auditor, campaign: dict[str, Any]) -> None:
    """Three contacts that an agent has before them, as the room would have handed them over."""
    first, second, third = [await _handed(audit, campaign, number) for number in ("93", "94", "95")]
    await audit.does("dialer.dial_now", "dial.changed", interaction_id=str(first))
    await audit.does("dialer.skip_dial", "dial.changed", interaction_id=str(second))
    await query(
        audit.it,
        "update dial_attempt set state = 'connected', asked_at = now(), connected_at = now() where id = $1",
        third,
    )
    await audit.does("dialer.dispose", "dial.changed", {"key": "success"}, interaction_id=str(third))


async def _handed(audit: Auditor, campaign: dict[str, Any], ending: str) -> UUID:
    attempt = uuid4()
    await query(
        audit.it,
        "insert into interaction (id, channel, account_id, direction, customer_id, address, address_name, state, "
        "queue_id, agent_id, opened_at, assigned_at, details) "
        "select $1::uuid, 'voice', $2::uuid, 'outbound', (select id from customer limit 1), n.number, '', 'assigned', "
        "$3::uuid, (select staff_id from agent limit 1), now(), now(), jsonb_build_object('dial', $1::uuid) "
        "from contact_number n where n.number = $4",
        attempt, campaign["account_id"], campaign["queue_id"], f"+9627900000{ending}",
    )  # fmt: skip
    await query(
        audit.it,
        "insert into work (id, kind, queue_id, channel, state, first_enqueued_at, agent_id, units) "
        "values ($1::uuid, 'interaction', $2::uuid, 'voice', 'assigned', now(), "
        "(select staff_id from agent limit 1), 0)",
        attempt, campaign["queue_id"],
    )  # fmt: skip
    await query(
        audit.it,
        "insert into dial_attempt (id, campaign_id, contact_id, number, place, medium, state, verdict, "
        "interaction_id, created_at) "
        "select $1::uuid, $2::uuid, n.contact_id, n.number, 0, 'voice', 'preview', '{}', $1::uuid, now() "
        "from contact_number n where n.number = $3",
        attempt, campaign["id"], f"+9627900000{ending}",
    )  # fmt: skip
    await query(
        audit.it,
        "update contact set state = 'live' where id = (select contact_id from dial_attempt where id = $1)",
        attempt,
    )
    return attempt
