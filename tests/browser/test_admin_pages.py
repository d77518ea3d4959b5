"""An administrator at work: a person, a skill, a queue, a channel account; and the person takes work from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from demo.organisation import PASSWORD
from tests.browser.surface import ConsolePage, WidgetPage, Windows
from tests.live import Live, live

pytestmark = pytest.mark.browser

_PAGES = (
    "customers",
    "people",
    "roles",
    "branches",
    "queues",
    "agents",
    "channels",
    "widgets",
    "extensions",
    "settings",
    "audit",
    "quarantine",
)
# A refusal that a test asks for is written to the console by the browser itself.
_REFUSED = re.compile(r"the server responded with a status of (409|422)")


@dataclass(frozen=True, slots=True)
class AdminPage:
    """The pages of administration, pressed as people press them."""

    page: Page

    async def open(self, name: str) -> None:
        if not await self.page.get_by_test_id("settings").is_visible():
            await self.page.get_by_test_id("nav-settings").click()
        link = self.page.get_by_test_id("settings").get_by_test_id(f"nav-{name}")
        title = (await link.inner_text()).strip()
        await link.click()
        # The page before stays alive, unseen: wait until it is this one that is shown.
        await expect(self._seen("page-title")).to_have_text([title])

    async def add(self) -> None:
        await self._seen("add").click()

    async def fill(self, field: str, value: str) -> None:
        await self._seen(f"field-{field}").fill(value)

    async def choose(self, field: str, option: str) -> None:
        await self._seen(field).click()
        await self.page.get_by_role("option", name=option, exact=True).click()
        await self.page.keyboard.press("Escape")

    async def save(self) -> None:
        """Save, and see the new one in the list."""
        await self._seen("save").click()

    async def is_listed(self, text: str) -> None:
        await expect(self._seen("row").filter(has_text=text)).to_have_count(1)

    def _seen(self, name: str) -> Any:
        """Return what is on the page that is shown: others stay where they are, unseen."""
        return self.page.locator(f'[data-testid="{name}"]:visible')


async def _everything_for_a_new_desk(admin: AdminPage) -> None:
    """Set up a skill, a queue that needs it, a person who has it, and the web chat that leads there."""
    await admin.open("agents")
    await admin.page.locator('[data-testid="agents-kind"]:visible label').nth(1).click()
    await admin.add()
    await admin.fill("name", "ضمانت")
    await admin.save()
    await admin.is_listed("ضمانت")
    await admin.open("queues")
    await admin.add()
    await admin.fill("name", "Warranty desk")
    await admin.choose("add-skill", "ضمانت")
    await admin.fill("target", "۴۵")
    await admin.save()
    await admin.is_listed("Warranty desk")
    await admin.open("people")
    await admin.add()
    await admin.fill("name", "نیلوفر کاظمی")
    await admin.fill("login", "niloufar")
    await admin.fill("password", PASSWORD)
    await admin.choose("field-roles", "Agent")
    await admin.save()
    await admin.is_listed("niloufar")
    await admin.open("channels")
    await admin.add()
    await admin.page.locator('[data-testid="field-kind"]:visible').click()
    await admin.page.get_by_role("option").last.click()
    await admin.fill("name", "Warranty chat")
    await admin.choose("field-queue", "Warranty desk")
    await admin.save()
    await admin.is_listed("Warranty chat")


async def _give_the_skill(it: Live, admin: AdminPage) -> None:
    """The person has signed in once and is an agent now: give the skill, and let the shop's widget lead to the desk."""
    await admin.open("agents")
    await admin.page.reload()
    await admin.page.locator('[data-testid="row"]:visible').filter(has_text="نیلوفر").click()
    await admin.choose("add-skill", "ضمانت")
    await expect(admin.page.locator('[data-testid="level"]:visible')).to_have_count(1)
    await admin.save()
    await admin.open("widgets")
    await admin.page.locator('[data-testid="row"]:visible').first.click()
    await expect(admin.page.get_by_test_id("script-tag")).to_contain_text(f"{it.base_url}/widget/markaz.js")
    await admin.choose("field-account", "Warranty chat")
    await admin.save()


