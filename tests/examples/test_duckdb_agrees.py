"""The worked example: a plan's own engine recomputes two measures from an export, and gets the backend's figures."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from plan.database import read_transaction
from plan.outcomes.measures.listing import run
from plan.outcomes.measures.model import Standing
from plan.outcomes.periods import make_quarter
from plan.outcomes.roster_group import ROSTER_ID
from plan.outcomes.zone import DEFAULT, find_zone
from tests.plan_bulk.bulk_doubles import BASE, Bulk, make_bulk, make_key
from tests.support.plan_files import open_new_plan
from tests.support.roster import People

EXAMPLE = Path(__file__).parents[2] / "examples" / "duckdb"
AS_OF = 1_765_000_000_000  # 2025-12-06, in the quarter


def load(name: str) -> ModuleType:
    """A program of the example, which is no package."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def gather() -> People:
    """Coming home and being referred, in every way that the two measures tell apart. Clocks change on 2 November."""
    people = People()

    def home(key: str, left: str, **more: Any) -> Any:
        person = people.member(key, since="2025-01-01", **more)
        return person, person.stay("hospital", "2025-09-20T08:00-07:00", left)

    one, _ = home("in-time", "2025-10-10T12:00-07:00")
    one.visit("2025-10-12T12:00-07:00")
    one, _ = home("a-minute-late", "2025-10-10T12:00-07:00")
    one.visit("2025-10-12T12:01-07:00")
    one, _ = home("clock-in-time", "2025-11-01T12:00-07:00")
    one.visit("2025-11-03T11:00-08:00")
    one, _ = home("clock-late", "2025-11-01T12:00-07:00")
    one.visit("2025-11-03T11:01-08:00")
    one, _ = home("by-telephone", "2025-10-10T12:00-07:00")
    one.visit("2025-10-11T12:00-07:00", modality="telephone")
    one, _ = home("at-the-office", "2025-10-10T12:00-07:00")
    one.visit("2025-10-11T12:00-07:00", setting="office")
    one, _ = home("assisted", "2025-10-10")
    one.visit("2025-10-11T23:00-07:00", setting="assisted-living")
    one, stay = home("did-not-want", "2025-10-10T12:00-07:00")
    one.no_visit(stay, "declined", "2025-10-11T12:00-07:00")
    one, stay = home("not-reached", "2025-10-10T12:00-07:00")
    one.no_visit(stay, "unreachable", "2025-10-11T12:00-07:00")
    one, _ = home("back-in", "2025-10-10T12:00-07:00")
    one.stay("hospital", "2025-10-11T12:00-07:00", "2025-10-14T12:00-07:00", went="oth")
    one, _ = home("moved", "2025-10-10T12:00-07:00")
    one.stay("assisted-living", "2025-10-10T13:00-07:00")
    one, _ = home("not-over", "2025-12-05T12:00-08:00")
    home("day-before", "2025-09-30T23:59-07:00")
    home("first-moment", "2025-10-01T00:00-07:00")
    one, _ = home("twice", "2025-10-10T12:00-07:00")
    one.stay("hospital", "2025-09-20T09:00-07:00", "2025-10-10T15:00-07:00", by_hand=True)
    people.member("not-listed", since=None).stay(
        "hospital", "2025-09-20T08:00-07:00", "2025-10-10T12:00-07:00"
    )
    left = people.member("left-since", since="2025-01-01", until="2025-10-20")
    left.stay("hospital", "2025-09-20T08:00-07:00", "2025-10-10T12:00-07:00")
    for key, target, state, at in (
        ("closed", "hospice", "closed", "2025-10-15T10:00-07:00"),
        ("closed-late", "ecm", "closed", "2025-10-15T10:01-07:00"),
        ("no-room", "ltss", "no-capacity", "2025-10-05T10:00-07:00"),
        ("refused", "hospice", "declined", "2025-10-05T10:00-07:00"),
        ("lost", "complex-care", "lost", "2025-10-05T10:00-07:00"),
        ("open", "care-navigation", "accepted", "2025-10-05T10:00-07:00"),
        ("not-asked-about", "chaplain", "closed", "2025-10-05T10:00-07:00"),
    ):
        one = people.member(key, since="2025-01-01")
        one.renew(one.refer(target, "2025-10-01T10:00-07:00"), state, at)
    one = people.member("fresh", since="2025-01-01")
    one.renew(one.refer("hospice", "2025-12-01T10:00-08:00"), "sent", "2025-12-01T11:00-08:00")
    return people


@pytest.fixture
def bulk(tmp_path: Path) -> Bulk:
    engine = open_new_plan(tmp_path / "plan.db")
    gather().save(engine)
    return make_bulk(engine, groups=[ROSTER_ID])


def test_the_example_gets_the_figures_of_the_backend(bulk: Bulk, tmp_path: Path) -> None:
    exporter = load("export").Exporter(
        bulk.http, BASE, bulk.client_id, make_key("main").as_dict(private=True)
    )
    into = tmp_path / "files"
    exporter.take(ROSTER_ID, into, pause=lambda _seconds: bulk.worker.settle())
    assert into.stat().st_mode & 0o777 == 0o700
    measures = load("measures")
    start_ms, end_ms = measures.quarter("2025-Q4", DEFAULT)
    found = measures.recompute(into, start_ms, end_ms, AS_OF, DEFAULT)
    with read_transaction(bulk.engine) as connection:
        period = make_quarter(2025, 4, find_zone(connection))
        assert (start_ms, end_ms) == (period.start_ms, period.end_ms)
        for measure in ("SEED48H", "REF_CLOSED"):
            ours = {row.unit: row.standing.value for row in run(connection, measure, period, AS_OF)}
            assert found[measure] == ours, measure
            wanted = {Standing.MET, Standing.MISSED, Standing.PREFERENCE, Standing.PENDING}
            assert {one.value for one in wanted} <= set(ours.values()), "each way of ending is among them"


def test_a_download_goes_on_after_the_program_was_stopped(bulk: Bulk, tmp_path: Path) -> None:
    exporter = load("export").Exporter(
        bulk.http, BASE, bulk.client_id, make_key("main").as_dict(private=True)
    )
    where = exporter.ask(ROSTER_ID)
    manifest = exporter.wait(where, lambda _seconds: bulk.worker.settle())
    url = next(one["url"] for one in manifest["output"] if one["type"] == "Encounter")
    file = tmp_path / "Encounter.0.ndjson"
    exporter.fetch(url, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    exporter.fetch(url, file)
    assert file.read_bytes() == whole
    exporter.fetch(url, file)
    assert file.read_bytes() == whole, "once more changes nothing"
