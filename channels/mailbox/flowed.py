"""Text whose lines the sender's program broke for transport, made whole again (RFC 3676). Pure."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflowed(text: str, *, deletes_space: bool) -> str:
    r"""Return the text with its paragraphs on one line each; those that are quoted keep their marks.

    >>> unflowed("It is a \nlong line.\n>> old \n>> words\n", deletes_space=False)
    'It is a long line.\n>> old words'
    """
    paragraphs: list[list[str]] = []
    depth_before, is_open = 0, False
    for line in text.splitlines():
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        # One space is stuffed before what would be read as a mark, "From " or a space.
        rest = rest.removeprefix(" ")
        is_signature = rest == _SIGNATURE
        if not (is_open and rest and depth == depth_before and not is_signature):
            paragraphs.append([">" * depth + (" " if depth and rest else "")])
        is_open = rest.endswith(" ") and not is_signature
        paragraphs[-1].append(rest[:-1] if is_open and deletes_space else rest)
        depth_before = depth
    return "\n".join("".join(pieces) for pieces in paragraphs)
