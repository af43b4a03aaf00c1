"""Visits of about 2 KB a resource, made of the demo's: 2,000 resources are 118 visits.

Each is an Encounter, its forms and Observations, as the app sends them; the Provenance that the push adds is counted
among the 2,000. An Observation's note fills each visit up to the size that the peers were measured with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from app.domain.visit import PersonRef
from app.store.records import NewChange, save_record
from app.sync.fhir import json_text
from app.sync.fhir.bundle import make_body
from benchmarks.sync_plan import Nurse
from plan.demo_panel.load import USERS
from plan.demo_panel.visits import FILE, PACIFIC, move
from plan.fhir.json_text import dumps, loads
from plan.users import User

RESOURCES, VISITS = 2_000, 118
BYTES = 2_052
"""A resource, on the average."""
FORMS = 4
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_PATIENT = re.compile(r'"Patient/[^"]+"')
_SHOWN = re.compile(r'"[^"]+, RN"')
_NOTE = "Seen sitting up, talked for a while, daughter present, no new complaint since the last visit. "
Json = dict[str, Any]


@dataclass(frozen=True)
class WaitingVisit:
    """What one visit has in the outbox."""

    id: str
    patient_id: str
    changes: tuple[NewChange, ...]

    @property
    def size(self) -> int:
        return sum(len(one.payload.encode()) for one in self.changes)


def make_visits(
    nurse: Nurse,
    people: Sequence[str],
    salt: str,
    *,
    visits: int = VISITS,
    resources: int = RESOURCES,
    per_resource: int = BYTES,
) -> list[WaitingVisit]:
    """`resources` in all with their Provenances, over the people in turn, on the last days."""
    records = resources - visits
    made = []
    for number in range(visits):
        count = records // visits + (number < records % visits)
        patient_id = people[number % len(people)]
        made.append(_make_visit(nurse, patient_id, f"{salt}/{number}", number, count, per_resource))
    return made


def _make_visit(
    nurse: Nurse, patient_id: str, salt: str, number: int, count: int, per_resource: int
) -> WaitingVisit:
    donors = _donors()
    donor = donors[number % len(donors)]
    day = datetime.now(UTC).astimezone(PACIFIC).date() - timedelta(days=1 + number % 20)
    users: Mapping[str, User] = {name: nurse.user for name, *_ in USERS}
    moved = [move(one, day - donor.day, users) for one in donor.resources]
    text = _PATIENT.sub(f'"Patient/{patient_id}"', dumps(_some(moved, count)))
    text = _SHOWN.sub(json.dumps(nurse.user.display_name), text)
    own = {one["id"] for one in moved}
    text = _UUID.sub(lambda m: _new_id(salt, m[0]) if m[0] in own else m[0], text)
    kept: list[Json] = loads(text)
    for one in kept:
        one.pop("meta", None)
    _fill_up(kept, (per_resource - 120) * count)  # the push adds a tag of some 120 bytes to each
    changes = tuple(NewChange(one["resourceType"], one["id"], dumps(one)) for one in kept)
    return WaitingVisit(str(kept[0]["id"]), patient_id, changes)


@dataclass(frozen=True)
class _Donor:
    day: date
    resources: list[Json]


@cache
def _donors() -> list[_Donor]:
    document = loads(FILE.read_bytes())
    base = date.fromisoformat(document["base"])
    return [
        _Donor(base - timedelta(days=int(one["days_ago"])), one["resources"]) for one in document["visits"]
    ]


def _some(resources: list[Json], count: int) -> list[Json]:
    """Encounter, a few forms, then Observations; what is left out is not pointed to."""

    def of(kind: str) -> list[Json]:
        return [one for one in resources if one["resourceType"] == kind]

    def is_first(one: Json) -> bool:
        return any(form in str(one.get("questionnaire")) for form in ("visit-frame", "esas-r"))

    forms = sorted(of("QuestionnaireResponse"), key=lambda one: not is_first(one))
    observations = of("Observation")
    fewest = count - 1 - len(observations)
    kept = [*of("Encounter")[:1], *forms[: min(count - 1, max(FORMS, fewest))]]
    kept += observations[: count - len(kept)]
    names = {f"{one['resourceType']}/{one['id']}" for one in kept}
    for one in kept:
        for element in ("derivedFrom", "hasMember"):
            if element in one:
                one[element] = [each for each in one[element] if each["reference"] in names]
                if not one[element]:
                    del one[element]
    if len(kept) != count:
        raise ValueError(f"a donor of {len(resources)} records has no {count} to give")
    return kept


def _fill_up(resources: list[Json], size: int) -> None:
    """Notes on the Observations, shared out, until all have that many bytes together."""
    observations = [one for one in resources if one["resourceType"] == "Observation"]
    missing = size - sum(len(dumps(one).encode()) for one in resources)
    for turn, one in enumerate(observations):
        share = missing * (turn + 1) // len(observations) - missing * turn // len(observations)
        length = share - len(',"note":[{"text":""}]')
        if length > 0:
            one["note"] = [*one.get("note", []), {"text": (_NOTE * (length // len(_NOTE) + 1))[:length]}]


def _new_id(salt: str, old: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"bench-sync/{salt}/{old}"))


def save_waiting(connection: Connection, visits: Sequence[WaitingVisit], at: datetime) -> None:
    """Into the outbox, through the one door; the rows of screens are left out, because no push reads them."""
    for visit in visits:
        save_record(
            connection,
            group_id=visit.id,
            patient_id=visit.patient_id,
            changes=visit.changes,
            at=at,
            write_row=lambda _: None,
        )


@dataclass(frozen=True)
class _Sent:
    type: str
    id: str
    base_version: str | None
    payload: str


def make_bodies(nurse: Nurse, visits: Sequence[WaitingVisit], salt: str, at: datetime) -> list[str]:
    """The transactions that a push makes of these visits, byte for byte but for the ids of the writes."""
    author = PersonRef(nurse.reference, nurse.user.display_name)
    return [
        make_body(
            _new_id(salt, visit.id),
            [_Sent(one.type, one.id, one.base_version, one.payload) for one in visit.changes],
            author,
            at,
        )
        for visit in visits
    ]


def resources_of(bodies: Sequence[str]) -> Iterator[Json]:
    """Every resource in these transactions."""
    for body in bodies:
        for entry in json_text.loads(body)["entry"]:
            yield entry["resource"]
