"""The organisation's settings: whole, bounded, and at once on every console."""

from __future__ import annotations

import aiohttp

from access.model import Permission
from tests.integration.house import branch, hire
from tests.live import Live

ALL = sorted(Permission)
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
REASON = {"key": "prayer", "name": {"en": "Prayer", "ar": "صلاة", "fa": "نماز"}}


async def test_a_change_is_on_every_console_at_once_and_in_a_fresh_snapshot(it: Live) -> None:
    admin = await it.person("admin")
    sara = await it.agent("sara", available=False)
    assert sara.state["organisation"]["presence_reasons"] == []
    _, before = await admin.json("GET", "/api/organisation")
    change = {"version": before["version"], "name": "صحرا", "logo": PIXEL, "presence_reasons": [REASON]}
    status, after = await admin.json("PUT", "/api/organisation", change)
    assert status == 200, after
    told = await sara.until(lambda: [e for e in sara.events if e["type"] == "organisation.put"])
    fresh = await it.agent("maya", available=False)
    assert told[-1]["data"]["organisation"] == fresh.state["organisation"]
    assert fresh.state["organisation"]["name"] == "صحرا"
    assert (await admin.json("PUT", "/api/organisation", change))[0] == 409, "somebody was faster"


async def test_what_cannot_be_right_is_refused(it: Live) -> None:
    admin = await it.person("admin")
    _, before = await admin.json("GET", "/api/organisation")
    for wrong in (
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"logo": "data:image/svg+xml;base64,PHN2Zz4="},
        {"logo": "data:image/png;base64,PHN2Zz4="},
        {"logo": "https://elsewhere.example/logo.png"},
        {"logo": PIXEL + "A" * 100_000},
        {"presence_reasons": [REASON, REASON]},
        {"weekend": ["friday", "friday"]},
        {"locale": "fa", "languages": ["en"]},
        {"something": 1},
    ):
        status, answer = await admin.json("PUT", "/api/organisation", {"version": before["version"], **wrong})
        assert status == 422, (wrong, answer)
    assert (await admin.json("GET", "/api/organisation"))[1] == before


async def test_the_settings_are_beyond_a_branch_and_without_the_permission(it: Live) -> None:
    admin = await it.person("admin")
    of_a_branch = await hire(it, ALL, await branch(admin, "One"), admin)
    agent = await it.person("sara")
    for person in (of_a_branch, agent):
        assert (await person.json("GET", "/api/organisation"))[0] == 403
        assert (await person.json("PUT", "/api/organisation", {"version": 0}))[0] == 403


async def test_who_has_not_chosen_has_the_usual_of_the_organisation(it: Live) -> None:
    admin = await it.person("admin")
    _, before = await admin.json("GET", "/api/organisation")
    usual = {"locale": "ar", "calendar": "islamic-umalqura", "digits": "latin", "languages": ["ar", "en"]}
    status, _ = await admin.json("PUT", "/api/organisation", {"version": before["version"], "name": "صحرا", **usual})
    assert status == 200
    async with aiohttp.ClientSession() as anybody, anybody.get(f"{it.base_url}/api/organisation/face") as answer:
        assert await answer.json() == {"name": "صحرا", "logo": "", **usual}
    new = {"login": "newcomer", "name": "Newcomer", "password": "a long password"}
    status, person = await admin.json("POST", "/api/staff", new)
    assert (status, person["locale"], person["calendar"]) == (201, "ar", "islamic-umalqura"), person
    status, person = await admin.json("POST", "/api/staff", {**new, "login": "chooser", "locale": "fa"})
    assert (status, person["locale"]) == (201, "fa")
