"""The engine.io side: our websocket without compression, our queue for each client, our packets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import engineio
import socketio
from aiohttp import web
from pydantic_core import from_json, to_json
from socketio import packet as sio_packet

from core.errors import Invalid
from core.realtime.outbox import Counts, Limits, Outbox
from core.tasks import Tasks

_ACCEPTED = {sio_packet.CONNECT, sio_packet.DISCONNECT, sio_packet.EVENT, sio_packet.ACK}


class BadPacketError(Invalid):
    """The client does not speak the protocol."""


class Json:
    """pydantic_core behind the two functions that python-socketio asks of a JSON module."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        # NaN has no JSON: a browser would fail to read the whole packet.
        return to_json(value, inf_nan_mode="null").decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return from_json(text, allow_inf_nan=False)


class Packet(sio_packet.Packet):  # type: ignore[misc]  # python-socketio ships no types
    """Text packets only.

    A client may announce a packet with any number of binary attachments, which python-socketio then collects without a
    bound; and an event named like a reserved one would run the connect or disconnect handler with the client's words.
    """

    uses_binary_events = False
    # On our own class: handing `json` to the server would change it for the whole process.
    json = Json

    def decode(self, encoded_packet: Any) -> int:
        try:
            super().decode(encoded_packet)
        except (ValueError, TypeError, IndexError, AttributeError, RecursionError) as error:
            raise BadPacketError from error
        if self.packet_type not in _ACCEPTED or not self._is_well_formed():
            raise BadPacketError
        return 0

    def _is_well_formed(self) -> bool:
        if self.packet_type == sio_packet.EVENT:
            named = isinstance(self.data, list) and bool(self.data) and isinstance(self.data[0], str)
            return named and self.data[0] not in socketio.AsyncServer.reserved_events
        if self.packet_type == sio_packet.ACK:
            return isinstance(self.data, list) and self.id is not None
        return True


class Wire:
    """One websocket below engine.io, written without compression: 32 kB a client, not 162."""

    def __init__(self, handler: Callable[[Any], Any], server: Engine) -> None:
        self._handler = handler
        self._limits = server.limits
        # The handler is a bound method of the engine.io socket that this connection belongs to.
        self._owner = cast("Any", handler).__self__
        self._outbox: Outbox = self._owner.queue
        self._response: web.WebSocketResponse
        self._transport: asyncio.Transport

    async def __call__(self, environ: dict[str, Any]) -> web.StreamResponse:
        request: web.Request = environ["aiohttp.request"]
        self._response = web.WebSocketResponse(compress=False, max_msg_size=self._limits.message_bytes)
        is_open = False
        with suppress(ConnectionError):
            await self._response.prepare(request)
            is_open = True
        if request.transport is None or not is_open:
            # Whoever asked hung up before the answer: no fault of ours, and nobody is left to hear of it.
            await self._owner.close(wait=False, abort=True)
            return web.Response(status=400)
        self._transport = request.transport
        try:
            await self._handler(self)
        finally:
            self._outbox.close_direct_way()
        return self._response

    async def wait(self) -> str | bytes:
        message = await self._response.receive()
        if not isinstance(message.data, (str, bytes)):
            raise OSError
        return message.data

    async def send(self, message: str | bytes) -> None:
        """Write one packet; called by the writer task, and once before it exists, to answer the probe of an upgrade."""
        if not self._owner.upgraded:
            await self._write(message)
            return
        if self._outbox.transport is None:
            self._outbox.open_direct_way(self._transport)
        await self._write(message)
        self._outbox.written()

    async def _write(self, message: str | bytes) -> None:
        send = self._response.send_bytes(message) if isinstance(message, bytes) else self._response.send_str(message)
        try:
            async with asyncio.timeout(self._limits.stall_seconds):
                await send
        except TimeoutError:
            self._transport.abort()
            raise

    async def close(self) -> None:
        """Close with the handshake when the client takes part, and without it when not."""
        self._outbox.close_direct_way()
        try:
            async with asyncio.timeout(self._limits.goodbye_seconds):
                await self._response.close()
        except TimeoutError:
            self._transport.abort()


class Engine(engineio.AsyncServer):  # type: ignore[misc]  # engineio ships no types
    """engine.io with our websocket, our queue, and background tasks that end with it."""

    _async: dict[str, Any]

    def __init__(self, *, limits: Limits, counts: Counts, on_overflow: Callable[[Any], None], **options: Any) -> None:
        super().__init__(async_mode="aiohttp", max_http_buffer_size=limits.message_bytes, **options)
        self.limits = limits
        self._counts = counts
        self._on_overflow = on_overflow
        self._background = Tasks("engine.io")
        # A copy: the driver's own table is shared by every server of the process.
        self._async = {**self._async, "websocket": Wire}

    def create_queue(self, *_: Any, **__: Any) -> Outbox:
        return Outbox(self.limits, self._counts, self._on_overflow)

    def start_background_task(self, target: Callable[..., Any], *args: Any, **kwargs: Any) -> asyncio.Task[Any]:
        return self._background.start(getattr(target, "__name__", "task"), target(*args, **kwargs))

    async def shutdown(self) -> None:
        if self.service_task_handle is not None:
            # A second stop finds it gone.
            await super().shutdown()
        await self._background.stop()
