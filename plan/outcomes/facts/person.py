"""Who somebody is: language, race and ethnicity as she gave them, where she lives, what covers her."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plan.outcomes.reading import (
    LOINC,
    REPLACES,
    SNOMED,
    Json,
    after,
    at,
    codes,
    extension,
    extensions,
    find,
    full_reference,
    has_code,
    items,
    text,
    whole_day,
    word,
    words,
)
from plan.outcomes.record import Record
from plan.outcomes.tables import FOREVER, UNKNOWN
from plan.outcomes.zone import local_day

Row = dict[str, Any]

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
HOSPICE_CARE = "551781000124102"
"""SNOMED CT (US edition) "Under hospice care", as the app reads it."""
DEATH = "81956-5"
"""LOINC "Date+time of death": what somebody of the team recorded (HL7 VRDR, profile Death Date)."""
_SAID = ("final", "amended", "corrected", "preliminary")
_NULL = {"ASKU": "declined", "UNK": UNKNOWN, "NI": UNKNOWN, "asked-declined": "declined"}
"""v3-NullFlavor as US Core writes it where nobody knows, and where somebody was asked and did not say."""
_LINES = (
    ("d-snp", ("d-snp", "dsnp", "dual eligible", "dual special needs", "cal mediconnect")),
    ("medicare-advantage", ("medicare advantage", "ma-pd", "mapd", "part c")),
    ("medicaid", ("medicaid", "medi-cal", "medical assistance")),
    ("medicare", ("medicare",)),
    ("marketplace", ("marketplace", "aca ", "exchange", "qhp", "qualified health plan")),
    ("employer", ("employer", "commercial", "group plan", "egwp", "private")),
)
LINES = (*(name for name, _ in _LINES), "other", UNKNOWN)
_PLACES = {"12": "home", "13": "assisted-living", "14": "assisted-living", "31": "nursing-home-short"}
_PLACES |= {"32": "nursing-home-long", "11": "office", "21": "hospital", "10": "home"}


def place_of(encounter: Json) -> str | None:
    """The setting that an Encounter's place of service code (CMS) means."""
    holders = [*items(encounter, "contained"), encounter]
    for kind in (kind for one in holders for kind in items(one, "type")):
        for system, code in codes(kind):
            if system.endswith("Place_of_Service_Code_Set") and code in _PLACES:
                return _PLACES[code]
    return None


def member_row(record: Record, visits: list[Row], enrolments: list[Row], stays: list[Row]) -> Row:
    """Her row; `team_id` is added by whoever knows the memberships."""
    patient = next(iter(record.of("Patient")), {})
    died, source = _death(record, patient, visits)
    newest = max(enrolments, key=lambda one: (one["until_ms"], one["from_ms"], one["line"]), default=None)
    rurality = next((one.rurality for one in reversed(record.spells) if one.rurality), UNKNOWN)
    return {
        "birth_date": whole_day(patient.get("birthDate")),
        "is_dead": int(source is not None),
        "died_ms": died,
        "died_date": whole_day(patient.get("deceasedDateTime"))
        or (local_day(died, record.zone) if died is not None else None),
        "death_source": source,
        "language": _language(patient),
        "interpreter": interpreter_of(patient),
        "race": _omb(patient, "us-core-race"),
        "ethnicity": _omb(patient, "us-core-ethnicity"),
        "setting": _setting(visits, stays),
        "rurality": rurality,
        "line": newest["line"] if newest else UNKNOWN,
        "organisation": newest["organisation"] if newest else organisation_of(record, visits),
        "team_id": None,
    }


def _death(record: Record, patient: Json, visits: list[Row]) -> tuple[int | None, str | None]:
    said = patient.get("deceasedDateTime")
    if isinstance(said, str) and said:
        return at(said, record.zone), "plan"
    if patient.get("deceasedBoolean") is True:
        return None, "plan"
    recorded = list(read_deaths(record))
    if recorded:
        return min((one for one in recorded if one is not None), default=None), "team"
    told = [one["left_ms"] for one in visits if one.pop("_died", False)]
    if told:
        return min(told), "visit"
    for task in record.of("Task"):
        if has_code(task.get("statusReason"), "died", "urn:hearthside:no-48-hour-visit"):
            return None, "stay"
    return None, None


def has_died(record: Record) -> bool:
    """Whether the plan's Patient says so, or somebody of the team recorded it and nobody took it back."""
    patient = next(iter(record.of("Patient")), {})
    said = patient.get("deceasedDateTime") or patient.get("deceasedBoolean") is True
    return bool(said) or any(True for _ in read_deaths(record))


def read_deaths(record: Record) -> Iterator[int | None]:
    """When (ms) by each record of a death that stands; None where that cannot be read. A day is its first moment."""
    held = [one for one in record.of("Observation") if has_code(one.get("code"), DEATH, LOINC)]
    gone = {full_reference(ext, "valueReference") for one in held for ext in extensions(one, REPLACES)}
    for one in held:
        if f"Observation/{one.get('id')}" not in gone and text(one, "status") in _SAID:
            yield at(one.get("valueDateTime"), record.zone)


def _language(patient: Json) -> str:
    spoken = list(items(patient, "communication"))
    spoken.sort(key=lambda one: one.get("preferred") is not True)
    for one in spoken:
        for _, code in codes(one.get("language")):
            return code.partition("-")[0].casefold()[:64] or UNKNOWN
    return UNKNOWN


def interpreter_of(patient: Json) -> str:
    """yes, no or unknown, as the plan has it on record."""
    for url in (INTERPRETER, f"{US_CORE}/us-core-interpreter-needed"):
        found = extension(patient, url)
        if isinstance(found.get("valueBoolean"), bool):
            return "yes" if found["valueBoolean"] else "no"
        code = text(found, "valueCoding", "code")
        if code in ("373066001", "373067005"):
            return "yes" if code == "373066001" else "no"
    return UNKNOWN


