from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from access.model import AGENT_PERMISSIONS
from tests.integration.house import hire, house
from tests.live import Live, Person, VisitorSocket

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
AGENT = sorted(AGENT_PERMISSIONS)


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("files"), upload_megabytes=1) as found:
        yield found


@pytest_asyncio.fixture(scope="module")
async def sara(it: Live) -> Person:
    return await it.person("sara")


def form(content: bytes, name: str | None = "note.txt", field: str = "file") -> aiohttp.FormData:
    data = aiohttp.FormData(quote_fields=False)
    data.add_field(field, io.BytesIO(content), filename=name, content_type="image/png")
    return data


async def send(person: Person, path: str, data: Any, **headers: str) -> tuple[int, dict[str, Any]]:
    sent = {"X-CSRF-Token": person.csrf, **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with person.session.post(person.base_url + path, data=data, headers=sent) as response:
        return response.status, await response.json(content_type=None)


async def fetch(person: Person, path: str, **headers: str) -> tuple[int, Any, bytes]:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with person.session.get(person.base_url + path, headers=sent) as response:
        return response.status, response.headers, await response.read()


async def upload(person: Person, content: bytes, name: str | None = "note.txt") -> tuple[int, dict[str, Any]]:
    return await send(person, "/api/files", form(content, name))


# --- what is taken


async def test_a_file_goes_up_and_comes_down_as_it_is(sara: Person) -> None:
    status, file = await upload(sara, PNG, "screen.png")
    assert (status, file["content_type"], file["size"]) == (201, "image/png", len(PNG))
    status, headers, content = await fetch(sara, file["url"])
    assert (status, content) == (200, PNG)
    assert headers["Content-Disposition"].startswith("inline")


async def test_a_file_that_is_too_large_is_refused(sara: Person) -> None:
    assert (await upload(sara, b"x" * (1 << 20)))[0] == 201, "exactly as much as is allowed"
    status, answer = await upload(sara, b"x" * ((1 << 20) + 1))
    assert (status, answer["type"]) == (413, "urn:markaz:problem:file-too-large")
    assert (await upload(sara, b"x" * (3 << 20)))[0] == 413


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"\x00" * 100, "holiday.png"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 100, "photo.jpg"),
        (b"#!/bin/sh\nrm -rf /\n", "readme.txt"),
        (b"harmless", "run.exe"),
        (b"harmless", "run.JS"),
        (b"harmless", "invoice.pdf.lnk"),
        (b"harmless", "invoice.exe "),
        (b"harmless", "invoice.exe."),
    ],
)
async def test_what_runs_when_it_is_opened_is_refused_by_what_it_is(sara: Person, content: bytes, name: str) -> None:
    status, answer = await upload(sara, content, name)
    assert (status, answer["type"]) == (415, "urn:markaz:problem:forbidden-type")


async def test_an_empty_file_and_a_broken_form_are_refused(sara: Person) -> None:
    assert (await upload(sara, b""))[0] == 422
    assert (await send(sara, "/api/files", form(b"x", field="other")))[0] == 422
    assert (await send(sara, "/api/files", b"plain", Content_Type="text/plain"))[0] in (415, 422)
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=x", "multipart/mixed; boundary=x"):
        for body in (b"", b"--x", b"--x\r\n\r\n", b"--x\r\nnonsense\r\n\r\nabc", b"\xff" * 1000, b"--x--\r\n"):
            status, _ = await send(sara, "/api/files", body, Content_Type=content_type)
            assert status in (415, 422), (content_type, body)
    part = b'--x\r\nContent-Disposition: form-data; name="file"'
    nested = part + b"\r\nContent-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nz\r\n--y--\r\n--x--\r\n"
    assert (await send(sara, "/api/files", nested, Content_Type="multipart/form-data; boundary=x"))[0] in (415, 422)
    huge = part + b"\r\nX: " + b"a" * 200_000 + b"\r\n\r\nz\r\n--x--\r\n"
    assert (await send(sara, "/api/files", huge, Content_Type="multipart/form-data; boundary=x"))[0] in (413, 415, 422)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\win.ini", "win.ini"),
        ("photo\u202egnp.txt", "photo_gnp.txt"),
        ("a\u2066b\u061cc.txt", "a_b_c.txt"),
        ("..", "file"),
        ("فاکتور.pdf", "فاکتور.pdf"),
        ("n" * 300, "n" * 200),
    ],
)
async def test_a_name_is_only_a_name(sara: Person, name: str, kept: str) -> None:
    status, file = await upload(sara, b"words", name)
    assert status == 201
    assert file["name"] == kept
    _, headers, _ = await fetch(sara, file["url"])
    assert headers["Content-Disposition"].isascii()


