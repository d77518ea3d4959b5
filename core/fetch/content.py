"""The bytes of a stranger's file: never more than the limit, and never simply what the stranger calls them."""

from __future__ import annotations

from aiohttp import ClientResponse
from puremagic import PureError, magic_string

from core.errors import Invalid

LIMIT_BYTES = 5 << 20
_UNKNOWN = "application/octet-stream"


class TooLarge(Invalid):
    """The file is larger than 5 MB."""


async def read_capped(answer: ClientResponse, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Read the body to its end; TooLarge as soon as there is more, whatever its header promised."""
    if answer.content_length is not None and answer.content_length > limit_bytes:
        raise TooLarge
    read = bytearray()
    async for part in answer.content.iter_any():
        read += part
        if len(read) > limit_bytes:
            raise TooLarge
    return bytes(read)


def content_type(content: bytes, stated: str) -> str:
    """Return what the bytes are: the stated type where they bear it out, else the likeliest, else plain bytes."""
    try:
        found = [match.mime_type for match in magic_string(content) if match.mime_type]
    except (PureError, ValueError):
        return _UNKNOWN
    stated = stated.partition(";")[0].strip().lower()
    return stated if stated in found else next(iter(found), _UNKNOWN)
