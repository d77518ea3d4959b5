"""What mails about a chat say, in the visitor's language. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from access.model import Locale
from interactions.model import MessageView

# How a moment is written for the reader.
When = Callable[[datetime], str]

_WORDS: dict[Locale, dict[str, str]] = {
    "en": {
        "subject": "Your conversation with {name}",
        "transcript": "This is what was said in your conversation.",
        "you": "You",
        "files": "Files",
        "answer": "You had left the chat when we answered:",
        "go_on": "You can answer this mail, and the conversation goes on.",
        "answer_subject": "Our answer to your message",
    },
    "ar": {
        "subject": "محادثتك مع {name}",
        "transcript": "هذا ما قيل في محادثتك.",
        "you": "أنت",
        "files": "ملفات",
        "answer": "كنت قد غادرت المحادثة حين أجبنا:",
        "go_on": "يمكنك الرد على هذه الرسالة لتستمر المحادثة.",
        "answer_subject": "ردّنا على رسالتك",
    },
    "fa": {
        "subject": "گفت‌وگوی شما با {name}",
        "transcript": "متن گفت‌وگوی شما چنین است.",
        "you": "شما",
        "files": "فایل‌ها",
        "answer": "وقتی پاسخ دادیم، گفت‌وگو را ترک کرده بودید:",
        "go_on": "می‌توانید به همین ایمیل پاسخ دهید تا گفت‌وگو ادامه یابد.",
        "answer_subject": "پاسخ ما به پیام شما",
    },
}


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def transcript(messages: Sequence[MessageView], title: str, locale: Locale, when: When) -> Letter:
    """Return all that was said, with who and when."""
    words = _WORDS[locale]
    return _letter(words["subject"].format(name=title), words["transcript"], messages, "", locale, when)


def follow_up(messages: Sequence[MessageView], locale: Locale, when: When) -> Letter:
    """Return replies that a visitor has not seen, and nothing of the visitor's own words.

    Whose address it is, nobody has proven: a stranger must not get somebody's words through us.
    """
    words = _WORDS[locale]
    return _letter(words["answer_subject"], words["answer"], messages, words["go_on"], locale, when)


def _letter(subject: str, first: str, messages: Sequence[MessageView], last: str, locale: Locale, when: When) -> Letter:
    text = [first, ""]
    side = "ltr" if locale == "en" else "rtl"
    html = [f"<p>{escape(first)}</p>"]
    for message in messages:
        who, at, said = _who(message, locale), when(message.at), _said(message, locale)
        text += [f"{who} ({at}):", said, ""]
        lines = "".join(f'<div dir="auto">{escape(line) or "<br>"}</div>' for line in said.splitlines())
        html.append(f"<p><b><bdi>{escape(who)}</bdi></b> <small>{at}</small></p>{lines}")
    if last:
        text.append(last)
        html.append(f"<p>{escape(last)}</p>")
    return Letter(subject, "\n".join(text).strip(), f'<div dir="{side}" lang="{locale}">{"".join(html)}</div>')


def _who(message: MessageView, locale: Locale) -> str:
    return _WORDS[locale]["you"] if message.direction == "inbound" else message.author.name


def _said(message: MessageView, locale: Locale) -> str:
    names = (
        "، ".join(each.name for each in message.attachments)
        if locale != "en"
        else ", ".join(each.name for each in message.attachments)
    )
    parts = [message.text, f"{_WORDS[locale]['files']}: {names}" if names else ""]
    return "\n".join(part for part in parts if part)
