"""The floor and the waiting rooms of the routing bench: agents with skills, and work that asks for them.

A decision is counted when an agent frees: the old work is released, the best of all that waits is found and reserved,
and another that asks for the same begins to wait, so that every waiting room stays as deep as it was. Or it is
counted when work arrives: the best of all who are ready is found and reserved, and one who was busy becomes ready.
What is measured is the CPU time of this thread in the engine's calls; making works and choosing who frees is not.
"""

from __future__ import annotations

import time
from random import Random
from uuid import UUID

from routing.engine import Engine
from routing.model import (
    SECOND,
    AgentId,
    AgentState,
    ChannelName,
    Decision,
    QueueId,
    QueueRules,
    Requirements,
    SkillId,
    Step,
    Work,
    WorkId,
    work_key,
)

SKILLS = [SkillId(UUID(int=1 + number)) for number in range(20)]
QUEUES = [QueueId(UUID(int=100 + number)) for number in range(10)]
TARGETS = {ChannelName(name): seconds * SECOND for name, seconds in (("voice", 20), ("chat", 60), ("email", 14_400))}
_NEEDS = 60
_FIRST_AGENT, _FIRST_WORK = 1_000, 1_000_000

Room = tuple[QueueId, ChannelName, tuple[Step, ...]]


class Floor:
    """Agents of so many profiles, 60 kinds of requirements over ten queues and three channels; all from one seed."""

    def __init__(self, agents: int, profiles: int, seed: int = 7) -> None:
        self.chance = Random(seed)
        self.now = SECOND
        self.agents = [
            AgentState(AgentId(UUID(int=_FIRST_AGENT + number)), _levels(number % profiles), idle_since=self.now)
            for number in range(agents)
        ]
        needs = [need for need in (self._need() for _ in range(4 * _NEEDS)) if self._may(need) > agents // 50][:_NEEDS]
        self.rooms: list[Room] = [
            (QUEUES[number % len(QUEUES)], channel, (Step(need),))
            for number, need in enumerate(needs)
            for channel in TARGETS
        ]
        self._number = 0

    def _need(self) -> Requirements:
        """Ask for one skill or two, seldom at a level that few have."""
        skills = self.chance.sample(SKILLS, self.chance.choice((1, 1, 1, 2)))
        return Requirements(tuple(sorted((skill, self.chance.choice((1, 2, 3, 5, 8))) for skill in skills)))

    def _may(self, need: Requirements) -> int:
        """Count who has the skills."""
        return sum(all(agent.levels.get(skill, 0) >= level for skill, level in need.skills) for agent in self.agents)

    def work(self, room: Room) -> Work:
        self._number += 1
        queue, channel, steps = room
        key = work_key(self.now, TARGETS[channel], 0)
        return Work(WorkId(UUID(int=_FIRST_WORK + self._number)), queue, channel, key, self._number, self.now, steps)

    def any_room(self) -> Room:
        return self.rooms[int(self.chance.random() * len(self.rooms))]

    def engine(self) -> Engine:
        engine = Engine()
        for queue in QUEUES:
            engine.put_queue(QueueRules(queue))
        for agent in self.agents:
            engine.put_agent(agent, self.now)
        engine.decide(self.now)
        return engine


class Busy:
    """Everybody has all that there is room for, and `waiting` works wait."""

    def __init__(self, floor: Floor, waiting: int) -> None:
        self.floor, self.engine = floor, floor.engine()
        self.held: list[Decision] = []
        self.came: list[Work] = []
        missing = waiting
        while missing:
            for number in range(missing):
                floor.now += 1
                self.came.append(floor.work(floor.rooms[number % len(floor.rooms)]))
                self.engine.add_work(self.came[-1], floor.now)
            found = self.engine.decide(floor.now, missing)
            self.held += found
            missing = len(found)

    def decide(self, count: int) -> list[int]:
        """Return the nanoseconds of each decision."""
        floor, engine, held = self.floor, self.engine, self.held
        spent: list[int] = []
        clock = time.thread_time_ns
        came = floor.work(floor.any_room())
        while len(spent) < count:
            place = int(floor.chance.random() * len(held))
            done = held[place]
            floor.now += 10
            now = floor.now
            start = clock()
            engine.release(done.agent_id, done.work.id, now)
            engine.add_work(came, now)
            found = engine.decide(now)
            took = clock() - start
            held[place] = held[-1]
            held[-1:] = found
            spent += [took // len(found) for _ in found]
            gone = found[0].work if found else done.work
            came = floor.work((gone.queue_id, gone.channel, gone.steps))
        return spent


class Quiet:
    """Nothing waits, and half of the agents are busy."""

    def __init__(self, floor: Floor) -> None:
        self.floor, self.engine = floor, floor.engine()
        self.held: list[Decision] = []
        while len(self.held) < len(floor.agents) // 2:
            self.engine.add_work(floor.work(floor.any_room()), floor.now)
            self.held += self.engine.decide(floor.now)

    def decide(self, count: int) -> list[int]:
        """Return the nanoseconds of each decision."""
        floor, engine, held = self.floor, self.engine, self.held
        spent, clock = [], time.thread_time_ns
        for _ in range(count):
            came = floor.work(floor.any_room())
            place = int(floor.chance.random() * len(held))
            done = held[place]
            floor.now += 10
            now = floor.now
            start = clock()
            engine.add_work(came, now)
            found = engine.decide(now)
            engine.release(done.agent_id, done.work.id, now)
            spent.append(clock() - start)
            held[place] = held[-1]
            held[-1:] = found
        return spent


def _levels(profile: int) -> dict[SkillId, int]:
    chance = Random(profile)
    return {skill: chance.randint(1, 10) for skill in chance.sample(SKILLS, chance.randint(2, 6))}