# --- how it is served


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "page.html"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "picture.svg"),
        (b"words", "note.txt"),
    ],
)
async def test_a_browser_runs_nothing_of_a_file(sara: Person, content: bytes, name: str) -> None:
    _, file = await upload(sara, content, name)
    status, headers, _ = await fetch(sara, file["url"])
    assert status == 200
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in headers["Content-Security-Policy"]


# --- who gets it


async def test_what_somebody_else_uploaded_is_not_there(it: Live, sara: Person) -> None:
    _, file = await upload(sara, b"mine")
    maya, visitor, nobody = await it.person("maya"), await it.visitor(), await it.anonymous()
    assert (await fetch(sara, file["url"]))[0] == 200
    assert (await fetch(maya, file["url"]))[0] == 404
    assert (await fetch(nobody, file["url"]))[0] == 401
    assert (await fetch(nobody, file["url"].replace("/api/", "/chat/"), **proof(visitor)))[0] == 404


def proof(visitor: VisitorSocket, site: str = "demo") -> dict[str, str]:
    return {"X_Visitor_Token": str(visitor.token), "X_Site": site}


async def test_a_visitors_file_is_for_that_visitor_and_their_agents(it: Live, sara: Person) -> None:
    agent = await it.agent("sara")
    visitor, other, nobody = await it.visitor(), await it.visitor(), await it.anonymous()
    status, file = await send(nobody, "/chat/files", form(PNG, "fridge.png"), **proof(visitor))
    assert (status, file["url"]) == (201, f"/chat/files/{file['id']}")
    assert (await fetch(nobody, file["url"], **proof(visitor)))[0] == 200, "before it is sent, too"
    assert (await fetch(sara, f"/api/files/{file['id']}"))[0] == 404, "not before it is sent"
    await visitor.send("look", attachments=[file["id"]])
    conversation = await agent.take_offer("webchat")
    (seen,) = [each for message in conversation["messages"] for each in message["attachments"]]
    assert (await fetch(sara, seen["url"]))[2] == PNG
    assert (await fetch(nobody, file["url"], **proof(visitor)))[2] == PNG
    for headers, expected in (
        (proof(other), 404),
        (proof(visitor, "another-site"), 401),
        ({"X_Visitor_Token": "made.up", "X_Site": "demo"}, 401),
        ({"X_Visitor_Token": "\udcff", "X_Site": "\udcfe"}, 401),
        ({}, 401),
    ):
        assert (await fetch(nobody, file["url"], **headers))[0] == expected, headers
    _, shown = await send(sara, "/api/files", form(b"manual", "manual.txt"))
    await agent.command(
        "interaction.reply",
        interaction_id=conversation["interaction"]["id"],
        client_id="a",
        text="here",
        attachments=[shown["id"]],
    )
    answer = await visitor.hears("here")
    assert (await fetch(nobody, answer["attachments"][0]["url"], **proof(visitor)))[2] == b"manual"
    assert (await fetch(nobody, answer["attachments"][0]["url"], **proof(other)))[0] == 404


async def test_nobody_sends_what_somebody_else_uploaded(it: Live, sara: Person) -> None:
    visitor = await it.visitor()
    _, file = await upload(sara, b"mine")
    answer = await visitor.client.call(
        "chat.send", {"client_id": "x", "text": "", "attachments": [file["id"]]}, namespace="/chat"
    )
    assert answer["error"]["status"] == 422


async def test_who_may_not_answer_may_not_upload(it: Live) -> None:
    clerk = await hire(it, ["interaction.read"])
    assert (await upload(clerk, b"words"))[0] == 403


async def test_a_visitor_stores_only_so_many_files_an_hour(it: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interactions.attachments._VISITOR_FILES_AN_HOUR", 2)
    visitor = await it.visitor()
    headers = {"X-Visitor-Token": visitor.token or "", "X-Site": "demo"}
    statuses = []
    async with aiohttp.ClientSession() as session:
        for number in range(3):
            form = aiohttp.FormData()
            form.add_field("file", b"hello", filename=f"{number}.txt")
            async with session.post(f"{it.base_url}/chat/files", data=form, headers=headers) as response:
                statuses.append(response.status)
    assert statuses == [201, 201, 429]
