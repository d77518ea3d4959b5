"""Telegram against a double of the Bot API: long polling, files, messages, and its ways to fail."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from desk import desk, outgoing
from pydantic import ValidationError

from channels.base import Delivery, IdentityKind, Ignored, OutgoingFile, RawInput, Uncertain
from channels.telegram import CHANNEL, TelegramSettings
from core.errors import Invalid, Unavailable

TOKEN = "123456:AAE-xyz_9"
DOT = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@dataclass
class BotApi:
    """One bot: hands out updates from an offset on, keeps what is sent, and fails when told to."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    refusals: list[Any] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def says(self, number, text="سلام", **more: Any):
        chat = {"id": 77, "type": "private"}
        person = {"id": 77, "is_bot": False, "first_name": "Sara", "last_name": "N."}
        message = {"message_id": number, "date": 1_760_000_000, "chat": chat, "from": person, "text": text} | more
        self.updates.append({"update_id": 1000 + number, "message": message})
        self.news.set()

    async def method(self, request):
        if request.match_info["token"] != TOKEN:
            return refuse(401, "Unauthorized")
        name = request.match_info["method"]
        if self.refusals and name != "getMe":
            refusal = self.refusals.pop(0)
            if refusal is None:
                request.transport.abort()
                return web.Response()
            return refuse(*refusal)
        is_json = request.content_type == "application/json"
        asked = await request.json() if is_json else dict(await request.post())
        return web.json_response({"ok": True, "result": await getattr(self, f"on_{name}")(asked)})

    async def on_getMe(self, asked):  # noqa: N802 - the method's own name
        return {"id": 123456, "is_bot": True, "first_name": "Desk"}

    async def on_getUpdates(self, asked):  # noqa: N802 - as above
        self.offsets.append(asked["offset"])
        self.updates = [one for one in self.updates if one["update_id"] >= asked["offset"]]
        if not self.updates:
            self.news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), asked["timeout"])
        return self.updates[: asked["limit"]]

    async def on_sendMessage(self, asked):  # noqa: N802 - as above
        self.sent.append(asked)
        return {"message_id": len(self.sent), "chat": {"id": int(asked["chat_id"])}, "text": asked["text"]}

    async def on_sendDocument(self, asked):  # noqa: N802 - as above
        document = asked["document"]
        self.sent.append(asked | {"document": (document.filename, document.content_type, document.file.read())})
        return {"message_id": len(self.sent)}

    async def on_getFile(self, asked):  # noqa: N802 - as above
        return {"file_id": asked["file_id"], "file_path": f"photos/{asked['file_id']}"}

    async def file(self, request):
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def refuse(status, words, retry_after=None):
    said = {"ok": False, "error_code": status, "description": words}
    if retry_after:
        said["parameters"] = {"retry_after": retry_after}
    return web.json_response(said, status=status)


@asynccontextmanager
async def bot(token=TOKEN):
    api = BotApi()
    application = web.Application()
    application.router.add_post("/bot{token}/{method}", api.method)
    application.router.add_get("/file/bot{token}/photos/{name}", api.file)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with desk(CHANNEL) as at:
            at.take_over(CHANNEL, token=token, api_base=api.url)
            yield at, api
    finally:
        await runner.cleanup()


@asynccontextmanager
async def listening(at):
    task = asyncio.create_task(at.channel.listen(at.account), name="test: listen")
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def to_sara(text, **more: Any):
    return outgoing("77", text, IdentityKind.TELEGRAM, **more)


async def read_one(at):
    (message,) = await at.readings("telegram.update")
    return message


async def test_updates_come_with_the_place_that_confirms_them():
    async with bot() as (at, api):
        api.says(1)
        api.says(2, "دوم")
        async with listening(at):
            await at.inbox.until(lambda: len(at.inbox.raws) == 2)
            assert at.inbox.places == [{"offset": 1003}]
            api.says(3, "third")
            await at.inbox.until(lambda: "update:1003" in at.inbox.raws)
        assert at.inbox.places[-1] == {"offset": 1004}
        assert at.inbox.health == [None]
        # What was asked for is what had been committed before.
        assert api.offsets[:2] == [0, 1003]


async def test_a_message_says_who_wrote_what_in_which_chat():
    async with bot() as (at, api):
        api.says(5, "سلام\x00")
        async with listening(at):
            await at.inbox.until(lambda: at.inbox.raws)
        message = await read_one(at)
        assert (message.external_id, message.text) == ("77:5", "سلام")
        assert (message.sender.value, message.sender.name) == ("77", "Sara N.")
        assert (message.thread[0].value, message.keys, message.sole_thread) == ("chat:77", ("chat:77",), True)


