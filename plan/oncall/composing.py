"""One person's page of the pack, from what may be read of her: named elements, and nothing else leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from plan.fhir.extract import find_reference, walk
from plan.oncall.comfort_names import is_for_the_night
from plan.oncall.home import comfort_lines, count_words, last_counts
from plan.oncall.last_visit import last_visit
from plan.oncall.model import Line, PackPerson
from plan.outcomes.facts.person import has_died
from plan.outcomes.record import make_record
from plan.sharing.code_status import list_statements
from plan.sharing.lists import allergies, list_people, medicines
from plan.sharing.reading import Json, concept_text, extension_values, heads, when
from plan.sharing.said import WORSE, newest, what_stands

HOSPITAL = ("conv-hospital", "conv-hospital-words")
_IF_WORSE = "urn:hearthside:if-worse"
_INTERPRETERS = (
    "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed",
)
_NEVER = ("SS", "SB", "DL", "PPN", "TAX")
"""Kinds of numbers that never leave (HL7 table 0203): social security, licence, passport, tax."""


def compose(record: dict[str, list[Json]], zone: ZoneInfo) -> PackPerson | None:
    """None for somebody whose own record is not here, or is kept apart."""
    if not record["Patient"]:
        return None
    patient = record["Patient"][-1]
    own_id = str(patient.get("id"))
    address = _address(patient)
    head: dict[str, Any] = {
        "name": _name(patient),
        "sort": _sort_name(patient),
        "born": str(patient.get("birthDate") or ""),
        "place": address,
    }
    page: dict[str, Any] = {
        "number": _number(patient),
        "phones": _phones(patient),
        "language": next((concept_text(one) for one in walk(patient, "communication.language")), ""),
        "interpreter": any(
            value is True for url in _INTERPRETERS for value in extension_values(patient, url)
        ),
        "died": has_died(make_record(own_id, [patient, *record["Observation"]], zone)),
        "lines": [one.encode() for one in _lines(record)],
    }
    return PackPerson(own_id, *({k: v for k, v in each.items() if v} for each in (head, page)))


def _lines(record: dict[str, list[Json]]) -> Iterator[Line]:
    for held, stated in list_statements(record):
        yield Line("code-status", stated.text, stated.label, at=when(held))
    for said in what_stands(record, HOSPITAL):
        if said.text:
            yield Line("crisis", said.text, said.title, at=said.at)
    for line in allergies(record["AllergyIntolerance"]).lines:
        yield Line("allergies", line.text)
    for helper in list_people(record["RelatedPerson"], record["Consent"]):
        first, *more = _phones(helper.record) or [""]
        section = "agent" if helper.is_agent or helper.decides else "people"
        yield Line(section, helper.name, ", ".join(helper.said), phone=first)
        yield from (Line(section, helper.name, phone=each) for each in more)
    yield from _medicines(record)
    yield from comfort_lines(record["QuestionnaireResponse"])
    yield from last_visit(record)
    yield from _crisis(record)


def _medicines(record: dict[str, list[Json]]) -> Iterator[Line]:
    """Opioids and comfort medicines, each with the last count in the home; then how many others there are."""
    counts = last_counts(record["QuestionnaireResponse"])
    listed = medicines(record["MedicationRequest"], record["MedicationStatement"]).lines
    shown = [one for one in listed if is_for_the_night(one.label)]
    about = {one.name.casefold(): one for one in counts}
    for line in shown:
        count = about.pop(line.label.casefold(), None)
        made = Line("medicines", line.text, line.label, line.detail)
        yield (
            made
            if count is None
            else replace(made, detail=_join(line.detail, count_words(count)), at=count.at)
        )
    for count in about.values():
        if not any(one.label.casefold() == count.name.casefold() for one in listed):
            yield Line("medicines", "", count.name, count_words(count), at=count.at)
    if others := len(listed) - len(shown):
        yield Line("others", str(others))


def _join(*parts: str) -> str:
    return ". ".join(part for part in parts if part)


def _crisis(record: dict[str, list[Json]]) -> Iterator[Line]:
    """What to do if it gets worse: of each open problem, and the newest general word."""
    known = {str(one.get("id")): one for one in record["Goal"]}
    for plan in (one for one in heads(record["CarePlan"]) if one.get("status") == "active"):
        goal = known.get(find_reference(plan, "goal", "Goal") or "", {})
        if goal.get("lifecycleStatus", "active") == "active":
            for text in extension_values(plan, _IF_WORSE):
                yield Line("crisis", str(text), str(plan.get("title") or ""))
    for said in newest(record["QuestionnaireResponse"], WORSE).values():
        if said.text:
            yield Line("crisis", said.text, said.title, at=said.at)


def _name_of(patient: Json) -> Json:
    names: Iterable[Json] = [one for one in patient.get("name") or () if isinstance(one, dict)]
    held = list(names)
    return next((one for one in held if one.get("use") == "official"), held[0] if held else {})


def _name(patient: Json) -> str:
    name = _name_of(patient)
    words = [*(name.get("given") or ()), name.get("family"), *(name.get("suffix") or ())]
    return " ".join(str(one) for one in words if one) or str(name.get("text") or "")


def _sort_name(patient: Json) -> str:
    name = _name_of(patient)
    return ", ".join(
        filter(None, (str(name.get("family") or ""), " ".join(map(str, name.get("given") or ()))))
    )


def _address(patient: Json) -> str:
    held = [one for one in patient.get("address") or () if isinstance(one, dict)]
    now = [one for one in held if not (one.get("period") or {}).get("end") and one.get("use") != "old"]
    one = next((each for each in now if each.get("use") == "home"), next(iter(now), {}))
    line = ", ".join(str(part) for part in one.get("line") or ())
    place = " ".join(str(one[name]) for name in ("city", "state", "postalCode") if one.get(name))
    return ", ".join(filter(None, (line, place))) or str(one.get("text") or "")


def _phones(held: Json) -> list[str]:
    """Numbers that can be called at night; no e-mail, and none that is no longer in use."""
    return [str(one["value"]) for one in walk(held, "telecom") if _is_phone(one)]


def _is_phone(telecom: Any) -> bool:
    spoken = isinstance(telecom, dict) and telecom.get("system", "phone") in ("phone", "sms")
    return spoken and bool(telecom.get("value")) and telecom.get("use") != "old"


def _number(patient: Json) -> str:
    """A member number or a medical record number."""
    for kind in ("MB", "MR"):
        for one in walk(patient, "identifier"):
            codes = list(walk(one, "type.coding.code"))
            if kind in codes and not any(each in _NEVER for each in codes) and one.get("value"):
                return str(one["value"])
    return ""
