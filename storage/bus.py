"""Hints between server processes: typing, presence, wake-ups. What is lost here is found in the log."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import asyncpg
from pydantic_core import PydanticSerializationError, from_json, to_json

from core.errors import Invalid, Unavailable
from core.hints import Callback, Topics
from core.tasks import Tasks

log = logging.getLogger(__name__)

# PostgreSQL refuses a payload of 8,000 bytes or more.
PAYLOAD_BYTES = 7_900
# The publisher's name, a number and the brackets around the messages of a payload.
_HEAD_BYTES = 40
_TIMEOUT_SECONDS = 5.0
_PROBE_SECONDS = 15.0
_PAYLOADS_PER_COMMIT = 128
# Every start of a process is a new name; those of long ago publish no more.
_NODES_REMEMBERED = 1_000
_NOTIFY = "select pg_notify($1, payload) from unnest($2::text[]) as payload"

_Connection = asyncpg.Connection


class TooLarge(Invalid):
    """A hint is at most 7,860 bytes of JSON."""


class Bus:
    """Topics over PostgreSQL's NOTIFY, with one connection for publishing and one for listening.

    Never inside a business transaction: a NOTIFY takes a lock at commit that all notifying transactions share. What is
    published within `window_seconds` travels together. Every process hears everything, its own included, and all hear
    it in one order. A batch that was cut off is sent again and recognised by its number; while a process was cut off
    it heard nothing, and `on_reconnect` tells it to read the log.
    """

    def __init__(
        self,
        dsn: str,
        *,
        channel: str = "markaz_bus",
        window_seconds: float = 0.002,
        pending_bytes: int = 8_000_000,
        on_reconnect: Callable[[], None] | None = None,
    ) -> None:
        self.dropped = 0
        self._dsn = dsn
        self._channel = channel
        self._window_seconds = window_seconds
        self._pending_limit = pending_bytes
        self._on_reconnect = on_reconnect
        self._topics = Topics()
        self._tasks = Tasks("bus")
        self._node = secrets.token_hex(8)
        self._number = 0
        self._heard: dict[str, int] = {}
        self._pending: deque[bytes] = deque()
        self._pending_bytes = 0
        self._unsent: list[str] = []
        self._wake = asyncio.Event()
        self._publisher: _Connection | None = None
        self._listener: _Connection | None = None
        self._listener_ended = asyncio.Event()

    async def start(self) -> None:
        """Connect and listen; raise Unavailable when the database cannot be reached."""
        self._publisher = await self._connect()
        await self._listen()
        self._tasks.loop("publish", self._publish_turn)
        self._tasks.loop("listen", self._listen_turn)

    async def stop(self) -> None:
        """Send what waits, if that is possible at once, and close both connections."""
        await self._tasks.stop()
        with suppress(Exception):
            await self._flush()
        for connection in (self._publisher, self._listener):
            if connection is not None:
                await _close(connection)
        self._publisher = self._listener = None

    def publish(self, topic: str, data: Any) -> None:
        """Hand a hint over; it leaves within milliseconds. Raise Invalid when it can never be sent.

        When the database is away so long that too much waits, the oldest hints are dropped and counted.
        """
        try:
            message = to_json([topic, data], inf_nan_mode="null")
        except (PydanticSerializationError, ValueError) as error:
            raise Invalid(f"A hint must be JSON: {error}") from error
        if len(message) > PAYLOAD_BYTES - _HEAD_BYTES:
            raise TooLarge
        self._pending.append(message)
        self._pending_bytes += len(message)
        while self._pending_bytes > self._pending_limit:
            self._pending_bytes -= len(self._pending.popleft())
            self.dropped += 1
        self._wake.set()

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]:
        return self._topics.subscribe(topic, callback)

    async def _connect(self) -> _Connection:
        try:
            return await asyncpg.connect(
                self._dsn,
                timeout=_TIMEOUT_SECONDS,
                command_timeout=_TIMEOUT_SECONDS,
                server_settings={"application_name": "markaz bus", "synchronous_commit": "off"},
            )
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unavailable(f"The bus cannot reach PostgreSQL: {error!r}") from error

    async def _publish_turn(self) -> None:
        if not self._unsent:
            await self._wake.wait()
            await asyncio.sleep(self._window_seconds)
        if self._publisher is None or self._publisher.is_closed():
            self._publisher = await self._connect()
        try:
            await self._flush()
        except Exception:
            # The state of a connection that failed in the middle is unknown; the next turn makes another.
            self._publisher.terminate()
            self._publisher = None
            raise

    async def _flush(self) -> None:
        while self._publisher is not None and (self._unsent or self._pending):
            if not self._unsent:
                self._unsent = self._take()
            await self._publisher.execute(_NOTIFY, self._channel, self._unsent)
            self._unsent = []

    def _take(self) -> list[str]:
        """Number and pack what waits, up to one commit's worth."""
        self._wake.clear()
        payloads = []
        for messages in pack(self._pending, PAYLOAD_BYTES - _HEAD_BYTES):
            self._number += 1
            self._pending_bytes -= sum(map(len, messages))
            payloads.append(f"{self._node}:{self._number}\n[{b','.join(messages).decode()}]")
            if len(payloads) == _PAYLOADS_PER_COMMIT:
                break
        return payloads

    async def _listen(self) -> None:
        connection = await self._connect()
        self._listener_ended.clear()
        connection.add_termination_listener(lambda *_: self._listener_ended.set())
        try:
            await connection.add_listener(self._channel, self._hear)
        except BaseException:
            connection.terminate()
            raise
        self._listener = connection

    async def _listen_turn(self) -> None:
        if self._listener is None:
            await self._listen()
            log.info("the bus listens again")
            if self._on_reconnect is not None:
                self._on_reconnect()
        try:
            await self._watch(self._listener)
        except Exception:
            if self._listener is not None:
                self._listener.terminate()
            self._listener = None
            raise

    async def _watch(self, connection: _Connection | None) -> None:
        """Return after a while when the connection still answers; a silent cut is only seen by asking."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PROBE_SECONDS):
                await self._listener_ended.wait()
        if connection is None or connection.is_closed():
            raise Unavailable("The bus lost its listening connection.")
        await connection.execute("select 1")

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        head, _, body = str(payload).partition("\n")
        if self._is_repeated(head):
            return
        for topic, data in from_json(body):
            self._topics.tell(topic, data)

    def _is_repeated(self, head: str) -> bool:
        node, _, number = head.partition(":")
        if int(number) <= self._heard.get(node, 0):
            return True
        self._heard[node] = int(number)
        if len(self._heard) > _NODES_REMEMBERED:
            del self._heard[next(iter(self._heard))]
        return False


def pack(messages: deque[bytes], limit: int) -> Iterator[list[bytes]]:
    """Take messages from the left, as many at a time as fit into `limit` bytes with a comma between them."""
    while messages:
        taken = [messages.popleft()]
        size = len(taken[0])
        while messages and size + 1 + len(messages[0]) <= limit:
            size += 1 + len(messages[0])
            taken.append(messages.popleft())
        yield taken


async def _close(connection: _Connection) -> None:
    try:
        await connection.close(timeout=1.0)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