async def _takes_work(it: Live, windows: Windows, niloufar: ConsolePage) -> None:
    await niloufar.go_available()
    visitor = WidgetPage(await windows.open())
    await visitor.open(f"{it.base_url}/demo/")
    await visitor.write("Is my fridge under warranty?")
    await expect(niloufar.page.get_by_test_id("offer-card")).to_contain_text("Warranty desk")
    await niloufar.accept()
    await niloufar.write("Yes, for five years")
    await expect(visitor.messages("for five years")).to_have_count(1)


@pytest.mark.parametrize(
    ("locale", "direction"), [pytest.param("en", "ltr", marks=pytest.mark.long), ("fa", "rtl")], ids=["en", "fa"]
)
async def test_an_administrator_sets_up_a_desk_and_its_agent_takes_work(
    dsn: str, tmp_path: Path, windows: Windows, locale: str, direction: str
) -> None:
    async with live(dsn, tmp_path) as it:
        calendar = "persian" if locale == "fa" else "gregory"
        someone = await it.person("admin")
        await someone.json("PATCH", "/api/session/preferences", {"locale": locale, "calendar": calendar})
        console = ConsolePage(await windows.open(), it.base_url)
        await console.sign_in("admin")
        await expect(console.page.locator("html")).to_have_attribute("dir", direction)
        admin = AdminPage(console.page)
        await _everything_for_a_new_desk(admin)
        niloufar = ConsolePage(await windows.open(), it.base_url)
        await niloufar.sign_in("niloufar")
        await _give_the_skill(it, admin)
        await _takes_work(it, windows, niloufar)
        queues = (await someone.json("GET", "/api/queues"))[1]["items"]
        (desk,) = [queue for queue in queues if queue["name"] == "Warranty desk"]
        assert (desk["target_seconds"], list(desk["skills"].values())) == (45, [3]), "typed with Persian digits"


