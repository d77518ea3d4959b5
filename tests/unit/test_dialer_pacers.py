"""The predictive pacer, told what rows say."""

from __future__ import annotations

import json

from dialer.model import CampaignSettings
from dialer.pace import Scene
from dialer.pacers import CallFacts, Predictive, pacer_of

NOTHING = Scene(idle=0, at_work=0, in_flight=0, waiting=0, answered=0, abandoned=0)
SETTINGS = CampaignSettings(calls_per_second=10)
AGENTS = [f"agent-{place}" for place in range(10)]


def predictive(now: float = 0.0) -> Predictive:
    found = pacer_of("predictive", SETTINGS, (3.0, 24), None, now)
    assert isinstance(found, Predictive)
    return found


def call(name: str, at: float, **more: object) -> CallFacts:
    known = dict.fromkeys(CallFacts._fields) | {"id": name, "asked_at": at, "is_taken": True} | more
    return CallFacts(**known)  # type: ignore[arg-type] # by name


def test_nobody_is_dialled_before_agents_are_there_nor_in_the_second_after_a_restart() -> None:
    pacer = predictive()
    assert pacer.decide(NOTHING, 5.0) == 0
    assert pacer.explain()["why"] == "no_agents"
    pacer.see([], AGENTS, [], 5.0)
    assert 0 < pacer.decide(NOTHING, 7.0) <= 10


def test_what_rows_say_again_changes_nothing() -> None:
    one, two = predictive(), predictive()
    calls = [call(f"c{place}", 5.0, ringing_at=6.0) for place in range(5)]
    for pacer, times in ((one, 1), (two, 4)):
        for _ in range(times):
            pacer.see(calls, AGENTS[:6], AGENTS[6:], 8.0)
    assert one.decide(NOTHING, 9.0) == two.decide(NOTHING, 9.0)
    assert one.explain() == two.explain()


def test_who_is_connected_is_busy_until_the_router_grants_them_again() -> None:
    pacer = predictive()
    talk = call("c", 5.0, answered_at=6.0, connected_at=6.5, agent=AGENTS[0])
    pacer.see([], AGENTS[:1], [], 5.0)
    pacer.see([talk], [], AGENTS[:1], 7.0)
    assert pacer.decide(NOTHING, 8.0) == 0
    pacer.see([talk._replace(ended_at=60.0, outcome="talked")], AGENTS[:1], [], 61.0)
    assert pacer.decide(NOTHING, 70.0) == 1


def test_a_pacer_goes_on_after_a_restart_with_what_it_knew() -> None:
    pacer = predictive()
    pacer.see([call("c", 5.0, ringing_at=6.0)], AGENTS, [], 6.0)
    kept = json.loads(json.dumps({"known": pacer.snapshot()}))
    again = pacer_of("predictive", SETTINGS, (3.0, 24), kept, 10.0)
    assert isinstance(again, Predictive)
    again.see([call("c", 5.0, ringing_at=6.0)], AGENTS, [], 12.0)
    assert again.decide(NOTHING, 13.0) <= 9, "one for each agent, and one of them is being called for"
