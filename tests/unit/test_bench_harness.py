from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import bench.__main__ as main_of_bench
from bench.harness import Bench, CountError, Result, dumps, expect_equal, interleaved, meets, table, write_page

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("value", "goal", "is_met"),
    [
        (5.0, ">= 5", True),
        (4.99, ">= 5", False),
        (1.5, "<= 1.5", True),
        (1.51, "<= 1.5", False),
        (0, "= 0", True),
        (1, "= 0", False),
        (-1, "> -2", True),
        (0.9, "< 0.9", False),
    ],
)
def test_a_goal_is_a_comparison_with_a_number(value: float, goal: str, *, is_met: bool) -> None:
    assert meets(value, goal) is is_met


@pytest.mark.parametrize("goal", ["", "5", ">=5", "=> 5", ">= five", ">= 5 or so"])
def test_what_is_no_goal_is_refused(goal: str) -> None:
    with pytest.raises(ValueError, match="is no goal"):
        meets(1, goal)


def test_a_ratio_just_under_its_goal_is_not_rounded_up_to_it() -> None:
    bench = Bench("b")
    bench.compare("w", "u", 4.9999, peer="p", theirs=1, goal=">= 5")
    assert bench.results[0].ok is False
    assert not bench.is_ok


def test_a_row_without_a_peer_or_a_goal_is_neither_reached_nor_missed() -> None:
    bench = Bench("b")
    bench.judge("mine", "ms", 3, "<= 5")
    bench.unjudged("other", "u", 1, "no redis-server", ">= 4")
    bench.compare("wall", "u", 1, peer="p", theirs=2)
    assert [result.ok for result in bench.results] == [True, None, None]
    assert bench.results[1].peer == "not measured: no redis-server"
    assert bench.is_ok


def test_a_bench_without_rows_has_reached_nothing() -> None:
    assert not Bench("b").is_ok


def test_counts_that_differ_are_named() -> None:
    expect_equal("mail", {"sent": 3, "received": 3})
    with pytest.raises(CountError, match="mail: sent 3, received 2"):
        expect_equal("mail", {"sent": 3, "received": 2})


async def test_rounds_are_interleaved_and_the_median_counts() -> None:
    order: list[str] = []
    paces = {"ours": iter([10.0, 1.0, 11.0]), "theirs": iter([5.0, 6.0, 90.0])}

    async def measure(name: str) -> float:
        order.append(name)
        return next(paces[name])

    got = await interleaved({"ours": lambda: measure("ours"), "theirs": lambda: measure("theirs")}, rounds=1)
    assert got == {"ours": 10.0, "theirs": 6.0}
    assert order == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]


def test_the_report_is_one_line_of_json_with_every_field_of_the_contract() -> None:
    bench = Bench("fanout")
    bench.compare("room_1000", "deliveries/s", 98_000, peer="stock", theirs=17_000, goal=">= 4")
    text = dumps(bench.report())
    assert "\n" not in text
    report = json.loads(text)
    assert set(report) == {"bench", "seconds", "machine", "results"}
    assert report["results"] == [
        {
            "what": "room_1000",
            "unit": "deliveries/s",
            "ours": 98000,
            "peer": "stock",
            "theirs": 17000,
            "ratio": 5.76,
            "goal": ">= 4",
            "ok": True,
        }
    ]


def test_the_table_is_aligned_markdown() -> None:
    lines = table([Result("room", "u", 98_000, "p", 17_000, 5.76, ">= 4", ok=True)]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert "98,000" in lines[2]


def test_the_page_names_machine_versions_and_date(tmp_path: Path) -> None:
    bench = Bench("fanout")
    bench.judge("w", "u", 1, "= 1")
    write_page(tmp_path / "benchmarks.md", [bench])
    page = (tmp_path / "benchmarks.md").read_text()
    for word in ("Date: 20", "Machine: ", "aiohttp 3.", "asyncpg 0.", "## fanout", "| w "):
        assert word in page


def test_the_list_names_benches_and_an_unknown_name_is_refused() -> None:
    listed = subprocess.run([sys.executable, "-m", "bench", "--list"], cwd=ROOT, capture_output=True, check=True)
    assert b"fanout" in listed.stdout.split()
    assert b"fanout_server" not in listed.stdout.split()
    refused = subprocess.run([sys.executable, "-m", "bench", "nothing"], cwd=ROOT, capture_output=True, check=False)
    assert refused.returncode == 2


def test_a_bench_is_measured_with_its_own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, list[str]]] = []

    def measured(name: str, words: list[str]) -> Bench:
        asked.append((name, words))
        bench = Bench(name)
        bench.judge("lost", "mails", 0, "= 0")
        return bench

    monkeypatch.setattr(main_of_bench, "measure", measured)
    monkeypatch.setattr(sys, "argv", ["bench", "mail", "--corpus", "somewhere", "--json"])
    assert main_of_bench.main() == 0
    assert asked == [("mail", ["--corpus", "somewhere"])]