async def test_an_offer_shows_on_every_page_and_a_form_half_filled_in_outlives_it(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        roles = {role["name"]: role["id"] for role in (await admin.json("GET", "/api/roles"))[1]["items"]}
        (sara,) = [each for each in (await admin.json("GET", "/api/staff"))[1]["items"] if each["login"] == "sara"]
        change = {"version": sara["version"], "role_ids": [roles["Agent"], roles["Supervisor"]]}
        assert (await admin.json("PATCH", f"/api/staff/{sara['id']}", change))[0] == 200
        console = ConsolePage(await windows.open(), it.base_url)
        await console.sign_in("sara")
        await console.go_available()
        supervisor = AdminPage(console.page)
        await supervisor.open("queues")
        await supervisor.add()
        await supervisor.fill("name", "Half a queue")
        visitor = WidgetPage(await windows.open())
        await visitor.open(f"{it.base_url}/demo/")
        await visitor.write("Hello?")
        await console.accept()
        await console.write("Good morning")
        await expect(visitor.messages("Good morning")).to_have_count(1)
        await console.page.get_by_test_id("nav-settings").click()
        await expect(console.page.locator('[data-testid="field-name"]:visible')).to_have_value("Half a queue")
        await console.page.get_by_test_id("nav-work").click()
        await expect(console.page.locator('[data-testid="conversation"]:visible')).to_have_count(1)


async def test_rights_that_change_change_the_pages_at_once(dsn: str, tmp_path: Path, windows: Windows) -> None:
    # A page may be asking just when its right is taken away: the refusal is what should come.
    windows.allowed.append(re.compile("status of 403"))
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        (role,) = [each for each in (await admin.json("GET", "/api/roles"))[1]["items"] if each["name"] == "Agent"]
        maya = ConsolePage(await windows.open("en"), it.base_url)
        await maya.sign_in("maya")
        await expect(maya.page.get_by_test_id("nav-customers")).to_be_visible()
        # An agent's settings are the own answers alone.
        await maya.page.get_by_test_id("nav-settings").click()
        await expect(maya.page.get_by_test_id("nav-answers")).to_be_visible()
        await expect(maya.page.get_by_test_id("nav-queues")).to_have_count(0)
        change = {"name": "Agent", "version": role["version"], "permissions": [*role["permissions"], "queue.manage"]}
        assert (await admin.json("PUT", f"/api/roles/{role['id']}", change))[0] == 200
        await expect(maya.page.get_by_test_id("nav-queues")).to_be_visible()
        less = {"name": "Agent", "version": role["version"] + 1, "permissions": ["work.take"]}
        assert (await admin.json("PUT", f"/api/roles/{role['id']}", less))[0] == 200
        await expect(maya.page.get_by_test_id("nav-settings")).to_have_count(0)
        await expect(maya.page.get_by_test_id("nav-customers")).to_have_count(0)
        await expect(maya.page.get_by_test_id("nav-assigned")).to_be_visible()


async def test_what_is_wrong_is_said_at_its_field_and_a_stale_form_offers_to_load_anew(
    dsn: str, tmp_path: Path, windows: Windows
) -> None:
    windows.allowed.append(_REFUSED)
    async with live(dsn, tmp_path) as it:
        someone = await it.person("admin")
        console = ConsolePage(await windows.open(), it.base_url)
        await console.sign_in("admin")
        admin = AdminPage(console.page)
        await admin.open("people")
        await admin.add()
        await admin.fill("login", "sara")
        await admin.save()
        await expect(console.page.get_by_text("This is needed.")).to_have_count(1)
        await admin.fill("name", "Another Sara")
        await admin.fill("password", "long enough, really")
        await admin.save()
        await expect(console.page.get_by_text("This exists already.")).to_have_count(1)
        await admin.open("roles")
        await console.page.locator('[data-testid="row"]:visible').filter(has_text="Supervisor").click()
        await expect(console.page.locator('[data-testid="field-name"]:visible')).to_have_value("Supervisor")
        (role,) = [
            each for each in (await someone.json("GET", "/api/roles"))[1]["items"] if each["name"] == "Supervisor"
        ]
        mine = {"name": "Team leader", "permissions": role["permissions"], "version": role["version"]}
        assert (await someone.json("PUT", f"/api/roles/{role['id']}", mine))[0] == 200
        await console.page.locator('[data-testid="permission-audit.read"]:visible').check()
        await admin.save()
        await expect(console.page.get_by_test_id("conflict")).to_be_visible()
        await console.page.get_by_test_id("reload").click()
        await expect(console.page.locator('[data-testid="field-name"]:visible')).to_have_value("Team leader")
        await console.page.locator('[data-testid="permission-audit.read"]:visible').check()
        await admin.save()
        await expect(console.page.get_by_text("Saved.")).to_be_visible()


async def test_two_records_of_a_customer_are_merged_and_parted(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        for name, number in (("كريم علي", "+966501234567"), ("Karim Ali", "+966501234568")):
            body = {"name": name, "identities": [{"kind": "phone", "value": number}]}
            assert (await admin.json("POST", "/api/customers", body))[0] == 201
        console = ConsolePage(await windows.open(), it.base_url)
        await console.sign_in("admin")
        page = console.page
        await page.get_by_test_id("nav-customers").click()
        await page.get_by_test_id("search").fill("کریم علی")
        await expect(page.get_by_test_id("row")).to_have_count(1)
        await page.get_by_test_id("row").click()
        await page.get_by_test_id("merge-search").fill("karim")
        await page.get_by_role("option").click()
        await page.get_by_test_id("merge-do").click()
        await expect(page.get_by_test_id("identity")).to_have_count(2)
        await page.reload()
        await page.get_by_test_id("undo-merge").click()
        await expect(page.get_by_test_id("identity")).to_have_count(1)
        await expect(page.get_by_test_id("merge")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
async def test_every_page_fits_the_screen_and_speaks_arabic(
    dsn: str, tmp_path: Path, windows: Windows, width: int
) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        choice = {"locale": "ar", "calendar": "islamic-umalqura"}
        await admin.json("PATCH", "/api/session/preferences", choice)
        console = ConsolePage(await windows.open(width=width, height=844), it.base_url)
        await console.sign_in("admin")
        page = console.page
        for name in _PAGES:
            await page.goto(f"{it.base_url}/console/#/{name}")
            title = page.locator('[data-testid="page-title"]:visible')
            await expect(title).to_have_text(re.compile("[\u0600-\u06ff]"))
            assert (
                await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
            )
        await page.goto(f"{it.base_url}/console/#/audit")
        await expect(page.locator('[data-testid="row"]:visible').first).to_contain_text(re.compile("١٤[٠-٩]{2}"))
