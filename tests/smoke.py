"""The main job, end to end: `python -m tests.smoke`.

A server on free ports, strangers who speak only their own protocols, three agents on socket.io. Each channel is tried
once, then everybody speaks again and the server is killed before anybody can answer: what was acknowledged must be
there once after the next start, and its answer must reach the stranger on his own channel, in his own thread. Exit
status 0 only when all of it holds.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.folders import database_folder
from tests.live import AgentSocket, Live, settings_for
from tests.program import Program
from tests.strangers import CUSTOMER, IMAP_ADDRESS, SECRET, Strangers, carrier, imap_server, until


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


async def main() -> int:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(database_folder())
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
