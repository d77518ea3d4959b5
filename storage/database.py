"""The pool and the transaction. Everything that is acknowledged went through `Database.transaction`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, Literal

import asyncpg
from pydantic_core import from_json, to_json

from core.actor import SYSTEM, Actor
from core.errors import Conflict, Invalid, Met, Unavailable
from core.events import Event, LoggedEvent
from storage.queries import Queries, Query, parse

log = logging.getLogger(__name__)

sql = Queries(__file__)
Row = asyncpg.Record
Isolation = Literal["read_committed", "repeatable_read"]

_ACQUIRE_SECONDS = 2.0
_STATEMENT_SECONDS = 30.0
_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    # What asyncpg says of a connection that the server has ended and whose end has not been read yet.
    asyncpg.InternalClientError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    ConnectionError,
    TimeoutError,
    OSError,
)
_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


class DatabaseAway(Unavailable):
    """The database does not answer; nothing was acknowledged that is not kept."""


class Tx:
    """One open transaction. Events emitted here become visible with it, or not at all."""

    def __init__(self, connection: asyncpg.pool.PoolConnectionProxy[Any], actor: Actor) -> None:
        self._connection = connection
        self.actor = actor
        self.events: list[tuple[Event, datetime | None]] = []
        # The same as the log holds them, once they are written.
        self.logged: list[LoggedEvent] = []
        # Whether workers should look for jobs once this is committed.
        self.leaves_work = False

    async def rows(self, query: Query, **values: Any) -> list[Row]:
        return await self._connection.fetch(query.sql, *query.arguments(values))

    async def row(self, query: Query, **values: Any) -> Row | None:
        return await self._connection.fetchrow(query.sql, *query.arguments(values))

    async def value(self, query: Query, **values: Any) -> Any:
        return await self._connection.fetchval(query.sql, *query.arguments(values))

    async def run(self, query: Query, **values: Any) -> int:
        """Execute and return how many rows it touched."""
        status = await self._connection.execute(query.sql, *query.arguments(values))
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def many(self, query: Query, values: Sequence[dict[str, Any]]) -> None:
        """Execute one statement for each of these, all in one round trip; nothing is asked for nothing."""
        if values:
            await self._connection.executemany(query.sql, [query.arguments(each) for each in values])

    async def together(self, query: Query, values: Sequence[dict[str, Any]]) -> None:
        """Execute one statement for all of these, each parameter a column of them; nothing is asked for nothing.

        What a row of its own statement costs is mostly the statement: forty rows in one cost as much as four alone.
        """
        if values:
            columns = {name: [each[name] for each in values] for name in values[0]}
            await self._connection.execute(query.sql, *query.arguments(columns))

    async def script(self, text: str) -> None:
        """Execute several statements without parameters: migrations."""
        await self._connection.execute(text)

    def emit(self, event: Event, *, at: datetime | None = None) -> None:
        """Tell the log what happened; written as the last statement before the commit, when all locks are held."""
        self.events.append((event, at))

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Try a part: when it raises, what it wrote and told is taken back, and the transaction goes on."""
        told, leaves_work = len(self.events), self.leaves_work
        try:
            async with self._connection.transaction():
                yield
        except BaseException:
            del self.events[told:]
            self.leaves_work = leaves_work
            raise

    async def _flush(self) -> None:
        if not self.events:
            return
        events = [event for event, _ in self.events]
        actor, audiences = self.actor.label, [event.audience() for event in events]
        subjects, texts = [event.subject() for event in events], [event.model_dump_json() for event in events]
        rows = await self.rows(
            sql.append_events,
            kinds=[event.kind for event in events],
            ats=[at for _, at in self.events],
            actor=actor,
            subjects=subjects,
            audiences=["\x1f".join(audience) for audience in audiences],
            datas=texts,
        )
        for row, event, subject, audience, text in zip(rows, events, subjects, audiences, texts, strict=True):
            self.logged.append(LoggedEvent(row["seq"], row["at"], event.kind, actor, subject, audience, text))


