"""What a client may send over a socket: named commands with a permission and models, always acknowledged."""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from prometheus_client import Counter
from pydantic import BaseModel, ValidationError

from core.actor import Actor
from core.errors import Invalid, MarkazError, Met
from core.http.api import invalid
from core.http.route import PUBLIC, SIGNED_IN
from core.values import Value

log = logging.getLogger(__name__)
_commands = Counter("markaz_socket_commands_total", "Commands acknowledged.", ["command", "outcome"])

_MEETINGS = 2
_APART_SECONDS = 0.05

Function = TypeVar("Function", bound=Callable[..., Awaitable[Any]])


class Payload(Value):
    """What a client sends: exactly the named fields."""


class Nothing(Payload):
    """A command without words."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The socket that a command came from."""

    actor: Actor
    sid: str


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    permission: str
    call: Callable[..., Awaitable[Any]]
    payload: type[Payload]
    answer: type[BaseModel] | None
    summary: str


def command(name: str, *, permission: str) -> Callable[[Function], Function]:
    """Declare a handler `(self, sender, payload: SomePayload) -> Answer | None`; the permission is mandatory."""

    def keep(function: Function) -> Function:
        function.__command__ = (name, permission)  # type: ignore[attr-defined]  # a mark read by Commands.add
        return function

    return keep


class Commands:
    """The commands of one namespace, collected from several folders."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.all: dict[str, Command] = {}

    def add(self, owner: object) -> None:
        for name in vars(type(owner)):
            function = getattr(owner, name)
            mark = getattr(function, "__command__", None)
            if mark is not None:
                self._take(function, *mark)

    def _take(self, function: Callable[..., Awaitable[Any]], name: str, permission: str) -> None:
        if name in self.all:
            raise TypeError(f"two handlers of {name}")
        hints = get_type_hints(function)
        answer = hints.get("return")
        self.all[name] = Command(
            name=name,
            permission=permission,
            call=function,
            payload=hints["payload"],
            answer=answer if inspect.isclass(answer) and issubclass(answer, BaseModel) else None,
            summary=(inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " "),
        )

    async def dispatch(self, name: str, sender: Sender, data: Any) -> dict[str, Any]:
        """Answer one command; whatever was sent, this returns an acknowledgement and never raises."""
        found = self.all.get(name)
        label = name if found else "unknown"
        try:
            if found is None:
                raise Invalid(f"There is no command {name[:60]!r}.")  # noqa: TRY301 - one place makes acknowledgements
            result = await _surely(found, sender, data)
        except asyncio.CancelledError:
            raise
        except MarkazError as error:
            _commands.labels(label, error.kind).inc()
            return {"ok": False, "error": error.problem()}
        except Exception:
            log.exception("command %s failed", label)
            _commands.labels(label, "failed").inc()
            return {"ok": False, "error": MarkazError("Something went wrong here; it was logged.").problem()}
        _commands.labels(label, "ok").inc()
        return {"ok": True, "result": result}


async def _surely(found: Command, sender: Sender, data: Any) -> Any:
    """Call it, and again when it met another change: nothing was kept, and its client would say just the same."""
    for _ in range(_MEETINGS):
        try:
            return await _call(found, sender, data)
        except Met:
            await asyncio.sleep(random.uniform(0, _APART_SECONDS))  # noqa: S311 - so that two do not meet again
    return await _call(found, sender, data)


async def _call(found: Command, sender: Sender, data: Any) -> Any:
    if found.permission not in (PUBLIC, SIGNED_IN):
        sender.actor.must(found.permission)
    try:
        payload = found.payload.model_validate({} if data is None else data)
    except ValidationError as error:
        raise invalid(error) from error
    answer = await found.call(sender, payload)
    # A model is written as JSON with the packet, once.
    return {} if answer is None else answer
