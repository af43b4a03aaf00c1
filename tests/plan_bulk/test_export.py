"""An export holds the records of the group's members as they stood at its time, and nothing of anybody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import true

from plan.database import write_transaction
from plan.fhir.access import DAY_MS
from plan.fhir.rows import RowWriter
from plan.fhir.stamps import Stamper, instant
from plan.fhir.store import find_current
from tests.plan.fhir_builders import observation, patient, practitioner, provenance, restricted
from tests.plan_bulk.bulk_doubles import Bulk, group, put

MINE = {
    "Group/g",
    "Organization/team-1",
    "Practitioner/ana",
    *(f"{kind}{one}" for one in "ab" for kind in ("Patient/", "CareTeam/ct-", "Encounter/visit-")),
    "Observation/pain-a",
    "Observation/pain-b",
}


def test_it_holds_the_members_and_nobody_else(bulk: Bulk) -> None:
    assert bulk.names() == MINE


def test_types_that_are_named_are_all_it_holds(bulk: Bulk) -> None:
    assert bulk.names("?_type=Patient,Observation") == {name for name in MINE if name[:3] in ("Pat", "Obs")}
    assert bulk.names("?_type=Patient&_type=Group") == {"Patient/a", "Patient/b", "Group/g"}


def test_every_line_is_the_record_as_the_plan_holds_it(bulk: Bulk) -> None:
    put(bulk.engine, observation("exact", "a", 0, "ana") | {"valueInteger": 72, "note": [{"text": "é\nü"}]})
    manifest = bulk.export("?_type=Observation")
    (line,) = [each for each in bulk.read(manifest) if each["id"] == "exact"]
    assert line["note"] == [{"text": "é\nü"}]
    assert line["meta"]["lastUpdated"] == manifest["transactionTime"]
    assert manifest["requiresAccessToken"] is True
    assert manifest["request"].endswith("/fhir/Group/g/$export?_type=Observation")
    assert manifest["error"] == manifest["deleted"] == []


def test_what_is_restricted_or_names_it_never_leaves(bulk: Bulk) -> None:
    put(bulk.engine, provenance("prov", "ana", "Observation/secret-b"))
    assert bulk.names() == MINE


def test_it_shows_how_things_stood_when_it_was_asked_for(bulk: Bulk) -> None:
    bulk.worker.wake = lambda: None  # type: ignore[method-assign]  # prepared when this test says so
    where = bulk.ask("?_type=Patient,Observation").headers["content-location"]
    put(
        bulk.engine,
        observation("pain-a", "a", 9, "ana"),
        observation("later", "a", 1, "ana"),
        observation("pain-b", "c", 4, "ana"),
    )
    while bulk.worker.take_step():
        pass
    manifest = bulk.http.get(where, headers=bulk.bearer()).json()
    values = {each["id"]: each.get("valueInteger") for each in bulk.read(manifest)}
    assert values == {"a": None, "b": None, "pain-a": 4}, "pain-b is of somebody else now and is left out"


def test_an_older_version_that_names_a_secret_is_left_out(bulk: Bulk) -> None:
    derived = {"derivedFrom": [{"reference": "Observation/secret-b"}]}
    put(bulk.engine, observation("pain-b", "b", 4, "ana", **derived))
    bulk.worker.wake = lambda: None  # type: ignore[method-assign]  # prepared when this test says so
    where = bulk.ask("?_type=Observation").headers["content-location"]
    put(bulk.engine, observation("pain-b", "b", 4, "ana"))
    while bulk.worker.take_step():
        pass
    manifest = bulk.http.get(where, headers=bulk.bearer()).json()
    assert {each["id"] for each in bulk.read(manifest)} == {"pain-a"}


def test_since_an_earlier_one_it_holds_what_is_new(bulk: Bulk) -> None:
    first = bulk.export()
    put(bulk.engine, observation("new", "a", 1, "ana"), observation("pain-b", "b", 7, "ana"))
    put(bulk.engine, observation("others", "d", 1, "ana"))
    since = f"?_since={first['transactionTime']}"
    second = bulk.export(since)
    assert {each["id"] for each in bulk.read(second)} == {"new", "pain-b"}
    assert bulk.gone(second) == []
    assert bulk.names(f"?_since={second['transactionTime']}") == set(), "nothing was written since"


def test_who_joined_since_comes_whole_and_who_left_is_taken_out(bulk: Bulk) -> None:
    first = bulk.export()
    put(bulk.engine, group("g", "b", "d"))
    second = bulk.export(f"?_since={first['transactionTime']}")
    names = {f"{each['resourceType']}/{each['id']}" for each in bulk.read(second)}
    assert names == {"Group/g", "Patient/d", "CareTeam/ct-d", "Encounter/visit-d", "Observation/pain-d"}
    assert bulk.gone(second) == ["CareTeam/ct-a", "Encounter/visit-a", "Observation/pain-a", "Patient/a"]


def test_what_was_deleted_moved_or_restricted_since_is_taken_out(bulk: Bulk) -> None:
    put(
        bulk.engine,
        observation("moves", "a", 1, "ana"),
        observation("hides", "a", 1, "ana"),
        observation("goes", "a", 1, "ana"),
        provenance("prov", "ana", "Observation/hides"),
    )
    first = bulk.export()
    put(
        bulk.engine,
        observation("moves", "c", 1, "ana"),
        observation("hides", "a", 1, "ana", meta=restricted("R")),
        observation("secret-b", "b", 8, "ana", meta=restricted("R")),
    )

    with write_transaction(bulk.engine) as connection:
        rows = RowWriter(connection, Stamper(connection))
        rows.delete(find_current(connection, "Observation", "goes", true()))
        rows.flush()
    second = bulk.export(f"?_since={first['transactionTime']}")
    assert bulk.gone(second) == [
        "Observation/goes",
        "Observation/hides",
        "Observation/moves",
        "Provenance/prov",
    ]
    assert bulk.read(second) == []


@pytest.mark.postgres
def test_postgresql_gives_the_same(postgres_bulk: Bulk) -> None:
    """One database for what differs between the two in the statements."""
    test_it_holds_the_members_and_nobody_else(postgres_bulk)
    test_what_was_deleted_moved_or_restricted_since_is_taken_out(postgres_bulk)
    test_who_joined_since_comes_whole_and_who_left_is_taken_out(postgres_bulk)


def test_who_left_stays_for_a_years_figures_and_no_longer(bulk: Bulk) -> None:
    def ended(days: int) -> dict[str, str]:
        return {"end": instant(bulk.clock() - days * DAY_MS)}

    entries = group("g", "a", "b", "c", "d")["member"]
    entries[0] |= {"inactive": True}
    entries[1] |= {"period": ended(390), "inactive": True}
    entries[2] |= {"period": ended(410)}
    entries[3] |= {"period": {"start": instant(bulk.clock() + DAY_MS)}}
    put(bulk.engine, group("g") | {"member": entries})
    assert bulk.names("?_type=Patient") == {"Patient/b"}


def test_an_empty_group_and_a_group_in_its_first_day_have_their_lists(bulk: Bulk) -> None:
    put(bulk.engine, group("g"))
    manifest = bulk.export("?_type=Patient")
    assert manifest["output"] == []


def test_since_before_there_was_a_group_everything_is_new(bulk: Bulk) -> None:
    manifest = bulk.export("?_since=1999-01-01&_type=Patient")
    assert {each["id"] for each in bulk.read(manifest)} == {"a", "b"}


def test_several_files_of_a_type_are_one_whole(bulk: Bulk) -> None:
    from plan.bulk import worker

    put(bulk.engine, *(observation(f"n-{number}", "a", 1, "ana") for number in range(7)))
    before = worker.FILE_LINES, worker.PART_LINES
    worker.FILE_LINES, worker.PART_LINES = 4, 2
    try:
        manifest = bulk.export("?_type=Observation")
    finally:
        worker.FILE_LINES, worker.PART_LINES = before
    assert [one["count"] for one in manifest["output"]] == [4, 4, 1]
    assert len({each["id"] for each in bulk.read(manifest)}) == 9


def test_names_of_members_stand_in_no_address(bulk: Bulk) -> None:
    put(bulk.engine, patient("a", "Okonkwo"), practitioner("ana"))
    assert "Okonkwo" not in json.dumps(bulk.export())
