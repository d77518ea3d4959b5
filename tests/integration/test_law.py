"""The law under faults: snapshot + events = fresh snapshot = database, whatever happens to the lines."""

from __future__ import annotations

import asyncio
import itertools
import random
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from invariants import check_invariants
from line import line_to
from survivors import Agent, Survivor, Visitor

from core.realtime import Limits
from core.realtime.outbox import Outbox
from storage.database import Database, adhoc
from tests.live import Live, eventually, live

SEED = 20261122
CUTS, MOST_SECONDS, QUIET_SECONDS = 200, 60.0, 10.0
VISITORS, DEVICES = 8, ("sara", "sara", "omar")
REPLAY_MOST = 25
LITTLE = {"direct_bytes": 2_000, "backlog_bytes": 60_000, "backlog_packets": 20}


class Floor:
    """Agents and visitors on bad lines, and the chance that moves them all."""

    def __init__(self, it: Live, stack: AsyncExitStack, overflows: list[str]) -> None:
        self.it, self._stack, self._overflows = it, stack, overflows
        self.chance = random.Random(SEED)
        self.agents: list[Survivor] = []
        self.visitors: list[Survivor] = []
        self.clean_cuts = 0
        self._names = itertools.count()
        self._is_over = asyncio.Event()

    @property
    def everybody(self) -> list[Survivor]:
        return [*self.agents, *self.visitors]

    @property
    def cuts(self) -> int:
        return self.clean_cuts + sum(each.line.cuts for each in self.everybody)

    async def fill(self, tokens: dict[str, str]) -> None:
        for login in DEVICES:
            self.agents.append(await self._survivor(Agent(), {"token": tokens[login]}))
        for _ in range(VISITORS):
            self.visitors.append(await self._survivor(Visitor(), {"site": "demo", "page": "http://shop.example/"}))

    async def _survivor(self, client: Agent | Visitor, auth: dict[str, Any]) -> Survivor:
        client.chance = random.Random(self.chance.random())
        line = await self._stack.enter_async_context(line_to(self.it.settings.port))
        return Survivor(client, line, auth)

    async def live(self) -> None:
        """Let everybody talk until the lines were cut often enough, then until all have said their last word."""
        async with asyncio.TaskGroup() as group:
            staying = [group.create_task(each.stay(), name="stay") for each in self.everybody]
            talking = [group.create_task(self._talk(each, self._serve), name="agent") for each in self.agents]
            talking += [group.create_task(self._talk(each, self._ask), name="visitor") for each in self.visitors]
            await self._break_lines()
            self._is_over.set()
            await asyncio.gather(*talking)
            async with asyncio.timeout(QUIET_SECONDS):
                while not all(each.is_here and each.client.client.connected for each in self.everybody):
                    await asyncio.sleep(0.05)
            for each, task in zip(self.everybody, staying, strict=True):
                each.is_leaving = True
                task.cancel()

    async def _talk(self, each: Survivor, act: Callable[[Survivor], Coroutine[Any, Any, None]]) -> None:
        if isinstance(each.client, Agent):
            await each.surely("presence.set", state="available")
        while not self._is_over.is_set():
            if each.client.state:
                await act(each)
            await asyncio.sleep(self.chance.uniform(0.02, 0.2))

    # --- what people do

    async def _ask(self, visitor: Survivor) -> None:
        if self.chance.random() < 0.03:
            await visitor.surely("chat.end")
            return
        # Whoever does not read is to have much before them.
        is_loud = any(agent.line.is_stalled for agent in self.agents)
        text = "?" * (8000 if is_loud else self.chance.choice((5, 50, 1500)))
        await visitor.say("chat.send", self._name("v"), text=text)

    async def _serve(self, agent: Survivor) -> None:
        for offer in agent.client.state["offers"]:
            await agent.surely("offer.accept", offer_id=offer["id"])
        mine = agent.client.state["interactions"]
        if not mine:
            return
        which = {"interaction_id": self.chance.choice(mine)["interaction"]["id"]}
        match self.chance.choices(("reply", "note", "read", "close", "transfer"), (60, 15, 15, 6, 4))[0]:
            case "reply":
                await agent.say("interaction.reply", self._name("a"), text="Let me look.", **which)
            case "note":
                await agent.say("interaction.note", self._name("n"), text="a note", **which)
            case "read":
                await agent.surely("interaction.read", seq=1, **which)
            case "close":
                await agent.surely("interaction.close", **which)
            case _:
                queue = next(q["id"] for q in agent.client.state["queues"] if q["name"] == "Web chat")
                await agent.surely("interaction.transfer", queue_id=queue, **which)

    def _name(self, who: str) -> str:
        return f"{who}-{next(self._names)}"

    # --- what happens to the lines

    async def _break_lines(self) -> None:
        deadline = time.monotonic() + MOST_SECONDS
        async with asyncio.TaskGroup() as stalls:
            # On a quiet machine two hundred cuts may pass before anybody who does not read is sent away.
            while self.cuts < CUTS or not self._overflows:
                assert time.monotonic() < deadline, f"only {self.cuts} cuts, {len(self._overflows)} sent away"
                victim = self.chance.choice([each for each in self.everybody if not each.line.is_stalled])
                match self.chance.choices(("now", "up", "down", "clean", "stall"), (30, 22, 22, 22, 4))[0]:
                    case "now":
                        victim.line.cut()
                    case "up":
                        victim.line.cut("up", self.chance.randrange(400))
                    case "down":
                        victim.line.cut("down", self.chance.randrange(4000))
                    case "clean":
                        self.clean_cuts += victim.client.client.connected
                        await victim.client.client.disconnect()
                    case _:
                        up = [each for each in [*self.agents, victim] if each.client.client.connected]
                        stalls.create_task(self._stall(self.chance.choice(up or [victim])), name="stall")
                victim.away_seconds = self.chance.choice((0.0, 0.0, 0.0, 0.1, 1.5))
                await asyncio.sleep(self.chance.uniform(0.0, 0.1))

    async def _stall(self, victim: Survivor) -> None:
        """Let somebody not read for a while: an agent until the server sends somebody away."""
        victim.line.stall()
        sent_away, deadline = len(self._overflows), time.monotonic() + 4.0
        await asyncio.sleep(self.chance.uniform(0.1, 1.0))
        while victim in self.agents and len(self._overflows) == sent_away and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        victim.line.flow()


