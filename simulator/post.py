"""The post office: the mails of the people outside, those they wrote and those the centre sent them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from simulator import letter
from simulator.ground import Ground
from simulator.letter import Draft, File, Letter
from simulator.model import Sid
from simulator.world import Shelf

KEPT_MAILS = 200
_KEPT_BYTES = 64 * 1024 * 1024
_STEP_SECONDS = 10.0
_DATA_SECONDS = 60.0
_REFERENCES = 20
_FINAL = 500


class Direction(StrEnum):
    """As the centre sees it: `in` was written to it, `out` was sent by it."""

    IN = "in"
    OUT = "out"


class MailStatus(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    """The centre's mail server said 250."""
    UNKNOWN = "unknown"
    """The connection was lost after the content and before the answer."""
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in either direction; `sender` and `recipients` are the envelope's, `letter` is what stands in it."""

    id: Sid
    direction: Direction
    status: MailStatus
    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    letter: Letter
    thread: Sid
    """The id of the first mail that is known of its conversation."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Order:
    """What a person wants to send; with `in_reply_to` an empty `to` or `subject` is taken from the mail answered."""

    sender: str
    to: str
    subject: str
    text: str
    sender_name: str = ""
    in_reply_to: str = ""
    file: File | None = None


class PostError(Exception):
    """A mail that did not go out; `smtp_code` is the answer of the centre's mail server, 0 when it gave none."""

    def __init__(self, status: int, message: str, smtp_code: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.smtp_code = smtp_code


class PostOffice:
    """Keeps the last 200 mails, fewer when they are large. `centre` is where the server's own listener is reached."""

    def __init__(self, ground: Ground, centre: tuple[str, int], mailboxes: tuple[str, ...]) -> None:
        self.centre = centre
        self.mailboxes = mailboxes
        self.port = 0
        """Where mail for the people outside is taken; 0 while that is closed."""
        self._ground = ground
        self._mails: Shelf[Mail] = Shelf(KEPT_MAILS)

    def __iter__(self) -> Iterator[Mail]:
        return iter(self._mails)

    def need(self, key: str) -> Mail:
        return self._mails.need(key)

    async def receive(self, sender: str, recipients: tuple[str, ...], raw: bytes) -> Mail:
        """Keep a mail that the centre sent."""
        read = await asyncio.to_thread(letter.read, raw)
        mail = self._mail(Direction.OUT, MailStatus.RECEIVED, sender, recipients, raw, read)
        self._keep(mail)
        return mail

    async def send(self, order: Order) -> Mail:
        """Hand a mail to the centre's mail server. Raises PostError, LetterError and TwilioError (an unknown id)."""
        draft = self._draft(order)
        raw = await asyncio.to_thread(letter.write, draft, self._ground.clock.now())
        read = await asyncio.to_thread(letter.read, raw)
        mail = self._mail(Direction.IN, MailStatus.SENDING, draft.sender, (draft.to,), raw, read)
        self._keep(mail)
        try:
            await self._submit(mail)
        except PostError:
            self._mails.drop(mail.id)
            self._ground.world.touch()
            raise
        except (SMTPException, OSError) as error:
            self._keep(replace(mail, status=MailStatus.UNKNOWN))
            raise PostError(502, f"The centre's mail server went away without an answer: {error}") from error
        except BaseException:
            self._keep(replace(mail, status=MailStatus.UNKNOWN))
            raise
        sent = replace(mail, status=MailStatus.SENT)
        self._keep(sent)
        return sent

    def _draft(self, order: Order) -> Draft:
        answered = self._mails.need(order.in_reply_to) if order.in_reply_to else None
        to = order.to or (_answer_to(answered) if answered else "")
        if not to:
            raise PostError(422, "Whom is the mail for? `to` is empty.")
        subject = order.subject or (letter.subject_of_reply(answered.letter.subject) if answered else "")
        sid = self._ground.new_sid("PO")
        return Draft(
            sender=order.sender,
            sender_name=order.sender_name,
            to=to,
            subject=subject,
            text=order.text,
            message_id=f"<{sid}@{order.sender.rpartition('@')[2]}>",
            references=_chain(answered.letter) if answered else (),
            file=order.file,
        )

    def _mail(
        self,
        direction: Direction,
        status: MailStatus,
        sender: str,
        recipients: tuple[str, ...],
        raw: bytes,
        read: Letter,
    ) -> Mail:
        sid = self._ground.new_sid("PO")
        thread = self._thread(read) or sid
        return Mail(sid, direction, status, sender, recipients, raw, read, thread, self._ground.clock.now())

    def _thread(self, read: Letter) -> Sid | None:
        wanted = {read.message_id, read.in_reply_to, *read.references} - {""}
        return next((mail.thread for mail in self._mails.newest() if mail.letter.message_id in wanted), None)

    def _keep(self, mail: Mail) -> None:
        self._mails.put(mail.id, mail)
        size = sum(len(one.raw) for one in self._mails)
        for old in self._mails:
            if size <= _KEPT_BYTES or old.id == mail.id:
                break
            self._mails.drop(old.id)
            size -= len(old.raw)
        self._ground.world.touch()

    async def _submit(self, mail: Mail) -> None:
        """Raise PostError when the centre certainly does not have the mail, and SMTPException when it may."""
        host, port = self.centre
        if not port:
            raise PostError(503, "The centre takes no mail yet: its SMTP port is not known.")
        client = SMTP(hostname=host, port=port, local_hostname="simulator", timeout=_STEP_SECONDS, start_tls=False)
        try:
            try:
                await client.connect()
                await client.mail(mail.sender)
                await client.rcpt(mail.recipients[0])
            except SMTPResponseException as error:
                raise _refusal(error) from error
            except (SMTPException, OSError) as error:
                raise PostError(503, f"The centre's mail server {host}:{port} does not answer: {error}") from error
            try:
                await client.data(mail.raw, timeout=_DATA_SECONDS)
            except SMTPResponseException as error:
                if error.code < 0:
                    raise
                raise _refusal(error) from error
            with contextlib.suppress(SMTPException, OSError):
                await client.quit()
        finally:
            client.close()


def _answer_to(mail: Mail) -> str:
    """A follow-up to one's own mail goes where that one went."""
    if mail.direction is Direction.IN:
        return mail.recipients[0]
    return mail.letter.reply_to or mail.letter.sender or mail.sender


def _chain(answered: Letter) -> tuple[str, ...]:
    """RFC 5322 section 3.6.4, cut as mail programs do: the first mail and the nearest ones."""
    before = answered.references or ((answered.in_reply_to,) if answered.in_reply_to else ())
    chain = tuple(dict.fromkeys([*before, answered.message_id] if answered.message_id else before))
    return chain if len(chain) <= _REFERENCES else (chain[0], *chain[1 - _REFERENCES :])


def _refusal(error: SMTPResponseException) -> PostError:
    status = 422 if error.code >= _FINAL else 503
    return PostError(status, f"The centre's mail server said: {error.code} {error.message}", error.code)
