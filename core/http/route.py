"""What a route is: a method with its permission beside it and its models in its signature."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from core.actor import Actor

PUBLIC = "public"
SIGNED_IN = "signed_in"
# Signed in, and no guest from outside.
COLLEAGUE = "colleague"
# Signed in at the customers' portal, and nowhere else.
CUSTOMER = "customer"

Item = TypeVar("Item")
Function = TypeVar("Function", bound=Callable[..., Awaitable[Any]])


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler may know of the request besides its models."""

    actor: Actor
    request: web.Request
    address: str


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


class PageQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: str | None = Field(None, max_length=200, description="`next_cursor` of the page before.")
    limit: int = Field(50, ge=1, le=200)


@dataclass(frozen=True, slots=True)
class Declared:
    """What `@route` keeps of a method."""

    method: str
    path: str
    permission: str
    status: int
    form: bool
    shows_secret: bool


@dataclass(frozen=True, slots=True)
class Route:
    """A declared method bound to its object, with the models read from its signature."""

    declared: Declared
    call: Callable[..., Awaitable[Any]]
    name: str
    summary: str
    tag: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    path: dict[str, TypeAdapter[Any]]
    answer: Any


def route(
    method: str, path: str, *, permission: str, status: int = 200, form: bool = False, shows_secret: bool = False
) -> Callable[[Function], Function]:
    """Declare a handler: `body` and `query` are models, `call` is the request, other parameters are path parts.

    `permission` is mandatory: a name of `access`, SIGNED_IN or, for what the whole world may ask, PUBLIC.
    `shows_secret`: the answer is given once and never kept, not even for a repeated Idempotency-Key.
    """

    def keep(function: Function) -> Function:
        function.__route__ = Declared(method, path, permission, status, form, shows_secret)  # type: ignore[attr-defined]  # a mark read by routes_of
        return function

    return keep


def routes_of(owner: object) -> list[Route]:
    """Return the bound routes of an object, in the order of their names' definition."""
    found = []
    for name in vars(type(owner)):
        function = getattr(owner, name)
        declared = getattr(function, "__route__", None)
        if isinstance(declared, Declared):
            found.append(_bind(owner, function, declared))
    return found


def _bind(owner: object, function: Callable[..., Awaitable[Any]], declared: Declared) -> Route:
    hints = get_type_hints(function)
    names = [name for name in inspect.signature(function).parameters if name != "call"]
    return Route(
        declared=declared,
        call=function,
        name=f"{type(owner).__module__.split('.', 1)[0]}.{function.__name__}",
        summary=(inspect.getdoc(function) or function.__name__.replace("_", " ").capitalize()).splitlines()[0],
        tag=type(owner).__module__.split(".", 1)[0],
        body=hints.get("body"),
        query=hints.get("query"),
        path={name: TypeAdapter(hints[name]) for name in names if name not in ("body", "query")},
        answer=hints.get("return"),
    )
