"""Whoever looks at a list hears that something in it may have changed, and nothing of what."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.integration.house import hire, made
from tests.live import AgentSocket, CommandFailed, eventually, live


def _told(socket: AgentSocket) -> list[Any]:
    told: list[Any] = []

    async def hear(data: Any) -> None:
        told.append(data)

    socket.client.on("stale", hear, namespace="/agent")
    return told


async def test_a_list_that_is_looked_at_hears_of_changes_and_of_nothing_in_them(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        admin = await it.person("admin")
        people = [await hire(it, ["ticket.read"], None, admin) for _ in range(3)]
        leaving, demoted, staying = [await each.console(available=False) for each in people]
        told = [_told(each) for each in (leaving, demoted, staying)]

        async def raise_one() -> None:
            await made(admin, "/api/tickets", {"kind": "inquiry", "subject": "Opening hours"})

        await leaving.command("list.watch", list="tickets")
        await raise_one()
        await eventually(lambda: asyncio.sleep(0, told[0]))
        assert told == [[{"list": "tickets"}], [], []], "only who looks, and not what it was"

        for name, status in (("callbacks", 403), ("salaries", 404)):
            with pytest.raises(CommandFailed) as refused:
                await leaving.command("list.watch", list=name)
            assert refused.value.status == status

        # Who left and who may no longer hear nothing of what comes next.
        await demoted.command("list.watch", list="tickets")
        await staying.command("list.watch", list="tickets")
        await leaving.command("list.leave", list="tickets")
        role = people[1].me
        change = {"version": 1, "name": role["login"], "permissions": ["work.take"]}
        assert (await admin.json("PUT", f"/api/roles/{role['role_id']}", change))[0] == 200

        async def is_refused() -> bool:
            try:
                await demoted.command("list.watch", list="tickets")
            except CommandFailed as error:
                return error.status == 403
            return False

        await eventually(is_refused)
        for each in told:
            each.clear()
        await raise_one()
        await eventually(lambda: asyncio.sleep(0, told[2]))
        assert told == [[], [], [{"list": "tickets"}]]
        for socket in (leaving, demoted, staying):
            await socket.close()
