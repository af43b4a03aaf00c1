"""Code status in a shared record: papers that were seen and what somebody said. Never an order by itself."""

from __future__ import annotations

from plan.fhir.extract import walk
from plan.sharing.model import Line, Part
from plan.sharing.reading import Json, concept_text, has_code, heads, reference_of, say_day, when

_PAPERS = ("93037-0", "42348-3")
"""LOINC: portable medical order form; advance directives."""
_NAMED = ("POLST", "DNR form", "Advance directive")
_SECTIONS = ("100822-6", "100823-4", "100825-9")
"""LOINC: what a POLST says of CPR, treatment, nutrition."""
_SAID = "75779-9"
SAID_TEXT = "Code status as another record has it"
_WARNING = (
    "Papers that were seen and words that were said. This page is not an order: look for the paper itself."
)


def code_status(record: dict[str, list[Json]]) -> Part:
    """All that stands, newest first; two that say different things both stand."""
    stands = list_statements(record)
    words = [one for one, _ in stands if one["resourceType"] == "Observation"]
    standing = {reference_of(one) for one, _ in stands if one["resourceType"] == "DocumentReference"}
    read = [
        one
        for one in heads(record["Observation"])
        if has_code(one.get("code"), *_SECTIONS) and standing & set(walk(one, "derivedFrom.reference"))
    ]
    lines = [line for _, line in stands]
    if lines:
        lines.append(Line("", detail=_WARNING))
    code = ("42348-3", "Advance directives")
    empty = "No paper was seen and no wish about CPR is recorded. That decides nothing for or against CPR."
    return Part("code-status", "Code status", code, tuple(lines), (*words, *read), empty)


def list_statements(record: dict[str, list[Json]]) -> list[tuple[Json, Line]]:
    """Each paper that was seen and each word that was said, with the record that it stands in."""
    papers = [
        one for one in heads(record["DocumentReference"]) if _is_paper(one) and one.get("status") == "current"
    ]
    words = [one for one in heads(record["Observation"]) if _is_said(one)]
    words = [one for one in words if concept_text(one.get("valueCodeableConcept")) != "Taken back"]
    return [
        (one, Line(str(one.get("description") or ""), concept_text(one.get("type")), _seen(one)))
        for one in papers
    ] + [
        (
            one,
            Line(
                concept_text(one.get("valueCodeableConcept")),
                concept_text(one.get("code")),
                say_day(when(one)),
            ),
        )
        for one in words
    ]


def _is_paper(document: Json) -> bool:
    kinds = [document.get("type"), *walk(document, "category")]
    return any(has_code(one, *_PAPERS) for one in kinds) or concept_text(document.get("type")) in _NAMED


def _is_said(observation: Json) -> bool:
    code = observation.get("code")
    return has_code(code, _SAID) or concept_text(code) == SAID_TEXT


def _seen(document: Json) -> str:
    day = say_day(when(document))
    return f"Recorded {day}" if day else ""
