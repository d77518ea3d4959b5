"""Phones that send over kept-alive connections, one request after another on each."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import uvloop

from bench.children import Answer, obey, say
from bench.ingest_hooks import Line, Tally

_ROUND_SECONDS = 90.0
_LAT, _LON = 35.7, 51.4


def _point(at: datetime, number: int) -> dict[str, float | str]:
    return {
        "at": at.isoformat(),
        "lat": _LAT + number % 1000 * 1e-5,
        "lon": _LON,
        "accuracy": 6.0,
        "speed": 1.0,
    }


def _single(at: datetime, number: int) -> tuple[str, str]:
    place = f"lat={_LAT + number % 1000 * 1e-5:.6f}&lon={_LON}&accuracy=6&speed=1&batt=80"
    return "application/x-www-form-urlencoded", f"id=1&timestamp={at.timestamp()}&{place}"


def _batch(at: datetime, number: int, size: int) -> tuple[str, str]:
    points = [_point(at + timedelta(seconds=each), number + each) for each in range(size)]
    return "application/json", json.dumps({"points": points})


def _requests(command: Answer) -> Iterator[bytes]:
    """Yield requests of many phones in turn, each phone's clock going on by seconds."""
    paths, size = command["paths"], command["size"]
    begin = datetime.fromisoformat(command["begin"]).astimezone(UTC)
    for number in range(command["count"]):
        at = begin + timedelta(seconds=number // len(paths) * size)
        kind, body = _single(at, number) if size == 1 else _batch(at, number, size)
        yield (
            f"POST {paths[number % len(paths)]} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


async def _post(command: Answer) -> Answer:
    tally = Tally(command["lines"])
    # What phones do is not what is measured.
    requests = iter(list(_requests(command)))
    loop = asyncio.get_running_loop()
    lines = [
        (await loop.create_connection(lambda: Line(requests, tally), "127.0.0.1", command["port"]))[1]
        for _ in range(command["lines"])
    ]
    began = time.perf_counter()
    for line in lines:
        line.start()
    async with asyncio.timeout(_ROUND_SECONDS):
        await tally.done.wait()
    return {"accepted": tally.accepted, "refused": tally.refused, "seconds": time.perf_counter() - began}


async def main() -> None:
    say(ready=True)
    await obey({"post": _post})


if __name__ == "__main__":
    uvloop.run(main())
