"""Structured logs: one line an entry, no control characters from strangers, no secrets."""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json

# What a stranger may have put into a text that we log: keys that carry secrets, in URLs, headers, JSON and reprs.
_SECRET = re.compile(
    r"(?i)((?:password|passwd|secret|token|authorization|cookie|api[_-]?key|csrf)"
    r"[\"']?\s*[:=]\s*[\"']?(?:basic |bearer )?)"
    r"[^\s\"'&,;}\])]+"
)
_CREDENTIALS = re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return the text fit for one log line: secrets masked, control and bidi-override characters made visible."""
    text = _CREDENTIALS.sub("***", _SECRET.sub(r"\1***", text))
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


class Plain(logging.Formatter):
    """For people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:-3]
        return f"{at} {record.levelname.lower():7} {record.name}: {_message(record)}"


class Json(logging.Formatter):
    """For a collector."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        return to_json(entry).decode()


def _message(record: logging.LogRecord) -> str:
    text = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        text += "\n" + logging.Formatter().formatException(record.exc_info)
    return clean(text)


def configure(level: str, *, as_json: bool) -> None:
    """Send all logs to standard error in one of the two shapes."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if as_json else Plain())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("aiohttp.access", "engineio", "socketio", "mail.log", "aioimaplib", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
