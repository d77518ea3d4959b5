"""The six kinds of refusal. The docstring of a subclass is the message that people read."""

from __future__ import annotations

from typing import Any, ClassVar, Self


class MarkazError(Exception):
    """Something was refused."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Refused"

    def __init__(self, detail: str = "", **extra: Any) -> None:
        self.detail = detail or (self.__doc__ or "").strip().splitlines()[0]
        self.extra = extra
        super().__init__(self.detail)

    @property
    def kind(self) -> str:
        """The stable name that a client switches on."""
        return type(self).__name__

    def problem(self) -> dict[str, Any]:
        """Return the RFC 9457 problem document of this refusal."""
        slug = "".join(f"-{c.lower()}" if c.isupper() else c for c in self.kind).lstrip("-")
        return {
            "type": f"urn:markaz:problem:{slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


class Invalid(MarkazError):  # noqa: N818 - the six kinds are names of outcomes, used in every folder
    """The input can never work as it is."""

    status = 422
    title = "Invalid"


class Forbidden(MarkazError):  # noqa: N818 - as above
    """Your permissions do not cover this."""

    status = 403
    title = "Forbidden"


class Unauthenticated(Forbidden):
    """Sign in first."""

    status = 401
    title = "Not signed in"


class NotFound(MarkazError):  # noqa: N818 - as above
    """There is no such thing, or you may not see it."""

    status = 404
    title = "Not found"


class Conflict(MarkazError):  # noqa: N818 - as above
    """Somebody was faster, or the state no longer allows it."""

    status = 409
    title = "Conflict"

    @classmethod
    def overtaken(cls, version: int | None = None) -> Self:
        """Say that somebody changed it since it was read; `version`: what it is now, where that is known."""
        known = {} if version is None else {"version": version}
        return cls("Somebody changed this meanwhile; load it anew.", constraint="version", **known)


class RateLimited(MarkazError):  # noqa: N818 - as above
    """Too many tries; wait before the next."""

    status = 429
    title = "Too many requests"


class Unavailable(MarkazError):  # noqa: N818 - as above
    """Not now; the same call may work later."""

    status = 503
    title = "Unavailable"


class Met(Unavailable):
    """Two changes waited for each other and this one was taken back; nothing of it was kept."""
