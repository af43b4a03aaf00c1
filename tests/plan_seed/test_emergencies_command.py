"""`hearthside plan emergencies`: what was opened, by whom and why, and ending it."""

from __future__ import annotations

from plan.database import make_engine, write_transaction
from plan.emergency.opening import Ask, Opened, open_record
from plan.fhir.stamps import clock_ms
from plan.principal import Principal
from plan.resources import put_as_system
from plan.settings import PlanSettings
from plan.users import find_user
from tests.plan_seed.plan_commands import Here


def test_an_access_is_listed_with_its_reason_and_ended_once(here: Here, database: str) -> None:
    here.succeed("users", "add", "records", "--role", "operator")
    assert here.succeed("emergencies") == "None.\n"
    engine = make_engine(database)
    with write_transaction(engine) as connection:
        name = [{"family": "Colón", "given": ["Rosa"]}]
        put_as_system(
            connection, {"resourceType": "Patient", "id": "p", "name": name, "birthDate": "1940-02-03"}
        )
        user = find_user(connection, "records")
        assert user is not None
        who = Principal(user.id, user.username, "nurse", user.practitioner_id, None, frozenset())
        ask = Ask("Rosa", "Colón", "1940-02-03", "Her daughter called")
        opened = open_record(connection, who, ask, clock_ms(), PlanSettings())
        assert isinstance(opened, Opened)
    engine.dispose()
    line, untold = here.succeed("emergencies").splitlines()
    assert "no supervisor has the task of it" in untold, "neither of the two has a team here"
    access_id = line.split("  ")[0]
    assert "records  Patient/p  open until" in line
    assert line.endswith("Her daughter called")
    assert here.succeed("emergencies", "--end", access_id) == "Ended.\n"
    assert "  ended " in here.succeed("emergencies")
    assert here.fail("emergencies", "--end", access_id).endswith("No access of that id stands open.\n")
    assert len(here.succeed("seen", "p").splitlines()) == 3
