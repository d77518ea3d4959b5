"""What of a mail is shown when somebody asks: the quoted rest, and pictures that lie elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from aiohttp import web

from core.actor import SYSTEM
from demo.organisation import MAILBOX
from interactions.whole import NoPicture, WholeMails
from storage.database import Database, adhoc
from tests.integration.house import hire
from tests.integration.outside import Outside, outside
from tests.live import eventually

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
QUOTED = "في الاثنين، 2 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة الدعم <help@markaz.example>:"
MESSAGES = adhoc("select id, text, details from message where direction = 'inbound'")


@pytest_asyncio.fixture
async def pictures() -> AsyncIterator[str]:
    """A server of pictures, and of what pretends to be one."""

    async def gif(_: web.Request) -> web.Response:
        return web.Response(body=PIXEL, content_type="image/gif")

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<script>alert(1)</script>", content_type="image/png")

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.query["to"])

    async def endless(_: web.Request) -> web.Response:
        return web.Response(body=PIXEL + b"\0" * (6 << 20), content_type="image/gif")

    app = web.Application()
    app.add_routes(
        [web.get("/a.gif", gif), web.get("/p.png", page), web.get("/away", away), web.get("/big.gif", endless)]
    )
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def came(around: Outside, db: Database, text: str, html: str | None = None) -> Any:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "lena@customer.example", MAILBOX, "A question"
    mail["Message-ID"] = "<whole@customer.example>"
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    await around.raw_mail(mail.as_bytes(), "lena@customer.example")

    async def kept() -> Any:
        return next(iter(await db.rows(MESSAGES)), None)

    return await eventually(kept)


async def test_c005_the_whole_text_of_a_mail_is_there_for_who_may_read_it(
    dsn: str, tmp_path: Path, db: Database
) -> None:
    async with outside(dsn, tmp_path) as around:
        whole = f"شكرًا لكم\n\n{QUOTED}\n\n> السلام عليكم"
        message = await came(around, db, whole)
        assert message["text"] == "شكرًا لكم"
        assert message["details"]["cut"].startswith("فيالاثنين2نوفمبر2026")
        admin = await around.it.person("admin")
        assert await admin.json("GET", f"/api/messages/{message['id']}/whole") == (200, {"text": whole})
        nobody = await hire(around.it, ["customer.read"])
        for path in ("whole", "pictures/0"):
            assert (await nobody.json("GET", f"/api/messages/{message['id']}/{path}"))[0] == 403
            assert (await admin.json("GET", f"/api/messages/{UUID(int=7)}/{path}"))[0] == 404


async def test_pictures_from_elsewhere_are_fetched_by_the_server_alone(
    dsn: str, tmp_path: Path, db: Database, pictures: str
) -> None:
    sources = [
        f"{pictures}/a.gif",
        f"{pictures}/p.png",
        f"{pictures}/big.gif",
        f"{pictures}/away?to=/a.gif",
        f"{pictures}/away?to=file:///etc/passwd",
        f"{pictures}/none.gif",
        "http://nowhere.invalid/a.gif",
    ]
    async with outside(dsn, tmp_path) as around:
        html = "<p>Look:</p>" + "".join(f'<img src="{source}">' for source in sources)
        message = await came(around, db, "Look:", html)
        assert message["details"]["outside_pictures"] == len(sources)
        mails = WholeMails(db, may_reach_private=True)
        for number in (0, 3):
            shown = await mails.picture(SYSTEM, message["id"], number)
            assert (shown.body, shown.content_type) == (PIXEL, "image/gif")
            assert shown.headers["X-Content-Type-Options"] == "nosniff"
        for number in (1, 2, 4, 5, 6, 7, -1):
            with pytest.raises(NoPicture):
                await mails.picture(SYSTEM, message["id"], number)
        # The server itself reaches nothing inside, by whatever name.
        admin = await around.it.person("admin")
        assert (await admin.json("GET", f"/api/messages/{message['id']}/pictures/0"))[0] == 404
