"""The program writes to a customer first, in the caller's transaction: by the way they like, else by one that is known.

A call is not written and a visitor has to be there, so that neither is begun. The conversation is closed in routing's
eyes: an answer reopens it through the queue of its account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from access.model import Locale
from channels.base import Address, Channel
from channels.dialling import TEXT_KINDS
from consents.mail import MailList
from consents.wishes import refusal
from core.clock import Clock
from core.errors import Conflict
from core.ids import BranchId, uuid7
from customers.model import CustomerCard, CustomerId
from interactions import bounced, store
from interactions.conversations import Conversations
from interactions.store import sql
from interactions.work import ConversationWork
from storage.database import Row, Tx

# What is written first where the customer said nothing: a letter costs nothing, a text does.
_ORDER = ("email", "telegram", "sms", "smpp")


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody is reached: in a conversation that there is, or by a new one through an account."""

    channel: str
    interaction_id: UUID | None = None
    account_id: UUID | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    customer_id: CustomerId
    subject: str
    texts: Mapping[Locale, str]
    mail_list: MailList | None = None


class Unasked:
    def __init__(
        self, clock: Clock, conversations: Conversations, work: ConversationWork, channels: Mapping[str, type[Channel]]
    ) -> None:
        self._clock, self._conversations, self._work, self._channels = clock, conversations, work, channels

    async def reaches(self, tx: Tx, interaction_id: UUID) -> bool:
        """Tell whether something written into a conversation still comes to its customer."""
        row = await store.get(tx, interaction_id)
        is_over = row["state"] == "closed" and self._channels[row["channel"]].is_fed
        return row["call"] is None and not is_over

    async def way(self, tx: Tx, customer_id: CustomerId, branch_id: BranchId | None) -> Way | None:
        """Return how a customer may be written to first, through an account of this branch or of everybody."""
        card = await self._conversations.customers.card(tx, customer_id)
        accounts = await tx.rows(sql.writing_accounts, kinds=list(_ORDER), branch_id=branch_id)
        liked = await self._conversations.customers.preferred(tx, customer_id)
        if liked is not None:
            for account in accounts:
                # Whoever likes texts does not care how they come to us.
                if account["kind"] == liked.channel or {account["kind"], liked.channel} <= TEXT_KINDS:
                    return Way(account["kind"], account_id=account["id"], address=liked.address)
        returned = await bounced.of(tx, [each.value for each in card.identities if each.kind == "email"])
        usable = [each for each in card.identities if not (each.value in returned and returned[each.value].is_hard)]
        for kind in _ORDER:
            found = self._known(kind, accounts, card.model_copy(update={"identities": usable}))
            if found is not None:
                return found
        return None

    async def refusal(self, tx: Tx, way: Way, mail_list: MailList | None) -> str | None:
        """Return why what is written this way would not go out: its reader wants none of it. None where it would."""
        account_id, address = way.account_id, way.address
        if way.interaction_id is not None:
            row = await store.get(tx, way.interaction_id)
            account_id, address = row["account_id"], row["address"]
        return await refusal(tx, Address(self._channels[way.channel].identity, address), account_id, mail_list)

    def _known(self, kind: str, accounts: list[Row], card: CustomerCard) -> Way | None:
        account = next((each for each in accounts if each["kind"] == kind), None)
        if account is None:
            return None
        identity = self._channels[kind].identity
        address = next((each.value for each in card.identities if each.kind == identity), None)
        return None if address is None else Way(kind, account_id=account["id"], address=address)

    async def begin(self, tx: Tx, way: Way, letter: Letter) -> UUID:
        """Begin a conversation with what is said in the customer's language; returns it."""
        now, interaction_id = self._clock(), uuid7()
        account = await tx.row(sql.get_account, id=way.account_id)
        if account is None:
            raise Conflict("The account is not there any more.")
        await store.insert(
            tx,
            id=interaction_id,
            channel=account["kind"],
            account_id=account["id"],
            direction="outbound",
            customer_id=(await self._conversations.customers.card(tx, letter.customer_id)).id,
            address=way.address.strip().lower(),
            address_name="",
            subject=letter.subject,
            state="assigned",
            queue_id=account["queue_id"],
            agent_id=None,
            branch_id=account["branch_id"],
            call=None,
            opened_at=now,
            assigned_at=None,
            details={},
        )
        keys = [f"peer:{way.address.strip()}"] if account["kind"] in TEXT_KINDS else []
        await store.add_keys(tx, account["id"], interaction_id, keys)
        await self._conversations.note_event(tx, await store.lock(tx, interaction_id), "opened", now)
        if not await self._work.tell_customer(tx, interaction_id, letter.texts, letter.mail_list):
            raise Conflict("There is nothing to say in any of the languages.")
        await self._conversations.move(tx, await store.lock(tx, interaction_id), "closed", now)
        await self._conversations.tell(tx, interaction_id, "opened")
        return interaction_id
