"""Rows of a CSV or XLSX file, one after another: a million of them take no more memory than a thousand."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from typing import IO
from xml.etree.ElementTree import ParseError, iterparse

from core.errors import Invalid

_ZIP = b"PK\x03\x04"
_UNPACKED_MOST = 2 << 30
_STRINGS_MOST = 256 << 20
_CELLS_MOST = 500
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PLACE = re.compile(r"^([A-Z]{1,3})[0-9]+$")
_SNIFFED = 64 << 10
# So many lines a cell may have.
_LINES_MOST = 100


class NoTable(Invalid):
    """The file is no table: it has to be CSV or XLSX with headings in its first row."""


def rows(file: IO[bytes]) -> Iterator[list[str]]:
    """Yield the rows of a file, the headings first. Raises NoTable, at whichever row that shows."""
    head = file.read(4)
    file.seek(0)
    try:
        yield from _of_workbook(file) if head == _ZIP else _of_text(file)
    except (
        csv.Error,
        UnicodeError,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise NoTable from error


def _of_text(file: IO[bytes]) -> Iterator[list[str]]:
    head = file.read(_SNIFFED)
    file.seek(0)
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = "utf-16" if is_wide else "utf-8-sig" if _is_utf8(head) else "cp1256"
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        line = head.decode(encoding, "replace").partition("\n")[0]
        if "\x00" in line:
            raise NoTable
        yield from _records(text, max(",;\t|", key=line.count))
    finally:
        # Who stopped reading may have closed the file before.
        with contextlib.suppress(ValueError):
            text.detach()


class _Lines:
    """The lines of a file, of which a record takes so many and no more: a quote that is never closed would take all."""

    def __init__(self, text: Iterable[str]) -> None:
        self._text, self._again = iter(text), deque[str]()
        self.taken: list[str] = []
        self.are_over = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = None
        if len(self.taken) < _LINES_MOST:
            line = self._again.popleft() if self._again else next(self._text, None)
        if line is None:
            self.are_over = not self.taken
            raise StopIteration
        self.taken.append(line)
        return line

    def give_back(self) -> str:
        """Return the first line of a record that is none; the others are read anew."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        self.taken = []
        return first


def _records(text: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Read CSV; a line whose quotes do not fit is a record by itself, with the quote as it stands there."""
    lines = _Lines(text)
    while not lines.are_over:
        try:
            for record in csv.reader(lines, delimiter=delimiter, strict=True):
                lines.taken.clear()
                yield record
        except csv.Error:
            line = lines.give_back()
            is_open = line.count('"') % 2 == 1
            yield from csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_NONE if is_open else csv.QUOTE_MINIMAL)


def _is_utf8(head: bytes) -> bool:
    """Tell whether it is; what is cut off in the middle of a letter is no fault."""
    try:
        head[: len(head) - 4 if len(head) == _SNIFFED else len(head)].decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == _SNIFFED and error.start > len(head) - 8
    return True


def _of_workbook(file: IO[bytes]) -> Iterator[list[str]]:
    """Yield the rows of the first sheet; formulas count as what they came to last."""
    with zipfile.ZipFile(file) as book:
        if sum(each.file_size for each in book.infolist()) > _UNPACKED_MOST:
            raise NoTable("The workbook is too large.")
        names = sorted(
            (name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet[0-9]+\.xml", name)),
            key=lambda name: int(re.sub(r"\D", "", name)),
        )
        if not names:
            raise NoTable
        shared = _shared(book)
        _must_be_plain(book, names[0])
        with book.open(names[0]) as sheet:
            for _, element in iterparse(sheet):  # noqa: S314 - without declarations nothing grows
                if element.tag == f"{_SPREADSHEET}row":
                    yield _row(element, shared)
                    element.clear()


def _must_be_plain(book: zipfile.ZipFile, name: str) -> None:
    """Refuse a document type: no spreadsheet writes one, and entities that grow begin there."""
    with book.open(name) as part:
        if b"<!" in part.read(_SNIFFED).replace(b"<!--", b"").replace(b"<![CDATA[", b""):
            raise NoTable


def _shared(book: zipfile.ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    if name not in book.namelist():
        return []
    if book.getinfo(name).file_size > _STRINGS_MOST:
        raise NoTable("The workbook has too many words; save it as CSV.")
    found = []
    _must_be_plain(book, name)
    with book.open(name) as strings:
        for _, element in iterparse(strings):  # noqa: S314 - as above
            if element.tag == f"{_SPREADSHEET}si":
                found.append(_words(element))
                element.clear()
    return found


def _words(element: object) -> str:
    return "".join(each.text or "" for each in element.iter(f"{_SPREADSHEET}t"))  # type: ignore[attr-defined] # an Element


def _row(element: object, shared: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in element.iter(f"{_SPREADSHEET}c"):  # type: ignore[attr-defined] # as above
        place = _place(cell.get("r", ""), len(cells))
        if place >= _CELLS_MOST:
            break
        cells += [""] * (place - len(cells))
        cells.append(_value(cell, shared))
    return cells


def _place(reference: str, otherwise: int) -> int:
    found = _PLACE.match(reference)
    if found is None:
        return otherwise
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return max(otherwise, number - 1)


def _value(cell: object, shared: list[str]) -> str:
    kind = cell.get("t", "n")  # type: ignore[attr-defined] # as above
    if kind == "inlineStr":
        return _words(cell)
    value = cell.find(f"{_SPREADSHEET}v")  # type: ignore[attr-defined] # as above
    text = "" if value is None or value.text is None else str(value.text)
    if kind == "s":
        return shared[int(text)]
    # A telephone number that a spreadsheet took for a number: 9.12E+11, 912345.0.
    return str(int(float(text))) if kind == "n" and text and float(text).is_integer() else text
