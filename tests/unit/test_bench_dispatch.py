"""What the bench of the planner reads, and the hand that it compares with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bench.dispatch as bench_dispatch
from bench.dispatch_city import city, greedy, insertions
from bench.dispatch_solomon import instances, read
from bench.harness import Bench, CountError
from dispatch.planning.judge import judge
from dispatch.planning.model import Window

BEST = Path(bench_dispatch.__file__).with_name("dispatch_best.json")
TINY = """R101

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.   XCOORD.    YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0        230          0
    1      1         1         10         16         71         10
    2     -3.5       4         15          0         60         10
"""


def test_an_instance_is_read_in_tenths_with_distances_cut_to_one_decimal(tmp_path):
    (tmp_path / "tiny.txt").write_text(TINY)
    instance = read(tmp_path / "tiny.txt")
    assert len(instance.problem.technicians) == 2
    first, second = instance.problem.visits
    assert (first.windows, first.seconds, first.load) == ((Window(160, 710),), 100, 10)
    assert instance.problem.table.seconds[0] == [0, 14, 53]
    assert (second.place, second.is_required) == (2, True)
    assert instance.problem.technicians[0].shifts[0].end == 2300


def test_only_the_instances_of_the_hundred_are_compared_with_its_best(tmp_path):
    (tmp_path / "tiny.txt").write_text(TINY)
    assert read(tmp_path / "tiny.txt").best is None
    rows = "".join(f"{n} {n} 0 1 0 9999 0\n" for n in range(3, 101))
    (tmp_path / "whole.txt").write_text(TINY + rows)
    assert read(tmp_path / "whole.txt").best == 16377


def test_a_folder_gives_its_instances_whatever_else_lies_there(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "one.TXT").write_text(TINY)
    (tmp_path / "README.md").write_text("VEHICLE")
    (tmp_path / "notes.txt").write_text("nothing")
    assert [one.name for one in instances(tmp_path)] == ["R101"]


def test_the_best_known_are_those_of_all_fifty_six():
    best = json.loads(BEST.read_text())
    assert len(best) == 56
    assert best["RC103"] == 1258.0


def test_the_greedy_hand_makes_legal_plans_and_there_is_room_to_ask():
    problem = city(7, technicians=5, visits=25)
    made = greedy(problem)
    assert judge(problem, made).is_legal
    assert len(insertions(1, made, problem, 3)) == 3


def test_a_folder_without_instances_fails_the_bench(tmp_path):
    with pytest.raises(CountError):
        bench_dispatch._solomon(Bench("dispatch"), list(instances(tmp_path)), 0.1)


def test_an_instance_of_ones_own_goes_through_planner_and_judge(tmp_path):
    (tmp_path / "tiny.txt").write_text(TINY.replace("R101", "mine"))
    bench = Bench("dispatch")
    bench_dispatch._solomon(bench, list(instances(tmp_path)), 0.1)
    assert {result.what: result.ours for result in bench.results}["solomon_MINE"] == 13.4
