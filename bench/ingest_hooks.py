"""A carrier that posts signed webhooks over kept-alive connections, one after another on each."""

from __future__ import annotations

import asyncio
import hmac
import time
from base64 import b64encode
from collections.abc import Iterator
from typing import cast
from urllib.parse import urlencode

import uvloop

from bench.children import Answer, obey, say

_ROUND_SECONDS = 90.0
_SENDERS = 50


def form(account_sid: str, round_number: int, number: int) -> dict[str, str]:
    """Return a text message as Twilio posts it; its id tells the round."""
    return {
        "MessageSid": f"SM{round_number:02d}{number:030d}",
        "AccountSid": account_sid,
        "From": f"+98912{number % _SENDERS:07d}",
        "To": "+12025550100",
        "Body": "The refrigerator that I ordered last week is warm again; what should I do now?",
        "NumMedia": "0",
    }


def request(base_url: str, path: str, token: str, fields: dict[str, str]) -> bytes:
    """Return one signed POST (Twilio's rule: HMAC-SHA1 over the URL and all names with their values)."""
    said = base_url + path + "".join(name + fields[name] for name in sorted(fields))
    signature = b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()
    body = urlencode(fields)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Twilio-Signature: {signature}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


class Line(asyncio.Protocol):
    """One connection that sends the next request when the last one is answered."""

    def __init__(self, requests: Iterator[bytes], tally: Tally) -> None:
        self._requests, self._tally = requests, tally
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def start(self) -> None:
        following = next(self._requests, None)
        if following is None:
            self._transport.close()
        else:
            self._transport.write(following)

    def connection_lost(self, _: Exception | None) -> None:
        self._tally.ended()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        mark = self._buffer.lower().find(b"content-length: ") + 16
        size = int(self._buffer[mark : self._buffer.find(b"\r\n", mark)])
        if len(self._buffer) < head + 4 + size:
            return
        self._tally.answered(self._buffer[9:12])
        self._buffer = self._buffer[head + 4 + size :]
        self.start()


class Tally:
    """Counts answers; `done` once every connection is closed."""

    def __init__(self, lines: int) -> None:
        self.accepted = self.refused = 0
        self.done = asyncio.Event()
        self._open = lines

    def answered(self, status: bytes) -> None:
        self.accepted += status == b"200"
        self.refused += status != b"200"

    def ended(self) -> None:
        self._open -= 1
        if self._open == 0:
            self.done.set()


async def post(command: Answer) -> Answer:
    """Post `count` webhooks over `lines` connections; everything is signed before the clock starts."""
    accounts = command["accounts"]
    requests = [
        request(
            command["base_url"],
            f"/hooks/{accounts[number % len(accounts)]}/sms",
            command["token"],
            form(command["account_sid"], command["round"], number),
        )
        for number in range(command["count"])
    ]
    waiting, tally = iter(requests), Tally(command["lines"])
    loop = asyncio.get_running_loop()
    lines = [
        (await loop.create_connection(lambda: Line(waiting, tally), "127.0.0.1", command["port"]))[1]
        for _ in range(command["lines"])
    ]
    started = time.perf_counter()
    for line in lines:
        line.start()
    async with asyncio.timeout(_ROUND_SECONDS):
        await tally.done.wait()
    return {"seconds": time.perf_counter() - started, "accepted": tally.accepted, "refused": tally.refused}


async def main() -> None:
    say(ready=True)
    await obey({"post": post})


if __name__ == "__main__":
    uvloop.run(main())
