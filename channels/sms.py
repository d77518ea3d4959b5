"""SMS and MMS by Twilio.

At Twilio, set the number's "A message comes in" webhook (POST) to `<public url>/hooks/<account id>/sms`. Delivery
reports need no setting: every message names `<public url>/hooks/<account id>/sms/status` itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

from channels.base import (
    Account,
    AccountSettings,
    Channel,
    ChannelContext,
    Delivery,
    DeliveryStatus,
    IdentityKind,
    Ignored,
    InboundMessage,
    Outgoing,
    RawInput,
    Reading,
    Receipt,
    ThreadKey,
    WebhookAnswer,
    WebhookRequest,
)
from channels.pricing import Price, Pricing
from channels.twilio_api import catchup, errors, hooks, media, mms, phone, twiml
from channels.twilio_api.client import TwilioClients
from channels.twilio_api.settings import TwilioSettings
from core.errors import NotFound
from core.text import printable

SmsAccount: TypeAlias = Account[TwilioSettings]

# Twilio's message states; what is not here (receiving, received) says nothing of a message that we sent.
_DELIVERIES: Mapping[str, Delivery] = {
    "accepted": Delivery.QUEUED,
    "scheduled": Delivery.QUEUED,
    "queued": Delivery.QUEUED,
    "sending": Delivery.SENDING,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
_LOOKED_THROUGH = 50
_CLOCK_SLACK = timedelta(minutes=2)
_TIME_BITS = 80


class SmsChannel(Channel, Pricing):
    """Texts in and out. One number's texts with one person are one thread."""

    kind: ClassVar[str] = "sms"
    settings_model: ClassVar[type[AccountSettings]] = TwilioSettings
    identity: ClassVar[IdentityKind] = IdentityKind.PHONE

    def __init__(self, context: ChannelContext) -> None:
        super().__init__(context)
        self._clients = TwilioClients()

    async def close(self) -> None:
        await self._clients.close()

    async def check(self, account: SmsAccount) -> None:
        await self._clients.check(account.settings)

    async def listen(self, account: SmsAccount) -> None:
        client = self._clients.of(account.settings)
        await catchup.follow(self.context, account, client, catchup.texts, catchup.name_text)

    async def prices(self, account: SmsAccount, since: datetime) -> list[Price]:
        return await catchup.text_prices(self._clients.of(account.settings), account.settings.number, since)

    async def accept(self, account: SmsAccount, request: WebhookRequest) -> WebhookAnswer:
        path = request.path.strip("/")
        if path == "sms":
            sid = hooks.form_of(account.settings, request, "MessageSid", "From")["MessageSid"]
            return self._taken(request, f"in:{sid}", "sms")
        if path == "sms/status":
            form = hooks.form_of(account.settings, request, "MessageSid", "MessageStatus")
            return self._taken(request, f"status:{form['MessageSid']}:{form['MessageStatus']}", "sms.status")
        raise NotFound

    async def read(self, account: SmsAccount, raw: RawInput) -> list[Reading]:
        form = hooks.stored_form(raw)
        if raw.kind == "sms":
            return [await self._message(account, form)]
        if raw.kind == "sms.status":
            return [_status(form, _own_id(raw))]
        return [Ignored(f"{raw.kind} is not of this channel")]

    async def send(self, account: SmsAccount, outgoing: Outgoing) -> Receipt:
        """Twilio knows no idempotency key: after Uncertain ask `find_sent`, or wait for the first delivery report."""
        media_urls = mms.urls(self.context, outgoing.files)
        sent = await self._clients.of(account.settings).messages.create_async(
            to=outgoing.to.value,
            from_=account.settings.number,
            **({"body": outgoing.text} if outgoing.text or not media_urls else {}),
            **({"media_url": media_urls} if media_urls else {}),
            status_callback=hooks.url_of(self.context, account.id, "sms/status", message=str(outgoing.message_id)),
        )
        return _receipt(sent, outgoing)

    async def find_sent(self, account: SmsAccount, outgoing: Outgoing) -> Receipt | None:
        """Look for our words among the last 50 texts to this number that are younger than the message.

        Twilio keeps no tag of ours, so these are limits: two equal texts to one number within the search are not told
        apart (the earlier of them is taken), and a text that Twilio has not listed yet is not found.
        """
        written_at = _written_at(outgoing.message_id) - _CLOCK_SLACK
        # Not filtered by DateSent: a text that still waits has none.
        listed = await self._clients.of(account.settings).messages.list_async(
            to=outgoing.to.value, from_=account.settings.number, limit=_LOOKED_THROUGH, page_size=_LOOKED_THROUGH
        )
        same = [one for one in listed if one.body == outgoing.text and _created_at(one) >= written_at]
        return _receipt(min(same, key=_created_at), outgoing) if same else None

    def _taken(self, request: WebhookRequest, external_id: str, kind: str) -> WebhookAnswer:
        return hooks.answer(twiml.response(), hooks.raw_of(self.context, request, external_id, kind))

    async def _message(self, account: SmsAccount, form: Mapping[str, str]) -> InboundMessage:
        sender = phone.sender(hooks.need(form, "From"))
        files, left_out = await media.files(self._clients.of(account.settings), form)
        return InboundMessage(
            external_id=hooks.need(form, "MessageSid"),
            sender=sender,
            text=printable(form.get("Body", "")),
            files=files,
            thread=(ThreadKey(f"peer:{sender.value}"),),
            keys=(f"peer:{sender.value}",),
            sole_thread=True,
            details={"left_out": left_out} if left_out else {},
        )


def _status(form: Mapping[str, str], message_id: UUID | None) -> Reading:
    said = form.get("MessageStatus", "")
    delivery = _DELIVERIES.get(said)
    if delivery is None:
        return Ignored(f"state {said!r}")
    error = form.get("ErrorCode", "")
    sid = hooks.need(form, "MessageSid")
    if delivery is not Delivery.FAILED or not (error.isascii() and error.isdigit()):
        return DeliveryStatus(sid, delivery, message_id=message_id)
    code = int(error)
    return DeliveryStatus(sid, delivery, errors.words(code), message_id, fault=errors.fault(code))


def _own_id(raw: RawInput) -> UUID | None:
    """Return the message's own id from the signed URL of the callback: it is known before any receipt is."""
    said = hooks.stored_query(raw, "message").get("message")
    try:
        return UUID(said) if said else None
    except ValueError:
        return None


def _receipt(sent: Any, outgoing: Outgoing) -> Receipt:
    delivery = _DELIVERIES.get(str(sent.status), Delivery.QUEUED)
    return Receipt(sent.sid, delivery, (f"peer:{outgoing.to.value}",))


def _created_at(sent: Any) -> datetime:
    created: datetime | None = sent.date_created
    return datetime.min.replace(tzinfo=UTC) if created is None else created.astimezone(UTC)


def _written_at(message_id: UUID) -> datetime:
    """Return when the message was made: the first 48 bits of a UUID version 7 are milliseconds (RFC 9562)."""
    return datetime.fromtimestamp((message_id.int >> _TIME_BITS) / 1000, UTC)


CHANNEL = SmsChannel
