"""Mail that goes to many: who wants no more of a kind, said by the link in each such mail."""

from __future__ import annotations

from typing import Literal

from channels.mailbox.unsubscribe import is_unsubscribe, unsubscribe_url
from consents.store import sql
from core.clock import Clock
from core.errors import NotFound
from core.events import Event
from core.secrets import Keyring
from storage.database import Database, Tx

MailList = Literal["solutions", "campaigns", "surveys"]
# What stands on a message that was not sent for it; by it reports know why.
UNWANTED = "They want no more mail of this kind."


class MailOptedOut(Event, kind="mail.opted_out"):
    """Somebody wants no more mail of a kind; the link that was sent to them says whose word it is."""

    address: str
    mail_list: MailList

    def subject(self) -> str:
        return f"address:{self.address}"


class NoSuchLink(NotFound):
    """We have sent no such link, or it is not complete."""


async def is_wanted(reader: Tx | Database, mail_list: str, address: str) -> bool:
    return not await reader.value(sql.is_mail_refused, address=address.strip().lower(), mail_list=mail_list)


class MailOptOuts:
    """Links to unsubscribe, and what came of them."""

    def __init__(self, db: Database, keys: Keyring, clock: Clock, base_url: str) -> None:
        self._db, self._keys, self._clock, self._base_url = db, keys, clock, base_url

    def link(self, mail_list: MailList, address: str) -> str:
        """Return where the reader at this address ends it; nothing where our own address is no https (RFC 8058)."""
        is_reached = self._base_url.startswith("https://")
        return unsubscribe_url(self._keys, self._base_url, mail_list, address) if is_reached else ""

    def check(self, mail_list: MailList, address: str, mac: str) -> None:
        """Raise NoSuchLink unless we signed this."""
        if not is_unsubscribe(self._keys, mail_list, address, mac):
            raise NoSuchLink

    async def end(self, mail_list: MailList, address: str, mac: str) -> None:
        """Send no more of it to this address, from now on; again changes nothing."""
        self.check(mail_list, address, mac)
        address = address.strip().lower()
        async with self._db.transaction() as tx:
            if await tx.value(sql.refuse_mail, address=address, mail_list=mail_list, at=self._clock()) is not None:
                tx.emit(MailOptedOut(address=address, mail_list=mail_list))