def _omb(patient: Json, name: str) -> str:
    """The OMB category that she gave; several are "more-than-one", and silence is "unknown"."""
    given = extension(patient, f"{US_CORE}/{name}")
    found = {
        _NULL.get(code, code)
        for one in extensions(given, "ombCategory")
        if (code := word(one, "valueCoding", "code")) is not None
    }
    found -= {UNKNOWN} if len(found) > 1 else set()
    return "more-than-one" if len(found) > 1 else next(iter(found), UNKNOWN)


def _setting(visits: list[Row], stays: list[Row]) -> str:
    """Where she lives: a nursing home that she has not left, else where the last visit found her."""
    lives = {"long-term-nursing": "nursing-home-long", "skilled-nursing": "nursing-home-short"}
    lives["assisted-living"] = "assisted-living"
    now = [one for one in stays if one["until_ms"] == FOREVER and one["place"] in lives]
    if now:
        return lives[max(now, key=lambda one: (one["from_ms"] or 0, one["stay_id"]))["place"]]
    homes = {"home", *lives.values()}
    seen = [one for one in visits if one["modality"] == "in-person" and one["setting"] in homes]
    newest = max(seen, key=lambda one: (one["began_ms"], one["visit_id"]), default=None)
    return str(newest["setting"]) if newest else UNKNOWN


def organisation_of(record: Record, visits: list[Row]) -> str:
    """The provider organisation: by her newest time on the roster, else her Patient record, else the last visit."""
    named = next((one.organisation for one in reversed(record.spells) if one.organisation), None)
    patient = next(iter(record.of("Patient")), {})
    said = sorted((one["began_ms"], one["organisation"]) for one in visits if one["organisation"] != UNKNOWN)
    last = said[-1][1] if said else None
    found: str = named or text(patient, "managingOrganization", "display") or last or UNKNOWN
    return found[:200]


def line_of(coverage: Json) -> str:
    """The line of business that a Coverage says in its own words."""
    said = [words(coverage.get("type"))]
    said += [text(one, "name") or text(one, "value") or "" for one in items(coverage, "class")]
    said += [text(one, "display") or "" for one in items(coverage, "payor")]
    folded = [one.casefold() + " " for one in said if one and "supplement" not in one.casefold()]
    for name, marks in _LINES:
        if any(mark in one for one in folded for mark in marks):
            return name
    return "other" if any(one.strip() for one in folded) else UNKNOWN


def enrolment_rows(record: Record, visits: list[Row]) -> list[Row]:
    """Her coverages; without any, what the roster says for its own times."""
    found = []
    otherwise = organisation_of(record, visits)
    for coverage in record.of("Coverage"):
        if text(coverage, "status") not in ("active", "cancelled"):
            continue
        began = at(find(coverage, "period", "start"), record.zone) or 0
        ends = after(find(coverage, "period", "end"), record.zone)
        if ends is None and text(coverage, "status") == "cancelled":
            ends = at(find(coverage, "meta", "lastUpdated"), record.zone)
        found.append(
            _enrolment(record, line_of(coverage), began, FOREVER if ends is None else ends, otherwise)
        )
    if not found:
        found = [
            _enrolment(record, one.line or UNKNOWN, one.since, one.until, otherwise)
            for one in record.spells
            if one.line
        ]
    return [one for one in found if one["from_ms"] < one["until_ms"]]


def _enrolment(record: Record, line: str, began: int, ends: int, otherwise: str) -> Row:
    named = [one.organisation for one in record.spells if one.since < ends and one.until > began]
    organisation = next((one for one in reversed(named) if one), None) or otherwise
    return {"line": line, "organisation": organisation[:200], "from_ms": began, "until_ms": ends}


def programme_rows(record: Record, answers: list[Row]) -> list[Row]:
    """Hospice and the programmes that a visit or the plan names."""
    found = []
    for episode in record.of("EpisodeOfCare"):
        said = " ".join(words(one) for one in items(episode, "type"))
        began = at(find(episode, "period", "start"), record.zone)
        if began is not None and text(episode, "status") in ("active", "finished", "onhold"):
            ends = after(find(episode, "period", "end"), record.zone)
            name = "hospice" if "hospice" in said else "palliative" if "palliative" in said else None
            if name:
                found.append(_spell(name, began, ends))
    for condition in record.of("Condition"):
        if has_code(condition.get("code"), HOSPICE_CARE, SNOMED) and not has_code(
            condition.get("verificationStatus"), "refuted"
        ):
            began = at(condition.get("onsetDateTime"), record.zone)
            began = began if began is not None else at(condition.get("recordedDate"), record.zone)
            if began is not None:
                found.append(_spell("hospice", began, over_at(condition, record)))
    said_in = sorted(
        (one["at_ms"], one["code"]) for one in answers if one["item"] == "prog-programme" and one["code"]
    )
    for index, (when, name) in enumerate(said_in):
        if index == 0 or said_in[index - 1][1] != name:
            later = (other for other, code in said_in[index + 1 :] if code != name)
            found.append(_spell(name, when, next(later, None)))
    return found


def _spell(name: str, began: int, ends: int | None) -> Row:
    return {"programme": name, "from_ms": began, "until_ms": FOREVER if ends is None else ends}


def over_at(condition: Json, record: Record) -> int | None:
    """When a condition ended (ms), None while it lasts."""
    ends = after(condition.get("abatementDateTime"), record.zone)
    over = {code for _, code in codes(condition.get("clinicalStatus"))} & {
        "inactive",
        "remission",
        "resolved",
    }
    return ends if ends is not None or not over else at(find(condition, "meta", "lastUpdated"), record.zone)
