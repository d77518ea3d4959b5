from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import uvloop

from bench.harness import Bench, CountError, dumps, table, write_page

_FOLDER = Path(__file__).parent
_PAGE = _FOLDER.parent / "docs" / "benchmarks.md"


def names() -> list[str]:
    """Every file with a `run` is a bench."""
    files = sorted(path.stem for path in _FOLDER.glob("*.py"))
    return [name for name in files if "\nasync def run(" in (_FOLDER / f"{name}.py").read_text()]


def measure(name: str, words: Sequence[str]) -> Bench:
    """Run a bench; `words` are its own options, for a bench that has some."""
    module = import_module(f"bench.{name}")
    bench = Bench(name)
    if hasattr(module, "options"):
        parser = argparse.ArgumentParser(prog=f"python -m bench {name}", description=module.__doc__)
        module.options(parser)
        running = module.run(bench, parser.parse_args(words))
    elif words:
        sys.exit(f"{name} has no options: {' '.join(words)}")
    else:
        running = module.run(bench)
    print(f"{name}:", file=sys.stderr)
    # As the server runs: its loop is part of what is measured.
    uvloop.run(running)
    return bench


def by_hand(parser: argparse.ArgumentParser, name: str, words: list[str]) -> int:
    """Let a bench that has an `ask` answer to options of its own."""
    ask = getattr(import_module(f"bench.{name}"), "ask", None)
    if ask is None:
        parser.error(f"unknown: {' '.join(words)}")
    ask(words)
    return 0


def has_options(name: str) -> bool:
    """Tell whether a bench takes options and is measured all the same."""
    return name in names() and hasattr(import_module(f"bench.{name}"), "options")


def main() -> int:
    """Run one bench or all; return 1 when a goal was missed or a count did not add up."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure beside a peer, in the same run.")
    parser.add_argument("name", nargs="?", help="a bench, or all: then docs/benchmarks.md is written")
    parser.add_argument("--json", action="store_true", help="print one JSON object on the last line, no table")
    parser.add_argument("--list", action="store_true", help="print the names of the benches")
    chosen, words = parser.parse_known_args()
    if chosen.list:
        print("\n".join(names()))
        return 0
    if chosen.name not in {"all", *names()}:
        parser.error(f"name one of: all, {', '.join(names())}")
    if words and not has_options(chosen.name):
        return by_hand(parser, chosen.name, words)
    try:
        benches = [measure(name, words) for name in (names() if chosen.name == "all" else [chosen.name])]
    except CountError as error:
        print(f"the counts do not add up: {error}", file=sys.stderr)
        return 1
    if chosen.name == "all":
        write_page(_PAGE, benches)
    for bench in benches:
        print(dumps(bench.report()) if chosen.json else table(bench.results))
    return 0 if all(bench.is_ok for bench in benches) else 1


if __name__ == "__main__":
    sys.exit(main())
