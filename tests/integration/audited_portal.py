"""All that is done on the portal and about it, held against the log: by administrators, and by a customer."""

from __future__ import annotations

import uuid
from typing import Any

import aiohttp

from tests.integration.auditor import Auditor
from tests.integration.house import query
from tests.integration.portal_guest import PortalGuest, address, guest, new_id
from tests.live import eventually


async def portal(audit: Auditor) -> None:
    (queue,) = await query(audit.it, "select id from queue where channels is null limit 1")
    account = {"kind": "portal", "name": "Customers", "queue_id": str(queue["id"]), "settings": {}}
    made = await audit.does("interactions.add_account", "channel.saved", account)
    version = (await audit.person.json("GET", "/api/portal-settings"))[1]["version"]
    settings = {"is_on": True, "account_id": made["id"], "registration": "anyone", "version": version}
    await audit.does("portal.change_portal", "portal.saved", settings)
    form = {"account_id": made["id"], "settings": {}}
    await audit.does("portal.add_form", "portal.form_saved", {"id": "audit", **form})
    await audit.does("portal.change_form", "portal.form_saved", {**form, "version": 1}, form_id="audit")
    who = await _come_in(audit)
    (whose,) = await query(audit.it, "select customer_id from identity where value = $1", who.address)
    customer_id = str(whose["customer_id"])
    await audit.does("portal.add_contact", "portal.contact_set", {"customer_id": customer_id})
    await audit.does("portal.remove_contact", "portal.contact_set", customer_id=customer_id)
    await _customer(_ByCustomer(audit, who, customer_id))


async def _come_in(audit: Auditor) -> PortalGuest:
    """There is no post office here: the code is taken where it is made."""
    who = await guest(audit.it, address())
    asked = uuid.UUID((await who.knock())["id"])
    await eventually(lambda: query(audit.it, "select 1 from portal_sign_in where is_sent and id = $1", asked))
    key = {"id": str(asked), "code": audit.it.running.neck.portal.doors.code(asked)}
    status, answer = await who.call("POST", "/api/portal/session", key)
    assert status == 200, answer
    who.csrf = answer["csrf_token"]
    return who


class _ByCustomer:
    def __init__(self, audit: Auditor, who: PortalGuest, customer_id: str) -> None:
        self.audit, self._who, self._label = audit, who, f"customer:{customer_id}"

    async def does(self, name: str, kind: str, body: Any = None, /, **path: str) -> Any:
        declared = self.audit.routes[name]
        before = await self.audit.position()
        status, answer = await self._who.call(declared.method, declared.path.format(**path), body)
        assert status < 300, (name, answer)
        await self.is_told(name, kind, before)
        return answer

    async def uploads(self) -> None:
        before, form = await self.audit.position(), aiohttp.FormData()
        form.add_field("file", b"plain", filename="a.txt")
        url, headers = f"{self.audit.it.base_url}/api/portal/files", {"X-CSRF-Token": self._who.csrf}
        async with self._who.session.post(url, data=form, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
        await self.is_told("portal.upload", "file.uploaded", before)

    async def is_told(self, name: str, kind: str, before: int) -> None:
        rows = await query(self.audit.it, "select kind, actor from event_log where seq > $1", before)
        assert (kind, self._label) in {(row["kind"], row["actor"]) for row in rows}, name
        self.audit.seen.add(name)


async def _customer(by: _ByCustomer) -> None:
    asked = {"kind": "inquiry", "subject": "x", "text": "x", "client_id": new_id()}
    mine = await by.does("portal.ask", "ticket.changed", asked)
    this = {"ticket_id": mine["id"]}
    await by.does("portal.see", "message.added", {"until": mine["messages"][-1]["at"]}, **this)
    await by.does("portal.answer", "message.added", {"text": "more", "client_id": new_id()}, **this)
    await query(
        by.audit.it,
        "update ticket set category = 'solved', solved_at = now() where id = $1",
        uuid.UUID(mine["id"]),
    )
    await by.does("portal.rate", "ticket.rated", {"score": 5}, **this)
    grave = await by.does("portal.ask", "ticket.changed", {**asked, "kind": "complaint", "client_id": new_id()})
    held = {"ticket_id": grave["id"]}
    for what, body in (
        ("decision", {"outcome": "unfounded", "reasons": "So it is"}),
        ("answer", {"way": "telephone", "note": "Told"}),
    ):
        status, answer = await by.audit.person.json("POST", f"/api/complaints/{grave['id']}/{what}", body)
        assert status == 201, answer
    await by.does("portal.ask_own_review", "ticket.changed", {"reason": "Not content"}, **held)
    await by.uploads()
    await by.does("portal.leave", "portal.signed_out")
