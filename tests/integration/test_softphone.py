"""Keys to browser phones: whose they are, what they open, and who gets none."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import jwt

from access.model import Permission
from tests.integration.house import branch, hire
from tests.live import Live, Person

KEY, SECRET, APP = f"SK{'a' * 32}", "the secret of the key at the carrier", f"AP{'b' * 32}"


async def set_keys(admin: Person, branch_id: str | None = None) -> dict[str, Any]:
    """Give the demo's telephone account the keys of browser phones."""
    items = (await admin.json("GET", "/api/accounts"))[1]["items"]
    account = next(each for each in items if each["kind"] == "voice")
    fields = {name: account[name] for name in ("name", "queue_id", "version")}
    keys = {"api_key_sid": KEY, "api_key_secret": SECRET, "twiml_app_sid": APP}
    settings = {**account["settings"], **keys}
    sent = {**fields, "branch_id": branch_id, "settings": settings}
    status, saved = await admin.json("PUT", f"/api/accounts/{account['id']}", sent)
    assert status == 200, saved
    return {**saved, "sid": account["settings"]["account_sid"]}


async def test_an_agent_gets_the_key_to_the_own_phone_and_nobody_gets_one_without_keys(it: Live) -> None:
    admin, maya = await it.person("admin"), await it.person("maya")
    assert (await maya.json("POST", "/api/softphone/token"))[0] == 404
    account = await set_keys(admin)
    assert SECRET not in str(account)
    status, key = await maya.json("POST", "/api/softphone/token")
    assert status == 200, key
    assert key["identity"] == f"agent_{UUID(maya.me['id']).hex}", "the client that a caller is joined with"
    claims = jwt.decode(key["token"], SECRET, ["HS256"])
    assert jwt.get_unverified_header(key["token"])["cty"] == "twilio-fpa;v=1"
    assert (claims["iss"], claims["sub"]) == (KEY, account["sid"])
    assert claims["grants"]["identity"] == key["identity"]
    voice = {"incoming": {"allow": True}, "outgoing": {"application_sid": APP}}
    assert claims["grants"]["voice"] == voice
    assert 3500 < claims["exp"] - time.time() <= 3600
    stranger = await hire(it, [Permission.INTERACTION_READ], None, admin)
    assert (await stranger.json("POST", "/api/softphone/token"))[0] == 403


async def test_a_phone_of_another_branch_is_not_there(it: Live) -> None:
    admin = await it.person("admin")
    here, there = await branch(admin, "Here"), await branch(admin, "There")
    await set_keys(admin, there)
    one, other = [await hire(it, [Permission.INTERACTION_REPLY], each, admin) for each in (here, there)]
    assert (await one.json("POST", "/api/softphone/token"))[0] == 404
    assert (await other.json("POST", "/api/softphone/token"))[0] == 200
