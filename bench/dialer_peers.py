"""What our pacer is measured beside: a ratio tuned by hand, and the adaptive rule that VICIdial publishes.

Neither is held to a cap: the ratio is as good as whoever tuned it, and VICIdial's hard limit takes the level back to
one once the cap is passed.
"""

from __future__ import annotations

from collections import deque

from bench.dialer_world import Driver, Play, Shift, World
from dialer.pacing import Mode, Pacer, Settings
from dialer.pacing.model import CallId, DialledAgent

# Found by halving on S1 with seeds that the bench does not use: the most lines for each agent at 3 % abandoned.
_GOLDEN = 0.6180339887
TUNED_LINES = {10: 1.094, 50: 1.25, 200: 1.352}


class Blind:
    """A dialer that looks at the floor when it decides and remembers nothing of single calls."""

    def __init__(self) -> None:
        self.play: Play

    def dialled(self, call_id: CallId, at: float) -> None:
        pass

    def accepted(self, call_id: CallId, at: float) -> None:
        pass

    def refused(self, call_id: CallId, at: float) -> None:
        pass

    def answered(self, call_id: CallId, at: float, *, is_human: bool) -> None:
        pass

    def failed(self, call_id: CallId, at: float) -> None:
        pass

    def connected(self, call_id: CallId, agent: DialledAgent, at: float) -> None:
        pass

    def abandoned(self, call_id: CallId, at: float) -> None:
        pass

    def agent_joined(self, agent: DialledAgent, at: float) -> None:
        pass

    def agent_free(self, agent: DialledAgent, at: float) -> None:
        pass

    def agent_taken(self, agent: DialledAgent, at: float) -> None:
        pass

    def agent_left(self, agent: DialledAgent, at: float) -> None:
        pass

    def can_spare(self, now: float) -> bool:
        return bool(now >= 0)

    def _missing(self, lines: float) -> int:
        play = self.play
        return max(0, int(lines) - play.busy - play.open_calls - len(play.waiting))


class FixedRatio(Blind):
    """So many lines for each agent, ringing and in talk together; part of a line is one in that part of the minutes."""

    def __init__(self, lines_per_agent: float) -> None:
        super().__init__()
        self._lines_per_agent = lines_per_agent

    def decide(self, now: float) -> int:
        part = int(now / 60.0) * _GOLDEN % 1.0
        return self._missing(self._lines_per_agent * self.play.agents + part)


class Adaptive(Blind):
    """VICIdial's ADAPT_HARD_LIMIT with its defaults (AST_VDadapt.pl, intensity and difference target 0).

    Each 15 s: level *= 1 + (agents ready less calls waiting, mean of the last minute) / agents, from 1 to 3; above the
    cap with more than 50 calls answered it is 1.
    """

    _EACH_SECONDS, _MINUTE, _LEVEL_AT_MOST, _CALLS = 15.0, 60.0, 3.0, 50

    def __init__(self, cap: float) -> None:
        super().__init__()
        self._cap, self._level = cap, 1.0
        self._adapted_at = 0.0
        self._seen: deque[tuple[float, int, int]] = deque()

    def decide(self, now: float) -> int:
        play = self.play
        if not self._seen or now - self._seen[-1][0] >= 1.0:
            self._seen.append((now, len(play.idle) - len(play.waiting), play.agents))
            while self._seen[0][0] < now - self._MINUTE:
                self._seen.popleft()
        if now - self._adapted_at >= self._EACH_SECONDS:
            self._adapted_at = now
            self._adapt()
        return self._missing(self._level * play.agents + 1e-9)

    def _adapt(self) -> None:
        ready, agents = (sum(each[place] for each in self._seen) for place in (1, 2))
        level = self._level * (1.0 + ready / agents) if agents else 1.0
        shift = self.play.shift
        if shift.answered > self._CALLS and shift.share > self._cap:
            level = 1.0
        self._level = min(self._LEVEL_AT_MOST, max(1.0, level))


def play(world: World, driver: str, seed: int) -> Shift:
    """Play a shift with a dialer by name: ours by its mode, `ratio` or `vicidial`."""
    chosen = _driver(world, driver)
    game = Play(world, chosen, seed)
    if isinstance(chosen, Blind):
        chosen.play = game
    return game.run()


def pacer(world: World, mode: Mode) -> Pacer:
    settings = Settings(mode=mode, calls_per_second=world.calls_per_second, judged_from=world.judged_from)
    return Pacer(settings, start=0.0)


def _driver(world: World, name: str) -> Driver:
    if name == "ratio":
        nearest = min(TUNED_LINES, key=lambda agents: abs(agents - world.agents))
        return FixedRatio(TUNED_LINES[nearest])
    if name == "vicidial":
        return Adaptive(0.03)
    return pacer(world, Mode(name))
