"""Texts by SMPP against a message centre that somebody else wrote: npm's `smpp`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiosmpplib import PhoneNumber, SmppMessage, SubmitSm
from desk import outgoing

from channels.base import Delivery, DeliveryStatus, InboundMessage, Uncertain
from channels.longtexts import TextPart
from channels.smpp import CHANNEL as SMPP
from channels.smpp_pdu.line import Waiting
from core.errors import Invalid, Unavailable
from tests.integration.message_centre import (
    LONG,
    PERSON,
    centre,
    needs_node,
)

pytestmark = needs_node


async def test_a_text_goes_in_its_alphabet_and_its_report_comes_back() -> None:
    async with centre() as (at, there):
        for words, coding in (("hello [1]", 0), ("سلام، رسید؟", 8)):
            receipt = await at.channel.send(at.account, outgoing(PERSON, words))
            count = 1 if coding == 0 else 2
            sent = await there.until("submitted", count)
            assert (sent["to"], sent["from"], sent["text"], sent["coding"]) == ("989121234567", "10001", words, coding)
            assert receipt.external_id == sent["id"]
        await there.order(receipt="m1", stat="DELIVRD")
        await there.order(receipt="m2", stat="UNDELIV")
        await there.until("acknowledged", 2)
        told = [one for one in await at.readings("smpp") if isinstance(one, DeliveryStatus)]
        assert {(one.external_id, one.delivery) for one in told} == {
            ("m1", Delivery.DELIVERED),
            ("m2", Delivery.FAILED),
        }


async def test_a_long_text_leaves_whole_for_the_centre_to_cut() -> None:
    async with centre() as (at, there):
        for count, words in enumerate((LONG, "one [two] " * 60), 1):
            await at.channel.send(at.account, outgoing(PERSON, words))
            sent = await there.until("submitted", count)
            assert (sent["text"], sent["esm"]) == (words, 0), "no header of ours, hence no reference used twice"
        assert len([each for each in there.told if each["event"] == "submitted"]) == 2


async def test_what_one_sms_does_not_hold_leaves_where_every_centre_reads_it_whole() -> None:
    async with centre() as (at, there):
        # Of 161 to 254 octets a text would fit where the short ones stand, and some centres cut it off there.
        texts = {"a" * 160: False, "a" * 161: True, "€" * 81: True, "a" * 254: True, "س" * 70: False, "س" * 71: True}
        for count, (words, is_payload) in enumerate(texts.items(), 1):
            await at.channel.send(at.account, outgoing(PERSON, words))
            sent = await there.until("submitted", count)
            assert (sent["text"], sent["is_payload"]) == (words, is_payload), words[0]
        # Where centres write so much to us in the usual place, all of it is read.
        listening = asyncio.create_task(at.channel.listen(at.account))
        await there.until("bound")
        for octets, coding in ((b"b" * 254, 0), ("ش".encode("utf_16_be") * 127, 8)):
            await there.order(octets=octets.hex(), coding=coding, **{"from": "989121234567"})
        await there.until("acknowledged", 2)
        assert [one.text for one in await at.readings("smpp")] == ["b" * 254, "ش" * 127]
        listening.cancel()


@pytest.mark.parametrize(("number", "tons"), [("10001", [0, 1]), ("+982112345678", [1, 1]), ("Markaz", [5, 1])])
async def test_a_number_of_ours_says_of_what_kind_it_is(number: str, tons: list[int]) -> None:
    async with centre(number=number) as (at, there):
        await at.channel.send(at.account, outgoing(PERSON, "hello"))
        sent = await there.until("submitted")
        assert (sent["from"], sent["tons"]) == (number.removeprefix("+"), tons)


async def test_letters_are_packed_both_ways_where_the_centre_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[bytes] = []

    async def sending(_: Waiting, said: SmppMessage, pdu: bytes, client_id: str) -> None:
        left.append(pdu)

    monkeypatch.setattr(Waiting, "sending", sending)
    async with centre(is_packed=True) as (at, there):
        await at.channel.send(at.account, outgoing(PERSON, "hellohello"))
        packed = bytes.fromhex("E8329BFD4697D9EC37")
        (submitted,) = [pdu for pdu in left if packed in pdu]
        assert submitted.endswith(bytes([len(packed)]) + packed)
        listening = asyncio.create_task(at.channel.listen(at.account))
        await there.until("bound")
        await there.order(octets=packed.hex(), **{"from": "09121234567"})
        # Urdu's tables, by which Persian goes in seven bits too, packed behind their header.
        septets = b"\x3dM\x00N"
        bits = sum(septet << 7 * place for place, septet in enumerate(septets))
        octets = bytes([6, 0x25, 1, 13, 0x24, 1, 13]) + bits.to_bytes(4, "little")
        await there.order(octets=octets.hex(), esm=0x40, **{"from": "989121234567"})
        await there.order(receipt="m1", stat="DELIVRD")
        await there.until("acknowledged", 3)
        first, second, report = await at.readings("smpp")
        assert (first.sender.value, first.text, second.text) == (PERSON, "hellohello", "سلام")
        assert (report.external_id, report.delivery) == ("m1", Delivery.DELIVERED)
        listening.cancel()


async def test_what_comes_is_kept_before_it_is_acknowledged_and_once() -> None:
    async with centre() as (at, there):
        listening = asyncio.create_task(at.channel.listen(at.account))
        await there.until("bound")
        for _ in range(2):
            await there.order(text="لغو", **{"from": "989121234567"})
        await there.until("acknowledged", 2)
        (message,) = await at.readings("smpp")
        assert isinstance(message, InboundMessage)
        assert (message.sender.value, message.text) == (PERSON, "لغو")
        listening.cancel()


async def test_without_a_commit_there_is_no_acknowledgement(monkeypatch: pytest.MonkeyPatch) -> None:
    async with centre() as (at, there):
        sent = await at.channel.send(at.account, outgoing(PERSON, "x"))
        assert sent.external_id == "m1"

        async def away(*_: Any) -> list[bool]:
            raise Unavailable("the database is away")

        line = at.channel._sessions[at.account.id][1]
        monkeypatch.setattr(at.inbox, "deliver", away)
        await there.order(text="lost?", **{"from": "989121234567"})
        await asyncio.wait((line.task,), timeout=10)
        # The line ends with it, and whoever was about to send on it knows that nothing left.
        with pytest.raises(Unavailable) as ended:
            await line.submit(SubmitSm(short_message="z", source=PhoneNumber("1"), destination=PhoneNumber("2")), "z")
        assert not isinstance(ended.value, Uncertain)
        await at.channel.send(at.account, outgoing(PERSON, "y"))
        await there.until("submitted", 2)
        assert not [each for each in there.told if each["event"] == "acknowledged"]


async def test_an_answer_that_does_not_come_leaves_it_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.smpp_pdu.line.ANSWER_SECONDS", 0.3)
    async with centre() as (at, there):
        await there.order(fate="silent")
        text = outgoing(PERSON, "hello")
        with pytest.raises(Uncertain):
            await at.channel.send(at.account, text)
        with pytest.raises(Invalid):
            await at.channel.find_sent(at.account, text)
        await there.order(fate="throttled")
        with pytest.raises(Unavailable) as slow:
            await at.channel.send(at.account, outgoing(PERSON, "again"))
        assert not isinstance(slow.value, Uncertain)


@pytest.mark.parametrize(
    ("status", "fault"),
    [("ESME_RINVDSTADR", "dead_number"), ("ESME_RINVSRCADR", "sender"), ("ESME_RSUBMITFAIL", None)],
)
async def test_a_refusal_says_whose_fault_it_is_where_it_is_somebodys(status: str, fault: str | None) -> None:
    async with centre() as (at, there):
        await there.order(fate=status)
        with pytest.raises(Invalid, match=status) as refused:
            await at.channel.send(at.account, outgoing(PERSON, "hello"))
        assert refused.value.extra.get("fault") == fault


async def test_settings_are_tried() -> None:
    async with centre() as (at, _):
        await at.channel.check(at.account)
    async with centre(password="wrong") as (at, _):
        with pytest.raises(Invalid, match="refused"):
            await at.channel.check(at.account)
    async with centre(port=9) as (at, _):
        with pytest.raises(Unavailable):
            await at.channel.check(at.account)


async def test_a_part_is_kept_before_it_is_acknowledged_however_it_is_marked() -> None:
    async with centre() as (at, there):
        listening = asyncio.create_task(at.channel.listen(at.account))
        await there.until("bound")
        for way in ("udh8", "udh16", "sar"):
            await there.order(long=LONG, way=way, reference=7, places=[3, 1], **{"from": "989121234567"})
        await there.until("acknowledged", 6)
        found = await at.readings("smpp")
        assert all(isinstance(one, TextPart) for one in found)
        assert [(one.place, one.total, one.sender) for one in found] == [(3, 8, PERSON), (1, 8, PERSON)] * 3
        assert len({one.key for one in found}) == 3, "equal numbers given in other ways are other texts"
        await there.order(long=LONG, way="payload", **{"from": "989121234567"})
        await there.until("acknowledged", 7)
        assert (await at.readings("smpp"))[-1].text == LONG
        listening.cancel()


async def test_parts_over_two_binds_are_parts_of_one_text() -> None:
    async with centre() as (at, there):
        other = SMPP(at.channel.context)
        listening = [asyncio.create_task(one.listen(at.account)) for one in (at.channel, other)]
        await there.until("bound", 2)
        await there.order(long=LONG, way="udh16", reference=0x1234, spread=True, **{"from": "989121234567"})
        await there.until("acknowledged", 8)
        found = await at.readings("smpp")
        assert sorted(one.place for one in found) == list(range(1, 9))
        assert len({one.key for one in found}) == 1
        raws = {one.place: raw for one, raw in zip(found, at.inbox.of("smpp"), strict=True)}
        assert at.channel.join(at.account, "long:1", raws, 8).text == LONG
        for task in listening:
            task.cancel()
        await other.close()


async def test_what_is_no_text_is_kept_and_ends_no_line() -> None:
    async with centre() as (at, there):
        listening = asyncio.create_task(at.channel.listen(at.account))
        await there.until("bound")
        # The library would end the line at each: a date with seconds, an error in hexadecimal, a coding that it lacks.
        await there.order(receipt="m1", stat="DELIVRD done date:261127080011 err:00A")
        await there.order(odd={"data_coding": 0x3C, "short_message": {"message": "odd"}}, **{"from": "989121234567"})
        await there.order(odd={"esm_class": 0x40, "short_message": {"message": ""}}, **{"from": "989121234567"})
        await there.until("acknowledged", 3)
        assert len(at.inbox.raws) == 3
        assert not at.channel._sessions[at.account.id][1].task.done()
        listening.cancel()
