"""Use-cases of one ticket: opened, changed, shown. Everybody locks the ticket, then its clocks, then its work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from access.model import Locale, Permission
from agents.service import Agents
from core.actor import Actor, ActorKind
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.ids import BranchId, StaffId, uuid7
from customers.model import CustomerId
from customers.service import Customers
from notices.service import Notices
from routing.service import Routing
from sla.model import OVER, Category, Facts, Standing
from sla.service import Sla
from storage.database import Database, Row, Tx
from storage.lately import Lately
from tickets import opening, store
from tickets.confidence import may_know, narrowed, readers
from tickets.fields import checked
from tickets.flow import Stage, changed, difference, first_status, must_be_whole
from tickets.guard import Guard
from tickets.model import (
    PRIORITIES,
    HistoryView,
    Kind,
    NewTicket,
    TicketChange,
    TicketRow,
)
from tickets.setup import TicketSetupSaved
from tickets.store import sql
from tickets.telling import Telling
from tickets.work import KIND, TicketWork

_NARROWING = frozenset({"is_confidential", "hidden_from"})
_ASSIGNING = frozenset({"owner_id", "queue_id"})
# What its work follows; whatever else changes leaves it where it is.
_MOVING = frozenset({"status_id", "owner_id", "queue_id", "merged_into", "hidden_from"})
_KNOWN = (
    "kind", "category", "status_id", "type_id", "owner_id", "queue_id", "branch_id", "customer_id", "requester_kind",
    "source", "is_confidential", "sla", "subject", "description",
)  # fmt: skip


class Names(NamedTuple):
    stage: dict[Locale, str]
    owner: str


class Tickets:
    """The service desk."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        customers: Customers,
        agents: Agents,
        routing: Routing,
        notices: Notices,
        sla: Sla,
    ) -> None:
        self.db, self.clock = db, clock
        self.customers, self._agents, self._routing = customers, agents, routing
        self.telling, self._sla = Telling(notices), sla
        self._work = TicketWork(routing, customers)
        self._setup = Lately(db, frozenset({TicketSetupSaved.kind}), store.setup)
        self._guards: dict[Kind, Guard] = {}

    def guard(self, kind: Kind, owner: Guard) -> None:
        """Say who has a say in tickets of a kind."""
        self._guards[kind] = owner

    # --- opening

    async def open(self, actor: Actor, new: NewTicket) -> UUID:
        """Open a ticket by hand, for a customer or a colleague; from a conversation in one step."""
        async with self.db.transaction(actor) as tx:
            return await self.open_in(tx, actor, new, source="console" if actor.kind is ActorKind.STAFF else "api")

    async def open_in(
        self, tx: Tx, actor: Actor, new: NewTicket, *, source: str, hidden_from: Sequence[UUID] = ()
    ) -> UUID:
        """Open a ticket in the caller's transaction, once per sender and `client_id`."""
        if new.client_id is not None:
            known = await tx.value(sql.find_opened, opened_by=actor.label, client_id=new.client_id)
            if known is not None:
                return UUID(str(known))
        if new.interaction_id is not None:
            new, channel = await opening.from_conversation(tx, actor, new)
            source = channel if source in _BY_HAND else source
        if new.from_ticket_id is not None:
            above = await self.must_see(tx, actor, new.from_ticket_id)
            new, hidden_from = opening.from_ticket(above, new), [*hidden_from, *above["hidden_from"]]
        guard = self._guards.get(new.kind)
        if guard is not None:
            new = await guard.opening(tx, new)
        actor.must(Permission.TICKET_WRITE, new.branch_id)
        values = await self._values(tx, actor, new, source, hidden_from)
        standing = await self._sla.opened(tx, values["id"], KIND, await self.facts(tx, values), values["now"])
        row = await store.insert(tx, values | {"due_at": standing.due_at, "sla": standing.state})
        values["serial"] = row["serial"]
        await opening.link(tx, values["id"], new, self.clock())
        if values["queue_id"] is not None:
            await self._work.follow(tx, values, values["now"])
        await self.kept(tx, values, "opened", {}, row)
        if guard is not None:
            await guard.opened(tx, actor, values)
        return UUID(str(values["id"]))

    async def _values(
        self, tx: Tx, actor: Actor, new: NewTicket, source: str, hidden_from: Sequence[UUID]
    ) -> dict[str, Any]:
        now, (statuses, fields) = self.clock(), await self._setup.get(tx)
        if source in FROM_CUSTOMERS:
            # Who asks for something is not asked what only colleagues know.
            fields = [each for each in fields if each.is_for_customer]
        begins: Category = "new" if new.owner_id is None else "open"
        status = first_status(statuses, new.kind, begins)
        internal = new.customer_id is None
        requester = (new.requester_id or _person(actor)) if internal else None
        if internal and requester is None:
            raise Invalid("A ticket has a requester: a customer or a colleague.", field="customer_id")
        values = {
            "id": uuid7(),
            "kind": new.kind,
            "subject": new.subject,
            "description": new.description,
            "status_id": status.id,
            "category": status.category,
            "priority": PRIORITIES.index(new.priority),
            "type_id": new.type_id,
            "requester_kind": "internal" if internal else "external",
            "customer_id": new.customer_id,
            "requester_id": requester,
            "branch_id": new.branch_id if new.branch_id is not None else opening.only_branch(actor),
            "queue_id": new.queue_id,
            "owner_id": new.owner_id,
            "source": source,
            "is_confidential": new.is_confidential,
            "readers": readers(new.is_confidential, [], new.owner_id, requester, _person(actor)),
            "hidden_from": sorted(set(hidden_from)),
            "fields": checked(fields, new.kind, new.fields, {}),
            "now": now,
            "client_id": new.client_id,
            "opened_by": actor.label,
            "merged_into": None,
            "answered_at": None,
            "solved_at": None,
            "closed_at": None,
        }
        values |= {"tier_of": new.customer_id, "tier_id": await self._must_fit(tx, actor, values, values)}
        return values

    # --- changing

    async def change(self, actor: Actor, ticket_id: UUID, change: TicketChange) -> None:
        """Change what is named. Raises Conflict when somebody changed it since it was read."""
        async with self.db.transaction(actor) as tx:
            row = await self.must_see(tx, actor, ticket_id)
            if row["version"] != change.version:
                raise Conflict.overtaken()
            await self.apply(tx, actor, row, change.named)

    async def apply(
        self,
        tx: Tx,
        actor: Actor,
        row: Row,
        said: Mapping[str, Any],
        *,
        cause: str = "changed",
        batch_id: UUID | None = None,
    ) -> bool:
        """Change a ticket under its lock; False when nothing is different. Raises what refuses the change."""
        actor.must(Permission.TICKET_WRITE, row["branch_id"])
        must_be_whole(row["merged_into"])
        if _ASSIGNING & said.keys() and said.get("owner_id", actor.id) not in (actor.id, row["owner_id"]):
            actor.must(Permission.TICKET_ASSIGN, row["branch_id"])
        if said.get("is_confidential") is False and row["is_confidential"]:
            actor.must(Permission.TICKET_CONFIDENTIAL, row["branch_id"])
        now, before = self.clock(), dict(row)
        wanted = dict(said)
        if "fields" in wanted and cause != "undone":
            wanted["fields"] = checked(await store.fields(tx), row["kind"], wanted["fields"] or {}, row["fields"])
        elif "fields" in wanted:
            wanted["fields"] = {k: v for k, v in (row["fields"] | wanted["fields"]).items() if v is not None}
        status = await self.stage_after(tx, row, wanted)
        after = changed(before, wanted, status, now)
        after["readers"] = readers(
            after["is_confidential"], row["readers"], after["owner_id"], row["requester_id"], _person(actor)
        )
        changes = difference(before, after)
        if not changes:
            return False
        await self._must_fit(tx, actor, after, said)
        if status.category in OVER and status.category != row["category"] and row["kind"] in self._guards:
            await self._guards[row["kind"]].may_end(tx, after, status.category)
        await self.settle(tx, after | {"now": now}, cause, changes, batch_id=batch_id)
        return True

    async def settle(
        self,
        tx: Tx,
        values: Mapping[str, Any],
        cause: str,
        changes: Mapping[str, Sequence[Any]],
        *,
        batch_id: UUID | None = None,
        is_told_by_routing: bool = False,
    ) -> None:
        """Keep a ticket as it is now, with all that follows: clocks, history, words, work, notices.

        `is_told_by_routing`: its work is where it should be, and in the middle of a change.
        """
        standing = await self._sla.changed(tx, values["id"], await self.facts(tx, values), values["now"])
        row = await store.save(tx, {**values, "due_at": standing.due_at, "sla": standing.state}, values["now"])
        if _NARROWING & changes.keys():
            tx.emit(narrowed(values))
        if standing.due_at != values["due_at"]:
            await self._routing.due(tx, values["id"], standing.due_at)
        if not is_told_by_routing and _MOVING & changes.keys():
            await self._work.follow(tx, values, values["now"])
        await self.kept(tx, values, cause, changes, row, batch_id=batch_id)
        guard = self._guards.get(values["kind"])
        if guard is not None:
            await guard.changed(tx, values, changes)

    async def stage_after(self, tx: Tx, row: Row, said: Mapping[str, Any]) -> Stage:
        """Return the stage in which it will be: what is given to somebody is no longer new."""
        if "status_id" not in said and (row["category"] != "new" or said.get("owner_id") is None):
            return Stage(row["status_id"], row["category"])
        statuses = await store.statuses(tx)
        wanted = said.get("status_id", row["status_id"])
        status = next((each for each in statuses if each.id == wanted), None)
        if status is None or (status.id != row["status_id"] and not status.is_of(row["kind"])):
            raise Invalid("There is no such stage for this kind of ticket.", field="status_id")
        if status.category == "new" and said.get("owner_id") is not None and "status_id" not in said:
            return first_status(statuses, row["kind"], "open").stage
        return status.stage

    async def _must_fit(self, tx: Tx, actor: Actor, values: Mapping[str, Any], said: Mapping[str, Any]) -> UUID | None:
        """Refuse what is named and not there, or out of sight; returns the loyalty tier of a customer who is named."""
        named = {name: value for name, value in said.items() if value is not None}
        if "type_id" in named:
            types = {row["id"]: row["kind"] for row in await tx.rows(sql.list_types)}
            if types.get(named["type_id"]) != values["kind"]:
                raise Invalid("There is no such type for this kind of ticket.", field="type_id")
        customer_id = named.get("customer_id")
        tier = None if customer_id is None else await self.customers.must_read(tx, actor, CustomerId(customer_id))
        if "branch_id" in named and not actor.sees(BranchId(named["branch_id"])):
            raise Invalid("There is no such branch.", field="branch_id")
        if named.get("owner_id") in values["hidden_from"]:
            raise Invalid("There is no such agent.", field="owner_id")
        await self._must_reach(tx, actor, named)
        return tier

    async def _must_reach(self, tx: Tx, actor: Actor, named: Mapping[str, Any]) -> None:
        """Refuse a team or an owner whom the actor does not see."""
        if "queue_id" in named:
            queue = await self._routing.queues.must_see(tx, actor, named["queue_id"])
            if not queue.is_active:
                raise Invalid(f"The queue {queue.name} is switched off.", field="queue_id")
        if named.get("owner_id", actor.id) != actor.id:
            try:
                await self._agents.must_see(tx, actor, StaffId(named["owner_id"]))
            except NotFound as error:
                raise Invalid("There is no such agent.", field="owner_id") from error

    # --- showing

    async def must_see(self, tx: Tx, actor: Actor, ticket_id: UUID) -> Row:
        """Hold a ticket; one that this actor may not see is refused like one that is not there."""
        row = await store.lock(tx, ticket_id)
        self.must_know(actor, row)
        return row

    def must_know(self, actor: Actor, row: Row) -> None:
        """Raise NotFound unless the actor may know of it."""
        actor.must(Permission.TICKET_READ, row["branch_id"])
        if not may_know(actor, row):
            raise NotFound("There is no such ticket.")

    async def history(self, actor: Actor, ticket_id: UUID, before: UUID, most: int) -> list[HistoryView]:
        """Return what changed, newest first."""
        self.must_know(actor, await store.get(self.db, ticket_id))
        return await store.history(self.db, ticket_id, before, most)

    # --- what several share

    async def facts(self, tx: Tx, values: Mapping[str, Any] | Row) -> Facts:
        """Return what promises are chosen by."""
        customer_id, tier = values["customer_id"], None
        if customer_id is not None:
            is_known = values.get("tier_of") == customer_id
            tier = values["tier_id"] if is_known else await self.customers.tier(tx, CustomerId(customer_id))
        return Facts(
            kind=values["kind"],
            priority=PRIORITIES[values["priority"]],
            category=values["category"],
            tier_id=tier,
            customer_id=customer_id,
            branch_id=values["branch_id"],
            queue_id=values["queue_id"],
        )

    async def stands(self, tx: Tx, ticket_id: UUID, standing: Standing) -> None:
        """Keep when its next promise falls due: by that the router knows whose turn it is."""
        await tx.run(sql.save_standing, id=ticket_id, due_at=standing.due_at, sla=standing.state)
        await self._routing.due(tx, ticket_id, standing.due_at)

    async def tell(self, tx: Tx, ticket_id: UUID, change: str) -> TicketRow:
        """Tell what it is now."""
        return await self.telling.tell(tx, ticket_id, change)

    def known(self, row: Row) -> dict[str, Any]:
        """Return what conditions of rules look at, of a ticket that is held."""
        plain = {name: row[name] for name in _KNOWN}
        return {name: str(value) if isinstance(value, UUID) else value for name, value in plain.items()} | {
            "priority": PRIORITIES[row["priority"]],
            "fields": row["fields"],
        }

    async def conversations(self, tx: Tx, ticket_id: UUID) -> list[tuple[UUID, str]]:
        """Return the conversations about it, each with its channel, the newest first."""
        rows = await tx.rows(sql.newest_conversations, ticket_id=ticket_id)
        return [(row["interaction_id"], row["channel"]) for row in rows]

    async def about(self, tx: Tx, ticket_id: UUID, interaction_id: UUID, *, is_heard: bool = True) -> None:
        """A conversation that was begun for it is about it; `is_heard`: what was said there so far changes nothing."""
        query = sql.link_interaction if is_heard else sql.link_unheard
        await tx.run(query, ticket_id=ticket_id, interaction_id=interaction_id, now=self.clock())
        await self.tell(tx, ticket_id, "links")

    async def stage(self, tx: Tx, kind: Kind, category: Category) -> UUID:
        """Return the first stage of a category that tickets of a kind have. Raises Conflict when there is none."""
        return first_status(await store.statuses(tx), kind, category).id

    async def names(self, tx: Tx, ticket_id: UUID) -> Names:
        """Return what its stage is called and who owns it, for letters."""
        row = await store.get(tx, ticket_id)
        stage = next(each for each in await store.statuses(tx) if each.id == row["status_id"])
        return Names(stage=dict(stage.names), owner=row["owner_name"] or "")

    async def hold(self, tx: Tx, ticket_id: UUID) -> Row:
        """Lock a ticket for the program itself; people go through `must_see`."""
        return await store.lock(tx, ticket_id)

    async def kept(
        self,
        tx: Tx,
        values: Mapping[str, Any],
        cause: str,
        changes: Mapping[str, Sequence[Any]],
        row: Row | None = None,
        *,
        batch_id: UUID | None = None,
    ) -> None:
        """Write the history and the words by which it is found, and tell people; `row`: as `store.save` returned it."""
        ticket_id = values["id"]
        shown = await self.telling.tell(tx, ticket_id, cause, changed=list(changes), row=row)
        told = {
            "id": uuid7(),
            "ticket_id": ticket_id,
            "batch_id": batch_id,
            "at": values["now"],
            "by_label": tx.actor.label,
            "by_name": tx.actor.name,
            "cause": cause,
            "changes": changes,
        }
        if cause == "opened" or _INDEXED & {name.partition(".")[0] for name in changes}:
            fields = await store.fields(tx) if values["fields"] else []
            words = await store.words(tx, values, fields, shown.customer_name or shown.requester_name or "")
            await tx.run(sql.insert_change_and_words, **told, folded=words)
        else:
            await tx.run(sql.insert_change, **told)
        await self.telling.notify(tx, values, cause, changes)


FROM_CUSTOMERS = frozenset({"portal", "form"})
# Opened by somebody here: where the conversation came from says more.
_BY_HAND = frozenset({"console", "api"})
_INDEXED = frozenset({"subject", "description", "fields", "customer_id", "unit"})
_PEOPLE = frozenset({ActorKind.STAFF, ActorKind.TOKEN})


def _person(actor: Actor) -> StaffId | None:
    """Return a colleague who acts, also through a token; rules and the program itself are nobody."""
    return None if actor.id is None or actor.kind not in _PEOPLE else StaffId(actor.id)
