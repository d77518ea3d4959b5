"""What happened to visitors and widgets."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from core.events import Event


class WidgetSaved(Event, kind="widget.saved"):
    site: str
    is_enabled: bool

    def subject(self) -> str:
        return f"widget:{self.site}"


class WidgetSecretMade(Event, kind="widget.secret_made"):
    """Identities are signed with a new key from now on."""

    site: str

    def subject(self) -> str:
        return f"widget:{self.site}"


class VisitorBlocked(Event, kind="visitor.blocked"):
    """A visitor may not write for a while. Open sockets of theirs are closed."""

    block_id: UUID
    visitor_id: UUID
    site: str
    address_hash: str | None
    reason: str
    until: datetime | None

    def subject(self) -> str:
        return f"visitor:{self.visitor_id}"


class VisitorUnblocked(Event, kind="visitor.unblocked"):
    block_id: UUID
    visitor_id: UUID
    site: str

    def subject(self) -> str:
        return f"visitor:{self.visitor_id}"


class TranscriptAsked(Event, kind="chat.transcript_asked"):
    """A visitor has what was said sent by mail."""

    interaction_id: UUID

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"


class RatingGiven(Event, kind="chat.rated"):
    """How the visitor found it; the same chat may be rated again for a while."""

    interaction_id: UUID
    customer_name: str
    agent_id: UUID | None
    queue_id: UUID
    score: int
    comment: str

    def subject(self) -> str:
        return f"interaction:{self.interaction_id}"

    def audience(self) -> tuple[str, ...]:
        return () if self.agent_id is None else (f"agent:{self.agent_id}",)

    @classmethod
    def feed(cls, namespace: str, data: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        if namespace != "/agent":
            return None
        return "rating.given", {name: data[name] for name in ("interaction_id", "customer_name", "score", "comment")}
