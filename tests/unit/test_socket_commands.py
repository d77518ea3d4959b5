"""Commands of a socket: what met another change is done again, and no oftener than that."""

from __future__ import annotations

import pytest

from core.actor import SYSTEM
from core.commands import Commands, Nothing, Sender, command
from core.errors import Met, Unavailable
from core.http.route import PUBLIC


class Unlucky:
    """Meets another change so many times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.times, self.error, self.called = times, error, 0

    @command("luck.try", permission=PUBLIC)
    async def tried(self, sender: Sender, payload: Nothing) -> None:
        """Try."""
        self.called += 1
        if self.called <= self.times:
            raise self.error


@pytest.mark.parametrize(
    ("times", "error", "called", "is_ok"),
    [
        (0, Met("x"), 1, True),
        (1, Met("x"), 2, True),
        (2, Met("x"), 3, True),
        (9, Met("x"), 3, False),
        (1, Unavailable("x"), 1, False),
    ],
)
async def test_what_met_another_change_is_done_again(times: int, error: Exception, called: int, is_ok: bool) -> None:
    unlucky, commands = Unlucky(times, error), Commands("/x")
    commands.add(unlucky)
    answer = await commands.dispatch("luck.try", Sender(SYSTEM, "s"), None)
    assert (answer["ok"], unlucky.called) == (is_ok, called)
    if not is_ok:
        assert answer["error"]["status"] == 503
