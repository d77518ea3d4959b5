"""Articles: written, published, found in any spelling, suggested while somebody types, read by strangers if public."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from tests.integration.house import hire, made, query
from tests.integration.test_tickets import DESK, customer, ticket
from tests.live import Live, Person

ALL = ["knowledge.write", "knowledge.publish"]


def text(title: str, html: str = "") -> dict[str, str]:
    return {"title": title, "html": html}


async def draft(person: Person, texts: dict[str, Any], **said: Any) -> dict[str, Any]:
    return await made(person, "/api/articles", {"texts": texts, **said})


async def published(person: Person, texts: dict[str, Any], **said: Any) -> dict[str, Any]:
    return await state(person, await draft(person, texts, **said), "published")


async def state(person: Person, one: dict[str, Any], wanted: str) -> dict[str, Any]:
    body = {"state": wanted, "version": one["version"]}
    status, answer = await person.json("POST", f"/api/articles/{one['id']}/state", body)
    assert status == 200, answer
    return dict(answer)


def change(one: dict[str, Any], **said: Any) -> dict[str, Any]:
    kept = {name: one[name] for name in ("category_id", "is_public", "position", "version")}
    texts = {locale: text(each["title"], each["html"]) for locale, each in one["texts"].items()}
    return {**kept, "texts": texts, **said}


async def found(person: Person, path: str) -> list[dict[str, Any]]:
    status, answer = await person.json("GET", path)
    assert status == 200, answer
    return list(answer["items"])


async def test_c137_an_article_is_found_in_any_spelling_the_title_before_the_text(admin: Person) -> None:
    mark = f"w{uuid.uuid4().hex[:6]}"
    inside = await published(admin, {"ar": text("أسئلة عامة", f"<p>{mark} الطابعة ورقها مَحشورٌ</p>")})
    ahead = await published(admin, {"fa": text(f"{mark} گير كردن كاغذ در چاپگر")})
    await draft(admin, {"fa": text(f"{mark} کاغذ")})
    for typed in ("کاغذ", "كاغذ", "گیر کردن"):
        assert [each["id"] for each in await found(admin, f"/api/articles?q={mark} {typed}")] == [ahead["id"]]
    [one] = await found(admin, f"/api/articles?q={mark} محشور")
    assert one["id"] == inside["id"]
    marked = [one["snippet"]["text"][start:end] for start, end in one["snippet"]["marks"]]
    assert [mark, "مَحشورٌ"] == marked, "marks lie on the words as they were written"
    both = await found(admin, f"/api/articles?q={mark}")
    assert [each["id"] for each in both] == [ahead["id"], inside["id"]], "a title counts before a text"


async def test_an_article_is_shown_in_the_readers_language_or_in_another_that_it_has(admin: Person) -> None:
    mark = f"w{uuid.uuid4().hex[:6]}"
    texts = {"en": text(f"{mark} Refunds"), "fa": text(f"{mark} بازگشت پول")}
    await published(admin, texts)
    shown = {
        locale: (await found(admin, f"/api/articles?q={mark}&locale={locale}"))[0] for locale in ("en", "ar", "fa")
    }
    assert {locale: each["locale"] for locale, each in shown.items()} == {"en": "en", "ar": "en", "fa": "fa"}
    assert (await found(admin, f"/api/articles?q={mark} پول&locale=en"))[0]["locale"] == "fa", "where the words are"


async def test_c137_a_text_that_is_typed_finds_an_answer_though_not_all_its_words_are_there(admin: Person) -> None:
    good = await published(admin, {"ar": text("إعادة ضبط كلمة المرور", "<p>من صفحة الدخول اختر: نسيت.</p>")})
    for number in range(6):
        await published(admin, {"ar": text(f"ساعات العمل {number}", "<p>نفتح من صباح السبت في صفحة الفرع.</p>")})
    typed = {"text": "السلام عليكم، نسيت كلمه المرور ولا استطيع الدخول الى حسابي منذ امس", "locale": "ar"}
    status, answer = await admin.json("POST", "/api/articles/suggest", typed)
    assert (status, answer["items"][0]["id"]) == (200, good["id"])
    fridge = await published(admin, {"fa": text("یخچال خنک نمی‌کند")})
    for typed in ("يخچالم خراب است", "یخچالتان", "yes, یخچال"):
        _, answer = await admin.json("POST", "/api/articles/suggest", {"text": typed, "locale": "fa"})
        assert [each["id"] for each in answer["items"]] == [fridge["id"]], typed
    _, answer = await admin.json("POST", "/api/articles/suggest", {"text": "zebra crossing in من هل"})
    assert answer["items"] == []


async def test_what_an_article_says_can_run_nothing(admin: Person) -> None:
    evil = (
        '<p onclick="x()">Hi <script>alert(1)</script><img src=x onerror=alert(1)>'
        '<a href="java&#115;cript:alert(1)">a</a><svg><animate onbegin=alert(1)></svg>'
        '<style>*{}</style><iframe srcdoc="<script>x</script>"></iframe><b style="position:fixed">b</b></p>'
    )
    one = await published(admin, {"en": text("<script>alert(1)</script>", evil)}, is_public=True)
    _, public = await admin.json("GET", f"/api/public/articles/{one['id']}")
    for html in (one["texts"]["en"]["html"], public["html"]):
        lower = html.lower()
        assert not any(word in lower for word in ("script", "onclick", "onerror", "svg", "style", "iframe", "<img"))
        assert "<b>b</b>" in html
    async with admin.session.get(f"{admin.base_url}/articles/{one['id']}") as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert page.count("<script") == 0
    assert '<h1 dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;</h1>' in page
    assert policy.startswith("default-src 'none'"), "and nothing could run if it were there"
    assert public["text"].startswith("Hi")
    assert one["texts"]["en"]["title"] == "<script>alert(1)</script>", "a title is text, and shown as such"
    kept = (await found(admin, f"/api/articles/{one['id']}/editions"))[0]
    assert kept["html"] == one["texts"]["en"]["html"], "what is harmful is not kept either"


async def test_two_editors_at_once_are_one_and_a_conflict(admin: Person) -> None:
    one = await draft(admin, {"en": text("Prices")})
    path = f"/api/articles/{one['id']}"
    bodies = [change(one, texts={"en": text(f"Prices {number}")}) for number in range(4)]
    answers = await asyncio.gather(*(admin.json("PUT", path, body) for body in bodies))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
    _, now = await admin.json("GET", path)
    won = next(answer for status, answer in answers if status == 200)
    assert now["texts"] == won["texts"]


async def test_each_language_keeps_its_editions_with_who_wrote_them_and_one_comes_back(it: Live, admin: Person) -> None:
    one = await draft(admin, {"en": text("First", "<p>1</p>"), "fa": text("یکم")})
    other = await hire(it, ALL)
    path = f"/api/articles/{one['id']}"
    _, two = await other.json("PUT", path, change(one, texts={"en": text("Second"), "fa": text("یکم")}))
    assert two["texts"]["fa"]["edition"] == 1, "what stays as it was is no edition"
    _, three = await other.json("PUT", path, change(two, texts={"en": text("Third")}))
    assert list(three["texts"]) == ["en"]
    editions = await found(admin, f"{path}/editions?locale=en")
    assert [(each["edition"], each["title"]) for each in editions] == [(3, "Third"), (2, "Second"), (1, "First")]
    assert editions[0]["by_name"] == other.me["name"]
    back = {"locale": "en", "edition": 1, "version": three["version"]}
    status, restored = await admin.json("POST", f"{path}/restore", back)
    assert (status, restored["texts"]["en"]["title"], restored["texts"]["en"]["edition"]) == (200, "First", 4)
    _, restored = await admin.json(
        "POST", f"{path}/restore", {"locale": "fa", "edition": 1, "version": restored["version"]}
    )
    assert restored["texts"]["fa"]["title"] == "یکم", "also a language that was dropped"
    assert (await admin.json("POST", f"{path}/restore", back))[0] == 409


async def test_who_only_writes_publishes_nothing_and_readers_see_no_drafts(it: Live, admin: Person) -> None:
    writer, reader = await hire(it, ["knowledge.write"]), await hire(it)
    one = await draft(writer, {"en": text(f"Draft {uuid.uuid4().hex}")})
    path = f"/api/articles/{one['id']}"
    assert (await writer.json("POST", f"{path}/state", {"state": "published", "version": 1}))[0] == 403
    assert (await reader.json("GET", path))[0] == 404
    assert (await reader.json("GET", "/api/articles?state=draft"))[0] == 403
    assert one["id"] in [each["id"] for each in await found(writer, "/api/articles?state=draft&limit=200")]
    now = await state(admin, one, "published")
    assert (await reader.json("GET", path))[0] == 200
    assert (await writer.json("PUT", path, change(now)))[0] == 403, "published is for who publishes"
    assert (await reader.json("POST", "/api/articles", {"texts": {"en": text("x")}}))[0] == 403
    archived = await state(admin, now, "archived")
    assert (archived["state"], (await reader.json("GET", path))[0]) == ("archived", 404)


async def test_views_and_whether_it_helped_are_counted_one_word_for_each_reader(it: Live, admin: Person) -> None:
    one = await published(admin, {"en": text("Counting")})
    readers = [await hire(it) for _ in range(2)]
    path = f"/api/articles/{one['id']}"
    for reader in readers:
        assert (await reader.json("GET", f"{path}?counts=true"))[0] == 200
    for reader, said in ((readers[0], True), (readers[0], True), (readers[1], True), (readers[1], False)):
        status, judged = await reader.json("POST", f"{path}/vote", {"has_helped": said})
        assert (status, judged["has_helped"]) == (200, said)
    _, now = await admin.json("GET", path)
    assert (now["views"], now["helped"], now["unhelped"], now["has_helped"]) == (2, 1, 1, None)


async def test_a_category_shows_what_stands_below_it_and_none_stands_in_itself(admin: Person) -> None:
    top = await made(admin, "/api/article-categories", {"names": {"en": "Devices", "fa": "دستگاه‌ها"}})
    low = await made(admin, "/api/article-categories", {"names": {"en": "Printers"}, "parent_id": top["id"]})
    inside = await published(admin, {"en": text("Paper")}, category_id=low["id"])
    assert [each["id"] for each in await found(admin, f"/api/articles?category_id={top['id']}")] == [inside["id"]]
    circle = {"names": top["names"], "parent_id": low["id"], "version": top["version"]}
    status, answer = await admin.json("PUT", f"/api/article-categories/{top['id']}", circle)
    assert (status, answer["field"]) == (422, "parent_id")
    status, answer = await admin.json(
        "POST", "/api/articles", {"texts": {"en": text("x")}, "category_id": str(uuid.UUID(int=1))}
    )
    assert (status, answer["field"]) == (422, "category_id")


async def test_articles_stand_in_their_order(admin: Person) -> None:
    group = await made(admin, "/api/article-categories", {"names": {"en": "Ordered"}})
    last, first = [
        await published(admin, {"en": text(f"At {position}")}, category_id=group["id"], position=position)
        for position in (20, 10)
    ]
    listed = await found(admin, f"/api/articles?category_id={group['id']}")
    assert [each["id"] for each in listed] == [first["id"], last["id"]]


async def test_c138_a_request_becomes_a_draft_with_the_answer_that_solved_it_linked_both_ways(
    it: Live, admin: Person
) -> None:
    talk, asker = uuid.uuid4(), await customer(admin, "مریم")
    await _solved_talk(it, talk, asker, "کابل را جدا کنید.\n\nدوباره وصل کنید <شاید>.")
    one = await ticket(admin, subject="چاپگر روشن نمی‌شود", interaction_id=str(talk))
    clerk = await hire(it, [*DESK, "knowledge.write"])
    drafted = await made(clerk, f"/api/tickets/{one['id']}/article", {})
    assert (drafted["state"], drafted["source_kind"], drafted["source_id"]) == ("draft", "ticket", one["id"])
    said = drafted["texts"]["fa"]
    assert said["title"] == "چاپگر روشن نمی‌شود"
    assert said["text"] == "کابل را جدا کنید.\n\nدوباره وصل کنید <شاید>."
    assert [each["id"] for each in await found(clerk, f"/api/tickets/{one['id']}/articles")] == [drafted["id"]]
    reader = await hire(it, DESK)
    assert await found(reader, f"/api/tickets/{one['id']}/articles") == [], "a draft is for who writes"
    await state(admin, drafted, "published")
    assert [each["id"] for each in await found(reader, f"/api/tickets/{one['id']}/articles")] == [drafted["id"]]
    secret = await ticket(admin, is_confidential=True)
    assert (await admin.json("POST", f"/api/tickets/{secret['id']}/article", {}))[0] == 409
    assert (await clerk.json("POST", f"/api/tickets/{secret['id']}/article", {}))[0] == 404


async def _solved_talk(it: Live, talk: uuid.UUID, asker: str, answer: str) -> None:
    """A conversation of a customer in which an agent answered, and the system said something afterwards."""
    await query(
        it,
        "insert into interaction (id, channel, account_id, direction, customer_id, address, state, queue_id, "
        "opened_at, last_seq) "
        "select $1, a.kind, a.id, 'inbound', $2, 'm@shop.example', 'closed', a.queue_id, now(), 3 "
        "from channel_account a where a.kind = 'email' limit 1",
        talk,
        uuid.UUID(asker),
    )
    for seq, (direction, author, said) in enumerate(
        (("inbound", "customer", "Help"), ("outbound", "agent", answer), ("outbound", "system", "Closed.")), start=1
    ):
        await query(
            it,
            "insert into message (id, interaction_id, account_id, seq, direction, author_kind, author_name, text, at) "
            "select $1, i.id, i.account_id, $2, $3, $4, '', $5, now() from interaction i where i.id = $6",
            uuid.uuid4(),
            seq,
            direction,
            author,
            said,
            talk,
        )


# --- strangers


async def test_strangers_read_what_is_public_and_published_from_any_site_without_a_cookie(
    it: Live, admin: Person
) -> None:
    mark = f"w{uuid.uuid4().hex[:6]}"
    public = await published(admin, {"en": text(f"{mark} Opening"), "ar": text(f"{mark} الدوام")}, is_public=True)
    inside = await published(admin, {"en": text(f"{mark} Inside")})
    waiting = await draft(admin, {"en": text(f"{mark} Waiting")}, is_public=True)
    nobody = await it.anonymous()
    async with nobody.session.get(f"{it.base_url}/api/public/articles?q={mark}&locale=ar") as response:
        body, headers = await response.json(), response.headers
    assert [(each["id"], each["title"]) for each in body["items"]] == [(public["id"], f"{mark} الدوام")]
    assert (headers["Access-Control-Allow-Origin"], headers["Cache-Control"]) == ("*", "public, max-age=60")
    assert "Set-Cookie" not in headers
    for hidden in (inside, waiting):
        assert (await nobody.json("GET", f"/api/public/articles/{hidden['id']}"))[0] == 404
    _, read = await nobody.json("GET", f"/api/public/articles/{public['id']}?locale=fa")
    assert (read["locale"], read["locales"]) == ("en", ["en", "ar"])
    assert "source_id" not in read
    _, suggested = await nobody.json("POST", "/api/public/articles/suggest", {"text": f"{mark} when is it?"})
    assert [each["id"] for each in suggested["items"]] == [public["id"]]
    async with nobody.session.options(f"{it.base_url}/api/public/articles/suggest") as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_visitor_says_once_whether_it_helped_and_no_address_says_it_without_end(
    it: Live, admin: Person
) -> None:
    one = await published(admin, {"en": text("Helpful")}, is_public=True)
    nobody = await it.anonymous()
    path = f"/api/public/articles/{one['id']}/vote"
    for said in (True, True, False):
        body = {"visitor": "browser-0123456789", "has_helped": said}
        assert (await nobody.json("POST", path, body))[0] == 204
    _, now = await admin.json("GET", f"/api/articles/{one['id']}")
    assert (now["helped"], now["unhelped"]) == (0, 1)
    told = [row["voter"] for row in await query(it, "select voter from article_vote")]
    assert not any("browser-0123456789" in voter for voter in told)
    statuses = {
        (await nobody.json("POST", path, {"visitor": uuid.uuid4().hex, "has_helped": True}))[0] for _ in range(45)
    }
    assert statuses == {204, 429}
    inside = await published(admin, {"en": text("Not yours")})
    assert (await admin.json("POST", f"/api/public/articles/{inside['id']}/vote", body))[0] in (404, 429)
