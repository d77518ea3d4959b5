"""Whether what we write may go to an address, by the wish of whoever reads it.

One answer for the moment in which it goes out, and for whoever is shown before that who will not get it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from channels.base import Address, IdentityKind
from consents.mail import UNWANTED, is_wanted
from consents.service import HasOptedOut, opted_out
from storage.database import Database, Tx

# What stands on a text that was not sent for it.
STOPPED = HasOptedOut().detail
# `unsubscribed`: from mail that goes to many; `opted_out`: their number is on the list of those that are not reached.
Wish = Literal["unsubscribed", "opted_out"]
WISHES: Mapping[str, Wish] = {UNWANTED: "unsubscribed", STOPPED: "opted_out"}


async def refusal(reader: Tx | Database, to: Address, account_id: UUID | None, mail_list: str | None) -> str | None:
    """Return UNWANTED or STOPPED; None where it may go.

    A mail for one person (no list) always goes, one to many unless its reader ended them; a text of any kind only to
    a number that has not opted out, of this account or of everything.
    """
    if to.kind is IdentityKind.EMAIL and mail_list is not None and not await is_wanted(reader, mail_list, to.value):
        return UNWANTED
    if to.kind is IdentityKind.PHONE and await opted_out(reader, [to.value], account_id):
        return STOPPED
    return None
