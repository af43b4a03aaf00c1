"""MedicationRequests → medicines in use, and AllergyIntolerances → what she must not get."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.patient import Allergy, Medicine, fold
from app.sync.fhir import read
from app.sync.fhir.dosing import decode_dosing

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"

NO_KNOWN_ALLERGY = "716186003"
"""SNOMED CT "No known allergy (situation)"."""

_UNITS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
_WITHDRAWN = frozenset({"refuted", "entered-in-error"})
_ORDERS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order", "plan", ""})


def _dose(rate: Any) -> str | None:
    quantity = read.find(rate, "doseQuantity")
    value = read.find(quantity, "value")
    if value is None or isinstance(value, (dict, list, bool)):
        return None
    unit = read.text(quantity, "unit") or read.text(quantity, "code")
    return f"{value} {unit}" if unit and unit != "1" else f"{value} each time"


def _often(repeat: Any) -> str | None:
    times, period = read.whole(repeat, "frequency") or 1, read.whole(repeat, "period")
    unit = _UNITS.get(read.text(repeat, "periodUnit") or "")
    if period is None or unit is None:
        return None
    count = {1: "once", 2: "twice"}.get(times, f"{times} times")
    return f"{count} a {unit}" if period == 1 else f"{count} every {period} {unit}s"


def _composed(dosage: Any) -> str | None:
    parts = [_dose(rate) for rate in read.items(dosage, "doseAndRate")][:1]
    parts.append(
        _often(read.find(dosage, "timing", "repeat"))
        or read.concept_text(read.find(dosage, "timing", "code"))
    )
    parts += [
        read.without_tag(t)
        for a in read.items(dosage, "additionalInstruction")
        if (t := read.concept_text(a))
    ]
    if read.flag(dosage, "asNeededBoolean") or read.find(dosage, "asNeededCodeableConcept") is not None:
        why = read.concept_text(read.find(dosage, "asNeededCodeableConcept"))
        parts.append(f"as needed for {read.without_tag(why)}" if why else "as needed")
    said = ", ".join(part for part in parts if part)
    return said[:1].upper() + said[1:] or None


def _dosage(request: Any) -> str | None:
    """The prescriber's own words, else put together from the coded parts."""
    said = [
        read.text(d, "text") or read.text(d, "patientInstruction") or _composed(d)
        for d in read.items(request, "dosageInstruction")
    ]
    return "; ".join(part for part in said if part) or None


def _name(request: Any) -> str | None:
    coded = read.concept_text(read.find(request, "medicationCodeableConcept"))
    if coded is not None:
        return coded
    shown = read.text(request, "medicationReference", "display")
    if shown is not None:
        return shown
    wanted = (read.text(request, "medicationReference", "reference") or "").lstrip("#")
    held = (m for m in read.items(request, "contained") if wanted and read.text(m, "id") == wanted)
    return next((name for m in held if (name := read.concept_text(read.find(m, "code")))), None)


def _concepts(request: Any) -> list[Any]:
    """The medicine's own concept, or that of the Medication inside the order."""
    wanted = (read.text(request, "medicationReference", "reference") or "").lstrip("#")
    held = [m for m in read.items(request, "contained") if wanted and read.text(m, "id") == wanted]
    return [read.find(request, "medicationCodeableConcept"), *(read.find(m, "code") for m in held)]


def _medicine(request: Any, name: str, dosage: str | None) -> Medicine:
    concepts = _concepts(request)
    displays = (
        d for c in concepts for coding in read.items(c, "coding") if (d := read.text(coding, "display"))
    )
    names = dict.fromkeys(n for n in (name, *displays))
    record_id = read.record_id(request)
    return Medicine(
        text=read.without_tag(name),
        dosage=dosage,
        authored_on=read.day(request, "authoredOn"),
        reference=None if record_id is None else f"MedicationRequest/{record_id}",
        names=tuple(names),
        rxnorm=frozenset(code for c in concepts for system, code in read.codes(c) if system == RXNORM),
        dosing=decode_dosing(read.items(request, "dosageInstruction")),
        prescriber=read.text(request, "requester", "display"),
    )


def decode_medicines(requests: Iterable[Any]) -> tuple[Medicine, ...]:
    """Active orders, the same medicine with the same dosage once (the newest), in order of name."""
    found: dict[tuple[str, str], Medicine] = {}
    for request in requests:
        name = _name(request)
        if name is None or read.text(request, "status") != "active" or read.flag(request, "doNotPerform"):
            continue
        if (read.text(request, "intent") or "") not in _ORDERS:
            continue
        dosage, authored_on = _dosage(request), read.day(request, "authoredOn")
        key = (fold(name), fold(dosage or ""))
        known = found.get(key)
        if known is None or (authored_on is not None and (known.authored_on or authored_on) <= authored_on):
            found[key] = _medicine(request, name, dosage)
    return tuple(sorted(found.values(), key=lambda medicine: (fold(medicine.text), medicine.dosage or "")))


def decode_allergies(records: Iterable[Any]) -> tuple[Allergy, ...] | None:
    """Active allergies, each once; () only when "no known allergy" is recorded and nothing speaks against
    it.
    """
    found: dict[str, Allergy] = {}
    none_known = False
    for record in records:
        status = {code for _, code in read.codes(read.find(record, "clinicalStatus"))}
        verified = {code for _, code in read.codes(read.find(record, "verificationStatus"))}
        if verified & _WITHDRAWN or (status and "active" not in status):
            continue
        code = read.find(record, "code")
        if read.has_code(code, NO_KNOWN_ALLERGY):
            none_known = True
            continue
        name = read.concept_text(code)
        name = name or next((n for r in read.items(record, "reaction")
                             if (n := read.concept_text(read.find(r, "substance")))), None)  # fmt: skip
        if name is None:
            continue
        criticality = read.text(record, "criticality")
        known = found.get(fold(read.without_tag(name)))
        if known is None or (known.criticality != "high" and criticality is not None):
            found[fold(read.without_tag(name))] = Allergy(read.without_tag(name), criticality)
    if not found:
        return () if none_known else None
    return tuple(sorted(found.values(), key=lambda a: (a.criticality != "high", fold(a.text))))
