"""Use-cases of lists: rows come from a file or from the customers; what is not taken is kept with its reason."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import random
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.clock import Clock
from core.errors import Conflict, Invalid, MarkazError, NotFound
from core.ids import many_uuid7, uuid7
from dialer import store
from dialer.columns import Parsed, Reader, Refused
from dialer.model import ContactList, ListChange, ListOfCustomers, ListSaved, ListSettings, NewList
from dialer.sheets import NoTable, rows
from dialer.store import sql
from storage.database import Database, Row, Tx

_BATCH, _ROWS = 1000, 4000
_BYTES_MOST = 512 << 20
_IN_MEMORY = 1 << 20
# Made once: an encoder for each row takes as long as the row.
_json = json.JSONEncoder(ensure_ascii=False).encode
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TooMuch(Invalid):
    """A file of contacts has at most 512 MB."""

    status = 413


@dataclass(frozen=True, slots=True)
class _Batch:
    """What becomes of some rows: of those after `start` up to `end`, empty ones included."""

    taken: list[Parsed]
    refused: list[Refused]
    customers: dict[int, UUID]
    start: int
    end: int


class Lists:
    def __init__(self, db: Database, clock: Clock, region: str) -> None:
        self._db, self._clock, self._region = db, clock, region

    async def all(self, actor: Actor) -> list[ContactList]:
        actor.must(Permission.CAMPAIGN_READ)
        found = await self._db.rows(sql.list_lists, branches=actor.branch_scope, id=None)
        far = await store.progress(self._db, lists=[row["id"] for row in found])
        return [store.contact_list(row, {each["list_id"]: each for each in far}) for row in found]

    async def get(self, actor: Actor, list_id: UUID) -> ContactList:
        row = await self._seen(actor, list_id)
        actor.must(Permission.CAMPAIGN_READ, row["branch_id"])
        far = await store.progress(self._db, lists=[list_id])
        return store.contact_list(row, {each["list_id"]: each for each in far})

    async def _seen(self, actor: Actor, list_id: UUID) -> Row:
        row = await self._db.row(sql.list_lists, branches=actor.branch_scope, id=list_id)
        if row is None:
            raise NotFound("There is no such list.")
        return row

    async def add(self, actor: Actor, new: NewList, source: str = "") -> ContactList:
        """Write an empty list down; its rows come after it."""
        list_id = uuid7()
        async with self._db.transaction(actor) as tx:
            actor.must(Permission.LIST_MANAGE, new.branch_id)
            await self._must_fit(tx, actor, new.campaign_id)
            await tx.run(
                sql.insert_list,
                id=list_id,
                name=new.name,
                branch_id=new.branch_id,
                campaign_id=new.campaign_id,
                source=source,
                settings=new.settings.model_dump(mode="json"),
                created_by=actor.label,
                created_at=self._clock(),
            )
            tx.emit(ListSaved(list_id=list_id, name=new.name, state="importing", campaign_id=new.campaign_id))
        return await self.get(actor, list_id)

    async def change(self, actor: Actor, list_id: UUID, change: ListChange) -> ContactList:
        """Give it another name, or to another campaign; who is on the line goes on to be."""
        async with self._db.transaction(actor) as tx:
            row = await self._lock(tx, actor, list_id)
            if row["version"] != change.version:
                raise Conflict.overtaken()
            await self._must_fit(tx, actor, change.campaign_id)
            await tx.run(sql.change_list, id=list_id, name=change.name, campaign_id=change.campaign_id)
            known = {"name": change.name, "state": row["state"], "campaign_id": change.campaign_id}
            tx.emit(ListSaved(list_id=list_id, **known))
        return await self.get(actor, list_id)

    async def _must_fit(self, tx: Tx, actor: Actor, campaign_id: UUID | None) -> None:
        if campaign_id is not None:
            actor.must(Permission.LIST_MANAGE, (await store.get_campaign(tx, campaign_id))["branch_id"])

    async def _lock(self, tx: Tx, actor: Actor, list_id: UUID) -> Row:
        row = await tx.row(sql.lock_list, id=list_id)
        if row is None:
            raise NotFound("There is no such list.")
        actor.must(Permission.LIST_MANAGE, row["branch_id"])
        return row

    # --- rows of a file

    async def import_rows(self, actor: Actor, list_id: UUID, content: AsyncIterator[bytes]) -> ContactList:
        """Take the rows of a CSV or XLSX file; each number once. The same file again adds what is missing."""
        async with self._db.transaction(actor) as tx:
            row = await self._lock(tx, actor, list_id)
        settings = ListSettings.model_validate(row["settings"])
        if settings.columns is None:
            raise Invalid("Say which columns hold the numbers.", field="columns")
        async with _kept(content) as file, self._importing(actor, row):
            found = rows(file)
            headings = await asyncio.to_thread(next, found, None)
            if headings is None:
                raise NoTable
            reader = Reader(headings, settings.columns, settings.region or self._region)
            batch = await asyncio.to_thread(_read, found, reader, row["read_rows"])
            while batch is not None:
                # The database writes some rows while the next are read: each has a core of its own.
                ahead = asyncio.create_task(asyncio.to_thread(_read, found, reader, batch.end), name="read-rows")
                try:
                    await self._take(actor, row, settings, batch)
                finally:
                    following = await ahead
                batch = following
        return await self.get(actor, list_id)

    async def import_customers(self, actor: Actor, new: ListOfCustomers) -> ContactList:
        """Make a list of customers in scope: of one segment, with their numbers in order."""
        actor.must(Permission.CUSTOMER_READ)
        plain = NewList.model_validate(new.model_dump(exclude={"segment"}))
        made = await self.add(actor, plain, "customers")
        async with self._db.transaction(actor) as tx:
            row = await self._lock(tx, actor, made.id)
        async with self._importing(actor, row):
            after, number = UUID(int=0), 0
            while True:
                wanted = {**new.segment.model_dump(), "branches": actor.branch_scope, "after": after, "most": _BATCH}
                people = await self._db.rows(sql.customers_for_list, **wanted)
                parsed = [
                    Parsed(number + place, each["name"], tuple(each["numbers"]), "", "", {}, ())
                    for place, each in enumerate(people, 1)
                ]
                owners = {one.row: each["id"] for one, each in zip(parsed, people, strict=True)}
                await self._take(actor, row, new.settings, _Batch(parsed, [], owners, number, number + len(people)))
                if len(people) < _BATCH:
                    break
                after, number = people[-1]["id"], number + len(people)
        return await self.get(actor, made.id)

    @asynccontextmanager
    async def _importing(self, actor: Actor, row: Row) -> AsyncIterator[None]:
        """Say how it ended: what was taken before a fault stays taken."""
        problem: str | None = None
        try:
            yield
        except MarkazError as error:
            problem = error.detail
            raise
        finally:
            state = "failed" if problem else "ready"
            async with self._db.transaction(actor) as tx:
                await tx.run(sql.end_import, id=row["id"], state=state, problem=problem)
                known = {"name": row["name"], "state": state, "campaign_id": row["campaign_id"]}
                tx.emit(ListSaved(list_id=row["id"], **known))

    async def _take(self, actor: Actor, row: Row, settings: ListSettings, batch: _Batch) -> None:
        """Write one batch down, all of it or nothing."""
        async with self._db.transaction(actor) as tx:
            known = await self._known(tx, row, settings, batch.taken)
            fresh = [one for one in batch.taken if not known.issuperset(one.numbers)]
            people = dict(zip(many_uuid7(len(fresh)), fresh, strict=True))
            await self._insert(tx, row, settings, people, batch.customers)
            numbers = [
                (contact_id, place, number)
                for contact_id, one in people.items()
                for place, number in enumerate(one.numbers)
                if number not in known
            ]
            kept = await tx.rows(
                sql.insert_numbers,
                list_id=row["id"],
                contacts=[each[0] for each in numbers],
                places=[each[1] for each in numbers],
                numbers=[each[2] for each in numbers],
            )
            with_number = {each["contact_id"] for each in kept}
            nobody = [contact_id for contact_id in people if contact_id not in with_number]
            await tx.run(sql.drop_contacts, ids=nobody)
            twice = [one for one in batch.taken if one not in fresh] + [people[each] for each in nobody]
            refused = [*batch.refused, *(Refused(one.row, "duplicate", one.cells) for one in twice)]
            await self._refuse(tx, row["id"], refused)
            read, taken = batch.end - batch.start, len(with_number)
            await tx.run(sql.count_rows, id=row["id"], read=read, taken=taken, refused=len(refused))

    async def _known(self, tx: Tx, row: Row, settings: ListSettings, taken: Sequence[Parsed]) -> set[str]:
        """Return the numbers that are elsewhere already, as far as that matters for this list."""
        if settings.duplicates == "list" or (settings.duplicates == "campaign" and row["campaign_id"] is None):
            return set()
        campaign_id = row["campaign_id"] if settings.duplicates == "campaign" else None
        numbers = sorted({number for one in taken for number in one.numbers})
        found = await tx.rows(sql.numbers_known, numbers=numbers, campaign_id=campaign_id)
        return {each["number"] for each in found}

    async def _insert(
        self, tx: Tx, row: Row, settings: ListSettings, people: dict[UUID, Parsed], customers: dict[int, UUID]
    ) -> None:
        found = list(people.values())
        await tx.run(
            sql.insert_contacts,
            list_id=row["id"],
            ids=list(people),
            positions=[one.row for one in found],
            ranks=[_rank(settings, one.row) for one in found],
            names=[one.name for one in found],
            zones=[one.zone for one in found],
            postals=[one.postal for one in found],
            fields=[_json(dict(one.fields)) for one in found],
            customers=[customers.get(one.row) for one in found],
        )

    async def _refuse(self, tx: Tx, list_id: UUID, refused: Sequence[Refused]) -> None:
        await tx.run(
            sql.add_errors,
            list_id=list_id,
            rows=[each.row for each in refused],
            reasons=[each.reason for each in refused],
            cells=[_json(list(each.cells)) for each in refused],
        )

    # --- what was not taken

    async def errors(self, actor: Actor, list_id: UUID) -> bytes:
        """Return the rows that were not taken as CSV, with the reason before their cells."""
        row = await self._seen(actor, list_id)
        actor.must(Permission.LIST_MANAGE, row["branch_id"])
        text = io.StringIO(newline="")
        writer, after = csv.writer(text), 0
        writer.writerow(["row", "reason"])
        while found := await self._db.rows(sql.list_errors, list_id=list_id, after=after, most=_BATCH * 10):
            for each in found:
                writer.writerow([each["row"], each["reason"], *map(_harmless, json.loads(each["cells"]))])
            after = found[-1]["row"]
        return text.getvalue().encode("utf-8-sig")


def _rank(settings: ListSettings, row: int) -> int:
    if settings.order == "random":
        return random.randrange(1 << 31)  # noqa: S311 - an order, no secret
    return -row if settings.order == "newest" else row


def _read(found: Iterator[list[str]], reader: Reader, start: int) -> _Batch | None:
    """Read some rows, in a thread: a million telephone numbers take their time. None when there are no more."""
    cells = list(islice(found, _ROWS))
    if not cells:
        return None
    read = [reader.read(start + place, row) for place, row in enumerate(cells, 1) if any(row)]
    taken = [each for each in read if isinstance(each, Parsed)]
    refused = [each for each in read if isinstance(each, Refused)]
    return _Batch(taken, refused, {}, start, start + len(cells))


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; a number with its + stays one."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not cell[1:].isdigit() else cell


@asynccontextmanager
async def _kept(content: AsyncIterator[bytes]) -> AsyncIterator[IO[bytes]]:
    """Keep what is uploaded aside, on the disk when it is large."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        size = 0
        async for chunk in content:
            size += len(chunk)
            if size > _BYTES_MOST:
                raise TooMuch
            await asyncio.to_thread(file.write, chunk)
        file.seek(0)
        yield file
