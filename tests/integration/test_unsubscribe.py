"""Mail that goes to many can be ended by whoever has it: by one click without a session, and by nobody else."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from email import message_from_bytes
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio

from consents.mail import MailOptOuts
from core.clock import utc_now
from demo.organisation import MAILBOX
from storage.opened import opened
from tests.integration.house import house, made, query
from tests.integration.test_solutions import new, reachable
from tests.integration.test_tickets import ticket
from tests.live import Live, Person, eventually

_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest_asyncio.fixture(scope="module")
async def it(server_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with house(server_dsn, tmp_path_factory.mktemp("unsubscribe"), simulator=True) as found:
        # Links are https only; the server of the tests is reached without.
        neck = found.running.neck
        refused = neck.outbox.opt_outs
        assert refused is not None
        neck.outbox.opt_outs = MailOptOuts(refused._db, refused._keys, utc_now, "https://centre.example")
        yield found


def link(it: Live, address: str) -> str:
    assert it.running.neck.outbox.opt_outs is not None
    url = urlsplit(it.running.neck.outbox.opt_outs.link("solutions", address))
    assert (url.scheme, url.path) == ("https", "/unsubscribe")
    return f"{it.base_url}{url.path}?{url.query}"


async def refused(it: Live, address: str) -> int:
    [row] = await query(it, "select count(*) as n from mail_opt_out where address = $1", address)
    return int(row["n"])


async def test_looking_at_the_link_changes_nothing_and_one_click_ends_it_however_often(it: Live) -> None:
    address = f"sara-{uuid.uuid4().hex[:8]}@example.net"
    async with aiohttp.ClientSession() as nobody:
        async with nobody.get(link(it, address), headers={"Accept-Language": "fa"}) as page:
            text = await page.text()
            assert page.status == 200
            assert address in text
            assert all(word in text for word in ("Unsubscribe", "إلغاء الاشتراك", "لغو اشتراک", 'dir="rtl"'))
            assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert await refused(it, address) == 0
        for _ in range(2):
            async with nobody.post(link(it, address), data=_CLICK) as done:
                assert (done.status, "set-cookie" in done.headers) == (200, False)
        form = aiohttp.FormData()
        form.add_field("List-Unsubscribe", "One-Click", content_type="text/plain")
        async with nobody.post(link(it, address.upper()), data=form) as done:
            assert done.status == 200
    assert await refused(it, address) == 1
    told = await query(
        it, "select data from event_log where kind = 'mail.opted_out' and subject = $1", f"address:{address}"
    )
    assert len(told) == 1


async def test_nobody_ends_it_for_another_or_for_another_kind(it: Live) -> None:
    own, others = f"a-{uuid.uuid4().hex[:8]}@example.net", f"b-{uuid.uuid4().hex[:8]}@example.net"
    url = link(it, own)
    mac = parse_qs(urlsplit(url).query)["mac"][0]
    wrong = [
        url.replace("a-", "b-", 1),
        url.replace("list=solutions", "list=campaigns"),
        url.replace("list=solutions", "list=nothing"),
        url.replace(mac, mac[:-1] + ("0" if mac[-1] != "0" else "1")),
        url.replace(mac, ""),
        f"{it.base_url}/unsubscribe?list=solutions&address={others}&mac={mac}",
        f"{it.base_url}/unsubscribe",
    ]
    async with aiohttp.ClientSession() as nobody:
        for each in wrong:
            async with nobody.get(each) as page, nobody.post(each, data=_CLICK) as done:
                assert {page.status, done.status} <= {404, 422}, each
    assert await query(it, "select 1 from mail_opt_out where address in ($1, $2)", own, others) == []


async def _written(it: Live, admin: Person, address: str) -> tuple[dict[str, object], bytes]:
    """Let a customer write, tell them what many are told, and return our message when it is settled, with its bytes."""
    number = uuid.uuid4().hex[:10]
    async with aiohttp.ClientSession() as session:
        mail = {"from": address, "to": MAILBOX, "subject": number, "text": "it is broken"}
        async with session.post(f"http://127.0.0.1:{it.settings.simulator_port}/simulator/mail", json=mail) as done:
            assert done.status == 201

    async def opened_one() -> object:
        return await query(it, "select id from interaction where subject = $1", number)

    [talk] = await eventually(opened_one)
    async with opened(it.settings) as db, db.transaction() as tx:
        assert await it.running.neck.interactions.work.tell_customer(tx, talk["id"], {"en": "Restart it."}, "solutions")
    it.running.neck.outbox._db.left_work()

    async def settled() -> object:
        return await query(
            it,
            "select id, delivery, error from message where interaction_id = $1 and text = 'Restart it.'"
            " and delivery in ('sent', 'failed')",
            talk["id"],
        )

    [message] = await eventually(settled)
    async with admin.session.get(f"{it.base_url}/api/messages/{message['id']}/original") as original:
        return dict(message), await original.read() if original.status == 200 else b""


async def test_what_goes_to_many_carries_the_link_and_goes_no_more_to_who_pressed_it(it: Live) -> None:
    admin = await it.person("admin")
    address = f"reza-{uuid.uuid4().hex[:8]}@example.net"
    message, content = await _written(it, admin, address)
    mail = message_from_bytes(content)
    assert message["delivery"] == "sent"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = urlsplit("".join(str(mail["List-Unsubscribe"]).split()).strip("<>"))
    assert url.netloc == "centre.example"
    async with (
        aiohttp.ClientSession() as nobody,
        nobody.post(f"{it.base_url}{url.path}?{url.query}", data=_CLICK) as done,
    ):
        assert done.status == 200
    message, content = await _written(it, admin, address)
    assert (message["delivery"], message["error"], content) == ("failed", "They want no more mail of this kind.", b"")


async def test_c123_who_will_not_get_a_solution_is_said_before_and_who_did_not_and_why_after(it: Live) -> None:
    admin = await it.person("admin")
    mark = f"w{uuid.uuid4().hex[:8]}"
    tickets = {}
    for name in ("gets", "ended", "returned", "full"):
        who = await reachable(admin, name, f"{name}.{mark}@shop.example")
        tickets[name] = await ticket(admin, subject=f"{mark} crash", customer_id=who)
    async with (
        aiohttp.ClientSession() as nobody,
        nobody.post(link(it, f"ended.{mark}@shop.example"), data=_CLICK) as done,
    ):
        assert done.status == 200
    number = f"+96650{uuid.uuid4().int % 10**7:07}"
    likes = {"preferred": {"channel": "sms", "address": number}}
    stopped = await reachable(admin, "stopped", f"stopped.{mark}@shop.example", **likes)
    tickets["stopped"] = await ticket(admin, subject=f"{mark} crash", customer_id=stopped)
    assert (await admin.json("POST", "/api/do-not-call", {"number": number}))[0] in (200, 201)
    tickets["again"] = await ticket(admin, subject=f"{mark} crash", customer_id=stopped)
    _, seen = await admin.json("POST", "/api/solutions/preview", {"q": mark})
    foreseen = {each["ticket_id"]: (each["channel"], each["reason"]) for each in seen["items"]}
    assert {name: foreseen[each["id"]] for name, each in tickets.items()} == {
        "gets": ("email", None),
        "ended": ("email", "unsubscribed"),
        "returned": ("email", None),
        "full": ("email", None),
        "stopped": ("sms", "opted_out"),
        "again": (None, None),
    }
    assert (seen["told"], seen["by_channel"], seen["refused"], seen["unreachable"]) == (3, {"email": 3}, 2, 0)
    sent = await made(admin, "/api/solutions", new({"q": mark}, texts={"en": "Restart it."}, solves=True))

    async def report(*settled: str | None) -> dict[str, object] | None:
        _, found = await admin.json("GET", f"/api/solutions/{sent['id']}")
        wanted = found["waiting"] == 0 and {each["delivery"] for each in found["items"]} <= {*settled}
        return dict(found) if wanted else None

    def became(found: dict[str, object]) -> dict[str, tuple[str, str | None]]:
        rows = {each["ticket_id"]: (each["state"], each["reason"]) for each in found["items"]}
        return {name: rows[each["id"]] for name, each in tickets.items()}

    found = await eventually(lambda: report("sent", "failed", None))
    assert became(found) == {
        "gets": ("sent", None),
        "ended": ("refused", "unsubscribed"),
        "returned": ("sent", None),
        "full": ("sent", None),
        "stopped": ("refused", "opted_out"),
        "again": ("same_customer", "opted_out"),
    }
    assert (found["sent"], found["refused"], found["failed"]) == (3, 2, 0)
    # Whoever is not told has no solution: their tickets stay open, and nothing is begun that would not go out.
    solved = {each["ticket_id"] for each in found["items"] if each["is_solved"]}
    assert solved == {tickets[name]["id"] for name in ("gets", "returned", "full")}
    for name in ("ended", "stopped", "again"):
        _, shown = await admin.json("GET", f"/api/tickets/{tickets[name]['id']}")
        assert (shown["category"], shown["interactions"]) == ("new", []), name
    # Hours later a report comes of one; of the other the server that took it says no more, and it never left.
    await _failed(it, tickets["returned"], "5.1.1 No such mailbox.")
    await _failed(it, tickets["full"], "The server refused it.", external_id=None)
    found = await report("sent", "failed", None)
    assert became(found) == {
        "gets": ("sent", None),
        "ended": ("refused", "unsubscribed"),
        "returned": ("failed", "bounced"),
        "full": ("failed", "undelivered"),
        "stopped": ("refused", "opted_out"),
        "again": ("same_customer", "opted_out"),
    }
    assert (found["sent"], found["refused"], found["failed"]) == (1, 2, 2)
    _, listed = await admin.json("GET", "/api/solutions?limit=50")
    [row] = [each for each in listed["items"] if each["id"] == sent["id"]]
    assert (row["sent"], row["refused"], row["failed"], row["waiting"]) == (1, 2, 2, 0)
    errors = {each["ticket_id"]: each["error"] for each in found["items"]}
    assert errors[tickets["returned"]["id"]] == "5.1.1 No such mailbox."


async def _failed(it: Live, of: dict[str, object], why: str, **changed: None) -> None:
    drop = ", external_id = null" if "external_id" in changed else ""
    done = await query(
        it,
        f"update message m set delivery = 'failed', error = $1{drop} from solution_ticket t"
        " where t.message_id = m.id and t.ticket_id = $2 returning m.id",
        why,
        uuid.UUID(str(of["id"])),
    )
    assert done
