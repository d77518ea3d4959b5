"""A campaign of the demo organisation over the simulated carrier, and what is asked about it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

import demo.carrier
from simulator import CallRule, SimulatorSettings
from tests.integration.house import house, made, query
from tests.live import Live, Person, eventually

# The clock of the carrier is real, since the pause in which an agent is found is; telephones ring for a moment only.
RULES = (
    CallRule(pattern="client:*", after_seconds=(0.02, 0.05)),
    CallRule(pattern="*9901", outcome="busy", after_seconds=(0.1, 0.1)),
    CallRule(pattern="*9902", outcome="no-answer"),
    CallRule(pattern="*9903", outcome="machine", after_seconds=(0.1, 0.1)),
    CallRule(pattern="*9905", outcome="failed", after_seconds=(0.1, 0.1)),
    CallRule(pattern="*", after_seconds=(0.1, 0.1)),
)


@asynccontextmanager
async def dialling_house(server_dsn: str, folder: Any, *rules: CallRule, **more: Any) -> AsyncIterator[Live]:
    known = {"call_rules": (*rules, *RULES), "calls_per_second": 1000.0, "seed": 7}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo.carrier, "SimulatorSettings", partial(SimulatorSettings, **known))
        async with house(server_dsn, folder, simulator=True, **more) as found:
            yield found


class Desk:
    """What a supervisor does."""

    def __init__(self, it: Live, admin: Person) -> None:
        self.it, self.admin = it, admin

    @classmethod
    async def of(cls, it: Live) -> Desk:
        return cls(it, await it.person("admin"))

    async def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        found, answer = await self.admin.json(method, path, body)
        assert found == status, answer
        return answer

    async def campaign(self, name: str, mode: str, numbers: Sequence[str], **settings: Any) -> dict[str, Any]:
        """Write a campaign down with one list of these numbers; each has the name `Contact <n>`."""
        kind = "sms" if mode == "sms" else "voice"
        (account,) = await query(self.it, "select id, queue_id from channel_account where kind = $1", kind)
        new = {
            "name": name,
            "kind": settings.pop("kind", "research"),
            "mode": mode,
            "queue_id": str(account["queue_id"]),
            "account_id": str(account["id"]),
            "settings": {"calls_per_second": 50, "ring_seconds": 5, "message": "Sorry, nobody is free.", **settings},
        }
        campaign = await made(self.admin, "/api/campaigns", new)
        rows = "\n".join(
            ["phone,name,city", *(f"{number},Contact {place},Amman" for place, number in enumerate(numbers))]
        )
        await self.contacts(campaign["id"], name, rows)
        return campaign

    async def contacts(self, campaign_id: str | None, name: str, rows: str, **settings: Any) -> dict[str, Any]:
        columns = {"numbers": ["phone"], "name": "name", "fields": {"city": "city"}}
        new = {"name": name, "campaign_id": campaign_id, "settings": {"columns": columns, **settings}}
        found = await made(self.admin, "/api/lists", new)
        return await self.upload(found["id"], rows.encode())

    async def upload(self, list_id: str, content: bytes) -> dict[str, Any]:
        url = f"{self.admin.base_url}/api/lists/{list_id}/rows"
        headers = {"X-CSRF-Token": self.admin.csrf, "Content-Type": "text/csv"}
        async with self.admin.session.post(url, data=io.BytesIO(content), headers=headers) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status == 200, found
            return found

    async def switch(self, campaign: dict[str, Any], action: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.ask("POST", f"/api/campaigns/{campaign['id']}/switch", {"action": action})
        return found

    async def live(self, campaign: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = await self.ask("GET", f"/api/campaigns/{campaign['id']}/live")
        return found

    async def ended(self, campaign: dict[str, Any], seconds: float = 20.0) -> dict[str, str]:
        """Wait until every contact of a campaign has its end; return number to disposition."""

        async def all_done() -> Any:
            rows = await query(
                self.it,
                "select n.number, c.state, c.disposition from contact c join contact_list l on l.id = c.list_id "
                "join contact_number n on n.contact_id = c.id and n.place = 0 where l.campaign_id = $1::uuid",
                campaign["id"],
            )
            return (
                {row["number"]: row["disposition"] for row in rows} if all(r["state"] == "done" for r in rows) else None
            )

        found: dict[str, str] = await eventually(all_done, seconds)
        return found


async def counted_by_the_carrier(it: Live, numbers: Sequence[str]) -> list[int]:
    """Return how many SMS each number's text was, as it will be in the costs."""
    (row,) = await query(it, "select id from channel_account where kind = 'sms'")
    neck = it.running.neck
    account, _ = await neck.accounts.get(row["id"])

    async def priced() -> list[int] | None:
        # The carrier names a price once a text has left.
        prices = await neck.channels["sms"].prices(account, datetime.now(UTC) - timedelta(hours=1))
        found = {price.number: price.segments for price in prices if price.kind == "text"}
        return [found[number] for number in numbers] if found.keys() >= set(numbers) else None

    counted: list[int] = await eventually(priced)
    return counted
