"""Files of a customer's conversations: found on the customer, and sent along with a mail once more."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from demo.organisation import MAILBOX
from storage.database import Database, adhoc
from tests.integration.house import hire, made, query
from tests.integration.outside import Outside, outside
from tests.live import eventually

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


async def came_with_a_file(around: Outside) -> Any:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "lena@customer.example", MAILBOX, "Invoice"
    mail.set_content("See the file")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="فاتورة-١٢.pdf")
    await around.raw_mail(mail.as_bytes(), "lena@customer.example")

    async def kept() -> Any:
        rows = await query(around.it, "select id::text, customer_id::text from interaction")
        return rows[0] if rows else None

    return await eventually(kept)


async def test_c008_a_file_of_a_mail_is_found_on_its_message_and_on_the_customer(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        talk = await came_with_a_file(around)
        admin = await around.it.person("admin")
        path = f"/api/customers/{talk['customer_id']}/files"
        _, found = await admin.json("GET", path)
        (file,) = found["items"]
        assert (file["name"], file["content_type"], file["size"]) == ("فاتورة-١٢.pdf", "application/pdf", len(PDF))
        assert (file["interaction_id"], file["is_ours"]) == (talk["id"], False)
        async with admin.session.get(around.it.base_url + file["url"]) as response:
            assert await response.read() == PDF
        message = await db.value(adhoc("select attachments -> 0 ->> 'id' from message where direction = 'inbound'"))
        assert message == file["id"]
        for words, count in (("فاتورة", 1), ("PDF", 1), ("contract", 0)):
            assert len((await admin.json("GET", f"{path}?q={words}"))[1]["items"]) == count
        nobody = await hire(around.it, ["customer.read"])
        assert (await nobody.json("GET", path))[0] == 403
        assert (await admin.json("GET", f"/api/customers/{UUID(int=7)}/files"))[0] == 404


async def test_c009_a_stored_file_goes_along_with_a_mail(dsn: str, tmp_path: Path) -> None:
    async with outside(dsn, tmp_path) as around:
        talk = await came_with_a_file(around)
        admin = await around.it.person("admin")
        _, found = await admin.json("GET", f"/api/customers/{talk['customer_id']}/files")
        stored = found["items"][0]["id"]
        reader = await hire(around.it, ["interaction.read"])
        assert (await reader.json("POST", f"/api/files/{stored}/copies"))[0] == 403
        writer = await hire(around.it, ["interaction.reply"])
        assert (await writer.json("POST", f"/api/files/{stored}/copies"))[0] == 403
        assert (await admin.json("POST", f"/api/files/{UUID(int=7)}/copies"))[0] == 404
        status, copy = await admin.json("POST", f"/api/files/{stored}/copies")
        assert (status, copy["name"]) == (201, "فاتورة-١٢.pdf")
        assert (await admin.json("POST", f"/api/files/{copy['id']}/copies"))[0] == 404, "not of a conversation yet"
        socket = await around.it.agent("sara")
        offered = await socket.take_offer("email")
        copy = await made(await around.it.person("sara"), f"/api/files/{stored}/copies", {})
        asked = {"client_id": "again", "text": "Here it is again", "attachments": [copy["id"]]}
        await socket.command("interaction.reply", interaction_id=offered["interaction"]["id"], **asked)
        sent = await around.answered("Here it is again")
        original = await query(around.it, "select id::text from message where direction = 'outbound'")
        async with admin.session.get(f"{around.it.base_url}/api/messages/{original[0]['id']}/original") as response:
            mail = message_from_bytes(await response.read(), _class=EmailMessage, policy=policy.default)
        (attached,) = list(mail.iter_attachments())
        assert (attached.get_filename(), attached.get_content()) == ("فاتورة-١٢.pdf", PDF)
        assert sent["to"] == "lena@customer.example"
