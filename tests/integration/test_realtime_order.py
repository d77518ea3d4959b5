from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Iterable

import pytest
from raw_socket import RawSocket, serving, until

from core.realtime import Limits, SocketServer


class Interleaving:
    """Emits to rooms, emits to one, acks to the clients' own calls and slow reading, mixed by chance.

    Every packet carries a number; `sent` has the numbers of each client in the order in which they were sent.
    """

    calls_each = 30

    def __init__(self, server: SocketServer, seed: int) -> None:
        self.server = server
        self.seed = seed
        self.chance = random.Random(seed)
        self.sent: dict[str, list[int]] = {}
        self.rooms: dict[str, list[str]] = {}
        self.answered = 0
        self._numbers = itertools.count()
        # The answer is numbered when the handler returns, and nothing runs between that and its sending.
        server.sio.on("ask", self._answer)

    async def run(self, clients: list[RawSocket]) -> list[list[int]]:
        """Return what each client saw."""
        self._enter_rooms([client.sid for client in clients])
        async with asyncio.TaskGroup() as group:
            for n, client in enumerate(clients[:4]):
                group.create_task(self._ask(client, random.Random(n * 7 + self.seed)))
            reading = [
                group.create_task(self._read(client, random.Random(n + self.seed))) for n, client in enumerate(clients)
            ]
            for _ in range(250):
                self._emit()
                if self.chance.random() < 0.5:
                    await asyncio.sleep(self.chance.choice([0, 0, 0.001]))
            await until(lambda: self.answered == 4 * self.calls_each, 20)
            self.server.emit_now("end", None, None, "/")
        return [task.result() for task in reading]

    def _enter_rooms(self, sids: list[str]) -> None:
        self.sent = {sid: [] for sid in sids}
        self.rooms = {room: [sid for sid in sids if self.chance.random() < 0.6] for room in ("a", "b", "c")}
        for room, members in self.rooms.items():
            for sid in members:
                self.server.enter(sid, room, "/")

    def _answer(self, sid: str, size: int) -> tuple[int, str]:
        self.answered += 1
        return self._number([sid]), "x" * size

    def _number(self, sids: Iterable[str]) -> int:
        number = next(self._numbers)
        for sid in sids:
            self.sent[sid].append(number)
        return number

    def _emit(self) -> None:
        text = "y" * self.chance.choice([1, 100, 3_000, 30_000])
        if self.chance.random() < 0.2:
            one = self.chance.choice(sorted(self.sent))
            self.server.emit_now("event", (self._number([one]), text), one, "/")
            return
        chosen = self.chance.sample(sorted(self.rooms), self.chance.randint(1, 3))
        members = {sid for room in chosen for sid in self.rooms[room]}
        self.server.emit_now("event", (self._number(members), text), chosen, "/")

    async def _ask(self, client: RawSocket, chance: random.Random) -> None:
        for n in range(self.calls_each):
            await client.send(f'42{n}["ask",{chance.choice([1, 2_000, 30_000])}]')
            await asyncio.sleep(chance.choice([0, 0.001, 0.005]))

    async def _read(self, client: RawSocket, chance: random.Random) -> list[int]:
        got: list[int] = []
        while (packet := await client.event()) != ["end"]:
            got.append(packet[0] if isinstance(packet[0], int) else packet[1])
            if chance.random() < 0.1:
                await asyncio.sleep(chance.choice([0, 0.001, 0.02]))
        return got


@pytest.mark.parametrize("direct_bytes", [2_000, Limits().direct_bytes])
@pytest.mark.parametrize("seed", range(3))
async def test_each_client_sees_everything_in_the_order_of_sending(seed: int, direct_bytes: int) -> None:
    limits = Limits(backlog_packets=100_000, backlog_bytes=500_000_000, direct_bytes=direct_bytes)
    server = SocketServer(limits=limits)
    mix = Interleaving(server, seed)
    async with serving(server, send_buffer=8192) as stage:
        # Half of them with a window so small that the server soon finds their buffers full.
        clients = [await stage.join(receive_buffer=4096 if n % 2 else 0) for n in range(6)]
        seen = await mix.run(clients)
        assert seen == [mix.sent[client.sid] for client in clients]
        # Both ways were taken, or the order would prove nothing.
        assert server.counts.direct > 20
        assert server.counts.queued > 20
