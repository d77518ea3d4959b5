"""What waits for one client, and the short way past it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engineio import packet as eio_packet

_SMALL, _MEDIUM = 126, 1 << 16


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one socket, in bytes, packets and seconds."""

    message_bytes: int = 256 * 1024
    backlog_bytes: int = 1_000_000
    backlog_packets: int = 1_000
    # Over this much in the write buffer a client counts as slow and gets everything through its queue.
    direct_bytes: int = 64 * 1024
    # A client whose connection takes nothing for so long is gone, even when its machine keeps the connection open.
    stall_seconds: float = 20.0
    # What is left of a connection that we closed is cut after this.
    goodbye_seconds: float = 2.0


@dataclass(slots=True)
class Counts:
    """What went where since the start; read by the metrics."""

    direct: int = 0
    queued: int = 0
    overflowed: int = 0


def text_frame(payload: bytes) -> bytes:
    """Return an unmasked, unfragmented websocket text frame (RFC 6455 section 5.2)."""
    size = len(payload)
    if size < _SMALL:
        return b"\x81" + size.to_bytes(1, "big") + payload
    if size < _MEDIUM:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Framed(eio_packet.Packet):  # type: ignore[misc]  # engineio ships no types
    """A message encoded once: as a frame for those who are caught up, as text for the queues of the others."""

    def __init__(self, message: bytes) -> None:
        self.frame = text_frame(b"4" + message)
        super().__init__(eio_packet.MESSAGE, message.decode())


class Outbox(asyncio.Queue[Any]):
    """The engine.io queue of one client, with a count of what was put in and is not yet written out.

    The direct way is open while that count is zero. It includes the packets that the writer task has taken and not yet
    sent, hence a direct write can never overtake one of them.
    """

    def __init__(self, limits: Limits, counts: Counts, on_overflow: Callable[[Any], None]) -> None:
        super().__init__()
        self.transport: asyncio.Transport | None = None
        self.waiting_bytes = 0
        self._limits = limits
        self._counts = counts
        self._on_overflow = on_overflow
        self._sizes: deque[int] = deque()
        self._owner: Any = None
        self._is_given_up = False

    @property
    def waiting(self) -> int:
        """How many packets were accepted and not yet written."""
        return len(self._sizes)

    def belong_to(self, owner: Any) -> None:
        """Name the engine.io socket that is sent away when too much waits."""
        self._owner = owner

    def open_direct_way(self, transport: asyncio.Transport) -> None:
        """Tell that from now on the writer task alone takes from this queue, and writes to this transport."""
        self.transport = transport

    def close_direct_way(self) -> None:
        self.transport = None

    def offer(self, packet: Framed) -> None:
        """Write the packet now when the client is caught up, else let it wait behind the others."""
        transport = self.transport
        if (
            transport is None
            or self._sizes
            or transport.get_write_buffer_size() > self._limits.direct_bytes
            or transport.is_closing()
        ):
            self.put_nowait(packet)
            return
        transport.write(packet.frame)
        self._counts.direct += 1

    async def put(self, item: Any) -> None:
        self.put_nowait(item)

    def put_nowait(self, item: Any) -> None:
        # None is engine.io's sign to the writer task that it may end: it must always get through.
        if item is None:
            super().put_nowait(None)
            return
        if self._is_given_up:
            return
        size = len(item.frame) if isinstance(item, Framed) else len(item.encode())
        self._sizes.append(size)
        self.waiting_bytes += size
        if len(self._sizes) > self._limits.backlog_packets or self.waiting_bytes > self._limits.backlog_bytes:
            self._give_up()
            return
        self._counts.queued += 1
        super().put_nowait(item)

    def _get(self) -> Any:
        item = super()._get()
        # A polling client's packets leave with the HTTP response; a websocket's are counted when written.
        if item is not None and not (self._owner is not None and self._owner.upgraded):
            self.written()
        return item

    def written(self) -> None:
        """Count the oldest waiting packet as gone."""
        if self._sizes:
            self.waiting_bytes -= self._sizes.popleft()

    def _give_up(self) -> None:
        self._is_given_up = True
        self._counts.overflowed += 1
        while not self.empty():
            self.get_nowait()
            self.task_done()
        if self.transport is not None:
            self.transport.abort()
        self._on_overflow(self._owner)
