"""Who sends the mails of the email bench: several connections, one mail after another on each."""

from __future__ import annotations

import asyncio
import sys
import time
from itertools import count

import aiosmtplib
import uvloop

from bench.children import Answer, obey, say

_CONNECTIONS = 16


async def _send(command: Answer) -> Answer:
    """Send `mails` mails of round `round` to `to`, each of another sender; answer when each had its 250."""
    numbers = count()
    taken = 0

    async def connection() -> None:
        nonlocal taken
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=command["port"], use_tls=False, start_tls=False)
        await client.connect()
        while (number := next(numbers)) < command["mails"]:
            sender = f"r{command['round']}n{number}@customer.example"
            mail = (
                f"From: Customer {number} <{sender}>\r\nTo: {command['to']}\r\nSubject: Order {number}\r\n"
                f"Message-ID: <r{command['round']}.{number}@customer.example>\r\nMIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
                f"سلام، سفارش {number} نرسیده است.\r\n" + "x" * 60 + "\r\n"
            )
            await client.sendmail(sender, [command["to"]], mail.encode())
            taken += 1
        await client.quit()

    begin = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(_CONNECTIONS)))
    return {"taken": taken, "seconds": time.perf_counter() - begin}


async def main() -> None:
    say(ready=True)
    await obey({"send": _send})


if __name__ == "__main__":
    sys.exit(uvloop.run(main()))
