"""An extension: a page of another system, where it is shown, and what it is told."""

from __future__ import annotations

import re
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field

from access.model import Locale, Name, Permission
from core.errors import Invalid
from core.events import Event
from core.ids import BranchId
from core.values import Value

Place = Literal["conversation", "customer"]
EVERYBODY = "room:staff"
# What an address may name: never a token, since addresses reach logs.
PLACEHOLDERS = frozenset({"interaction_id", "interaction_number", "channel", "customer_id", "locale"})


def _template(url: str) -> str:
    parts = urlsplit(url)
    unknown = set(re.findall(r"\{([^{}]*)\}", url)) - PLACEHOLDERS
    if unknown:
        raise ValueError(f"the address can name {', '.join(sorted(PLACEHOLDERS))}")
    if parts.hostname is None or "{" in parts.netloc or "@" in parts.netloc or parts.fragment:
        raise ValueError("the address has a host that is written out, and neither a user nor a fragment")
    if not re.fullmatch(r"https?://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?", origin_of(url)):
        raise ValueError("the host is not one")
    return url


def _permission(name: str | None) -> str | None:
    if name is not None and name not in set(Permission):
        raise ValueError("there is no such permission")
    return name


class ExtensionFields(Value):
    name: dict[Locale, Name] = Field(min_length=1, max_length=3, description="What the tab says, by language.")
    url: Annotated[str, AfterValidator(_template)] = Field(
        max_length=1000,
        pattern=r"^https?://[^\s\\\"'<>;,]+$",
        description="Such as https://erp.example/customers/{customer_id}.",
    )
    place: Place = "conversation"
    permission: Annotated[str | None, AfterValidator(_permission)] = Field(
        None, description="Who is shown it; null: everybody who signs in."
    )
    branch_id: BranchId | None = None
    shares_addresses: bool = Field(default=False, description="Whether the page is told the customer's addresses.")
    is_enabled: bool = True


class NewExtension(ExtensionFields):
    pass


class ExtensionChange(ExtensionFields):
    version: int = Field(ge=1)


class Extension(ExtensionFields):
    id: UUID
    version: int


class ExtensionMade(Value):
    """The secret that signs the context is shown this once."""

    id: UUID
    secret: str


class ExtensionView(Value):
    """What a console needs to show it; `origin` is the only one that is spoken to."""

    id: UUID
    name: dict[Locale, str]
    url: str
    origin: str
    place: Place


class ContextAsked(Value):
    """Beside what the page is shown, and how the screen looks."""

    interaction_id: UUID | None = None
    customer_id: UUID | None = None
    theme: Literal["light", "dark"] = "light"


class Context(Value):
    """A signed token for the frame, and when it ends."""

    token: str
    expires_at: datetime


class ExtensionSaved(Event, kind="extension.saved"):
    """Consoles load anew: who is shown what may have changed."""

    extension_id: UUID
    url: str
    is_enabled: bool
    change: Literal["saved", "secret", "deleted"]

    def subject(self) -> str:
        return f"extension:{self.extension_id}"

    def audience(self) -> tuple[str, ...]:
        return (EVERYBODY,)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        return ("me.changed", {}) if namespace == "/agent" and data["change"] != "secret" else None


def origin_of(url: str) -> str:
    """Return scheme, host and port as browsers compare them: lower case, without the port that goes without saying."""
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname
    host = f"[{host}]" if host and ":" in host else host
    port = "" if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def must_be_foreign(url: str, own_origin: str, *, may_be_private: bool) -> None:
    """Refuse our own pages, which a sandbox with our origin would not hold, and plain http but to inside addresses."""
    if origin_of(url) == origin_of(own_origin):
        raise Invalid("A page of ours cannot be an extension.", errors=[_at("this is our own address")])
    if url.startswith("http://") and not (may_be_private and _is_inside(urlsplit(url).hostname or "")):
        raise Invalid("The address begins with https://.", errors=[_at("https is needed")])


def _is_inside(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def _at(message: str) -> dict[str, str]:
    return {"loc": "url", "msg": message, "type": "value_error"}
