"""Rows, goals, rounds and the two ways to print them."""

from __future__ import annotations

import json
import operator
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROUNDS = 3
_PREFACE = (
    "Written by `python -m bench all`; do not edit. Every figure was measured beside its peer in the same run:"
    " interleaved rounds, medians of at least three. The ratio is ours / theirs."
)
_GOAL = re.compile(r"^(?P<claim>>=|<=|=|>|<) (?P<value>-?\d+(?:\.\d+)?)$")
_CLAIMS = {">=": operator.ge, "<=": operator.le, "=": operator.eq, ">": operator.gt, "<": operator.lt}
_PACKAGES = ("aiohttp", "python-socketio", "python-engineio", "asyncpg", "pydantic", "uvloop")


class CountError(Exception):
    """A count does not add up: what was measured is not what was meant."""


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table. `ratio` is ours by theirs; `ok` is None where nothing could be compared."""

    what: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float | None = None
    ratio: float | None = None
    goal: str = ""
    ok: bool | None = None


def meets(value: float, goal: str) -> bool:
    """Tell whether a value reaches a goal such as ">= 5" or "<= 1.5"."""
    parts = _GOAL.match(goal)
    if parts is None:
        message = f"{goal!r} is no goal: write a comparison and a number, as in '>= 5'"
        raise ValueError(message)
    return bool(_CLAIMS[parts["claim"]](value, float(parts["value"])))


def within(value: float, truth: float, tolerance: float) -> bool:
    return abs(value - truth) <= tolerance


def expect_equal(what: str, counts: Mapping[str, int]) -> None:
    """Fail the bench unless all counts are the same: sent = committed = received."""
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        message = f"{what}: {told}"
        raise CountError(message)


async def interleaved(ways: Mapping[str, Callable[[], Awaitable[float]]], rounds: int = ROUNDS) -> dict[str, float]:
    """Measure each way once a round, round after round, and return the medians.

    Interleaved, since a shared machine changes its pace within minutes; the order turns, since who comes first pays for
    cold caches.
    """
    seen: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(max(rounds, ROUNDS)):
        names = list(ways)
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            seen[name].append(await ways[name]())
    return {name: statistics.median(values) for name, values in seen.items()}


@dataclass(slots=True)
class Bench:
    """One bench while it runs: it takes rows and gives the answer."""

    name: str
    results: list[Result] = field(default_factory=list)
    _start: float = field(default_factory=time.perf_counter)

    def compare(self, what: str, unit: str, ours: float, *, peer: str, theirs: float, goal: str = "") -> None:
        """Add a row that is judged by the ratio ours / theirs; without a goal it only informs."""
        ratio = ours / theirs
        ok = meets(ratio, goal) if goal else None
        self._add(Result(what, unit, _rounded(ours), peer, _rounded(theirs), _rounded(ratio), goal, ok))

    def judge(self, what: str, unit: str, ours: float, goal: str, peer: str = "") -> None:
        """Add a row that is judged by our own figure."""
        self._add(Result(what, unit, _rounded(ours), peer, goal=goal, ok=meets(ours, goal)))

    def hold(self, what: str, unit: str, ours: float, *, peer: str, theirs: float, tolerance: float) -> None:
        """Add a row that is judged by its distance from a value known exactly: four half-widths of the estimate."""
        ok, goal = within(ours, theirs, tolerance), "within 4 half-widths"
        self._add(Result(what, unit, _rounded(ours), peer, _rounded(theirs), _rounded(ours / theirs), goal, ok))

    def unjudged(self, what: str, unit: str, ours: float, why: str, goal: str = "") -> None:
        """Add a row whose peer is not here: neither reached nor missed."""
        self._add(Result(what, unit, _rounded(ours), f"not measured: {why}", goal=goal))

    def inform(self, what: str, unit: str, ours: float) -> None:
        """Add a row that nobody judges and that has no peer."""
        self._add(Result(what, unit, _rounded(ours)))

    def report(self) -> dict[str, object]:
        return {
            "bench": self.name,
            "seconds": round(time.perf_counter() - self._start, 1),
            "machine": machine(),
            "results": [asdict(result) for result in self.results],
        }

    @property
    def is_ok(self) -> bool:
        return bool(self.results) and all(result.ok is not False for result in self.results)

    def _add(self, result: Result) -> None:
        self.results.append(result)
        print(f"  {line(result)}", file=sys.stderr, flush=True)


def line(result: Result) -> str:
    """Return a row for a person who waits."""
    theirs = "" if result.theirs is None else f" / {_shown(result.theirs)}"
    ratio = "" if result.ratio is None else f" = {_shown(result.ratio)}"
    figures = f"{result.what}: {_shown(result.ours)}{theirs}{ratio} {result.unit}"
    return f"{figures} (goal {result.goal or 'none'}) {verdict(result)}"


def verdict(result: Result) -> str:
    return {True: "ok", False: "MISSED", None: "-"}[result.ok]


def table(results: Sequence[Result]) -> str:
    """Return the rows as a Markdown table, columns aligned for the terminal too."""
    head = ("what", "unit", "ours", "peer", "theirs", "ratio", "goal", "ok")
    rows = [head, *(_cells(result) for result in results)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def machine() -> str:
    """Name processor, cores, memory and Python: a figure without them says little."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{_processor()}, {cores} cores, {gigabytes:.0f} GB, {platform.system()}, Python {platform.python_version()}"


def write_page(path: Path, benches: Sequence[Bench]) -> None:
    """Write docs/benchmarks.md: machine, versions, date, and one table for each bench."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    parts = [
        "# Benchmarks",
        _PREFACE,
        f"- Date: {datetime.now(UTC):%Y-%m-%d}\n- Machine: {machine()}\n- Versions: {packages}",
    ]
    for bench in benches:
        parts += [f"## {bench.name}", table(bench.results)]
    path.write_text("\n\n".join(parts) + "\n")


def dumps(report: Mapping[str, object]) -> str:
    return json.dumps(report, ensure_ascii=False)


def _cells(result: Result) -> tuple[str, ...]:
    figures = (result.what, result.unit, _shown(result.ours), result.peer, _shown(result.theirs), _shown(result.ratio))
    return (*figures, result.goal, verdict(result))


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:g}"


def _rounded(value: float) -> float:
    """Round to three significant digits: the rest is noise."""
    return float(f"{value:.3g}")


def _processor() -> str:
    try:
        for text in Path("/proc/cpuinfo").read_text().splitlines():
            if text.startswith("model name"):
                return text.partition(":")[2].strip()
    except OSError:
        pass
    return platform.machine()
