"""Names of IMAP folders beyond ASCII. Pure."""

from __future__ import annotations

import re
from base64 import b64encode


def modified_utf7(name: str) -> str:
    """Return a folder's name as IMAP writes it (RFC 3501 section 5.1.3).

    >>> modified_utf7("صندوق & INBOX")
    '&BjUGRgYvBkgGQg- &- INBOX'
    """
    written = []
    for run in re.findall(r"[ -~]+|[^ -~]+", name):
        if run.isascii():
            written.append(run.replace("&", "&-"))
        else:
            coded = b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
            written.append(f"&{coded}-")
    return "".join(written)
