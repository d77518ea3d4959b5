"""A complaint from its registration to its end on the page of complaints: two people, one in Arabic, one in Persian."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.surface import ConsolePage, Windows
from tests.integration.house import branch, made, query
from tests.live import Live, live

pytestmark = pytest.mark.browser


async def console(it: Live, windows: Windows, login: str, locale: str) -> Page:
    person = await it.person(login)
    await person.json("PATCH", "/api/session/preferences", {"locale": locale})
    opened = ConsolePage(await windows.open(locale), it.base_url)
    await opened.sign_in(login)
    return opened.page


async def choose(page: Page, key: str, label: str) -> None:
    await page.get_by_test_id(f"say-{key}").click()
    await page.get_by_role("option", name=label, exact=True).click()


async def act(page: Page, what: str, **said: str) -> None:
    """Open what can be done, say what it asks for, and send it."""
    await page.get_by_test_id(what).click()
    for key, value in said.items():
        if key.startswith("choose_"):
            await choose(page, key.removeprefix("choose_"), value)
        else:
            await page.get_by_test_id(f"say-{key}").fill(value)
    await page.locator('[data-testid="complaint"] [data-testid="save"]').click()
    await expect(page.locator('[data-testid="complaint"] [data-testid="save"]')).to_have_count(0)


async def test_c054_a_complaint_goes_its_whole_way_in_arabic(dsn: str, tmp_path: Path, windows: Windows) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        await branch(admin, "شيراز")
        sara = await it.person("sara")
        customer = await made(admin, "/api/customers", {"name": "مريم الكاظمي"})
        opened = await made(
            admin,
            "/api/complaints",
            {
                "subject": "لم يأتِ أحد",
                "customer_id": customer["id"],
                "source_id": "00000000-0000-7000-8000-000000000105",
            },
        )
        page = await console(it, windows, "admin", "ar")
        await page.goto(f"{it.base_url}/console/#/complaints")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await page.get_by_role("link", name=opened["number"]).click()
        shown = page.get_by_test_id("complaint")
        await expect(shown).to_have_attribute("data-stage", "registered")
        await expect(page.get_by_test_id("tracking-code")).to_have_text(opened["code"])
        await expect(page.get_by_test_id("close-complaint")).to_be_disabled()
        await act(page, "tell-code", note="قُرئ لها على الهاتف")
        await expect(shown).to_have_attribute("data-stage", "acknowledged")
        await page.get_by_test_id("take-up").click()
        await expect(shown).to_have_attribute("data-stage", "investigation")
        await act(page, "add-about", choose_kind="موظف", choose_staff_id=sara.me["name"])
        await expect(page.get_by_test_id("complained-of")).to_contain_text(sara.me["name"])
        await act(page, "refer", choose_branch_id=await first_branch(it), question="من كان السائق؟")
        await expect(shown).to_have_attribute("data-stage", "referred")
        await page.screenshot(path=tmp_path / "referred.png")
        await act(page, "referral-withdraw", answer="عرفنا")
        await expect(shown).to_have_attribute("data-stage", "investigation")
        await act(page, "decide", choose_outcome="غير محقّة", reasons="الأوراق تقول ذلك")
        await act(page, "ask-review", reason="لا تصدّق")
        await expect(shown).to_have_attribute("data-stage", "review")
        await expect(page.get_by_test_id("decide-review")).to_have_count(0)

        other = await console(it, windows, "nadia", "fa")
        await other.goto(f"{it.base_url}/console/#/complaints/{opened['ticket_id']}")
        await act(other, "decide-review", choose_outcome="وارد", reasons="راننده هم همین را می‌گوید")
        await act(other, "record-answer", note="تلفنی به خانم کاظمی گفته شد")
        await expect(other.get_by_test_id("lacks")).to_contain_text("علت")
        await act(other, "learned", choose_cause_id="تأخیر", remedy="دوباره رفتیم", lesson="دو خودرو در شنبه‌ها")
        await expect(other.get_by_test_id("decision")).to_have_count(2)
        await other.get_by_test_id("close-complaint").click()
        await expect(other.get_by_test_id("complaint")).to_have_attribute("data-stage", "closed")
        # It is no more among those that go on, and its page says which it is all the same.
        await other.reload()
        await expect(other.get_by_test_id("panel").get_by_role("heading", level=3)).to_contain_text(opened["number"])
        # Whoever looks at it hears of it by the feed: nobody asks again.
        await expect(shown).to_have_attribute("data-stage", "closed")
        [row] = await query(it, "select category, hidden_from from ticket where kind = 'complaint'")
        assert (row["category"], [str(each) for each in row["hidden_from"]]) == ("closed", [sara.me["id"]])

        await page.goto(f"{it.base_url}/console/#/complaints/figures")
        await expect(page.get_by_test_id("counts")).to_contain_text("تأخير")
        await page.goto(f"{it.base_url}/console/#/complaints/settings")
        await page.get_by_test_id("confidence").click()
        await page.get_by_test_id("all-confidential").press("Space")
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("confidence")).to_have_text("الشكاوى سرية حين يقول أحد ذلك")
        await expect(page.get_by_test_id("save")).to_have_count(0)
        _, rule = await admin.json("GET", "/api/complaint-rule")
        assert rule["is_confidential"] is False
        await page.get_by_test_id("add-source").click()
        for language, name in (("en", "Ombudsman"), ("ar", "ديوان المظالم"), ("fa", "دیوان")):
            await page.get_by_test_id(f"name-{language}").fill(name)
        await page.get_by_test_id("save").click()
        await expect(page.get_by_test_id("source").filter(has_text="ديوان المظالم")).to_be_visible()


async def first_branch(it: Live) -> str:
    (row,) = await query(it, "select name from branch order by name limit 1")
    return str(row["name"])
