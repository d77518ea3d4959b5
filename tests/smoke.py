"""The main job, end to end: `python -m tests.smoke`.

A server on free ports, strangers who speak only their own protocols, three agents on socket.io. Each channel is tried
once, then everybody speaks again and the server is killed before anybody can answer: what was acknowledged must be
there once after the next start, and its answer must reach the stranger on his own channel, in his own thread. Exit
status 0 only when all of it holds.
"""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp

from core.secrets import Keyring
from demo.organisation import MAILBOX, NUMBER
from simulator import SimulatedNumber, Simulator, SimulatorSettings
from tests.live import AgentSocket, Live, VisitorSocket, settings_for
from tests.program import Program

SECRET = "smoke"
IMAP_ADDRESS = "imap@sahra.example"
CUSTOMER = "+989121234567"


@dataclass
class Row:
    """What one channel's turn took, in milliseconds, and what went wrong."""

    channel: str
    round: str
    marks: dict[str, float] = field(default_factory=dict)
    error: str = ""

    def mark(self, what: str) -> None:
        self.marks[what] = time.perf_counter()

    def took(self, start: str, end: str) -> str:
        if start not in self.marks or end not in self.marks:
            return "-"
        return f"{(self.marks[end] - self.marks[start]) * 1000:.0f}"


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


