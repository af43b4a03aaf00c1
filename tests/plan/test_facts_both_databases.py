"""Facts on SQLite and PostgreSQL alike, and the lock of who refreshes them."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from plan.database import write_transaction
from plan.outcomes import refresh as refreshing
from plan.outcomes.refresh import refresh
from tests.support.facts import all_facts, forget
from tests.support.roster import People


def fill(engine: Engine) -> People:
    people = People()
    for number, key in enumerate(("ana", "ben", "cid", "dot")):
        person = people.member(key, team="team-1", rurality="rural", interpreter=number % 2 == 0)
        visit = person.visit(
            "2026-11-02T10:00-08:00", esas={"pain": number, "sob": "?declined"}, phase="unstable"
        )
        person.conversation(visit, matters="family", conv_hospital="no")
        person.stay("hospital", "2026-11-04T08:00-08:00", "2026-11-09T08:00-08:00")
        person.refer("hospice", "2026-11-03T09:00-08:00")
        person.order("Morphine 15 mg tablet", "2026-11-02")
    people.save(engine)
    return people


def test_facts_renewed_and_made_anew_are_the_same_on_both_databases(any_engine: Engine) -> None:
    people = fill(any_engine)
    ben = people.members["ben"]
    for name, resource in list(ben.resources.items()):
        if name.startswith("Encounter/"):
            resource["status"] = "entered-in-error"
    people.members["cid"].died("2026-11-07T08:00-08:00")
    people.members["dot"].spells.clear()
    people.save(any_engine)
    renewed = all_facts(any_engine)
    assert len(renewed["outcome_visit"]) == 3
    assert len(renewed["outcome_roster"]) == 3
    forget(any_engine)
    refresh(any_engine, rebuild=True)
    assert all_facts(any_engine) == renewed


@pytest.mark.postgres
def test_one_refresher_holds_off_another_and_never_a_nurses_write(postgres_engine: Engine) -> None:
    with refreshing._turn(postgres_engine), write_transaction(postgres_engine, seconds=5) as connection:
        free = text("SELECT pg_try_advisory_xact_lock(hashtext('hearthside outcomes'))")
        assert connection.execute(free).scalar() is False, "two at once could write each other's facts twice"
