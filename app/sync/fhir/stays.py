"""Stays in hospitals and facilities ↔ Encounter, and why no visit came within 48 hours ↔ Task.

A stay that a nurse was told of is an Encounter of ours (`urn:hearthside:stay`) without a participant; the plan's own
record of the same stay comes later and leads (`app.domain.stays.join`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from app.domain.stays import Outcome, Place, Stay, join
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.versions import heads
from app.sync.fhir.write import clean, person, time_text

STAY_IDENTIFIER = "urn:hearthside:stay"
TASK_CODES = "urn:hearthside:task"
VISIT_IN_48_HOURS: codes.Coding = {
    "system": TASK_CODES,
    "code": "48-hour-visit",
    "display": "Home visit within 48 hours",
}
REASONS = "urn:hearthside:no-48-hour-visit"

_INPATIENT: codes.Coding = {"system": codes.ACT_CODE, "code": "IMP", "display": "inpatient encounter"}
_NON_ACUTE: codes.Coding = {"system": codes.ACT_CODE, "code": "NONAC", "display": "inpatient non-acute"}
_DISPOSITION = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
_HOME: codes.Coding = {"system": _DISPOSITION, "code": "home", "display": "Home"}
_HOMES = ("home", "alt-home")
"""HL7's discharge-disposition means by "alt-home" a home too: not the patient's own, but of her family, say."""
_OTHER: codes.Coding = {"system": _DISPOSITION, "code": "oth", "display": "Other"}
_CLASSES = frozenset({"IMP", "ACUTE", "NONAC", "OBSENC", "SS"})
_STATUSES = frozenset({"in-progress", "onleave", "finished", "arrived", "triaged"})
_PLACES = {
    "21": Place.HOSPITAL,
    "23": Place.HOSPITAL,
    "31": Place.SKILLED,
    "32": Place.LONG_TERM,
    "13": Place.ASSISTED_LIVING,
}
_KINDS: dict[Place, codes.Coding] = {
    Place.HOSPITAL: {"system": codes.PLACE_OF_SERVICE, "code": "21", "display": "Inpatient Hospital"},
    Place.SKILLED: {"system": codes.PLACE_OF_SERVICE, "code": "31", "display": "Skilled Nursing Facility"},
    Place.LONG_TERM: {"system": codes.PLACE_OF_SERVICE, "code": "32", "display": "Nursing Facility"},
    Place.ASSISTED_LIVING: {
        "system": codes.PLACE_OF_SERVICE,
        "code": "13",
        "display": "Assisted Living Facility",
    },
}
_WORDS = (
    (Place.SKILLED, ("skilled", "rehab", "snf", "post-acute")),
    (Place.LONG_TERM, ("nursing home", "nursing facility", "long-term", "long term")),
    (Place.ASSISTED_LIVING, ("assisted living",)),
)
_REASON_WORDS = {
    Outcome.DIED: "Died",
    Outcome.READMITTED: "Admitted again",
    Outcome.DECLINED: "Declined the visit",
    Outcome.UNREACHABLE: "Could not be reached",
    Outcome.OTHER: "Another reason",
}


def _time(moment: datetime | None, *, known: bool) -> str | None:
    if moment is None:
        return None
    # FHIR writes an unknown time of day as a day alone; midnight would claim to know it.
    return time_text(moment) if known else moment.date().isoformat()


def encode_stay(
    stay_id: str, stay: Stay, author: PersonRef, recorded_at: datetime, replaces: str | None
) -> Any:
    """The Encounter of a stay entered by hand. `replaces` (`Encounter/id`) is the entry that it corrects."""
    extension: list[dict[str, Any]] = [
        {"url": codes.RECORDED_AT, "valueDateTime": time_text(recorded_at)},
        {"url": codes.RECORDED_BY, "valueReference": person(author)},
    ]
    if replaces is not None:
        extension.append({"url": codes.REPLACES, "valueReference": {"reference": replaces}})
    period = {
        "start": _time(stay.began_at, known=True),
        "end": _time(stay.left_at, known=stay.time_known),
    }
    built: dict[str, Any] = {
        "resourceType": "Encounter",
        "id": stay_id,
        "extension": extension,
        "identifier": [{"system": STAY_IDENTIFIER, "value": stay_id}],
        "status": "finished" if stay.left_at is not None else "in-progress",
        "class": dict(_INPATIENT if stay.place is Place.HOSPITAL else _NON_ACUTE),
        "type": [codes.concept(_KINDS[stay.place], text=_KINDS[stay.place]["display"])],
        "subject": {"reference": f"Patient/{stay.patient_id}"},
        "period": {name: value for name, value in period.items() if value is not None},
    }
    if stay.left_at is not None:
        home = _HOME if stay.to_home else _OTHER
        built["hospitalization"] = {"dischargeDisposition": codes.concept(home, text=home["display"])}
    name = clean(stay.name)
    if name:
        built["serviceProvider"] = {"display": name}
    return built


def task_id(stay_reference: str) -> str:
    """The id of the Task that says why no visit came within 48 hours of this stay's end."""
    kind, _, record_id = stay_reference.partition("/")
    try:
        base = UUID(record_id)
    except ValueError:
        base = uuid5(UUID(int=0), f"{kind}/{record_id}")
    return str(uuid5(base, "48-hour-visit"))


