"""Rows of rules, macros and their log to values and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from automation.model import AutomationRule, Macro, Run
from storage.database import Database, Tx
from storage.queries import Queries
from tickets.model import number

sql = Queries(__file__)

_OF_RUN = tuple(name for name in Run.model_fields if name != "number")


async def rules(reader: Tx | Database) -> list[AutomationRule]:
    return [AutomationRule.model_validate(dict(row)) for row in await reader.rows(sql.list_rules)]


async def macros(reader: Tx | Database) -> list[Macro]:
    return [Macro.model_validate(dict(row)) for row in await reader.rows(sql.list_macros)]


async def runs(reader: Database, wanted: dict[str, Any]) -> list[Run]:
    rows = await reader.rows(sql.list_runs, **wanted)
    return [Run(number=number(row["kind"], row["serial"]), **{name: row[name] for name in _OF_RUN}) for row in rows]


async def stages(reader: Database, rule: AutomationRule) -> list[UUID]:
    """Return the stages in which a rule on time can act: by its conditions, and never on what is closed."""
    found: dict[str, list[str] | None] = {"category": None, "status_id": None}
    for each in rule.conditions.all:
        if each.fact in found and each.operation in ("is", "one_of"):
            found[each.fact] = each.value if isinstance(each.value, list) else [str(each.value)]
    rows = await reader.rows(sql.stages_looked_at, categories=found["category"], ids=found["status_id"])
    return [row["id"] for row in rows]
