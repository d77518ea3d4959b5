"""TwiML: what Twilio is told to do next. Words and attributes are escaped here, and nowhere else."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, tostring

# Everything but the characters of XML 1.0: not even a reference may stand for the others.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

CONTENT_TYPE = "application/xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_NOTHING = f"{_HEAD}<Response />"


def verb(name: str, words: str = "", *children: Element, **attributes: str) -> Element:
    """Return one verb; attributes are spelt as Twilio spells them (`waitUrl`)."""
    element = Element(name, {key: _clean(value) for key, value in attributes.items()})
    element.text = _clean(words) or None
    element.extend(children)
    return element


def response(*verbs: Element) -> str:
    """Return a whole document; without verbs it is the answer that asks for nothing."""
    if not verbs:
        return _NOTHING
    root = Element("Response")
    root.extend(verbs)
    return f"{_HEAD}{tostring(root, encoding='unicode')}"


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
