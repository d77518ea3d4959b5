"""What a campaign has come to: by days and hours, by outcomes, and each attempt with its verdict."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest_asyncio

from core.clock import utc_now
from tests.integration.campaigning import Desk, dialling_house
from tests.integration.house import query
from tests.live import Live


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with dialling_house(server_dsn, tmp_path_factory.mktemp("reports")) as found:
        yield found


async def test_c036_a_campaign_is_reported_by_days_outcomes_and_attempts_with_their_verdicts(it: Live) -> None:
    desk = await Desk.of(it)
    numbers = ["+962790008101", "+962790009901", "+962790008103"]
    campaign = await desk.campaign("Reported", "recording", numbers, kind="announcement", frequency=[], recycling=[])
    path = f"/api/campaigns/{campaign['id']}"
    empty = await desk.ask("GET", f"{path}/report")
    assert (empty["lines"], empty["total"]["dialled"], empty["abandoned_percent"]) == ([], 0, 0.0)
    await desk.switch(campaign, "start")
    ended = await desk.ended(campaign)
    assert sorted(ended.values()) == ["busy", "played", "played"]
    for by in ("day", "hour"):
        report = await desk.ask("GET", f"{path}/report?by={by}")
        assert sum(line["dialled"] for line in report["lines"]) == report["total"]["dialled"] == 3
        assert (report["total"]["answered"], report["total"]["abandoned"]) == (2, 0)
        assert report["outcomes"] == report["dispositions"] == {"played": 2, "busy": 1}
        assert all(line["at"] <= utc_now().isoformat() for line in report["lines"])
    found = await desk.ask("GET", f"{path}/attempts?limit=2")
    rest = await desk.ask("GET", f"{path}/attempts?limit=2&cursor={found['next_cursor']}")
    assert rest["next_cursor"] is None
    seen = {each["number"]: each for each in [*found["items"], *rest["items"]]}
    assert {number: seen[number]["disposition"] for number in numbers} == ended
    assert {each["verdict"]["rule"] for each in seen.values()} == {"ok"}
    assert {(each["verdict"]["zone"], each["verdict"]["zone_source"]) for each in seen.values()} == {
        ("Asia/Amman", "country")
    }
    busy = await desk.ask("GET", f"{path}/attempts?outcome=busy")
    assert [each["number"] for each in busy["items"]] == [numbers[1]]
    async with desk.admin.session.get(f"{desk.admin.base_url}{path}/attempts/export") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv")
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert {row["number"].lstrip("'"): (row["outcome"], row["rule"], row["zone"]) for row in rows} == {
        number: (ended[number], "ok", "Asia/Amman") for number in numbers
    }
    assert await query(it, "select 1 from event_log where kind = 'campaign.attempts_exported'")
    for wrong in (
        "since=2026-02-02&until=2026-02-01",
        "since=2020-01-01&until=2026-01-01",
        "by=hour&since=2026-01-01&until=2026-03-01",
        "until=9999-12-31",
        "by=year",
        "since=x",
        "day=1",
    ):
        await desk.ask("GET", f"{path}/report?{wrong}", status=422)
    for wrong in ("outcome=x", "cursor=x", "limit=0"):
        await desk.ask("GET", f"{path}/attempts?{wrong}", status=422)
    maya = await it.person("maya")
    for tail in ("report", "attempts", "attempts/export"):
        assert (await maya.json("GET", f"{path}/{tail}"))[0] == 403
        assert (await desk.ask("GET", f"/api/campaigns/{uuid4()}/{tail}", status=404))["status"] == 404


async def test_a_rule_that_nobody_knows_is_refused_on_a_campaign(it: Live) -> None:
    desk = await Desk.of(it)
    (account,) = await query(it, "select id, queue_id from channel_account where kind = 'voice'")
    new = {
        "name": "Of no rule", "kind": "research", "mode": "progressive", "queue_id": str(account["queue_id"]),
        "account_id": str(account["id"]), "settings": {"presets": ["us_ftc_fcc", "nowhere"]},
    }  # fmt: skip
    assert (await desk.ask("POST", "/api/campaigns", new, status=422))["field"] == "presets"
    new["settings"] = {"presets": ["us_ftc_fcc"]}
    await desk.ask("POST", "/api/campaigns", new, status=201)
