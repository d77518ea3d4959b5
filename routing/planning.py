"""What administrators and supervisors ask of routing, put together: queues, rules, dry runs, explanations."""

from __future__ import annotations

from agents.service import Agents
from core.clock import Clock
from customers.service import Customers
from routing.dryrun import DryRuns
from routing.explain import Explainer
from routing.http import RoutingRoutes, RuleRoutes
from routing.service import Routing
from routing.store import Channels
from storage.database import Database


def planning(
    db: Database, clock: Clock, routing: Routing, agents: Agents, customers: Customers, channels: Channels
) -> tuple[RoutingRoutes, RuleRoutes]:
    """Return the routes."""
    explainer = Explainer(db, clock, agents, channels)
    dry_runs = DryRuns(db, clock, routing.queues, customers, agents, channels)
    return RoutingRoutes(routing.queues, explainer, dry_runs), RuleRoutes(routing.rules)
