"""Search over everything: in any spelling, only what the asker may see, each hit with its place."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

import pytest

from access.model import Permission
from tests.integration.house import branch, hire, made, query
from tests.live import Live, Person, eventually


async def find(person: Person, q: str, **more: Any) -> dict[str, list[dict[str, Any]]]:
    status, answer = await person.json("GET", f"/api/search?{urlencode({'q': q, **more})}")
    assert status == 200, answer
    return {group["kind"]: group["items"] for group in answer["groups"]}


async def found(person: Person, q: str, kind: str, **more: Any) -> list[dict[str, Any]]:
    """Search until there is something: the index follows the log."""

    async def ask() -> list[dict[str, Any]]:
        return (await find(person, q, kinds=kind, **more))[kind]

    hits: list[dict[str, Any]] = await eventually(ask)
    return hits


def marked(hit: dict[str, Any]) -> list[str]:
    return [hit["snippet"]["text"][start:end] for start, end in hit["snippet"]["marks"]]


async def test_a_message_is_found_in_the_other_spelling_and_at_its_place(it: Live) -> None:
    sara = await it.agent("sara")
    visitor = await it.visitor(locale="fa")
    await visitor.send("می‌خواهم سفارش كتابِ خود را پس بدهم، شمارهٔ ۴۴۱۲")
    work = (await sara.take_offer("webchat"))["interaction"]
    person = await it.person("sara")
    [hit] = await found(person, "کتاب 4412", "message")
    assert marked(hit) == ["كتابِ", "۴۴۱۲"]
    assert (hit["interaction_id"], hit["seq"], hit["number"]) == (work["id"], 2, work["number"])
    await sara.command(
        "interaction.note", interaction_id=work["id"], client_id="n", text="Zebra-crossing for colleagues"
    )
    [note] = await found(person, "zebra", "message")
    assert note["direction"] == "note"
    # What the log says of a delivery is said of the same message.
    assert (await query(it, "select count(*) from message_search where folded like '%zebra%'"))[0][0] == 1


async def test_a_conversation_is_found_by_its_number_in_any_digits(it: Live) -> None:
    omar = await it.agent("omar")
    visitor = await it.visitor(locale="ar")
    await visitor.send("مرحبا، عندي سؤال")
    work = (await omar.take_offer("webchat"))["interaction"]
    persian = "".join(chr(0x06F0 + int(digit)) for digit in str(work["number"]))
    hits = await found(await it.person("omar"), f"#{persian}", "conversation")
    assert work["id"] in [hit["interaction_id"] for hit in hits]


async def test_a_customer_is_found_by_two_parts_and_by_a_local_number(it: Live) -> None:
    admin = await it.person("admin")
    new = {"name": "Leila Karimi", "identities": [{"kind": "phone", "value": "+989123456789"}]}
    customer = await made(admin, "/api/customers", new)
    for q in ("karimi leila", "0912 345 67 89", "۰۹۱۲۳۴۵"):
        assert [hit["id"] for hit in (await find(admin, q))["customer"]] == [customer["id"]], q


async def test_what_is_another_branchs_is_not_found(it: Live) -> None:
    admin = await it.person("admin")
    here_id, there_id = await branch(admin, "Here"), await branch(admin, "There")
    rights = [Permission.INTERACTION_READ, Permission.CUSTOMER_READ, Permission.CUSTOMER_WRITE]
    here, there = await hire(it, rights, here_id, admin), await hire(it, rights, there_id, admin)
    word = f"quokka{uuid.uuid4().hex[:6]}"
    await made(admin, "/api/customers", {"name": word, "branch_id": there_id})
    queue = await made(admin, "/api/queues", {"name": word, "branch_id": there_id})
    new = {"kind": "webchat", "name": word, "queue_id": queue["id"], "branch_id": there_id, "settings": {}}
    account = await made(admin, "/api/accounts", new)
    await made(admin, "/api/widgets", {"site": word, "account_id": account["id"]})
    visitor = await it.visitor(site=word)
    await visitor.send(f"my {word} is here")
    [hit] = await found(there, word, "message")
    assert marked(hit) == [word]
    assert [len(items) for items in (await find(there, word)).values()] == [1, 0, 1]
    assert [len(items) for items in (await find(here, word)).values()] == [0, 0, 0]
    [number] = await query(it, "select number from interaction where id = $1", uuid.UUID(hit["interaction_id"]))
    assert (await find(here, str(number[0])))["conversation"] == []


async def test_who_may_read_no_conversations_finds_none(it: Live) -> None:
    clerk = await hire(it, [Permission.CUSTOMER_READ])
    assert set(await find(clerk, "anything")) == {"customer"}
    nobody = await hire(it)
    assert await find(nobody, "anything") == {}


async def test_a_cursor_goes_on_without_a_gap_and_filters_narrow(it: Live) -> None:
    visitor = await it.visitor()
    word = f"wombat{uuid.uuid4().hex[:6]}"
    await visitor.send(f"{word} 0")
    for number in range(1, 7):
        await visitor.send(f"{word} {number}")
    person = await it.person("maya")

    async def all_seven() -> bool:
        return len((await find(person, word, kinds="message"))["message"]) == 7

    await eventually(all_seven)
    texts: list[str] = []
    cursor = ""
    while True:
        asked = {"q": word, "kinds": "message", "limit": 3, **({"cursor": cursor} if cursor else {})}
        _, answer = await person.json("GET", f"/api/search?{urlencode(asked)}")
        [group] = answer["groups"]
        texts += [hit["snippet"]["text"] for hit in group["items"]]
        cursor = group["next_cursor"]
        if cursor is None:
            break
    assert texts == [f"{word} {number}" for number in reversed(range(7))]
    for more in ({"channel": "sms"}, {"until": "2020-01-01T00:00:00Z"}, {"since": "2099-01-01T00:00:00Z"}):
        assert (await find(person, word, kinds="message", **more))["message"] == [], more
    assert (
        len((await find(person, word, kinds="message", channel="webchat", since="2020-01-01T00:00:00Z"))["message"])
        == 7
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"q": ""},
        {"q": "\u200c"},
        {"q": "x", "kinds": "secret"},
        {"q": "x", "cursor": "nonsense", "kinds": "message"},
        {"q": "x", "cursor": "9999~zz", "kinds": "conversation"},
        {"q": "x", "cursor": "0", "limit": "5"},
        {"q": "x", "limit": "500"},
        {"q": "x" * 201},
        {"q": "x", "since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
    ],
)
async def test_what_makes_no_sense_is_refused(it: Live, asked: dict[str, str]) -> None:
    status, _ = await (await it.person("sara")).json("GET", f"/api/search?{urlencode(asked)}")
    assert status == 422


async def test_a_ticket_is_found_by_its_number_and_words_by_who_may_know_of_it(it: Live) -> None:
    admin = await it.person("admin")
    word = uuid.uuid4().hex[:8]
    whose = (await made(admin, "/api/customers", {"name": "ليلى حداد"}))["id"]
    said = {"kind": "inquiry", "subject": f"دستگاه كتابي {word}"}
    plain = await made(admin, "/api/tickets", said | {"customer_id": whose})
    own = await made(admin, "/api/tickets", said | {"is_confidential": True})
    [second, first] = (await find(admin, f"کتابی {word}", kinds="ticket"))["ticket"]
    assert (first["tag"], first["customer_name"], marked(first)) == (plain["number"], "ليلى حداد", ["كتابي", word])
    assert (second["id"], second["customer_id"]) == (own["id"], None)
    assert [hit["id"] for hit in (await find(admin, plain["number"], kinds="ticket"))["ticket"]] == [plain["id"]]
    status, answer = await admin.json("GET", f"/api/search?q={word}&kinds=ticket&limit=1")
    [group] = answer["groups"]
    assert (status, [hit["id"] for hit in group["items"]]) == (200, [own["id"]])
    page = urlencode({"q": word, "kinds": "ticket", "limit": 1, "cursor": group["next_cursor"]})
    _, answer = await admin.json("GET", f"/api/search?{page}")
    assert [hit["id"] for hit in answer["groups"][0]["items"]] == [plain["id"]]
    clerk = await hire(it, [Permission.TICKET_READ])
    assert [hit["id"] for hit in (await find(clerk, word, kinds="ticket"))["ticket"]] == [plain["id"]]
    nobody = await hire(it, [Permission.CUSTOMER_READ])
    assert "ticket" not in await find(nobody, word)
    assert (await find(admin, word, kinds="ticket", channel="webchat"))["ticket"] == []
    assert (await find(admin, word, kinds="ticket", until="2020-01-01T00:00:00Z"))["ticket"] == []
