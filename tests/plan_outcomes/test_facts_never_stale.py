"""Whatever happens to records, and in whatever order the facts are renewed, they are those of a full rebuild."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, true

from plan.database import read_transaction, write_transaction
from plan.fhir.rows import RowWriter
from plan.fhir.stamps import Stamper
from plan.fhir.store import find_current
from plan.outcomes import derive as deriving
from plan.outcomes import refresh as refreshing
from plan.outcomes import tables as facts
from plan.outcomes.derive import Rows
from plan.outcomes.record import Record
from plan.outcomes.refresh import find_freshness, refresh
from plan.outcomes.zone import put_zone
from tests.support.facts import all_facts, forget, one, rows
from tests.support.plan_files import open_new_plan
from tests.support.roster import People

Step = Callable[[People, Engine], None]
DAYS = st.integers(2, 28)
WHO = st.sampled_from(["ana", "ben", "cid"])


def delete(engine: Engine, kind: str, resource_id: str) -> None:
    """Delete a record, as a client's DELETE does."""
    with write_transaction(engine) as connection:
        old = find_current(connection, kind, resource_id, true())
        if old is not None and not old.deleted:
            writer = RowWriter(connection, Stamper(connection))
            writer.delete(old)
            writer.flush()


def visit(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        person = people.members[who]
        at = f"2026-11-{day:02}T10:00-08:00"
        phase = ("stable", "unstable", "deteriorating")[number % 3]
        seen = person.visit(at, esas={"pain": number}, phase=phase, again={"esas-pain": {at: 1}})
        if number > 5:
            person.conversation(seen, matters="family", conv_hospital="no" if number > 7 else "yes")

    return step


def stay(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        left = None if number < 3 else f"2026-11-{min(28, day + number):02}T09:00-08:00"
        person = people.members[who]
        found = person.stay("hospital", f"2026-11-{day - 1:02}T09:00-08:00", left, by_hand=number > 7)
        if number > 5:
            person.no_visit(found, "declined", "2026-11-28T09:00-08:00")

    return step


def loop(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        person = people.members[who]
        held = [name.partition("/")[2] for name in person.resources if name.startswith("ServiceRequest/")]
        at = f"2026-11-{day:02}T09:00-08:00"
        if not held or number < 4:
            person.refer(("hospice", "ltss", "ecm")[number % 3], at)
        else:
            person.renew(held[0], ("sent", "accepted", "closed", "declined")[number % 4], at)

    return step


def chosen(people: People, who: str, number: int) -> str | None:
    names = sorted(
        name for name in people.members[who].resources if not name.startswith(("Patient/", "Coverage/"))
    )
    return names[number % len(names)] if names else None


def withdraw(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        name = chosen(people, who, number)
        if name is not None:
            people.members[who].resources[name]["status"] = "entered-in-error"

    return step


def drop(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        people.save(engine, fresh=False)
        name = chosen(people, who, number)
        if name is not None:
            del people.members[who].resources[name]
            delete(engine, *name.split("/"))

    return step


def move(who: str, day: int, number: int) -> Step:
    """A record turns out to be another person's."""

    def step(people: People, engine: Engine) -> None:
        name = chosen(people, who, number)
        if name is not None:
            other = {"ana": "p-ben", "ben": "p-cid", "cid": "p-ana"}[who]
            whose = "for" if name.startswith("Task/") else "subject"
            people.members[who].resources[name][whose] = {"reference": f"Patient/{other}"}

    return step


def restrict(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        name = chosen(people, who, number)
        if name is not None:
            label = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}
            people.members[who].resources[name]["meta"] = {"security": [label]}

    return step


def leave(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        person = people.members[who]
        person.spells.clear()
        if number > 4:
            people.on_roster(
                person, "2026-01-01", f"2026-11-{day:02}", rurality="rural" if number > 6 else None
            )

    return step


def die(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        people.members[who].died(f"2026-11-{day:02}T04:00-08:00")

    return step


def look(who: str, day: int, number: int) -> Step:
    def step(people: People, engine: Engine) -> None:
        people.save(engine)

    return step


MAKERS = (visit, visit, stay, loop, withdraw, drop, move, restrict, leave, die, look, look)
STEPS = st.lists(
    st.tuples(st.sampled_from(MAKERS), WHO, DAYS, st.integers(0, 10)).map(lambda made: made[0](*made[1:])),
    min_size=4,
    max_size=14,
)


@given(steps=STEPS)
@settings(max_examples=8, deadline=None)
def test_facts_renewed_step_by_step_are_those_of_a_rebuild(steps: Sequence[Step]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        engine = open_new_plan(Path(directory) / "plan.db")
        people = People()
        for who in ("ana", "ben", "cid"):
            people.member(who, since="2026-01-01")
        for step in steps:
            step(people, engine)
        people.save(engine)
        renewed = all_facts(engine)
        forget(engine)
        refresh(engine, rebuild=True)
        assert renewed == all_facts(engine)
        engine.dispose()


def test_a_deleted_visit_is_gone_from_the_facts(engine: Engine, people: People) -> None:
    seen = people.member("ana").visit("2026-11-02T10:00-08:00", esas={"pain": 8})
    people.save(engine)
    delete(engine, "Encounter", seen)
    refresh(engine)
    assert not rows(engine, facts.visit)
    assert not rows(engine, facts.score)


def test_a_record_that_becomes_another_persons_leaves_the_first_ones_facts(
    engine: Engine, people: People
) -> None:
    ana = people.member("ana")
    people.member("ben")
    order = ana.order("Morphine 15 mg tablet", "2026-11-01")
    people.save(engine)
    ana.resources[f"MedicationRequest/{order}"]["subject"] = {"reference": "Patient/p-ben"}
    people.save(engine)
    assert one(engine, facts.medicine)["patient_id"] == "p-ben"


def test_only_who_has_something_new_is_looked_at(engine: Engine, people: People) -> None:
    for key in ("ana", "ben", "cid"):
        people.member(key)
    people.save(engine)
    people.members["ben"].visit("2026-11-02T10:00-08:00")
    people.save(engine, fresh=False)
    with read_transaction(engine) as connection:
        state = find_freshness(connection)
        assert state.as_of(state.newest + 1000) == state.handled, "the figures say how old they are"
    assert refresh(engine) == 1
    assert refresh(engine) == 0
    with read_transaction(engine) as connection:
        state = find_freshness(connection)
        assert state.as_of(state.newest + 1000) == state.newest + 1000


def test_another_time_zone_makes_everybodys_facts_anew(engine: Engine, people: People) -> None:
    people.member("ana").visit("2026-11-03T07:30Z")
    people.save(engine)
    with write_transaction(engine) as connection:
        assert put_zone(connection, "America/New_York")
    refresh(engine)
    assert one(engine, facts.visit)["local_date"] == "2026-11-03"


def test_facts_of_another_version_are_thrown_away_and_made_again(
    engine: Engine, people: People, monkeypatch: Any
) -> None:
    people.member("ana").visit("2026-11-02T10:00-08:00")
    people.save(engine)
    before = all_facts(engine)
    monkeypatch.setattr(refreshing, "VERSION", "of tomorrow")
    refreshing.prepare(engine)
    assert not rows(engine, facts.visit)
    refresh(engine)
    assert all_facts(engine) == before


def test_the_edge_of_the_calendar_stops_nobodys_facts(engine: Engine, people: People) -> None:
    people.member("ana").visit("0001-01-01T00:00+14:00")
    people.member("ben").visit("9999-12-31T23:59-12:00")
    people.save(engine)
    assert len(rows(engine, facts.visit)) == 2


def test_a_record_that_nobody_foresaw_stops_no_other_and_is_named_by_no_log(
    engine: Engine, people: People, monkeypatch: Any, caplog: Any
) -> None:
    true_derive = deriving.derive

    def derive(record: Record, team_id: str | None = None) -> Rows:
        if record.patient_id == "p-ana":
            raise KeyError("Ana Okonkwo")
        return true_derive(record, team_id)

    monkeypatch.setattr(refreshing, "derive", derive)
    people.member("ana")
    people.member("ben")
    people.save(engine)
    assert [row["patient_id"] for row in rows(engine, facts.member)] == ["p-ben"]
    assert "KeyError" in caplog.text
    assert "Okonkwo" not in caplog.text
