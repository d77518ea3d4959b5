"""A stranger's HTML made harmless, and its text."""

from __future__ import annotations

import re

import nh3
from inscriptis import get_text
from inscriptis.model.config import ParserConfig

_HTML_LIMIT = 1_000_000
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
_DROPPED_WITH_CONTENT = {"script", "style", "title", "head", "template", "iframe", "object", "noscript", "svg", "math"}
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_CID = re.compile(r"(?i)cid:[!-;=?-~]{1,200}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def sanitise(html: str) -> str:
    """Return HTML without anything that runs, loads from elsewhere, or hides where a link goes.

    Images keep only `cid:` sources, which name parts of the same mail: no browser loads them until somebody maps them.
    """
    return nh3.clean(
        html[:_HTML_LIMIT],
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    ).strip()


def to_text(clean_html: str) -> str:
    """Return the text of sanitised HTML as a person reads it; never fails."""
    try:
        text = get_text(clean_html, ParserConfig(display_links=False, display_images=False))
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
        # Thousands of nested tables end the layout engine; the words are there all the same.
        text = _TAG.sub(" ", clean_html)
    lines = "\n".join(line.rstrip() for line in text.replace("\xa0", " ").splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip()


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if tag == "img" and _CID.fullmatch(value) else None
    if attribute == "href":
        href = _CONTROL.sub("", value)
        return None if href.lower().startswith("cid:") else href
    return value
