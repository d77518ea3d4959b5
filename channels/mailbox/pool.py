"""SMTP connections that are kept a while: signing in costs more than the mail."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtplib import SMTP, SMTPException

from channels.mailbox.settings import EmailSettings

_IDLE_SECONDS = 20.0
_IDLE_AT_MOST = 4
# Many servers end a connection after a hundred mails.
_MAILS_AT_MOST = 80
_RESET_SECONDS = 5.0

Connect = Callable[[EmailSettings], Awaitable[SMTP]]


@dataclass(slots=True)
class _Kept:
    client: SMTP
    mails: int = 0
    since: float = field(default_factory=time.monotonic)


class Pool:
    """Lends connections, each to one mail at a time; what was idle too long, or answers no more, is closed."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._idle: dict[tuple[str, ...], list[_Kept]] = {}
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def use(self, settings: EmailSettings) -> AsyncIterator[SMTP]:
        """Yield a signed-in connection with no mail begun. Raises what `connect` raises."""
        kept = await self._take(settings) or _Kept(await self._connect(settings))
        try:
            yield kept.client
        except (Exception, asyncio.CancelledError):
            # What broke off in mid-mail would put its rest into the next one.
            kept.client.close()
            raise
        self._keep(settings, kept)

    async def _take(self, settings: EmailSettings) -> _Kept | None:
        waiting = self._idle.get(_key(settings), [])
        while waiting:
            kept = waiting.pop()
            try:
                await kept.client.rset(timeout=_RESET_SECONDS)
            except (SMTPException, OSError):
                kept.client.close()
            else:
                return kept
        return None

    def _keep(self, settings: EmailSettings, kept: _Kept) -> None:
        kept.mails += 1
        kept.since = time.monotonic()
        waiting = self._idle.setdefault(_key(settings), [])
        if not kept.client.is_connected or kept.mails >= _MAILS_AT_MOST or len(waiting) >= _IDLE_AT_MOST:
            kept.client.close()
            return
        waiting.append(kept)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        oldest = time.monotonic() - _IDLE_SECONDS
        for key, waiting in list(self._idle.items()):
            for kept in [kept for kept in waiting if kept.since <= oldest]:
                waiting.remove(kept)
                kept.client.close()
            if not waiting:
                del self._idle[key]
        if self._idle:
            self._timer = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._sweep)

    async def close(self) -> None:
        """Say goodbye on every connection."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        idle, self._idle = self._idle, {}
        for kept in (kept for waiting in idle.values() for kept in waiting):
            with contextlib.suppress(SMTPException, OSError):
                await kept.client.quit(timeout=_RESET_SECONDS)
            kept.client.close()


def _key(settings: EmailSettings) -> tuple[str, ...]:
    """Return what a connection was made with: a changed password is another connection."""
    return (
        settings.smtp_host,
        str(settings.smtp_port),
        settings.smtp_security,
        settings.domain,
        settings.smtp_user,
        settings.smtp_password.get_secret_value(),
        settings.oauth_refresh_token.get_secret_value(),
    )
