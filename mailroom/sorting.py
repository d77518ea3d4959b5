"""Sorting at the door: called by the neck inside the transaction in which a conversation opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from access.model import Locale
from channels.base import Delivery, IdentityKind, InboundMessage
from core.clock import Clock
from core.dates import written
from core.ids import uuid7
from core.placeholders import filled
from interactions.arrivals import SERVED, Begun, Sorted
from interactions.conversations import Conversations
from interactions.model import Author, MessageId, MessageView
from interactions.outbox import leave_message
from mailroom import store
from mailroom.answering import asked, leave_answer
from mailroom.model import Acknowledgement, Facts, Rule, first, is_due
from mailroom.store import sql
from mailroom.ticketing import leave_ticket
from mailroom.words import SUBJECT, usual
from organisation.service import Organisation
from routing.values import Queue
from sla.working import due, is_open
from storage.database import Row, Tx

_AN_HOUR_MOST = 200


class Sorting:
    """Asks the rules of an account, and acknowledges what they say."""

    def __init__(self, clock: Clock, conversations: Conversations, organisation: Organisation) -> None:
        self._clock, self._conversations, self._organisation = clock, conversations, organisation

    async def sort(self, tx: Tx, account: Row, new: Sequence[tuple[InboundMessage, bool]]) -> list[Sorted]:
        """Say where new conversations go. What a program wrote to nobody in particular waits for nobody."""
        rules = await store.rules(tx, account["id"])
        programs = {inbound.sender.value for inbound, is_known in new if is_known and inbound.is_automatic}
        asked = {"account_id": account["id"], "addresses": sorted(programs)}
        rows = await tx.rows(sql.only_programs, **asked) if programs else []
        unknown = {row["address"] for row in rows}
        return [
            _sorted(rules, inbound, is_known=is_known and inbound.sender.value not in unknown)
            for inbound, is_known in new
        ]

    async def serve(self, tx: Tx, account: Row, new: Sequence[InboundMessage]) -> list[dict[str, Any] | None]:
        """Say which of these the machine answers, and what they ask."""
        return await asked(tx, account, new, self._clock)

    async def served(self, tx: Tx, row: Row, message: MessageView) -> None:
        """Leave the answer to be written."""
        await leave_answer(tx, row, message)

    async def opened(self, tx: Tx, account: Row, begun: Sequence[Begun]) -> None:
        """Say that they came, to people who are who they say, at most once a day, and never in their own words."""
        await self._leave_tickets(tx, account, begun)
        heard = [each for each in begun if _may_be_answered(each)]
        if not heard:
            return
        chosen = await store.acknowledgement(tx, account["id"])
        for each in heard:
            if chosen.mode != "never" or each.found.is_acknowledged is not None:
                await self._acknowledge(tx, each, chosen)

    async def _leave_tickets(self, tx: Tx, account: Row, begun: Sequence[Begun]) -> None:
        """Leave tickets to be opened right after, so that no message waits for one."""
        sorted_by = {each.found.rule for each in begun} - {""}
        if not sorted_by:
            return
        wanted = {
            rule.name: rule.actions.ticket for rule in await store.rules(tx, account["id"]) if rule.name in sorted_by
        }
        for each in begun:
            ticket = wanted.get(each.found.rule)
            if ticket is not None:
                await leave_ticket(tx, each.row, each.found.rule, ticket)

    async def _acknowledge(self, tx: Tx, begun: Begun, chosen: Acknowledgement) -> None:
        row, inbound = begun.row, begun.inbound
        queue = await self._conversations.routing.queues.get(tx, row["queue_id"])
        now = self._clock()
        if not is_due(chosen.mode, is_open=is_open(queue.hours, now), is_asked=begun.found.is_acknowledged):
            return
        if await tx.value(sql.acknowledged_lately, account_id=row["account_id"], now=now) >= _AN_HOUR_MOST:
            return
        if await tx.value(sql.may_acknowledge, account_id=row["account_id"], address=row["address"], now=now) is None:
            return
        locale = await self._locale(tx, row)
        promise = await self._promise(tx, queue, chosen.answer_minutes, locale)
        text = chosen.texts.get(locale) or usual(locale, is_promised=bool(promise))
        values = {
            "customer.name": row["address_name"] if _is_proven(inbound) else row["address"],
            "interaction.number": str(row["number"]),
            "answer_by": promise,
        }
        await self._say(tx, row, filled(text, values), SUBJECT[locale])

    async def _say(self, tx: Tx, row: Row, text: str, subject: str) -> None:
        message_id = MessageId(uuid7())
        await self._conversations.say(
            tx,
            row,
            "outbound",
            Author(kind="system"),
            text,
            self._clock(),
            message_id=message_id,
            # No answer: what is unread stays so, and the customer still waits.
            counts_as="system",
            delivery=Delivery.QUEUED,
            details={"is_automatic": True, "subject": subject},
        )
        await leave_message(tx, row["id"], message_id)

    async def _locale(self, tx: Tx, row: Row) -> Locale:
        card = await self._conversations.view(tx, row)
        return card.customer.locale or (await self._organisation.usual(tx) or ("en", "gregory"))[0]

    async def _promise(self, tx: Tx, queue: Queue, minutes: int, locale: Locale) -> str:
        at = due(queue.hours, self._clock(), minutes)
        if at is None:
            return ""
        calendar = await self._organisation.calendar(tx, locale)
        zone = queue.hours.zone if queue.hours else await self._organisation.time_zone()
        return written(at, locale, calendar, zone)


def _sorted(rules: Sequence[Rule], inbound: InboundMessage, *, is_known: bool) -> Sorted:
    if SERVED in inbound.details:
        return Sorted(is_parked=True)
    facts = Facts(
        sender=inbound.sender.value,
        recipients=tuple(inbound.details.get("to", ())) + tuple(inbound.details.get("cc", ())),
        subject=inbound.subject or "",
        text=inbound.text,
        is_known=is_known,
        is_automatic=inbound.is_automatic,
        has_files=bool(inbound.files),
    )
    is_bounce = inbound.details.get("automatic") == "bounce"
    # A mail that came back is nobody's work, unless a rule is about what programs write.
    rule = first([each for each in rules if each.conditions.is_automatic] if is_bounce else rules, facts)
    if rule is None:
        return Sorted(is_parked=is_bounce or (inbound.is_automatic and not is_known))
    actions = rule.actions
    return Sorted(rule.name, actions.queue_id, actions.priority or 0, actions.is_parked, actions.is_acknowledged)


def _may_be_answered(begun: Begun) -> bool:
    return (
        not begun.found.is_parked
        and not begun.inbound.is_automatic
        and begun.inbound.is_sender_verified
        and begun.row["call"] is None
    )


def _is_proven(inbound: InboundMessage) -> bool:
    """Tell whether the name is the sender's own: behind a forged From it is a stranger's word."""
    is_mail = inbound.sender.kind is IdentityKind.EMAIL
    return not is_mail or inbound.details.get("authentication", {}).get("dmarc") == "pass"
