"""Code status on record → statements: our own from their answers, the plan's from whatever shape it has.

What a pulled record says is read only where it says it in a known code or wholly in known phrases, and only while it
stands; its own words are always shown beside. A record that contradicts itself says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.code_status import GROUP, Cpr, Rests, Statement, read_words
from app.domain.code_status_entries import statement_of
from app.domain.code_status_words import speaks_of_cpr, speaks_of_treatment
from app.sync.fhir import acp, codes, read
from app.sync.fhir.acp import Held
from app.sync.fhir.code_status import CPR_ANSWERS, FLAG_CATEGORY, reference_of_entry
from app.sync.fhir.frame import recorded_at
from app.sync.fhir.outside import find_marker, find_origin
from app.sync.fhir.responses import decode_responses
from app.sync.fhir.versions import reference_of, replaced, stands

FORM = "code-status"
_CPR = {answer: cpr for cpr, answer in CPR_ANSWERS.items()}
_TREATMENT = {"LA33473-2": "full", "LA33474-0": "selective", "LA33475-7": "comfort"}
_NUTRITION = {"LA33489-8": "tube", "LA33490-6": "trial", "LA33491-4": "none", "LA33492-2": "no-decision"}
_OVER = ("inactive", "superseded", "cancelled", "revoked", "rejected", "entered-in-error")
"""States in which a pulled record no longer says anything."""
CONSENT_CATEGORIES = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"


def decode(records: Iterable[Held]) -> tuple[Statement, ...]:
    """All statements on record, superseded ones too. Takes anything and never raises."""
    held = list(records)
    starts = acp.visit_starts(resource for resource, _ in held)
    own = {one.id: one for resource, pending in held for one in _own(resource, starts, pending)}
    others = (_other(resource) for resource, _ in held if not acp.is_ours(resource) and stands(resource))
    return (*own.values(), *(statement for statement in others if statement is not None))


def _own(response: Any, starts: Mapping[str, datetime], pending: bool) -> Iterator[Statement]:
    visit_id, marker = find_origin(response), find_marker(response)
    if not acp.answers_form(response, FORM) or visit_id is None:
        return
    seen_at = marker.as_of if marker is not None else starts.get(visit_id) or recorded_at(response)
    if seen_at is None:
        return
    decoded = decode_responses([response], seen_at)
    by = decoded.author.name if decoded.author is not None else ""
    if marker is not None:
        by = marker.said_by or by
    for entry in decoded.entries.get(GROUP, ()):
        try:
            reference = reference_of_entry(visit_id, entry)
        except ValueError:  # a visit of another system, whose id is no UUID
            reference = f"QuestionnaireResponse/{read.record_id(response)}"
        statement = statement_of(entry, reference, seen_at, by, pending=pending)
        if statement is not None:
            yield statement


def _other(resource: Any) -> Statement | None:
    reader = _READERS.get(read.text(resource, "resourceType") or "")
    statement = reader(resource) if reader is not None else None
    if statement is None or read.text(resource, "status") in _OVER:
        return None
    limit = _limit(resource)
    if limit:
        statement = _unread(statement, limit)
    return replace(statement, replaces=replaced(resource))


_STANDS = {
    "Consent": ("active",),
    "DocumentReference": ("current",),
    "Flag": ("active",),
    "Observation": ("final", "amended", "corrected"),
    "ServiceRequest": ("active",),
}
"""States in which a record's decision stands. In any other that is not over it is shown as it is and not coded."""
_NOT_ORDERED = ("proposal", "plan", "option")
"""Intents of a request that nobody ordered."""
_ENDS = {
    "Consent": (("provision", "period", "end"),),
    "Flag": (("period", "end"),),
    "ServiceRequest": (("occurrencePeriod", "end"),),
}


def _limit(resource: Any) -> str:
    """Why a record's decision is not to be relied on as it stands: a proposal, on hold, a draft, only for a time."""
    kind = read.text(resource, "resourceType") or ""
    status = read.text(resource, "status") or "no status"
    if status not in _STANDS.get(kind, ()):
        return status
    intent = read.text(resource, "intent") if kind == "ServiceRequest" else None
    draft = read.text(resource, "docStatus") if kind == "DocumentReference" else None
    if intent in _NOT_ORDERED or draft not in (None, "final", "amended"):
        return intent or draft or ""
    end = _day(resource, *_ENDS.get(kind, ()))
    return f"until {end[:10]}" if end else ""


def _unread(statement: Statement, limit: str) -> Statement:
    if not any(statement.opinion) and not statement.words:
        return replace(statement, title=f"{statement.title or statement.what} ({limit})")
    words = statement.what or statement.says or statement.title
    return replace(statement, cpr=None, treatment=None, nutrition=None, what=f"{words} ({limit})")


def _made(resource: Any, what: str, cpr: Cpr | None, dated: str, **more: str | None) -> Statement:
    """`what`: the record's own words; `title`, `treatment` and `nutrition` by name."""
    return Statement(reference_of(resource), Rests.PLAN, cpr, dated=dated[:10], what=what, **more)  # type: ignore[arg-type]  # texts by name only


