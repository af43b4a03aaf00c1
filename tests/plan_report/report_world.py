"""Two teams and some seventy people as facts, enough that some numbers may be shown and some may not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, String, Table, insert, update

from plan.database import write_transaction
from plan.fhir.tables import membership, plan_state
from plan.outcomes import tables as facts

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = round(datetime(2026, 5, 28, 20, tzinfo=UTC).timestamp() * 1000)
SINCE = NOW - 400 * DAY
SEEN = NOW - 20 * DAY
BIG, SMALL, SPANISH = 45, 25, 14
"""People of team 1 and of team 2; of team 1 who speak Spanish."""


def load_world(engine: Engine) -> None:
    """Team 1: 45 people, 14 of them Spanish, one never seen; team 2: 25 people. Pain was asked of most."""
    with write_transaction(engine) as connection:
        # As after a refresh: nothing was written since.
        handled = plan_state.c.name == "outcomes_stamp"
        connection.execute(update(plan_state).where(handled).values(value=str(facts.FOREVER)))
        for number in range(BIG):
            language = "es" if number < SPANISH else "en"
            _person(connection, f"one{number}", "team-1", language, asked=number % 3 != 0, seen=number != 44)
        for number in range(SMALL):
            _person(connection, f"two{number}", "team-2", "en", asked=number % 2 == 0, seen=True)


def _person(
    connection: Connection, name: str, team_id: str, language: str, *, asked: bool, seen: bool
) -> None:
    who: dict[str, Any] = {"patient_id": name}
    says = {"language": language, "interpreter": "unknown", "race": "2106-3", "ethnicity": "unknown"}
    lives = {"setting": "home", "rurality": "urban", "line": "medicaid", "organisation": "Valley Group"}
    member = {"birth_date": "1950-01-01", "is_dead": 0, "team_id": team_id}
    _put(connection, facts.member, **who, **says, **lives, **member)
    _put(connection, facts.roster, **who, since_ms=SINCE, until_ms=facts.FOREVER)
    nurse = {"practitioner_id": "", "start_ms": 0, "end_ms": facts.FOREVER}
    connection.execute(insert(membership).values(careteam_id=f"ct-{name}", team_id=team_id, **who, **nurse))
    if not seen:
        return
    visit = {
        "visit_id": f"v-{name}",
        "nurse_id": "ana",
        "seen": 1,
        "modality": "in-person",
        "setting": "home",
    }
    times = {"began_ms": SEEN, "left_ms": SEEN + HOUR, "signed_ms": SEEN + HOUR, "local_date": "2026-05-08"}
    more = {"at_home": 1, "kind": "first", "answered_by": "patient", "interpreter_needed": "no"}
    _put(connection, facts.visit, **who, **visit, **times, **more)
    if asked:
        score = {"visit_id": f"v-{name}", "instrument": "esas-r", "item": "esas-pain", "turn": 0}
        given = {"number": 2.0, "at_ms": SEEN, "answered_by": "patient"}
        _put(connection, facts.score, **who, **score, **given)


def _put(connection: Connection, table: Table, **values: Any) -> None:
    """One fact; what it must say and does not is not known, or 0."""
    for column in table.c:
        if not column.nullable and not column.primary_key and column.name not in values:
            values[column.name] = "unknown" if isinstance(column.type, String) else 0
    connection.execute(insert(table).values(**values))
