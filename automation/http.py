"""Routes of rules, macros and the log of what they did."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from access.model import Permission
from automation.catalogue import Catalogue
from automation.model import (
    AutomationRule,
    Conditions,
    Did,
    Held,
    Macro,
    MacroChange,
    MacroSettings,
    RuleChange,
    RuleSettings,
    Run,
)
from automation.rulebook import Rulebook
from core.http import COLLEAGUE, Call, Page, PageQuery, route
from core.values import Value
from customers.http import before_id


class AutomationRules(BaseModel):
    items: list[AutomationRule]


class Macros(BaseModel):
    items: list[Macro]


class MacroDone(BaseModel):
    did: list[Did]


class TryOut(Value):
    conditions: Conditions
    ticket_id: UUID


class TriedOut(BaseModel):
    holds: bool
    conditions: list[Held]


class RunQuery(PageQuery):
    ticket_id: UUID | None = None
    rule_id: UUID | None = None


class AutomationRoutes:
    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    @route("GET", "/api/automation/catalogue", permission=Permission.AUTOMATION_MANAGE)
    async def catalogue(self, call: Call) -> Catalogue:
        """Get what rules and macros can be made of."""
        return await self._rulebook.catalogue(call.actor)

    @route("GET", "/api/automation/rules", permission=Permission.AUTOMATION_MANAGE)
    async def rules(self, call: Call) -> AutomationRules:
        """List the rules in the order in which they act."""
        return AutomationRules(items=await self._rulebook.rules(call.actor))

    @route("POST", "/api/automation/rules", permission=Permission.AUTOMATION_MANAGE, status=201)
    async def add_rule(self, call: Call, body: RuleSettings) -> AutomationRule:
        """Add a rule; it acts on what happens from now on."""
        return await self._rulebook.save_rule(call.actor, None, body)

    @route("PUT", "/api/automation/rules/{rule_id}", permission=Permission.AUTOMATION_MANAGE)
    async def change_rule(self, call: Call, rule_id: UUID, body: RuleChange) -> AutomationRule:
        """Change a rule, or switch it on or off."""
        return await self._rulebook.save_rule(call.actor, rule_id, body)

    @route("DELETE", "/api/automation/rules/{rule_id}", permission=Permission.AUTOMATION_MANAGE)
    async def remove_rule(self, call: Call, rule_id: UUID) -> None:
        """Drop a rule; what it did stays in the log."""
        await self._rulebook.remove_rule(call.actor, rule_id)

    @route("POST", "/api/automation/try", permission=Permission.AUTOMATION_MANAGE)
    async def try_conditions(self, call: Call, body: TryOut) -> TriedOut:
        """Hold conditions against a ticket as it is, each with what was found; nothing is done."""
        holds, held = await self._rulebook.try_out(call.actor, body.conditions, body.ticket_id)
        return TriedOut(holds=holds, conditions=held)

    @route("GET", "/api/automation/runs", permission=Permission.AUTOMATION_MANAGE)
    async def runs(self, call: Call, query: RunQuery) -> Page[Run]:
        """List what rules did, newest first."""
        wanted = {"ticket_id": query.ticket_id, "rule_id": query.rule_id, "most": query.limit + 1}
        found = await self._rulebook.runs(call.actor, wanted | {"before": before_id(query.cursor)})
        items = found[: query.limit]
        return Page[Run](items=items, next_cursor=str(items[-1].id) if len(found) > query.limit else None)

    @route("GET", "/api/macros", permission=COLLEAGUE)
    async def macros(self, call: Call) -> Macros:  # noqa: ARG002 - every handler gets the call
        """List the macros in their order."""
        return Macros(items=await self._rulebook.macros())

    @route("POST", "/api/macros", permission=Permission.AUTOMATION_MANAGE, status=201)
    async def add_macro(self, call: Call, body: MacroSettings) -> Macro:
        """Add a macro."""
        return await self._rulebook.save_macro(call.actor, None, body)

    @route("PUT", "/api/macros/{macro_id}", permission=Permission.AUTOMATION_MANAGE)
    async def change_macro(self, call: Call, macro_id: UUID, body: MacroChange) -> Macro:
        """Change a macro, or switch it off."""
        return await self._rulebook.save_macro(call.actor, macro_id, body)

    @route("DELETE", "/api/macros/{macro_id}", permission=Permission.AUTOMATION_MANAGE)
    async def remove_macro(self, call: Call, macro_id: UUID) -> None:
        """Drop a macro."""
        await self._rulebook.remove_macro(call.actor, macro_id)

    @route("POST", "/api/tickets/{ticket_id}/macros/{macro_id}", permission=Permission.TICKET_WRITE)
    async def apply_macro(self, call: Call, ticket_id: UUID, macro_id: UUID) -> MacroDone:
        """Do what a macro says, as yourself; what is refused is told."""
        return MacroDone(did=await self._rulebook.apply(call.actor, ticket_id, macro_id))
