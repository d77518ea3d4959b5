"""Hints over Redis or Valkey, for those who have one and want to keep NOTIFY off their PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.errors import Invalid, Unavailable
from core.hints import Callback, Topics
from core.tasks import Tasks

log = logging.getLogger(__name__)

_WINDOW_SECONDS = 0.002
_MOST_WAITING = 50_000
_BATCH = 500
_TIMEOUT_SECONDS = 5.0
_LOST = (RedisError, OSError, TimeoutError)


class ValkeyBus:
    """The same as `Bus`, over PUBLISH and SUBSCRIBE: one message carries what came within two milliseconds."""

    def __init__(
        self, url: str, *, channel: str = "markaz_bus", on_reconnect: Callable[[], None] | None = None
    ) -> None:
        self.dropped = 0
        self._channel = channel
        self._on_reconnect = on_reconnect
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS, health_check_interval=15
        )
        self._topics = Topics()
        self._tasks = Tasks("valkey")
        self._pending: deque[list[Any]] = deque(maxlen=_MOST_WAITING)
        self._wake = asyncio.Event()
        self._listens = asyncio.Event()

    async def start(self) -> None:
        """Connect and listen; raise Unavailable when there is no such server."""
        try:
            await self._redis.publish(self._channel, b"[]")
        except _LOST as error:
            raise Unavailable(f"Redis or Valkey cannot be reached: {type(error).__name__}.") from error
        self._tasks.loop("listen", self._listen)
        self._tasks.loop("publish", self._publish)
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            await self._listens.wait()

    async def stop(self) -> None:
        await self._tasks.stop()
        with suppress(*_LOST):
            await self._flush()
        with suppress(*_LOST):
            await self._redis.aclose()

    def publish(self, topic: str, data: Any) -> None:
        """Hand a hint over; it leaves within milliseconds. The oldest are dropped when too many wait."""
        try:
            to_json(data)
        except (PydanticSerializationError, ValueError) as error:
            raise Invalid(f"A hint must be JSON: {error}") from error
        if len(self._pending) == _MOST_WAITING:
            self.dropped += 1
        self._pending.append([topic, data])
        self._wake.set()

    def subscribe(self, topic: str, callback: Callback) -> Callable[[], None]:
        return self._topics.subscribe(topic, callback)

    async def _publish(self) -> None:
        await self._wake.wait()
        await asyncio.sleep(_WINDOW_SECONDS)
        self._wake.clear()
        await self._flush()

    async def _flush(self) -> None:
        while self._pending:
            batch = [self._pending.popleft() for _ in range(min(_BATCH, len(self._pending)))]
            try:
                await self._redis.publish(self._channel, to_json(batch, inf_nan_mode="null"))
            except _LOST:
                self._pending.extendleft(reversed(batch))
                self._wake.set()
                raise

    async def _listen(self) -> None:
        """Listen until the connection is lost; afterwards readers look at the log for what they did not hear."""
        pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
        try:
            await pubsub.subscribe(self._channel)
            if self._listens.is_set() and self._on_reconnect is not None:
                self._on_reconnect()
            self._listens.set()
            while True:
                message = await pubsub.get_message(timeout=_TIMEOUT_SECONDS)
                if message is not None:
                    self._hear(message["data"])
        finally:
            with suppress(*_LOST):
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis types all but this

    def _hear(self, payload: bytes) -> None:
        for topic, data in from_json(payload):
            self._topics.tell(topic, data)
