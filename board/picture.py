"""From contacts, agents and queues to what a supervisor sees. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from board.contacts import Contact
from board.ledger import Key, Ledger
from board.model import Activity, AgentFigures, ContactAlert, CurrentContact, Figures, QueueFigures
from board.tally import Tally
from core.ids import BranchId
from sla.hours import Hours

Scope = frozenset[BranchId] | None
# Shown as the channel of a queue's figures over all of its channels.
EVERY = ""
_ALERTS_MOST = 10
# Fewer handled contacts say nothing about the next one.
_SAMPLES_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as far as figures need it. `channels` are those that come in, or are taken."""

    id: UUID
    name: str
    branch_id: UUID | None
    skills: Mapping[UUID, int]
    permission: str
    trust: int
    target_seconds: int
    goal_percent: int
    channels: tuple[str, ...]
    hours: Hours | None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as far as figures need it. `branches` None is the whole organisation."""

    id: UUID
    name: str
    branch_id: UUID | None
    state: str
    reason: str | None
    since: datetime
    used_units: int
    capacity_units: int
    trust: int
    is_alive: bool
    skills: Mapping[UUID, int]
    permissions: Collection[str]
    branches: Collection[UUID] | None

    @property
    def is_online(self) -> bool:
        return self.state != "offline" and self.is_alive

    @property
    def is_available(self) -> bool:
        return self.state == "available" and self.is_alive

    def slots(self, units: int) -> int:
        """How many more contacts of so many units there is room for now."""
        return max(0, self.capacity_units - self.used_units) // units if self.is_available else 0


def serves(agent: Agent, queue: Queue) -> bool:
    """Tell whether the agent has what the queue asks at first, before its steps relax the levels."""
    return (
        agent.trust >= queue.trust
        and queue.permission in agent.permissions
        and (queue.branch_id is None or agent.branches is None or queue.branch_id in agent.branches)
        and all(agent.skills.get(skill_id, 0) >= level for skill_id, level in queue.skills.items())
    )


def activity(agent: Agent, contacts: Iterable[Contact]) -> Activity:
    """Return the one word for what an agent does."""
    phases = {contact.phase for contact in contacts}
    if not agent.is_online:
        return "offline"
    if "handling" in phases:
        return "on_contact"
    if "wrap_up" in phases:
        return "after_contact_work"
    if agent.state == "not_ready":
        return "non_productive"
    return "at_capacity" if agent.used_units >= agent.capacity_units else "available"


def agent_figures(agent: Agent, ledger: Ledger, now: datetime) -> AgentFigures:
    contacts = ledger.of_agent(agent.id)
    handled = ledger.handled_by(agent.id)
    return AgentFigures(
        id=agent.id,
        name=agent.name,
        branch_id=agent.branch_id,
        state=agent.state if agent.is_alive else "offline",
        reason=agent.reason,
        since=agent.since,
        activity=activity(agent, contacts),
        used_units=agent.used_units,
        capacity_units=agent.capacity_units,
        contacts=[
            CurrentContact(
                work_id=each.work_id,
                kind=each.kind,
                queue_id=each.queue_id,
                channel=each.channel,
                phase=each.phase,
                since=each.phase_since,
            )
            for each in contacts
        ],
        contacts_handled=handled.handled,
        average_handle_seconds=handled.average_handle_seconds,
        occupancy=ledger.occupancy(agent.id, now),
    )


def figures(tally: Tally) -> Figures:
    return Figures(
        contacts_queued=tally.queued,
        contacts_answered=tally.answered,
        contacts_abandoned=tally.abandoned,
        contacts_transferred_out=tally.transferred,
        contacts_overflowed=tally.overflowed,
        contacts_removed=tally.removed,
        contacts_handled=tally.handled,
        abandonment_rate=tally.abandonment_rate,
        average_queue_answer_seconds=tally.average_answer_seconds,
        average_handle_seconds=tally.average_handle_seconds,
        average_after_contact_work_seconds=tally.average_wrap_up_seconds,
        service_level=tally.service_level,
        service_level_late=tally.service_level_late,
        service_level_removed=tally.service_level_removed,
    )


@dataclass(slots=True)
class Crew:
    """Who serves a queue, counted by what they do, with the room that each channel has."""

    doing: Counter[Activity] = field(default_factory=Counter)
    free: Counter[str] = field(default_factory=Counter)
    slots: Counter[str] = field(default_factory=Counter)
    online: int = 0


Part = tuple[Activity, frozenset[UUID], tuple[int, ...]]


class Crews:
    """The crew of each queue, kept by who changed: what somebody counted for is taken back first."""

    def __init__(self, queues: Iterable[Queue], units: Mapping[str, int]) -> None:
        self._channels = {queue.id: queue.channels for queue in queues}
        self._crews: dict[UUID, Crew] = {queue_id: Crew() for queue_id in self._channels}
        # Agents have room for so many units: one number for each channel that there is.
        self._names = sorted({name for names in self._channels.values() for name in names})
        self._units = [units.get(name, 100) for name in self._names]
        self._parts: dict[UUID, Part] = {}

    def __getitem__(self, queue_id: UUID) -> Crew:
        return self._crews[queue_id]

    def put(self, agent: Agent, doing: Activity, served: frozenset[UUID]) -> None:
        """Count an agent as they are now; one who is not online counts for nothing."""
        part = (doing, served, tuple(map(agent.slots, self._units))) if agent.is_online else None
        if part == self._parts.get(agent.id):
            return
        self.remove(agent.id)
        if part is not None:
            self._parts[agent.id] = part
            self._count(part, 1)

    def remove(self, agent_id: UUID) -> None:
        before = self._parts.pop(agent_id, None)
        if before is not None:
            self._count(before, -1)

    def _count(self, part: Part, sign: int) -> None:
        doing, served, slots = part
        room = dict(zip(self._names, slots, strict=True))
        for queue_id in served & self._crews.keys():
            crew, rooms = self._crews[queue_id], [room[name] for name in self._channels[queue_id]]
            crew.online += sign
            crew.doing[doing] += sign
            crew.free[EVERY] += sign * any(rooms)
            crew.slots[EVERY] += sign * max(rooms, default=0)
            for name, slots_there in zip(self._channels[queue_id], rooms, strict=True):
                crew.free[name] += sign * (slots_there > 0)
                crew.slots[name] += sign * slots_there


def queue_figures(
    queue: Queue, channel: str, crew: Crew, ledger: Ledger, scope: Scope, now: datetime, told: float | None
) -> QueueFigures:
    """Return the figures of one queue and channel, of what lies in a scope; `told`: what routing estimates."""

    def wanted(key: Key) -> bool:
        return channel in (EVERY, key.channel) and sees(scope, key.branch_id)

    today, recent = ledger.today(queue.id, wanted), ledger.recent(queue.id, wanted, now)
    waiting, oldest = ledger.waiting(queue.id, wanted)
    active = ledger.active(queue.id, wanted)
    return QueueFigures(
        queue_id=queue.id,
        queue_name=queue.name,
        channel=channel,
        target_seconds=queue.target_seconds,
        goal_percent=queue.goal_percent,
        contacts_in_queue=waiting,
        oldest_contact_at=oldest,
        contacts_waiting_at_start=today.left + waiting - today.queued,
        estimated_wait_seconds=estimated(waiting, crew.slots[channel] + active, crew.free[channel], today, told),
        slots_active=active,
        slots_available=crew.slots[channel],
        agents_online=crew.online,
        agents_available=crew.free[channel],
        agents_on_contact=crew.doing["on_contact"],
        agents_after_contact_work=crew.doing["after_contact_work"],
        agents_non_productive=crew.doing["non_productive"],
        alerts=[
            ContactAlert(work_id=each.work_id, kind=each.kind, reason=each.alert, at=each.alerted_at)
            for each in ledger.alerted(queue.id, wanted, _ALERTS_MOST)
            if each.alert is not None and each.alerted_at is not None
        ],
        today=figures(today),
        recent=figures(recent),
    )


def estimated(waiting: int, slots: int, free: int, today: Tally, told: float | None) -> int | None:
    """Return about how long who comes now will wait: what routing says, else from the pace of today.

    The pace: n slots that each end a contact in the average handle time; who comes needs one end more than wait.
    """
    if told is not None:
        return round(told)
    if waiting == 0 and free > 0:
        return 0
    handle_seconds = today.average_handle_seconds
    if slots < 1 or today.handled < _SAMPLES_AT_LEAST or not handle_seconds:
        return None
    return round((waiting + 1) * handle_seconds / slots)


def channels_of(queue: Queue, ledger: Ledger) -> list[str]:
    """Return the channels of which a queue has figures, and first of all of them together."""
    return [EVERY, *sorted(ledger.channels(queue.id) | set(queue.channels))]


def sees(scope: Scope, branch_id: UUID | None) -> bool:
    """Tell whether something of this branch is in scope; what has no branch is everybody's."""
    return branch_id is None or scope is None or branch_id in scope
