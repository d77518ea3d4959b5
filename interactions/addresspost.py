"""Mails and texts to one address that belong to no conversation and are kept nowhere: codes to sign in with.

Every attempt has the same words and the same id, so that a mail that goes twice is one to its reader; of a text it is
looked up whether it went.
"""

from __future__ import annotations

from uuid import UUID

from channels.base import Address, Channel, IdentityKind, Outgoing
from interactions.accounts import ChannelAccounts
from interactions.continued import ContinuedChats


class AddressPost:
    def __init__(self, accounts: ChannelAccounts, channels: dict[str, Channel], mailboxes: ContinuedChats) -> None:
        self._accounts, self._channels, self._mailboxes = accounts, channels, mailboxes

    async def mail(self, message_id: UUID, to: str, subject: str, text: str, attempt: int) -> None:
        """Send one by the first mailbox that can. Raises NotFound when there is none."""
        account_id = await self._mailboxes.mailbox(None)
        await self._send(account_id, _outgoing(message_id, IdentityKind.EMAIL, to, text, attempt, subject))

    async def text(self, account_id: UUID, message_id: UUID, to: str, text: str, attempt: int) -> None:
        """Send one by a number of ours."""
        await self._send(account_id, _outgoing(message_id, IdentityKind.PHONE, to, text, attempt, None))

    async def _send(self, account_id: UUID, outgoing: Outgoing) -> None:
        account, _ = await self._accounts.get(account_id)
        channel = self._channels[account.kind]
        is_again = outgoing.attempt > 1 and not channel.carries_recipients
        if is_again and await channel.find_sent(account, outgoing) is not None:
            return
        await channel.send(account, outgoing)


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
