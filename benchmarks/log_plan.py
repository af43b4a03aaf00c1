"""A plan with very many visits on PostgreSQL, written with COPY: `fill(url, Size(...))`.

Visits are those of the demo again and again, moved in time and given to other people and nurses. Of each those records
are kept that the visit log is drawn from: Encounter, frame and symptoms, Provenance, an alert with some. Rows and index
rows are what the plan's own code draws out of each record; only the way into the database is another.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Engine, insert

from benchmarks.copying import copy_records
from plan.contacts import DeviceAside, DeviceContact, DeviceWaiting
from plan.database import write_transaction
from plan.demo_panel.visits import FILE
from plan.fhir.json_text import dumps, loads
from plan.fhir.stamps import renew_epoch
from plan.people import derive_id, put_practitioner, put_team, team_id
from plan.users import User
from plan.visit_log.keeping import draw_all

LARGE, SMALL = "All members", "One district"
"""Teams: the first has everybody, the second one in twenty."""
CHIEF, DISTRICT = "chief.nurse", "district.lead"
"""Their supervisors."""
MEMBERS, VISITS, NURSES = 5_000, 100_000, 100
SMALL_SHARE = 20
LINES = (
    "Medicare Advantage",
    "Medi-Cal managed care",
    "Dual eligible special needs plan (D-SNP)",
    "Marketplace",
)
ORGANISATIONS = ("Golden Valley Home Care", "St. Brigid Hospice", "Harbor Palliative", "Redwood Nurses")
PLACES = ("12", "12", "12", "12", "12", "12", "13", "31", "32", "11")
MODES = ("FACE",) * 8 + ("PHONE", "VIDEOCONF")
FIRST_NAMES = (
    "Rosa", "Walter", "Nhung", "Hovhannes", "Yuk",
    "Marcus", "Dorothy", "Ernesto", "Ingrid", "Lakshmi",
)  # fmt: skip
LAST_NAMES = (
    "Okonkwo", "Delgado", "Petrossian", "Whitfield", "Nguyen",
    "Marsh", "Ibarra", "Lindqvist", "Chan", "Ruiz",
)  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_DAY = re.compile(r'"(\d{4}-\d\d-\d\d)(T[^"]*)?"')
_FORMS = ("visit-frame", "esas-r")
_KEPT = ("Encounter", "Provenance", "Task")
MARK = "00000000-"
Json = dict[str, Any]


@dataclass(frozen=True)
class Size:
    members: int = MEMBERS
    visits: int = VISITS
    nurses: int = NURSES
    whole: bool = False
    """All records of each visit, but for what is charted beside its answers, which is most of them."""
    marked: bool = False
    """Ids that a visit brings begin with `MARK`, so that SQL can make others of them (`benchmarks.million`)."""


@dataclass(frozen=True)
class Donor:
    """One visit of the demo as text, with the day on which it was."""

    text: str
    day: datetime
    patient: str


def fill(engine: Engine, size: Size, now: datetime, seed: int = 7) -> int:
    """Users, people, visits and devices into an empty database that has its tables; returns how many records."""
    with write_transaction(engine) as connection:
        renew_epoch(connection)
        for team in (LARGE, SMALL):
            put_team(connection, team)
        nurses = [
            _add(
                connection,
                f"nurse.{number}",
                _nurse_name(number),
                "nurse",
                LARGE if number % SMALL_SHARE else SMALL,
            )
            for number in range(size.nurses)
        ]
        _add(connection, CHIEF, "Chief Nurse, RN", "supervisor", LARGE)
        _add(connection, DISTRICT, "District Lead, RN", "supervisor", SMALL)
        _tell_of_devices(connection, [one for one, _ in nurses], now)
    return copy_records(engine, _records(size, [one for _, one in nurses], now, random.Random(seed)))  # noqa: S311 - made-up visits


def _nurse_name(number: int) -> str:
    return f"{FIRST_NAMES[number % 10]} {LAST_NAMES[number // 10 % 10]} {number}, RN"


def _add(connection: Connection, name: str, shown: str, role: str, team: str) -> tuple[str, str]:
    """A user who signs in by a token only; her id and her Practitioner's."""
    user_id, practitioner = derive_id("bench-log", name), derive_id("bench-log", "practitioner", name)
    values = {
        "id": user_id,
        "username": name,
        "display_name": shown,
        "role": role,
        "practitioner_id": practitioner,
    }
    more = {"team_id": team_id(team), "disabled": False, "created_ms": 0, "password_hash": None}
    connection.execute(insert(User).values(**values, **more))
    put_practitioner(connection, practitioner, name, shown)
    return user_id, practitioner