class Database:
    """A bounded pool on one PostgreSQL. Readers of the log here are handed what each commit added to it."""

    def __init__(self, dsn: str, *, size: int = 10) -> None:
        self.dsn = dsn
        self._size = size
        self._pool: asyncpg.Pool[Any] | None = None
        self._readers: list[Callable[[Sequence[LoggedEvent]], None]] = []
        self._workers: list[Callable[[], None]] = []

    def beside(self, size: int) -> Database:
        """Return a second pool, to be opened, for loops that must go on when requests have taken all of this one.

        Commits through either wake the same readers and workers.
        """
        other = Database(self.dsn, size=size)
        other._readers, other._workers = self._readers, self._workers
        return other

    async def open(self) -> None:
        try:
            async with asyncio.timeout(15):
                self._pool = await asyncpg.create_pool(
                    self.dsn,
                    min_size=min(2, self._size),
                    max_size=self._size,
                    init=_prepare_connection,
                    reset=_keep_session,
                    command_timeout=_STATEMENT_SECONDS,
                    server_settings={"application_name": "markaz", "timezone": "UTC"},
                )
        except (*_LOST, asyncpg.PostgresError, ValueError) as error:
            raise DatabaseAway(f"The database cannot be reached: {type(error).__name__}.") from error

    async def close(self) -> None:
        if self._pool is not None:
            try:
                async with asyncio.timeout(3):
                    await self._pool.close()
            except TimeoutError:
                self._pool.terminate()

    def on_commit(self, take: Callable[[Sequence[LoggedEvent]], None]) -> Callable[[], None]:
        """Hand over what each commit of this process added to the event log; returns what ends it."""
        self._readers.append(take)
        return lambda: self._readers.remove(take)

    def on_work(self, wake: Callable[[], None]) -> None:
        """Register a hint for workers of this process: jobs were left."""
        self._workers.append(wake)

    def committed(self, logged: Sequence[LoggedEvent]) -> None:
        """Hand the readers here what was committed."""
        for take in self._readers:
            take(logged)

    def left_work(self) -> None:
        """Wake the workers here: somebody committed jobs."""
        for wake in self._workers:
            wake()

    @asynccontextmanager
    async def transaction(self, actor: Actor = SYSTEM, *, isolation: Isolation = "read_committed") -> AsyncIterator[Tx]:
        """Open a transaction; leaving without an error writes the events and commits.

        Raises DatabaseAway when there is no connection within 2 s or it breaks: the commit may then have happened or
        not, which is why everything a stranger may send twice has an id of its own.
        """
        async with self._connection() as connection:
            tx = Tx(connection, actor)
            async with connection.transaction(isolation=isolation):
                yield tx
                await tx._flush()  # noqa: SLF001 - the two classes are one mechanism
        if tx.logged:
            self.committed(tx.logged)
        if tx.leaves_work:
            self.left_work()

    async def rows(self, query: Query, **values: Any) -> list[Row]:
        """Read outside a transaction."""
        async with self._connection() as connection:
            return await connection.fetch(query.sql, *query.arguments(values))

    async def row(self, query: Query, **values: Any) -> Row | None:
        async with self._connection() as connection:
            return await connection.fetchrow(query.sql, *query.arguments(values))

    async def value(self, query: Query, **values: Any) -> Any:
        async with self._connection() as connection:
            return await connection.fetchval(query.sql, *query.arguments(values))

    async def run(self, query: Query, **values: Any) -> None:
        """Execute one statement that is its own transaction and tells nobody."""
        async with self._connection() as connection:
            await connection.execute(query.sql, *query.arguments(values))

    async def ping(self) -> None:
        """Raise DatabaseAway unless the database answers."""
        await self.value(sql.ping)

    async def prepare(self, query: Query) -> None:
        """Let the server check a statement without running it."""
        async with self._connection() as connection:
            await connection.prepare(query.sql)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.pool.PoolConnectionProxy[Any]]:
        if self._pool is None:
            raise DatabaseAway
        try:
            connection = await self._pool.acquire(timeout=_ACQUIRE_SECONDS)
        except (*_LOST, asyncpg.PostgresError) as error:
            raise DatabaseAway from error
        try:
            with _told_plainly(connection):
                yield connection
        finally:
            await self._release(connection)

    async def _release(self, connection: asyncpg.pool.PoolConnectionProxy[Any]) -> None:
        try:
            if self._pool is not None:
                await self._pool.release(connection, timeout=2)
        except _LOST:
            connection.terminate()


@contextmanager
def _told_plainly(connection: asyncpg.pool.PoolConnectionProxy[Any]) -> Iterator[None]:
    """Turn what the database says into our kinds of refusal."""
    try:
        yield
    except asyncpg.InternalClientError as error:
        connection.terminate()
        raise DatabaseAway from error
    except _LOST as error:
        raise DatabaseAway from error
    except _AGAIN as error:
        log.warning("two changes met: %s", error)
        raise Met("Two changes met; try again.") from error
    except asyncpg.QueryCanceledError as error:
        raise Unavailable("This took too long and was given up.") from error
    except asyncpg.UniqueViolationError as error:
        raise Conflict(f"This exists already ({error.constraint_name}).", constraint=error.constraint_name) from error
    except asyncpg.ForeignKeyViolationError as error:
        raise Invalid(f"This refers to something that is not there ({error.constraint_name}).") from error
    except (asyncpg.CheckViolationError, asyncpg.DataError, asyncpg.NotNullViolationError) as error:
        raise Invalid(f"The database refuses this: {error.args[0]}") from error


async def _keep_session(_: asyncpg.Connection[Any]) -> None:
    """Hand a connection to the next user as it is.

    The pool has rolled back what was left open. Its own reset is one more round trip after every use, and undoes only
    what nobody does here: session locks, cursors, LISTEN, SET.
    """


async def _prepare_connection(connection: asyncpg.Connection[Any]) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + to_json(value),
        decoder=lambda raw: from_json(raw[1:]),
    )


def adhoc(text: str) -> Query:
    """Build a query that is no part of a folder's file: the bench and tests."""
    return parse("adhoc", text)


def ids(rows: Sequence[Row], column: str = "id") -> list[Any]:
    return [row[column] for row in rows]
