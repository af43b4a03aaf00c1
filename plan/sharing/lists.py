"""Sections made of lists: allergies, people, medicines, problems, the plan of care."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plan.fhir.extract import split_reference, walk
from plan.sharing.model import Line, Part
from plan.sharing.reading import (
    Json,
    concept_text,
    extension_values,
    has_code,
    heads,
    reference_of,
    say_day,
    when,
)

_NO_ALLERGY = "716186003"
"""SNOMED CT 716186003 No known allergy."""
_ROLE = "urn:hearthside:role"
_USE = "urn:hearthside:medicine-use"
_IF_WORSE = "urn:hearthside:if-worse"
_AGENT_PURPOSE = "PWATRNY"
_TAKEN = {
    "differently": "Taken differently from the plan's list",
    "not-taking": "Not taking it",
    "not-on-list": "Not on the plan's list",
}


def allergies(records: Iterable[Json]) -> Part:
    held = [one for one in heads(records) if not has_code(one.get("clinicalStatus"), "inactive", "resolved")]
    held = [one for one in held if not has_code(one.get("verificationStatus"), "refuted")]
    real = [one for one in held if not has_code(one.get("code"), _NO_ALLERGY)]
    lines = tuple(Line(text) for one in real or held if (text := concept_text(one.get("code"))))
    code = ("48765-2", "Allergies and adverse reactions Document")
    return Part("allergies", "Allergies", code, lines, tuple(real or held), "Allergies are not recorded.")


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who decides or helps. `said`: relation and roles in words. `phones`: how to reach them, mail too."""

    name: str
    said: tuple[str, ...]
    phones: tuple[str, ...]
    is_agent: bool
    decides: bool
    record: Json


def list_people(related: Iterable[Json], consents: Iterable[Json]) -> list[Helper]:
    """Whoever decides comes first. That somebody is legal agent stands where the plan or a nurse recorded it."""
    agents = {
        reference
        for one in heads(consents)
        if one.get("status") == "active" and _AGENT_PURPOSE in walk(one, "provision.purpose.code")
        for reference in walk(one, "provision.actor.reference.reference")
    }
    found: list[Helper] = []
    for one in heads(related):
        roles = set(extension_values(one, _ROLE))
        agent = reference_of(one) in agents
        if one.get("active") is False or not (agent or roles & {"decides", "helps"}):
            continue
        said = [concept_text(each) for each in walk(one, "relationship")]
        said += ["decides with the person"] if "decides" in roles else []
        said += ["legal agent"] if agent else []
        name = next((text for each in walk(one, "name") if (text := _person(each))), "Name not recorded")
        phones = tuple(str(phone) for phone in walk(one, "telecom.value"))
        found.append(Helper(name, tuple(filter(None, said)), phones, agent, "decides" in roles, one))
    return sorted(found, key=lambda each: 0 if each.decides or each.is_agent else 1)


def people(related: Iterable[Json], consents: Iterable[Json]) -> Part:
    """Who decides and who helps."""
    found = list_people(related, consents)
    lines = tuple(Line(", ".join((*one.said, *one.phones[:1])), one.name) for one in found)
    return Part("people", "Who decides and who helps", None, lines, tuple(one.record for one in found))


def _person(name: Json) -> str:
    words = [*(name.get("given") or ()), name.get("family")]
    return str(name.get("text") or " ".join(str(one) for one in words if one))


def medicines(orders: Iterable[Json], statements: Iterable[Json]) -> Part:
    """Orders as listed, each with the last word on it from the house; then what is taken and not on the list."""
    last: dict[str, Json] = {}
    others: dict[str, Json] = {}
    for one in heads(statements):  # newest first
        about = next((f"{t[0]}/{t[1]}" for t in map(split_reference, walk(one, "basedOn")) if t), None)
        if about is not None:
            last.setdefault(about, one)
        else:
            others.setdefault(concept_text(one.get("medicationCodeableConcept")).casefold(), one)
    lines, records = [], []
    for order in (one for one in heads(orders) if one.get("status") == "active"):
        said = last.get(reference_of(order))
        dosage = "; ".join(str(one) for one in walk(order, "dosageInstruction.text"))
        lines.append(Line(dosage, concept_text(order.get("medicationCodeableConcept")), _taken(said)))
        records += [order] if said is None else [order, said]
    for one in others.values():
        if one.get("status") == "active":
            dosage = "; ".join(str(each) for each in walk(one, "dosage.text"))
            lines.append(Line(dosage, concept_text(one.get("medicationCodeableConcept")), _taken(one)))
            records.append(one)
    code = ("10160-0", "History of Medication use Narrative")
    return Part("medicines", "Medicines", code, tuple(lines), tuple(records))


def _taken(statement: Json | None) -> str:
    if statement is None:
        return ""
    parts = [
        one
        for use in walk(statement, "extension")
        if use.get("url") == _USE
        for one in walk(use, "extension")
    ]
    chosen = next(
        (one.get("valueCoding", {}).get("code") for one in parts if one.get("url") == "med-choice"), None
    )
    said = _TAKEN.get(str(chosen), "")
    how = "; ".join(str(each) for each in walk(statement, "dosage.text")) if chosen == "differently" else ""
    day = say_day(when(statement))
    return ". ".join(
        part for part in (f"{said}: {how}" if how else said, f"Asked {day}" if day else "") if part
    )


def problems(conditions: Iterable[Json]) -> Part:
    """The plan's own problem list; what was filed at single visits is left away."""
    held = [
        one
        for one in heads(conditions)
        if any(has_code(each, "problem-list-item") for each in walk(one, "category"))
        and not has_code(one.get("clinicalStatus"), "inactive", "resolved", "remission")
        and not has_code(one.get("verificationStatus"), "refuted")
    ]
    lines = tuple(Line(text) for one in held if (text := concept_text(one.get("code"))))
    return Part(
        "problems", "Problems on the plan's list", ("11450-4", "Problem list - Reported"), lines, tuple(held)
    )


def plan_of_care(plans: Iterable[Json], goals: Iterable[Json]) -> Part:
    """Open problems of the plan of care, each with what is hoped for and what is done."""
    known = {reference_of(one): one for one in goals}
    lines: list[Line] = []
    records: list[Json] = []
    for plan in (one for one in heads(plans) if one.get("status") == "active"):
        hers = [known[name] for name in walk(plan, "goal.reference") if name in known]
        open_goals = [one for one in hers if one.get("lifecycleStatus") == "active"]
        text = "\n".join(_plan_lines(plan, open_goals))
        if text or plan.get("title"):
            lines.append(Line(text, str(plan.get("title") or "Plan of care")))
            records += [plan, *open_goals]
    return Part("plan", "Plan of care", ("18776-5", "Plan of care note"), tuple(lines), tuple(records))


def _plan_lines(plan: Json, goals: Iterable[Json]) -> Iterator[str]:
    for goal in goals:
        hope = concept_text(goal.get("description"))
        if hope and hope != plan.get("title"):
            yield f"Hoped for: {hope}"
        for day in walk(goal, "target.dueDate"):
            yield f"By {say_day(str(day))}"
    for activity in walk(plan, "activity.detail"):
        done = str(activity.get("description") or "")
        who = ", ".join(str(one) for one in walk(activity, "performer.display"))
        if done:
            yield f"Done: {done} ({who})" if who else f"Done: {done}"
    for text in extension_values(plan, _IF_WORSE):
        yield f"If it gets worse: {text}"
