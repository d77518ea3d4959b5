"""Names that lead outside only: a stranger's redirect must not reach into our own network."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult

from core.errors import Invalid


class PrivateAddress(Invalid):
    """The address is inside our own network."""


def must_be_public(host: str) -> None:
    """Refuse a private address that is written as such: aiohttp connects to it without resolving anything."""
    try:
        address = ip_address(host)
    except ValueError:
        return
    if not address.is_global:
        raise PrivateAddress


class PublicResolver(ThreadedResolver):
    """Resolve as usual, but to public addresses only; aiohttp connects to exactly what this returns."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        public = [address for address in found if ip_address(address["host"].partition("%")[0]).is_global]
        if not public:
            raise OSError(errno.EHOSTUNREACH, f"{host} has no public address")
        return public
