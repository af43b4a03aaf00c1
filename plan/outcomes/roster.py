"""The roster of the seriously ill as the plan brings it: a CSV file, kept as a FHIR Group.

One line a person: `member_number` (or `patient`, the id of her Patient), `since`, and where they are known `until`,
`line_of_business`, `provider_organisation`, `rurality`. A member whom this server does not have yet is made when the
file also gives `family` and `birth_date` (`given` and `language` where known). The file is the whole roster: whoever
stands on it no longer leaves it on the day of loading, and keeps the times she was on it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select, true

from plan.fhir.access import IS_CURRENT
from plan.fhir.json_text import loads
from plan.fhir.store import find_current
from plan.fhir.tables import resource, token_index
from plan.outcomes.facts.person import LINES, line_of
from plan.outcomes.reading import Json, find, items, reference, text
from plan.outcomes.roster_group import GROUP_CODE, LINE, ORGANISATION, ROSTER_ID, RURALITY
from plan.people import derive_id, put_if_changed
from plan.problems import PlanProblem
from plan.resources import put_all_as_system

MEMBER_NUMBER = "urn:hearthside:member-number"
"""System of the numbers of members that a roster made."""
COLUMNS = (
    *("member_number", "patient", "since", "until", "line_of_business", "provider_organisation", "rurality"),
    *("family", "given", "birth_date", "language"),
)
RURAL = ("urban", "rural")
_LARGEST_FILE = 20_000_000
_MOST_PROBLEMS = 20
_AT_ONCE = 500


@dataclass(frozen=True)
class Line:
    """One line of the file, checked by itself."""

    at: int
    key: str
    is_patient: bool
    since: str
    until: str | None
    said: Mapping[str, str]


@dataclass
class Loaded:
    """What a load did."""

    people: int = 0
    made: int = 0
    left: int = 0
    changed: bool = False


@dataclass
class _Problems:
    found: list[str] = field(default_factory=list)

    def add(self, at: int, words: str) -> None:
        self.found.append(f"Line {at}: {words}")

    def check(self) -> None:
        if self.found:
            more = len(self.found) - _MOST_PROBLEMS
            rest = [f"… and {more} more."] if more > 0 else []
            raise PlanProblem("\n".join([*self.found[:_MOST_PROBLEMS], *rest]))


def read_roster(path: Path) -> list[Line]:
    """The lines of a file. Raises PlanProblem that names lines and columns and repeats nothing of what they hold."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise PlanProblem(f"A roster has at most {_LARGEST_FILE // 1_000_000} MB.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = [one.strip() for one in reader.fieldnames or ()]
            _check_columns(names)
            reader.fieldnames = names
            problems = _Problems()
            found = [line for row in reader if (line := _line(row, reader.line_num, problems)) is not None]
    except OSError as error:
        raise PlanProblem(f"The file {path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise PlanProblem("The file is no CSV in UTF-8.") from error
    _check_twice(found, problems)
    problems.check()
    if not found:
        raise PlanProblem("The file names nobody.")
    return found


def _check_columns(names: list[str]) -> None:
    if "since" not in names or not {"member_number", "patient"} & set(names):
        raise PlanProblem("A roster needs the columns since, and member_number or patient.")
    strange = [one for one in names if one not in COLUMNS]
    if strange or len(set(names)) < len(names):
        raise PlanProblem(f"A roster has these columns, each once: {', '.join(COLUMNS)}.")


def _line(row: Mapping[str, Any], at: int, problems: _Problems) -> Line | None:
    said = {name: value.strip() for name, value in row.items() if isinstance(value, str) and value.strip()}
    if not said:
        return None
    if None in row:
        problems.add(at, "more fields than columns.")
        return None
    patient = said.get("patient")
    key = patient or said.get("member_number", "")
    since, until = said.get("since"), said.get("until")
    if not key:
        problems.add(at, "no member_number.")
    for name in ("since", "until", "birth_date"):
        if name in said and not _is_day(said[name]):
            problems.add(at, f"{name} is no day like 2026-11-22.")
            return None
    if since is None:
        problems.add(at, "no since.")
        return None
    if until is not None and until < since:
        problems.add(at, "until lies before since.")
    if "line_of_business" in said:
        said["line_of_business"] = _known_line(said["line_of_business"])
    if said.get("rurality", RURAL[0]) not in RURAL:
        problems.add(at, f"rurality is {' or '.join(RURAL)}, or empty where nobody knows.")
    if len(said.get("provider_organisation", "")) > 200:
        problems.add(at, "provider_organisation is longer than 200 characters.")
    return Line(at, key, patient is not None, since, until, said)


def _known_line(said: str) -> str:
    return said if said in LINES else line_of({"type": {"text": said}})


def _is_day(said: str) -> bool:
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


def _check_twice(lines: list[Line], problems: _Problems) -> None:
    ends: dict[tuple[str, bool], str] = {}
    for line in sorted(lines, key=lambda one: (one.key, one.since)):
        own = (line.key, line.is_patient)
        if own in ends and line.since <= ends[own]:
            problems.add(line.at, "this person is on the roster already at that time.")
        ends[own] = line.until or "9999-12-31"


def load_roster(connection: Connection, lines: list[Line], today: date) -> Loaded:
    """Put the roster in force. For use inside `write_transaction`. Raises PlanProblem for people whom nobody knows."""
    loaded, problems = Loaded(), _Problems()
    known = _find_patients(connection, lines, problems)
    made: dict[str, Json] = {}
    spells: dict[str, list[Json]] = {}
    for line in lines:
        patient_id = known.get((line.key, line.is_patient))
        if patient_id is None:
            new = _make_patient(line)
            if new is None:
                problems.add(line.at, "the plan has no such member; family and birth_date would make her.")
                continue
            patient_id = str(new["id"])
            made.setdefault(patient_id, new)
        spells.setdefault(patient_id, []).append(_spell(patient_id, line))
    problems.check()
    put_all_as_system(connection, made.values())
    loaded.people, loaded.made = len(spells), len(made)
    members = _joined(_held(connection), spells, today, loaded)
    loaded.changed = put_if_changed(connection, _group(members))
    return loaded


def _find_patients(
    connection: Connection, lines: list[Line], problems: _Problems
) -> dict[tuple[str, bool], str]:
    found: dict[tuple[str, bool], str] = {}
    here = (IS_CURRENT, resource.c.type == "Patient", resource.c.deleted == 0)
    for some in _chunks(sorted({line.key for line in lines if line.is_patient})):
        for name in connection.execute(select(resource.c.id).where(*here, resource.c.id.in_(some))).scalars():
            found[name, True] = name
    twice: set[str] = set()
    for some in _chunks(sorted({line.key for line in lines if not line.is_patient})):
        wanted = select(token_index.c.code, resource.c.id).join(resource, resource.c.key == token_index.c.key)
        wanted = wanted.where(*here, token_index.c.type == "Patient", token_index.c.param == "identifier")
        for row in connection.execute(wanted.where(token_index.c.code.in_(some)).distinct()):
            twice |= {row.code} if found.get((row.code, False), row.id) != row.id else set()
            found[row.code, False] = row.id
    for line in lines:
        if not line.is_patient and line.key in twice:
            problems.add(line.at, "several people have this number; name the Patient in the column patient.")
    return found


def _chunks(names: list[str]) -> Iterable[list[str]]:
    return (names[begin : begin + _AT_ONCE] for begin in range(0, len(names), _AT_ONCE))


def _make_patient(line: Line) -> Json | None:
    said = line.said
    if line.is_patient or "family" not in said or "birth_date" not in said:
        return None
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]}
    name = {"family": said["family"], **({"given": said["given"].split()} if "given" in said else {})}
    spoken = {
        "language": {"coding": [{"system": "urn:ietf:bcp:47", "code": said.get("language")}]},
        "preferred": True,
    }
    return {
        "resourceType": "Patient",
        "id": derive_id("roster-member", line.key),
        "identifier": [{"type": kind, "system": MEMBER_NUMBER, "value": line.key}],
        "active": True,
        "name": [name],
        "birthDate": said["birth_date"],
        **({"communication": [spoken]} if "language" in said else {}),
    }


