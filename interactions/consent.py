"""What texts that are nothing but a word of stopping ask for; `consents` keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from channels.base import IdentityKind
from consents import service as consents
from interactions.placing import Placed
from storage.database import Row, Tx


async def mirror(tx: Tx, account: Row, placed: Iterable[Placed], now: datetime) -> None:
    """Take such words of whoever is reached by telephone."""
    for each in placed:
        inbound = each.arrival.inbound
        if inbound.sender.kind is IdentityKind.PHONE:
            source = f"message:{inbound.external_id}"
            await consents.heard(tx, inbound.sender.value, inbound.text, source, now, account["id"])
