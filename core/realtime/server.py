"""The socket server that features use."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Collection, Iterator
from typing import Any

import socketio
from aiohttp import web
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from core.realtime.engine import BadPacketError, Engine, Packet
from core.realtime.manager import DirectManager, Rooms
from core.realtime.outbox import Counts, Limits
from core.tasks import Tasks

log = logging.getLogger(__name__)


class _Server(socketio.AsyncServer):  # type: ignore[misc]  # python-socketio ships no types
    """python-socketio with our engine below it; what it sends to one client goes the same way as to a room."""

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _send_packet(self, eio_sid: str, pkt: Any) -> None:
        self.manager.send(eio_sid, pkt.encode())

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        socket = self.eio.sockets[eio_sid]
        socket.queue.belong_to(socket)
        await super()._handle_eio_connect(eio_sid, environ)

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        try:
            await super()._handle_eio_message(eio_sid, _text(data))
        except BadPacketError:
            await self.close_socket(self.eio.sockets.get(eio_sid), self.reason.TRANSPORT_ERROR)

    async def close_socket(self, socket: Any, reason: str) -> None:
        """End a connection for good, also when the client does not take part."""
        if socket is None:
            return
        transport = socket.queue.transport
        await socket.close(wait=False, reason=reason)
        socket.queue.put_nowait(None)
        if transport is not None:
            grace_seconds = self.eio.limits.goodbye_seconds
            asyncio.get_running_loop().call_later(grace_seconds, _abort, transport)


def _text(message: Any) -> str:
    """Refuse binary messages, and the empty one, which python-socketio would take for an event without a name."""
    if not message or not isinstance(message, str):
        raise BadPacketError
    return message


def _abort(transport: asyncio.Transport) -> None:
    if not transport.is_closing():
        transport.abort()


class SocketServer:
    """Everything a feature needs of sockets: register handlers, enter rooms, send, send away.

    `allowed_origins` None or empty means the same origin only. Handlers of one client run one after another, in the
    order in which its packets came. `on_overflow` is told each sid that was sent away because it did not read.
    """

    def __init__(
        self,
        *,
        allowed_origins: Collection[str] | None = None,
        polling: bool = False,
        ping_interval_seconds: float = 25.0,
        ping_timeout_seconds: float = 20.0,
        limits: Limits | None = None,
        on_overflow: Callable[[str], None] | None = None,
    ) -> None:
        self.counts = Counts()
        self._limits = limits or Limits()
        self._on_overflow = on_overflow
        self._tasks = Tasks("sockets")
        self._manager = DirectManager()
        quiet = logging.getLogger(f"{__name__}.protocol")
        quiet.setLevel(logging.ERROR)
        self.sio: Any = _Server(
            client_manager=self._manager,
            serializer=Packet,
            async_handlers=False,
            logger=quiet,
            engineio_logger=quiet,
            # An empty list would switch the check off.
            cors_allowed_origins=list(allowed_origins) if allowed_origins else None,
            transports=["polling", "websocket"] if polling else ["websocket"],
            ping_interval=ping_interval_seconds,
            ping_timeout=ping_timeout_seconds,
            limits=self._limits,
            counts=self.counts,
            on_overflow=self._send_away,
        )

    def attach(self, app: web.Application, path: str = "socket.io") -> None:
        """Serve the sockets below the path, and stop with the application."""
        self.sio.attach(app, path)
        app.on_shutdown.append(self._on_shutdown)

    def register(self, namespace: socketio.AsyncNamespace) -> None:
        """Let a namespace object handle the events of its namespace."""
        self.sio.register_namespace(namespace)

    def enter(self, sid: str, room: str, namespace: str) -> None:
        """Put a client into a room; who belongs where is decided by the server alone."""
        self._manager.basic_enter_room(sid, namespace, room)

    def leave(self, sid: str, room: str, namespace: str) -> None:
        self._manager.basic_leave_room(sid, namespace, room)

    def emit_now(self, event: str, data: Any, rooms: Rooms, namespace: str) -> int:
        """Send an event to the union of the rooms, each client once; return to how many.

        A room is a name, or a sid; None is everyone in the namespace. The call never waits: who cannot take the event
        now gets it later and in order, or is sent away when too much waits.
        """
        return self._manager.emit_now(event, data, rooms, namespace)

    async def disconnect(self, sid: str, namespace: str) -> None:
        """Send a client away: its handlers run now, its connection ends within `goodbye_seconds`."""
        eio_sid = self._manager.eio_sid_from_sid(sid, namespace)
        await self.sio.disconnect(sid, namespace)
        await self.sio.close_socket(self.sio.eio.sockets.get(eio_sid), self.sio.reason.SERVER_DISCONNECT)

    async def stop(self) -> None:
        """Close every connection and end the background tasks."""
        for socket in list(self.sio.eio.sockets.values()):
            await self.sio.close_socket(socket, self.sio.reason.SERVER_DISCONNECT)
        await self.sio.shutdown()
        await self._tasks.stop()

    def collect(self) -> Iterator[Metric]:
        """Be a prometheus collector: `registry.register(server)`."""
        sent = CounterMetricFamily("markaz_socket_deliveries", "Packets to clients by way", labels=["way"])
        sent.add_metric(["direct"], self.counts.direct)
        sent.add_metric(["queued"], self.counts.queued)
        yield sent
        yield CounterMetricFamily(
            "markaz_socket_overflows", "Clients sent away because they did not read", value=self.counts.overflowed
        )
        yield GaugeMetricFamily("markaz_sockets", "Open sockets", value=len(self.sio.eio.sockets))

    async def _on_shutdown(self, _: web.Application) -> None:
        await self.stop()

    def _send_away(self, socket: Any) -> None:
        if self._on_overflow is not None:
            loop = asyncio.get_running_loop()
            for namespace in list(self._manager.get_namespaces()):
                sid = self._manager.sid_from_eio_sid(socket.sid, namespace)
                if sid is not None:
                    # Not here: the caller is in the middle of a room.
                    loop.call_soon(self._on_overflow, sid)
        self._tasks.start("overflow", self._close_overflowed(socket))

    async def _close_overflowed(self, socket: Any) -> None:
        await socket.close(wait=False, abort=True, reason=self.sio.reason.TRANSPORT_ERROR)
        socket.queue.put_nowait(None)


def tune_gc() -> None:
    """Make full collections rare once the program has started.

    With thousands of sockets a collection walks millions of objects that are all alive; what exists now is taken out of
    the walk, and the thresholds are raised a hundredfold.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(70_000, 20, 100)
