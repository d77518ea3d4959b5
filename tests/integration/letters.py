"""Letters for tests of threads: written byte by byte, handed in through a door, looked up by a word in them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mail_servers import Folder, pymap
from outside import Outside, outside

from demo.organisation import MAILBOX
from storage.database import Database, Row, adhoc
from tests.live import AgentSocket, Person, eventually

_numbers = itertools.count(1)
FIND = adhoc(
    "select m.*, i.number, i.address as customer_address, i.state, i.closed_at, i.subject, i.last_seq"
    " from message m join interaction i on i.id = m.interaction_id"
    " where m.direction = 'inbound' and m.text like '%' || :word::text || '%' order by m.at"
)
UNREAD = adhoc("select count(*) = 0 from raw_input where outcome is null")


@dataclass(frozen=True)
class Letter:
    """A letter; `word` is in it and in no other."""

    sender: str
    headers: dict[str, str] = field(default_factory=dict)
    subject: str = "A question"
    body: str = ""
    message_id: str | None = ""
    word: str = field(default_factory=lambda: f"word{next(_numbers):05}")

    @property
    def id(self) -> str:
        """The Message-ID without brackets."""
        return f"{self.word}@letters.example" if self.message_id == "" else str(self.message_id)

    def content(self, to: str) -> bytes:
        headers = {"From": self.sender, "To": to, "Subject": self.subject, **self.headers}
        if self.message_id is not None:
            headers["Message-ID"] = f"<{self.id}>"
        head = "".join(f"{name}: {value}\n" for name, value in headers.items())
        return f"{head}\n{self.body}\n{self.word}\n".replace("\n", "\r\n").encode()


@dataclass
class Door:
    """A mailbox of ours and the way into it."""

    around: Outside
    db: Database
    address: str
    nadia: Person
    console: AgentSocket
    folder: Folder | None = None

    async def post(self, letter: Letter) -> Row:
        """Hand a letter in and return what became of it."""
        await self.put(letter.content(self.address))
        return await self.found(letter.word)

    async def put(self, content: bytes) -> None:
        if self.folder is None:
            await self.around.raw_mail(content, "someone@letters.example", self.address)
        else:
            await self.folder.add(content)

    async def found(self, word: str) -> Row:
        row: Row = await eventually(lambda: self.db.row(FIND, word=word), 30)
        return row

    async def reply(self, letter: Row, text: str) -> dict[str, Any]:
        """Answer as a supervisor who takes the conversation; returns the mail as the post office has it."""
        await self.take(letter)
        path = f"/api/interactions/{letter['interaction_id']}/messages"
        status, answer = await self.nadia.json("POST", path, {"client_id": letter["id"].hex, "text": text})
        assert status == 201, answer
        return await self.around.answered(text)

    async def take(self, letter: Row) -> None:
        state = await self.state(letter)
        if state["state"] != "assigned":
            await self.console.command("interaction.take", interaction_id=str(letter["interaction_id"]), has=None)

    async def state(self, letter: Row) -> Row:
        row = await self.db.row(adhoc("select * from interaction where id = :id::uuid"), id=letter["interaction_id"])
        assert row is not None
        return row

    async def around_of(self, letter: Row) -> Any:
        """Return who takes part, and what the conversation belongs with."""
        status, answer = await self.nadia.json("GET", f"/api/interactions/{letter['interaction_id']}/around")
        assert status == 200, answer
        return answer

    async def close(self, letter: Row) -> None:
        await self.take(letter)
        status, answer = await self.nadia.json("POST", f"/api/interactions/{letter['interaction_id']}/close", {})
        assert status in (200, 204), answer

    async def settled(self) -> None:
        await eventually(lambda: self.db.value(UNREAD), 30)


@asynccontextmanager
async def door(dsn: str, folder: Path, db: Database, kind: str) -> AsyncIterator[Door]:
    """Open a mailbox that is filled by our SMTP listener, or one that lies on an IMAP server."""
    async with outside(dsn, folder) as around:
        nadia, console = await around.it.person("nadia"), await around.it.agent("nadia")
        await db.run(adhoc("update agent set capacity_units = 1000"))
        admin = await around.it.person("admin")
        if kind == "smtp":
            yield Door(around, db, MAILBOX, nadia, console)
            return
        with pymap("--no-tls") as port:
            box = Folder(port, "Desk")
            await box.make()
            await _add_account(admin, box, around.it.settings.simulator_mail_port)
            yield Door(around, db, "desk@imap.example", nadia, console, box)


async def _add_account(admin: Person, box: Folder, smtp_port: int) -> None:
    _, queues = await admin.json("GET", "/api/queues")
    queue = next(each for each in queues["items"] if each["name"] == "Email")
    settings = {
        "address": "desk@imap.example", "imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none",
        "imap_user": "demouser", "imap_password": "demopass", "imap_folder": box.name, "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port, "smtp_security": "none",
    }  # fmt: skip
    new = {"kind": "email", "name": "Desk", "queue_id": queue["id"], "settings": settings}
    status, answer = await admin.json("POST", "/api/accounts", new)
    assert status == 201, answer
