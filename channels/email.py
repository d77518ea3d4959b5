"""Mail: in by our own SMTP listener and by IMAP, out by SMTP, threaded by what we signed."""

from __future__ import annotations

import ssl
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from channels.answers import AgentAnswer, InboundFile
from channels.base import (
    Account,
    AccountSettings,
    Address,
    BouncedTo,
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
    Trial,
)
from channels.mailbox.authenticated import doubt_of, results
from channels.mailbox.bounces import is_hard
from channels.mailbox.compose import ascii_address, compose
from channels.mailbox.dkim import signed
from channels.mailbox.follow import Follower
from channels.mailbox.imap import open_mailbox
from channels.mailbox.listener import Listener
from channels.mailbox.model import Automatic, Bounce, Note, ParsedMail
from channels.mailbox.parse import parse_mail
from channels.mailbox.pool import Pool
from channels.mailbox.sender import connect, gone, submit, words
from channels.mailbox.settings import EmailSettings
from channels.mailbox.thread import Marks, awaited
from channels.mailbox.tokens import Tokens
from channels.mailbox.trial import Trials
from core.chunks import Chunks
from core.errors import Invalid, Unavailable
from core.settings import Role, Settings

_READ_SECONDS = 5.0
_CUT_LETTERS = 30
# A minute and a half: then one server that says "later" does not keep the mail from everybody else.
_PATIENT_ATTEMPTS = 4


