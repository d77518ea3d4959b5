"""What a caller hears while waiting, and the keys by which they ask to be called back instead.

Every document ends by asking for the next one, and the minutes that were said travel in its address, so that no
process has to remember what it told whom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from channels.twilio_api import twiml
from channels.waits import CallWait
from core.telephone import callable_number

Url = Callable[..., str]
_KEY_SECONDS = "8"
_NUMBER_SECONDS = "10"
_VOICEMAIL_SECONDS = "180"
Phrase = Literal[
    "place",
    "wait",
    "wait_1",
    "wait_2",
    "wait_few",
    "offer",
    "confirm",
    "number",
    "wrong",
    "thanks",
    "voicemail",
    "kept",
]
_EXACT: tuple[Phrase, ...] = ("wait_1", "wait_2")
_FEW = 10

# Said by the carrier's voice. Numbers are read out digit by digit because spaces part them.
WORDS: Mapping[str, Mapping[Phrase, str]] = {
    "en": {
        "place": "You are number {position} in the queue.",
        "wait": "The wait is about {minutes} minutes.",
        "wait_1": "The wait is about one minute.",
        "offer": "To hang up and be called back without losing your place, press 1.",
        "confirm": "We will call {number}. Press 1 to confirm, or 2 to enter another number.",
        "number": "Enter the number with its country code, then press the hash key.",
        "wrong": "That is not a complete number.",
        "thanks": "Thank you. Your place is kept, and we will call you. Goodbye.",
        "voicemail": "Nobody can take your call now. Leave a message after the tone, then hang up.",
        "kept": "Thank you. Your message was kept. Goodbye.",
    },
    "ar": {
        "place": "ترتيبك في قائمة الانتظار هو {position}.",
        "wait": "مدة الانتظار نحو {minutes} دقيقة.",
        "wait_1": "مدة الانتظار نحو دقيقة واحدة.",
        "wait_2": "مدة الانتظار نحو دقيقتين.",
        "wait_few": "مدة الانتظار نحو {minutes} دقائق.",
        "offer": "لإنهاء المكالمة ومعاودة الاتصال بك دون أن تفقد دورك، اضغط 1.",
        "confirm": "سنتصل بالرقم {number}. للتأكيد اضغط 1، ولإدخال رقم آخر اضغط 2.",
        "number": "أدخل الرقم مع رمز الدولة ثم اضغط مفتاح المربع.",
        "wrong": "هذا الرقم غير مكتمل.",
        "thanks": "شكرًا لك. دورك محفوظ وسنتصل بك. مع السلامة.",
        "voicemail": "لا يمكن لأحد الرد على مكالمتك الآن. اترك رسالة بعد الصافرة ثم أنهِ المكالمة.",
        "kept": "شكرًا لك. حُفظت رسالتك. مع السلامة.",
    },
    "fa": {
        "place": "شما نفر {position} در صف هستید.",
        "wait": "زمان انتظار حدود {minutes} دقیقه است.",
        "offer": "برای اینکه قطع کنید و بدون از دست دادن نوبت با شما تماس بگیریم، عدد 1 را فشار دهید.",
        "confirm": "با شماره {number} تماس می‌گیریم. برای تأیید 1 و برای وارد کردن شماره دیگر 2 را فشار دهید.",
        "number": "شماره را با کد کشور وارد کنید و سپس کلید مربع را فشار دهید.",
        "wrong": "این شماره کامل نیست.",
        "thanks": "سپاسگزاریم. نوبت شما حفظ شد و با شما تماس می‌گیریم. خدانگهدار.",
        "voicemail": "اکنون کسی نمی‌تواند پاسخ دهد. پس از شنیدن بوق پیام بگذارید و سپس قطع کنید.",
        "kept": "سپاسگزاریم. پیام شما ثبت شد. خدانگهدار.",
    },
}


@dataclass(frozen=True, slots=True)
class Voice:
    """How one account speaks: `url` makes addresses of our webhooks."""

    greeting: str
    language: str
    music_url: str
    every_seconds: int
    url: Url

    def waiting(self, wait: CallWait, said: int | None, *, is_first: bool) -> str:
        """Greet, say place and minutes, offer to call back, and come again."""
        verbs = [self._say(self.greeting)] if is_first else []
        if wait.position is not None:
            verbs.append(self._say(self._words("place", position=str(wait.position))))
        if wait.minutes is not None:
            verbs.append(self._say(self._minutes(wait.minutes)))
        if wait.offers_callback:
            seconds = "1" if self.music_url else str(self.every_seconds)
            offer = (self._say(self._words("offer")), *self._music())
            verbs.append(self._gather("call/keys", "1", seconds, *offer))
        else:
            verbs.extend(self._music() or [twiml.verb("Pause", length=str(self.every_seconds))])
        more = {"said": str(wait.minutes)} if wait.minutes is not None else {"said": str(said)} if said else {}
        return twiml.response(*verbs, self._again(**more))

    def confirm(self, number: str | None, *, is_wrong: bool = False) -> str:
        """Read a number out for a yes; without one, ask for it."""
        if number is None:
            return self.ask_number(is_wrong=is_wrong)
        said = self._say(self._words("confirm", number=" ".join(number)))
        gather = self._gather("call/confirm", "1", _KEY_SECONDS, said, to=number)
        return twiml.response(gather, self._again())

    def ask_number(self, *, is_wrong: bool = False) -> str:
        asked = [self._say(self._words("wrong"))] if is_wrong else []
        asked.append(self._say(self._words("number")))
        return twiml.response(self._gather("call/number", "", _NUMBER_SECONDS, *asked), self._again())

    def thanks(self) -> str:
        return twiml.response(self._say(self._words("thanks")), twiml.verb("Hangup"))

    def voicemail(self) -> str:
        """Let somebody leave a message of up to three minutes; silence, a key or hanging up ends it."""
        told = self.url("call/recording", voicemail="1")
        record = twiml.verb(
            "Record",
            action=self.url("call/voicemail"),
            maxLength=_VOICEMAIL_SECONDS,
            timeout="8",
            playBeep="true",
            trim="trim-silence",
            recordingStatusCallback=told,
            recordingStatusCallbackEvent="completed absent",
        )
        return twiml.response(self._say(self._words("voicemail")), record)

    def voicemail_thanks(self) -> str:
        return twiml.response(self._say(self._words("kept")), twiml.verb("Hangup"))

    def again(self) -> str:
        """Go back to waiting."""
        return twiml.response(self._again())

    def _again(self, **more: str) -> Element:
        return twiml.verb("Redirect", self.url("call/wait", again="1", **more))

    def _gather(self, tail: str, digits: str, seconds: str, *prompts: Element, **query: str) -> Element:
        more = {"numDigits": digits} if digits else {"finishOnKey": "#"}
        return twiml.verb("Gather", "", *prompts, action=self.url(tail, **query), timeout=seconds, **more)

    def _music(self) -> list[Element]:
        return [twiml.verb("Play", self.music_url)] if self.music_url else []

    def _say(self, words: str) -> Element:
        return twiml.verb("Say", words, language=self.language)

    def _words(self, phrase: Phrase, **values: str) -> str:
        return self._all()[phrase].format(**values)

    def _all(self) -> Mapping[Phrase, str]:
        return WORDS.get(self.language.partition("-")[0].lower(), WORDS["en"])

    def _minutes(self, minutes: int) -> str:
        """Say minutes in the plural that they have: CLDR's one, two, few (3 to 10) and other, as far as they differ."""
        form: Phrase = "wait_few" if minutes <= _FEW else "wait"
        if minutes <= len(_EXACT):
            form = _EXACT[minutes - 1]
        return self._words(form if form in self._all() else "wait", minutes=str(minutes))


def typed(digits: str) -> str | None:
    """Return the number that somebody typed on a telephone, where + cannot be typed; 00 is as good."""
    number = digits.strip()
    return callable_number(f"+{number.removeprefix('00')}") if number.isascii() and number.isdigit() else None
