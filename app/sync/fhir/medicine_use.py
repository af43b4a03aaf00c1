"""Medicines gone through in a visit ↔ MedicationStatement, one each, and daily MME as Observations.

The nurse writes no orders: a statement says what is taken and points at the order. MME has no LOINC that we know, so
its code is text; it is derived from the statements and carries what went into it and what did not.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.content import load
from app.content.medicine_tables import mme_table
from app.domain.medicines import (
    GROUP,
    Taken,
    as_taken,
    is_only_as_needed,
    most_ordered,
    number_of,
    reconcile,
    taken_of,
    text_of,
)
from app.domain.mme import MmeSum
from app.domain.reconciliation import SAW, MedicineUse, read_saw
from app.domain.visit import Answer, Entry, Visit
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, is_restricted, record, recorded_at, visit_of
from app.sync.fhir.json_text import NumberText
from app.sync.fhir.values import decode_value, encode_value
from app.sync.fhir.write import clean, part_id, time_text

MEDICINE_USE = "urn:hearthside:medicine-use"
"""What the visit said about a medicine, by link id: FHIR has no members for all of it."""

_STATUS = {
    Taken.AS_LISTED: "active",
    Taken.DIFFERENTLY: "active",
    Taken.NOT_ON_LIST: "active",
    Taken.NOT_TAKING: "not-taken",
}
_NOT_NAMED = "Medicine without a name"
_TAKEN, _ORDERED = "mme-taken", "mme-ordered"
_MME_TEXT = {
    _TAKEN: "Daily morphine milligram equivalents, as taken (CDC 2022 factors)",
    _ORDERED: "Daily morphine milligram equivalents, most that is ordered (CDC 2022 factors)",
}


def _decimal(number: Decimal) -> NumberText:
    return NumberText(f"{number:f}")


def _quantity(number: Decimal, unit: str) -> Json:
    code = "ug/h" if unit == "mcg/h" else unit
    return {"value": _decimal(number), "unit": unit, "system": codes.UCUM, "code": code}


def _said(entry: Entry) -> Json:
    parts: list[Json] = [{"url": "entry", "valueString": entry.id}]
    for item in load()["medicines"].get_item(GROUP).items:
        answer = entry.answers.get(item.link_id)
        if answer is not None and answer.value is not None:
            parts += [{"url": item.link_id, **value} for value in encode_value(item, answer.value)[:1]]
    return {"url": MEDICINE_USE, "extension": parts}


def _timing(times: Decimal | None) -> Json:
    """Whole doses a day, or one dose in whole days; anything else stays in the text."""
    if times is None or times <= 0:
        return {}
    if times == int(times):
        return {"timing": {"repeat": {"frequency": int(times), "period": 1, "periodUnit": "d"}}}
    days = (1 / times).quantize(Decimal("0.01"))
    if days != int(days):
        return {}
    return {"timing": {"repeat": {"frequency": 1, "period": int(days), "periodUnit": "d"}}}


def _dosage(entry: Entry) -> list[Json]:
    built: Json = {}
    listed = text_of(entry, "med-listed") if taken_of(entry) is Taken.AS_LISTED else ""
    text = clean(text_of(entry, "med-how") or listed)
    if text:
        built["text"] = text
    built |= _timing(number_of(entry, "med-times"))
    if is_only_as_needed(entry) or number_of(entry, "med-breakthrough"):
        built["asNeededBoolean"] = True
    each, worn = number_of(entry, "med-dose-mg"), number_of(entry, "med-patch")
    if each is not None:
        built["doseAndRate"] = [{"doseQuantity": _quantity(each, "mg")}]
    elif worn is not None:
        built["doseAndRate"] = [{"rateQuantity": _quantity(worn, "mcg/h")}]
    return [built] if built else []


def _statement(visit: Visit, entry: Entry) -> Json:
    at = max((answer.at for answer in entry.answers.values()), default=visit.left_at)
    taken = taken_of(entry)
    order = entry.about if entry.about and entry.about.startswith("MedicationRequest/") else None
    patient = visit.answered_by is not None and visit.answered_by.is_own
    why = clean(text_of(entry, "med-why-not"))
    return record(
        visit,
        "MedicationStatement",
        f"medication-statement/{entry.id}",
        at=at,
        replaces=read_saw(entry.answers.get(SAW)) or (),
        extension=[_said(entry)],
        basedOn=[{"reference": order}] if order else None,
        status="unknown" if taken is None else _STATUS[taken],
        statusReason=[{"text": why}] if why else None,
        medicationCodeableConcept={"text": clean(text_of(entry, "med-name")) or _NOT_NAMED},
        effectiveDateTime=time_text(at),
        informationSource={"reference": f"Patient/{visit.patient_id}"} if patient else None,
        derivedFrom=_derived(visit),
        dosage=_dosage(entry) or None,
    )


def _derived(visit: Visit) -> list[Json]:
    return [{"reference": f"QuestionnaireResponse/{part_id(visit.id, 'questionnaire-response/medicines')}"}]


def _mme(visit: Visit, part: str, total: MmeSum, at: datetime) -> Json | None:
    if total.is_empty:
        return None
    notes = [f"{one.name}: {one.why}" for one in total.uncounted]
    members: dict[str, Any] = {}
    if total.total is None:
        members["dataAbsentReason"] = codes.concept(
            {"system": codes.DATA_ABSENT, "code": "unknown", "display": "Unknown"}
        )
    else:
        members["valueQuantity"] = _quantity(total.total, "mg")
        if not total.is_whole:
            members["valueQuantity"] = {"comparator": ">=", **members["valueQuantity"]}
    return record(
        visit,
        "Observation",
        f"observation/{part}",
        at=at,
        status="final",
        category=[codes.concept(codes.SURVEY)],
        code={"text": _MME_TEXT[part]},
        **members,
        note=[{"text": clean(text)} for text in (mme_table().scope, *notes)],
        method={"text": f"CDC 2022 conversion factors, table version {mme_table().version}"},
        derivedFrom=_derived(visit),
        component=[
            {
                "code": {"text": f"{clean(one.name) or _NOT_NAMED}: {one.opioid} in 24 hours"},
                "valueQuantity": _quantity(one.amount, one.unit),
            }
            for one in total.counted
        ]
        or None,
    )


def encode(visit: Visit) -> list[Json]:
    """A statement an entry, then both MME figures where any entry is an opioid; [] when nothing was gone through."""
    entries = visit.entries.get(GROUP, ())
    if not entries:
        return []
    at = max((a.at for entry in entries for a in entry.answers.values()), default=visit.left_at)
    lines = reconcile(visit.entries, ())
    sums = ((_TAKEN, as_taken(lines)), (_ORDERED, most_ordered(lines)))
    derived = [_mme(visit, part, total, at) for part, total in sums]
    return [*(_statement(visit, entry) for entry in entries), *(one for one in derived if one is not None)]


def decode_use(resource: Any, *, pending: bool = False) -> MedicineUse | None:
    """What a statement says, ours or another system's; None for one that was withdrawn or says no time."""
    status, at = read.text(resource, "status"), recorded_at(resource)
    if read.text(resource, "resourceType") != "MedicationStatement" or at is None:
        return None
    if status == "entered-in-error" or is_restricted(resource):
        return None
    order = next((r for r in _orders(resource) if r is not None and r[0] == "MedicationRequest"), None)
    said = list(read.items(read.extension(resource, MEDICINE_USE), "extension"))
    answers = _answers(said, at) if said else _foreign(resource, status, at)
    entry_id = next((t for p in said if p.get("url") == "entry" and (t := read.text(p, "valueString"))), None)
    record_id = read.record_id(resource) or ""
    about = f"{order[0]}/{order[1]}" if order else None
    entry = Entry(entry_id or record_id, answers, about)
    return MedicineUse(record_id, visit_of(resource), at, entry, pending)


def _orders(resource: Any) -> Iterable[tuple[str, str] | None]:
    for member in ("basedOn", "derivedFrom"):
        for one in read.items(resource, member):
            yield read.reference({"reference": one}, "reference")


def _answers(said: list[Json], at: datetime) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for item in load()["medicines"].get_item(GROUP).items:
        value = decode_value(item, [part for part in said if part.get("url") == item.link_id])
        if value is not None:
            found[item.link_id] = Answer(at=at, value=value)
    return found


def _foreign(resource: Any, status: str | None, at: datetime) -> dict[str, Answer]:
    """Name, words and whether it is taken; nothing of it is counted."""
    name = read.concept_text(read.find(resource, "medicationCodeableConcept")) or read.text(
        resource, "medicationReference", "display"
    )
    how = next((t for d in read.items(resource, "dosage") if (t := read.text(d, "text"))), None)
    said = {"med-name": name, "med-how": how}
    if status in ("not-taken", "stopped"):
        said["med-choice"] = Taken.NOT_TAKING.value
    return {link: Answer(at=at, value=text) for link, text in said.items() if text is not None}