class EmailChannel(Channel):
    """One account is one address; what comes to it is kept word for word before anybody reads it."""

    kind = "email"
    settings_model: ClassVar[type[AccountSettings]] = EmailSettings
    identity = IdentityKind.EMAIL
    units = 20
    carries_html = True
    carries_recipients = True

    def __init__(self, context: ChannelContext) -> None:
        super().__init__(context)
        self.marks = Marks(context.keys)
        self.tokens = Tokens(context.grants, context.clock)
        self.pool = Pool(partial(connect, tokens=self.tokens))
        self.parser = Chunks(context.workers, parse_mail, seconds=_READ_SECONDS)
        self.listener = Listener(
            (self.kind, "fax"),
            context.accounts,
            context.inbox,
            size_limit=context.settings.smtp_megabytes << 20,
            tls=_tls(context.settings),
        )

    @property
    def port(self) -> int:
        """The port of the SMTP listener, known once it is open; 0 where it does not run."""
        return self.listener.port

    async def open(self) -> None:
        settings = self.context.settings
        if settings.smtp_enabled and Role.MAIL in settings.roles:
            await self.listener.open(settings.smtp_host, settings.smtp_port, settings.lmtp_port or None)

    async def close(self) -> None:
        await self.listener.close()
        await self.parser.close()
        await self.pool.close()

    async def listen(self, account: Account[Any]) -> None:
        """Follow the IMAP folder, where there is one; mail by SMTP needs no loop."""
        if account.settings.imap_host:
            await Follower(account, self.context.inbox, self.context.clock, self.tokens).run()

    async def read(self, account: Account[Any], raw: RawInput) -> list[Reading]:
        """Read in a worker process; signatures are checked here, where the keys are."""
        if raw.kind != "mail":
            raise Invalid(f"Mail has no input of the kind {raw.kind}.")
        mail_from = raw.headers.get("mail_from")
        mail = await self.parser.run(raw.body, mail_from, size=len(raw.body))
        if self._is_own(account.settings, mail):
            return [Ignored("Our own mail came back to us.")]
        if mail.bounce and mail.bounce.message_id:
            # Reports about mail that is not ours come to every address that somebody forges.
            failed = self.marks.message_of(mail.bounce.message_id)
            if failed is not None and failed == self.marks.by_message_id(mail.bounce.message_id):
                return [Ignored("A mail to an agent came back.")]
            return [_report(failed, mail.bounce) if failed else Ignored("A report about a mail that is not ours.")]
        answered = self.marks.agent_mail_of(mail, _recipients(raw, mail))
        if answered is not None:
            mail_id, is_signed = answered
            return [self._answer(account.settings, raw, mail, mail_id, is_signed=is_signed)]
        return [self._message(account.settings, raw, mail)]

    def _answer(
        self, settings: EmailSettings, raw: RawInput, mail: ParsedMail, mail_id: UUID, *, is_signed: bool
    ) -> Reading:
        """An agent answers from outside; what an agent's machine says is for nobody."""
        if mail.automatic is not Automatic.NO:
            return Ignored("An agent's machine answered a mail of ours.")
        found = results(mail.authentication, settings.trusted_server)
        own = "Our own address as the sender" if settings.is_own(mail.sender.address) else ""
        return AgentAnswer(
            mail_id=mail_id,
            external_id=raw.external_id,
            sender=mail.sender.address,
            text=mail.text,
            files=tuple(InboundFile(file.name, file.content_type, file.content) for file in mail.files if not file.cid),
            is_signed=is_signed,
            is_vouched=found.get("dmarc") == "pass",
            doubt=mail.sender.doubt or own or doubt_of(found),
            message_id=mail.message_id or raw.external_id,
        )

    async def prepare(self, account: Account[Any], outgoing: Outgoing) -> bytes:
        """Write and sign the mail; who gets a secret copy stands nowhere in it."""
        settings: EmailSettings = account.settings
        return signed(settings, compose(settings, account.name, outgoing, self.marks, self.context.clock()).content)

    async def send(self, account: Account[Any], outgoing: Outgoing) -> Receipt:
        settings: EmailSettings = account.settings
        content = outgoing.prepared or await self.prepare(account, outgoing)
        everybody = (outgoing.to, *outgoing.more_to, *outgoing.cc, *outgoing.bcc)
        addresses = list(dict.fromkeys(ascii_address(each.value) for each in everybody))
        is_patient = outgoing.attempt <= _PATIENT_ATTEMPTS
        refused = await submit(self.pool, settings, addresses, content, is_patient=is_patient)
        message_id = self.marks.message_id(outgoing.message_id, outgoing.interaction_id, settings.domain)
        told = "; ".join(f"{error.recipient}: {words(error)}" for error in refused)
        warning = f"Not taken for {told}"[:500] if refused else None
        return Receipt(external_id=message_id, keys=(f"mid:{message_id}",), warning=warning, bounced=gone(refused))

    def most_per_hour(self, account: Account[Any]) -> int | None:
        return account.settings.most_per_hour or None

    def keeps_copies(self, account: Account[Any]) -> bool:
        return bool(account.settings.sent_folder)

    async def keep_copy(self, account: Account[Any], content: bytes, external_id: str) -> None:
        """Lay it down in the folder for what was sent, unless it is there: an answer to the first try may be lost."""
        settings: EmailSettings = account.settings
        async with open_mailbox(settings, self.tokens) as mailbox:
            await mailbox.select(settings.sent_folder, is_read_only=True)
            if not await mailbox.has_message(external_id):
                await mailbox.append(settings.sent_folder, content)

    async def find_sent(self, account: Account[Any], outgoing: Outgoing) -> Receipt | None:  # noqa: ARG002 - see below
        """Nothing can be asked of SMTP; sending again is right, since every attempt bears the same Message-ID."""
        return None

    async def check(self, account: Account[Any]) -> None:
        """Sign in to both servers and open the folder."""
        settings: EmailSettings = account.settings
        if settings.imap_host:
            async with open_mailbox(settings, self.tokens) as mailbox:
                await mailbox.select(settings.imap_folder, is_read_only=True)
        if settings.smtp_host:
            client = await connect(settings, self.tokens)
            client.close()

    async def trial(self, account: Account[Any]) -> list[Trial]:
        """Sign in to both servers, open the folder, and send a mail to the mailbox itself."""
        return await Trials(self.tokens, self.pool, self.marks, self.context.clock).of(account.settings)

    def _is_own(self, settings: EmailSettings, mail: ParsedMail) -> bool:
        is_signed = mail.message_id is not None and self.marks.by_message_id(mail.message_id) is not None
        return is_signed and settings.is_own(mail.sender.address)

    def _message(self, settings: EmailSettings, raw: RawInput, mail: ParsedMail) -> InboundMessage:
        recipients = _recipients(raw, mail)
        # A sender that cannot be read is nobody we know: an address that never exists, another for each mail.
        address = mail.sender.address or f"unknown-{raw.external_id[-12:]}@sender.invalid"
        found = results(mail.authentication, settings.trusted_server)
        own = "Our own address as the sender" if settings.is_own(address) else ""
        doubt = mail.sender.doubt or own or doubt_of(found)
        return InboundMessage(
            external_id=raw.external_id,
            sender=Address(IdentityKind.EMAIL, address, mail.sender.name),
            text=mail.text,
            html=mail.html,
            subject=mail.subject or None,
            files=tuple(InboundFile(file.name, file.content_type, file.content) for file in mail.files),
            thread=self.marks.keys_of(mail, recipients),
            keys=(f"mid:{mail.message_id}",) if mail.message_id else (),
            awaited=awaited(mail),
            others=tuple(dict.fromkeys(each for each in (*mail.to, *mail.cc) if not _is_ours(settings, raw, each))),
            is_sender_verified=not doubt,
            is_automatic=mail.automatic is not Automatic.NO,
            sent_at=mail.sent_at,
            details=_details(raw, mail, doubt) | ({"authentication": found} if found else {}),
        )


