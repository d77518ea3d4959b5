"""Who waits in the widget asks to be called instead; whoever looks after callbacks sees it and calls it off."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import expect

from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.integration.house import query
from tests.live import Live, eventually, live

pytestmark = pytest.mark.browser


async def offer_to_all(it: Live) -> None:
    """Let an overflow offer a call to whoever waits."""

    async def waiting() -> object:
        return await query(it, "select id from work where state = 'queued'")

    await eventually(waiting)
    calling = it.running.neck.calling.callbacks
    for row in await query(it, "select id from work where state = 'queued'"):
        async with calling._db.transaction() as tx:
            await calling.offer(tx, UUID(str(row["id"])))
    # Something moves in the queue, as it does all the time.
    await (await it.visitor()).send("hello")


@pytest.mark.parametrize(("locale", "said"), [("fa", "تماس می‌گیریم")])
async def test_a_visitor_is_called_instead_and_a_supervisor_calls_it_off(
    dsn: str, tmp_path: Path, windows: Windows, locale: str, said: str
) -> None:
    async with live(dsn, tmp_path, simulator=True) as it:
        page = await windows.open(locale, width=390, height=760)
        widget = WidgetPage(page)
        await widget.open(f"{it.base_url}/demo/?lang={locale}")
        await widget.write("hello")
        await expect(widget.messages("hello")).to_be_visible()
        await offer_to_all(it)
        await page.get_by_test_id("callback-open").click()
        await page.get_by_test_id("callback-phone").fill("12")
        await page.get_by_test_id("callback-consent").check()
        await page.get_by_test_id("callback-send").click()
        await expect(page.get_by_test_id("callback-fault")).to_be_visible()
        await page.get_by_test_id("callback-phone").fill("+966 50 111 2233")
        await page.get_by_test_id("callback-send").click()
        kept = page.get_by_test_id("widget-callback-kept")
        await expect(kept).to_contain_text(said)
        await expect(kept).to_contain_text("+966501112233")
        await page.reload()
        await page.get_by_test_id("launcher").click()
        await expect(kept).to_contain_text("+966501112233")

        console = ConsolePage(await windows.open(locale), it.base_url)
        person = await it.person("nadia")
        await person.json("PATCH", "/api/session/preferences", {"locale": locale})
        await console.sign_in("nadia")
        await console.page.goto(f"{it.base_url}/console/#/callbacks")
        await console.page.get_by_text("+966501112233").click()
        shown = console.page.get_by_test_id("callback")
        await expect(shown).to_have_attribute("data-state", "waiting")
        await console.page.get_by_test_id("callback-off").click()
        await expect(shown).to_have_count(0)
        [row] = await query(it, "select state, reason from callback")
        assert tuple(row) == ("cancelled", "by_staff")
