from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from storage.embedded import Embedded
from tests.folders import database_folder
from tests.live import CommandFailed, Live, Person, live

FAST_SECONDS = 3.0


class Outage:
    """A PostgreSQL that is stopped and comes back at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._embedded = folder, Embedded(folder, fsync=False)

    async def start(self) -> str:
        return await self._embedded.start()

    async def begin(self) -> None:
        process = self._embedded._process
        assert process is not None
        process.send_signal(signal.SIGINT)
        await asyncio.to_thread(process.wait, 20)

    async def end(self) -> None:
        home = self._embedded._home()
        output = home / "postgres.log"
        with output.open("ab") as file:
            self._embedded._process = self._embedded._spawn(self._embedded._binaries(home), home / "cluster", file)
        await self._embedded._wait_until_ready(home / "cluster", output)

    async def stop(self) -> None:
        await self._embedded.stop()


@pytest_asyncio.fixture(scope="module")
async def outage() -> AsyncIterator[Outage]:
    with database_folder() as folder:
        found = Outage(folder)
        yield found
        await found.stop()


async def ask(person: Person, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    started = time.monotonic()
    status, answer = await person.json(method, path, body)
    assert time.monotonic() - started < FAST_SECONDS, path
    return status, answer


async def is_ready(it: Live, person: Person) -> bool:
    return (await person.json("GET", "/ready"))[0] == 200


async def test_while_the_database_is_away_everything_says_503_at_once_and_then_goes_on(
    outage: Outage, tmp_path: Path
) -> None:
    async with live(await outage.start(), tmp_path) as it:
        sara, nobody = await it.person("sara"), await it.anonymous()
        socket, visitor = await it.agent("sara"), await it.visitor()
        first = await visitor.send("before")
        conversation = await socket.take_offer("webchat")
        await outage.begin()
        await _refuses(sara, nobody)
        with pytest.raises(CommandFailed) as refused:
            await visitor.send("lost", "c2")
        assert refused.value.status == 503
        with pytest.raises(CommandFailed) as refused:
            await socket.reply(conversation["interaction"]["id"], "lost too", "r1")
        assert refused.value.status == 503
        await outage.end()
        async with asyncio.timeout(15):
            while not await is_ready(it, nobody):
                await asyncio.sleep(0.05)
        await _goes_on(it, sara, socket, visitor, conversation["interaction"]["id"])
        assert [m["id"] for m in visitor.state["messages"]].count(first["id"]) == 1


async def _refuses(sara: Person, nobody: Person) -> None:
    assert (await ask(nobody, "GET", "/live"))[0] == 200, "the process itself is well"
    login = {"login": "sara", "password": "markaz-demo"}
    for who, method, path, body in (
        (nobody, "GET", "/ready", None),
        (nobody, "POST", "/api/session", login),
        (sara, "GET", "/api/session", None),
        (sara, "GET", "/api/customers", None),
        (sara, "POST", "/api/customers", {"name": "x"}),
        (nobody, "POST", "/hooks/01a20372-8941-7749-b0b7-3da725a2439e/sms", None),
    ):
        status, answer = await ask(who, method, path, body)
        assert (status, answer["type"]) == (503, "urn:markaz:problem:database-away"), path


async def _goes_on(it: Live, sara: Person, socket: Any, visitor: Any, interaction_id: str) -> None:
    assert (await sara.json("GET", "/api/session"))[0] == 200, "the session is still good"
    await visitor.send("lost", "c2")
    await socket.reply(interaction_id, "lost too", "r1")
    await visitor.hears("lost too")
    await visitor.hears("lost")

    def texts() -> list[str]:
        messages = socket.conversation(interaction_id)["messages"]
        return sorted(m["text"] for m in messages if m["direction"] != "system")

    # The two sockets of a conversation hear in any order.
    with suppress(TimeoutError):
        async with asyncio.timeout(5):
            while len(texts()) < 3:
                await asyncio.sleep(0.02)
    assert texts() == ["before", "lost", "lost too"], "and what was sent again is there once"
    other = await it.visitor()
    await other.send("a new one")
    await socket.take_offer("webchat")


async def test_a_database_that_lets_nobody_in_is_a_503_too(dsn: str, tmp_path: Path) -> None:
    name = dsn.partition("?")[0].rpartition("/")[2]
    async with live(dsn, tmp_path) as it:
        nobody = await it.anonymous()
        control = await asyncpg.connect(dsn.replace(f"/{name}?", "/postgres?"))
        try:
            await control.execute(f"alter database {name} allow_connections false")
            await control.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
            for _ in range(3):
                status, _answer = await ask(nobody, "GET", "/ready")
                assert status == 503
        finally:
            await control.execute(f"alter database {name} allow_connections true")
            await control.close()
        async with asyncio.timeout(15):
            while not await is_ready(it, nobody):
                await asyncio.sleep(0.05)
        assert (await nobody.json("GET", "/api/session"))[0] == 401
