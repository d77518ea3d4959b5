"""What has lasted long enough for a rule on time. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from automation.model import AutomationRule, OnTime, hold
from core.ids import BranchId
from sla.hours import Hours
from sla.working import spent
from tickets.confidence import Guarded


@dataclass(frozen=True, slots=True)
class Look:
    """One look of a rule on time at one stage."""

    rule: AutomationRule
    trigger: OnTime
    stage_id: UUID
    now: datetime
    hours_at: Callable[[BranchId | None], Hours | None]

    @property
    def asked(self) -> dict[str, Any]:
        """Return what is asked of the database."""
        in_stage = self.trigger.since == "stage"
        return {
            "rule_id": self.rule.id,
            "status_id": self.stage_id,
            "in_stage": in_stage,
            "until": self._before if in_stage else self.now,
            "reads_text": "description" in self.rule.conditions.facts,
        }

    def may_act(self, row: Guarded, facts: dict[str, Any]) -> bool:
        """Tell whether this ticket is worth being held: most are not, and nobody waits for us who works with them."""
        if row["has_acted"] or row["since"] > self._before:
            return False
        # A customer's tier is not in the ticket's row.
        if "tier_id" not in self.rule.conditions.facts and not hold(self.rule.conditions, facts)[0]:
            return False
        return has_lasted(self.trigger, self.hours_at(row["branch_id"]), row["since"], self.now)

    @property
    def _before(self) -> datetime:
        return self.now - timedelta(minutes=self.trigger.minutes)


def has_lasted(trigger: OnTime, hours: Hours | None, since: datetime, now: datetime) -> bool:
    """Tell whether it has lasted long enough, by the clock or by these hours."""
    return spent(hours if trigger.in_business_time else None, since, now) >= timedelta(minutes=trigger.minutes)
