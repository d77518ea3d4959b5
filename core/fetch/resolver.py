"""Names that lead outside only: a stranger's redirect must not reach into our own network."""

from __future__ import annotations

import errno
import socket
from ipaddress import IPv6Address, ip_address

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult

from core.errors import Invalid


class PrivateAddress(Invalid):
    """The address is inside our own network."""


def is_public(text: str) -> bool:
    """Tell whether an address is somebody's out there; IPv4 in an IPv6 coat counts as what it is."""
    address = ip_address(text.partition("%")[0])
    inner = (address.ipv4_mapped or address.sixtofour) if isinstance(address, IPv6Address) else None
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


def must_be_public(host: str) -> None:
    """Refuse a private address that is written as such: aiohttp connects to it without resolving anything."""
    try:
        is_outside = is_public(host)
    except ValueError:
        return
    if not is_outside:
        raise PrivateAddress


class PublicResolver(ThreadedResolver):
    """Resolve as usual, but to public addresses only; aiohttp connects to exactly what this returns."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await super().resolve(host, port, family)
        public = [address for address in found if is_public(address["host"])]
        if not public:
            raise OSError(errno.EHOSTUNREACH, f"{host} has no public address")
        return public
