"""A server whose texts go by SMPP: campaigns, what is told on events, and parts across a kill."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from campaigning import Desk as Campaigns

from channels.base import Uncertain
from core.errors import Invalid, Unavailable
from interactions.posted import Posted
from tests.integration.house import fresh, house, made, query
from tests.integration.message_centre import (
    LONG,
    PERSON,
    message_centre,
    needs_node,
)
from tests.live import Live, eventually, settings_for
from tests.program import Program

pytestmark = needs_node


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
