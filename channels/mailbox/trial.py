"""Trying a mailbox before it is trusted: reach, sign in, open the folder, send a mail to itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from email.message import EmailMessage
from email.utils import format_datetime
from typing import cast

from channels.base import Trial, Uncertain
from channels.mailbox.faults import Fault
from channels.mailbox.imap import open_mailbox
from channels.mailbox.pool import Pool
from channels.mailbox.sender import submit
from channels.mailbox.settings import EmailSettings
from channels.mailbox.thread import Marks
from channels.mailbox.tokens import Tokens
from core.clock import Clock
from core.errors import Invalid, MarkazError, Unavailable
from core.ids import uuid7

# Whoever tries waits before a screen.
_SECONDS = 12.0
_STEPS = {"imap": ("connect", "sign_in", "folder"), "smtp": ("connect", "sign_in", "send")}
_OF_FAULT: dict[str, str] = {
    "password": "sign_in", "app_password": "sign_in", "token": "sign_in", "folder": "folder", "sender": "send",
    "recipient": "send", "other": "send",
}  # fmt: skip


class Trials:
    """Tries settings that need not be saved."""

    def __init__(self, tokens: Tokens, pool: Pool, marks: Marks, clock: Clock) -> None:
        self._tokens, self._pool, self._marks, self._clock = tokens, pool, marks, clock

    async def of(self, settings: EmailSettings) -> list[Trial]:
        """Return each step with what is wrong; after the first that fails on a server nothing more is tried there."""
        tries = []
        if settings.imap_host:
            tries.append(_tried("imap", lambda: self._fetch(settings)))
        if settings.smtp_host:
            tries.append(_tried("smtp", lambda: self._send(settings)))
        return [step for steps in await asyncio.gather(*tries) for step in steps]

    async def _fetch(self, settings: EmailSettings) -> None:
        async with open_mailbox(settings, self._tokens) as mailbox:
            for folder in filter(None, (settings.imap_folder, settings.sent_folder)):
                await mailbox.select(folder, is_read_only=True)

    async def _send(self, settings: EmailSettings) -> None:
        mail = EmailMessage()
        mail["From"] = mail["To"] = settings.address
        mail["Subject"] = "Markaz"
        mail["Date"] = format_datetime(self._clock())
        mail["Auto-Submitted"] = "auto-generated"
        # Signed, so that it opens no conversation when it comes back.
        mail["Message-ID"] = f"<{self._marks.message_id(uuid7(), uuid7(), settings.domain)}>"
        mail.set_content(f"{settings.address} can send.\n")
        await submit(self._pool, settings, [settings.address], mail.as_bytes())


async def _tried(server: str, work: Callable[[], Awaitable[None]]) -> list[Trial]:
    try:
        async with asyncio.timeout(_SECONDS):
            await work()
    except TimeoutError:
        return list(_steps(server, "unreachable", ""))
    except Uncertain as error:
        return list(_steps(server, "other", error.detail))
    except (Unavailable, Invalid) as error:
        return list(_steps(server, fault_of(error), error.detail))
    return list(_steps(server, None, ""))


def fault_of(error: MarkazError) -> Fault:
    """Return the word for what is wrong, `other` where nobody said."""
    return cast("Fault", error.extra.get("fault", "other"))


def _steps(server: str, fault: Fault | None, detail: str) -> Iterator[Trial]:
    steps = _STEPS[server]
    failed = None if fault is None else _OF_FAULT.get(fault, "connect")
    for step in steps:
        is_last = step == failed or (failed not in steps and step == steps[-1] and fault is not None)
        if is_last:
            yield Trial(f"{server}.{step}", fault or "", detail)
            return
        yield Trial(f"{server}.{step}")
