"""The frame of the figures: which there are, when one counts as met, what is kept and shown. Nothing here is timed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import results, shown
from benchmarks.alone import PLACE, file_system, perform
from benchmarks.lines import Line, Measured, Peer, at_least, at_most
from benchmarks.registry import JOBS, Job, NotRun, Setting, choose

NAMES = (
    "save_visit save_tap open_caseload search_10k push_2000 push_floor pull_2000 first_load delta_cost noop_pass "
    "bad_link ui_tap memory cold_import plan_ingest plan_million"
)
FLOOR = Peer("a floor", (1.0, 2.0, 4.0))
MACHINE = {
    "machine": "Linux x86_64",
    "cpu": "one",
    "cores": 2,
    "disk": "ext4",
    "kernel": "6",
    "python": "3.11",
}


def figure_of(*lines: Line) -> dict[str, Any]:
    found = {
        "what": "it",
        "state": "measured",
        "load": [0.1, 0.2],
        "at": "2026-11-23T10:00Z",
        "commit": "abc",
    }
    return found | Measured(lines).as_json()


def test_every_figure_that_was_asked_for_has_a_module_that_can_be_run() -> None:
    assert [job.name for job in JOBS] == NAMES.split()
    for job in JOBS:
        assert callable(job.load()), job.name


def test_a_figure_that_there_is_not_is_said_and_a_module_that_is_not_there_is_a_figure_not_run() -> None:
    with pytest.raises(KeyError):
        choose(["save_tap", "nothing"])
    assert [job.name for job in choose(["search_10k", "save_tap"])] == ["save_tap", "search_10k"]
    with pytest.raises(NotRun):
        Job("no_such_module", "nothing").load()


def test_ratios_are_those_of_pairs_or_of_medians_where_there_are_no_pairs() -> None:
    assert Line("a", "ms", (3.0, 6.0, 40.0), (), FLOOR).ratio == 3.0
    assert Line("a", "ms", (3.0, 5.0), (), FLOOR).ratio == 2.0
    assert Line("a", "ms", (3.0,)).ratio is None


def test_a_goal_bounds_what_it_names_and_is_met_when_it_is_reached_exactly() -> None:
    values = (*(10.0,) * 98, 40.0, 90.0)
    assert Line("a", "ms", values, (at_most(10.0), at_most(10.0, "p95"))).met
    assert not Line("a", "ms", values, (at_most(9.9),)).met
    assert Line("a", "ms", values, (at_most(4.1, "p99_by_p50"),)).met
    assert not Line("a", "ms", values, (at_most(4.0, "p99_by_p50"),)).met
    assert Line("a", "docs/s", (500.0,), (at_least(0.5, "ratio"),), Peer("other", (1000.0,))).met
    assert not Line("a", "docs/s", (499.0,), (at_least(0.5, "ratio"),), Peer("other", (1000.0,))).met


def test_what_could_not_be_measured_is_never_met() -> None:
    alone = Line(
        "a", "docs/s", (500.0,), (at_least(0.1, "ratio"),), Peer("other", why_not="Node is not here")
    )
    assert alone.met is False
    assert not Measured((Line("a", "ms", (1.0,)),)).met, "without any goal nothing was reached"
    assert not Measured((Line("a", "ms", (1.0,), (at_most(2.0),)), alone)).met
    for wrong in (lambda: Peer("neither"), lambda: Peer("both", (1.0,), "why"), lambda: Line("a", "ms", ())):
        with pytest.raises(ValueError, match="value"):
            wrong()


def test_a_missed_goal_and_a_peer_that_is_not_there_are_said_in_both_tables() -> None:
    line = Line("sign", "ms", (9.0, 9.0, 9.0), (at_most(2.0, "ratio"), at_most(10.0)), FLOOR, note="A word.")
    bare = Line(
        "push", "docs/s", (7.0,), (at_least(1.0, "ratio"),), Peer("PouchDB", why_not="no Node | here")
    )
    found = results.merge(None, MACHINE, {"save_visit": figure_of(line), "push_2000": figure_of(bare)})
    whole, short = shown.whole_table(found), shown.short_table(found)
    assert "| `save_visit` | sign | 9.00 ms (9.00 to 9.00) | 3 | a floor: 2.00 ms | 4.50 |" in whole
    assert "≤ 2 times that: 4.50; ≤ 10 ms: 9.00 | **not met** |" in whole
    assert "- `save_visit`, sign: A word." in whole
    assert "PouchDB: not run: no Node / here" in whole
    assert whole.count("not run: not in these results") == 14
    assert short.count("**not met**") == 2
    assert shown.heading(found).startswith("0 of 16 figures meet all their goals. one, 2 cores, ext4")
    assert shown.whole_table(found, only={"push_2000"}).count("\n| `") == 1


class Failing(Job):
    def load(self) -> Any:
        def run(setting: Setting) -> Measured:
            raise NotRun("no browser") if self.name == "ui_tap" else ValueError("broke")

        return run


def test_a_job_that_cannot_be_had_and_one_that_breaks_stand_in_the_results_with_their_reason(
    tmp_path: Path,
) -> None:
    absent = perform(Failing("ui_tap", "taps"), tmp_path, None, quick=True)
    broken = perform(Failing("memory", "memory"), tmp_path, None, quick=True)
    assert (absent["state"], absent["why"], absent["met"]) == ("not run", "no browser", False)
    assert (broken["state"], broken["why"], broken["met"]) == ("failed", "ValueError: broke", False)
    assert list(tmp_path.iterdir()) == [], "what a job made is taken away"


def test_only_some_figures_are_put_among_those_of_this_machine_and_never_among_another_ones() -> None:
    one, two = (figure_of(Line("a", "ms", (value,), (at_most(5.0),))) for value in (1.0, 2.0))
    first = results.merge(None, MACHINE, {"memory": one, "save_tap": one})
    merged = results.merge(first, MACHINE | {"kernel": "7"}, {"save_tap": two})
    assert list(merged["figures"]) == ["save_tap", "memory"]
    assert merged["figures"]["save_tap"] == two
    assert merged["figures"]["memory"] == one
    assert list(results.merge(first, MACHINE | {"cpu": "two"}, {"save_tap": two})["figures"]) == ["save_tap"]


def test_the_file_holds_medians_and_spread_and_the_pages_are_written_between_their_marks(
    tmp_path: Path,
) -> None:
    found = results.merge(
        None, MACHINE, {"memory": figure_of(Line("a", "ms", (1.0, 2.0, 3.0), (at_most(5.0),)))}
    )
    results.write(tmp_path / "results.json", found)
    line = results.read(tmp_path / "results.json")["figures"]["memory"]["lines"][0]  # type: ignore[index]
    assert (line["median"], line["rounds"], line["p10"], line["p90"]) == (2.0, 3, 1.2, 2.8)
    assert "values" not in line
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench begins -->\nold\n<!-- bench ends -->\nafter\n")
    shown.put_between(page, "bench", "new")
    assert page.read_text() == "before\n<!-- bench begins -->\nnew\n<!-- bench ends -->\nafter\n"
    with pytest.raises(ValueError, match="no place"):
        shown.put_between(page, "other", "new")


def test_both_pages_have_a_place_for_the_figures() -> None:
    for page in (bench.PERFORMANCE, bench.README):
        assert "<!-- bench begins -->" in page.read_text(encoding="utf-8")


def test_nothing_is_measured_in_memory_where_no_commit_is_durable(capsys: pytest.CaptureFixture[str]) -> None:
    shared = Path("/dev/shm")
    if file_system(shared) != "tmpfs":
        pytest.skip("this system has no such place")
    with pytest.raises(SystemExit):
        bench.parse(["--place", str(shared)])
    assert "lies in memory" in capsys.readouterr().err


def test_a_quick_run_of_one_figure_goes_through_and_says_whether_its_goals_are_met(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results.json"
    assert bench.main(["--only", "search_10k", "--quick", "--out", str(out), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)["figures"]["search_10k"]
    assert printed["state"] == "measured", printed.get("why")
    assert printed["quick"] is True
    assert len(printed["lines"]) == 6
    for line in printed["lines"]:
        assert line["rounds"] == len(line["values"]) == len(line["peer_values"]) == 3
        assert line["met"] is (line["median"] <= 5.0)
    assert list(json.loads(out.read_text())["figures"]) == ["search_10k"]
    assert not list(PLACE.glob("search_10k-*"))
