"""A stranger's HTML made harmless, and its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import unescape

import nh3
from inscriptis import get_text
from inscriptis.model.config import ParserConfig

HTML_LIMIT = 500_000
_LAYOUT_LIMIT = 300_000
_TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
    "dd", "del", "dfn", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins",
    "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width", "valign"},
    "th": {"colspan", "rowspan", "width", "valign"},
    "table": {"width", "border", "cellpadding", "cellspacing"},
    "ol": {"start", "type"},
    "font": {"color", "size"},
}
# What our own editor makes; Word and browsers paste more.
_BLOCKS = {"p", "li", "ul", "ol", "blockquote", "pre", "div", "h1", "h2", "h3"}
_WRITTEN = {"a", "b", "br", "code", "em", "hr", "i", "img", "s", "strong", "u", *_BLOCKS}
_FILE = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# A picture in the editor is one of our files; in a mail it is a part of the same mail.
_SHOWN_FILE = re.compile(rf"(<img\b[^<>]*\ssrc=)([\"'])/api/files/({_FILE})\2")
_OWN_CID = re.compile(rf"cid:{_FILE}")
_NO_PICTURE = re.compile(r"<img(?![^<>]*\ssrc=\"cid:)[^<>]*>")
# The sanitiser writes each tag in one way, so that a pattern can read it.
_BLOCK = re.compile(r"<(p|li|ul|ol|blockquote|div|h[1-3])\b(?![^<>]* dir=)")
_DROPPED_WITH_CONTENT = {"script", "style", "title", "head", "template", "iframe", "object", "noscript", "svg", "math"}
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_CID = re.compile(r"(?i)cid:[!-;=?-~]{1,200}")
_ELSEWHERE = re.compile(r"(?i)https?://[^\s<>\"'\x00-\x20\x7f]{1,1900}")
_PICTURES = 50
_TAG = re.compile(r"<[^<>]*>")
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})")
_DEPTH = 400
_ATTRIBUTES_OF_ONE = 500
# Elements that people leave open, and that end by themselves.
_NEVER_NEST = {
    "p", "td", "tr", "th", "tbody", "thead", "tfoot", "br", "hr", "img", "input", "meta", "link", "col", "colgroup",
    "area", "base", "wbr", "source", "param",
}  # fmt: skip
_PLAIN = ParserConfig(display_links=False, display_images=False)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def sanitise(html: str) -> str:
    """Return HTML without anything that runs, loads from elsewhere, or hides where a link goes.

    Images keep only `cid:` sources, which name parts of the same mail: no browser loads them until somebody maps them.
    """
    return _sanitised(html, _filter)


def sanitise_mail(html: str) -> tuple[str, tuple[str, ...]]:
    """Return the same, and the addresses of pictures elsewhere, in whose places their numbers stand."""
    pictures: list[str] = []

    def numbered(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src" and _ELSEWHERE.fullmatch(value) and len(pictures) < _PICTURES:
            pictures.append(value)
            return f"cid:{outside_name(len(pictures) - 1)}"
        return _filter(tag, attribute, value)

    return _sanitised(html, numbered), tuple(pictures)


def outside_name(number: int) -> str:
    """Return by what HTML names a picture elsewhere: no part of the mail, so that nothing is shown until asked for."""
    return f"outside-{number}@markaz.invalid"


def _sanitised(html: str, attribute_filter: Callable[[str, str, str], str | None]) -> str:
    bounded = html[:HTML_LIMIT]
    return nh3.clean(
        _TAG.sub(" ", bounded).replace("<", "&lt;") if _is_bomb(bounded) else bounded,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute_filter,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    ).strip()


def sanitise_own(html: str) -> str:
    """Return what an agent wrote, as it may leave; each paragraph finds its own direction."""
    bounded = _SHOWN_FILE.sub(r'\1"cid:\3"', html[:HTML_LIMIT])
    clean = nh3.clean(
        _TAG.sub(" ", bounded).replace("<", "&lt;") if _is_bomb(bounded) else bounded,
        tags=_WRITTEN,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={"*": {"dir"}, "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
        attribute_filter=_filter_own,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer",
    )
    return _BLOCK.sub(r'<\1 dir="auto"', _NO_PICTURE.sub("", clean)).strip()


def _filter_own(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "dir":
        return value if tag in _BLOCKS and value in {"ltr", "rtl", "auto"} else None
    if attribute == "start":
        return value if value.isascii() and value.isdigit() and len(value) < 5 else None  # noqa: PLR2004 - digits
    if attribute == "src":
        return value if _OWN_CID.fullmatch(value) else None
    if attribute == "href":
        href = _CONTROL.sub("", value)
        return None if href.lower().startswith("cid:") else href
    return value


def _is_bomb(html: str) -> bool:
    """Whether elements nest, or attributes pile up, beyond what the HTML algorithm does in linear time.

    Counted by name, as if each end tag closed one of its own: an overcount for sloppy HTML, never an undercount.
    """
    depths: Counter[str] = Counter()
    depth = 0
    for slash, name in _OPENING.findall(html):
        tag = name.lower()
        if tag in _NEVER_NEST:
            continue
        if not slash:
            depths[tag] += 1
            depth += 1
        elif depths[tag]:
            depths[tag] -= 1
            depth -= 1
        if depth > _DEPTH:
            return True
    return any(
        len(piece.partition(">")[0].replace("/", " ").split()) > _ATTRIBUTES_OF_ONE
        for piece in html.split("<")
        if len(piece) > _ATTRIBUTES_OF_ONE
    )


def to_text(clean_html: str) -> str:
    """Return the text of sanitised HTML as a person reads it; never fails."""
    try:
        is_laid_out = len(clean_html) <= _LAYOUT_LIMIT
        text = get_text(clean_html, _PLAIN) if is_laid_out else _words(clean_html)
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
        text = _words(clean_html)
    lines = "\n".join(line.rstrip() for line in text.replace("\xa0", " ").splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip()


def _words(clean_html: str) -> str:
    """Return the words without any layout: what is too large or too nested for the layout engine has them as well."""
    return unescape(_TAG.sub(" ", clean_html))


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if tag == "img" and _CID.fullmatch(value) else None
    if attribute == "href":
        href = _CONTROL.sub("", value)
        return None if href.lower().startswith("cid:") else href
    return value
