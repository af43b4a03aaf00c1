"""Teams, users, sign-ins and patients of a fleet in an empty database of the plan, by the plan's own code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, insert

from benchmarks.fleet.schedule import Person
from benchmarks.log_plan import FIRST_NAMES, LAST_NAMES
from plan.database import write_transaction
from plan.fhir.stamps import renew_epoch
from plan.people import derive_id, put_practitioner, put_team, team_id
from plan.resources import put_all_as_system
from plan.schema import create_schema
from plan.settings import PlanSettings
from plan.signin.tokens import FHIR_SCOPE, begin_family, issue_pair
from plan.users import User, get_user

Json = dict[str, Any]
CLIENT = "hearthside-app"
_AT_ONCE = 400


@dataclass(frozen=True)
class SignIn:
    """Who has a tablet, and the tokens of her sign-in."""

    reference: str
    shown: str
    access: str
    refresh: str


def patient_id(number: int) -> str:
    return derive_id("fleet", "patient", str(number))


def fill(engine: Engine, people: Sequence[Person], start_ms: int) -> dict[int, SignIn]:
    """Make everything; returns sign-ins by index of the person."""
    create_schema(engine)
    found: dict[int, SignIn] = {}
    with write_transaction(engine, seconds=600) as connection:
        renew_epoch(connection)
        for person in people:
            put_team(connection, _team(person.team))
            found[person.index] = _sign_in(connection, person, start_ms)
    records = list(_records(people, found))
    for first in range(0, len(records), _AT_ONCE):
        with write_transaction(engine, seconds=600) as connection:
            put_all_as_system(connection, records[first : first + _AT_ONCE])
    return found


def _team(number: int) -> str:
    return f"Fleet team {number + 1}"


def _sign_in(connection: Connection, person: Person, start_ms: int) -> SignIn:
    user_id, practitioner = derive_id("fleet", person.name), derive_id("fleet", "practitioner", person.name)
    words = FIRST_NAMES[person.index % 10], LAST_NAMES[person.index // 10 % 10]
    shown = f"{words[0]} {words[1]} {person.index}, RN"
    values = {
        "id": user_id,
        "username": person.name,
        "display_name": shown,
        "role": person.role,
        "practitioner_id": practitioner,
        "team_id": team_id(_team(person.team)),
    }
    connection.execute(insert(User).values(**values, disabled=False, created_ms=start_ms, password_hash=None))
    put_practitioner(connection, practitioner, person.name, shown)
    return _issue(connection, user_id, f"Practitioner/{practitioner}", shown, start_ms)


def _issue(connection: Connection, user_id: str, reference: str, shown: str, at_ms: int) -> SignIn:
    family = begin_family(connection, user_id, CLIENT, at_ms)
    pair = issue_pair(connection, family, f"{FHIR_SCOPE} offline_access", PlanSettings(), at_ms)
    return SignIn(reference, shown, pair.access_token, pair.refresh_token or "")


def sign_in_again(engine: Engine, person: Person, at_ms: int) -> SignIn:
    """A new sign-in of somebody who has one already."""
    with write_transaction(engine) as connection:
        user = get_user(connection, person.name)
        reference = f"Practitioner/{user.practitioner_id}"
        return _issue(connection, user.id, reference, user.display_name, at_ms)


def _records(people: Sequence[Person], signed_in: dict[int, SignIn]) -> Iterator[Json]:
    nurses: dict[int, list[Person]] = {}
    for person in people:
        for number in (*person.people, *person.shared):
            nurses.setdefault(number, []).append(person)
    for number, mine in sorted(nurses.items()):
        own = patient_id(number)
        yield {
            "resourceType": "Patient",
            "id": own,
            "identifier": [{"system": "urn:example:fleet:member", "value": f"F{number:06}"}],
            "name": [
                {
                    "family": LAST_NAMES[number % 10],
                    "given": [FIRST_NAMES[number // 10 % 10], f"No. {number}"],
                }
            ],
            "birthDate": f"{1930 + number % 30}-0{1 + number % 9}-1{number % 9}",
        }
        yield {
            "resourceType": "CareTeam",
            "id": derive_id("fleet", "careteam", str(number)),
            "status": "active",
            "subject": {"reference": f"Patient/{own}"},
            "participant": [{"member": {"reference": signed_in[one.index].reference}} for one in mine],
            "managingOrganization": [{"reference": f"Organization/{team_id(_team(mine[0].team))}"}],
        }
        for turn, words in enumerate(
            ("Heart failure", "Pain in the back", "Trouble sleeping")[: 1 + number % 3]
        ):
            yield {
                "resourceType": "Condition",
                "id": derive_id("fleet", "condition", str(number), str(turn)),
                "subject": {"reference": f"Patient/{own}"},
                "code": {"text": words},
            }
