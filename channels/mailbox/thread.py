"""By what a reply finds its conversation: our signed address, our signed Message-ID, ids, the number in the subject."""

from __future__ import annotations

import binascii
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable
from uuid import UUID

from channels.base import ThreadKey
from channels.mailbox.model import ParsedMail
from channels.mailbox.settings import EmailSettings
from core.secrets import Keyring
from core.text import ascii_digits

# RFC 5321 section 4.5.3.1.1: longer local parts are refused by many servers.
_LOCAL_LIMIT = 64
_ID_BYTES = 16
_TOKEN = re.compile(r"[a-z2-7]{52}")
_OWN_ID = re.compile(r"m\.([0-9a-f]{32})\.([0-9a-f]{32})\.([0-9a-f]{32})@.+")
_TAG = re.compile(r"\[#\s{0,3}(\d{1,18})\s{0,3}\]")
_TAGS = 3
_AWAITED = 3


class Marks:
    """Signs what leaves, and knows it again: 128-bit signatures over the conversation (keys.mac)."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys

    def reply_address(self, settings: EmailSettings, interaction_id: UUID) -> str | None:
        """Return `local+token@domain`; None when the mailbox knows no plus addresses or the token does not fit.

        Base 32, not hex: 52 characters for id and signature leave room in a local part, and survive lower-casing.
        """
        return self._signed(settings, interaction_id, "address")

    def agent_address(self, settings: EmailSettings, mail_id: UUID) -> str | None:
        """Return to where an agent answers a mail of ours about a conversation; another purpose, another signature."""
        return self._signed(settings, mail_id, "agent")

    def _signed(self, settings: EmailSettings, named: UUID, purpose: str) -> str | None:
        signature = bytes.fromhex(self._keys.mac("mail", f"{purpose}:{named.hex}"))
        token = b32encode(named.bytes + signature).decode().lower().rstrip("=")
        local = f"{settings.local}+{token}"
        if not settings.has_plus_addresses or len(local) > _LOCAL_LIMIT:
            return None
        return f"{local}@{settings.domain}"

    def message_id(self, message_id: UUID, interaction_id: UUID, domain: str) -> str:
        """Return our own Message-ID without brackets: the same for every attempt of the same message."""
        signature = self._keys.mac("mail", f"message:{message_id.hex}:{interaction_id.hex}")
        return f"m.{message_id.hex}.{interaction_id.hex}.{signature}@{domain}"

    def by_address(self, address: str, purpose: str = "address") -> UUID | None:
        """Return the conversation that a signed reply address names, if we signed it for that."""
        token = address.rpartition("@")[0].rpartition("+")[2].lower()
        if not _TOKEN.fullmatch(token):
            return None
        try:
            whole = b32decode(token.upper() + "====")
        except (binascii.Error, ValueError):
            return None
        interaction_id, signature = UUID(bytes=whole[:_ID_BYTES]), whole[_ID_BYTES:].hex()
        is_ours = self._keys.is_mac("mail", f"{purpose}:{interaction_id.hex}", signature)
        return interaction_id if is_ours else None

    def by_message_id(self, message_id: str) -> UUID | None:
        """Return the conversation that our own Message-ID names, if we signed it."""
        found = _OWN_ID.fullmatch(message_id.lower())
        if not found:
            return None
        message, interaction, signature = found.groups()
        is_ours = self._keys.is_mac("mail", f"message:{message}:{interaction}", signature)
        return UUID(interaction) if is_ours else None

    def message_of(self, message_id: str) -> UUID | None:
        """Return which message of ours our own Message-ID names, if we signed it: what a report is about."""
        found = _OWN_ID.fullmatch(message_id.lower())
        if not found or self.by_message_id(message_id) is None:
            return None
        return UUID(found.group(1))

    def agent_mail_of(self, mail: ParsedMail, recipients: Iterable[str]) -> tuple[UUID, bool] | None:
        """Return which mail of ours to an agent this one answers, and whether it came to the address that we signed.

        Such a mail belongs to no conversation: its Message-ID names itself instead.
        """
        for address in recipients:
            named = self.by_address(address, "agent")
            if named is not None:
                return named, True
        for reference in mail.references:
            named = self.message_of(reference)
            if named is not None and named == self.by_message_id(reference):
                return named, False
        return None

    def keys_of(self, mail: ParsedMail, recipients: Iterable[str]) -> tuple[ThreadKey, ...]:
        """Return what to look the conversation up by, the strongest first (email.md: signed, ids, number)."""
        proofs = [self.by_address(address) for address in recipients]
        proofs += [self.by_message_id(reference) for reference in mail.references]
        signed = [ThreadKey(f"interaction:{proof}", is_proof=True) for proof in proofs if proof]
        named = [ThreadKey(f"mid:{reference}") for reference in mail.references]
        # Who answers a mail may be read before it; its mail then finds the answer, as do others that answer the same.
        late = [ThreadKey(f"ref:{each}") for each in (mail.message_id, *mail.references[:_AWAITED]) if each]
        numbered = [ThreadKey(f"number:{number}") for number in numbers_in(mail.subject)]
        return tuple(dict.fromkeys([*signed, *named, *late, *numbered]))


def awaited(mail: ParsedMail) -> tuple[str, ...]:
    """Return by what a mail of the same thread that is read later finds this one."""
    return tuple(f"ref:{reference}" for reference in mail.references[:_AWAITED])


def numbers_in(subject: str) -> list[str]:
    """Return the conversation numbers that a subject names, digits of any script.

    >>> numbers_in("رد: فاکتور [#۱۲۳]")
    ['123']
    """
    return [str(int(number)) for number in _TAG.findall(ascii_digits(subject))][:_TAGS]
