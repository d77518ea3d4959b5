"""Telegram against a double of the Bot API: long polling, files, messages, and its ways to fail."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from desk import desk, outgoing
from pydantic import ValidationError
from telegram_bot import TOKEN, bot_api

from channels.base import Delivery, IdentityKind, Ignored, OutgoingFile, RawInput, Uncertain
from channels.telegram import CHANNEL, TelegramSettings
from core.errors import Invalid, Unavailable

DOT = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@asynccontextmanager
async def bot(token=TOKEN):
    async with bot_api() as api, desk(CHANNEL) as at:
        at.take_over(CHANNEL, token=token, api_base=api.url)
        yield at, api


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
