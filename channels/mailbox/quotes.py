"""What is new in a reply: everything before the quoted rest, in English, Arabic and Persian, in linear time."""

from __future__ import annotations

import re

# A line that opens the quotation. Each is matched on one line of bounded length, so none can run away.
_LINE_LIMIT = 400
_LINES = 2_000
_OPENERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^on .{6,250}\bwrote\s?:$",
        r"^.{3,120}<[^<>\s]{3,120}> (?:wrote|كتب|كتبت|نوشت)\s?:$",
        r"^(?:في|فی|بتاريخ|يوم) .{4,250}(?:كتب|كتبت|کتب)\b.{0,160}[:：]$",
        r"^(?:كتب|كتبت) .{2,250}[:：]$",
        r"^(?:در تاریخ|در|به تاریخ) .{4,250}نوشت(?:ه است|ه‌است|ه‌اند|ند)?\s?[:：]$",
        r"^.{2,250} (?:نوشته است|نوشته|نوشت)\s?[:：]$",
        r"^-{2,} ?(?:original message|forwarded message|الرسالة الأصلية|رسالة أصلية|پیام اصلی|پیغام اصلی) ?-{2,}$",
        r"^_{10,}$",
    )
)
# Outlook's block: a "From" line followed by a line of its kin.
_FROM = re.compile(r"^\*?(?:from|من|از|المرسل|فرستنده)\s?:\*?\s.{1,300}$", re.IGNORECASE)
_KIN = re.compile(
    r"^\*?(?:sent|date|to|subject|التاريخ|تاريخ الإرسال|أرسلت|إلى|الى|الموضوع|"
    r"تاریخ|ارسال شده|ارسال‌شده|به|موضوع)\s?:\*?",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")
_MARKS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def new_part(text: str) -> str:
    """Return the text up to the quotation; all of it when nothing would be left (an answer between the lines)."""
    lines = text.splitlines()
    plain = [_MARKS.sub("", line[:_LINE_LIMIT]).strip() for line in lines]
    # A quotation without an opening line counts only where nothing new follows.
    own = [index for index, line in enumerate(plain) if line and not line.startswith(">")]
    end = own[-1] + 1 if own else len(lines)
    cut = next((index for index in range(min(end, _LINES)) if _opens(plain, index)), end)
    return "\n".join(lines[:cut]).strip() or text.strip()


def _opens(lines: list[str], index: int) -> bool:
    line = lines[index]
    if not line or line.startswith(">"):
        return False
    if _SIGNATURE.match(line):
        return True
    if _FROM.match(line):
        return any(_KIN.match(near) for near in lines[index + 1 : index + 4])
    # Mail programs fold the opening line in two.
    following = lines[index + 1] if index + 1 < len(lines) else ""
    return any(opener.match(line) or opener.match(f"{line} {following}"[:_LINE_LIMIT]) for opener in _OPENERS)
