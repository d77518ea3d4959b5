"""Mails and texts to one address that belong to no conversation: codes to sign in with, tasks of technicians.

Every attempt has the same words and the same id, so that a mail that goes twice is one to its reader; a text is kept
before it goes, and of one that may have gone it is looked up.
"""

from __future__ import annotations

from uuid import UUID

from channels.base import Address, Channel, Delivery, IdentityKind, Outgoing, Receipt, Uncertain
from consents.service import heard_by_carrier
from consents.wishes import STOPPED, refusal
from core.clock import Clock
from core.errors import Invalid, Unavailable
from interactions import posted
from interactions.accounts import ChannelAccounts
from interactions.continued import ContinuedChats
from interactions.posted import Posted
from storage.database import Database


class AddressPost:
    def __init__(
        self,
        ground: tuple[Database, Clock],
        accounts: ChannelAccounts,
        channels: dict[str, Channel],
        mailboxes: ContinuedChats,
    ) -> None:
        self._db, self._clock = ground
        self._accounts, self._channels, self._mailboxes = accounts, channels, mailboxes

    async def mail(self, message_id: UUID, to: str, subject: str, text: str, attempt: int) -> None:
        """Send one by the first mailbox that can. Raises NotFound when there is none."""
        account_id = await self._mailboxes.mailbox(None)
        outgoing = _outgoing(message_id, IdentityKind.EMAIL, to, text, attempt, subject)
        await self._send(account_id, outgoing, may_have_gone=attempt > 1)

    async def text(self, text: Posted, attempt: int) -> None:
        """Send one by a number of ours, unless its reader opted out; what became of it is kept with it."""
        stood = await posted.begun(self._db, text, self._clock())
        if stood is None:
            return
        may_have_gone = stood in (Delivery.SENDING, Delivery.UNCERTAIN)
        # A carrier that cannot be asked leaves it open whether it went.
        ends = Delivery.UNCERTAIN if may_have_gone else Delivery.FAILED
        outgoing = _outgoing(text.message_id, IdentityKind.PHONE, text.to, text.text, attempt, None)
        why = await refusal(self._db, outgoing.to, text.account_id, None)
        if why is not None:
            await posted.stands(self._db, text.message_id, ends, error=why)
            return
        try:
            receipt = await self._send(text.account_id, outgoing, may_have_gone=may_have_gone)
        except Uncertain as error:
            await posted.stands(self._db, text.message_id, Delivery.UNCERTAIN, error=error.detail)
            raise
        except Invalid as error:
            if error.extra.get("fault") != "opted_out":
                await posted.stands(self._db, text.message_id, ends, error=error.detail)
                raise
            await self._stopped(text, ends)
            return
        except Unavailable:
            await posted.waits(self._db, text.message_id)
            raise
        await posted.stands(self._db, text.message_id, receipt.delivery, external_id=receipt.external_id)

    async def _stopped(self, text: Posted, ends: Delivery) -> None:
        """The carrier knows that this number wants no texts: so do we from here on."""
        await posted.stands(self._db, text.message_id, ends, error=STOPPED)
        async with self._db.transaction() as tx:
            await heard_by_carrier(tx, text.to, text.account_id, f"message:{text.message_id}", self._clock())

    async def _send(self, account_id: UUID, outgoing: Outgoing, *, may_have_gone: bool) -> Receipt:
        account, _ = await self._accounts.get(account_id)
        channel = self._channels[account.kind]
        must_ask = may_have_gone and not channel.carries_recipients
        found = await channel.find_sent(account, outgoing) if must_ask else None
        return found or await channel.send(account, outgoing)


def _outgoing(message_id: UUID, kind: IdentityKind, to: str, text: str, attempt: int, subject: str | None) -> Outgoing:
    return Outgoing(
        message_id=message_id,
        interaction_id=message_id,
        number=0,
        to=Address(kind, to),
        text=text,
        subject=subject,
        is_automatic=True,
        attempt=attempt,
    )
