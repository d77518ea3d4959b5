"""Every sentence with which the server refuses something, found in its code: `python -m tools.refusals` prints them.

A sentence with values in it has `{0}`, `{1}` in their places. `tests/unit/test_refusal_words.py` holds the console's
translations (frontend/console/src/i18n/refusals) against these.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# What refuses nothing to somebody at the console: worlds to play with, figures, tests.
_ELSEWHERE = frozenset({"bench", "demo", "docs", "frontend", "simulator", "tests", "tools", "var"})
_HEAD = "MarkazError"
_WORD, _VALUE = re.compile(r"[a-z]{2}"), re.compile(r"\{\d+\}")
Scope = Mapping[str, Sequence[ast.expr]]


def sentences(root: Path = ROOT) -> set[str]:
    """Return the sentences of all refusals, of faults of fields and of validators of what people send."""
    trees = [ast.parse(path.read_text("utf-8")) for path in _files(root)]
    refusals = _refusals(trees)
    return {text for tree in trees for text in _said(tree, refusals)}


def _files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if not parts[0].startswith(".") and parts[0] not in _ELSEWHERE and "node_modules" not in parts:
            yield path


def _refusals(trees: Iterable[ast.Module]) -> dict[str, str]:
    """Return the classes of refusals, each with what it says where nothing else is said."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    found = {_HEAD: ""}
    while more := [
        each for each in classes if each.name not in found and {_name(base) for base in each.bases} & found.keys()
    ]:
        found |= {each.name: (ast.get_docstring(each) or "").partition("\n")[0] for each in more}
    return found


def _said(tree: ast.Module, refusals: Mapping[str, str]) -> Iterator[str]:
    is_of_people = any(isinstance(node, ast.ImportFrom) and node.module == "pydantic" for node in tree.body)
    top, places = _assigned(tree.body), _fields_faults(tree)
    for scope, node in _calls(tree, top):
        if isinstance(node, ast.Dict):
            yield from _sentences(_msgs(node), scope)
            continue
        name = _name(node.func) if isinstance(node, ast.Call) else _name(node)
        if not isinstance(node, ast.Call) or (name in refusals and not node.args):
            yield from filter(None, [refusals.get(name, "")])
        elif name in refusals or name == "cls" or (name == "ValueError" and is_of_people):
            yield from _sentences(node.args[:1], scope)
        elif name in places:
            yield from _sentences(node.args[places[name] : places[name] + 1], scope)
        elif name == "Fault":
            yield from _sentences([*node.args, *(each.value for each in node.keywords)], scope)


def _fields_faults(tree: ast.Module) -> dict[str, int]:
    """Return functions that say what is wrong with a field, each with the place of its sentence among the arguments."""
    found: dict[str, int] = {}
    for function in _functions(tree):
        names = [each.arg for each in function.args.args]
        said = [_name(each) for node in ast.walk(function) if isinstance(node, ast.Dict) for each in _msgs(node)]
        found.update((function.name, names.index(name)) for name in said if name in names)
    return found


def _msgs(node: ast.Dict) -> list[ast.expr]:
    pairs = zip(node.keys, node.values, strict=True)
    return [each for key, each in pairs if isinstance(key, ast.Constant) and key.value == "msg"]


def _sentences(nodes: Iterable[ast.expr], scope: Scope) -> Iterator[str]:
    """Yield what reads as a sentence: it has words of its own; keys and places of fields have no space."""
    for node in nodes:
        yield from (text for text in _texts(node, scope) if " " in text and _WORD.search(_VALUE.sub("", text)))


def _calls(tree: ast.Module, top: Scope) -> Iterator[tuple[Scope, ast.expr]]:
    """Yield calls, what is raised without one, and what may describe a fault, with the names that are known there."""
    inner = {id(node) for function in _functions(tree) for node in ast.walk(function)}
    for function in _functions(tree):
        scope = {**top, **_assigned(ast.walk(function))}
        yield from ((scope, each) for each in _raised(ast.walk(function)))
    yield from ((top, each) for each in _raised(node for node in ast.walk(tree) if id(node) not in inner))


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _raised(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    for node in nodes:
        if isinstance(node, ast.Call | ast.Dict):
            yield node
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name | ast.Attribute):
            yield node.exc


def _assigned(nodes: Iterable[ast.AST]) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign | ast.AnnAssign) and value is not None:
            for target in targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(value)
    return found


def _texts(node: ast.expr, scope: Scope) -> Iterator[str]:
    """Yield what an expression may say; nothing of what only the running program knows."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield _numbered(parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from (first + second for first in _texts(left, scope) for second in _texts(right, scope))
        case ast.IfExp(body=first, orelse=second):
            yield from chain(_texts(first, scope), _texts(second, scope))
        case ast.BoolOp(values=several) | ast.Dict(values=several):
            yield from chain.from_iterable(_texts(each, scope) for each in several)
        case ast.Subscript(value=held):
            yield from _texts(held, scope)
        case ast.Name(id=name):
            yield from chain.from_iterable(_texts(value, {}) for value in scope.get(name, ()))


def _numbered(parts: Sequence[ast.expr]) -> str:
    """Write the values of a formatted text as {0}, {1} ..."""
    text, number = "", 0
    for part in parts:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            text, number = f"{text}{{{number}}}", number + 1
    return text


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


if __name__ == "__main__":
    json.dump(sorted(sentences()), sys.stdout, ensure_ascii=False, indent=0)