def _is_ours(settings: EmailSettings, raw: RawInput, address: str) -> bool:
    """Whether an address is this mailbox's, be it one that it only catches."""
    return settings.is_own(address) or address in _envelope(raw)


def _envelope(raw: RawInput) -> list[str]:
    return [address.strip().lower() for address in raw.headers.get("rcpt_to", "").split(",") if address]


def _tls(settings: Settings) -> ssl.SSLContext | None:
    """Return with what our listeners encrypt. Unavailable for files that are no certificate and its key."""
    if settings.smtp_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.smtp_certificate, settings.smtp_key)
    except (OSError, ssl.SSLError) as error:
        raise Unavailable(f"The certificate for incoming mail cannot be used: {error}") from error
    return context


def _recipients(raw: RawInput, mail: ParsedMail) -> list[str]:
    """Return to whom it was sent, as the envelope says first."""
    return list(dict.fromkeys([*_envelope(raw), *mail.delivered_to, *mail.to, *mail.cc]))


def _report(message_id: UUID, bounce: Bounce) -> Reading:
    """A report about a mail that we signed belongs to it; a delay is no failure yet."""
    words = " ".join(filter(None, [", ".join(bounce.recipients[:3]), bounce.status, bounce.reason]))
    bounced = BouncedTo(bounce.recipients, is_hard(bounce), bounce.status, bounce.reason)
    delivery = Delivery.FAILED if bounce.is_final else Delivery.NONE
    return DeliveryStatus(bounce.message_id, delivery, words[:300], message_id, bounced)


def _details(raw: RawInput, mail: ParsedMail, doubt: str) -> dict[str, Any]:
    details: dict[str, Any] = {
        "message_id": mail.message_id,
        "references": list(mail.references),
        "from": mail.sender.address,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "reply_to": list(mail.reply_to),
        "automatic": mail.automatic.value,
        "doubt": doubt,
        "envelope": dict(raw.headers),
        "notes": [*mail.notes, *([Note.BEGINNING] if raw.headers.get("is_partial") else [])],
        "inline": {file.cid: number for number, file in enumerate(mail.files) if file.cid},
    }
    if mail.cut:
        details |= {"full_text": mail.full_text, "cut": _beginning(mail.cut)}
    if mail.pictures:
        details |= {"pictures": list(mail.pictures), "outside_pictures": len(mail.pictures)}
    return details


def _beginning(text: str) -> str:
    """Return the letters by which the console finds in the HTML where the quotation begins."""
    return "".join(letter for letter in text if letter.isalnum())[:_CUT_LETTERS]


CHANNEL = EmailChannel
