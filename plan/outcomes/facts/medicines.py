"""Opioids, bowel regimens and naloxone: what is ordered, what is taken, and what a nurse asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from plan.outcomes.facts.answers import ANSWERED_AT, instrument_of, values
from plan.outcomes.facts.medicine_names import INGREDIENTS, OPIOIDS, OTHERS
from plan.outcomes.reading import Json, after, at, codes, extension, find, items, text, words
from plan.outcomes.record import Record
from plan.outcomes.tables import FOREVER
from plan.outcomes.zone import local_day

Row = dict[str, Any]

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_ORDERS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_ENDED = frozenset({"completed", "stopped", "cancelled", "ended"})


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")


_OPIOID, _OTHER = _pattern(OPIOIDS), _pattern(OTHERS)


def classify(concept: Any) -> tuple[str, str] | None:
    """(kind, ingredient) of a medicine, None for one that no measure asks for.

    What has an opioid in it is an opioid, whatever else is in it.
    """
    for system, code in codes(concept):
        if system == RXNORM and code in INGREDIENTS:
            return "opioid", INGREDIENTS[code]
    said = words(concept)
    if (match := _OPIOID.search(said)) is not None:
        return "opioid", OPIOIDS[match[1]]
    match = _OTHER.search(said)
    return (OTHERS[match[1]], match[1]) if match is not None else None


def medicine_rows(record: Record) -> list[Row]:
    """Orders, statements and answers."""
    found = [row for one in record.of("MedicationRequest") if (row := _order(record, one)) is not None]
    replaced = record.replaced("MedicationStatement")
    for one in record.of("MedicationStatement"):
        row = _statement(record, one, replaced.get(f"MedicationStatement/{one['id']}"))
        found += [row] if row is not None else []
    for response in record.of("QuestionnaireResponse"):
        if instrument_of(response) == "medicines":
            found += _answers(record, response)
    return found


def _row(
    record: Record, own_id: str, source: str, named: tuple[str, str], began: int, ends: int | None
) -> Row:
    return {
        "resource_id": own_id,
        "kind": named[0],
        "source": source,
        "answer": None,
        "has_reason": 0,
        "taken": 1,
        "ingredient": named[1],
        "from_ms": began,
        "until_ms": FOREVER if ends is None else ends,
        "from_date": local_day(began, record.zone),
    }


def _order(record: Record, order: Json) -> Row | None:
    named = classify(order.get("medicationCodeableConcept"))
    began, status = at(order.get("authoredOn"), record.zone), text(order, "status")
    if (
        named is None
        or began is None
        or text(order, "intent") not in _ORDERS
        or order.get("doNotPerform") is True
    ):
        return None
    ends = after(find(order, "dispenseRequest", "validityPeriod", "end"), record.zone)
    if ends is None and status in _ENDED:
        ends = at(find(order, "meta", "lastUpdated"), record.zone)
    row = _row(record, str(order["id"]), "order", named, began, ends)
    return row | {
        "taken": int(status != "cancelled"),
        "has_reason": int(bool(text(order, "statusReason", "text"))),
    }


def _statement(record: Record, statement: Json, gone: int | None) -> Row | None:
    named = classify(statement.get("medicationCodeableConcept"))
    began = at(statement.get("effectiveDateTime"), record.zone)
    began = began if began is not None else record.recorded(statement)
    if named is None or began is None:
        return None
    row = _row(record, str(statement["id"]), "statement", named, began, gone)
    taken = text(statement, "status") in ("active", "completed", "intended")
    reason = any(text(one, "text") for one in items(statement, "statusReason"))
    return row | {"taken": int(taken), "has_reason": int(reason)}


def _answers(record: Record, response: Json) -> list[Row]:
    given = {str(one.get("linkId")): one for one in items(response, "item")}
    why = any(text(one, "valueString") for one in items(given.get("bowel-regimen-why"), "answer"))
    found = []
    for link, kind in (("bowel-regimen", "bowel-regimen"), ("naloxone", "naloxone")):
        raw = given.get(link, {})
        said = next((one["code"] for one in values(link, raw)), None)
        when = at(extension(raw, ANSWERED_AT).get("valueDateTime"), record.zone)
        when = when if when is not None else record.recorded(response)
        if said is not None and when is not None:
            row = _row(record, str(response["id"]), "answer", (kind, ""), when, None)
            reason = said == "contraindicated" or (why and link == "bowel-regimen")
            row |= {"answer": said, "has_reason": int(reason), "ingredient": None}
            found.append(row | {"taken": int(said in ("yes", "has-it", "offered"))})
    return found
