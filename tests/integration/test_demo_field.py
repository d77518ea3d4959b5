"""A first start of the demo: technicians at work whose phones move, visits of today, nothing twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from demo.field import TECHNICIANS
from tests.integration.house import fresh, query
from tests.live import Person, eventually, live


async def test_a_first_start_is_alive_and_a_second_one_adds_nothing(server_dsn: str, tmp_path: Path) -> None:
    async with fresh(server_dsn) as dsn:
        async with live(dsn, tmp_path, simulator=True) as it:
            admin = await it.person("admin")
            technicians = await eventually(lambda: _on_the_map(admin))
            assert {each["name"] for each in technicians} == {name for _, name, *_ in TECHNICIANS}
            visits = await _visits(admin)
            assert {each["state"] for each in visits} == {"planned", "dispatched", "on_the_way"}
            assert any(each["planned_at"] is None for each in visits)
            assert all(each["place"]["latitude"] is not None for each in visits)
            assert (await it.person(TECHNICIANS[0][0])).me["permissions"] == ["visit.work"]
        async with live(dsn, tmp_path, simulator=True) as it:
            admin = await it.person("admin")
            assert await _visits(admin) == visits
            phones = await query(it, "select count(*) as n from geo_device where revoked_at is null")
            assert phones[0]["n"] == len(TECHNICIANS)


async def _on_the_map(admin: Person) -> list[dict[str, Any]]:
    _, answer = await admin.json("GET", "/api/technicians")
    found = list(answer["items"])
    return found if len(found) == len(TECHNICIANS) and all(each["position"] for each in found) else []


async def _visits(admin: Person) -> list[Any]:
    _, answer = await admin.json("GET", "/api/visits?limit=50")
    return list(answer["items"])
