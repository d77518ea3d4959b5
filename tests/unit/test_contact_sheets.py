"""Rows of files, and what a row of a list says."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dialer.columns import NoColumn, Parsed, Reader, Refused
from dialer.model import Columns
from dialer.sheets import NoTable, rows

COLUMNS = Columns(numbers=["Mobile", "Office"], name="Name", zone="Zone", fields={"city": "City"})
HEADINGS = ["Name", "Mobile", "Office", "Zone", "City"]


def read(content: bytes) -> list[list[str]]:
    return list(rows(io.BytesIO(content)))


@pytest.mark.parametrize(
    "content",
    [
        b"name,phone\nA,1\n",
        b"name;phone\r\nA;1\r\n",
        "\ufeffname\tphone\nA\t1\n".encode(),
        "name,phone\nA,1\n".encode("utf-16"),
    ],
)
def test_files_of_all_kinds_of_programs_are_read(content: bytes) -> None:
    assert read(content) == [["name", "phone"], ["A", "1"]]


def test_arabic_of_an_old_program_is_read() -> None:
    assert read("الاسم,هاتف\nليلى,1\n".encode("cp1256")) == [["الاسم", "هاتف"], ["ليلى", "1"]]


def test_a_cell_may_hold_a_line_break() -> None:
    assert read(b'name,note\nA,"one\ntwo"\n') == [["name", "note"], ["A", "one\ntwo"]]


def test_a_quote_that_is_never_closed_costs_no_row_but_its_own() -> None:
    plain = [f"{place},n{place}" for place in range(200)]
    for at in (0, 120, 199):
        lines = [*plain[:at], f'{at},"never closed', *plain[at + 1 :]]
        found = read("\n".join(["phone,name", *lines]).encode())
        assert [row[0] for row in found[1:]] == [str(place) for place in range(200)]
        assert found[at + 1] == [str(at), '"never closed']
    every = "\n".join(f'{place},"never closed' for place in range(200))
    assert read(f"phone,name\n{every}".encode())[1:] == [[str(place), '"never closed'] for place in range(200)]
    # Cells of several lines are whole all the same, and so are quotes within them.
    many = "\n".join(f'line {place} ""x""' for place in range(40))
    assert read(f'phone,name\n1,"{many}"\n2,b\n'.encode())[1:] == [["1", many.replace('""', '"')], ["2", "b"]]


def test_a_workbook_is_read_as_it_looks() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Name", "Mobile", "City"])
        sheet.write_row(1, 0, ["ليلى", 962790000001])
        sheet.write_string(1, 2, "Amman")
        sheet.write_string(2, 2, "only a city")
    assert read(held.getvalue()) == [
        ["Name", "Mobile", "City"],
        ["ليلى", "962790000001", "Amman"],
        ["", "", "only a city"],
    ]


def workbook(sheet: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 no archive",
        workbook(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet>&a;</worksheet>"),
        workbook(b"<worksheet><row>"),
        b"\x00\x01\x02,\x00\n",
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(NoTable):
        read(content)


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_no_table(content: bytes) -> None:
    try:
        found = read(content)
    except NoTable:
        return
    assert all(isinstance(cell, str) for row in found for cell in row)


def test_a_row_has_its_numbers_in_order_each_once() -> None:
    reader = Reader(HEADINGS, COLUMNS, "JO")
    found = reader.read(1, ["Leila", "079 000 0001", "+962 79 000 0001", "Asia/Amman", "Amman"])
    assert isinstance(found, Parsed)
    assert (found.numbers, found.zone, dict(found.fields)) == (("+962790000001",), "Asia/Amman", {"city": "Amman"})
    persian = reader.read(2, ["", "۰۷۹۰۰۰۰۰۰۱", "065001234", "", ""])
    assert isinstance(persian, Parsed)
    assert persian.numbers == ("+962790000001", "+96265001234")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["A", "", "", "", ""], "no_number"),
        (["A", "12", "", "", ""], "bad_number"),
        (["A", "0790000001", "", "Mars/Olympus", ""], "bad_zone"),
        (["A", "0790000001", "", "", "x" * 3000], "too_long"),
        (["A"], "no_number"),
    ],
)
def test_a_row_that_is_not_taken_says_why(cells: list[str], reason: str) -> None:
    found = Reader(HEADINGS, COLUMNS, "JO").read(7, cells)
    assert isinstance(found, Refused)
    assert (found.row, found.reason) == (7, reason)


def test_a_name_is_one_line() -> None:
    found = Reader(HEADINGS, COLUMNS, "IR").read(1, [" Sara\n  Ahmadi ", "+989121234567", "", "", ""])
    assert isinstance(found, Parsed)
    assert found.name == "Sara Ahmadi"


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(NoColumn, match="Handy"):
        Reader(HEADINGS, Columns(numbers=["Handy"]), "JO")
