"""Texts by SMPP against a message centre that somebody else wrote: npm's `smpp`."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiosmpplib import PhoneNumber, SmppMessage, SubmitSm
from campaigning import Desk as Campaigns
from desk import Desk, desk, outgoing

from channels.base import Delivery, DeliveryStatus, InboundMessage, Uncertain
from channels.longtexts import TextPart
from channels.smpp import CHANNEL as SMPP
from channels.smpp_pdu.line import Waiting
from core.errors import Invalid, Unavailable
from interactions.posted import Posted
from tests.integration.house import fresh, house, made, query
from tests.live import Live, eventually, settings_for
from tests.program import Program

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "frontend" / "node_modules"
NODE = shutil.which("node", path=f"{os.environ.get('PATH', '')}:{ROOT / '.venv' / 'bin'}")
PERSON = "+989121234567"
LONG = "سلام 😀 " * 60

pytestmark = pytest.mark.skipif(
    NODE is None or not (MODULES / "smpp").is_dir(), reason="node or its module smpp is not installed"
)


class Centre:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told: list[dict[str, Any]] = []

    async def order(self, **what: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        await self.process.stdin.drain()

    async def until(self, event: str, count: int = 1) -> dict[str, Any]:
        """Wait for the next word of this kind."""
        assert self.process.stdout is not None
        async with asyncio.timeout(10):
            while len(found := [each for each in self.told if each["event"] == event]) < count:
                self.told.append(json.loads(await self.process.stdout.readline()))
        return found[count - 1]


@asynccontextmanager
async def message_centre() -> AsyncIterator[tuple[dict[str, Any], Centre]]:
    """Run it; yields what an administrator fills in for it too."""
    assert NODE is not None
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(Path(__file__).with_name("smsc") / "centre.cjs"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_PATH": str(MODULES)},
    )
    there = Centre(process)
    try:
        port = (await there.until("listening"))["port"]
        yield {"host": "127.0.0.1", "port": port, "system_id": "markaz", "password": "secret", "number": "10001"}, there
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def centre(**settings: Any) -> AsyncIterator[tuple[Desk, Centre]]:
    async with message_centre() as (right, there), desk(SMPP) as at:
        at.take_over(SMPP, **(right | settings))
        yield at, there


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


async def test_a_campaign_writes_by_smpp_and_the_answer_joins_it(server_dsn: str, tmp_path: Path) -> None:
    async with message_centre() as (right, there), house(server_dsn, tmp_path) as it:
        campaigns = await Campaigns.of(it)
        (queue,) = await query(it, "select id from queue where channels is null or 'smpp' = any(channels) limit 1")
        new = {"kind": "smpp", "name": "Centre", "queue_id": str(queue["id"]), "settings": right}
        account = await made(campaigns.admin, "/api/accounts", new)
        settings = {"text": "{name} عزیز، فردا تعطیل هستیم.", "frequency": []}
        campaign = await made(
            campaigns.admin,
            "/api/campaigns",
            {
                "name": "By the centre", "kind": "announcement", "mode": "sms", "queue_id": str(queue["id"]),
                "account_id": account["id"], "settings": settings,
            },
        )  # fmt: skip
        await campaigns.contacts(campaign["id"], "One", f"phone,name,city\n{PERSON},Sara,Yazd")
        await campaigns.switch(campaign, "start")
        assert await campaigns.ended(campaign) == {PERSON: "sent"}
        written = await there.until("submitted")
        assert (written["to"], written["text"]) == ("989121234567", "Sara عزیز، فردا تعطیل هستیم.")
        await there.order(text="ممنون", **{"from": "989121234567"})

        async def answered() -> Any:
            return await query(
                it,
                "select i.id from interaction i join message m on m.interaction_id = i.id where i.channel = 'smpp'"
                " group by i.id having count(*) = 2",
            )

        await eventually(answered)


async def test_c012_c013_what_goes_by_text_goes_by_smpp_where_that_is_what_there_is(
    server_dsn: str, tmp_path: Path
) -> None:
    async with message_centre() as (right, there), house(server_dsn, tmp_path) as it:
        admin = await it.person("admin")
        await query(it, "update channel_account set is_enabled = false where kind in ('sms', 'email') returning id")
        (queue,) = await query(it, "select id from queue where channels is null or 'smpp' = any(channels) limit 1")
        new = {"kind": "smpp", "name": "Centre", "queue_id": str(queue["id"]), "settings": right}
        account = await made(admin, "/api/accounts", new)
        status, _ = await admin.json("PUT", f"/api/accounts/{account['id']}/self-service", {"is_on": True})
        assert status == 200
        likes = {"channel": "sms", "address": PERSON}
        whose = {"name": "سارا", "locale": "fa", "preferred": likes, "identities": [{"kind": "phone", "value": PERSON}]}
        customer = await made(admin, "/api/customers", whose)
        tell = {"do": "tell_customer", "texts": {"fa": "{ticket.number} ثبت شد."}}
        rule = {"name": "Registered", "trigger": {"on": "event", "happening": "opened"}, "actions": [tell]}
        await made(admin, "/api/automation/rules", rule)
        asked = {"kind": "service_case", "subject": "یخچال", "customer_id": customer["id"]}
        ticket = await made(admin, "/api/tickets", asked)
        written = await there.until("submitted")
        assert (written["to"], written["text"]) == ("989121234567", f"{ticket['number']} ثبت شد.")
        await there.order(text="وضعیت", **{"from": "989121234567"})
        assert ticket["number"] in (await there.until("submitted", 2))["text"]


async def test_a_text_of_no_conversation_goes_again_when_it_did_not_leave_and_never_when_it_may_have(
    server_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.smpp_pdu.line.ANSWER_SECONDS", 0.3)
    async with message_centre() as (right, there), house(server_dsn, tmp_path) as it:
        admin = await it.person("admin")
        (queue,) = await query(it, "select id from queue where channels is null or 'smpp' = any(channels) limit 1")
        new = {"kind": "smpp", "name": "Centre", "queue_id": str(queue["id"]), "settings": right}
        account = UUID((await made(admin, "/api/accounts", new))["id"])
        post = it.running.neck.portal.doors._post

        async def stands(text: Posted) -> str:
            [row] = await query(it, "select delivery from posted_text where id = $1", text.message_id)
            return str(row["delivery"])

        slowed, lost = (Posted(account, uuid4(), PERSON, word, is_secret=True) for word in ("slowed", "lost"))
        await there.order(fate="throttled")
        with pytest.raises(Unavailable):
            await post.text(slowed, 1)
        assert await stands(slowed) == "queued"
        await there.order(fate="silent")
        with pytest.raises(Uncertain):
            await post.text(lost, 1)
        assert await stands(lost) == "uncertain"
        await there.order(fate="ok")
        await post.text(slowed, 2)
        assert await stands(slowed) in ("sent", "delivered")
        with pytest.raises(Invalid, match="cannot be looked up"):
            await post.text(lost, 2)
        assert await stands(lost) == "uncertain", "nobody knows, and it is not said that it failed"


@pytest.mark.program
@pytest.mark.long
async def test_a_long_text_is_one_message_though_the_server_is_killed_between_its_parts(
    server_dsn: str, tmp_path: Path
) -> None:
    text = LONG.strip()
    part = {"long": text, "way": "udh8", "reference": 9, "from": "989121234567"}
    async with message_centre() as (right, there), fresh(server_dsn) as dsn:
        settings = settings_for(dsn, tmp_path)
        async with Program(settings, environment={"MARKAZ_DATABASE_URL": dsn}) as program:
            it = Live(settings)
            admin = await it.person("admin")
            queues = (await admin.json("GET", "/api/queues"))[1]["items"]
            new = {"kind": "smpp", "name": "Centre", "queue_id": queues[0]["id"], "settings": right}
            await made(admin, "/api/accounts", new)
            await there.until("bound")
            await there.order(**part, places=[5, 1, 7, 2])
            await there.until("acknowledged", 4)
            await it.close()
            await program.kill()
            # What a dead server holds is free after a while, for which nobody waits here.
            for held in ("update lease set renewed_at = 'epoch'", "update job set lease_until = null"):
                await query(it, held)
            await program.start()
            await there.until("bound", 2)
            # What the centre has no answer for comes again; here it is a part that was kept.
            await there.order(**part, places=[2, 6, 4, 8, 3])
            await there.until("acknowledged", 9)

            async def said() -> Any:
                return await query(it, "select text from message where direction = 'inbound' and text like 'سلام%'")

            assert [row["text"] for row in await eventually(said)] == [text]
            waits = "select id from long_text where outcome is null"
            assert not await query(it, waits), "and nothing else waits for more"
