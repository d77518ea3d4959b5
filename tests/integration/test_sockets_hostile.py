"""Whatever comes over a socket is answered with a problem, or ends that socket; nobody else notices."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import aiohttp.web
import pytest
import pytest_asyncio
import socketio

from tests.integration.house import made
from tests.integration.raw_socket import RawSocket
from tests.live import AgentSocket, Live, VisitorSocket

DEEP = "[" * 200_000
ENDS = {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.ERROR}
PAYLOADS: list[Any] = [
    None, 0, True, "", "text", [], [[]], [{}], {"": ""}, {"unknown": 1}, {"client_id": None}, {"client_id": {}},
    {"seq": "1"}, {"seq": -1}, {"seq": 2**63}, {"seq": 10**400}, {"seq": 1.5}, {"seq": []}, {"seq": True},
    {"interaction_id": "1"}, {"interaction_id": "\x00"}, {"__proto__": {}, "constructor": 1},
    {"interaction_id": str(uuid.uuid4()), "client_id": "x", "text": "y"},
    {"client_id": "x" * 10_000, "text": "y"}, {"client_id": "x", "text": "y" * 100_000},
    {"client_id": "x", "text": 5}, {"offer_id": {"$ne": None}}, {"state": "available'; drop table agent; --"},
    {"is_typing": "maybe"}, {"is_typing": True, "preview": "p" * 501}, {"attachments": ["x"] * 1000},
]  # fmt: skip


@pytest_asyncio.fixture
async def raw(it: Live) -> AsyncIterator[RawSocket]:
    """A visitor who speaks whatever the test says."""
    client = await RawSocket.open(it.settings.port)
    await client.send('40/chat,{"site": "demo"}')
    assert (await client.text()).startswith("40/chat,")
    yield client
    await client.close()


async def is_well(it: Live) -> bool:
    """Somebody else chats as if nothing were."""
    visitor = await it.visitor()
    said = await visitor.send("is this still working?")
    return bool(said["text"] == "is this still working?")


class ClosedError(Exception):
    """The server ended the socket."""


async def said(client: RawSocket) -> str:
    """Return the next text packet; ClosedError at the frame that closes."""
    head, payload = await client.frame()
    if head == 0x88:
        raise ClosedError
    return payload.decode()


# --- payloads


async def test_every_command_answers_every_payload_with_an_acknowledgement(it: Live) -> None:
    sara = await it.person("sara")
    for namespace, known in (
        ("/agent", it.running.live.console.commands.all),
        ("/chat", it.running.live.widget_door.commands.all),
    ):
        for name in [*known, "unknown", "", "__init__", "x" * 5000, "trigger_event"]:
            socket = await sara.console(available=False) if namespace == "/agent" else await it.visitor()
            for payload in PAYLOADS:
                answer = await socket.client.call(name, payload, namespace=namespace, timeout=10)
                status = 200 if answer["ok"] else answer["error"]["status"]
                assert status in (200, 403, 404, 409, 422), (name, payload, answer)
            await socket.close()
    assert await is_well(it)


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a\x00b",
        "\\ud800",
        "\\udfff\\ud800",
        "\u202e\u2066",
        "😀" * 2000,
        "\\u0000",
        "<script>",
        "{{7*7}}",
        "%s%n",
    ],
)
async def test_odd_text_in_one_chat_does_not_reach_another(it: Live, text: str) -> None:
    odd, other = await it.visitor(), await it.visitor()
    await odd.send("first")
    await other.send("first")
    sent = [
        odd.client.call("chat.send", {"client_id": uuid.uuid4().hex, "text": text}, namespace="/chat") for _ in range(3)
    ]
    answers = await asyncio.gather(*sent, other.send("undisturbed"))
    assert answers[-1]["text"] == "undisturbed"
    for answer in answers[:-1]:
        assert answer["ok"] or answer["error"]["status"] == 422


@pytest.mark.parametrize(
    "packet",
    [
        '42/chat,1["chat.send",{"client_id":"x","text":"\\ud800"}]',
        '42/chat,1["chat.send",{"client_id":"\\ud800","text":"x"}]',
        f'42/chat,1["chat.send",{DEEP}',
        '42/chat,1["chat.send",' + "[" * 100 + "]" * 100 + "]",
        '42/chat,1["chat.send",{"text":NaN}]',
        '42/chat,1["chat.send",{"seq":1e999}]',
        '42/chat,1["hello",{"seq":' + "9" * 5000 + "}]",
        '42/chat,1["hello"',
        '42/chat,1{"not":"a list"}',
        "42/chat,1[]",
        "42/chat,1[null]",
        '42/chat,1["connect",{}]',
        '42/chat,1["disconnect","x"]',
        "42/chat," + "9" * 200 + '["hello",{}]',
        '42/agent,1["sync",{"seq":null}]',
        '42/nowhere,1["sync",{}]',
        '42["sync",{}]',
        '451-/chat,1["chat.send",{"_placeholder":true,"num":0}]',
        '459999-/chat,1["chat.send",{"_placeholder":true,"num":0}]',
        "43/chat,1[]",
        "44/chat,{}",
        "49/chat,{}",
        "4",
        "9",
        "x",
        "40/chat,{not json",
        "40/agent,{}",
        '40/agent,{"token":["x"]}',
        '40/agent,{"token":"\\u0000"}',
        '40/chat,{"site":{"x":1}}',
    ],
)  # fmt: skip
async def test_a_packet_that_is_none_is_refused_or_ends_its_socket(it: Live, raw: RawSocket, packet: str) -> None:
    await raw.send(packet)
    try:
        async with asyncio.timeout(0.25):
            while True:
                answer = await said(raw)
                assert '"ok":true' not in answer, answer
                assert '"status":500' not in answer, answer
    except (TimeoutError, ClosedError, asyncio.IncompleteReadError, ConnectionError):
        pass
    assert await is_well(it)


async def test_a_binary_message_and_a_huge_one_end_the_socket(it: Live) -> None:
    for message in (b"\x04\x00\xff", b"", "4" + "x" * (1 << 20)):
        async with aiohttp.ClientSession() as session:
            url = it.base_url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
            async with session.ws_connect(url, max_msg_size=0) as socket:
                await socket.receive()
                await socket.send_str('40/chat,{"site": "demo"}')
                await socket.receive()
                await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(message))
                async with asyncio.timeout(5):
                    while (await socket.receive()).type not in ENDS:
                        pass
    assert await is_well(it)


async def test_a_socket_that_never_joined_a_namespace_gets_nothing_done(it: Live) -> None:
    client = await RawSocket.open(it.settings.port)
    await client.send('42/chat,1["chat.send",{"client_id":"x","text":"x"}]')
    await client.send('42/agent,2["sync",{"seq":null}]')
    try:
        async with asyncio.timeout(0.3):
            answer = await client.text()
            assert '"ok":true' not in answer
    except (TimeoutError, asyncio.IncompleteReadError):
        pass
    await client.close()


async def test_a_flood_is_told_to_wait_and_others_are_served(it: Live) -> None:
    flooder = await it.visitor()
    calls = [flooder.client.call("chat.typing", {"is_typing": True}, namespace="/chat", timeout=20) for _ in range(400)]
    answers = await asyncio.gather(*calls, is_well(it))
    assert answers[-1] is True
    refused = [answer["error"] for answer in answers[:-1] if not answer["ok"]]
    assert len(refused) > 50
    assert {problem["status"] for problem in refused} == {429}
    await asyncio.sleep(0.3)
    assert (await flooder.client.call("chat.typing", {"is_typing": False}, namespace="/chat"))["ok"], "and then goes on"


# --- who comes in


async def refused(url: str, namespace: str, auth: Any = None, **headers: str) -> dict[str, Any]:
    """Connect where it must not work, and return what was said."""
    socket = AgentSocket() if namespace == "/agent" else VisitorSocket()
    told: list[Any] = []

    async def keep(data: Any) -> None:
        told.append(data)

    socket.client.on("connect_error", keep, namespace=namespace)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await socket.connect(url, auth=auth, headers=headers)
    await socket.close()
    found = told[0]
    return found.get("data", found) if isinstance(found, dict) else {"message": found}


async def test_a_foreign_page_cannot_use_the_cookie(it: Live) -> None:
    sara = await it.person("sara")
    own = await AgentSocket().connect(it.base_url, headers={"Cookie": sara.cookie, "Origin": it.base_url})
    assert await own.sync() == "snapshot"
    await own.close()
    port = it.settings.port
    for origin in ("http://evil.example", "null", f"http://127.0.0.1.evil.example:{port}", "http://127.0.0.1:1", ""):
        problem = await refused(it.base_url, "/agent", Cookie=sara.cookie, Origin=origin)
        assert problem["status"] == 403, origin


@pytest.mark.parametrize(
    "auth", [None, {}, {"token": ""}, {"token": "made-up"}, {"token": ["x"]}, {"token": "x" * 5000}, "x", 5]
)
async def test_without_a_session_or_token_nobody_comes_in(it: Live, auth: Any) -> None:
    problem = await refused(it.base_url, "/agent", auth)
    assert problem["status"] == 401


async def test_a_cookie_that_is_no_text_does_not_come_in(it: Live) -> None:
    client = await RawSocket.open(it.settings.port, "Cookie: markaz=\udcff\r\n".encode("utf-8", "replace").decode())
    await client.send("40/agent,{}")
    assert (await client.text()).startswith("44/agent,")
    await client.close()


async def test_a_widget_that_names_its_pages_refuses_others(it: Live) -> None:
    admin = await it.person("admin")
    accounts = (await admin.json("GET", "/api/accounts"))[1]["items"]
    chat = next(each["id"] for each in accounts if each["kind"] == "webchat")
    site = {"site": "shop", "account_id": chat, "origins": ["https://shop.example"]}
    await made(admin, "/api/widgets", site)
    visitor = await it.visitor(site="shop", Origin="https://shop.example")
    assert visitor.state["chat"] is None
    auth = {"site": "shop"}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "https://shop.example.evil.example"}):
        problem = await refused(it.base_url, "/chat", auth, **headers)
        assert problem["status"] == 403, headers
    for wrong in ({"site": "nowhere"}, {"site": "\x00"}, {"site": "x" * 1000}, {}):
        assert (await refused(it.base_url, "/chat", wrong))["status"] in (404, 422), wrong


async def test_a_token_that_we_did_not_sign_for_this_site_is_a_new_visitor(it: Live) -> None:
    admin = await it.person("admin")
    accounts = (await admin.json("GET", "/api/accounts"))[1]["items"]
    chat = next(each["id"] for each in accounts if each["kind"] == "webchat")
    await made(admin, "/api/widgets", {"site": "other-site", "account_id": chat})
    known = await it.visitor()
    await known.send("my secret")
    assert known.token is not None
    name, _, signature = known.token.partition(".")
    back = await it.visitor(known.token)
    assert len(back.state["messages"]) == 1, "the right one comes back"
    assert back.token == known.token
    forged = [
        (name, "demo"), (f"{name}.", "demo"), (f"{name}.{'0' * 32}", "demo"),
        (f"{uuid.uuid4().hex}.{signature}", "demo"), (known.token, "other-site"), (known.token + "0", "demo"),
        ("." + signature, "demo"), ("é.é", "demo"), (name * 50, "demo"),
    ]  # fmt: skip
    for token, site in forged:
        stranger = await it.visitor(token, site)
        assert stranger.state == {"chat": None, "messages": []}, token
        assert stranger.token not in (token, known.token)


async def test_who_hangs_up_before_the_answer_leaves_nothing_and_no_complaint(
    it: Live, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(*_: Any) -> None:
        raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")

    engine = it.running.live.sockets._manager.server.eio
    before = set(engine.sockets)
    monkeypatch.setattr(aiohttp.web.WebSocketResponse, "prepare", cut)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{it.base_url}/socket.io/?EIO=4&transport=websocket")
    assert set(engine.sockets) == before
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
