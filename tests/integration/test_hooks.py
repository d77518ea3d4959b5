from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
import pytest_asyncio

from simulator.signature import sign
from tests.integration.house import made, query
from tests.live import Live, Person, eventually

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Number:
    """One of our numbers at the carrier, with what the carrier signs by."""

    it: Live
    account: dict[str, Any]
    auth_token: str
    sid: str
    number: str

    @property
    def url(self) -> str:
        return f"{self.it.base_url}/hooks/{self.account['id']}/sms"

    def text(self, **changes: str) -> dict[str, str]:
        return {
            "AccountSid": self.sid,
            "MessageSid": f"SM{uuid.uuid4().hex}",
            "From": "+989121234567",
            "To": self.number,
            "Body": "salaam",
            "NumMedia": "0",
            **changes,
        }

    def signed(self, form: dict[str, str]) -> dict[str, str]:
        return {**FORM, "X-Twilio-Signature": sign(self.auth_token, self.url, form)}

    async def post(self, form: dict[str, str], headers: dict[str, str], method: str = "POST", url: str = "") -> int:
        return await post(url or self.url, urlencode(form).encode(), headers, method)


async def post(url: str, body: Any, headers: dict[str, str], method: str = "POST") -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=body, headers=headers) as response,
    ):
        await response.read()
        return response.status


async def number(it: Live, digits: str) -> Number:
    admin = await it.person("admin")
    queue = next(each for each in (await admin.json("GET", "/api/queues"))[1]["items"] if each["name"] == "SMS")
    sid, auth_token = f"AC{uuid.uuid4().hex}", uuid.uuid4().hex
    settings = {"account_sid": sid, "auth_token": auth_token, "number": digits}
    new = {"kind": "sms", "name": digits, "queue_id": queue["id"], "settings": settings}
    return Number(it, await made(admin, "/api/accounts", new), auth_token, sid, digits)


@pytest_asyncio.fixture(scope="module")
async def ours(it: Live) -> Number:
    return await number(it, "+12025550111")


@pytest_asyncio.fixture(scope="module")
async def another(it: Live) -> Number:
    return await number(it, "+12025550122")


async def kept(at: Number) -> tuple[int, int]:
    """Count what was taken in by an account: raw inputs and conversations."""
    account = uuid.UUID(at.account["id"])
    raws = await query(at.it, "select count(*) as n from raw_input where account_id = $1", account)
    talks = await query(at.it, "select count(*) as n from interaction where account_id = $1", account)
    return int(raws[0]["n"]), int(talks[0]["n"])


async def messages(at: Number) -> int:
    statement = "select count(*) as n from message where account_id = $1 and direction = 'inbound'"
    return int((await query(at.it, statement, uuid.UUID(at.account["id"])))[0]["n"])


async def test_what_is_not_signed_by_this_account_is_refused_and_not_kept(ours: Number, another: Number) -> None:
    form = ours.text()
    right = ours.signed(form)["X-Twilio-Signature"]
    for headers in (
        FORM,
        {**FORM, "X-Twilio-Signature": ""},
        {**FORM, "X-Twilio-Signature": "rubbish"},
        {**FORM, "X-Twilio-Signature": "\udcff\udcfe"},
        {**FORM, "X-Twilio-Signature": ("B" if right[0] == "A" else "A") + right[1:]},
        {**FORM, "X-Twilio-Signature": sign(another.auth_token, ours.url, form)},
        {**FORM, "X-Twilio-Signature": sign(ours.auth_token, another.url, form)},
        {"Content-Type": "application/json", "X-Twilio-Signature": right},
        {"X-Twilio-Signature": right},
    ):
        assert await ours.post(form, headers) == 403, headers
    assert await ours.post({**form, "Body": "changed on the way"}, ours.signed(form)) == 403
    assert await ours.post({**form, "More": "added"}, ours.signed(form)) == 403
    assert await ours.post(form, ours.signed(form), url=ours.url + "?more=1") == 403
    assert await ours.post(form, {**ours.signed(form), "Host": "evil.example"}) == 200, "headers do not make the URL"
    foreign = ours.text(AccountSid=another.sid)
    assert await ours.post(foreign, ours.signed(foreign)) == 403
    assert (await kept(another)) == (0, 0)


