"""Receiving: what a channel read becomes a customer, an interaction, a message, work; once, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from channels.answers import AgentAnswer, InboundFile
from channels.base import Channel
from channels.spoken import PartyLeg, RecordingMade
from core.clock import Clock
from core.ids import StaffId
from customers.model import Customer, CustomerId, card_of
from interactions import consent, store, threads
from interactions.arrivals import Arrival, Begun, CallPlacer, Kept, Looked, Sorter, asked_of, together
from interactions.conversations import Conversations, looked_at, said_by, summary_of
from interactions.lines import Line
from interactions.model import Change, MessageView
from interactions.opening import Beginning, Opener
from interactions.pieces import bind, piece
from interactions.placed import CallOwner, DialTaker, Nobody
from interactions.placing import Placed, line_of
from interactions.store import sql
from routing.values import NewWork
from storage.database import Database, Row, Tx
from storage.files import Files


class AnswerTaker(Protocol):
    """Who takes what an agent answers by mail; within the transaction."""

    async def answered(self, tx: Tx, answer: AgentAnswer, files: Sequence[Kept]) -> None: ...


class Parties(Protocol):
    """Who is told what became of somebody called into a call; under the lock of its conversation."""

    async def party_leg(self, tx: Tx, row: Row, leg: PartyLeg) -> None: ...


class Recordings(Protocol):
    """Who keeps what carriers recorded; under the lock of its conversation."""

    async def made(self, tx: Tx, row: Row, made: RecordingMade) -> None: ...


class Receiver:
    """Takes what channels read."""

    def __init__(
        self, db: Database, clock: Clock, files: Files, conversations: Conversations, channels: dict[str, type[Channel]]
    ) -> None:
        self._db, self.clock, self._files = db, clock, files
        self.conversations, self._channels = conversations, channels
        self._opener = Opener(conversations)
        # Who has calls placed and keeps places is set by whoever builds it.
        self.owner: CallOwner = Nobody()
        # Who takes what agents answer by mail; None: nobody does.
        self.colleagues: AnswerTaker | None = None
        self.dialled: DialTaker | None = None
        # Who is told of further people in calls, and who keeps what was recorded.
        self.parties: Parties | None = None
        self.recordings: Recordings | None = None
        # Who places calls that a machine spoke with first.
        self.flows: CallPlacer | None = None

    def ask(self, sorter: Sorter) -> None:
        """Say who sorts what no widget has placed."""
        self._opener.sorter = sorter

    async def store_files(self, files: Sequence[InboundFile]) -> list[Kept]:
        """Write files durably before the transaction that refers to them."""
        return [(file, await self._files.put(file.content, file.content_type)) for file in files]

    async def message(self, tx: Tx, account: Row, arrival: Arrival) -> MessageView:
        """Take one message; one that is known already is returned as it was kept."""
        return (await self.messages(tx, account, [arrival]))[0]

    async def messages(self, tx: Tx, account: Row, arrivals: Sequence[Arrival]) -> dict[int, MessageView]:
        """Take those messages that go down together; returns them by their places. The first is always among them.

        What is left depends on something earlier and is for the next transaction: the outcome is that of one after
        another. Everything is looked up and written in sets.
        """
        await tx.rows(sql.lock_threads, account_id=str(account["id"]), keys=_locks(arrivals))
        ids = [arrival.inbound.external_id for arrival in arrivals]
        rows = await tx.rows(sql.messages_by_external, account_ids=[account["id"]], external_ids=ids)
        known = {row["external_id"]: store.message(row) for row in rows}
        taken = {place: known[each] for place, each in enumerate(ids) if each in known}
        places = [place for place in range(len(arrivals)) if place not in taken]
        if places:
            now = self.clock()
            fresh = [arrivals[place] for place in places]
            found = await self._find(tx, account, fresh, now)
            chosen = together(fresh, found, await self._calm(tx, found))
            said = await self._take(tx, account, [(fresh[number], found[number]) for number in chosen], now)
            taken.update(zip((places[number] for number in chosen), said, strict=True))
        return taken

    async def _find(self, tx: Tx, account: Row, arrivals: Sequence[Arrival], now: datetime) -> list[Looked]:
        """Find the conversations to which messages refer; all of them are locked in one order before any is chosen."""
        asked = [
            (place, asked_of(arrival.inbound, key))
            for place, arrival in enumerate(arrivals)
            for key in arrival.inbound.thread
        ]
        if not asked:
            return [Looked() for _ in arrivals]
        columns = {name: [one[name] for _, one in asked] for name in asked[0][1]}
        rows = await tx.rows(sql.find_candidates, account_id=account["id"], **columns)
        await store.lock_all(tx, {row["id"] for row in rows})
        candidates: list[set[UUID]] = [set() for _ in arrivals]
        for row in rows:
            candidates[asked[row["n"] - 1][0]].add(row["id"])
        return [
            Looked(_of(candidates[place], found), found)
            for place, arrival in enumerate(arrivals)
            # What refers to nothing that is here need not be asked about key by key.
            for found in [
                await threads.find(tx, account, arrival.inbound, now) if candidates[place] else threads.Found()
            ]
        ]

    async def _calm(self, tx: Tx, found: Sequence[Looked]) -> set[UUID]:
        """Return in which conversations a message is only added: they wait, or somebody present has them."""
        calm = set()
        for row in [one.place.row for one in found if one.place.row is not None]:
            is_asleep = row["snoozed_until"] is not None or row["is_quiet"]
            is_owned = row["state"] == "assigned" and await self.conversations.is_present(tx, row["agent_id"])
            if not is_asleep and (row["state"] == "queued" or is_owned):
                calm.add(row["id"])
        return calm

    async def _take(
        self, tx: Tx, account: Row, chosen: Sequence[tuple[Arrival, Looked]], now: datetime
    ) -> list[MessageView]:
        chosen = await self._served(tx, account, chosen)
        new = [_beginning(arrival) for arrival, found in chosen if found.place.row is None]
        opened = iter(await self._opener.open(tx, account, new, now))
        placed = [
            Placed(arrival, found.place, None if found.place.row is not None else next(opened))
            for arrival, found in chosen
        ]
        kept = await self._keep_files(tx, placed)
        repeated = await self._repeated(tx, account, placed)
        said: list[Line] = []
        for each, files, is_repeated in zip(placed, kept, repeated, strict=True):
            said += () if each.opened is None else each.opened.lines(said_by(tx.actor))
            flag = (
                await threads.flag(tx, each.row, each.arrival.inbound, each.found, now) if each.found.is_flagged else {}
            )
            again = {"repeated_id": True} if is_repeated else {}
            said.append(line_of(account, each, files, flag | again))
        begun = [each.opened.row for each in placed if each.opened is not None]
        messages = await self.conversations.say_all(tx, said, now, begun=begun)
        await consent.mirror(tx, account, placed, now)
        for each in placed:
            await threads.note_others(tx, each.row, each.arrival.inbound, each.found, now)
        keys = [(key, each.row["id"]) for each in placed for key in each.keys]
        if keys:
            names, ids = zip(*keys, strict=True)
            await tx.run(sql.add_thread_keys, account_id=account["id"], keys=names, interaction_ids=ids)
        added = [each for each in placed if each.opened is None]
        for each in sorted(added, key=lambda one: one.row["id"]):
            if each.wakes:
                await self.go_on(tx, each.row["id"])
        await self._begin(tx, account, [each for each in placed if each.opened is not None], now)
        heard = [message for message in messages if message.direction == "inbound"]
        for each, message in zip(placed, heard, strict=True):
            if each.arrival.is_served and self._opener.sorter is not None:
                await self._opener.sorter.served(tx, each.row, message)
        return heard

    async def _served(
        self, tx: Tx, account: Row, chosen: Sequence[tuple[Arrival, Looked]]
    ) -> Sequence[tuple[Arrival, Looked]]:
        """Mark what the machine answers."""
        if self._opener.sorter is None:
            return chosen
        asked = await self._opener.sorter.serve(tx, account, [arrival.inbound for arrival, _ in chosen])
        return [
            (arrival if what is None else arrival.asking(what), found)
            for (arrival, found), what in zip(chosen, asked, strict=True)
        ]

    async def _repeated(self, tx: Tx, account: Row, placed: Sequence[Placed]) -> list[bool]:
        """Tell of each whether its mail has an id that was used before, with other content: the same mail is one raw.

        Other keys, such as a number, stand for a person and come with every message.
        """
        ids = [{key for key in each.arrival.inbound.keys if key.startswith("mid:")} for each in placed]
        asked = sorted(set().union(*ids))
        rows = await tx.rows(sql.known_keys, account_id=account["id"], keys=asked) if asked else []
        used = {row["key"] for row in rows}
        found = []
        for own in ids:
            found.append(not used.isdisjoint(own))
            used |= own
        return found

    async def _begin(self, tx: Tx, account: Row, placed: Sequence[Placed], now: datetime) -> None:
        """Let new conversations wait, but for those that wait for nobody."""
        new = [(each, each.opened) for each in placed if each.opened is not None]
        following = [(each.found.previous, one.row) for each, one in new if each.found.previous and one.found]
        for previous, row in following:
            await threads.link(tx, self.conversations, previous, row, "closed", now)
        await self._opener.told(tx, account, [one for _, one in new])
        await self._park(tx, [one.row for _, one in new if one.is_parked], now)
        waiting = [one for _, one in new if not one.is_parked]
        changed = await store.lock_all(tx, [row["id"] for _, row in following])
        rows = {one.row["id"]: changed.get(one.row["id"], one.row) for one in waiting}
        people = {one.customer.id: one.customer for one in waiting if one.customer.merged_into is None}
        urgency = {one.row["id"]: one.priority for one in waiting}
        await self._wait(tx, list(rows.values()), now, urgency=urgency, people=people)
        filed = [(each.arrival.inbound, one.row, one.found) for each, one in new if one.found is not None]
        begun = [Begun(rows.get(row["id"], row), inbound, found) for inbound, row, found in filed]
        if begun and self._opener.sorter is not None:
            await self._opener.sorter.opened(tx, account, begun)

    async def _park(self, tx: Tx, rows: Sequence[Row], now: datetime) -> None:
        if not rows:
            return
        for row in rows:
            await self.conversations.move(tx, row, "closed", now)
        changes: dict[UUID, Change] = {row["id"]: "closed" for row in rows}
        await self.conversations.tell_all(tx, changes)

    async def open(self, tx: Tx, account: Row, beginning: Beginning, now: datetime) -> Row:
        """Open an inbound interaction in which nothing is said yet."""
        opened = await self._opener.open(tx, account, [beginning], now)
        await self.conversations.say_all(tx, opened[0].lines(said_by(tx.actor)), now, begun=[opened[0].row])
        await self._opener.told(tx, account, opened)
        return opened[0].row

    async def go_on(self, tx: Tx, interaction_id: UUID) -> None:
        """See that somebody answers: new work waits, a lost owner's work waits again, a wrap-up ends."""
        row = await store.lock(tx, interaction_id)
        routing, conversations = self.conversations.routing, self.conversations
        now = self.clock()
        await conversations.wake(tx, row, now)
        await conversations.stir(tx, row)
        if row["state"] in ("queued", "closed"):
            await self.wait(tx, row, now)
        elif row["state"] == "wrap_up":
            await routing.resume(tx, interaction_id)
            await conversations.move(tx, row, "assigned", now, agent_id=row["agent_id"])
            await conversations.tell(tx, interaction_id, "resumed")
        elif not await conversations.is_present(tx, StaffId(row["agent_id"])):
            owner = StaffId(row["agent_id"])
            await conversations.move(tx, row, "queued", now)
            await routing.requeue(tx, interaction_id, to=owner)
            await conversations.note_event(tx, row, "requeued", now)
            await conversations.tell(tx, interaction_id, "requeued")

    async def wait(
        self, tx: Tx, row: Row, now: datetime, *, sticky: StaffId | None = None, priority: int | None = None
    ) -> None:
        """Put it into its queue; `sticky` is asked first. What waits there already shows the newest words."""
        conversations = self.conversations
        if row["state"] != "closed":
            urgency = None if priority is None else {row["id"]: priority}
            await self._wait(tx, [row], now, sticky=sticky, urgency=urgency)
            return
        last = sticky or (await self._last_agents(tx, [row], now)).get(row["customer_id"])
        await conversations.move(tx, row, "queued", now)
        await conversations.note_event(tx, row, "reopened", now)
        row = await store.lock(tx, row["id"])
        people = await conversations.customers.survivors(tx, [row["customer_id"]])
        await conversations.customers.contacted(tx, people[row["customer_id"]], row["id"], row["channel"])
        await self._wait(tx, [row], now, sticky=last, change="reopened")

    async def _wait(
        self,
        tx: Tx,
        rows: Sequence[Row],
        now: datetime,
        *,
        sticky: StaffId | None = None,
        change: Change = "opened",
        urgency: Mapping[UUID, int] | None = None,
        people: Mapping[CustomerId, Customer] | None = None,
    ) -> None:
        """Let several wait; `people`: of their customers those whose records were read in this transaction."""
        if not rows:
            return
        conversations, people = self.conversations, dict(people or {})
        if others := {row["customer_id"] for row in rows} - people.keys():
            people |= await conversations.customers.survivors(tx, others)
        last = {} if sticky is not None or change != "opened" else await self._last_agents(tx, rows, now)
        summaries = {row["id"]: summary_of(row, card_of(people[row["customer_id"]])) for row in rows}
        works = []
        for row in rows:
            kept = await self.owner.place(tx, row, now) if change == "opened" else None
            priority = (urgency or {}).get(row["id"], 0)
            works.append(
                NewWork(
                    id=row["id"],
                    kind="interaction",
                    queue_id=row["queue_id"],
                    branch_id=row["branch_id"],
                    channel=row["channel"],
                    units=self._channels[row["channel"]].units,
                    first_enqueued_at=now if kept is None else kept.first_enqueued_at,
                    attributes=looked_at(row, people[row["customer_id"]]),
                    priority=priority if kept is None else max(priority, kept.priority),
                    sticky_agent_id=sticky or last.get(row["customer_id"]),
                    summary=summaries[row["id"]],
                )
            )
        await conversations.routing.enqueue(tx, *works)
        if urgency is None:
            await conversations.routing.describe(tx, summaries)
        await conversations.tell_all(tx, {row["id"]: change for row in rows}, people=people)

    async def _last_agents(self, tx: Tx, rows: Sequence[Row], now: datetime) -> dict[UUID, StaffId]:
        found = await tx.rows(sql.last_agents_of, customers=list({row["customer_id"] for row in rows}), now=now)
        return {row["customer_id"]: StaffId(row["agent_id"]) for row in found}

    async def _keep_files(self, tx: Tx, placed: Sequence[Placed]) -> list[list[dict[str, Any]]]:
        """Keep what came with messages; returns what each message keeps of it."""
        kept = await self._attach(tx, [(each.row["id"], each.arrival.files) for each in placed])
        return [
            [*some, *await bind(tx, each.row["id"], each.arrival.uploads)]
            for each, some in zip(placed, kept, strict=True)
        ]

    async def lock(self, tx: Tx, interaction_id: UUID) -> Row:
        """Lock a conversation for who keeps something in it."""
        return await store.lock(tx, interaction_id)

    async def attach(self, tx: Tx, interaction_id: UUID, files: Sequence[Kept]) -> list[dict[str, Any]]:
        """Keep files that go with one message; returns what it keeps of them."""
        return (await self._attach(tx, [(interaction_id, files)]))[0]

    async def _attach(self, tx: Tx, files: Sequence[tuple[UUID, Sequence[Kept]]]) -> list[list[dict[str, Any]]]:
        pieces = [[(stored, piece(file, stored)) for file, stored in some] for _, some in files]
        await self._files.remember(tx, [stored for some in pieces for stored, _ in some])
        rows = [
            {**piece, "id": UUID(piece["id"]), "sha256": stored.sha256, "owner": "customer", "interaction_id": owner}
            for (owner, _), some in zip(files, pieces, strict=True)
            for stored, piece in some
        ]
        await tx.together(sql.insert_attachments, rows)
        return [[piece for _, piece in some] for some in pieces]


def _locks(arrivals: Sequence[Arrival]) -> list[str]:
    """Return what one message at a time decides about: itself, and the one open conversation with its address."""
    sole = [
        arrival.inbound.thread[0].value
        for arrival in arrivals
        if arrival.inbound.sole_thread and arrival.inbound.thread
    ]
    return [*(arrival.inbound.external_id for arrival in arrivals), *sole]


def _beginning(arrival: Arrival) -> Beginning:
    inbound = arrival.inbound
    return Beginning(inbound.sender, inbound.subject, arrival.opening, inbound=inbound)


def _of(candidates: set[UUID], found: threads.Found) -> frozenset[UUID]:
    """Return all conversations that a message may change."""
    also = {found.previous} if found.previous is not None else set()
    return frozenset(candidates | also | ({found.row["id"]} if found.row is not None else set()))
