"""Named SQL from `queries.sql` files: `:name` parameters become `$n`, and a test prepares every one of them.

A line that ends with `-- when name` is a condition that counts only when that value is given: see `Query.shaped`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

_HEAD = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
# A parameter follows one colon; a cast has two, and text in quotes is matched first so that it is left alone.
_WHEN = re.compile(r"^[^\n]*-- when (\w+)[ \t]*\n", re.MULTILINE)
_PARAMETER = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::\w+|:([a-z_][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with its parameters in the order of their first use."""

    name: str
    sql: str
    parameters: tuple[str, ...]
    text: str = ""

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """Return the values in order; a missing or unknown one is a mistake of the caller."""
        if values.keys() != set(self.parameters):
            raise TypeError(f"{self.name} takes {sorted(self.parameters)}, not {sorted(values)}")
        return [values[name] for name in self.parameters]

    def shaped(self, values: Mapping[str, Any], *, most: int) -> tuple[Query, dict[str, Any]]:
        """Return the statement without the conditions of which no value is given, and the values that it then takes.

        What is None or False is not given. `most` is written out as a number. So the database plans each shape once
        instead of each question, knowing how few rows are wanted.
        """
        # 0 and nothing at all are values.
        given = (name for name in _WHEN.findall(self.text) if values[name] is not None and values[name] is not False)
        shape = _shape(self, frozenset(given), most)
        return shape, {name: values[name] for name in shape.parameters}


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

    return Query(name, _PARAMETER.sub(number, text).strip().rstrip(";"), tuple(names), text)


@lru_cache(maxsize=1_000)
def _shape(query: Query, given: frozenset[str], most: int) -> Query:
    def kept(found: re.Match[str]) -> str:
        return found.group(0) if found.group(1) in given else ""

    return parse(query.name, _WHEN.sub(kept, query.text).replace(":most::int", str(int(most))))


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
