"""The engine and the scan side by side: Hypothesis chooses what happens next, and shrinks what went wrong.

`test_routing_engine.py` plays dense random histories, each for one law; here every law holds after every step.
"""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from routing_cases import AGENTS, World, event, member, seeds

from routing.model import SECOND, WorkId, can_take

KINDS = ["release", "presence", "miss", "undo", "rekey", "weigh", "exclude", "decline", "reserve", "remove_work"]


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.steps: dict[WorkId, int] = {}

    @initialize(crew=st.lists(seeds, min_size=3, max_size=6))
    def begin(self, crew: list[int]) -> None:
        for place, seed in enumerate(crew):
            self.world.happen(member(place, seed))
        self.decide(100)

    @rule(seed=seeds)
    def work_comes(self, seed: int) -> None:
        self.happen(seed, "work")

    @rule(seed=seeds, kind=st.sampled_from(KINDS))
    def something_happens(self, seed: int, kind: str) -> None:
        self.happen(seed, kind)

    @rule(seed=seeds, kind=st.sampled_from(["agent", "remove_agent", "lunch", "return"]))
    def people_come_and_go(self, seed: int, kind: str) -> None:
        self.happen(seed, kind)

    @rule(seed=seeds, kind=st.sampled_from(["grant", "give_back"]))
    def the_dialer_asks(self, seed: int, kind: str) -> None:
        self.happen(seed, kind)

    @rule(seconds=st.sampled_from([1, 5, 15, 30]))
    def time_passes(self, seconds: int) -> None:
        self.world.now += seconds * SECOND

    @rule(limit=st.sampled_from([1, 2, 100]))
    def decide(self, limit: int) -> None:
        """Both decide the same, and nobody gets more than there was room for."""
        world = self.world
        world.engine.tick(world.now)
        for _ in range(limit):
            before = {agent_id: world.engine.agent(agent_id) for agent_id in world.scan.agents}
            pairs = world.decide(1)
            assert pairs == world.scan.decide(world.now, 1)
            if not pairs:
                self.everybody_has_a_reason()
                break
            assert can_take(before[pairs[0][1]], world.log[-1].work.channel, world.now)

    @rule()
    def the_process_dies(self) -> None:
        """What a snapshot gives back is what was there."""
        world = self.world
        world.engine.tick(world.now)
        world.scan.stand(world.now)
        before = self.memory()
        world.reload()
        assert self.memory() == before

    @invariant()
    def nothing_is_forgotten_or_made_up(self) -> None:
        world = self.world
        world.engine.tick(world.now)
        world.scan.stand(world.now)
        assert self.memory() == (world.scan.agents, world.scan.works)
        assert not world.scan.works.keys() & world.scan.holders.keys()

    @invariant()
    def a_step_never_goes_back(self) -> None:
        """While a work waits: one that returns from an agent returns with the step that it had."""
        waiting = self.world.scan.works
        for work_id, work in waiting.items():
            assert work.step >= self.steps.get(work_id, 0)
            assert work.seq == self.world.known[work_id].seq
        self.steps = {work_id: work.step for work_id, work in waiting.items()}

    def everybody_has_a_reason(self) -> None:
        """No ready agent and work for them stay apart once there is nothing to decide."""
        world = self.world
        for work_id in world.scan.works:
            assert {verdict.agent_id for verdict in world.engine.explain(work_id, world.now)} == set(world.scan.agents)

    def happen(self, seed: int, kind: str) -> None:
        self.world.happen(event(seed, kind))

    def memory(self) -> tuple[object, object]:
        world = self.world
        agents = {agent_id: world.engine.agent(agent_id) for agent_id in AGENTS if agent_id in world.scan.agents}
        return agents, {work_id: world.engine.waiting(work_id) for work_id in world.scan.works}


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=40, stateful_step_count=40)
