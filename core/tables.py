"""Tables as files: CSV that no spreadsheet takes for formulas, and XLSX. Pure: values in, bytes out."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Literal

import xlsxwriter

Format = Literal["csv", "xlsx"]
TYPES: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int | float | date | datetime | None
# What a spreadsheet would calculate: OWASP's list, with what it skips before it looks.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDEST = 60


def as_csv(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """Return UTF-8 with a mark, so that spreadsheets read Arabic and Persian; numbers are bare."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([_harmless(name) for name in head])
    writer.writerows([[_plain(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], *, is_rtl: bool) -> bytes:
    """Return a workbook of one sheet; every text is written as text, whatever it looks like."""
    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        if is_rtl:
            sheet.right_to_left()
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(head):
            sheet.write_string(0, column, name, bold)
            texts = [str(row[column] or "") for row in rows[:200]]
            sheet.set_column(column, column, min(_WIDEST, max([len(name), *map(len, texts)]) + 2))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, column, cell.astimezone(UTC).replace(tzinfo=None), moment)
                elif isinstance(cell, int | float):
                    sheet.write_number(number, column, cell)
                elif cell is not None:
                    sheet.write_string(number, column, str(cell))
    return held.getvalue()


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return _harmless(cell) if isinstance(cell, str) else cell


def _harmless(text: str) -> str:
    """Return a text that begins with nothing that is calculated."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31] or "1"
