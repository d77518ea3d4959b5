"""A socket.io client over a bare TCP socket: it reads only when asked, so that a test can be slow on purpose."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

from aiohttp import web

from core.realtime import SocketServer


class RawSocket:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.sid = ""
        self.headers = ""

    @classmethod
    async def open(cls, port: int, headers: str = "", receive_buffer: int = 0) -> Self:
        """Open an engine.io websocket and read its OPEN packet."""
        sock = socket.socket()
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.settimeout(0)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
        reader, writer = await asyncio.open_connection(sock=sock, limit=receive_buffer or 2**16)
        client = cls(reader, writer)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Extensions: permessage-deflate\r\n{headers}\r\n".encode()
        )
        client.headers = (await reader.readuntil(b"\r\n\r\n")).decode()
        if " 101 " in client.headers.splitlines()[0]:
            assert (await client.text()).startswith("0{")
        return client

    @classmethod
    async def join(cls, port: int, namespace: str = "/", receive_buffer: int = 0) -> Self:
        """Open and connect to a namespace."""
        client = await cls.open(port, receive_buffer=receive_buffer)
        prefix = "" if namespace == "/" else f"{namespace},"
        await client.send(f"40{prefix}")
        answer = await client.text()
        assert answer.startswith(f"40{prefix}"), answer
        client.sid = json.loads(answer[2 + len(prefix) :])["sid"]
        return client

    async def send(self, text: str) -> None:
        payload, mask = text.encode(), os.urandom(4)
        size = len(payload)
        if size < 126:
            head = bytes([0x81, 0x80 | size])
        elif size < 65536:
            head = bytes([0x81, 0xFE]) + size.to_bytes(2, "big")
        else:
            head = bytes([0x81, 0xFF]) + size.to_bytes(8, "big")
        self.writer.write(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))
        await self.writer.drain()

    async def frame(self) -> tuple[int, bytes]:
        head = await self.reader.readexactly(2)
        size = head[1]
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2), "big")
        elif size == 127:
            size = int.from_bytes(await self.reader.readexactly(8), "big")
        return head[0], await self.reader.readexactly(size)

    async def text(self) -> str:
        """Return the next text packet, answering pings on the way."""
        while True:
            async with asyncio.timeout(10):
                head, payload = await self.frame()
            assert head == 0x81, f"{head:#x} {payload!r}"
            if payload == b"2":
                await self.send("3")
                continue
            return payload.decode()

    async def event(self) -> list[Any]:
        """Return the next event or ack of the default namespace as a list."""
        packet = await self.text()
        assert packet[:2] in {"42", "43"}, packet
        return json.loads(packet[packet.index("[") :])

    async def is_ended(self, wait_seconds: float = 5.0) -> bool:
        """Read until the connection ends; tell whether it did in time."""
        try:
            async with asyncio.timeout(wait_seconds):
                while await self.reader.read(65536):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    async def close(self) -> None:
        self.writer.transport.abort()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


class Stage:
    """A server on loopback and the raw clients on it, all of which end with the test."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._clients: list[RawSocket] = []

    async def open(self, headers: str = "") -> RawSocket:
        self._clients.append(await RawSocket.open(self.port, headers))
        return self._clients[-1]

    async def join(self, namespace: str = "/", receive_buffer: int = 0) -> RawSocket:
        self._clients.append(await RawSocket.join(self.port, namespace, receive_buffer))
        return self._clients[-1]

    async def close(self) -> None:
        for client in self._clients:
            await client.close()


@asynccontextmanager
async def serving(server: SocketServer, send_buffer: int = 0) -> AsyncIterator[Stage]:
    """Serve on loopback; with a small send buffer the kernel takes little, and buffers of ours fill and empty often."""
    listener = socket.create_server(("127.0.0.1", 0))
    if send_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    app = web.Application()
    server.attach(app)
    runner = web.AppRunner(app, shutdown_timeout=3)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    stage = Stage(runner.addresses[0][1])
    try:
        yield stage
    finally:
        await stage.close()
        await runner.cleanup()


async def until(is_so: Callable[[], bool], wait_seconds: float = 5.0) -> None:
    async with asyncio.timeout(wait_seconds):
        while not is_so():
            await asyncio.sleep(0.01)
