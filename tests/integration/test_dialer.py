"""Campaigns over the simulated carrier: who is called, who speaks to them, and what becomes of every contact."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from tests.integration.campaigning import Desk, dialling_house
from tests.integration.house import query
from tests.live import AgentSocket, Live, eventually

ONE, TWO, BUSY, SILENT = "+962790000001", "+962790000002", "+962790009901", "+962790009902"


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: Any) -> AsyncIterator[Live]:
    async with dialling_house(server_dsn, tmp_path_factory.mktemp("dialer")) as found:
        yield found


async def spoken_to(agent: AgentSocket, number: str) -> dict[str, Any]:
    """Wait until the agent and somebody at this number are joined."""

    def joined() -> Any:
        return next(
            (
                each["interaction"]
                for each in agent.state["interactions"]
                if each["interaction"]["address"] == number
                and each["interaction"]["call"]
                and each["interaction"]["call"]["status"] == "joined"
            ),
            None,
        )

    found: dict[str, Any] = await agent.until(joined)
    return found


async def test_each_contact_is_called_once_spoken_to_and_ends_with_what_the_agent_says(it: Live) -> None:
    desk, agent = await Desk.of(it), await it.agent("maya")
    once = [{"outcome": "busy", "minutes": 1, "most": 0}, {"outcome": "no_answer", "minutes": 1, "most": 0}]
    campaign = await desk.campaign("Progress", "progressive", [ONE, BUSY, SILENT], recycling=once, script="Hello {name} in {city}")
    await desk.switch(campaign, "start")
    talk = await spoken_to(agent, ONE)
    assert talk["direction"] == "outbound"
    maya = next(p for p in it._people if p.me["login"] == "maya")
    status, dial = await maya.json("GET", f"/api/dials/{talk['id']}")
    assert (status, dial["script"], dial["state"]) == (200, "Hello Contact 0 in Amman", "connected")
    said = {"key": "success", "note": "Wants two."}
    assert (await maya.json("POST", f"/api/dials/{talk['id']}/disposition", said))[0] == 204
    assert (await maya.json("POST", f"/api/dials/{talk['id']}/disposition", said))[0] in (403, 409), "once"
    assert await desk.ended(campaign) == {ONE: "success", BUSY: "busy", SILENT: "no_answer"}
    attempts = await query(it, "select number, outcome, verdict from dial_attempt")
    assert sorted((row["number"], row["outcome"]) for row in attempts) == [(ONE, "talked"), (BUSY, "busy"), (SILENT, "no_answer")]
    verdict = attempts[0]["verdict"]
    assert '"zone":"Asia/Amman"' in str(verdict).replace(" ", ""), "the verdict is kept, with its zone"

    async def done() -> Any:
        return (await desk.live(campaign))["state"] == "done"

    await eventually(done)
    await agent.close()
