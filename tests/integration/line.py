"""A bad line between a client and a server: it cuts in the middle of a packet, stalls, and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_PIECE = 2048
# What the kernel holds back for a reader who does not read must be little, or nothing would ever wait at the server.
_KERNEL_BYTES = 4096


class Line:
    """A TCP relay on a port of its own, for the connections of one client."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        # How many bytes each way may still pass before the cut; None is any number.
        self._left: dict[str, int | None] = {"up": None, "down": None}
        self.base_url = ""
        self.cuts = 0

    def cut(self, way: str = "", after_bytes: int = 0) -> None:
        """Cut now, or when so many more bytes have gone one way; the next connection is whole."""
        if way:
            self._left[way] = after_bytes
            return
        self._left = {"up": None, "down": None}
        self.cuts += bool(self._writers)
        for writer in self._writers:
            writer.transport.abort()

    def stall(self) -> None:
        """Bring nothing more to the client, though the connection stands."""
        self._flows.clear()

    @property
    def is_stalled(self) -> bool:
        return not self._flows.is_set()

    def flow(self) -> None:
        self._flows.set()

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Be the handler of one accepted connection."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BYTES)
        sock.settimeout(0)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self._port))
        far_reader, far_writer = await asyncio.open_connection(sock=sock, limit=_KERNEL_BYTES)
        ends = {writer, far_writer}
        self._writers |= ends
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump("up", reader, far_writer), name="line up")
                group.create_task(self._pump("down", far_reader, writer), name="line down")
        except* (ConnectionError, OSError):
            pass
        finally:
            self._writers -= ends
            for end in ends:
                end.transport.abort()

    async def _pump(self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_PIECE):
            if way == "down":
                await self._flows.wait()
            left = self._left[way]
            writer.write(data if left is None else data[:left])
            if left is not None:
                self._left[way] = left - len(data)
                if left <= len(data):
                    # What was let through arrives: an abort would take it back.
                    await asyncio.sleep(0.001)
                    self.cut()
            await writer.drain()
        raise ConnectionResetError

    def start(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self.relay(reader, writer), name="line")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self.flow()
        self.cut()
        for task in list(self._tasks):
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    line = Line(port)
    listener = await asyncio.start_server(line.start, "127.0.0.1", 0)
    line.base_url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        listener.close()
        await line.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await listener.wait_closed()
