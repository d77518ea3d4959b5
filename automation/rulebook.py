"""Use-cases of rules and macros: kept, tried before they are switched on, read what they did; one click of an agent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from access.model import Permission
from automation import store
from automation.catalogue import Catalogue, Shape, catalogue, misfit
from automation.doing import Doing
from automation.model import (
    Actions,
    AddCheck,
    AutomationRule,
    Conditions,
    Did,
    Held,
    Macro,
    MacroSaved,
    MacroSettings,
    Notify,
    RuleSaved,
    RuleSettings,
    Run,
    SetField,
    SetValue,
    TellCustomer,
    hold,
)
from automation.service import Automation
from automation.store import sql
from core.actor import Actor
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.ids import uuid7
from core.text import must_be_seen
from storage.database import Database, Tx
from tickets.confidence import confidence
from tickets.fields import TicketField
from tickets.setup import Setup


class Rulebook:
    """What administrators write; whole, for the whole organisation."""

    def __init__(self, db: Database, automation: Automation, doing: Doing, setup: Setup) -> None:
        self._db, self._automation, self._doing, self._setup = db, automation, doing, setup

    async def catalogue(self, actor: Actor) -> Catalogue:
        """Return what rules can be made of, with the fields that tickets have."""
        actor.must(Permission.AUTOMATION_MANAGE)
        return catalogue(await self._setup.fields())

    async def rules(self, actor: Actor) -> list[AutomationRule]:
        actor.must(Permission.AUTOMATION_MANAGE)
        return await store.rules(self._db)

    async def save_rule(self, actor: Actor, rule_id: UUID | None, said: RuleSettings) -> AutomationRule:
        """Add a rule or change one; it acts on what happens from now on."""
        _may(actor)
        must_be_seen("name", said.name)
        await self._must_fit(said.actions, said.conditions)
        async with self._db.transaction(actor) as tx:
            kept = await self._known(tx, rule_id, sql.get_rule)
            version = await tx.value(
                sql.save_rule,
                id=kept,
                version=getattr(said, "version", 0),
                **said.model_dump(mode="json", exclude={"version"}),
            )
            if version is None:
                raise Conflict.overtaken()
            tx.emit(RuleSaved(rule_id=kept, name=said.name))
        return AutomationRule(id=kept, version=version, **said.model_dump(exclude={"version"}))

    async def remove_rule(self, actor: Actor, rule_id: UUID) -> None:
        _may(actor)
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.get_rule, id=rule_id)
            if row is None:
                raise NotFound
            await tx.run(sql.delete_rule, id=rule_id)
            tx.emit(RuleSaved(rule_id=rule_id, name=row["name"], is_removed=True))

    async def try_out(self, actor: Actor, conditions: Conditions, ticket_id: UUID) -> tuple[bool, list[Held]]:
        """Hold conditions against a ticket as it is; nothing is done. What was found is the ticket's own words."""
        _may(actor)
        async with self._db.transaction(actor) as tx:
            await self._doing.tickets.must_see(tx, actor, ticket_id)
            return hold(conditions, await self._automation.facts(tx, ticket_id))

    async def runs(self, actor: Actor, wanted: dict[str, Any]) -> list[Run]:
        """Return what rules did to tickets that this actor may know of, newest first."""
        _may(actor)
        return await store.runs(self._db, wanted | confidence(actor))

    async def macros(self) -> list[Macro]:
        return await store.macros(self._db)

    async def save_macro(self, actor: Actor, macro_id: UUID | None, said: MacroSettings) -> Macro:
        _may(actor)
        must_be_seen("names", *said.names.values())
        await self._must_fit(said.actions)
        async with self._db.transaction(actor) as tx:
            kept = await self._known(tx, macro_id, sql.get_macro)
            values = said.model_dump(mode="json", exclude={"version"})
            version = await tx.value(sql.save_macro, id=kept, version=getattr(said, "version", 0), **values)
            if version is None:
                raise Conflict.overtaken()
            tx.emit(MacroSaved(macro_id=kept))
        return Macro(id=kept, version=version, **said.model_dump(exclude={"version"}))

    async def remove_macro(self, actor: Actor, macro_id: UUID) -> None:
        _may(actor)
        async with self._db.transaction(actor) as tx:
            await self._known(tx, macro_id, sql.get_macro)
            await tx.run(sql.delete_macro, id=macro_id)
            tx.emit(MacroSaved(macro_id=macro_id, is_removed=True))

    async def apply(self, actor: Actor, ticket_id: UUID, macro_id: UUID) -> list[Did]:
        """Do what a macro says, as this agent and with their permissions; what is refused is told."""
        async with self._db.transaction(actor) as tx:
            row = await tx.row(sql.get_macro, id=macro_id)
            ticket = await self._doing.must_see(tx, actor, ticket_id)
            if row is None or not row["is_active"]:
                raise NotFound("There is no such macro.")
            macro = Macro.model_validate(dict(row))
            if macro.kinds is not None and ticket["kind"] not in macro.kinds:
                raise Invalid("This macro is for other kinds of tickets.")
            return await self._doing.all(tx, actor, ticket_id, macro.actions, "macro")

    async def _known(self, tx: Tx, thing_id: UUID | None, query: Any) -> UUID:
        if thing_id is not None and await tx.row(query, id=thing_id) is None:
            raise NotFound
        return thing_id or uuid7()

    async def _must_fit(self, actions: Actions, conditions: Conditions | None = None) -> None:
        """Refuse what names a stage, a type, a field or a word that is not there."""
        _must_say_something(actions)
        stages = {each.id for each in await self._setup.statuses()}
        types = {each.id for each in await self._setup.types()}
        fields = {each.key: each for each in await self._setup.fields()}
        for number, action in enumerate(actions):
            at = f"actions.{number}"
            match action:
                case SetValue(what="status_id") if action.said not in stages:
                    raise Invalid("There is no such stage.", field=at)
                case SetValue(what="type_id") if action.said is not None and action.said not in types:
                    raise Invalid("There is no such type.", field=at)
                case SetField() if action.key not in fields:
                    raise Invalid("There is no such field.", field=at)
                case _:
                    continue
        if conditions is not None:
            _must_be_able_to_hold(conditions, fields, stages, types)


def _must_say_something(actions: Actions) -> None:
    for number, action in enumerate(actions):
        at = f"actions.{number}"
        match action:
            case Notify(to="people", people=()):
                raise Invalid("Nobody is named.", field=at)
            case AddCheck() | Notify():
                must_be_seen(at, action.text)
            case TellCustomer():
                must_be_seen(at, *action.texts.values())
            case _:
                continue


def _must_be_able_to_hold(
    conditions: Conditions, fields: Mapping[str, TicketField], stages: set[UUID], types: set[UUID]
) -> None:
    ids: dict[Shape, frozenset[str]] = {"stage": frozenset(map(str, stages)), "type": frozenset(map(str, types))}
    for group, held in (("all", conditions.all), ("any", conditions.any)):
        for number, condition in enumerate(held):
            wrong = misfit(condition, fields, ids)
            if wrong is not None:
                raise Invalid(wrong, field=f"conditions.{group}.{number}")


def _may(actor: Actor) -> None:
    actor.must(Permission.AUTOMATION_MANAGE)
    if actor.branches is not None:
        raise Forbidden("Rules are the whole organisation's.")
