"""How the transport takes silence, half answers and refusals: asked once, and never more sure than it is."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from channels.base import Uncertain
from channels.twilio_api.client import Transport
from core.errors import Unavailable

PATH = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"


async def nothing(_request):
    await asyncio.sleep(5)


async def half(request):
    answer = web.StreamResponse(headers={"Content-Length": "100"})
    await answer.prepare(request)
    await answer.write(b'{"sid": ')
    request.transport.abort()
    return answer


async def garbage(_request):
    return web.Response(status=201, text='{"sid": "SM')


async def no_object(_request):
    return web.Response(status=201, text="[]")


async def broken(_request):
    return web.Response(status=503, text="<html>")


async def endless(_request):
    return web.Response(status=201, body=b" " * ((5 << 20) + 1))


async def elsewhere(_request):
    return web.Response(status=307, headers={"Location": "http://127.0.0.1:1/"}, text='{"code": 0}')


@asynccontextmanager
async def transport(answer):
    asked = []

    async def take(request):
        asked.append((request.host, request.path_qs, await request.text(), request.headers.get("Authorization")))
        return await answer(request)

    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made = Transport(f"http://127.0.0.1:{runner.addresses[0][1]}", seconds=0.3)
    try:
        yield made, asked
    finally:
        await made.close()
        await runner.cleanup()


@pytest.mark.parametrize("answer", [nothing, half, garbage, no_object, broken, endless])
async def test_a_write_without_a_whole_answer_is_uncertain_and_not_repeated(answer):
    async with transport(answer) as (made, asked):
        with pytest.raises(Uncertain):
            await made.request("POST", PATH, data={"Body": "hello"})
        assert len(asked) == 1


@pytest.mark.parametrize("answer", [nothing, half, garbage, no_object, broken, endless])
async def test_a_look_up_without_a_whole_answer_may_be_repeated(answer):
    async with transport(answer) as (made, _):
        with pytest.raises(Unavailable) as refused:
            await made.request("GET", PATH)
        assert type(refused.value) is Unavailable


async def test_every_host_becomes_the_accounts_own_and_values_stay_whole():
    async def fine(_request):
        return web.json_response({"sid": "SM1"})

    async with transport(fine) as (made, asked):
        await made.request("GET", f"{PATH}?Page=1", params={"To": "+1 5&=", "DateSent>": "x"}, auth=("AC1", "secret"))
        await made.request("POST", PATH, data={"Event": ["a", "b"], "Body": "سلام + &"})
    (_, query, _, auth), (_, _, form, _) = asked
    assert query == "/2010-04-01/Accounts/AC1/Messages.json?Page=1&To=%2B1+5%26%3D&DateSent%3E=x"
    assert auth.startswith("Basic ")
    assert form == "Event=a&Event=b&Body=%D8%B3%D9%84%D8%A7%D9%85+%2B+%26"


async def test_a_redirect_is_not_followed():
    async with transport(elsewhere) as (made, asked):
        with pytest.raises(Unavailable, match="elsewhere"):
            await made.request("POST", PATH, data={"Body": "x"}, auth=("AC1", "secret"))
        assert len(asked) == 1
