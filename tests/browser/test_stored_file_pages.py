"""A file that a customer sent is found on the customer, and sent along again, picked among what is stored."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.async_api import expect

from demo.organisation import MAILBOX
from storage.database import Database, adhoc
from tests.browser.surface import ConsolePage, Windows, send_at_once
from tests.integration.outside import outside

pytestmark = pytest.mark.browser

SENT = adhoc("select attachments -> 0 ->> 'name' from message where direction = 'outbound' limit 1")


async def test_c009_an_agent_picks_a_stored_file_in_arabic(
    dsn: str, tmp_path: Path, db: Database, windows: Windows
) -> None:
    async with outside(dsn, tmp_path) as around:
        await send_at_once(around.it, "sara")
        await (await around.it.person("sara")).json("PATCH", "/api/session/preferences", {"locale": "ar"})
        console = ConsolePage(await windows.open(), around.it.base_url)
        await console.sign_in("sara")
        await console.go_available()
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "Lena <lena@customer.example>", MAILBOX, "Invoice"
        mail.set_content("See the file")
        mail.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="فاتورة.csv")
        await around.raw_mail(mail.as_bytes(), "lena@customer.example")
        await console.accept()
        page = console.page
        await page.get_by_test_id("stored-files").click()
        await page.get_by_test_id("stored-search").fill("فاتو")
        await page.get_by_test_id("stored-file").check()
        await page.get_by_test_id("stored-attach").click()
        await expect(page.get_by_test_id("composer-attached")).to_contain_text("فاتورة.csv")
        await page.get_by_test_id("composer").press_sequentially("ها هي مرة أخرى")
        await page.get_by_test_id("composer-send").click()
        await around.answered("ها هي مرة أخرى")
        assert await db.value(SENT) == "فاتورة.csv"
        customer = await db.value(adhoc("select customer_id from interaction"))
        await page.goto(f"{around.it.base_url}/console/#/customers/{customer}")
        await expect(page.get_by_test_id("customer-file")).to_have_count(2)
