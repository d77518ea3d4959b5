"""Why each agent has not got a waiting work: computed when a supervisor asks, never while deciding."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from routing.engine.agents import Agent
from routing.engine.lanes import Item
from routing.model import Presence, Reason, Verdict, busy, missing


def verdicts(
    item: Item, agents: Iterable[Agent], is_excluded: Callable[[Agent, Item], bool], now: int
) -> list[Verdict]:
    """Return one verdict for every agent who cannot take the work, by agent id.

    Somebody without a verdict gets it, or something more urgent, with the next decision.
    """
    found = (_verdict(item, agent, is_excluded, now) for agent in agents)
    return sorted((verdict for verdict in found if verdict), key=lambda verdict: verdict.agent_id)


def _verdict(item: Item, agent: Agent, is_excluded: Callable[[Agent, Item], bool], now: int) -> Verdict | None:
    state = agent.snapshot()
    lacks = missing(state, item.work, item.lane.need)
    if state.presence is Presence.OFFLINE:
        return Verdict(state.id, Reason.OFFLINE)
    if lacks:
        return lacks
    if is_excluded(agent, item):
        return Verdict(state.id, Reason.EXCLUDED)
    reason = busy(state, item.work.channel, now)
    return Verdict(state.id, reason) if reason else None
