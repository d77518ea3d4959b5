"""Every statement of every folder is one that the database takes, and every one that code names is there."""

from __future__ import annotations

import re
from pathlib import Path

import server  # noqa: F401 - loads every folder's queries
from storage.database import Database
from storage.queries import Queries, parse

ROOT = Path(__file__).parents[2]


async def test_every_query_prepares(db: Database) -> None:
    queries = [query for loaded in Queries.loaded for query in loaded]
    assert len(queries) > 150
    for query in queries:
        try:
            await db.prepare(query)
        except Exception as error:
            raise AssertionError(f"{query.name}: {error}") from error


def test_every_query_has_a_purpose_and_is_used() -> None:
    files = (path for path in ROOT.glob("*/**/*.py") if not {".venv", "node_modules"} & {*path.parts})
    used = {name for path in files for name in re.findall(r"sql\.(\w+)", path.read_text())}
    for loaded in Queries.loaded:
        folder = loaded.path.parent
        for query in loaded:
            assert query.sql.lstrip().startswith("--"), f"{folder.name}: {query.name} does not say what it is for"
            assert query.name in used, f"{folder.name}: {query.name} is used by nobody"


def test_parameters_are_numbered_by_name_and_text_is_left_alone() -> None:
    query = parse("q", "select ':no', a::text, :b::int, :a, :b -- :c\n")
    assert query.sql.startswith("select ':no', a::text, $1::int, $2, $1")
    assert query.parameters == ("b", "a")


def test_conditions_without_a_value_are_left_out() -> None:
    query = parse(
        "q", "select 1 from t where a = :a::int\n  and b = :b::int -- when b\n  and c -- when c\nlimit :most::int\n"
    )
    assert query.parameters == ("a", "b", "most")
    shape, values = query.shaped({"a": 1, "b": None, "c": False}, most=51)
    assert (shape.sql, values) == ("select 1 from t where a = $1::int\nlimit 51", {"a": 1})
    shape, values = query.shaped({"a": 1, "b": 0, "c": True}, most=51)
    assert "b = $2::int" in shape.sql
    assert "and c" in shape.sql
    assert values == {"a": 1, "b": 0}
    assert query.shaped({"a": 2, "b": 1, "c": True}, most=51)[0] is shape
