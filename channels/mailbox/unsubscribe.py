"""List-Unsubscribe for mail that no person writes to one person: a link that one click ends (RFC 2369, RFC 8058)."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from core.errors import Invalid
from core.secrets import Keyring

_URL = re.compile(r"https://[!-;=?-~]{1,900}")
_PURPOSE = "unsubscribe"


def unsubscribe_url(keys: Keyring, base_url: str, list_name: str, address: str) -> str:
    """Return a link that ends one list for one address; who has the link, and nobody else, may."""
    subject = f"{list_name}:{address.strip().lower()}"
    query = f"list={quote(list_name, safe='')}&address={quote(address.strip().lower(), safe='')}"
    return f"{base_url}/unsubscribe?{query}&mac={keys.mac(_PURPOSE, subject)}"


def is_unsubscribe(keys: Keyring, list_name: str, address: str, mac: str) -> bool:
    """Tell whether a link that came back is one of ours."""
    return keys.is_mac(_PURPOSE, f"{list_name}:{address.strip().lower()}", mac)


def unsubscribe_headers(url: str) -> dict[str, str]:
    """Return both headers, none without a link. Invalid for what one click cannot reach, or would end the header."""
    if not url:
        return {}
    if not _URL.fullmatch(url) or not urlsplit(url).hostname:
        raise Invalid("The link to unsubscribe is an https address on one line.")
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
