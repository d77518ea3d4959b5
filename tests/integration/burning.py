"""A reader of mail with faults that nobody knows yet, for the worker process: it imports nothing that it need not."""

from __future__ import annotations

import os
import time

from channels.mailbox.model import ParsedMail
from channels.mailbox.parse import parse_mail


def parse_or_burn(raw: bytes, mail_from: str | None = None) -> ParsedMail:
    if b"burns the processor" in raw:
        time.sleep(30)
    if b"kills the process" in raw:
        os._exit(9)
    if b"surprises" in raw:
        raise KeyError("nobody thought of that")
    return parse_mail(raw, mail_from)
