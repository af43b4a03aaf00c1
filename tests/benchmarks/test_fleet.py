"""A small fleet in one process: everything real but the road, and a judge that sees what is gone or there twice."""

from __future__ import annotations

import asyncio
import itertools
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from benchmarks.fleet.backend import make_fleet_app
from benchmarks.fleet.crew import Crew, Run
from benchmarks.fleet.judge import judge
from benchmarks.fleet.plan_people import SignIn
from benchmarks.fleet.report import percentile, times_to_safe
from benchmarks.fleet.run import ROOT, Wanted, write_run
from benchmarks.fleet.schedule import CLOSES, Gap, make_people, plan_day
from plan.database import make_engine
from tests.faults.quick import in_one_thread
from tests.faults.world import FAST

KINDS = ("lost", "doubled", "wrongly_received", "waiting", "device")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The directory of a run of two nurses over one day, up to four visits each."""
    with tempfile.TemporaryDirectory(dir=FAST) as name, in_one_thread():
        directory = Path(name)
        asyncio.run(_live(directory))
        yield directory


async def _live(directory: Path) -> None:
    url = f"sqlite:///{directory / 'plan.db'}"
    wanted = Wanted(devices=2, days=1, seed=3, workers=1, most=4)
    people, start = await asyncio.to_thread(write_run, directory, url, wanted, 9)
    told = json.loads((directory / "run.json").read_text())
    engine = make_engine(url)
    app = make_fleet_app(engine, told["base_url"], round(start * 1000))
    run = Run(directory, told["base_url"], url, start, wanted.days, wanted.seed, wanted.most)
    crew = Crew(run, people, httpx.ASGITransport(app, raise_app_exceptions=False), "0")
    signed_in = {int(index): SignIn(*values) for index, values in told["signed_in"].items()}
    await crew.open(directory / "template.db", bytes.fromhex(told["key"]), signed_in)
    while crew.next_at < float("inf"):
        await crew.run_until(crew.next_at + 60)
    await crew.heal()
    await crew.settle()
    assert await crew.heal() == 0, "everything has left"
    await crew.close()
    engine.dispose()


def counts(directory: Path) -> dict[str, int]:
    verdict = judge(directory)
    return {kind: verdict[kind]["count"] for kind in KINDS}


def change(directory: Path, statement: str) -> None:
    """Done to the plan's database past everybody."""
    with closing(sqlite3.connect(directory / "plan.db")) as connection, connection:
        assert connection.execute(statement).rowcount > 0


@pytest.fixture
def copy(ended: Path, tmp_path: Path) -> Path:
    """The same run to be spoilt; the stores stay where they are."""
    for path in ended.iterdir():
        if not path.name.startswith(("plan.db", "run.json")):
            (tmp_path / path.name).symlink_to(path)
    with (
        closing(sqlite3.connect(ended / "plan.db")) as source,
        closing(sqlite3.connect(tmp_path / "plan.db")) as target,
    ):
        source.backup(target)
    told = json.loads((ended / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(told | {"database": f"sqlite:///{tmp_path / 'plan.db'}"}))
    return tmp_path


def test_a_day_of_two_tablets_loses_and_doubles_nothing(ended: Path) -> None:
    verdict = judge(ended)
    assert verdict["visits"] >= 2
    assert verdict["resources"]["Encounter"] == verdict["visits"]
    assert counts(ended) == dict.fromkeys(KINDS, 0)


OTHER_NUMBERS = """
UPDATE resource SET body = replace(body, '"valueInteger":', '"valueInteger":1') WHERE type = 'QuestionnaireResponse'
"""


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        ("lost", "DELETE FROM resource WHERE type = 'Encounter'"),
        ("lost", "DELETE FROM resource WHERE type = 'QuestionnaireResponse' AND body LIKE '%esas-pain%'"),
        ("lost", "DELETE FROM resource WHERE type = 'DocumentReference'"),
        ("lost", OTHER_NUMBERS),
        ("wrongly_received", "DELETE FROM resource WHERE type = 'Provenance'"),
        ("wrongly_received", "UPDATE resource SET version_id = 'x' || version_id WHERE type = 'Observation'"),
    ],
)
def test_what_is_planted_is_found(copy: Path, kind: str, statement: str) -> None:
    change(copy, statement)
    assert counts(copy)[kind] > 0


DOUBLE = """
INSERT INTO resource SELECT -key, type, {id}, version_id || 'x', last_updated + 1, 0, deleted, patient_id, team_id,
label, is_open, author_id, encounter_id, status, date_low, date_high, body FROM resource WHERE type = '{type}'
"""


@pytest.mark.parametrize(
    ("kind", "own"), [("Encounter", "id"), ("Encounter", "'other' || id"), ("Observation", "id")]
)
def test_a_double_is_found(copy: Path, kind: str, own: str) -> None:
    change(copy, DOUBLE.format(type=kind, id=own))
    assert counts(copy)["doubled"] > 0


def test_a_tablet_that_no_longer_holds_a_visit_is_found(copy: Path) -> None:
    with (copy / "ledger-1.jsonl").open("w") as more:
        line = next(line for line in (copy / "ledger-0.jsonl").open() if '"signed"' in line)
        more.write(json.dumps(json.loads(line) | {"visit": "another"}) + "\n")
    assert counts(copy)["device"] > 0
    assert counts(copy)["lost"] == 1


def test_the_judge_knows_nothing_of_the_program() -> None:
    code = (
        "import sys, benchmarks.fleet.judge; "
        "sys.exit(any(name.partition('.')[0] in ('app', 'plan') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_time_is_counted_from_the_signature_and_only_for_what_was_received() -> None:
    saved = [
        {"kind": "signed", "visit": "a", "at": 100.0, "back": 160.0},
        {"kind": "signed", "visit": "b", "at": 100.0, "back": 100.0},
        {"kind": "received", "visit": "a", "at": 190.0},
    ]
    assert times_to_safe(saved) == [(60.0, 90.0)]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.9, 90), (0.99, 99), (1.0, 100)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(range(1, 101), share) == value


@pytest.mark.parametrize("devices", [1, 2, 3, 10, 200])
def test_every_nurse_has_people_and_every_ten_a_supervisor(devices: int) -> None:
    people = make_people(devices)
    nurses = [one for one in people if one.role == "nurse"]
    assert [one.index for one in people] == list(range(devices))
    assert all(one.people for one in nurses)
    assert len(people) - len(nurses) == (0 if devices < 3 else max(1, round(devices / 11)))
    alone = [number for one in nurses for number in one.people]
    assert len(alone) == len(set(alone)), "who is shared stands in `shared`"


def test_a_day_is_the_same_for_a_seed_and_within_the_hours() -> None:
    nurse = make_people(20)[3]
    days = [plan_day(nurse, day, seed=1) for day in range(60)]
    assert days == [plan_day(nurse, day, seed=1) for day in range(60)]
    assert all(5 <= len(day.visits) <= 8 for day in days)
    assert {"in-person", "telephone", "video"} == {one.modality for day in days for one in day.visits}
    gaps = {stretch.gap for day in days for stretch in day.line}
    assert gaps == set(Gap)
    for day in days:
        ends = [(one.begins, one.begins + one.minutes) for one in day.visits]
        assert all(first[1] < later[0] for first, later in itertools.pairwise(ends)), "one after the other"
        assert ends[-1][1] + day.visits[-1].signs < CLOSES