def encode_outcome(stay: Stay, outcome: Outcome, words: str, author: PersonRef, at: datetime) -> Any:
    """Why the 48-hour visit did not take place, as a closed Task about the stay."""
    reason = codes.concept(
        {"system": REASONS, "code": outcome.value, "display": _REASON_WORDS[outcome]},
        text=clean(words) or _REASON_WORDS[outcome],
    )
    return {
        "resourceType": "Task",
        "id": task_id(stay.reference),
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": task_id(stay.reference)}],
        "status": "cancelled",
        "statusReason": reason,
        "intent": "order",
        "code": codes.concept(VISIT_IN_48_HOURS, text=VISIT_IN_48_HOURS["display"]),
        "focus": {"reference": stay.reference},
        "for": {"reference": f"Patient/{stay.patient_id}"},
        "authoredOn": time_text(at),
        "lastModified": time_text(at),
        "requester": person(author),
    }


def _place(encounter: Any) -> Place:
    kinds = list(read.items(encounter, "type"))
    for location in read.items(encounter, "contained"):
        kinds += list(read.items(location, "type"))
    for kind in kinds:
        for system, code in read.codes(kind):
            if system == codes.PLACE_OF_SERVICE and code in _PLACES:
                return _PLACES[code]
    said = [read.concept_text(kind) or "" for kind in kinds]
    said += [read.concept_text(read.find(encounter, "serviceType")) or ""]
    said += [read.text(encounter, "serviceProvider", "display") or ""]
    words = " ".join(said).casefold()
    for place, signs in _WORDS:
        if any(sign in words for sign in signs):
            return place
    # A plan's non-acute stay without a word on the kind of house: the kind that most plans mean.
    return Place.SKILLED if read.text(encounter, "class", "code") == "NONAC" else Place.HOSPITAL


def _moment(encounter: Any, end: str) -> tuple[datetime | None, bool]:
    """(time, whether its time of day is known); a day alone counts from its first minute here."""
    moment = read.instant(encounter, "period", end)
    if moment is not None:
        return moment, True
    day: date | None = read.day(encounter, "period", end)
    if day is None or not 1 < day.year < 9999:
        return None, True
    return datetime(day.year, day.month, day.day).astimezone(), False


def decode_stay(encounter: Any) -> Stay | None:
    """One stay, or None when this Encounter is none (a visit, a cancelled one, one without a beginning or end)."""
    record_id, subject = read.record_id(encounter), read.reference(encounter, "subject")
    by_hand = any(one.get("system") == STAY_IDENTIFIER for one in read.items(encounter, "identifier"))
    ours = any(one.get("system") == codes.VISIT_IDENTIFIER for one in read.items(encounter, "identifier"))
    inside = read.text(encounter, "class", "code") in _CLASSES
    if record_id is None or subject is None or subject[0] != "Patient" or ours or not (inside or by_hand):
        return None
    status = read.text(encounter, "status")
    began_at, _ = _moment(encounter, "start")
    left_at, known = _moment(encounter, "end")
    if status not in _STATUSES or (began_at is None and left_at is None):
        return None
    if status == "finished" and left_at is None:
        return None  # over, and nobody says since when: no clock can be made of it
    disposition = read.find(encounter, "hospitalization", "dischargeDisposition")
    said = read.concept_text(disposition)
    coded = any(read.has_code(disposition, code) for code in _HOMES)
    to_home = said is None or coded or said.casefold() == "home"
    return Stay(
        reference=f"Encounter/{record_id}",
        patient_id=subject[1],
        place=_place(encounter),
        name=read.text(encounter, "serviceProvider", "display") or "",
        began_at=began_at,
        left_at=left_at,
        time_known=known,
        to_home=to_home,
        by_hand=by_hand,
    )


def decode_outcome(task: Any) -> tuple[str, Outcome, str] | None:
    """(stay's reference, outcome, words) of a Task that says why no visit came; None for any other Task."""
    focus = read.reference(task, "focus")
    coded = read.has_code(read.find(task, "code"), VISIT_IN_48_HOURS["code"], TASK_CODES)
    if not coded or focus is None or read.text(task, "status") == "entered-in-error":
        return None
    reason = read.find(task, "statusReason")
    found = next((code for system, code in read.codes(reason) if system == REASONS), "")
    outcome = next((one for one in Outcome if one.value == found), Outcome.OTHER)
    return f"{focus[0]}/{focus[1]}", outcome, read.concept_text(reason) or ""


def decode_stays(encounters: Iterable[Any], tasks: Iterable[Any]) -> tuple[Stay, ...]:
    """All standing stays of one person, the plan's and those entered by hand joined, newest first."""
    ends = {found[0]: found[1:] for found in map(decode_outcome, tasks) if found is not None}
    found = []
    for stay in filter(None, map(decode_stay, heads(e for e in encounters if isinstance(e, dict)))):
        outcome = ends.get(stay.reference)
        if outcome is not None:
            stay = replace(stay, outcome=outcome[0], outcome_words=outcome[1])
        found.append(stay)
    return join(found)
