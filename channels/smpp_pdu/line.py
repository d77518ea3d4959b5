"""One bind at a message centre: who waits for which answer, and what comes, before it is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiosmpplib import (
    ESME,
    AbstractHook,
    BindMode,
    DeliverSmResp,
    PduHeader,
    SmppCommand,
    SmppMessage,
    SubmitSm,
    SubmitSmResp,
)
from pydantic import Field, SecretStr
from typing_extensions import override

from channels.base import Uncertain
from channels.dialling import DialSettings
from core.errors import Unavailable

BIND_SECONDS = 8.0
ANSWER_SECONDS = 15.0


class SmppSettings(DialSettings):
    """One account at a message centre."""

    host: str = Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")
    port: int = Field(2775, ge=1, le=65535)
    system_id: str = Field(min_length=1, max_length=15)
    password: SecretStr = Field(max_length=8)
    number: str = Field(min_length=1, max_length=20, description="Our number or name, as receivers see it.")
    is_packed: bool = Field(
        default=False,
        description="Texts in the operators' own alphabet go and come with eight letters in seven octets.",
    )


Take = Callable[[bytes], Awaitable[None]]


class Bound(ESME):  # type: ignore[misc] # it ships no types that mypy reads
    """The library's client, which hands over what comes before it acknowledges it.

    The library's own reading of what comes is left out: it joins parts in memory, and a surprise ends the line.
    """

    take: Take
    _line: asyncio.StreamWriter | None = None

    @override
    async def connect(self) -> None:
        try:
            await super().connect()
        finally:
            self._line = self._writer

    def hang_up(self) -> None:
        """Close the line, which the library leaves to the garbage."""
        if self._line is not None:
            self._line.close()

    @override
    async def _handle_request(self, pdu: bytes, header: PduHeader) -> SmppMessage | None:
        if header.smpp_command == SmppCommand.DELIVER_SM:
            await self.take(pdu)
            await self._send_data(DeliverSmResp(header.sequence_num))
            return None
        return await super()._handle_request(pdu, header)


@dataclass
class Waiting(AbstractHook):  # type: ignore[misc] # as above
    """Who waits for the answer to which submission."""

    answers: dict[str, asyncio.Future[SubmitSmResp]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    async def sending(self, smpp_message: SmppMessage, pdu: bytes, client_id: str) -> None:  # noqa: ARG002 - the library's
        """From here on nobody can say whether it was taken, but for who answers."""
        if (key := getattr(smpp_message, "log_id", "")) in self.answers:
            self.written.add(key)

    async def received(self, smpp_message: SmppMessage | None, pdu: bytes, client_id: str) -> None:  # noqa: ARG002 - the library's
        if isinstance(smpp_message, SubmitSmResp):
            answer = self.answers.get(smpp_message.log_id)
            if answer is not None and not answer.done():
                answer.set_result(smpp_message)

    async def send_error(self, smpp_message: SmppMessage, error: Exception, client_id: str) -> None:  # noqa: ARG002 - as above
        answer = self.answers.get(getattr(smpp_message, "log_id", ""))
        if answer is not None and not answer.done():
            answer.set_exception(error)


@dataclass
class Session:
    """One bind of this process."""

    client: Bound
    hook: Waiting
    task: asyncio.Task[None]

    async def ready(self) -> None:
        """Wait for the bind. Raises Unavailable."""
        try:
            async with asyncio.timeout(BIND_SECONDS):
                await self.client._bound.wait()  # noqa: SLF001 - the library has no other word for it
        except TimeoutError as error:
            raise Unavailable("The message centre does not let us in.") from error

    async def submit(self, message: SubmitSm, key: str) -> SubmitSmResp:
        """Hand one text over.

        Raises Unavailable when it never left, Uncertain when it did and nobody answers, ValueError for what cannot be
        written.
        """
        answer = self.hook.answers[key] = asyncio.get_running_loop().create_future()
        try:
            await self.client.broker.enqueue(message)
            # Who waits on a line that has ended would wait for nothing.
            await asyncio.wait((answer, self.task), timeout=ANSWER_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            if self.task.done() and key not in self.hook.written:
                raise Unavailable("The line to the message centre ended before this left.")
            raise Uncertain("The message centre did not answer. Whether it took this is not known.")
        except OSError as error:
            raise Uncertain("The message centre did not answer. Whether it took this is not known.") from error
        finally:
            self.hook.answers.pop(key, None)
            self.hook.written.discard(key)


def client_of(settings: SmppSettings, hook: Waiting, take: Take) -> Bound:
    client = Bound(
        settings.host,
        settings.port,
        settings.system_id,
        settings.password.get_secret_value(),
        bind_mode=BindMode.TRANSCEIVER,
        enquire_link_interval=30.0,
        log_level=logging.CRITICAL,
        hook=hook,
        socket_timeout=BIND_SECONDS,
    )
    client.take = take
    return client


async def end(session: Session) -> None:
    session.task.cancel()
    await asyncio.gather(session.task, return_exceptions=True)
    session.client.hang_up()
