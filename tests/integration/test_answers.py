"""Canned answers: who may use and change which, and what their texts may name."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from house import branch, fresh, hire, made

from tests.live import Live, live


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    folder = tmp_path_factory.mktemp("office")
    async with fresh(server_dsn) as dsn, live(dsn, folder) as it:
        yield it


def _answer(**change: Any) -> dict[str, Any]:
    shortcut = f"s{uuid.uuid4().hex[:8]}"
    return {"scope": "all", "title": "Guarantee", "shortcut": shortcut, "texts": {"fa": "ضمانت كتابی ۵ ساله"}, **change}


@pytest.mark.asyncio(loop_scope="module")
async def test_answers_are_found_in_any_spelling(office: Live) -> None:
    admin = await office.person("admin")
    added = await made(admin, "/api/answers", _answer())
    _, found = await admin.json("GET", "/api/answers?search=کتابي%205")
    assert added["id"] in [each["id"] for each in found["items"]]
    _, nothing = await admin.json("GET", "/api/answers?search=%25%25")
    assert nothing["items"] == [], "a sign of a pattern means itself"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_text_names_only_what_is_on_the_list(office: Live) -> None:
    admin = await office.person("admin")
    for name in ("customer.__class__", "agent.password", "customer"):
        status, _ = await admin.json("POST", "/api/answers", _answer(texts={"en": f"Dear {{{name}}}"}))
        assert status == 422, name
    await made(admin, "/api/answers", _answer(texts={"en": "Dear {customer.name}, {agent.name} {interaction.number}"}))


@pytest.mark.asyncio(loop_scope="module")
async def test_personal_answers_are_their_writers_alone(office: Live) -> None:
    writer, other = await hire(office, ["interaction.reply"]), await hire(office, ["interaction.reply"])
    own = await made(writer, "/api/answers", _answer(scope="personal"))
    status, _ = await writer.json("POST", "/api/answers", _answer())
    assert status == 403, "those for all need answer.manage"
    _, seen = await other.json("GET", "/api/answers?limit=200")
    assert own["id"] not in [each["id"] for each in seen["items"]]
    change = {name: own[name] for name in ("scope", "title", "shortcut", "texts", "version")}
    assert (await other.json("PUT", f"/api/answers/{own['id']}", change))[0] == 404
    assert (await writer.json("PUT", f"/api/answers/{own['id']}", change))[0] == 200
    assert (await writer.json("PUT", f"/api/answers/{own['id']}", change))[0] == 409, "the version is an old one"


@pytest.mark.asyncio(loop_scope="module")
async def test_answers_of_a_branch_stay_in_it(office: Live) -> None:
    admin = await office.person("admin")
    own, other = await branch(admin, "own"), await branch(admin, "other")
    insider = await hire(office, ["interaction.reply", "answer.manage"], branch_id=own)
    outsider = await hire(office, ["interaction.reply", "answer.manage"], branch_id=other)
    added = await made(insider, "/api/answers", _answer(scope="branch", branch_id=own))
    change = {name: added[name] for name in ("scope", "branch_id", "title", "shortcut", "texts", "version")}
    assert (await outsider.json("PUT", f"/api/answers/{added['id']}", change))[0] == 404
    _, seen = await outsider.json("GET", "/api/answers?limit=200")
    assert added["id"] not in [each["id"] for each in seen["items"]]
    assert (await insider.json("POST", "/api/answers", _answer()))[0] == 403, "beyond their scope"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_shortcut_is_taken_once(office: Live) -> None:
    admin = await office.person("admin")
    first = await made(admin, "/api/answers", _answer(shortcut="سلام۱"))
    status, _ = await admin.json("POST", "/api/answers", _answer(shortcut="سلام1"))
    assert status == 409
    assert first["shortcut"] == "سلام1"
