"""What a message centre says in bytes, and how the parts of a long text become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiosmpplib.codec import GSM7BitCodec
from hypothesis import given
from hypothesis import strategies as st

from channels.longtexts import TextPart
from channels.smpp_pdu.delivered import Piece, joined, read
from channels.twilio_api.segments import is_gsm7
from core.errors import Invalid
from interactions.longtexts import LongText, outcome_of, place, until
from tests.shortmessages import SAR, cut, deliver_sm, header, one_part

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
GSM = "".join(chr(code) for code in range(0x3000) if is_gsm7(chr(code)) and chr(code) != "\r") + "€"


@pytest.mark.parametrize(
    "pdu", [b"", b"\0" * 16, b"\0\0\0\x20\0\0\0\5" + b"\0" * 24, b"x" * 40, deliver_sm(b"abc")[:-1]]
)
def test_bytes_that_are_no_text_are_refused(pdu: bytes) -> None:
    with pytest.raises(Invalid):
        read(pdu)


@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"\x00 \x02 \x1be \x1b( \x1bA", 0x00, "@ $ € { A"),
        (b"caf\xe9", 0x00, "café"),
        (b"hi", 0x01, "hi"),
        ("سلام".encode(), 0x04, "سلام"),
        (b"\xff\xfe", 0x02, "ÿþ"),
        (b"\xe9", 0x03, "é"),
        ("привет".encode("iso8859_5"), 0x06, "привет"),
        ("سلام 😀".encode("utf_16_be"), 0x08, "سلام 😀"),
        ("\ufeffسلام".encode("utf_16_be"), 0x08, "سلام"),
        (b"\0", 0x08, "\ufffd"),
        ("سلام".encode("utf_16_be"), 0x18, "سلام"),
        (b"\x02", 0x10, "$"),
        (b"\x02", 0xF1, "$"),
        (b"\xe9", 0xF5, "é"),
        (b"odd", 0x3C, "odd"),
        (b"ends\x1b", 0x00, "ends"),
    ],
)
def test_octets_are_read_in_what_the_coding_names(octets: bytes, coding: int, text: str) -> None:
    assert read(deliver_sm(octets, coding=coding)).text == text


@pytest.mark.parametrize(
    ("pdu", "piece", "text"),
    [
        (one_part(b"b", "b", 7, 3, 2), Piece("b7", 3, 2), "b"),
        (one_part(b"b", "w", 0x1234, 3, 2), Piece("w4660", 3, 2), "b"),
        (one_part(b"b", "s", 7, 3, 2), Piece("s7", 3, 2), "b"),
        # Other elements before and after.
        (deliver_sm(header((0x25, b"\1"), (0, b"\7\3\2"), (0x70, b"")) + b"b", esm_class=0x40), Piece("b7", 3, 2), "b"),
        (deliver_sm(header((5, b"\0\1\0\2")) + b"b", esm_class=0x40), None, "b"),
        # Words in a tag, with a header or without.
        (deliver_sm(b"", tags={0x424: b"whole"}), None, "whole"),
        (deliver_sm(b"", esm_class=0x40, tags={0x424: header((0, b"\7\3\2")) + b"b"}), Piece("b7", 3, 2), "b"),
        # A place outside the text, or one of one: no part. A header that does not fit: none.
        (one_part(b"b", "b", 7, 3, 4), None, "b"),
        (one_part(b"b", "b", 7, 3, 0), None, "b"),
        (one_part(b"b", "s", 7, 1, 1), None, "b"),
        (deliver_sm(b"", tags={SAR[0]: b"\0\1", SAR[1]: b"\2"}), None, ""),
        (deliver_sm(b"\x20ab", esm_class=0x40), None, " ab"),
        (deliver_sm(b"", esm_class=0x40), None, ""),
    ],
)
def test_a_part_is_known_by_its_header_or_its_tags(pdu: bytes, piece: Piece | None, text: str) -> None:
    said = read(pdu)
    assert (said.piece, said.text) == (piece, text)


@pytest.mark.parametrize(
    ("words", "tags", "report"),
    [
        (b"id:m1 sub:001 dlvrd:001 submit date:2611270800 done date:2611270801 stat:DELIVRD err:000 text:",
         {}, ("m1", "DELIVRD", "000")),
        # Seconds in dates, an error in hexadecimal, small letters, and words of ours at the end that look like it.
        (b"id:A-9 submit date:261127080011 stat:undeliv err:00A Text:id:x stat:DELIVRD", {}, ("A-9", "UNDELIV", "00A")),
        (b"", {0x1E: b"77\0", 0x427: b"\5"}, ("77", "UNDELIV", "")),
        (b"stat:EXPIRED", {0x1E: b"77\0", 0x427: b"\2"}, ("77", "EXPIRED", "")),
        (b"nonsense", {0x427: b"\x63"}, ("", "", "")),
    ],
)  # fmt: skip
def test_a_report_is_read_by_its_words_and_else_by_its_tags(
    words: bytes, tags: dict[int, bytes], report: tuple[str, str, str]
) -> None:
    for esm_class in (0x04, 0x20):
        found = read(deliver_sm(words, esm_class=esm_class, tags=tags)).report
        assert found is not None
        assert (found.id, found.state, found.error) == report


@given(text=st.text(min_size=2) | st.text(GSM, min_size=2), places=st.lists(st.integers(1, 60), max_size=6))
def test_a_letter_that_is_cut_between_two_parts_is_whole_again(text: str, places: list[int]) -> None:
    coding = 0 if is_gsm7(text) else 8
    octets = GSM7BitCodec().encode(text)[0] if coding == 0 else text.encode("utf_16_be", "replace")
    pieces = cut(octets, places)
    parts = {
        number: read(one_part(piece, "b", 1, len(pieces), number, coding=coding))
        for number, piece in enumerate(pieces, 1)
    }
    assert joined(parts, len(pieces)) == text.removeprefix("\ufeff")


def test_what_did_not_come_leaves_a_mark_and_hurts_no_neighbour() -> None:
    pieces = cut("سلام 😀 خداحافظ".encode("utf_16_be"), [8, 12, 14, 20])
    parts = {place: read(one_part(pieces[place - 1], "b", 1, 5, place, coding=8)) for place in (1, 4)}
    assert joined(parts, 5) == f"سلام[… 2-3/5 …]{pieces[3].decode('utf_16_be')}[… 5/5 …]"
    half = {2: read(one_part(pieces[1], "b", 1, 2, 2, coding=8))}
    assert joined(half, 2) == "[… 1/2 …] \ufffd", "half of a letter is shown as no letter"


class Kept:
    """Long texts as the database keeps them."""

    def __init__(self) -> None:
        self.texts: list[LongText] = []
        self.shown: list[tuple[int, ...] | str] = []

    def take(self, part: TextPart) -> str:
        text, what = place(part, self.texts)
        if what == "drop":
            return what
        if text is None:
            text = LongText(len(self.texts), part.total, part.at)
            self.texts.append(text)
        self.texts[text.id] = text = replace(text, parts={**text.parts, part.place: part.digest})
        if what == "late":
            self.shown.append(f"late {part.place}")
        elif text.is_whole:
            self.end(text)
        return what

    def end(self, text: LongText) -> None:
        outcome = outcome_of(text, self.texts)
        self.texts[text.id] = replace(text, outcome=outcome)
        if outcome != "repeat":
            self.shown.append(tuple(text.parts.get(each, b"?")[0] for each in range(1, text.total + 1)))

    def time_is_up(self) -> None:
        for text in self.texts:
            if text.outcome is None:
                self.end(text)


def part(number: int, total: int, words: bytes, at: datetime = NOW) -> TextPart:
    return TextPart("k", total, number, "p", words, at)


@st.composite
def _orders(draw: st.DrawFn) -> tuple[int, Sequence[int]]:
    total = draw(st.integers(2, 5))
    again = draw(st.lists(st.integers(1, total), max_size=8))
    return total, draw(st.permutations([*range(1, total + 1), *again]))


@given(_orders())
def test_any_order_and_repetition_of_parts_is_one_text(order: tuple[int, Sequence[int]]) -> None:
    total, numbers = order
    kept = Kept()
    for number in numbers:
        kept.take(part(number, total, bytes([number])))
    kept.time_is_up()
    assert kept.shown == [tuple(range(1, total + 1))]


@given(_orders(), st.data())
def test_nothing_that_came_is_left_out_however_it_came(order: tuple[int, Sequence[int]], data: st.DataObject) -> None:
    """With times that are up in between, and other texts of the same name: every word is shown."""
    total, numbers = order
    kept, came = Kept(), set()
    for number in numbers:
        words = bytes([number + 10 * data.draw(st.integers(0, 1))])
        kept.take(part(number, total, words))
        came.add((number, words[0]))
        if data.draw(st.booleans()):
            kept.time_is_up()
    kept.time_is_up()
    seen = {
        (number, words) for text in kept.texts if text.outcome != "repeat" for number, (words, *_) in text.parts.items()
    }
    assert seen == came


def test_a_text_is_not_joined_with_an_old_one_of_the_same_reference() -> None:
    kept = Kept()
    later = NOW + timedelta(days=3)
    kept.take(part(1, 2, b"\1"))
    kept.time_is_up()
    kept.take(part(2, 2, b"\2", later))
    kept.take(part(1, 2, b"\3", later))
    assert kept.shown == [(1, ord("?")), (3, 2)]


def test_what_still_waits_after_an_outage_is_joined_but_not_for_days() -> None:
    kept = Kept()
    for hours, number in ((0, 1), (3, 2), (72, 3)):
        kept.take(part(number, 3, bytes([number]), NOW + timedelta(hours=hours)))
    kept.time_is_up()
    assert kept.shown == [(1, 2, ord("?")), (ord("?"), ord("?"), 3)]


def test_a_part_that_is_there_with_other_words_begins_another_text() -> None:
    kept = Kept()
    for number, words in ((1, b"\1"), (1, b"\3"), (2, b"\4"), (2, b"\2")):
        kept.take(part(number, 2, words))
    assert kept.shown == [(3, 4), (1, 2)]


def test_one_reference_for_all_texts_does_not_lose_what_two_of_them_have_in_common() -> None:
    kept = Kept()
    for number, words in ((1, b"\1"), (2, b"\2"), (1, b"\1"), (2, b"\3")):
        kept.take(part(number, 2, words))
    assert kept.shown == [(1, 2), (1, 3)]


def test_a_part_that_comes_after_its_text_was_shown_appears_once() -> None:
    kept = Kept()
    kept.take(part(1, 2, b"\1"))
    kept.time_is_up()
    kept.take(part(2, 2, b"\2", NOW + timedelta(minutes=20)))
    kept.take(part(2, 2, b"\2", NOW + timedelta(minutes=21)))
    kept.time_is_up()
    assert kept.shown == [(1, ord("?")), "late 2"]


def test_more_is_waited_for_after_each_part_but_not_for_ever() -> None:
    assert until(NOW, NOW) == NOW + timedelta(minutes=5)
    assert until(NOW, NOW + timedelta(minutes=4)) == NOW + timedelta(minutes=9)
    assert until(NOW, NOW + timedelta(minutes=29)) == NOW + timedelta(minutes=30)


SINGLE, LOCKING = 0x24, 0x25


def packed(septets: bytes, before: int = 0) -> bytes:
    """Pack as a telephone does: septet by septet, behind the fill of a header."""
    bits = sum(septet << 7 * place for place, septet in enumerate(septets)) << (-8 * before % 7)
    return bits.to_bytes((7 * len(septets) + (-8 * before % 7) + 7) // 8, "little")


@pytest.mark.parametrize(
    ("elements", "octets", "text"),
    [
        # Turkish: by escapes alone, and as the alphabet itself (23.038, A.2.1 and A.3.1).
        (((SINGLE, b"\x01"),), b"\x1bSi\x1bsli \x1bg\x1bi \x1be", "Şişli ğı €"),
        (((LOCKING, b"\x01"),), b"\x1c\x07\x1d@\x04", "Şışİ€"),
        # Portuguese and Spanish; Spanish has no alphabet of its own.
        (((LOCKING, b"\x03"), (SINGLE, b"\x03")), b"p\x0ce \x1b\x09", "pôe ç"),
        (((LOCKING, b"\x02"), (SINGLE, b"\x02")), b"a\x1bi@", "aí¡"),
        # Urdu, whose letters Persian and Arabic are written in as well; its digits by escapes.
        (((LOCKING, b"\x0d"), (SINGLE, b"\x0d")), b"\x3dMNO \x1b\x1d\x1b\x1e", "سلمن ۱۲"),
        # A language that nobody knows is the alphabet of all, and so is an element of another length.
        (((LOCKING, b"\x63"), (SINGLE, b"\x63")), b"\x00\x1be", "@€"),
        (((LOCKING, b"\x0d\x0d"),), b"\x00", "@"),
        # What a language leaves empty is as in the alphabet of all; an escaped escape is a space.
        (((LOCKING, b"\x04"),), b"\x0e\x03", "Åঅ"),
        (((LOCKING, b"\x0d"),), b"\x1b\x1b\x40", " ص"),
    ],
)
def test_the_letters_of_a_language_are_read_by_its_tables(
    elements: Sequence[tuple[int, bytes]], octets: bytes, text: str
) -> None:
    before = header(*elements)
    assert read(deliver_sm(before + octets, esm_class=0x40)).text == text
    packed_too = deliver_sm(before + packed(octets, len(before)), esm_class=0x40)
    assert read(packed_too, is_packed=True).text == text
    # A table says nothing of a text in UCS-2.
    other = deliver_sm(before + "سلام".encode("utf_16_be"), esm_class=0x40, coding=8)
    assert read(other, is_packed=True).text == "سلام"


@given(text=st.text(GSM, min_size=1, max_size=160), references=st.binary(min_size=3, max_size=3))
def test_eight_letters_in_seven_octets_are_read_whatever_header_stands_before_them(
    text: str, references: bytes
) -> None:
    septets = GSM7BitCodec().encode(text)[0]
    # Seven bits that are left over are told from an @ by nobody.
    said = text.removesuffix("@") if len(septets) % 8 == 0 and septets.endswith(b"\0") else text
    assert read(deliver_sm(packed(septets)), is_packed=True).text == said
    assert read(deliver_sm(septets)).text == text
    for before in (header((5, b"\0\1\0\2")), header((0x70, references)), header((0x70, b"")), header((0x70, b"12345"))):
        whole = deliver_sm(before + packed(septets, len(before)), esm_class=0x40)
        assert read(whole, is_packed=True).text.rstrip("@") == text.rstrip("@")


def test_a_report_is_plain_also_where_texts_are_packed() -> None:
    found = read(deliver_sm(b"id:m1 stat:DELIVRD err:000 text:", esm_class=4), is_packed=True).report
    assert found is not None
    assert (found.id, found.state) == ("m1", "DELIVRD")


def test_parts_in_two_tables_are_each_read_in_their_own() -> None:
    def part(place: int, language: int, octets: bytes) -> bytes:
        before = header((0, bytes([7, 3, place])), (LOCKING, bytes([language])))
        return deliver_sm(before + octets, esm_class=0x40)

    parts = {1: read(part(1, 13, b"\x3dM")), 2: read(part(2, 13, b"\x00N")), 3: read(part(3, 0, b"ok"))}
    assert joined(parts, 3) == "سلامok"
