"""SMS and MMS in both directions, with the carrier's own opt-out words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from aiohttp import ClientError, ClientSession, ClientTimeout

from simulator import verbs as v
from simulator.faults import FaultKind
from simulator.ground import Ground
from simulator.model import START_WORDS, STOP_WORDS, Callback, MessageStatus, Sid, TwilioError, is_e164
from simulator.rules import delivery_error
from simulator.twiml import TwimlError, parse
from simulator.webhooks import Hook, Reply, Webhooks, read_capped
from simulator.world import KEPT, Media, Text

_LONGEST_BODY = 1600
_LARGEST_MEDIA = 5 * 1024 * 1024
_SENT_AFTER_SECONDS = 0.3
_DELIVERED_AFTER_SECONDS = 1.0
_MEDIA_SECONDS = 10.0
_MEDIA_UNREACHABLE = 11200


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that somebody wants to send from one of our numbers."""

    sender: str
    to: str
    body: str = ""
    media_urls: tuple[str, ...] = ()
    status_callback: str = ""
    direction: str = "outbound-api"


@dataclass(frozen=True, slots=True)
class Attachment:
    content_type: str
    content: bytes


class Texts:
    def __init__(self, ground: Ground, webhooks: Webhooks) -> None:
        self._ground = ground
        self._webhooks = webhooks

    def send(self, draft: Draft) -> Text:
        """Accept a text for delivery. Raises TwilioError as Twilio would."""
        self._check(draft)
        now = self._ground.clock.now()
        text = Text(
            sid=self._ground.new_sid("MM" if draft.media_urls else "SM"),
            direction=draft.direction,
            sender=draft.sender,
            to=draft.to,
            body=draft.body,
            status=MessageStatus.QUEUED,
            created_at=now,
            updated_at=now,
            callback=Callback(draft.status_callback),
        )
        self._keep(text)
        self._tell_status(text)
        self._ground.tasks.start(self._carry(text, draft.media_urls), f"carry {text.sid}")
        return text

    def receive(self, sender: str, to: str, body: str, attachments: Iterable[Attachment] = ()) -> Text:
        """Take a text from a person to one of our numbers, and bring it to the number's webhook."""
        if to not in self._ground.world.numbers:
            raise TwilioError(404, 21606, f"{to} is not one of our numbers")
        now, files = self._ground.clock.now(), tuple(attachments)
        sid = self._ground.new_sid("MM" if files else "SM")
        text = Text(
            sid=sid,
            direction="inbound",
            sender=sender,
            to=to,
            body=body,
            status=MessageStatus.RECEIVED,
            created_at=now,
            updated_at=now,
            sent_at=now,
            media=tuple(self._store(sid, file) for file in files),
        )
        self._keep(text)
        self._mind_words(text)
        self._ground.tasks.start(self._announce(text), f"announce {sid}")
        return text

    def _check(self, draft: Draft) -> None:
        world = self._ground.world
        if not draft.to:
            raise TwilioError(400, 21604, "A 'To' phone number is required.")
        if not is_e164(draft.to):
            raise TwilioError(400, 21211, f"Invalid 'To' Phone Number: {draft.to}")
        if draft.sender not in world.numbers:
            raise TwilioError(400, 21606, f"The 'From' phone number provided ({draft.sender}) is not one of ours")
        if not draft.body and not draft.media_urls:
            raise TwilioError(400, 21602, "Message body is required.")
        if len(draft.body) > _LONGEST_BODY:
            raise TwilioError(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if (draft.to, draft.sender) in world.stopped:
            raise TwilioError(400, 21610, "Attempt to send to unsubscribed recipient")

    async def _carry(self, text: Text, media_urls: tuple[str, ...]) -> None:
        clock = self._ground.clock
        await clock.sleep(_SENT_AFTER_SECONDS)
        try:
            text = replace(text, media=tuple([self._store(text.sid, await _fetch(url)) for url in media_urls]))
        except (ClientError, TimeoutError, ValueError):
            self._move(replace(text, error_code=_MEDIA_UNREACHABLE), MessageStatus.FAILED)
            return
        text = self._move(replace(text, sent_at=clock.now()), MessageStatus.SENT)
        await clock.sleep(_DELIVERED_AFTER_SECONDS)
        error = delivery_error(self._ground.settings.message_rules, text.to)
        ended = MessageStatus.UNDELIVERED if error else MessageStatus.DELIVERED
        ended_text = self._move(replace(text, error_code=error), ended)
        late = self._ground.faults.strike(FaultKind.LATE_CALLBACK, f"POST {text.callback.url}")
        if late:
            await clock.sleep(late.seconds)
            self._tell_status(replace(ended_text, status=MessageStatus.SENT))

    def _move(self, text: Text, status: MessageStatus) -> Text:
        moved = replace(text, status=status, updated_at=self._ground.clock.now())
        self._keep(moved)
        self._tell_status(moved)
        return moved

    def _keep(self, text: Text) -> None:
        self._ground.world.texts.put(text.sid, text)
        self._ground.world.touch()

    def _store(self, message_sid: Sid, file: Attachment) -> Sid:
        sid, now = self._ground.new_sid("ME"), self._ground.clock.now()
        self._ground.world.media.put(sid, Media(sid, message_sid, file.content_type, file.content, now))
        return sid

    def _mind_words(self, text: Text) -> None:
        pair, word = (text.sender, text.to), text.body.strip().upper()
        stopped = self._ground.world.stopped
        if word in STOP_WORDS:
            stopped[pair] = None
            while len(stopped) > KEPT:
                del stopped[next(iter(stopped))]
        elif word in START_WORDS:
            stopped.pop(pair, None)

    def _params(self, text: Text) -> dict[str, str]:
        return {
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "AccountSid": self._ground.settings.account_sid,
            "From": text.sender,
            "To": text.to,
            "ApiVersion": "2010-04-01",
        }

    def _tell_status(self, text: Text) -> None:
        params = self._params(text) | {"MessageStatus": text.status, "SmsStatus": text.status}
        if text.error_code is not None:
            params["ErrorCode"] = str(text.error_code)
        self._webhooks.tell(text.sid, Hook(f"message {text.status}", text.callback.url, params))

    async def _announce(self, text: Text) -> None:
        number = self._ground.world.numbers[text.to]
        if not number.sms_url:
            return
        params = self._params(text) | {
            "SmsMessageSid": text.sid,
            "SmsStatus": "received",
            "Body": text.body,
            "NumMedia": str(len(text.media)),
            "NumSegments": str(text.segments),
        }
        for place, sid in enumerate(text.media):
            media = self._ground.world.media.need(sid)
            tail = f"Messages/{text.sid}/Media/{sid}"
            params[f"MediaUrl{place}"] = self._ground.url + self._ground.api_uri(tail)
            params[f"MediaContentType{place}"] = media.content_type
        reply = await self._webhooks.ask(Hook("text in", number.sms_url, params))
        try:
            drafts = _replies(text, reply)
        except TwimlError as error:
            self._ground.alert(12100, str(error))
            return
        for draft in drafts:
            self._reply(draft)

    def _reply(self, draft: Draft) -> None:
        try:
            self.send(draft)
        except TwilioError as refusal:
            # As with Twilio, an answer that cannot be sent is only an alert in the account.
            self._ground.alert(refusal.code, refusal.message)


def _replies(text: Text, reply: Reply) -> list[Draft]:
    """Read the answer to an inbound text: TwiML <Message>s, or plain words that are one."""
    if not reply.is_ok or not reply.body.strip():
        return []
    if reply.content_type == "text/plain":
        return [Draft(text.to, text.sender, reply.body, direction="outbound-reply")]
    return [
        Draft(m.sender or text.to, m.to or text.sender, m.body, m.media, m.status_callback, "outbound-reply")
        for m in parse(reply.body)
        if isinstance(m, v.Message)
    ]


async def _fetch(url: str) -> Attachment:
    """Fetch what an outbound MMS carries, as Twilio does before it sends. Raises ValueError when it is no use."""
    async with (
        ClientSession(timeout=ClientTimeout(total=_MEDIA_SECONDS), trust_env=False) as session,
        session.get(url) as answer,
    ):
        answer.raise_for_status()
        content = await read_capped(answer.content, _LARGEST_MEDIA)
        return Attachment(answer.content_type, content)
