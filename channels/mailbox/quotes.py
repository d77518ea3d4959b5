"""What is new in a reply: all before the quoted rest and the signature, in English, Arabic and Persian, in linear time.

Mail programs say in their own words whose mail follows; each of these patterns is one that some of them writes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Each is matched on one line of bounded length, so none can run away.
_LINE_LIMIT = 400
_LINES = 2_000
_FORWARDED = (
    r"original message|forwarded message|reply message|الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|رسالة محولة|"
    r"پیام اصلی|پیغام اصلی|پیام هدایت شده|پیام باز ?ارسال شده|پیام ارجاع شده"
)
_OPENERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^on .{6,250}\bwrote\s?:$",
        r"^.{3,120}<[^<>\s]{3,120}> (?:wrote|كتب|كتبت|نوشت)\s?:$",
        r"^-{2,6} ?.{3,250}\bwrote\s?:?\s?-{2,6}$",
        r"^-{2,3} on (?=.{0,250}\d).{6,250}\bwrote\s?:$",
        r"^\d{4}[-/]\d{1,2}[-/]\d{1,2} .{3,200}<[^<>\s]{3,120}>\s?:$",
        r"^(?:في|فی|بتاريخ|يوم) .{4,250}(?:كتب|كتبت|کتب|تمت كتابة ما يلي)\b.{0,160}[:：]$",
        r"^(?:كتب|كتبت) .{2,250}[:：]$",
        r"^(?:در تاریخ|در|به تاریخ) .{4,250}نوشت(?:ه است|ه اند|ند)?\s?[:：]$",
        r"^.{2,250} (?:نوشته است|نوشته|نوشت)\s?[:：]$",
        rf"^-{{2,}} ?(?:{_FORWARDED}) ?-{{2,}}$",
        r"^(?:begin forwarded message|بدء الرسالة المعاد توجيهها|شروع پیام هدایت شده)\s?:$",
        r"^_{10,}$",
    )
)
# The opening line as mail programs fold it; what it begins with, and the digit of its date, tell it from words before.
_FOLDS = 3
_DATED = re.compile(r"^(?:on|في|فی|بتاريخ|يوم|در|به تاریخ) .{0,200}\d", re.IGNORECASE)
# Outlook's block: a "From" line followed by a line of its kin.
_FROM = re.compile(r"^\*{0,2}(?:from|من|از|از طرف|المرسل|فرستنده)\s?:\*{0,2}\s.{1,300}$", re.IGNORECASE)
_KIN = re.compile(
    r"^\*{0,2}(?:sent|date|to|subject|التاريخ|تاريخ الإرسال|تم الإرسال|أرسلت|إلى|الى|الموضوع|"
    r"تاریخ|ارسال شده|ارسال شده در|فرستاده شد|به|گیرنده|موضوع)\s?:\*{0,2}",
    re.IGNORECASE,
)
_SIGNATURE = "-- "
# Without its blank, or as a dash, it is a signature when few lines stand below it and no blank one among them.
_SOFT_SIGNATURES = {"--", "—", "––"}
_SIGNATURE_LINES = 6
_DEVICES = (
    r"iphone|ipad|ipod|galaxy|samsung|android|huawei|xiaomi|blackberry|outlook|yahoo|gmail|proton|mail for windows|"
    r"mobile|phone|tablet|هاتف|جوال|جهاز|ايفون|آيفون|سامسونج|أندرويد|"
    r"آیفون|آی ?فون|گوشی|موبایل|تلفن|سامسونگ|اندروید|یاهو"
)
# What telephones put below every mail.
_DEVICE = re.compile(
    rf"^(?:sent (?:from|via) .{{0,40}}\b(?:{_DEVICES})\b.{{0,60}}"
    r"|get outlook for .{2,80}|(?:الحصول|احصل) على outlook .{2,80}|دریافت outlook .{2,80}"
    rf"|(?:أرسلت|أرسل|ارسلت|تم الإرسال|تم الارسال|مرسلة?) (?:من|عبر) .{{0,40}}(?:{_DEVICES}).{{0,40}}"
    rf"|(?:ارسال شده|فرستاده شده|ارسال) (?:از|با) .{{0,40}}(?:{_DEVICES}).{{0,40}}"
    rf"|از .{{0,30}}(?:{_DEVICES}).{{0,30}} (?:ارسال|فرستاده) شد.{{0,10}})$",
    re.IGNORECASE,
)
# Marks of direction and the vowels of Arabic, which some programs write and some do not.
_MARKS = re.compile(r"[\u064b-\u0652\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def new_part(text: str) -> str:
    return parted(text)[0]


def parted(text: str) -> tuple[str, str]:
    """Return the text up to the quotation, and the rest; all of it when nothing would be left of the first.

    Then it is an answer between the lines, or nothing but a quotation.
    """
    lines = text.splitlines()
    plain = [_MARKS.sub("", line[:_LINE_LIMIT]).replace("\u200c", " ").strip() for line in lines]
    most = min(len(lines), _LINES)
    begins = (index for index in range(most) if lines[index] == _SIGNATURE or _opens(plain, index))
    end = _without_tail(plain, next(begins, len(lines)))
    new = "\n".join(lines[:end]).strip()
    return (new, "\n".join(lines[end:]).strip()) if new else (text.strip(), "")


def _opens(lines: Sequence[str], index: int) -> bool:
    line = lines[index]
    if not line or line.startswith(">"):
        return False
    if _FROM.match(line):
        return any(_KIN.match(near) for near in lines[index + 1 : index + 4])
    folded = line
    for following in lines[index + 1 : index + _FOLDS]:
        if _is_opener(folded):
            return True
        if not following or following.startswith(">") or (_is_opener(following) and not _DATED.match(folded)):
            return False
        folded = f"{folded} {following}"[:_LINE_LIMIT]
    return _is_opener(folded)


def _is_opener(line: str) -> bool:
    return any(opener.match(line) for opener in _OPENERS)


def _without_tail(lines: Sequence[str], end: int) -> int:
    """Return where the new part ends without what stands below it: quotations, a device's line, a signature."""
    before = -1
    while end != before:
        before = end
        while end and (not lines[end - 1] or lines[end - 1].startswith(">") or _DEVICE.match(lines[end - 1])):
            end -= 1
        end = _signature(lines, end)
    return end


def _signature(lines: Sequence[str], end: int) -> int:
    for index in range(end - 1, max(end - _SIGNATURE_LINES - 2, -1), -1):
        if not lines[index]:
            break
        if lines[index] in _SOFT_SIGNATURES:
            return index
    return end
