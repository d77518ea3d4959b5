"""What lists are watched by: names that exist, and the permission that reading the list wants."""

from __future__ import annotations

import pytest

from agents.lists import LISTS
from callbacks.http import CallbackRoutes
from core.events import Event
from tickets.http import TicketRoutes


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_event_that_moves_a_list_is_one(name: str):
    assert LISTS[name].kinds
    assert set(LISTS[name].kinds) <= Event.registry.keys()


@pytest.mark.parametrize(("name", "owner"), [("callbacks", CallbackRoutes), ("tickets", TicketRoutes)])
def test_who_may_watch_a_list_is_who_may_read_it(name: str, owner: type):
    permissions = {
        made.permission
        for each in vars(owner).values()
        if (made := getattr(each, "__route__", None)) is not None
        and (made.method, made.path) == ("GET", f"/api/{name}")
    }
    assert permissions == {LISTS[name].permission}