def _day(resource: Any, *paths: tuple[str | int, ...]) -> str:
    return next((found for path in paths if (found := read.text(resource, *path))), "")


def _document(resource: Any) -> Statement | None:
    """A POLST or directive on file at the plan; what it says is known only where words beside it say so."""
    kinds = [resource.get("type"), *read.items(resource, "category")]
    if any(acp.is_acp(kind, "portable-medical-order", "polst-panel") for kind in kinds):
        title = "POLST on file"
    elif any(acp.is_acp(kind, "advance-directives") for kind in kinds):
        title = "Advance directive on file"
    else:
        return None
    words = read.text(resource, "description") or ""
    when = _day(resource, ("context", "period", "start"), ("date",))
    return _of_words(resource, words, when, title)


def _of_words(resource: Any, words: str, when: str, title: str) -> Statement:
    """Words that speak of neither CPR nor treatment are what the record is called, and say nothing."""
    if not speaks_of_treatment(words):
        return _made(resource, "", None, when, title=words or title)
    return _made(resource, words, read_words(words), when, title=title)


def _flag(resource: Any) -> Statement | None:
    categories = list(read.items(resource, "category"))
    words = read.concept_text(resource.get("code"))
    about_it = any(read.has_code(c, FLAG_CATEGORY["code"]) for c in categories)
    if words is None or not (about_it or speaks_of_cpr(words)):
        return None
    return _of_words(resource, words, _day(resource, ("period", "start")), "Flag")


def _observation(resource: Any) -> Statement | None:
    code, value = resource.get("code"), resource.get("valueCodeableConcept")
    when = _day(resource, ("effectiveDateTime",), ("effectivePeriod", "start"), ("issued",))
    words = read.concept_text(value) or read.text(resource, "valueString") or ""
    yes = acp.is_acp(value, "yes") or read.flag(resource, "valueBoolean") is True
    answers = {answer for system, answer in read.codes(value) if system in (codes.LOINC, None)}
    if acp.is_acp(code, "cpr-orders"):
        coded = {_CPR[answer] for answer in answers if answer in _CPR}
        found = next(iter(coded)) if len(coded) == 1 else (None if coded else read_words(words))
        return _made(resource, _words(words, answers), found, when, title="CPR section")
    if acp.is_acp(code, "treatment-orders"):
        return _section(resource, words, when, "treatment", _TREATMENT, answers)
    if acp.is_acp(code, "nutrition-orders"):
        return _section(resource, words, when, "nutrition", _NUTRITION, answers)
    if acp.is_acp(code, "dnr-in-place", "advance-directive-dnr") and yes:
        called = read.concept_text(code) or ""
        said = ": ".join(part for part in (called, _words(words, answers) or "Yes") if part)
        return _made(resource, said, Cpr.NO, when)
    if acp.is_acp(code, "cpr-thoughts") and words:
        return _made(resource, words, read_words(words), when)
    return None


def _words(words: str, coded: set[str]) -> str:
    """A bare code is no word of the record."""
    return "" if words in coded else words


def _section(
    resource: Any, words: str, when: str, name: str, known: dict[str, str], answers: set[str]
) -> Statement | None:
    found = {known[answer] for answer in answers if answer in known}
    if len(found) != 1:
        return None
    return _made(resource, _words(words, answers), None, when, **{name: found.pop()})


def _order(resource: Any) -> Statement | None:
    """An order received from its signer. "Do not perform" beside "Yes CPR" contradicts itself and says nothing."""
    if not acp.is_acp(resource.get("code"), "cpr-orders", "polst-panel"):
        return None
    details = [resource.get("code"), *read.items(resource, "orderDetail")]
    answers = {_CPR[code] for detail in details for _, code in read.codes(detail) if code in _CPR}
    forbids = read.flag(resource, "doNotPerform") is True
    when = _day(resource, ("authoredOn",), ("occurrenceDateTime",))
    words = next((text for d in details[1:] if (text := read.concept_text(d)) and text not in _CPR), "")
    cpr = next(iter(answers)) if len(answers) == 1 else None
    if cpr is Cpr.YES and forbids:
        return _made(resource, "The order contradicts itself. Look at the paper", None, when)
    return _made(resource, words, cpr, when, title="CPR order")


def _consent(resource: Any) -> Statement | None:
    """A DNR consent says no CPR while it stands; a POLST consent says that there is one."""
    categories = list(read.items(resource, "category"))
    when = _day(resource, ("dateTime",), ("provision", "period", "start"))
    for category in categories:
        words = read.concept_text(category) or ""
        if read.has_code(category, "dnr", CONSENT_CATEGORIES):
            refused = read.text(resource, "provision", "type") == "permit"
            own = "" if words == "dnr" else words
            return _made(resource, own, None if refused else Cpr.NO, when, title="DNR consent")
        if read.has_code(category, "polst", CONSENT_CATEGORIES):
            return _made(resource, "", None, when, title="POLST on file")
    return None


_READERS = {
    "Consent": _consent,
    "DocumentReference": _document,
    "Flag": _flag,
    "Observation": _observation,
    "ServiceRequest": _order,
}
READ_TYPES = ("Encounter", "QuestionnaireResponse", *_READERS)
"""Types in which code status may stand."""
