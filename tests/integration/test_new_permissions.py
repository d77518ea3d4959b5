"""A version that brings a permission: who could do everything still can, and nobody else is given it."""

from __future__ import annotations

from pathlib import Path

from access.model import Permission
from tests.integration.house import query
from tests.live import Live, live

_NEW = str(Permission.GEO_MANAGE)


async def whole(it: Live) -> list[str]:
    """Return the roles that allow it."""
    return [row["name"] for row in await query(it, "select name from role where $1 = any(permissions)", _NEW)]


async def test_what_a_version_brings_is_given_to_whoever_has_all_the_rest(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        # As a version left it that did not know this permission.
        await query(it, "delete from permission_known where name = $1", _NEW)
        await query(it, "update role set permissions = array_remove(permissions, $1)", _NEW)
    async with live(dsn, tmp_path) as it:
        assert await whole(it) == ["Administrator"]
        admin = await it.person("admin")
        assert _NEW in admin.me["permissions"]
        status, _ = await admin.json("POST", "/api/roles", {"name": "Mapper", "permissions": [_NEW]})
        assert status == 201
        told = await query(
            it, "select actor from event_log where kind = 'role.saved' and data ->> 'name' = 'Administrator'"
        )
        assert [row["actor"] for row in told] == ["system", "system"]
        # Taken away by a person later, it stays away.
        await query(it, "update role set permissions = array_remove(permissions, $1)", _NEW)
    async with live(dsn, tmp_path) as it:
        assert await whole(it) == []


async def test_an_administrator_who_is_added_may_do_everything_whatever_roles_are_called(
    dsn: str, tmp_path: Path
) -> None:
    async with live(dsn, tmp_path) as it:
        first = await it.running.floor.access.add_administrator("vera")
        assert await whole(it) == ["Administrator"]
        await query(it, "update role set permissions = array_remove(permissions, $1)", _NEW)
        second = await it.running.floor.access.add_administrator("zoya")
        for login, password, may in (("vera", first, False), ("zoya", second, True)):
            who = await (await it.anonymous()).sign_in(login, password)
            assert (_NEW in who.me["permissions"]) is may
        assert await whole(it) == ["Administrator 2"]
