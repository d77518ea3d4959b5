"""Mails that mean harm, looked at by an agent on every page that shows them: nothing runs, nothing is fetched."""

from __future__ import annotations

import contextlib
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Error, Page, Route, expect

from demo.organisation import MAILBOX
from storage.database import Database, Row, adhoc
from tests.browser.surface import ConsolePage, Windows
from tests.browser.vectors import CALENDAR, CARD, HTML, SVG, VECTORS
from tests.integration.outside import Outside, outside
from tests.live import AgentSocket, eventually

pytestmark = pytest.mark.browser

TALKS = adhoc(
    "select i.id, i.subject, i.customer_id, count(*)::int as mails from interaction i"
    " join message m on m.interaction_id = i.id where m.direction = 'inbound' group by i.id order by i.id"
)
FILES = adhoc("select id, name from attachment where content_type <> 'text/plain' order by id")
# A page holds the last fifty lines of a conversation: with its own lines, half of that in mails.
EACH = 22


def letter(number: int, vector: str, sender: str, begun: str) -> EmailMessage:
    """Return a mail with one vector in its name, subject, body and file name."""
    mail = EmailMessage()
    mail["From"] = Address(_header(vector), addr_spec=sender)
    mail["To"] = MAILBOX
    mail["Subject"] = f"{_header(vector)} {number}"
    mail["Message-ID"] = f"<hostile-{number}@else.example>"
    if begun:
        mail["In-Reply-To"] = begun
    mail.set_content(f"vectorword {vector}")
    mail.add_alternative(f"<p>vectorword {number}</p>{vector}<p>end of {number}</p>", subtype="html")
    mail.add_attachment(b"file", maintype="text", subtype="plain", filename=f"{_header(vector)}.txt")
    return mail


def _header(vector: str) -> str:
    return "".join(letter for letter in vector if letter.isprintable())


def parcel(sender: str) -> EmailMessage:
    """Return a mail with files that browsers like to show."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, MAILBOX, "A parcel"
    mail["Message-ID"] = "<parcel@else.example>"
    mail.set_content("vectorword parcel")
    for name, kind, content in (
        ("picture.svg", "image/svg+xml", SVG),
        ("page.html", "text/html", HTML),
        ("page.xhtml", "application/xhtml+xml", HTML),
        ("invitation.ics", "text/calendar", CALENDAR),
        ("card.vcf", "text/vcard", CARD),
        ("picture.png", "image/png", HTML),
    ):
        main, _, sub = kind.partition("/")
        mail.add_attachment(content.encode(), maintype=main, subtype=sub, filename=name)
    return mail


async def send_all(around: Outside) -> None:
    """Send every vector, in conversations that a page can hold."""
    begun = ""
    for number, vector in enumerate(VECTORS):
        sender = f"evil-{number // EACH}@else.example"
        begun = "" if number % EACH == 0 else begun
        await around.raw_mail(letter(number, vector, sender, begun).as_bytes(), sender)
        begun = begun or f"<hostile-{number}@else.example>"
    await around.raw_mail(parcel("parcel@else.example").as_bytes(), "parcel@else.example")


class Guard:
    """Stops and notes every request to elsewhere, and looks for marks in every frame."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def watch(self, page: Page) -> None:
        async def stop(route: Route) -> None:
            url = urlsplit(route.request.url)
            if url.hostname == "127.0.0.1" or url.scheme in ("data", "blob", "about"):
                await route.continue_()
                return
            self.asked.append(route.request.url)
            await route.abort()

        await page.context.route("**/*", stop)

    async def look(self, page: Page, what: str) -> None:
        for frame in page.frames:
            try:
                assert await frame.evaluate("window.hurt === undefined"), (what, frame.url)
            except Error:
                # The frame was taken away meanwhile; what it did would be marked on the page itself.
                continue
        assert await page.evaluate("window.hurt === undefined"), what
        assert self.asked == [], what


async def settle(page: Page, test_id: str, count: int) -> None:
    await expect(page.get_by_test_id(test_id)).to_have_count(count)
    # Pictures that load when they are seen, and handlers that wait for a frame, get their chance.
    for frame in page.frames:
        if frame.parent_frame is not None:
            await frame.wait_for_load_state()
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


async def test_nothing_in_a_mail_runs_or_fetches(dsn: str, tmp_path: Path, db: Database, windows: Windows) -> None:
    async with outside(dsn, tmp_path) as around:
        await send_all(around)
        await eventually(lambda: db.value(adhoc("select count(*) = 0 from raw_input where outcome is null")))
        console = ConsolePage(await windows.open(), around.it.base_url)
        guard = Guard()
        await guard.watch(console.page)
        await console.sign_in("nadia")
        # A name that makes From doubtful costs a mail its place in the conversation: then it has one of its own.
        for interaction in await db.rows(TALKS):
            await console.page.goto(f"{around.it.base_url}/console/#/conversations/{interaction['id']}")
            await settle(console.page, "message", interaction["mails"])
            await only_links_that_lead_somewhere(console.page)
            await guard.look(console.page, str(interaction["subject"]))
        await other_pages(console, guard, interaction, await around.it.agent("sara"))
        await open_files(console, guard, await db.rows(FILES))


async def only_links_that_lead_somewhere(page: Page) -> None:
    """Look at what a mail left to be pressed."""
    for frame in page.frames[1:]:
        for link in await frame.locator("a").all():
            href = await link.get_attribute("href") or ""
            assert href.partition(":")[0].lower() in ("", "http", "https", "mailto", "tel"), href


async def other_pages(console: ConsolePage, guard: Guard, interaction: Row, sara: AgentSocket) -> None:
    """Look at the customer's page, lists, search results, and what the bell tells."""
    page, base = console.page, f"{console.base_url}/console/#"
    await page.goto(f"{base}/customers/{interaction['customer_id']}")
    await expect(page.get_by_test_id("identities")).to_be_visible()
    await guard.look(page, "customer")
    for path in ("customers", "conversations"):
        await page.goto(f"{base}/{path}")
        await expect(page.locator('[data-testid="row"]:visible').first).to_be_visible()
        await guard.look(page, path)
    await page.goto(f"{base}/search/vectorword")
    await expect(page.get_by_test_id("hit").first).to_be_visible()
    await guard.look(page, "search")
    await sara.command("comment.write", **comment(str(interaction["id"])))
    await console.bell.click()
    await expect(page.get_by_test_id("notice").first).to_be_visible()
    await guard.look(page, "bell")


def comment(interaction_id: str) -> dict[str, Any]:
    document = {"kind": "interaction", "id": interaction_id}
    return {"document": document, "client_id": "hostile", "text": f"@nadia {VECTORS[11]}"}


async def open_files(console: ConsolePage, guard: Guard, files: list[Row]) -> None:
    """Open each kind of file as whoever presses it does; a browser may save it, and runs no script of it."""
    assert len(files) == 6
    for file in files:
        opened = await console.page.context.new_page()
        # What is saved instead of shown ends the visit.
        with contextlib.suppress(Error):
            await opened.goto(f"{console.base_url}/api/files/{file['id']}")
        await guard.look(opened, file["name"])
        await opened.close()
