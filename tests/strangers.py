"""The strangers of the smoke run: each speaks his own protocol, and outlives the server."""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp

from core.secrets import Keyring
from demo.organisation import MAILBOX, NUMBER
from simulator import SimulatedNumber, Simulator, SimulatorSettings
from tests.live import Live, VisitorSocket

SECRET = "smoke"
IMAP_ADDRESS = "imap@sahra.example"
CUSTOMER = "+989121234567"


class Strangers:
    """Everybody outside: a shopper, a mail client, a phone, a mailbox at a provider."""

    def __init__(self, it: Live, simulator: Simulator, imap_port: int) -> None:
        self.it, self.simulator, self.imap_port = it, simulator, imap_port
        self.visitor: VisitorSocket | None = None
        self.sent_mail: dict[str, EmailMessage] = {}
        self.http = aiohttp.ClientSession()

    async def state(self) -> dict[str, Any]:
        async with self.http.get(f"{self.simulator.url}/simulator/state?last=500") as response:
            found: dict[str, Any] = await response.json()
            return found

    async def control(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self.http.post(f"{self.simulator.url}/simulator/{path}", json=body) as response:
            assert response.status < 300, await response.text()
            found: dict[str, Any] = await response.json()
            return found

    # Each `say_*` returns once the server has acknowledged; each `hears_*` once the answer has come.

    async def say_webchat(self, text: str) -> None:
        if self.visitor is None or not self.visitor.client.connected:
            token = self.visitor.token if self.visitor else None
            self.visitor = await self.it.visitor(token)
        await self.visitor.send(text)

    async def hears_webchat(self, text: str) -> None:
        if self.visitor is None or not self.visitor.client.connected:
            self.visitor = await self.it.visitor(self.visitor.token if self.visitor else None)
        await self.visitor.hears(text)

    def _mail(self, text: str, to: str, who: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{who} <{who}@customer.example>", to, f"About {text}"
        mail["Message-ID"] = f"<{uuid.uuid4().hex}@customer.example>"
        mail.set_content(text)
        self.sent_mail[text] = mail
        return mail

    async def say_email(self, text: str) -> None:
        mail = self._mail(text, MAILBOX, f"lena{len(self.sent_mail)}")

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", self.it.settings.smtp_port, timeout=10) as client:
                client.send_message(mail)

        await asyncio.to_thread(send)

    async def say_imap(self, text: str) -> None:
        mail = self._mail(text, IMAP_ADDRESS, f"omid{len(self.sent_mail)}")

        def put() -> None:
            client = imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=10)
            client.login("demouser", "demopass")
            client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), mail.as_bytes())
            client.logout()

        await asyncio.to_thread(put)

    async def hears_email(self, text: str, about: str) -> None:
        asked = self.sent_mail[about]

        async def answered() -> bool:
            found = [m for m in (await self.state())["mails"] if m["direction"] == "out" and text in m["text"]]
            assert len(found) <= 1, f"the answer {text!r} came {len(found)} times"
            if not found:
                return False
            assert found[0]["in_reply_to"] == asked["Message-ID"], "the answer is not in the asker's thread"
            assert found[0]["to"] == asked["From"].partition("<")[2].rstrip(">") or asked["From"] in found[0]["to"]
            return True

        await until(answered)

    async def say_sms(self, text: str) -> None:
        sent = await self.control("sms", {"from": CUSTOMER, "to": NUMBER, "body": text})

        async def accepted() -> bool:
            hooks = [w for w in (await self.state())["webhooks"] if w["url"].endswith("/sms") and w["status"] == 200]
            return any(sent["sid"] in str(w) for w in hooks) or len(hooks) >= text_number(text)

        await until(accepted)

    async def hears_sms(self, text: str) -> None:
        async def arrived() -> bool:
            found = [m for m in (await self.state())["messages"] if m["body"] == text and m["to"] == CUSTOMER]
            assert len(found) <= 1, f"the text {text!r} came {len(found)} times"
            return bool(found)

        await until(arrived)

    async def call(self) -> str:
        made = await self.control("calls", {"from": CUSTOMER, "to": NUMBER})
        return str(made["sid"])

    async def is_joined(self, sid: str) -> None:
        async def both_in() -> bool:
            return any(
                any(sid in str(p) for p in room["participants"]) and len(room["participants"]) == 2
                for room in (await self.state())["conferences"]
            )

        await until(both_in)


def text_number(text: str) -> int:
    return int(text.rpartition(" ")[2])


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(0.02)


async def carrier(it: Live) -> Simulator:
    """The strangers' carrier and post office, in this process: they outlive the server."""
    admin = await it.person("admin")
    _, accounts = await admin.json("GET", "/api/accounts")
    by_kind = {account["kind"]: account for account in accounts["items"]}
    hooks = {kind: f"{it.base_url}/hooks/{by_kind[kind]['id']}" for kind in ("sms", "voice")}
    keys = Keyring.load(SECRET, Path())
    simulator = Simulator(
        SimulatorSettings(
            account_sid=by_kind["sms"]["settings"]["account_sid"],
            auth_token=keys.derive("demo carrier"),
            numbers=(
                SimulatedNumber(
                    number=NUMBER,
                    sms_url=f"{hooks['sms']}/sms",
                    voice_url=f"{hooks['voice']}/call",
                    status_url=f"{hooks['voice']}/call/status",
                ),
            ),
            port=it.settings.simulator_port,
            post_port=it.settings.simulator_mail_port,
            mail_port=it.settings.smtp_port,
        )
    )
    await simulator.start()
    return simulator


async def imap_server(stack: AsyncExitStack) -> int:
    """An IMAP server of a stranger's: pymap with its demo user."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        str(Path(sys.executable).with_name("pymap")),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "dict",
        "--demo-data",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)

    async def listens() -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    await until(listens)
    return port