@pytest.fixture
def overflows(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Bound what waits for one client to a little, and tell who was sent away."""
    sent_away: list[str] = []
    give_up, open_direct_way = Outbox._give_up, Outbox.open_direct_way

    def counted(outbox: Outbox) -> None:
        sent_away.append(outbox._owner.sid)
        give_up(outbox)

    def small(outbox: Outbox, transport: Any) -> None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        transport.set_write_buffer_limits(high=2_000)
        open_direct_way(outbox, transport)

    monkeypatch.setattr(Outbox, "_give_up", counted)
    monkeypatch.setattr(Outbox, "open_direct_way", small)
    monkeypatch.setattr("core.realtime.server.Limits", partial(Limits, **LITTLE))
    monkeypatch.setattr("core.feed.REPLAY_MOST", REPLAY_MOST)
    return sent_away


@pytest.mark.alone
async def test_agents_visitors_and_the_database_agree_after_two_hundred_cuts(
    dsn: str, tmp_path: Path, db: Database, overflows: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async with live(dsn, tmp_path) as it, AsyncExitStack() as stack:
        floor = Floor(it, stack, overflows)
        await floor.fill({login: await token_of(it, login) for login in set(DEVICES)})
        await floor.live()
        kinds = sum((each.kinds for each in floor.everybody), Counter[str]())
        repeated = sum(each.repeated for each in floor.everybody)
        assert floor.cuts >= CUTS
        assert kinds["events"] > CUTS / 4
        assert kinds["resync"], "somebody missed too much"
        assert overflows, "somebody was sent away"
        assert repeated > CUTS / 10
        for agent in floor.agents:
            await agrees(it, agent, Agent())
        for visitor in floor.visitors:
            await agrees(it, visitor, Visitor())
            await has_what_the_database_has(db, visitor)
        await was_said_once(db, floor.everybody)
        await check_invariants(db)
        for each in floor.everybody:
            await each.client.close()
        await eventually(lambda: asyncio.sleep(0, not left_behind(it)))
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def left_behind(it: Live) -> list[object]:
    """Return sockets and rooms that the server still has."""
    rooms = it.running.live.sockets._manager.rooms
    doors = (it.running.live.console._door, it.running.live.widget_door._door)
    guests = [sid for door in doors for sid in door.guests]
    return [*guests, *it.running.live.widget_door._visitors, *(room for each in rooms.values() for room in each)]


async def token_of(it: Live, login: str) -> str:
    person = await it.person(login)
    status, answer = await person.json("POST", "/api/tokens", {"name": "law", "scopes": person.me["permissions"]})
    assert status == 201, answer
    return str(answer["token"])


async def agrees(it: Live, known: Survivor, fresh: Agent | Visitor) -> None:
    """Load anew beside a client that lived through it all, and compare."""
    fresh.chance = random.Random(0)
    await fresh.connect(it.base_url, auth=known._auth)
    await fresh.begin(None)
    deadline = time.monotonic() + QUIET_SECONDS
    while shown(fresh.state) != shown(known.client.state) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    assert list(differences(shown(known.client.state), shown(fresh.state))) == []
    await fresh.close()


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Name each place where two states differ: a whole state is too long to read."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            yield from differences(one.get(name), other.get(name), f"{path}.{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for place, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{path}[{place}]")
    elif one != other:
        yield f"{path}: {_brief(one)} != {_brief(other)}"


def _brief(value: Any) -> str:
    """Name what a list holds: which conversations, in which state."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "interaction" in value[0]:
        seen = [each["interaction"] for each in value]
        return str([(each["number"], each["state"], each["agent_id"], len(str(each))) for each in seen])
    return str(value)[:200]


def shown(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state without what moves unannounced (clock, place in the queue); lists without an order in one."""
    told = {name: value for name, value in state.items() if name != "server_time"}
    if told.get("chat"):
        told["chat"] = {**told["chat"], "position": None}
    if "offers" in told:
        told["offers"] = sorted(told["offers"], key=lambda each: each["id"])
        told["interactions"] = sorted(told["interactions"], key=lambda each: each["interaction"]["id"])
    return told


async def has_what_the_database_has(db: Database, visitor: Survivor) -> None:
    """Each message of the visitor's chats, in its order."""
    rows = await db.rows(
        adhoc(
            "select m.id, m.seq, m.text from message m join interaction i on i.id = m.interaction_id"
            " where i.address = :address::text and (m.direction in ('inbound', 'outbound') or m.event = 'transferred')"
            " order by m.interaction_id, m.seq"
        ),
        address=str(uuid.UUID(hex=str(visitor.client.token).partition(".")[0])),
    )
    kept = [(str(row["id"]), row["seq"], row["text"]) for row in rows]
    assert [(m["id"], m["seq"], m["text"]) for m in visitor.client.state["messages"]] == kept[-50:]


async def was_said_once(db: Database, everybody: list[Survivor]) -> None:
    """What was acknowledged is there once, under the id that the answer had; what was refused is not there."""
    rows = await db.rows(
        adhoc("select client_id, array_agg(id) as ids from message where client_id is not null group by 1")
    )
    kept = {row["client_id"]: [str(each) for each in row["ids"]] for row in rows}
    said = {name: [str(message["id"])] for each in everybody for name, message in each.said.items()}
    assert kept == said
