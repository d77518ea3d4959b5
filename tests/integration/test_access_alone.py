"""What needs a server of its own: a restart, another address, real passwords."""

from __future__ import annotations

import time
from pathlib import Path

import aiohttp

from tests.live import Live, live


async def try_sign_in(it: Live, login: str, password: str) -> tuple[int, float, str | None]:
    body = {"login": login, "password": password}
    started = time.perf_counter()
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{it.settings.port}/api/session", json=body) as response,
    ):
        await response.read()
        told = response.headers.get("Retry-After") or response.headers.get("Set-Cookie")
        return response.status, time.perf_counter() - started, told


async def test_an_unknown_login_takes_as_long_as_a_wrong_password(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path, is_quick=False) as it:
        wrong, unknown = [], []
        for number in range(3):
            wrong.append((await try_sign_in(it, "omar", "no"))[1])
            unknown.append((await try_sign_in(it, f"ghost-{number}", "no"))[1])
        # The quickest of each: a loaded machine makes some slow, but none quick.
        assert min(unknown) > 0.5 * min(wrong)


async def test_the_limit_of_wrong_passwords_survives_a_restart_and_is_one_logins_own(dsn: str, tmp_path: Path) -> None:
    async with live(dsn, tmp_path) as it:
        for _ in range(10):
            assert (await try_sign_in(it, "sara", "guess"))[0] == 401
        assert (await try_sign_in(it, "sara", "markaz-demo"))[0] == 429
    async with live(dsn, tmp_path) as it:
        status, _, retry_after = await try_sign_in(it, "sara", "markaz-demo")
        assert status == 429, "also with the right password, after a restart"
        assert 0 < int(retry_after or 0) <= 15 * 60 + 1
        assert (await try_sign_in(it, "omar", "markaz-demo"))[0] == 200


async def test_sessions_survive_a_restart_and_over_https_the_cookie_is_bound_to_the_host(
    dsn: str, tmp_path: Path
) -> None:
    async with live(dsn, tmp_path) as it:
        sara = await it.person("sara")
        cookie, port = sara.cookie, it.settings.port
    async with (
        live(dsn, tmp_path, port=port) as it,
        aiohttp.ClientSession() as session,
        session.get(it.base_url + "/api/session", headers={"Cookie": cookie}) as response,
    ):
        assert response.status == 200
    async with live(dsn, tmp_path, public_url="https://support.example") as it:
        status, _, cookie = await try_sign_in(it, "sara", "markaz-demo")
        assert status == 200
        assert cookie is not None
        assert cookie.startswith("__Host-markaz=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
