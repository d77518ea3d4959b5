"""The peer of the email bench: aiosmtpd alone; 250 when the mail is in a file that was fsynced, as a mailer has to."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from pathlib import Path

import uvloop
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.children import obey, say


class Spool:
    """Keeps each mail in a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        await asyncio.to_thread(self._keep, next(self._numbers), envelope.original_content or b"")
        return "250 OK"

    def _keep(self, number: int, content: bytes) -> None:
        with (self._folder / f"{os.getpid()}-{number}.eml").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


async def main(folder: Path) -> None:
    spool, loop = Spool(folder), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(spool, loop=loop), "127.0.0.1", 0)
    say(port=server.sockets[0].getsockname()[1])
    await obey({})
    server.close()


if __name__ == "__main__":
    sys.exit(uvloop.run(main(Path(sys.argv[1]))))