def draw(engine: Engine) -> None:
    """The rows of the visit log, as at the first start of a version that has it; then what a night's upkeep does."""
    with write_transaction(engine, seconds=7_200) as connection:
        draw_all(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _tell_of_devices(connection: Connection, nurses: list[str], now: datetime) -> None:
    """Two tablets each, with something waiting on every third."""
    ms = int(now.timestamp() * 1000)
    contacts, waiting, asides = [], [], []
    for number, nurse in enumerate(nurses):
        for turn in range(2):
            whose = {"user_id": nurse, "device": f"tablet-{turn}"}
            contacts.append({**whose, "received_ms": ms - number * 60_000 - turn * 3_600_000, "version": "1"})
            if number % 3 == turn:
                for kind in ("alert", "visit"):
                    since = ms - 7_200_000
                    waiting.append(
                        {**whose, "kind": kind, "set_aside": False, "count": 2, "oldest_ms": since}
                    )
                asides.append(
                    {**whose, "kind": "visit", "why": "refused", "count": 1, "oldest_ms": ms - 90_000_000}
                )
    for table, rows in ((DeviceContact, contacts), (DeviceWaiting, waiting), (DeviceAside, asides)):
        connection.execute(insert(table), rows)


def _records(
    size: Size, nurses: list[str], now: datetime, chance: random.Random
) -> Iterator[tuple[Json, str | None]]:
    """Each record with the id of the person it is about."""
    teams = team_id(LARGE), team_id(SMALL)
    donors = _donors(size.whole)
    for number in range(size.members):
        patient = derive_id("bench-log", "patient", str(number))
        nurse = number % len(nurses)
        yield _patient(patient, number), patient
        mine = teams if number % SMALL_SHARE == 0 else teams[:1]
        for team in mine:
            yield _careteam(patient, nurses[nurse], team, now), patient
    for number in range(size.visits):
        member = number % size.members
        patient = derive_id("bench-log", "patient", str(member))
        began = now - timedelta(minutes=5 + number * 525_600 // size.visits)  # a year of them
        donor, nurse_id = donors[number % len(donors)], nurses[member % len(nurses)]
        for record in _visit(donor, number, patient, nurse_id, began, chance, marked=size.marked):
            yield record, patient


def _donors(whole: bool) -> list[Donor]:
    document = loads(FILE.read_bytes())
    base = datetime.fromisoformat(document["base"])
    found = []
    for visit in document["visits"]:
        kept = [one for one in visit["resources"] if _is_kept(one, whole)]
        names = {f"{one['resourceType']}/{one['id']}" for one in kept}
        for one in kept:
            if one["resourceType"] == "Provenance":
                one["target"] = [each for each in one["target"] if each["reference"] in names]
        kept = [one for one in kept if one.get("target", True)]
        (encounter,) = [one for one in kept if one["resourceType"] == "Encounter"]
        patient = encounter["subject"]["reference"].removeprefix("Patient/")
        day = base - timedelta(days=visit["days_ago"])
        found.append(Donor(dumps(kept), day, patient))
    return found


def _is_kept(one: Json, whole: bool) -> bool:
    if whole:
        return str(one["resourceType"]) != "Observation"
    if one["resourceType"] == "QuestionnaireResponse":
        return one["questionnaire"].partition("|")[0].rpartition(":")[2] in _FORMS
    return one["resourceType"] in _KEPT


def _visit(
    donor: Donor,
    number: int,
    patient: str,
    nurse: str,
    began: datetime,
    chance: random.Random,
    *,
    marked: bool,
) -> list[Json]:
    days = (began.replace(tzinfo=None) - donor.day).days

    def new_id(match: re.Match[str]) -> str:
        if match[0] == donor.patient:
            return patient
        made = str(uuid5(NAMESPACE_URL, f"bench-log/{number}/{match[0]}"))
        return MARK + made[len(MARK) :] if marked else made

    def new_day(match: re.Match[str]) -> str:
        day = datetime.fromisoformat(match[1]) + timedelta(days=days)
        return f'"{day:%Y-%m-%d}{match[2] or ""}"'

    records: list[Json] = loads(_DAY.sub(new_day, _UUID.sub(new_id, donor.text)))
    mode, place = chance.choice(MODES), chance.choice(PLACES)
    for one in records:
        kind = one["resourceType"]
        if kind == "Encounter":
            _dress(one, nurse, began, mode, place, cancelled=chance.random() < 0.03)
        elif kind == "QuestionnaireResponse" and ":visit-frame" in one["questionnaire"]:
            _say(one, "frame-line-of-business", chance.choice(LINES))
            _say(one, "frame-address", {"code": "on-record" if chance.random() < 0.95 else "elsewhere"})
            _say(one, "prog-organisation", chance.choice(ORGANISATIONS))
    # An alert with one visit in ten, an act-now alert with one in a hundred.
    return [one for one in records if one["resourceType"] != "Task" or _keeps_alert(one, chance)]


def _keeps_alert(task: Json, chance: random.Random) -> bool:
    for extension in task.get("extension", ()):
        for part in extension.get("extension", ()):
            if part.get("url") == "level":
                part["valueString"] = "act-now" if chance.random() < 0.1 else "today"
    return chance.random() < 0.15


def _dress(encounter: Json, nurse: str, began: datetime, mode: str, place: str, *, cancelled: bool) -> None:
    who = encounter["participant"][0]
    who["individual"] = {"reference": f"Practitioner/{nurse}", "display": f"Nurse {nurse[:8]}"}
    ended = began + timedelta(minutes=50)
    encounter["period"] = who["period"] = {"start": _text(began), "end": _text(ended)}
    encounter["status"] = "cancelled" if cancelled else "finished"
    for one in encounter["type"]:
        for coding in one.get("coding", ()):
            if coding["system"].endswith("v3-ParticipationMode"):
                coding["code"] = mode
    for one in encounter["contained"][0]["type"]:
        for coding in one["coding"]:
            if coding["system"].endswith("Place_of_Service_Code_Set"):
                coding["code"] = place
    for extension in encounter["extension"]:
        if extension["url"] == "urn:hearthside:signed-at":
            extension["valueDateTime"] = _text(ended + timedelta(minutes=10))
    encounter["extension"].append({"url": "urn:hearthside:device-clock-offset", "valueInteger": 40})


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _say(response: Json, link_id: str, value: Any) -> None:
    answer = {"valueCoding": value} if isinstance(value, dict) else {"valueString": value}
    response["item"].append({"linkId": link_id, "text": link_id, "answer": [answer]})


def _patient(patient: str, number: int) -> Json:
    family = f"{LAST_NAMES[number // 10 % 10]}-{number // 100}"
    return {
        "resourceType": "Patient",
        "id": patient,
        "identifier": [{"system": "urn:example:member", "value": f"M{number:07}"}],
        "name": [{"use": "official", "family": family, "given": [FIRST_NAMES[number % 10]]}],
        "birthDate": f"{1930 + number % 60}-06-15",
    }


def _careteam(patient: str, nurse: str, team: str, now: datetime) -> Json:
    return {
        "resourceType": "CareTeam",
        "id": derive_id("bench-log", "careteam", patient, team),
        "status": "active",
        "subject": {"reference": f"Patient/{patient}"},
        "period": {"start": _text(now - timedelta(days=800))},
        "participant": [{"member": {"reference": f"Practitioner/{nurse}"}}],
        "managingOrganization": [{"reference": f"Organization/{team}"}],
    }
