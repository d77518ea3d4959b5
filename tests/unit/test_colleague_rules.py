"""What an agent answers by mail: when it is believed, and what is said when it is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.answers import AgentAnswer
from channels.mailbox.parse import parse_mail
from channels.mailbox.settings import EmailSettings
from channels.mailbox.thread import Marks
from core.secrets import Keyring
from interactions.colleague_words import _BECAUSE, refused, subject, told
from interactions.colleagues import doubted

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
MARKS, FOREIGN = Marks(Keyring(b"k" * 32)), Marks(Keyring(b"x" * 32))
HELP = EmailSettings(address="help@example.com")
GOOD = AgentAnswer(
    mail_id=uuid4(),
    external_id="e",
    sender="Sara@Centre.example",
    text="Yes",
    files=(),
    is_signed=True,
    is_vouched=False,
    doubt="",
    message_id="m@x",
)


def why(**change: object) -> str:
    return doubted(replace(GOOD, **change), "sara@centre.example", NOW, NOW + timedelta(hours=1))


def test_a_signed_address_or_the_word_of_our_server_is_enough_and_neither_is_not() -> None:
    assert why() == ""
    assert why(is_signed=False, is_vouched=True) == ""
    assert why(is_signed=False) == "unproven"


def test_another_sender_a_doubt_or_an_old_mail_is_refused_whatever_is_signed() -> None:
    assert why(sender="mallory@evil.example", is_vouched=True) == "sender"
    assert why(sender="") == "sender"
    assert why(doubt="Two addresses in From", is_vouched=True) == "doubt"
    assert doubted(GOOD, "sara@centre.example", NOW, NOW + timedelta(days=15)) == "old"


@given(
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "forged"]),
    st.sampled_from(["sara@centre.example", "x@y.example"]),
)
def test_nothing_is_believed_without_a_proof_and_the_right_sender(
    is_signed: bool, is_vouched: bool, doubt: str, sender: str
) -> None:
    believed = why(is_signed=is_signed, is_vouched=is_vouched, doubt=doubt, sender=sender) == ""
    assert believed == (sender.startswith("sara") and not doubt and (is_signed or is_vouched))


def _mail(to: str, references: str = "") -> bytes:
    return f"From: a@b.example\r\nTo: {to}\r\nMessage-ID: <1@b>\r\nIn-Reply-To: {references}\r\n\r\nhi".encode()


def test_an_agents_address_opens_no_conversation_and_a_conversations_is_no_agents() -> None:
    mail_id = UUID("01900000-0000-7000-8000-000000000007")
    own, other = MARKS.agent_address(HELP, mail_id), MARKS.reply_address(HELP, mail_id)
    foreign = FOREIGN.agent_address(HELP, mail_id)
    assert own is not None
    assert other is not None
    assert foreign is not None
    parsed = parse_mail(_mail(own))
    assert MARKS.agent_mail_of(parsed, [own]) == (mail_id, True)
    assert MARKS.by_address(own) is None
    assert MARKS.agent_mail_of(parsed, [other]) is None
    assert MARKS.agent_mail_of(parsed, [foreign]) is None
    assert MARKS.agent_mail_of(parsed, [own[:20] + ("a" if own[20] != "a" else "b") + own[21:]]) is None


def test_a_reply_by_message_id_alone_names_our_mail_and_proves_nothing() -> None:
    mail_id = uuid4()
    named = parse_mail(_mail("help@example.com", f"<{MARKS.message_id(mail_id, mail_id, 'example.com')}>"))
    assert MARKS.agent_mail_of(named, ["help@example.com"]) == (mail_id, False)
    customers = parse_mail(_mail("help@example.com", f"<{MARKS.message_id(uuid4(), mail_id, 'example.com')}>"))
    assert MARKS.agent_mail_of(customers, ["help@example.com"]) is None


@pytest.mark.parametrize("locale", ["en", "ar", "fa"])
def test_every_reason_is_said_in_every_language(locale: str) -> None:
    assert set(_BECAUSE[locale]) == set(_BECAUSE["en"])  # type: ignore[index]
    for reason in _BECAUSE["en"]:
        assert len(refused(locale, reason)) > 30  # type: ignore[arg-type]
    assert "{" not in told(locale, "Lena", "text", "link")  # type: ignore[arg-type]
    assert "\n" not in subject(locale, "Lena\nBcc: x", 7)  # type: ignore[arg-type]
