"""Names that lead outside only: a stranger's redirect must not reach into our own network."""

from __future__ import annotations

import errno
import socket
from ipaddress import ip_address

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult


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
