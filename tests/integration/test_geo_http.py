"""Phones and people at the doors of a whole server."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from tests.integration.house import branch, hire, house, made, query
from tests.live import AgentSocket, CommandFailed, Live, Person, eventually

ALWAYS = {"zone": "UTC", "weekly": [{"day": day, "start": "00:00", "end": "24:00"} for day in range(7)]}


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    folder = tmp_path_factory.mktemp("geo")
    (folder / "area.pmtiles").write_bytes(bytes(range(256)) * 4)
    tiles = {"map_file": folder / "area.pmtiles", "map_tile_url": "https://tiles.example/{z}/{x}/{y}.png"}
    async with house(server_dsn, folder, **tiles) as found:
        yield found


async def technician(it: Live, admin: Person, branch_id: str | None = None, **more: Any) -> str:
    person = await hire(it, ["work.take"], branch_id, admin)
    socket = await person.console(available=False)
    await socket.close()
    staff_id = str(person.me["id"])
    status, answer = await admin.json("PUT", f"/api/technicians/{staff_id}", {"version": 0, "shift": ALWAYS, **more})
    assert status == 200, answer
    return staff_id


async def phone(admin: Person, staff_id: str, client: str = "page", **more: Any) -> dict[str, Any]:
    return await made(admin, f"/api/technicians/{staff_id}/devices", {"client": client, "name": "Phone", **more})


def point(lat: float = 35.7, lon: float = 51.4, ago: float = 0) -> dict[str, Any]:
    return {"at": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(), "lat": lat, "lon": lon, "accuracy": 5}


async def send(it: Live, path: str, body: bytes, **headers: str) -> tuple[int, str]:
    sent = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{it.base_url}{path}", data=body, headers=sent) as response,
    ):
        return response.status, await response.text()


async def count(it: Live, staff_id: str) -> int:
    return int((await query(it, "select count(*) from position where technician_id = $1::uuid", staff_id))[0][0])


async def test_a_phone_is_known_by_basic_bearer_or_the_path(it: Live, admin: Person) -> None:
    staff_id = await technician(it, admin)
    token = (await phone(admin, staff_id))["token"]
    body = [json.dumps({"points": [point(ago=ago)]}).encode() for ago in (30, 20, 10)]
    basic = aiohttp.encode_basic_auth("anybody", token)
    assert await send(it, "/api/positions", body[0], Authorization=basic) == (200, "{}")
    assert await send(it, "/api/positions", body[1], Authorization=f"Bearer {token}") == (200, "{}")
    assert await send(it, f"/api/positions/{token}", body[2]) == (200, "{}")
    assert await count(it, staff_id) == 3


async def test_who_is_no_phone_of_ours_is_refused_and_what_is_wrong_is_not(it: Live, admin: Person) -> None:
    staff_id = await technician(it, admin)
    device = await phone(admin, staff_id)
    path = f"/api/positions/{device['token']}"
    assert (await send(it, "/api/positions", b"{}"))[0] == 401
    assert (await send(it, "/api/positions", b"{}", Authorization="Basic %%%"))[0] == 401
    assert (await send(it, "/api/positions", b"{}", Authorization="Bearer made-up"))[0] == 403
    assert (await send(it, "/api/positions/made-up", b"{}"))[0] == 403
    assert await send(it, path, b"nonsense") == (200, "{}")
    assert await send(it, path, b"\x1f\x8bbroken", Content_Encoding="gzip") == (200, "[]")
    status, answer = await admin.json("GET", "/api/positions-quarantine?limit=2")
    assert (status, len(answer["items"])) == (200, 2)
    assert (await admin.json("DELETE", f"/api/devices/{device['id']}"))[0] == 204

    async def is_refused() -> bool:
        return (await send(it, path, b"{}"))[0] == 403

    await eventually(is_refused, 3)


async def test_a_megabyte_and_gzip_are_taken(it: Live, admin: Person) -> None:
    staff_id = await technician(it, admin)
    token = (await phone(admin, staff_id))["token"]
    body = json.dumps({"points": [point(ago=number) for number in range(1, 12_001)]}).encode()
    assert len(body) > 1_000_000
    assert (await send(it, f"/api/positions/{token}", body))[0] == 200
    assert (await send(it, f"/api/positions/{token}", gzip.compress(body), Content_Encoding="gzip"))[0] == 200
    assert await count(it, staff_id) == 12_000
    bomb = gzip.compress(b" " * (8 << 20))
    assert (await send(it, f"/api/positions/{token}", bomb, Content_Encoding="gzip"))[0] == 413


async def test_an_answer_to_a_phone_carries_no_policy_of_pages_and_lists_of_people_do(it: Live, admin: Person) -> None:
    for path, has_policy in (("/api/positions", False), ("/api/positions/made-up", False), ("/api/positions-x", True)):
        async with aiohttp.ClientSession() as session, session.post(f"{it.base_url}{path}", data=b"id=1") as response:
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert ("Content-Security-Policy" in response.headers) is has_policy


async def test_owntracks_hears_a_list_and_its_sealed_messages_are_opened(it: Live, admin: Person) -> None:
    from base64 import b64decode, b64encode
    from urllib.parse import unquote

    from nacl.secret import SecretBox

    staff_id = await technician(it, admin)
    device = await phone(admin, staff_id, "owntracks", is_encrypted=True)
    settings = json.loads(b64decode(unquote(device["link"].partition("inline=")[2])))
    assert (settings["url"], settings["password"]) == (f"{it.base_url}/api/positions", device["token"])
    message = {"_type": "location", "tst": int(datetime.now(UTC).timestamp()), "lat": 1.5, "lon": 2.5, "acc": 5}
    key = settings["encryptionKey"].encode().ljust(32, b"\0")
    sealed = {"_type": "encrypted", "data": b64encode(SecretBox(key).encrypt(json.dumps(message).encode())).decode()}
    basic = aiohttp.encode_basic_auth(settings["username"], settings["password"])
    assert await send(it, "/api/positions", json.dumps(sealed).encode(), Authorization=basic) == (200, "[]")
    assert await send(it, "/api/positions", b"", Authorization=basic, X_Limit_U="u") == (200, "[]")
    assert await count(it, staff_id) == 1
    assert device["picture"].startswith("<svg")


async def moved(socket: AgentSocket) -> dict[str, Any]:
    heard: dict[str, Any] = {}

    async def hear(change: dict[str, Any]) -> None:
        heard.update({each["id"]: each for each in change["technicians"]})
        socket.changed.set()

    socket.client.on("map", hear, namespace="/agent")
    return heard


async def test_c060_the_map_tells_each_of_their_branches_and_nobody_of_others(it: Live, admin: Person) -> None:
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    mine, foreign = await technician(it, admin, here), await technician(it, admin, there)
    tokens = {each: (await phone(admin, each))["token"] for each in (mine, foreign)}
    dispatcher = await hire(it, ["geo.view"], here, admin)
    socket = await dispatcher.console(available=False)
    heard = await moved(socket)
    answer = await socket.command("map.open")
    assert [each["id"] for each in answer["technicians"] if each["branch_id"] is not None] == [mine]
    # Slowly enough that nobody takes it for a jump of the receiver.
    for lat, ago in ((10.0, 60), (10.0001, 0)):
        for token in tokens.values():
            await send(it, f"/api/positions/{token}", json.dumps({"points": [point(lat, ago=ago)]}).encode())
    await socket.until(lambda: (heard.get(mine) or {"position": None})["position"])
    await socket.until(lambda: heard[mine]["position"]["place"]["lat"] == 10.0001)
    assert foreign not in heard
    assert (await dispatcher.json("GET", f"/api/technicians/{foreign}"))[0] == 404
    assert (await dispatcher.json("GET", f"/api/technicians/{foreign}/days/2026-11-28"))[0] == 404
    assert (await dispatcher.json("PUT", f"/api/technicians/{mine}", {"version": 1, "shift": ALWAYS}))[0] == 403
    await socket.close()
    stranger = await (await hire(it, ["work.take"], here, admin)).console(available=False)
    with pytest.raises(CommandFailed):
        await stranger.command("map.open")
    await stranger.close()


async def test_c062_a_day_is_shown_to_its_owner_and_that_others_looked_is_written_down(it: Live, admin: Person) -> None:
    person = await hire(it, ["work.take"], None, admin)
    await (await person.console(available=False)).close()
    staff_id = person.me["id"]
    assert (await person.json("POST", "/api/my/phone", {}))[0] == 404
    await admin.json("PUT", f"/api/technicians/{staff_id}", {"version": 0, "shift": ALWAYS})
    token = (await made(person, "/api/my/phone", {"name": "Mine"}))["token"]
    now = datetime.now(UTC)
    day = now.date().isoformat()
    await send(it, f"/api/positions/{token}", json.dumps({"points": [{**point(), "at": now.isoformat()}]}).encode())
    assert (await person.json("GET", f"/api/my/days/{day}"))[1]["points"] == 1
    async with person.session.get(
        f"{it.base_url}/api/positions/days/{day}", headers={"Authorization": f"Bearer {token}"}
    ) as response:
        assert (await response.json())["points"] == 1
    looked = "select actor from event_log where kind = 'technician.track_viewed' and subject = $1"
    assert await query(it, looked, f"agent:{staff_id}") == []
    assert (await admin.json("GET", f"/api/technicians/{staff_id}/days/{day}"))[1]["points"] == 1
    assert [row["actor"] for row in await query(it, looked, f"agent:{staff_id}")] == [f"staff:{admin.me['id']}"]


async def test_c060_c061_who_is_near_is_ranked_with_reasons_and_customers_have_places(it: Live, admin: Person) -> None:
    skill = await made(admin, "/api/skills", {"name": "Boilers"})
    near = await technician(it, admin, home={"lat": 20.0, "lon": 20.01})
    far = await technician(it, admin, home={"lat": 20.0, "lon": 20.2})
    body = {"version": 1, "skills": {skill["id"]: 5}}
    assert (await admin.json("PUT", f"/api/agents/{far}", body))[0] == 200
    asked = {"place": {"lat": 20.0, "lon": 20.0}, "most": 50}
    _, answer = await admin.json("POST", "/api/technicians/nearest", asked)
    order = [each["technician_id"] for each in answer["items"] if each["is_fit"]]
    assert order.index(near) < order.index(far)
    _, answer = await admin.json("POST", "/api/technicians/nearest", {**asked, "skills": {skill["id"]: 3}})
    fit = [each for each in answer["items"] if each["is_fit"]]
    assert [each["technician_id"] for each in fit] == [far]
    assert {"travel", "skills", "shift", "from_home"} == {each["kind"] for each in fit[0]["reasons"]}
    assert fit[0]["estimate"]["least_seconds"] < fit[0]["estimate"]["seconds"] < fit[0]["estimate"]["most_seconds"]
    address = {"lines": "Valiasr 1", "place": {"lat": 35.7, "lon": 51.4}}
    customer = await made(admin, "/api/customers", {"name": "Sara", "addresses": [address, {"lines": "Nowhere"}]})
    _, answer = await admin.json("GET", "/api/customer-places?south=35&west=51&north=36&east=52")
    assert [each["lines"] for each in answer["items"] if each["customer_id"] == customer["id"]] == ["Valiasr 1"]
    _, answer = await admin.json("GET", "/api/customer-places?south=0&west=51&north=1&east=52")
    assert (answer["items"], answer["is_all"]) == ([], True)


async def test_a_territory_is_a_fence_and_a_fence_of_all_is_for_those_who_see_all(it: Live, admin: Person) -> None:
    here = await branch(admin, "Here")
    keeper = await hire(it, ["geo.view", "geo.manage"], here, admin)
    shape = {"kind": "circle", "centre": {"lat": 1, "lon": 1}, "radius_metres": 500}
    assert (await keeper.json("POST", "/api/fences", {"name": "All", "shape": shape}))[0] == 403
    fence = await made(keeper, "/api/fences", {"name": "Depot", "shape": shape, "branch_id": here})
    assert (await keeper.json("PUT", f"/api/fences/{fence['id']}", {**drop(fence), "version": 9}))[0] == 409
    status, changed = await keeper.json("PUT", f"/api/fences/{fence['id']}", {**drop(fence), "name": "Yard"})
    assert (status, changed["version"]) == (200, 2)
    staff_id = await technician(it, admin)
    change = {"version": 1, "shift": ALWAYS, "territory_id": fence["id"]}
    assert (await admin.json("PUT", f"/api/technicians/{staff_id}", change))[0] == 422
    area = await made(admin, "/api/fences", {"name": "North", "shape": shape, "is_territory": True})
    change["territory_id"] = area["id"]
    assert (await admin.json("PUT", f"/api/technicians/{staff_id}", change))[0] == 200
    assert (await admin.json("DELETE", f"/api/fences/{area['id']}"))[0] == 204
    _, view = await admin.json("GET", f"/api/technicians/{staff_id}")
    assert view["settings"]["territory_id"] is None


def drop(fence: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fence.items() if name != "id"}


async def test_tiles_come_in_pieces_and_the_policy_lets_the_configured_host_through(it: Live, admin: Person) -> None:
    _, settings = await admin.json("GET", "/api/map")
    async with admin.session.get(it.base_url + settings["file"], headers={"Range": "bytes=2-5"}) as response:
        assert (response.status, await response.read()) == (206, bytes([2, 3, 4, 5]))
    async with admin.session.get(f"{it.base_url}/console/") as response:
        policy = response.headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://tiles.example;" in policy


@pytest.mark.parametrize("provider", ["osrm", "valhalla"])
async def test_a_router_is_asked_and_missed_only_for_a_moment(db: Any, provider: Any) -> None:
    from core.clock import utc_now
    from geo.routers import server_of
    from geo.times import TravelTimes

    asked: list[str] = []
    is_slow = False

    async def osrm(request: web.Request) -> web.Response:
        asked.append(request.path)
        if is_slow:
            await asyncio.sleep(5)
        many = len(request.query["sources"].split(";"))
        return web.json_response({"durations": [[600.0]] * many, "distances": [[5000.0]] * many})

    async def valhalla(request: web.Request) -> web.Response:
        asked.append(request.path)
        if is_slow:
            await asyncio.sleep(5)
        sources = (await request.json())["sources"]
        return web.json_response({"sources_to_targets": [[{"time": 600, "distance": 5.0}]] * len(sources)})

    app = web.Application()
    app.router.add_get("/table/v1/driving/{places}", osrm)
    app.router.add_post("/sources_to_targets", valhalla)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    times = TravelTimes(db, utc_now, server_of(provider, url))
    ways = ([(35.7, 51.4), (35.8, 51.5)], [(35.75, 51.45)])
    found = await times.between(*ways, utc_now())
    assert [[(each.source, each.seconds, each.metres) for each in row] for row in found] == [
        [(provider, 600, 5000)]
    ] * 2
    is_slow = True
    found = await times.between(*ways, utc_now())
    assert {each.source for row in found for each in row} == {"crow"}
    await runner.cleanup()
    found = await times.between(*ways, utc_now())
    assert {each.source for row in found for each in row} == {"crow"}
    await times.close()
    assert len(asked) == 2
