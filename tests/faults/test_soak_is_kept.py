"""Finished pieces of a soak outlive the machine they ran on, each with its commit, and add up to one page."""

from __future__ import annotations

import argparse
import json
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from tests.faults import soak
from tests.faults.kept import Kept, find_commit
from tests.faults.soak_page import BEGIN, END, make_table, write_page


def piece(seed: int, *, commit: str = "abc1234", failed: str = "", **fired: int) -> dict[str, Any]:
    counts = {name.replace("_", " "): count for name, count in fired.items()}
    return {
        "seed": seed,
        "schedules": 100,
        "judged": 200,
        "seconds": 40.5,
        "commit": commit,
        "at": "2026-11-23",
        "failed": failed,
        "found": {"lost": 1} if failed else {},
        "steps": {"passes": 300},
        "fired": counts,
        "effective": counts,
    }


def death(how: str, seed: int, commit: str = "abc1234") -> dict[str, Any]:
    counts = {"saved": 400, "lost": 0, "doubled": 0, "wrongly_received": 0, "damaged": 0, "seconds": 99.5}
    return {
        "how": how,
        "seed": seed,
        "count": 50,
        "failed": "",
        "commit": commit,
        "at": "2026-11-23",
        **counts,
    }


def wanted(schedules: int, kills: int = 0) -> argparse.Namespace:
    return argparse.Namespace(schedules=schedules, kills=kills, power=0, seed=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reliability.json"


def test_what_is_read_again_is_what_was_kept_whatever_names_came_later(path: Path) -> None:
    kept = Kept(path)
    first, second = piece(1_000_000, cut_after=3), piece(1_000_001, a_new_kind=2, cut_after=1)
    kept.add_piece(first)
    kept.add_piece(second)
    kept.add_deaths(death("power", 1_000))
    read = Kept(path)
    assert read.pieces == {1_000_000: first, 1_000_001: second}
    assert read.deaths == {("power", 1_000): death("power", 1_000)}
    assert len(path.read_text().splitlines()) == 11, "a line a piece, to be compared and merged"


def test_only_what_is_missing_and_what_failed_runs_again(path: Path) -> None:
    kept = Kept(path)
    for seed, failed in ((1_000_000, ""), (1_000_001, "AssertionError: lost")):
        kept.add_piece(piece(seed, failed=failed))
    kept.add_deaths(death("kills", 2_000))
    handed: list[tuple[Any, ...]] = []

    class Pool:
        def submit(self, *asked: Any) -> Future[Any]:
            handed.append(asked)
            return Future()

    for job in soak.list_missing(kept, wanted(250, kills=100)):
        job(Pool())  # type: ignore[arg-type]  # all that is asked of a pool
    assert handed == [
        (soak.run_piece, 1_000_001, 100),
        (soak.run_piece, 1_000_002, 100),
        (soak.run_deaths, "kills", 2_001, 50),
    ]


def test_pieces_of_another_machine_join_those_here(path: Path, tmp_path: Path) -> None:
    here, there = Kept(path), Kept(tmp_path / "there.json")
    here.add_piece(piece(1_000_000, commit="aaaaaaa", cut_after=5))
    there.add_piece(piece(1_000_001, commit="bbbbbbb+12345678", truncated=7, cut_after=1))
    here.take(json.loads((tmp_path / "there.json").read_text()))
    here.save()
    said = make_table(Kept(path))
    assert "**200 schedules, lost 0, doubled 0, wrongly reported received 0.**" in said
    assert "On commits: aaaaaaa (100), bbbbbbb+12345678 (100)." in said
    assert "| cut after | 6 | 6 |" in said
    assert "| truncated | 7 | 7 |" in said


def test_the_page_names_what_failed_and_what_died(path: Path, tmp_path: Path) -> None:
    kept = Kept(path)
    kept.add_piece(piece(1_000_003, failed="AssertionError: lost", cut_after=5))
    for seed in (2_000, 2_001):
        kept.add_deaths(death("kills", seed))
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_page(make_table(kept), page)
    said = page.read_text()
    assert "Pieces that failed: 1000003." in said
    assert "lost 1, doubled 0" in said
    assert "| SIGKILL | 100 | 2000 to 2001 | 800 | 199 | 0 | 0 | 0 | 0 | abc1234 (100) |" in said
    assert "old" not in said
    assert said.startswith("before")
    assert said.endswith("after\n")


def test_a_commit_is_named_with_what_differs_from_it() -> None:
    name, _, differs = find_commit().partition("+")
    assert len(name) >= 7
    assert len(differs) in (0, 8)
