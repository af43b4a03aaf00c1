"""Papers and statements that speak for a person: POLST, DNR form, advance directive, agent, what was said about CPR."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from plan.outcomes.reading import LOINC, Json, at, find, full_reference, has_code, items, text, words
from plan.outcomes.record import Record, says
from plan.outcomes.tables import FOREVER

Row = dict[str, Any]

POLST, DIRECTIVES = "93037-0", "42348-3"
"""LOINC, as in HL7's advance directive guide: the form as a document, and the category of directives."""
_AGENTS = ("75783-1", "75784-9", "75785-6")
_SAID_CPR, _CPR_ORDERS, _TREATMENT = "75779-9", "100822-6", "100823-4"
_CPR = {"LA33471-6": "cpr-no", "LA33470-8": "cpr-yes"}
_TREATMENTS = {"LA33473-2": "full", "LA33474-0": "selective", "LA33475-7": "comfort"}
_CPR_WORDS = (
    ("no cpr", "cpr-no"),
    ("attempt cpr", "cpr-yes"),
    ("yes cpr", "cpr-yes"),
    ("not decided", "not-decided"),
)


def document_rows(record: Record) -> list[Row]:
    """One row for each that was ever recorded, until it was replaced or taken back."""
    found = []
    sections = _sections(record)
    gone = record.replaced("DocumentReference")
    for paper in record.of("DocumentReference"):
        kind, began = _kind(paper), record.recorded(paper)
        if kind is None or began is None or text(paper, "docStatus") in ("preliminary", "entered-in-error"):
            continue
        if text(paper, "status") == "superseded" and any(_replaces(paper)):
            continue  # the record that it was taken back; the paper's own row ends with it
        own = f"DocumentReference/{paper['id']}"
        ends = gone.get(own)
        if ends is None and text(paper, "status") == "superseded":
            ends = at(find(paper, "meta", "lastUpdated"), record.zone)
        read = sections.get(own, {})
        found.append(_row(str(paper["id"]), kind, read.get("cpr"), began, ends))
        if "treatment" in read:
            found.append(_row(str(paper["id"]), "polst-treatment", read["treatment"], began, ends))
    return found + _said(record) + _agents(record)


def _row(own_id: str, kind: str, said: str | None, began: int, ends: int | None) -> Row:
    return {
        "resource_id": own_id,
        "kind": kind,
        "says": said,
        "from_ms": began,
        "until_ms": FOREVER if ends is None else ends,
    }


def _replaces(paper: Json) -> list[Json]:
    return [one for one in items(paper, "extension") if one.get("url") == "urn:hearthside:replaces"]


def _kind(paper: Json) -> str | None:
    if has_code(paper.get("type"), POLST, LOINC) or says(paper, "polst", "molst"):
        return "polst"
    if says(paper, "dnr form"):
        return "dnr-form"
    directive = any(has_code(one, DIRECTIVES, LOINC) for one in items(paper, "category"))
    return "advance-directive" if directive or says(paper, "advance directive", "living will") else None


def _sections(record: Record) -> dict[str, dict[str, str]]:
    """What a paper's sections say, by the paper."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for one in record.of("Observation"):
        for name, code, known in (("cpr", _CPR_ORDERS, _CPR), ("treatment", _TREATMENT, _TREATMENTS)):
            if has_code(one.get("code"), code, LOINC):
                answer = next(
                    (said for la, said in known.items() if has_code(one.get("valueCodeableConcept"), la)),
                    None,
                )
                for source in items(one, "derivedFrom"):
                    paper = full_reference({"of": source}, "of")
                    if paper is not None and answer is not None:
                        found[paper][name] = answer
    return found


def _said(record: Record) -> list[Row]:
    found = []
    gone = record.replaced("Observation")
    for one in record.of("Observation"):
        when = record.recorded(one)
        spoken = words(one.get("valueCodeableConcept"))
        if not has_code(one.get("code"), _SAID_CPR, LOINC) or when is None or spoken == "taken back":
            continue
        said = next((code for mark, code in _CPR_WORDS if spoken.startswith(mark)), None)
        found.append(_row(str(one["id"]), "code-status", said, when, gone.get(f"Observation/{one['id']}")))
    return found


def _agents(record: Record) -> list[Row]:
    found = []
    gone = record.replaced("Consent")
    for consent in record.of("Consent"):
        when = record.recorded(consent)
        actors = items(consent, "provision", "actor")
        named = any(has_code(one.get("role"), code, LOINC) for one in actors for code in _AGENTS)
        if not named or when is None or text(consent, "status") not in ("active", "inactive"):
            continue
        ends = gone.get(f"Consent/{consent['id']}")
        if ends is None and text(consent, "status") == "inactive":
            ends = at(find(consent, "meta", "lastUpdated"), record.zone)
        found.append(_row(str(consent["id"]), "agent", None, when, ends))
    return found
