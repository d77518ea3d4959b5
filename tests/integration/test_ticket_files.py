"""Files on a ticket itself: put there, got, taken away, and for nobody who may not know of the ticket."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.integration.house import hire, house
from tests.integration.test_files import PNG, fetch, form, send
from tests.integration.test_tickets import DESK, ticket
from tests.live import Live, Person


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("ticket-files"), upload_megabytes=1) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def clerk(it: Live) -> Person:
    return await hire(it, DESK)


async def put(person: Person, on: dict[str, Any], content: bytes = PNG, name: str = "screen.png") -> dict[str, Any]:
    status, shown = await send(person, f"/api/tickets/{on['id']}/files", form(content, name))
    assert status == 201, shown
    return shown


async def test_c037_files_are_put_on_a_ticket_got_and_taken_away_and_its_history_says_so(clerk: Person) -> None:
    one = await ticket(clerk)
    shown = await put(clerk, one, name="صورة الشاشة.png")
    [file] = shown["files"]
    assert (file["name"], file["content_type"], file["size"], file["is_own"]) == (
        "صورة الشاشة.png",
        "image/png",
        len(PNG),
        True,
    )
    status, headers, content = await fetch(clerk, file["url"])
    assert (status, content, headers["X-Content-Type-Options"]) == (200, PNG, "nosniff")
    status, shown = await clerk.json("DELETE", file["url"])
    assert (status, shown["files"]) == (200, [])
    assert (await fetch(clerk, file["url"]))[0] == 404
    _, history = await clerk.json("GET", f"/api/tickets/{one['id']}/history")
    assert [each["changes"].get("file") for each in history["items"]] == [
        ["صورة الشاشة.png", None],
        [None, "صورة الشاشة.png"],
        None,
    ]


async def test_only_who_may_know_of_the_ticket_gets_its_files_by_whatever_address(it: Live, clerk: Person) -> None:
    admin = await it.person("admin")
    secret = await ticket(admin, is_confidential=True)
    [file] = (await put(admin, secret))["files"]
    assert (await fetch(admin, file["url"]))[0] == 200
    assert (await fetch(clerk, file["url"]))[0] == 404
    assert (await send(clerk, f"/api/tickets/{secret['id']}/files", form(PNG, "x.png")))[0] == 404
    assert (await clerk.json("DELETE", file["url"]))[0] == 404
    open_one = await ticket(clerk)
    assert (await fetch(clerk, f"/api/tickets/{open_one['id']}/files/{file['id']}"))[0] == 404, "through another ticket"
    for folder in ("files", "room-files"):
        assert (await fetch(admin, f"/api/{folder}/{file['id']}"))[0] == 404, "not past the ticket, not even its owner"


async def test_a_file_of_somebody_else_is_taken_away_by_who_manages_tickets(it: Live, clerk: Person) -> None:
    one = await ticket(clerk)
    [file] = (await put(clerk, one))["files"]
    other = await hire(it, DESK)
    assert (await other.json("DELETE", file["url"]))[0] == 403
    reader = await hire(it, ["ticket.read"])
    assert (await fetch(reader, file["url"]))[0] == 200
    assert (await send(reader, f"/api/tickets/{one['id']}/files", form(PNG, "x.png")))[0] == 403
    assert (await (await it.person("admin")).json("DELETE", file["url"]))[0] == 200


async def test_what_runs_is_not_taken_and_a_ticket_that_is_not_there_takes_nothing(clerk: Person) -> None:
    one = await ticket(clerk)
    assert (await send(clerk, f"/api/tickets/{one['id']}/files", form(b"MZ\x90", "setup.exe")))[0] == 415
    assert (await send(clerk, f"/api/tickets/{uuid.uuid4()}/files", form(PNG, "x.png")))[0] == 404
    assert (await clerk.json("GET", f"/api/tickets/{one['id']}"))[1]["files"] == []
