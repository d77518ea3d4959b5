"""Texts by SMPP 3.4, straight to an operator's message centre.

Each process that sends or listens binds as a transceiver of its own. What comes is committed before it is acknowledged,
as the bytes that came. SMPP has no ids of what comes in: the same words from the same number within half a minute are
one. A long text that comes in parts is put together by the core (`interactions/longtexts.py`). A submission without an
answer is not repeated: nobody can be asked about it. What is long leaves whole: the centre cuts it.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

from aiosmpplib import (
    NPI,
    TON,
    PhoneNumber,
    SmppCommandStatus,
    SmppError,
    SubmitSm,
)
from typing_extensions import override

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
)
from channels.faults import TextFault
from channels.longtexts import Joining, TextPart
from channels.smpp_pdu import delivered
from channels.smpp_pdu.delivered import Delivered, Reported
from channels.smpp_pdu.line import BIND_SECONDS, Session, SmppSettings, Waiting, client_of, end
from channels.twilio_api import phone
from channels.twilio_api.segments import is_gsm7, segments
from core.errors import Invalid, Unavailable
from core.telephone import callable_number
from core.text import printable

_BUCKET_SECONDS = 30
_HEADER_BYTES = 16
_SHORT_CODE = 8
_LATER = frozenset({SmppCommandStatus.ESME_RTHROTTLED, SmppCommandStatus.ESME_RMSGQFUL, SmppCommandStatus.ESME_RSYSERR})
_FAULTS: Mapping[SmppCommandStatus, TextFault] = {
    SmppCommandStatus.ESME_RINVDSTADR: "dead_number",
    SmppCommandStatus.ESME_RINVSRCADR: "sender",
}
# The states of SMPP 3.4, appendix B.
_STATES: Mapping[str, Delivery] = {
    "ENROUTE": Delivery.SENT,
    "ACCEPTD": Delivery.SENT,
    "DELIVRD": Delivery.DELIVERED,
    "EXPIRED": Delivery.FAILED,
    "DELETED": Delivery.FAILED,
    "UNDELIV": Delivery.FAILED,
    "REJECTD": Delivery.FAILED,
}


SmppAccount: TypeAlias = Account[SmppSettings]


class SmppChannel(Channel, Joining):
    """One number's texts with one person are one thread."""

    kind: ClassVar[str] = "smpp"
    settings_model: ClassVar[type[AccountSettings]] = SmppSettings
    identity: ClassVar[IdentityKind] = IdentityKind.PHONE

    def __init__(self, context: ChannelContext) -> None:
        super().__init__(context)
        self._sessions: dict[UUID, tuple[SmppSettings, Session]] = {}

    async def close(self) -> None:
        for _, session in self._sessions.values():
            await end(session)
        self._sessions.clear()

    async def listen(self, account: SmppAccount) -> None:
        """Stay bound; the library binds again when the line breaks."""
        session = await self._session(account)
        await session.ready()
        await self.context.inbox.report(account, None)
        await asyncio.shield(session.task)

    async def check(self, account: SmppAccount) -> None:
        """Bind and leave again."""
        client = client_of(account.settings, Waiting(), _nobody)
        try:
            async with asyncio.timeout(BIND_SECONDS):
                await client.connect()
        except SmppError as error:
            raise Invalid(f"The message centre refused us: {error.command_status.name}.", fault="sign_in") from error
        except ValueError as error:
            # A refusal without a body, which the library cannot read.
            raise Invalid("The message centre refused us.", fault="sign_in") from error
        except (TimeoutError, OSError) as error:
            raise Unavailable("The message centre cannot be reached.", fault="address") from error
        finally:
            client.hang_up()

    async def read(self, account: SmppAccount, raw: RawInput) -> list[Reading]:
        said = self._said(account, raw)
        if said.report is not None:
            return [_status(said.report)]
        sender = phone.sender(said.sender)
        if said.piece is not None:
            key = f"{sender.value}|{said.recipient}|{said.piece.reference}|{said.piece.total}"
            at = datetime.fromisoformat(raw.headers["received-at"])
            return [TextPart(key, said.piece.total, said.piece.place, sender.value, said.digest, at)]
        return [_message(raw.external_id, said, said.text)] if said.octets else [Ignored("a text without words")]

    @override
    def join(self, account: SmppAccount, external_id: str, raws: Mapping[int, RawInput], total: int) -> InboundMessage:
        parts = {place: self._said(account, raw) for place, raw in raws.items()}
        missing = [place for place in range(1, total + 1) if place not in parts]
        details = {"parts": {"total": total, "missing": missing}}
        return _message(external_id, parts[min(parts)], delivered.joined(parts, total), details)

    @override
    def late(self, account: SmppAccount, external_id: str, raw: RawInput) -> InboundMessage:
        said = self._said(account, raw)
        if said.piece is None:
            return _message(external_id, said, said.text)
        place, total = said.piece.place, said.piece.total
        details = {"parts": {"total": total, "late": place}}
        return _message(external_id, said, f"[{place}/{total}] {said.text}", details)

    async def send(self, account: SmppAccount, outgoing: Outgoing) -> Receipt:
        if outgoing.files:
            raise Invalid("A text by SMPP carries no files.")
        session = await self._session(account)
        await session.ready()
        key = outgoing.message_id.hex
        # Beyond what one SMS holds, centres differ over a text of up to 254 octets in its usual place: some cut it off.
        place = "short_message" if segments(outgoing.text) == 1 else "message_payload"
        message = SubmitSm(
            source=_address(account.settings.number),
            destination=_address(outgoing.to.value),
            encoding=_encoding(outgoing.text, is_packed=account.settings.is_packed),
            log_id=key,
            **{place: outgoing.text},
        )
        try:
            answer = await session.submit(message, key)
        except ValueError as error:
            raise Invalid("This cannot be written as a text.") from error
        if answer.command_status in _LATER:
            raise Unavailable("The message centre asks us to slow down.")
        if answer.command_status != SmppCommandStatus.ESME_ROK:
            fault = _FAULTS.get(answer.command_status)
            known = {"fault": fault} if fault else {}
            raise Invalid(f"The message centre refused it: {answer.command_status.name}.", **known)
        # The centre has it: many send no report of anything after that.
        return Receipt(answer.message_id, Delivery.SENT, (f"peer:{outgoing.to.value}",))

    async def _session(self, account: SmppAccount) -> Session:
        """Return this process's bind; one with other settings is ended first."""
        known = self._sessions.get(account.id)
        if known is not None and known[0] == account.settings and not known[1].task.done():
            return known[1]
        if known is not None:
            await end(known[1])
        hook = Waiting()

        async def take(pdu: bytes) -> None:
            await self.context.inbox.deliver(account, [self._raw(pdu)])

        client = client_of(account.settings, hook, take)
        session = Session(client, hook, asyncio.create_task(client.start(), name=f"smpp-{account.name}"))
        self._sessions[account.id] = (account.settings, session)
        return session

    def _said(self, account: SmppAccount, raw: RawInput) -> Delivered:
        said = delivered.read(raw.body, is_packed=account.settings.is_packed)
        return replace(said, sender=_number(said.sender, self.context.settings.default_region))

    def _raw(self, pdu: bytes) -> RawInput:
        now = self.context.clock()
        report = _report(pdu)
        if report is not None:
            external_id = f"status:{report.id}:{report.state}"
        else:
            # The header has a number that is another for each repetition.
            digest = hashlib.sha256(pdu[_HEADER_BYTES:]).hexdigest()[:32]
            external_id = f"in:{digest}:{int(now.timestamp()) // _BUCKET_SECONDS}"
        return RawInput(external_id, "smpp", pdu, {"received-at": now.isoformat()})