async def test_another_accounts_signature_on_its_address_is_refused(ours: Number, another: Number) -> None:
    form = ours.text()
    headers = ours.signed(form)
    assert await another.post(form, headers, url=another.url) == 403
    assert await kept(another) == (0, 0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_another_method_is_refused(another: Number, method: str) -> None:
    form = another.text()
    assert await another.post(form, another.signed(form), method) in (403, 404, 405)
    assert await kept(another) == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\xff\xfe",
        b"Body=%ff%fe",
        b"=&=&=",
        b"a=1&a=2",
        b"%" * 500,
        b"x" * 10_000,
        b"&".join([b"a=1"] * 20_000),
    ],
)
async def test_a_malformed_body_is_refused(another: Number, body: bytes) -> None:
    headers = {**FORM, "X-Twilio-Signature": sign(another.auth_token, another.url, {})}
    assert await post(another.url, body, headers) == 403
    assert await kept(another) == (0, 0)


async def test_a_signed_form_without_what_is_needed_is_refused(another: Number) -> None:
    for missing in ("MessageSid", "From"):
        form = another.text()
        del form[missing]
        assert await another.post(form, another.signed(form)) == 403
    assert await kept(another) == (0, 0)


async def test_a_huge_body_is_refused_before_it_is_read_to_the_end(another: Number) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 65_536

    assert await post(another.url, endless(), FORM) == 413
    assert await kept(another) == (0, 0)


async def test_an_address_that_is_no_account_is_not_there(it: Live, ours: Number) -> None:
    form = ours.text()
    for place in (
        f"{uuid.uuid4()}/sms",
        "not-an-id/sms",
        f"{ours.account['id']}/other",
        f"{ours.account['id']}/../../api/staff",
        f"{ours.account['id']}/%00",
        f"{ours.account['id']}/sms/status/more",
    ):
        assert await ours.post(form, ours.signed(form), url=f"{it.base_url}/hooks/{place}") in (401, 403, 404), place
    admin = await it.person("admin")
    for each in (await admin.json("GET", "/api/accounts"))[1]["items"]:
        if each["kind"] in ("webchat", "email"):
            assert await ours.post(form, FORM, url=f"{it.base_url}/hooks/{each['id']}/sms") == 404


async def test_a_signed_text_becomes_one_conversation_however_often_it_comes(ours: Number) -> None:
    before, known = await kept(ours), await messages(ours)
    form = ours.text(Body="just once")
    statuses = await asyncio.gather(*(ours.post(form, ours.signed(form)) for _ in range(6)))
    assert set(statuses) == {200}
    assert await ours.post(form, ours.signed(form)) == 200

    async def is_read() -> bool:
        return await messages(ours) == known + 1

    assert await eventually(is_read)
    await asyncio.sleep(0.3)
    assert await messages(ours) == known + 1
    assert (await kept(ours))[0] == before[0] + 1


async def test_a_body_that_comes_in_pieces_is_read_to_its_end(ours: Number) -> None:
    known = await messages(ours)
    form = ours.text(Body="long " * 200)
    body = urlencode(form).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100):
            yield body[start : start + 100]
            await asyncio.sleep(0.002)

    assert await post(ours.url, pieces(), ours.signed(form)) == 200

    async def is_read() -> bool:
        return await messages(ours) == known + 1

    assert await eventually(is_read)


async def test_an_account_that_is_switched_off_is_not_there(it: Live) -> None:
    off = await number(it, "+12025550133")
    admin: Person = await it.person("admin")
    change = {name: off.account[name] for name in ("name", "queue_id", "version", "settings")}
    form = off.text()
    assert (await admin.json("PUT", f"/api/accounts/{off.account['id']}", {**change, "is_enabled": False}))[0] == 200
    assert await off.post(form, off.signed(form)) == 404
    assert await kept(off) == (0, 0)
    change["version"] += 1
    assert (await admin.json("PUT", f"/api/accounts/{off.account['id']}", change))[0] == 200, "its secret is kept"
    assert await off.post(form, off.signed(form)) == 200
