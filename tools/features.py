"""Write docs/features.md: which features of the service desk work, and the tests that show it.

A test names the rows that it shows: `test_c042_times_by_priority_...`. A row that no test shows is not done.
`python tools/features.py` writes the page; tests/unit/test_features_doc.py fails while it differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "features.md"
# What users ask of the desk, by the number under which the project keeps it.
ROWS: dict[int, str] = {
    5: "Email both ways, in its thread",
    6: "A mail becomes a ticket, or joins the open one",
    7: "A mail becomes a lead",
    8: "Files of a mail are kept, and found on the customer",
    9: "Stored files go along with a mail",
    3: "Telephone channel",
    10: "Texts both ways",
    11: "Archive of texts as evidence",
    12: "Messages on events, scheduled, from templates",
    13: "A customer asks by text how a request stands",
    14: "Fax channel",
    15: "Voicemail",
    37: "Tickets",
    38: "Kinds of tickets, each with fields and numbers of its own",
    39: "Internal and external requesters",
    40: "Stages until it is solved and closed",
    41: "Conversations on the ticket",
    42: "Times by priority, and when a ticket is due",
    43: "Kept, near and broken promises",
    44: "The form at the contact",
    45: "Trainings, answers and fixes stay in the history",
    46: "Visits, calls and executions on a ticket",
    47: "The next document from the present one",
    48: "Types of complaints",
    49: "Sources of complaints, the grave ones raise severity",
    50: "What a complaint is about: product, service, employee",
    51: "A support request of a complaint",
    52: "Escalation of a complaint",
    53: "Receipt with a tracking code",
    54: "A fixed, confidential path",
    55: "No closing without outcome and answer",
    56: "Review by another person",
    57: "Referral to units with a deadline",
    58: "Cause, remedy, lesson; recurring causes",
    59: "Service cases of a unit",
    82: "In or out of warranty, free or charged",
    60: "Customers and technicians on the map",
    61: "The nearest fit technician",
    62: "A technician's track of the day",
    63: "Time until somebody arrives, distance travelled",
    123: "A solution told to everybody whom it concerns",
    137: "Frequently asked questions",
    138: "A question of a support request",
    139: "The portal: own requests and their stage",
    140: "The portal: a new request",
    141: "The service desk on the own site",
    149: "Report of the desk's performance",
    152: "Analysis of complaints",
}
_TEST = re.compile(r"^(?:async )?def test_((?:c\d{3}_)+)(\w+)", re.MULTILINE)


class Shown(NamedTuple):
    """A test that shows a row: what it claims, and where it is."""

    claim: str
    path: str


def shown(folder: Path) -> dict[int, list[Shown]]:
    """Return the tests that show each row."""
    found: dict[int, list[Shown]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        for rows, claim in _TEST.findall(path.read_text("utf-8")):
            for row in re.findall(r"c(\d{3})_", rows):
                where = path.relative_to(folder.parent).as_posix()
                found.setdefault(int(row), []).append(Shown(claim.replace("_", " "), where))
    return found


def page(found: dict[int, list[Shown]]) -> Iterator[str]:
    """Yield the lines of the page."""
    yield "# What works of the service desk"
    yield ""
    yield "Written by `python tools/features.py` from the names of the tests; do not edit. Every claim is a test."
    yield ""
    done = sum(row in found for row in ROWS)
    yield f"{done} of {len(ROWS)} features are shown."
    yield ""
    yield "| feature | | shown by |"
    yield "|---|---|---|"
    for row, title in ROWS.items():
        claims = "<br>".join(f"{each.claim} (`{each.path}`)" for each in found.get(row, []))
        yield f"| C-{row:03} {title} | {'works' if claims else 'not yet'} | {claims} |"


def main() -> None:
    PAGE.write_text("\n".join(page(shown(ROOT / "tests"))) + "\n", "utf-8")


if __name__ == "__main__":
    main()