class Smoke:
    """One run."""

    def __init__(self, it: Live, program: Program, strangers: Strangers) -> None:
        self.it, self.program, self.strangers = it, program, strangers
        self.agents: dict[str, AgentSocket] = {}
        self.rows: list[Row] = []

    async def sign_in(self) -> None:
        for login in ("sara", "omar", "maya"):
            self.agents[login] = await self.it.agent(login)

    async def add_imap_account(self, mail_port: int) -> None:
        admin = await self.it.person("admin")
        _, queues = await admin.json("GET", "/api/queues")
        settings = {
            "address": IMAP_ADDRESS,
            "imap_host": "127.0.0.1",
            "imap_port": self.strangers.imap_port,
            "imap_security": "none",
            "imap_user": "demouser",
            "imap_password": "demopass",
            "imap_start": "now",
            "smtp_host": "127.0.0.1",
            "smtp_port": mail_port,
            "smtp_security": "none",
        }
        queue = next(q["id"] for q in queues["items"] if q["name"] == "Email")
        body = {"kind": "email", "name": "IMAP mailbox", "queue_id": queue, "settings": settings}
        status, answer = await admin.json("POST", "/api/accounts", body)
        assert status == 201, answer

        async def followed() -> bool:
            _, found = await admin.json("GET", "/api/accounts")
            account = next(a for a in found["items"] if a["name"] == "IMAP mailbox")
            assert not account["last_error"], account["last_error"]
            return account["place"] is not None

        await until(followed)

    def agent_of(self, offer_of: str) -> Awaitable[tuple[AgentSocket, dict[str, Any]]]:
        """Wait until any agent is offered something with this preview (calls: this number), and accept it."""

        async def find() -> tuple[AgentSocket, dict[str, Any]]:
            async with asyncio.timeout(30):
                while True:
                    for agent in self.agents.values():
                        for offer in agent.state["offers"]:
                            if offer_of in offer["preview"] or (
                                offer_of in str(offer["customer"]) and not offer["preview"]
                            ):
                                return agent, offer
                    await asyncio.sleep(0.005)

        return find()

    async def turn(self, row: Row, say: Callable[[str], Awaitable[None]], text: str) -> tuple[AgentSocket, str]:
        row.mark("said")
        await say(text)
        row.mark("accepted")
        return await self.take(row, text)

    async def take(self, row: Row, text: str) -> tuple[AgentSocket, str]:
        agent, offer = await self.agent_of(text)
        row.mark("offered")
        await agent.command("offer.accept", offer_id=offer["id"])
        await agent.until(lambda: agent.conversation(offer["interaction_id"]))
        conversation = agent.conversation(offer["interaction_id"])
        assert conversation is not None
        said = [m for m in conversation["messages"] if m["direction"] == "inbound" and text in m["text"]]
        assert len(said) == 1, f"{text!r} is there {len(said)} times"
        return agent, offer["interaction_id"]

    async def answer(self, row: Row, agent: AgentSocket, interaction_id: str, text: str) -> None:
        await agent.reply(interaction_id, text)
        row.mark("replied")

    async def finish(self, row: Row, agent: AgentSocket, interaction_id: str) -> None:
        row.mark("answered")
        await agent.command("interaction.close", interaction_id=interaction_id, disposition="resolved")
        await agent.until(lambda: not agent.conversation(interaction_id))

    async def written(self, channel: str, round_name: str, number: int, *, spoken: bool = False) -> None:
        """One turn of a written channel; `spoken`: it was said (and acknowledged) before."""
        strangers, text = self.strangers, f"{channel} question {number}"
        row = Row(channel, round_name)
        self.rows.append(row)
        say = {
            "webchat": strangers.say_webchat,
            "email": strangers.say_email,
            "imap": strangers.say_imap,
            "sms": strangers.say_sms,
        }[channel]
        hears: dict[str, Callable[[str], Awaitable[None]]] = {
            "webchat": strangers.hears_webchat,
            "email": lambda said: strangers.hears_email(said, text),
            "imap": lambda said: strangers.hears_email(said, text),
            "sms": strangers.hears_sms,
        }
        try:
            if spoken:
                row.mark("accepted")
            agent, interaction_id = await (self.take(row, text) if spoken else self.turn(row, say, text))
            answer = f"Answer to {text}"
            await self.answer(row, agent, interaction_id, answer)
            await hears[channel](answer)
            await self.finish(row, agent, interaction_id)
        except (AssertionError, TimeoutError, OSError) as error:
            row.error = f"{type(error).__name__}: {error}"[:300]

    async def called(self, round_name: str, *, sid: str | None = None) -> None:
        """One call: it rings, waits, is joined with the agent, and is hung up."""
        row = Row("voice", round_name)
        self.rows.append(row)
        try:
            row.mark("said")
            sid = sid or await self.strangers.call()
            row.mark("accepted")
            agent, offer = await self.agent_of(CUSTOMER)
            row.mark("offered")
            await agent.command("offer.accept", offer_id=offer["id"])
            await self.strangers.is_joined(sid)
            row.mark("answered")
            await agent.command("call.hang_up", interaction_id=offer["interaction_id"])
            await agent.until(
                lambda: (agent.conversation(offer["interaction_id"]) or _GONE)["interaction"]["call"]["ended_at"]
            )
            found = (agent.conversation(offer["interaction_id"]) or _GONE)["interaction"]
            assert found["call"]["outcome"] == "handled", found["call"]
            with suppress(Exception):
                await agent.command("interaction.wrap_up_done", interaction_id=offer["interaction_id"])
        except (AssertionError, TimeoutError, OSError) as error:
            row.error = f"{type(error).__name__}: {error}"[:300]

    async def run(self) -> bool:
        for number, channel in enumerate(("webchat", "email", "sms"), 1):
            await self.written(channel, "plain", number if channel != "sms" else 1)
        await self.written("imap", "plain", 1)
        await self.called("plain")

        # Everybody speaks; the moment all of it is acknowledged, the server dies.
        await asyncio.gather(*(agent.close() for agent in self.agents.values()))
        strangers = self.strangers
        await strangers.say_webchat("webchat question 7")
        await strangers.say_email("email question 8")
        await strangers.say_sms("sms question 2")
        await strangers.say_imap("imap question 9")
        sid = await strangers.call()
        await asyncio.sleep(0.3)
        await self.program.kill()
        killed = time.perf_counter()
        await self.program.start()
        print(f"killed and ready again in {(time.perf_counter() - killed) * 1000:.0f} ms")
        await self.sign_in()
        for channel, number in (("webchat", 7), ("email", 8), ("sms", 2), ("imap", 9)):
            await self.written(channel, "killed", number, spoken=True)
        await self.called("killed", sid=sid)
        return all(not row.error for row in self.rows)

    def report(self) -> None:
        print(f"{'channel':10}{'round':10}{'accepted':>10}{'offered':>10}{'answered':>10}   (milliseconds)")
        for row in self.rows:
            took = [row.took("said", "accepted"), row.took("accepted", "offered"), row.took("offered", "answered")]
            print(f"{row.channel:10}{row.round:10}{took[0]:>10}{took[1]:>10}{took[2]:>10}   {row.error or 'ok'}")


_GONE: dict[str, Any] = {"interaction": {"call": {"ended_at": None, "outcome": "gone"}}}


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


async def main() -> int:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="markaz-smoke-")))
        folder.chmod(0o755)
        settings = settings_for(None, folder)
        program = await stack.enter_async_context(Program(settings, secret=SECRET))
        it = Live(settings)
        stack.push_async_callback(it.close)
        simulator = await carrier(it)
        stack.push_async_callback(simulator.stop)
        strangers = Strangers(it, simulator, await imap_server(stack))
        stack.push_async_callback(strangers.http.close)
        smoke = Smoke(it, program, strangers)
        await smoke.sign_in()
        await smoke.add_imap_account(simulator.post_port)
        is_well = await smoke.run()
        smoke.report()
        if not is_well:
            print("\n".join(["the server's last words:", *program.output[-25:]]))
        print("smoke: all channels answered, nothing lost" if is_well else "smoke: FAILED")
        return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
