"""What a nurse saw or heard about code status → DocumentReference, Flag and Observations, never an order.

A paper that was seen is a DocumentReference that names no author of ours: she did not make it. A POLST is a medical
order and no advance directive, so it has its own type and not the directives' category. What somebody said is an
Observation of what they said and not of an order.
"""

from __future__ import annotations

from datetime import date

from app.domain.code_status import (
    CPR_WORDS,
    GROUP,
    PAPERS,
    Cpr,
    Rests,
    Statement,
    say_rests,
)
from app.domain.code_status_entries import statement_of
from app.domain.visit import Entry, Visit
from app.sync.fhir import acp, codes, read
from app.sync.fhir.frame import Json, about, record
from app.sync.fhir.write import clean, part_id, time_text

FLAG_CATEGORY: codes.Coding = {
    "system": "http://terminology.hl7.org/CodeSystem/flag-category",
    "code": "advance-directive",
    "display": "Advance Directive",
}
SIGNED_BY = "urn:hearthside:signed-by"
SIGNED_ON = "urn:hearthside:signed-on"
CPR_ANSWERS = {Cpr.NO: "LA33471-6", Cpr.YES: "LA33470-8"}
"""LOINC answers of the CPR section; No CPR is LA33471-6 and never the other."""
_SECTIONS = (
    ("cs-says", "cpr-orders", "CPR, as read"),
    ("cs-treatment", "treatment-orders", "Treatment, as read"),
    ("cs-nutrition", "nutrition-orders", "Nutrition, as read"),
)


def anchor_of(entry: Entry) -> tuple[str, str]:
    """(type, part name) of the record that stands for an entry."""
    rests = entry.answers.get("cs-rests")
    paper = rests is not None and rests.value in {one.value for one in PAPERS}
    return (
        ("DocumentReference", f"document/code-status/{entry.id}")
        if paper
        else (
            "Observation",
            f"observation/code-status/{entry.id}",
        )
    )


def reference_of_entry(visit_id: str, entry: Entry) -> str:
    """Raises ValueError when the visit's id is no UUID."""
    kind, part = anchor_of(entry)
    return f"{kind}/{part_id(visit_id, part)}"


def statements_of(visit: Visit) -> tuple[tuple[Entry, Statement], ...]:
    """The statements that a visit holds, each with its entry."""
    found = (
        (entry, statement_of(entry, reference_of_entry(visit.id, entry), visit.began_at, visit.nurse.name))
        for entry in visit.entries.get(GROUP, ())
    )
    return tuple((entry, statement) for entry, statement in found if statement is not None)


def encode(visit: Visit) -> list[Json]:
    """The records of all statements in a visit."""
    found: list[Json] = []
    for entry, statement in statements_of(visit):
        if statement.rests in PAPERS:
            found += _paper(visit, entry, statement)
        else:
            found.append(_said(visit, entry, statement))
    return found


_WITH_YEAR = date.min
"""A day of no year of ours, so that days are written with their year: records are read for a long time."""


def _text(statement: Statement) -> str:
    """`No CPR. POLST seen Mar 12, 2026, on the refrigerator`, for whoever reads it elsewhere."""
    if statement.taken_back:
        return f"Taken back, torn up or replaced. {_rests(statement)}"
    return ". ".join(part for part in (clean(statement.says), _rests(statement)) if part)


def _rests(statement: Statement) -> str:
    said = clean(say_rests(statement, _WITH_YEAR))
    return said[:1].upper() + said[1:]


def _paper(visit: Visit, entry: Entry, statement: Statement) -> list[Json]:
    document = _document(visit, entry, statement)
    reference = f"DocumentReference/{document['id']}"
    if statement.taken_back:
        return [document]
    found = [document]
    if statement.rests is Rests.POLST:
        found.append(_flag(visit, entry, statement))
        found += _sections(visit, entry, reference)
    elif statement.rests is Rests.DNR_FORM:
        found.append(_in_place(visit, entry, reference, "dnr-in-place", "A DNR form was seen"))
    else:
        found.append(
            _in_place(visit, entry, reference, "advance-directive-completed", "An advance directive was seen")
        )
        if statement.cpr is Cpr.NO:
            text = "The advance directive says no CPR"
            found.append(_in_place(visit, entry, reference, "advance-directive-dnr", text))
    return found