def _spell(patient_id: str, line: Line) -> Json:
    said = (
        (LINE, "valueCode", line.said.get("line_of_business")),
        (ORGANISATION, "valueString", line.said.get("provider_organisation")),
        (RURALITY, "valueCode", line.said.get("rurality")),
    )
    extensions = [{"url": url, name: value} for url, name, value in said if value]
    period = {"start": line.since} | ({"end": line.until} if line.until else {})
    built: Json = {"extension": extensions} if extensions else {}
    return built | {"entity": {"reference": f"Patient/{patient_id}"}, "period": period}


def _held(connection: Connection) -> dict[str, list[Json]]:
    row = find_current(connection, "Group", ROSTER_ID, true())
    found: dict[str, list[Json]] = {}
    if row is not None and not row.deleted:
        for one in items(loads(row.body), "member"):
            patient_id = reference(one, "entity", kind="Patient")
            if patient_id is not None:
                found.setdefault(patient_id, []).append(one)
    return found


def _joined(
    held: Mapping[str, list[Json]], new: Mapping[str, list[Json]], today: date, loaded: Loaded
) -> list[Json]:
    """Earlier times that end before the new ones begin, the new ones, and whoever left, until yesterday."""
    found: list[Json] = []
    for patient_id in sorted({*held, *new}):
        fresh = new.get(patient_id, [])
        first = min((one["period"]["start"] for one in fresh), default=None)
        for one in held.get(patient_id, ()):
            ends = text(one, "period", "end")
            if first is not None and (ends is None or ends >= first):
                continue
            if first is None and ends is None:
                last = max((today - timedelta(days=1)).isoformat(), str(find(one, "period", "start")))
                one = one | {"period": {**(one.get("period") or {}), "end": last}}
                loaded.left += 1
            found.append(one)
        found += fresh
    return found


def _group(members: list[Json]) -> Json:
    return {
        "resourceType": "Group",
        "id": ROSTER_ID,
        "active": True,
        "type": "person",
        "actual": True,
        "code": {"coding": [dict(GROUP_CODE)], "text": "Seriously ill members"},
        "name": "Seriously ill members",
        "quantity": len({one["entity"]["reference"] for one in members}),
        "member": members,
    }
