"""What an agent writes in HTML, before it leaves: nothing that runs, loads or hides; the text says the same."""

from __future__ import annotations

import re
import time

import pytest

from channels.mailbox.markup import sanitise_own, to_text
from interactions.words import words_of

HOSTILE = (
    "<script>top.pwned = 1</script>",
    "<img src=x onerror='top.pwned = 2'>",
    "<svg onload='top.pwned = 3'><script>top.pwned = 4</script></svg>",
    "<a href='javascript:top.pwned = 5'>a</a>",
    "<a href=' java\tscript:top.pwned = 6'>a</a>",
    "<a href='data:text/html,<script>top.pwned = 7</script>'>a</a>",
    "<iframe srcdoc='<script>top.pwned = 8</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror='top.pwned = 9'>",
    "<noscript><p title='</noscript><img src=x onerror=top.pwned=10>'>",
    "<p onclick='top.pwned = 11' style='position:fixed;inset:0'>over</p>",
    "<form action='http://evil.example/'><input autofocus onfocus='top.pwned = 12'></form>",
    "<base href='http://evil.example/'><link rel=stylesheet href='http://evil.example/a.css'>",
    "<object data='http://evil.example/o'></object><embed src='http://evil.example/e'>",
    "<p dir='ltr\" onmouseover=\"top.pwned=13'>a</p>",
    "<template><img src=x onerror='top.pwned = 14'></template>",
    "<img src='http://evil.example/seen.png'><video src='http://evil.example/v' autoplay></video>",
)


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_runs_loads_or_covers(html: str) -> None:
    clean = sanitise_own(f"<p>before</p>{html}<p>after</p>").lower()
    tags = re.findall(r"<[^>]*>", clean)
    assert set(re.findall(r"<(\w+)", clean)) <= {"p", "a", "br"}
    assert not any(re.search(r"\son\w+\s*=|style=|src=|javascript:|data:", tag) for tag in tags)
    assert "before" in clean


FILE = "01900000-0000-7000-8000-000000000001"


def test_a_picture_is_one_of_our_files_and_nothing_else() -> None:
    shown = sanitise_own(f'<p>a<img alt="x" src="/api/files/{FILE}" onload="top.pwned=1" width="9"></p>')
    assert shown == f'<p dir="auto">a<img alt="x" src="cid:{FILE}"></p>'
    assert sanitise_own(shown) == shown, "what was taken back is cleaned again"
    for wrong in (
        "https://evil.example/a.png", "/api/files/../staff", f"/api/files/{FILE}/x", "cid:other",
        "data:image/png;base64,AA",
        f"//evil.example/api/files/{FILE}", "/api/session",
    ):  # fmt: skip
        assert "img" not in sanitise_own(f'<p>a<img src="{wrong}"></p>'), wrong
    assert "href" not in sanitise_own(f'<a href="cid:{FILE}">a</a>')


def test_each_paragraph_finds_its_own_direction_unless_one_was_chosen() -> None:
    html = '<p>سلام</p><p dir="ltr">a</p><ul><li>b</li></ul><blockquote><p dir="sideways">c</p></blockquote>'
    assert sanitise_own(html) == (
        '<p dir="auto">سلام</p><p dir="ltr">a</p><ul dir="auto"><li dir="auto">b</li></ul>'
        '<blockquote dir="auto"><p dir="auto">c</p></blockquote>'
    )


def test_a_link_keeps_its_address_and_says_nothing_of_the_page_it_leaves() -> None:
    assert sanitise_own('<a href="https://sahra.example/a b">x</a>') == (
        '<a href="https://sahra.example/ab" rel="noopener noreferrer">x</a>'
    )


def test_what_word_pastes_becomes_what_our_editor_makes() -> None:
    word = (
        "<p class=MsoNormal style='margin:0'><b style='mso-bidi:normal'><span lang=FA>متن</span></b><o:p></o:p></p>"
        "<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]-->"
    )
    assert sanitise_own(word) == '<p dir="auto"><b>متن</b></p>'


async def test_the_text_is_made_from_the_html_whatever_the_client_says() -> None:
    said = await words_of("something else", "<p>one <strong>two</strong></p><ul><li>three</li></ul>")
    assert said.text.splitlines()[0] == "one two"
    assert "three" in said.text
    assert "something else" not in said.text
    assert (await words_of("plain", None)).html is None


def test_a_bomb_is_defused_in_time() -> None:
    started = time.monotonic()
    clean = sanitise_own("<b>" * 30_000 + "boom")
    assert "boom" in to_text(clean)
    assert time.monotonic() - started < 2
