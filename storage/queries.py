"""Named SQL from `queries.sql` files: `:name` parameters become `$n`, and a test prepares every one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

_HEAD = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
# A parameter follows one colon; a cast has two, and text in quotes is matched first so that it is left alone.
_PARAMETER = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::\w+|:([a-z_][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with its parameters in the order of their first use."""

    name: str
    sql: str
    parameters: tuple[str, ...]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Return the values in order; a missing or unknown one is a mistake of the caller."""
        if values.keys() != set(self.parameters):
            raise TypeError(f"{self.name} takes {sorted(self.parameters)}, not {sorted(values)}")
        return [values[name] for name in self.parameters]


def parse(name: str, text: str) -> Query:
    """Turn one statement with `:named` parameters into one with `$n`."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        parameter = found.group(1)
        if parameter is None:
            return found.group(0)
        if parameter not in names:
            names.append(parameter)
        return f"${names.index(parameter) + 1}"

    return Query(name, _PARAMETER.sub(number, text).strip().rstrip(";"), tuple(names))


class Queries:
    """The statements of one file, as attributes: `sql.lock_ticket`."""

    loaded: ClassVar[list[Queries]] = []

    def __init__(self, module_file: str) -> None:
        self.path = Path(module_file).with_name("queries.sql")
        parts = _HEAD.split(self.path.read_text("utf-8"))
        self._all = {name: parse(name, text) for name, text in zip(parts[1::2], parts[2::2], strict=True)}
        Queries.loaded.append(self)

    def __getattr__(self, name: str) -> Query:
        try:
            return self._all[name]
        except KeyError:
            raise AttributeError(f"{self.path} has no query {name}") from None

    def __iter__(self) -> Iterator[Query]:
        return iter(self._all.values())
