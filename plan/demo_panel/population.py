"""A population around the demo panel, so that outcomes have something to be counted from. None of these people exists.

Members of three teams of their own, whom nobody who signs in to the demo looks after (of three, because a team is shown
nothing of the plan that would tell of one other team alone); four of the North team's members whom nobody has visited
yet; and the roster with all of them and the panel. Drawn by a fixed seed, with days
counted back from the moment of loading.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, true

from plan.demo_panel.members import MEMBERS
from plan.demo_panel.model import Line
from plan.demo_panel.more_members import MORE_MEMBERS
from plan.demo_panel.population_care import care_of, stay
from plan.demo_panel.records import ICD_10_CM, OMB, PLAN_ID, US_CORE, Resource, concept, patient_id, resource
from plan.fhir.store import find_current
from plan.outcomes.roster_group import GROUP_CODE, ORGANISATION, ROSTER_ID, RURALITY
from plan.people import derive_id, put_practitioner, put_team
from plan.resources import put_all_as_system
from plan.seed_panel import compose_careteam

PEOPLE, UNSEEN = 450, 4
"""So many that not every figure is hidden: 1 to 10 of anything are, with what would tell of them."""
TEAMS, NURSE_NAME = ("Valley", "Harbor", "Foothill"), "Noor Haddad, RN"
ORGANISATIONS = ("Golden Valley Home Care", "Harbor Palliative")
_GIVEN = ("Alma", "Bruno", "Celia", "Dario", "Edith", "Farid", "Greta", "Hugo", "Irene", "Jonas", "Kiyoko")
_FAMILY = ("Abbott", "Barros", "Castle", "Duarte", "Ekwueme", "Flores")
_LANGUAGES = (("en", "English"), ("en", "English"), ("es", "Spanish"))
_RACES = ("2106-3", "2106-3", "2054-5")
_LINES = tuple(Line)[:2]
"""Few kinds of each: what is rare is hidden, and hides what it could be worked out from."""
_ILLNESSES = (
    ("I50.22", "Chronic systolic (congestive) heart failure"),
    ("J44.9", "Chronic obstructive pulmonary disease, unspecified"),
    ("C34.90", "Malignant neoplasm of unspecified part of bronchus or lung"),
    ("G30.9", "Alzheimer's disease, unspecified"),
    ("K74.60", "Unspecified cirrhosis of liver"),
    ("N18.6", "End stage renal disease"),
)


def load_population(connection: Connection, now: datetime, people: int = PEOPLE) -> bool:
    """Put it beside the demo panel, once. False where it is there already. For use inside `write_transaction`."""
    if find_current(connection, "Group", ROSTER_ID, true()) is not None:
        return False
    chance = random.Random(50)  # noqa: S311  made-up people, the same each time
    nurse = derive_id("demo-population", "nurse")
    put_practitioner(connection, nurse, "noor.haddad", NURSE_NAME)
    teams = {name: put_team(connection, name) for name in (*TEAMS, "North")}
    on_roster = [patient_id(one) for one in (*MEMBERS, *MORE_MEMBERS)]
    for number in range(people + UNSEEN):
        seen = number < people
        found = list(_member(number, chance, now, seen=seen))
        person = found[0]
        if seen:
            found += care_of(str(person["id"]), nurse, chance, now)
        since = now - timedelta(days=300)
        careteam = compose_careteam(
            str(person["id"]), [], teams[TEAMS[number % len(TEAMS)] if seen else "North"], since
        )
        put_all_as_system(
            connection, [*found, {name: value for name, value in careteam.items() if value != []}]
        )
        on_roster.append(str(person["id"]))
    put_all_as_system(connection, [_roster(on_roster, chance, now)])
    return True


def _member(number: int, chance: random.Random, now: datetime, *, seen: bool) -> Iterable[Resource]:
    own_id = derive_id("demo-population", str(number))
    language, race = chance.choice(_LANGUAGES), chance.choice(_RACES)
    said: list[Resource] = [_omb("us-core-race", race)]
    said.append(_omb("us-core-ethnicity", "2135-2" if language[0] == "es" else "2186-5"))
    if language[0] != "en":
        url = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
        said.append({"url": url, "valueBoolean": chance.random() < 0.8})
    born = now.date() - timedelta(days=chance.randint(58 * 365, 94 * 365))
    patient: Resource = {
        "extension": said,
        "identifier": [
            {"system": "urn:hearthside:demo:member-number", "value": f"GV-{200_000 + number * 137}"}
        ],
        "active": True,
        "name": [{"family": _FAMILY[number % 6], "given": [_GIVEN[number % 11]]}],
        "gender": ("female", "male")[number % 2],
        "birthDate": born.isoformat(),
        "communication": [
            {"language": concept(language[1], ("urn:ietf:bcp:47", language)), "preferred": True}
        ],
    }
    if seen and chance.random() < 0.12:
        patient["deceasedDateTime"] = (now - timedelta(days=chance.randint(2, 60))).date().isoformat()
    yield resource("Patient", own_id, patient)
    subject = {"reference": f"Patient/{own_id}"}
    line = chance.choice(_LINES).value
    coverage: Resource = {
        "status": "active",
        "type": {"text": line[0]},
        "beneficiary": subject,
        "period": {"start": f"{now.year - 1}-01-01"},
        "payor": [{"reference": f"Organization/{PLAN_ID}", "display": "Golden Valley Health Plan"}],
    }
    yield resource("Coverage", derive_id("demo-population", str(number), "coverage"), coverage)
    illness = chance.choice(_ILLNESSES)
    condition = {
        "code": concept(None, (ICD_10_CM, illness)),
        "subject": subject,
        "onsetDateTime": str(now.year - 3),
    }
    yield resource("Condition", derive_id("demo-population", str(number), "illness"), condition)
    if not seen:  # nobody has been there, and the hospital has: what a worklist is for
        left = now - timedelta(days=20 + number % 9)
        yield stay(own_id, "21", left - timedelta(days=6), left)


def _omb(name: str, code: str) -> Resource:
    parts: list[Resource] = [
        {"url": "ombCategory", "valueCoding": {"system": OMB, "code": code}},
        {"url": "text", "valueString": code},
    ]
    return {"url": f"{US_CORE}/{name}", "extension": parts}


def _roster(people: list[str], chance: random.Random, now: datetime) -> Resource:
    members: list[dict[str, Any]] = []
    for person in people:
        said = [
            {"url": ORGANISATION, "valueString": chance.choice(ORGANISATIONS)},
            {"url": RURALITY, "valueCode": chance.choice(("urban", "urban", "rural"))},
        ]
        since = now - timedelta(days=chance.randint(150, 330))
        period = {"start": since.date().isoformat()}
        members.append({"extension": said, "entity": {"reference": f"Patient/{person}"}, "period": period})
    content = {"active": True, "type": "person", "actual": True, "code": {"coding": [dict(GROUP_CODE)]}}
    return resource("Group", ROSTER_ID, content | {"name": "Seriously ill members", "member": members})
