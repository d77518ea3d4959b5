"""The page of features says what the tests say, no more and no less."""

from __future__ import annotations

from tools.features import PAGE, ROOT, ROWS, Shown, page, shown


def test_the_page_of_features_is_what_the_tests_claim():
    assert PAGE.read_text("utf-8").splitlines() == list(page(shown(ROOT / "tests"))), "run: python tools/features.py"


def test_a_row_that_no_test_shows_is_not_done(tmp_path):
    tests = tmp_path / "tests"
    tests.mkdir()
    (tests / "test_x.py").write_text("def test_c042_c043_it_works(): ...\ndef test_other(): ...\n")
    found = shown(tests)
    assert found == {42: [Shown("it works", "tests/test_x.py")], 43: [Shown("it works", "tests/test_x.py")]}
    lines = [line for line in page(found) if line.startswith("| C-")]
    assert sum("| works |" in line for line in lines) == 2
    assert len(lines) == len(ROWS)