async def test_the_largest_photo_is_fetched_and_sniffed():
    async with bot() as (at, api):
        api.files["big"] = DOT
        photo = [{"file_id": "small", "file_size": 1}, {"file_id": "big", "file_size": len(DOT)}]
        api.says(5, "", caption="look", photo=photo)
        async with listening(at):
            await at.inbox.until(lambda: at.inbox.raws)
        message = await read_one(at)
        assert message.text == "look"
        assert [(file.content_type, file.content) for file in message.files] == [("image/png", DOT)]


async def test_a_file_that_is_too_large_is_left_out_whatever_its_size_is_said_to_be():
    async with bot() as (at, api):
        api.files["lie"] = b"\0" * ((5 << 20) + 1)
        api.says(5, "hello", document={"file_id": "lie", "file_size": 10}, video={"file_id": "v", "file_size": 1 << 30})
        async with listening(at):
            await at.inbox.until(lambda: at.inbox.raws)
        message = await read_one(at)
        assert (message.text, message.files) == ("hello", ())
        assert message.details["left_out"] == ["The file is larger than 5 MB."] * 2


async def test_a_file_that_does_not_come_now_may_come_later():
    async with bot() as (at, api):
        api.says(5, "hello", document={"file_id": "late", "file_size": 10})
        async with listening(at):
            await at.inbox.until(lambda: at.inbox.raws)
        with pytest.raises(Unavailable):
            await read_one(at)


async def test_a_lost_connection_never_quotes_the_address_with_the_token_in_it():
    async with bot() as (at, api):
        api.refusals.append(None)
        with pytest.raises(Uncertain) as refused:
            await at.channel.send(at.account, to_sara("hello"))
        assert type(refused.value.__cause__) is ConnectionError
        assert TOKEN not in repr(refused.value.__cause__)


async def test_groups_are_not_read():
    async with bot() as (at, api):
        api.says(5, "hello", chat={"id": -5, "type": "group"})
        async with listening(at):
            await at.inbox.until(lambda: at.inbox.raws)
        assert isinstance(await read_one(at), Ignored)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"update_id": 1, "message": {}}', b"\xff"])
async def test_what_is_no_update_is_invalid(body):
    async with bot() as (at, _):
        with pytest.raises(Invalid):
            await at.channel.read(at.account, RawInput("update:1", "telegram.update", body))


async def test_a_message_is_sent_as_plain_text():
    async with bot() as (at, api):
        receipt = await at.channel.send(at.account, to_sara("<b>سلام</b>"))
        assert api.sent == [{"chat_id": "77", "text": "<b>سلام</b>"}]
        assert (receipt.external_id, receipt.delivery, receipt.keys) == ("77:1", Delivery.SENT, ("chat:77",))


async def test_one_file_goes_with_its_words():
    async with bot() as (at, api):
        file = OutgoingFile('صورت\r\n".png', "image/png", DOT)
        await at.channel.send(at.account, to_sara("look", files=(file,)))
        assert api.sent == [{"chat_id": "77", "caption": "look", "document": ('صورت".png', "image/png", DOT)}]
        with pytest.raises(Invalid):
            await at.channel.send(at.account, to_sara("look", files=(file, file)))


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        ((403, "Forbidden: bot was blocked by the user"), Invalid),
        ((400, "Bad Request: chat not found"), Invalid),
        ((401, "Unauthorized"), Unavailable),
        ((500, "Internal Server Error"), Uncertain),
        (None, Uncertain),
    ],
)
async def test_a_refusal_says_what_to_do_next(refusal, kind):
    async with bot() as (at, api):
        api.refusals.append(refusal)
        with pytest.raises(kind) as refused:
            await at.channel.send(at.account, to_sara("hello"))
        assert type(refused.value) is kind


async def test_being_told_to_slow_down_says_for_how_long():
    async with bot() as (at, api):
        api.refusals.append((429, "Too Many Requests: retry after 9", 9))
        with pytest.raises(Unavailable) as refused:
            await at.channel.send(at.account, to_sara("hello"))
        assert refused.value.extra == {"retry_after": 9.0}


async def test_a_listener_whose_bot_is_read_elsewhere_fails_with_words():
    async with bot() as (at, api):
        api.refusals.append((409, "Conflict: terminated by other getUpdates request"))
        with pytest.raises(Unavailable, match="Somebody else"):
            await asyncio.wait_for(at.channel.listen(at.account), 5)


async def test_a_wrong_token_is_said_plainly_and_never_quoted():
    async with bot("1:wrong") as (at, _):
        with pytest.raises(Unavailable, match="token") as refused:
            await at.channel.check(at.account)
        assert "wrong" not in json.dumps(refused.value.problem())
    async with bot() as (at, _):
        await at.channel.check(at.account)


@pytest.mark.parametrize("token", ["", "abc", "1:", "1:a/../b", "1:a?b", "x:abc"])
def test_a_token_that_leads_elsewhere_is_refused(token):
    with pytest.raises(ValidationError):
        TelegramSettings(token=token)
