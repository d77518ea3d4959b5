"""Telephone systems that only tell of calls, and faxes that come and go as mail."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import aiohttp
import aiosmtplib
from aiosmtpd.smtp import SMTP

from tests.integration.house import made, query
from tests.live import Live

SECRET = "a secret of the telephone system"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type /Pages/Count 2>>endobj\n"
    b"2 0 obj<</Type /Page>>endobj\n3 0 obj<</Type/Page >>endobj\n%%EOF"
)
SENDER = "+966501113344"


class Gateway:
    """Takes mail as a fax gateway does, and keeps it."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@asynccontextmanager
async def gateway() -> AsyncIterator[tuple[Gateway, int]]:
    kept = Gateway()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(kept), "127.0.0.1", 0)
    try:
        yield kept, server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def queue_of(it: Live, name: str) -> str:
    return str((await query(it, "select id from queue where name = $1", name))[0]["id"])


async def until(it: Live, statement: str, *values: Any) -> Any:
    async with asyncio.timeout(15):
        while not (rows := await query(it, statement, *values)):
            await asyncio.sleep(0.1)
    return rows[0]


async def test_c003_a_telephone_system_tells_of_its_calls_and_whose_they_are(it: Live) -> None:
    admin, maya = await it.person("admin"), await it.person("maya")
    settings = {"token": SECRET, "extensions": {"204": maya.me["id"]}}
    new = {"kind": "cti", "name": "House PBX", "queue_id": await queue_of(it, "Telephone"), "settings": settings}
    account = await made(admin, "/api/accounts", new)
    url = f"{it.base_url}/hooks/{account['id']}/cti"
    desk = await it.agent("maya", available=False)

    async def tell(headers: dict[str, str], **said: str) -> int:
        body = json.dumps(said).encode()
        if headers == {"sign": "yes"}:
            headers = {"X-Signature": f"sha256={hmac.digest(SECRET.encode(), body, 'sha256').hex()}"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=body, headers={"Content-Type": "application/json", **headers}) as answer,
        ):
            return answer.status

    ours = {"Authorization": f"Bearer {SECRET}"}
    new_call = {"event": "newCall", "call_id": "77", "from": SENDER, "to": "200"}
    assert await tell({}, **new_call) == 403
    assert await tell({"Authorization": "Bearer nothing"}, **new_call) == 403
    assert await tell({"sign": "yes"}, **{**new_call, "event": "unheard of"}) == 422
    # They come twice, and in any order.
    assert await tell(ours, event="answer", call_id="77", agent="204", **{"from": SENDER, "to": "200"}) == 200
    assert await tell({"sign": "yes"}, **new_call) == 200
    assert await tell(ours, **new_call) == 200
    conversation = await until(it, "select * from interaction where channel = 'cti' and state = 'assigned'")
    assert (str(conversation["agent_id"]), conversation["address"]) == (maya.me["id"], SENDER)
    await desk.until(lambda: desk.conversation(str(conversation["id"])))
    assert await tell(ours, event="hangup", call_id="77") == 200
    await until(it, "select 1 from interaction where channel = 'cti' and state in ('wrap_up', 'closed')")
    assert len(await query(it, "select id from interaction where channel = 'cti'")) == 1


async def test_c014_a_fax_comes_with_its_pages_and_the_answer_goes_as_one(it: Live) -> None:
    admin = await it.person("admin")
    async with gateway() as (kept, port):
        settings = {
            "address": "fax@demo.example", "gateway": "gateway.example", "gateway_senders": ["gateway.example"],
            "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none",
        }  # fmt: skip
        new = {"kind": "fax", "name": "Fax", "queue_id": await queue_of(it, "Email"), "settings": settings}
        await made(admin, "/api/accounts", new)
        await deliver(it, f"{SENDER}@gateway.example", "New fax")
        await deliver(it, "+966501119999@elsewhere.example", "New fax")
        fax = await until(it, "select i.* from interaction i where channel = 'fax'")
        assert fax["address"] == SENDER
        message = await until(
            it, "select * from message where interaction_id = $1 and direction = 'inbound'", fax["id"]
        )
        assert json.loads(message["details"])["fax"] == 2
        (page,) = json.loads(message["attachments"])
        assert page["content_type"] == "application/pdf"
        await query(
            it, "update interaction set state = 'assigned', agent_id = $2 where id = $1", fax["id"], admin.me["id"]
        )
        desk = await it.agent("admin", available=False)
        form = aiohttp.FormData()
        form.add_field("file", PDF, filename="answer.pdf", content_type="application/pdf")
        async with admin.session.post(
            f"{it.base_url}/api/files", data=form, headers={"X-CSRF-Token": admin.csrf}
        ) as answer:
            uploaded = await answer.json()
        reply = {"interaction_id": str(fax["id"]), "client_id": "f", "text": "", "attachments": [uploaded["id"]]}
        await desk.command("interaction.reply", **reply)
        async with asyncio.timeout(15):
            while not kept.mails:
                await asyncio.sleep(0.05)
        (mail,) = kept.mails
        assert mail["To"] == "966501113344@gateway.example"
        assert [part.get_content_type() for part in mail.walk() if part.get_filename()] == ["application/pdf"]
        await desk.command("interaction.reply", **{**reply, "client_id": "g", "text": "no page", "attachments": []})
        refused = await until(it, "select error from message where text = 'no page' and delivery = 'failed'")
        assert "PDF" in refused["error"]
    assert len(await query(it, "select id from interaction where channel = 'fax'")) == 1, "a stranger is no gateway"


async def deliver(it: Live, sender: str, subject: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "fax@demo.example", subject
    mail.set_content("Two pages were received.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="fax.pdf")
    port = it.running.neck.channels["email"].port  # type: ignore[attr-defined] # it listens
    await aiosmtplib.send(mail, hostname="127.0.0.1", port=port, start_tls=False)