def _report(pdu: bytes) -> Reported | None:
    """Return what it reports; what cannot be read is kept all the same, and people will see it."""
    try:
        return delivered.read(pdu).report
    except Invalid:
        return None


def _status(report: Reported) -> DeliveryStatus | Ignored:
    delivery = _STATES.get(report.state)
    if delivery is None or not report.id:
        return Ignored(f"receipt {report.state}")
    error = f"The operator says {report.state} {report.error}".strip()
    return DeliveryStatus(report.id, delivery, error if delivery is Delivery.FAILED else None)


def _message(external_id: str, said: Delivered, text: str, details: Mapping[str, Any] | None = None) -> InboundMessage:
    sender = phone.sender(said.sender)
    return InboundMessage(
        external_id=external_id,
        sender=sender,
        text=printable(text),
        thread=(ThreadKey(f"peer:{sender.value}"),),
        keys=(f"peer:{sender.value}",),
        sole_thread=True,
        details=details or {},
    )


async def _nobody(pdu: bytes) -> None:  # noqa: ARG001 - as whoever takes them
    """Nothing is taken while settings are only tried: without an acknowledgement it comes again."""
    raise Unavailable("Only tried.")


def _encoding(text: str, *, is_packed: bool) -> str:
    """Return what a text is written in: the operators' own alphabet where that has all its letters."""
    if not is_gsm7(text):
        return "ucs2"
    return "gsm0338_packed" if is_packed else "gsm0338"


def _address(number: str) -> PhoneNumber:
    """Say of what kind a number of ours or theirs is: with a + it is whole, and a name is none."""
    if number.startswith("+"):
        return PhoneNumber(number.removeprefix("+"), TON.INTERNATIONAL, NPI.ISDN)
    return PhoneNumber(number, TON.UNKNOWN if number.isdigit() else TON.ALPHANUMERIC)


def _number(number: str, region: str) -> str:
    """Return a number as it is dialled from anywhere: operators leave the + away, and some write it as at home."""
    if not number.isdigit() or len(number) <= _SHORT_CODE:
        return number
    if number.startswith("00"):
        return f"+{number.removeprefix('00')}"
    return (callable_number(number, region) or number) if number.startswith("0") else f"+{number}"


CHANNEL = SmppChannel