_TYPES: dict[Rests, tuple[tuple[str, ...], str]] = {
    Rests.POLST: (("portable-medical-order",), "POLST"),
    Rests.DNR_FORM: ((), "DNR form"),
    Rests.ADVANCE_DIRECTIVE: (("advance-directives",), "Advance directive"),
}


def _document(visit: Visit, entry: Entry, statement: Statement) -> Json:
    names, title = _TYPES[statement.rests]
    extensions: list[Json] = []
    signer = clean(statement.signed_by)
    if signer:
        extensions.append({"url": SIGNED_BY, "valueString": signer})
    if statement.dated:
        extensions.append({"url": SIGNED_ON, "valueDate": statement.dated})
    directive = statement.rests is Rests.ADVANCE_DIRECTIVE
    kind = codes.concept(text=title) if directive else acp.acp_concept(*names, text=title)
    more: Json = {"extension": extensions} if extensions else {}
    return record(
        visit,
        "DocumentReference",
        anchor_of(entry)[1],
        at=visit.began_at,
        replaces=about(entry),
        status="superseded" if statement.taken_back else "current",
        type=kind,
        category=[acp.acp_concept("advance-directives", text="Advance directive")] if directive else None,
        author=None,
        description=_text(statement),
        content=[{"attachment": {"title": f"{title}: seen, not copied"}}],
        **more,
    )


def _flag(visit: Visit, entry: Entry, statement: Statement) -> Json:
    return record(
        visit,
        "Flag",
        f"flag/code-status/{entry.id}",
        at=visit.began_at,
        status="active",
        category=[codes.concept(FLAG_CATEGORY)],
        code={"text": _text(statement)},
    )


def _sections(visit: Visit, entry: Entry, document: str) -> list[Json]:
    found: list[Json] = []
    for link_id, code, text in _SECTIONS:
        answer = entry.answers.get(link_id)
        value = acp.coded_answer("code-status", link_id, answer) if answer is not None else None
        if value is not None and any(system == codes.LOINC for system, _ in read.codes(value)):
            found.append(
                _observation(visit, f"{code}/{entry.id}", acp.acp_concept(code, text=text), value, document)
            )
    return found


def _in_place(visit: Visit, entry: Entry, document: str, code: str, text: str) -> Json:
    yes = acp.acp_concept("yes", text="Yes")
    return _observation(visit, f"{code}/{entry.id}", acp.acp_concept(code, text=text), yes, document)


def _observation(visit: Visit, part: str, code: Json, value: Json, document: str) -> Json:
    return record(
        visit,
        "Observation",
        f"observation/{part}",
        at=visit.began_at,
        status="final",
        category=[codes.concept(acp.DIRECTIVE_DOCUMENTATION)],
        code=code,
        valueCodeableConcept=value,
        derivedFrom=[{"reference": document}],
    )


_SAID_CODES = {
    Rests.PATIENT: "What the person said about CPR",
    Rests.AGENT: "What the legal agent said about CPR",
}


def _said(visit: Visit, entry: Entry, statement: Statement) -> Json:
    """What the person or the agent said, or what another record says: words, never an order's code."""
    title = _SAID_CODES.get(statement.rests)
    code = (
        acp.acp_concept("cpr-thoughts", text=title)
        if title
        else {"text": "Code status as another record has it"}
    )
    on = statement.dated or None
    return record(
        visit,
        "Observation",
        anchor_of(entry)[1],
        at=visit.began_at,
        replaces=about(entry),
        status="final",
        category=[codes.concept(acp.TREATMENT_PREFERENCE)],
        code=code,
        effectiveDateTime=on or time_text(visit.began_at),
        valueCodeableConcept={"text": _value(statement)},
    )


def _value(statement: Statement) -> str:
    if statement.taken_back:
        return "Taken back"
    return clean(statement.says) or CPR_WORDS.get(statement.cpr or Cpr.NOT_STATED, "") or "It does not say"
