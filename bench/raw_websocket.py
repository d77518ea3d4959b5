"""A light socket.io client: it looks at the bytes of a frame and parses no JSON unless it must."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable
from typing import Self, cast

_SMALL, _MEDIUM = 126, 1 << 16
_OPEN_SECONDS = 30.0


def client_frame(payload: bytes) -> bytes:
    """Return a masked text frame; the mask of zeros leaves the words as they are (RFC 6455 section 5.3)."""
    size = len(payload)
    if size < _SMALL:
        return bytes((0x81, 0x80 | size, 0, 0, 0, 0)) + payload
    if size < _MEDIUM:
        return b"\x81\xfe" + size.to_bytes(2, "big") + b"\0\0\0\0" + payload
    return b"\x81\xff" + size.to_bytes(8, "big") + b"\0\0\0\0" + payload


class RawWebsocket(asyncio.Protocol):
    """One websocket in one namespace. `hear` gets each packet's type and what follows the namespace."""

    def __init__(self, namespace: str, auth: str, hear: Callable[[RawWebsocket, bytes, bytes], None]) -> None:
        self._namespace, self._auth, self._hear = namespace, auth, hear
        self._head = len(f"42{namespace},")
        self._buffer = bytearray()
        self._is_open = False
        self.transport: asyncio.Transport
        self.connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def connect(
        cls, port: int, namespace: str, auth: str, hear: Callable[[RawWebsocket, bytes, bytes], None]
    ) -> Self:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_OPEN_SECONDS):
            _, protocol = await loop.create_connection(lambda: cls(namespace, auth, hear), "127.0.0.1", port)
            await protocol.connected
        return protocol

    def say(self, number: int, event: str, payload: str) -> None:
        """Send a command that is acknowledged under this number."""
        self.transport.write(client_frame(f'42{self._namespace},{number}["{event}",{payload}]'.encode()))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key.encode() + b"\r\n\r\n"
        )

    def connection_lost(self, _: Exception | None) -> None:
        if not self.connected.done():
            self.connected.set_exception(ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer
        buffer += data
        start = 0
        if not self._is_open:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self._is_open, start = True, end + 4
        while (found := _frame(buffer, start)) is not None:
            payload, start = found
            self._packet(payload)
        del buffer[:start]

    def _packet(self, payload: bytes) -> None:
        match payload[:2]:
            case b"42" | b"43":
                self._hear(self, payload[1:2], payload[self._head :])
            case b"2":
                self.transport.write(client_frame(b"3"))
            case b"0{":
                self.transport.write(client_frame(f"40{self._namespace},{self._auth}".encode()))
            case b"40":
                self.connected.set_result(None)
            case b"44":
                self.connected.set_exception(ConnectionError(payload.decode()))


def _frame(buffer: bytearray, start: int) -> tuple[bytes, int] | None:
    """Return the next whole frame's payload and where it ends; servers do not mask."""
    if len(buffer) < start + 2:
        return None
    size, begin = buffer[start + 1], start + 2
    if size == _SMALL:
        size, begin = int.from_bytes(buffer[begin : begin + 2], "big"), begin + 2
    elif size > _SMALL:
        size, begin = int.from_bytes(buffer[begin : begin + 8], "big"), begin + 8
    end = begin + size
    if len(buffer) < end:
        return None
    return bytes(buffer[begin:end]), end
