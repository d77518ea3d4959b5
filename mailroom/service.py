"""Use-cases of who sets the mailroom up."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from access.model import Permission
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.ids import BranchId, uuid7
from interactions.accounts import ChannelAccounts
from mailroom import store
from mailroom.answering import CHANNELS
from mailroom.model import (
    Acknowledgement,
    AcknowledgementChange,
    AcknowledgementSaved,
    NewRule,
    Rule,
    RuleChange,
    RuleRemoved,
    RuleSaved,
    SelfService,
    SelfServiceChange,
    SelfServiceSaved,
    TicketAction,
)
from mailroom.store import sql
from routing.queues import at
from routing.service import Routing
from storage.database import Database, Tx
from tickets.setup import Setup
from tickets.work import CHANNEL as TICKET


class Mailroom:
    def __init__(self, db: Database, accounts: ChannelAccounts, routing: Routing) -> None:
        self._db, self._accounts, self._routing, self._setup = db, accounts, routing, Setup(db)

    async def rules(self, actor: Actor, account_id: UUID) -> list[Rule]:
        await self._must_manage(actor, account_id)
        return await store.rules(self._db, account_id)

    async def add(self, actor: Actor, account_id: UUID, new: NewRule) -> Rule:
        return await self._save(actor, account_id, uuid7(), new, 0)

    async def change(self, actor: Actor, account_id: UUID, rule_id: UUID, change: RuleChange) -> Rule:
        """Change a rule; it sorts by it from the next message on."""
        return await self._save(actor, account_id, rule_id, change, change.version)

    async def _save(self, actor: Actor, account_id: UUID, rule_id: UUID, rule: NewRule, version: int) -> Rule:
        async with self._db.transaction(actor) as tx:
            kind, branch_id = await self._must_manage(actor, account_id)
            if rule.actions.queue_id is not None:
                field = "actions.queue_id"
                await self._routing.queues.must_fit(tx, actor, rule.actions.queue_id, kind, branch_id, field)
            if rule.actions.ticket is not None:
                await self._must_open(tx, actor, rule.actions.ticket, branch_id)
            values: dict[str, Any] = rule.model_dump(mode="json", exclude={"version"})
            row = await tx.row(sql.save_rule, id=rule_id, account_id=account_id, version=version, **values)
            if row is None:
                raise Conflict.overtaken()
            tx.emit(RuleSaved(rule_id=rule_id, account_id=account_id, name=rule.name))
            return Rule(**dict(row))

    async def _must_open(self, tx: Tx, actor: Actor, asked: TicketAction, branch_id: BranchId | None) -> None:
        """Refuse tickets that whoever makes the rule could not open, or nobody."""
        actor.must(Permission.TICKET_WRITE, branch_id)
        types = {each.id: each for each in await self._setup.types()}
        wanted = None if asked.type_id is None else types.get(asked.type_id)
        if asked.type_id is not None and (wanted is None or wanted.kind != asked.kind or not wanted.is_active):
            raise at("actions.ticket.type_id", "not_there", "There is no such type for this kind of ticket.")
        if asked.queue_id is not None:
            field = "actions.ticket.queue_id"
            await self._routing.queues.must_fit(tx, actor, asked.queue_id, TICKET, branch_id, field)

    async def remove(self, actor: Actor, account_id: UUID, rule_id: UUID) -> None:
        async with self._db.transaction(actor) as tx:
            await self._must_manage(actor, account_id)
            name = await tx.value(sql.remove_rule, id=rule_id, account_id=account_id)
            if name is None:
                raise NotFound
            tx.emit(RuleRemoved(rule_id=rule_id, account_id=account_id, name=name))

    async def acknowledgement(self, actor: Actor, account_id: UUID) -> Acknowledgement:
        await self._must_manage(actor, account_id)
        return await store.acknowledgement(self._db, account_id)

    async def change_acknowledgement(
        self, actor: Actor, account_id: UUID, change: AcknowledgementChange
    ) -> Acknowledgement:
        async with self._db.transaction(actor) as tx:
            await self._must_manage(actor, account_id)
            row = await tx.row(sql.save_acknowledgement, account_id=account_id, **change.model_dump(mode="json"))
            if row is None:
                raise Conflict.overtaken()
            tx.emit(AcknowledgementSaved(account_id=account_id, mode=change.mode))
            return Acknowledgement(**dict(row))

    async def self_service(self, actor: Actor, account_id: UUID) -> SelfService:
        await self._must_manage(actor, account_id)
        return await store.self_service(self._db, account_id)

    async def change_self_service(self, actor: Actor, account_id: UUID, change: SelfServiceChange) -> SelfService:
        """Change by which words customers ask; it holds from the next text on."""
        async with self._db.transaction(actor) as tx:
            kind, _ = await self._must_manage(actor, account_id)
            if kind not in CHANNELS:
                raise Conflict("Only text messages are answered like this.")
            row = await tx.row(sql.save_self_service, account_id=account_id, **change.model_dump(mode="json"))
            if row is None:
                raise Conflict.overtaken()
            tx.emit(SelfServiceSaved(account_id=account_id, is_on=change.is_on))
            return SelfService(**dict(row))

    async def _must_manage(self, actor: Actor, account_id: UUID) -> tuple[str, BranchId | None]:
        """Return of which channel the account is, and of which branch."""
        _, row = await self._accounts.get(account_id)
        actor.must(Permission.CHANNEL_MANAGE, row["branch_id"])
        return row["kind"], row["branch_id"]
