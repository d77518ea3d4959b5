"""The strangers of tests that run the server with its simulated carrier: mail by SMTP, texts and calls by control."""

from __future__ import annotations

import asyncio
import smtplib
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp

from demo.organisation import MAILBOX, NUMBER
from tests.live import Live, eventually, live

PHONE = "+989121234567"


class Outside:
    """A server with everybody around it."""

    def __init__(self, it: Live) -> None:
        self.it = it
        self.base = f"http://127.0.0.1:{it.settings.simulator_port}/simulator"
        self.http = aiohttp.ClientSession()

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http.request(method, f"{self.base}/{path}", json=body) as response:
            assert response.status < 300, await response.text()
            return await response.json()

    async def state(self) -> Any:
        return await self.control("GET", "state?last=500")

    async def faults(self, *rules: dict[str, Any]) -> None:
        await self.control("PUT", "faults", {"rules": list(rules)})

    async def text(self, body: str, sender: str = PHONE) -> None:
        await self.control("POST", "sms", {"from": sender, "to": NUMBER, "body": body})

    async def call(self, sender: str = PHONE, **more: Any) -> str:
        return str((await self.control("POST", "calls", {"from": sender, "to": NUMBER, **more}))["sid"])

    async def mail(self, text: str, sender: str = "lena@customer.example", to: str = MAILBOX, **headers: str) -> str:
        """Send a mail and return its Message-ID once the server said 250."""
        mail = EmailMessage()
        mail["From"], mail["To"] = sender, to
        mail["Subject"] = headers.pop("subject", "A question")
        mail["Message-ID"] = headers.pop("message_id", f"<{uuid.uuid4().hex}@customer.example>")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        await self.raw_mail(mail.as_bytes(), sender.rpartition("<")[2].rstrip(">"), to)
        return str(mail["Message-ID"])

    async def raw_mail(self, content: bytes, sender: str, to: str = MAILBOX) -> None:
        def send() -> None:
            with smtplib.SMTP("127.0.0.1", self.it.settings.smtp_port, timeout=10) as client:
                client.sendmail(sender, [to], content)

        await asyncio.to_thread(send)

    async def answered(self, text: str) -> dict[str, Any]:
        """Wait for a mail of ours that says this, and return it as the post office has it."""

        async def find() -> Any:
            found = (await self.state())["mails"]
            return next((mail for mail in found if mail["direction"] == "out" and text in mail["text"]), None)

        mail: dict[str, Any] = await eventually(find)
        return mail


@asynccontextmanager
async def outside(dsn: str, folder: Path, **changes: Any) -> AsyncIterator[Outside]:
    async with live(dsn, folder, simulator=True, **changes) as it:
        around = Outside(it)
        try:
            yield around
        finally:
            await around.http.close()
