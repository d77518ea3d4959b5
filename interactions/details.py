"""What people see of the details of a message. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What people see of a message's details; the rest is for replies and for later questions.
_SHOWN = (
    "thread", "verdict", "doubt", "unreadable", "participant", "subject_changed", "repeated_id", "email", "page",
    "fax", "whisper", "until", "voicemail", "signature", "subject", "aside", "is_automatic", "by_mail", "inline", "to",
    "cc", "cut", "outside_pictures", "notes", "fault",
)  # fmt: skip


def shown_details(details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: details[name] for name in _SHOWN if name in details}
