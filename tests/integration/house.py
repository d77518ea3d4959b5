"""A server that the tests of one module share, and people made for them."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from tests.live import Live, Person, live

PASSWORD = "correct horse battery"
_numbers = itertools.count()


@asynccontextmanager
async def fresh(server_dsn: str) -> AsyncIterator[str]:
    """Make a database with the whole schema, for longer than one test."""
    name = f"house_{next(_numbers)}"
    connection = await asyncpg.connect(server_dsn.replace("/markaz?", "/postgres?"))
    await connection.execute(f"create database {name} template markaz")
    yield server_dsn.replace("/markaz?", f"/{name}?")
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@asynccontextmanager
async def house(server_dsn: str, folder: Path, **changes: Any) -> AsyncIterator[Live]:
    """Run a server on a database of its own."""
    async with fresh(server_dsn) as dsn, live(dsn, folder, **changes) as it:
        yield it


async def query(it: Live, statement: str, *values: Any) -> list[asyncpg.Record]:
    """Look into the database behind a server's back."""
    assert it.settings.database_url is not None
    connection = await asyncpg.connect(it.settings.database_url.get_secret_value())
    try:
        return list(await connection.fetch(statement, *values))
    finally:
        await connection.close()


async def hire(
    it: Live, permissions: Sequence[str] = (), branch_id: str | None = None, admin: Person | None = None
) -> Person:
    """Add a role with these permissions and somebody who has it, and sign them in."""
    admin = admin or await it.person("admin")
    login = f"staff-{uuid.uuid4().hex[:12]}"
    role = await made(admin, "/api/roles", {"name": login, "permissions": list(permissions)})
    staff = {"login": login, "name": login, "password": PASSWORD, "role_ids": [role["id"]], "branch_id": branch_id}
    added = await made(admin, "/api/staff", staff)
    person = await it.anonymous()
    await person.sign_in(login, PASSWORD)
    person.me |= {"role_id": role["id"], "version": added["version"]}
    return person


async def made(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post something that must succeed."""
    status, answer = await person.json("POST", path, body)
    assert status == 201, answer
    found: dict[str, Any] = answer
    return found


async def branch(admin: Person, name: str) -> str:
    return str((await made(admin, "/api/branches", {"name": f"{name} {uuid.uuid4().hex[:6]}"}))["id"])
