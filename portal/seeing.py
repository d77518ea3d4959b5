"""What of a conversation its customer sees. Pure.

Shown is what the customer said and what was said to the customer; whatever is in doubt is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID


def is_shown(message: Mapping[str, Any], family: Collection[UUID]) -> bool:
    """Tell whether a message is between the organisation and this customer.

    A note or a line of the system never is; nor what went to others alone (`aside`), nor what somebody else said who
    takes part (`is_other`), nor what a stranger said of whom nobody knows whether they belong there (no author).
    """
    details = message["details"]
    if message["direction"] == "outbound":
        return not details.get("aside")
    if message["direction"] != "inbound":
        return False
    is_theirs = message["author_kind"] == "customer" and message["author_id"] in family
    return is_theirs and not (details.get("is_other") or details.get("participant"))
