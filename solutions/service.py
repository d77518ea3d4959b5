"""Solutions to those who have the same problem: looked at first, then sent by jobs, one ticket a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from access.model import Permission
from automation.courier import NoWay, Post, Said
from consents.wishes import WISHES
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Invalid, MarkazError, NotFound
from core.ids import uuid7
from customers.model import CustomerId
from knowledge.reading import Reading
from solutions import store
from solutions.model import (
    LIST,
    MOST,
    Affected,
    Became,
    Hindrance,
    NewSolution,
    Preview,
    PreviewRow,
    SolutionRow,
    SolutionSent,
    SolutionView,
)
from solutions.store import sql
from storage import jobs
from storage.database import Database, Row, Tx
from tickets.confidence import may_know
from tickets.house import ServiceDesk
from tickets.listing import TicketQuery
from tickets.model import number

_JOB = "solution.tell"
_SCHEDULE = (2.0, 10.0, 60.0, 300.0)
_PAGE = 200
_LAST_ID = UUID(int=2**128 - 1)


class Solutions:
    def __init__(self, db: Database, clock: Clock, desk: ServiceDesk, post: Post, reading: Reading) -> None:
        self._db, self._clock, self._desk, self._post, self._reading = db, clock, desk, post, reading

    def handle(self, worker: jobs.Worker) -> None:
        worker.handle(_JOB, self._tell, schedule=_SCHEDULE, on_give_up=self._give_up)

    # --- before it is sent

    async def preview(self, actor: Actor, affected: Affected) -> Preview:
        """Return who would be told, and how; nothing is sent."""
        actor.must(Permission.SOLUTION_SEND)
        ids, is_cut = await self._affected(actor, affected)
        items, told = [], set[UUID]()
        for ticket_id in ids:
            # A lock each, and not all at once: colleagues go on working.
            async with self._db.transaction(actor) as tx:
                row = await self._desk.tickets.must_see(tx, actor, ticket_id)
                if row["customer_id"] is not None:
                    items.append(await self._look(tx, row, told))
        new = [each for each in items if not each.is_same_customer]
        ways = Counter(each.channel for each in new if each.channel is not None and each.reason is None)
        return Preview(
            tickets=len(items),
            told=sum(ways.values()),
            by_channel=dict(ways),
            unreachable=sum(each.channel is None for each in new),
            refused=sum(each.reason in WISHES.values() for each in new),
            is_cut=is_cut,
            items=items,
        )

    async def _look(self, tx: Tx, row: Row, told: set[UUID]) -> PreviewRow:
        customer = await self._desk.tickets.customers.card(tx, CustomerId(row["customer_id"]))
        is_same = customer.id in told
        channel: str | None = None
        why: Hindrance | None = None
        detail = ""
        if not is_same:
            told.add(customer.id)
            try:
                way = await self._post.way(tx, row["id"])
                channel, refusal = way.channel, await self._post.refusal(tx, way, LIST)
                why = None if refusal is None else WISHES[refusal]
            except NoWay as error:
                why, detail = "no_way", error.detail
            except MarkazError as error:
                detail = error.detail
        return PreviewRow(
            ticket_id=row["id"],
            number=number(row["kind"], row["serial"]),
            subject=row["subject"],
            customer_name=customer.name,
            channel=channel,
            is_same_customer=is_same,
            reason=why,
            detail=detail,
        )

    async def _affected(self, actor: Actor, affected: Affected) -> tuple[list[UUID], bool]:
        """Return the tickets that this actor sees among those it concerns, and whether there are more."""
        if affected.ticket_ids is not None:
            return sorted(set(affected.ticket_ids)), False
        if affected.problem_id is not None:
            await self._desk.listing.show(actor, affected.problem_id)
            rows = await self._db.rows(sql.tickets_below, problem_id=affected.problem_id, most=MOST + 1)
            seen = [row["id"] for row in rows if await self._is_seen(actor, row["id"])]
            return seen[:MOST], len(seen) > MOST
        found: list[UUID] = []
        cursor = None
        while len(found) <= MOST:
            wanted = {"kind": affected.kind, "type_id": affected.type_id, "q": affected.q, "cursor": cursor}
            items, cursor = await self._desk.listing.page(actor, TicketQuery(open_only=True, limit=_PAGE, **wanted))
            found += [each.id for each in items]
            if cursor is None:
                break
        return sorted(found[:MOST]), len(found) > MOST

    async def _is_seen(self, actor: Actor, ticket_id: UUID) -> bool:
        try:
            await self._desk.listing.show(actor, ticket_id)
        except NotFound:
            return False
        return True

    # --- sending

    async def send(self, actor: Actor, new: NewSolution) -> UUID:
        """Leave it to be sent, for each ticket a job; a repeated request finds the first one."""
        actor.must(Permission.SOLUTION_SEND)
        ids, is_cut = await self._affected(actor, new.affected)
        if is_cut:
            raise Invalid(f"These are more than {MOST} tickets; narrow them down.", field="affected")
        async with self._db.transaction(actor) as tx:
            await tx.row(sql.lock_sender, sender=actor.label)
            known = await tx.value(sql.find_sent, sent_by=actor.id, client_id=new.client_id)
            if known is not None:
                return UUID(str(known))
            tickets = await self._with_customers(tx, actor, ids)
            if not tickets:
                raise Invalid("No customer's ticket is among them.", field="affected")
            return await self._leave(tx, actor, new, tickets)

    async def _with_customers(self, tx: Tx, actor: Actor, ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
        """Return tickets of customers, each with whom that is now, that this actor may change."""
        found = []
        for ticket_id in ids:
            row = await self._desk.tickets.must_see(tx, actor, ticket_id)
            actor.must(Permission.TICKET_WRITE, row["branch_id"])
            if row["customer_id"] is not None:
                customer = await self._desk.tickets.customers.card(tx, CustomerId(row["customer_id"]))
                found.append((ticket_id, UUID(str(customer.id))))
        return found

    async def _leave(self, tx: Tx, actor: Actor, new: NewSolution, tickets: list[tuple[UUID, UUID]]) -> UUID:
        solution_id, bodies = uuid7(), {}
        if new.article_id is not None:
            article = await self._reading.read_in(tx, new.article_id)
            bodies = {locale: f"{said.title}\n\n{said.text}".strip() for locale, said in article.texts.items()}
        await tx.run(
            sql.insert_solution,
            id=solution_id,
            article_id=new.article_id,
            problem_id=new.affected.problem_id,
            texts=dict(new.texts),
            bodies=bodies,
            subject=new.subject,
            solves=new.solves,
            sent_by=actor.id,
            by_name=actor.name,
            client_id=new.client_id,
            now=self._clock(),
        )
        told = set[UUID]()
        for ticket_id, customer_id in tickets:
            is_teller = customer_id not in told
            told.add(customer_id)
            state = "waiting" if is_teller else "same_customer"
            named = {"solution_id": solution_id, "ticket_id": ticket_id}
            await tx.run(sql.insert_telling, customer_id=customer_id, is_teller=is_teller, state=state, **named)
            payload = {name: str(value) for name, value in named.items()}
            # One after another: what is sent to many must not be in the way of what people write.
            await jobs.enqueue(tx, _JOB, payload, key=f"solution:{solution_id}")
        tx.emit(SolutionSent(solution_id=solution_id, article_id=new.article_id, tickets=len(tickets)))
        return solution_id

    async def _tell(self, job: jobs.Job) -> None:
        """Tell the customer of one ticket and solve it, and keep what became of it: all of it once, or none.

        Of a customer who is not told no ticket is solved.
        """
        solution_id, ticket_id = UUID(job.payload["solution_id"]), UUID(job.payload["ticket_id"])
        async with self._db.transaction() as tx:
            # The ticket is held before its telling, as whoever changes tickets does.
            await self._desk.tickets.hold(tx, ticket_id)
            row = await tx.row(sql.lock_telling, solution_id=solution_id, ticket_id=ticket_id)
            if row is None:
                return
            tx.actor = Actor(kind=ActorKind.SYSTEM, id=None, name=row["by_name"], branches=None)
            became = await (self._told(tx, row) if row["is_teller"] else self._as_teller(tx, row))
            if row["solves"] and became.is_told:
                became = await self._solved(tx, ticket_id, became)
            await store.keep(tx, solution_id, ticket_id, now=self._clock(), became=became)

    async def _told(self, tx: Tx, row: Row) -> Became:
        """Tell the customer; nothing is begun that would not go out."""
        try:
            async with tx.attempt():
                way = await self._post.way(tx, row["ticket_id"])
                refusal = await self._post.refusal(tx, way, LIST)
                if refusal is not None:
                    return Became("refused", channel=way.channel, detail=refusal)
                said = Said(row["texts"], row["bodies"], row["subject"], LIST)
                channel, talk = await self._post.send(tx, row["ticket_id"], said)
                message_id = await tx.value(sql.last_said, interaction_id=talk)
                return Became("sent", channel=channel, message_id=message_id, is_told=True)
        except MarkazError as error:
            return Became("refused", detail=error.detail)

    async def _as_teller(self, tx: Tx, row: Row) -> Became:
        """Another ticket of a customer who is told once: its job comes after that of the ticket on which they are."""
        teller = await tx.row(sql.get_teller, solution_id=row["solution_id"], customer_id=row["customer_id"])
        is_told = teller is not None and teller["state"] == "sent"
        return Became("same_customer", detail="" if is_told or teller is None else teller["detail"], is_told=is_told)

    async def _solved(self, tx: Tx, ticket_id: UUID, became: Became) -> Became:
        try:
            async with tx.attempt():
                return replace(became, is_solved=await self._solve(tx, ticket_id))
        except MarkazError as error:
            return replace(became, detail=error.detail)

    async def _solve(self, tx: Tx, ticket_id: UUID) -> bool:
        row = await self._desk.tickets.hold(tx, ticket_id)
        if row["category"] in ("solved", "closed"):
            return False
        solved = await self._desk.tickets.stage(tx, row["kind"], "solved")
        return await self._desk.tickets.apply(tx, tx.actor, row, {"status_id": solved}, cause="solution")

    async def _give_up(self, job: jobs.Job, reason: str) -> None:
        solution_id, ticket_id = UUID(job.payload["solution_id"]), UUID(job.payload["ticket_id"])
        async with self._db.transaction() as tx:
            if await tx.row(sql.lock_telling, solution_id=solution_id, ticket_id=ticket_id) is None:
                return
            became = Became("refused", detail=reason[:500])
            await store.keep(tx, solution_id, ticket_id, now=self._clock(), became=became)

    # --- what became of it

    async def sent(self, actor: Actor, before: UUID, most: int) -> list[SolutionRow]:
        """Return what was sent, newest first; of others only to who sees the whole organisation."""
        actor.must(Permission.SOLUTION_SEND)
        sent_by = None if actor.branches is None else actor.id
        rows = await store.listed(self._db, before=before, id=None, sent_by=sent_by, most=most)
        return [store.solution(row) for row in rows]

    async def report(self, actor: Actor, solution_id: UUID) -> SolutionView:
        """Return what became of each ticket that this actor may know of."""
        actor.must(Permission.SOLUTION_SEND)
        sent_by = None if actor.branches is None else actor.id
        rows = await store.listed(self._db, before=_LAST_ID, id=solution_id, sent_by=sent_by, most=1)
        if not rows:
            raise NotFound
        tellings = await self._db.rows(sql.list_tellings, solution_id=solution_id)
        items = [store.telling(each) for each in tellings if actor.sees(each["branch_id"]) and may_know(actor, each)]
        return SolutionView(**store.solution(rows[0]).model_dump(), texts=rows[0]["texts"], items=items)
