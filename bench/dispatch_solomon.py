"""Solomon's instances as days of technicians: a tenth of a unit is a second, and distances are cut to tenths."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from dispatch.planning.model import (
    Problem,
    Shift,
    Table,
    Technician,
    TechnicianId,
    Visit,
    VisitId,
    Window,
)

_BEST = Path(__file__).with_name("dispatch_best.json")
_CUSTOMERS = 100
_TENTHS = 10


@dataclass(frozen=True)
class Instance:
    """One file. `best` is the best known distance in tenths, where it is one of the hundred-customer set."""

    name: str
    problem: Problem
    best: int | None


def instances(folder: Path) -> Iterator[Instance]:
    """Read every instance of a folder and those below it, whatever else lies there."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in {".txt", ".vrp", ".dat", ""} and path.is_file() and "VEHICLE" in _text(path):
            yield read(path)


def read(path: Path) -> Instance:
    """Read one file: its name, the fleet, then the depot and the customers, a line each."""
    lines = _text(path).splitlines()
    rows = [[float(word) for word in line.split()] for line in lines if _is_numbers(line)]
    (vehicles, capacity), depot, *customers = ([int(value) for value in rows[0]], *rows[1:])
    name = lines[0].strip().upper()
    best = json.loads(_BEST.read_text()).get(name) if len(customers) == _CUSTOMERS else None
    problem = _problem(vehicles, capacity, [depot, *customers])
    return Instance(name, problem, None if best is None else round(best * _TENTHS))


def _problem(vehicles: int, capacity: int, rows: list[list[float]]) -> Problem:
    spots = [(row[1], row[2]) for row in rows]
    ways = [[int(math.dist(a, b) * _TENTHS) for b in spots] for a in spots]
    shift = Shift(0, _tenths(rows[0][4]), _tenths(rows[0][5]), 0, 0)
    technicians = tuple(
        Technician(TechnicianId(UUID(int=1 + n)), (shift,), capacity=int(capacity)) for n in range(int(vehicles))
    )
    return Problem(technicians, tuple(_visit(n, row) for n, row in enumerate(rows) if n), Table(ways, ways, "plane", 0))


def _visit(number: int, row: list[float]) -> Visit:
    _, _, _, demand, ready, due, service = row
    window = Window(_tenths(ready), _tenths(due))
    return Visit(
        VisitId(UUID(int=1000 + number)),
        number,
        _tenths(service),
        windows=(window,),
        load=int(demand),
        is_required=True,
    )


def _tenths(value: float) -> int:
    return round(value * _TENTHS)


def _is_numbers(line: str) -> bool:
    words = line.split()
    return len(words) > 1 and all(word.replace(".", "", 1).replace("-", "", 1).isdigit() for word in words)


def _text(path: Path) -> str:
    return path.read_text(errors="replace")
