"""What was done about a symptom beyond rating it: a closer look, a measure taken, a prescriber reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plan.outcomes.facts.answers import AGAIN, ANSWERED_AT, ESAS, instrument_of, values
from plan.outcomes.reading import Json, at, extension, extensions, items, text
from plan.outcomes.record import Record, visit_of

Row = dict[str, Any]

SYMPTOMS = {
    "esas-pain": "pain",
    "esas-sob": "dyspnea",
    "esas-nausea": "nausea",
    "esas-tired": "tiredness",
    "esas-drowsy": "drowsiness",
    "esas-appetite": "appetite",
    "esas-depr": "depression",
    "esas-anx": "anxiety",
    "esas-wb": "wellbeing",
    "esas-other": "other",
    "peg-p": "pain",
}
ANY = "any"
_CAUSES = {"pain": "pain", "breath": "dyspnea"}
_OF_SCALE = {"peg-3": "pain", "painad": "pain"}


def action_rows(record: Record, answers: list[Row]) -> list[Row]:
    """Assessments and treatments, one row each."""
    found = list(_of_answers(answers))
    for response in record.of("QuestionnaireResponse"):
        instrument, visit, when = instrument_of(response), visit_of(response), record.recorded(response)
        if when is None:
            continue
        if instrument == "prescriber-call":
            found += _calls(record, response, visit, when)
        elif instrument is not None:
            found += _done(record, response, visit)
    return found


def _row(visit: str | None, symptom: str, kind: str, how: str, when: int) -> Row:
    return {"visit_id": visit, "symptom": symptom, "kind": kind, "how": how, "at_ms": when}


def _of_answers(answers: list[Row]) -> Iterator[Row]:
    scales: dict[tuple[str | None, str], int] = {}
    for one in answers:
        visit, when, item = one["visit_id"], one["at_ms"], one["item"]
        given = one["absent"] is None
        if given and one["turn"] > 0 and item in SYMPTOMS:
            yield _row(visit, SYMPTOMS[item], "assessment", "second-look", when)
        elif given and one["instrument"] in _OF_SCALE and visit is not None:
            key = (visit, one["instrument"])
            scales[key] = max(when, scales.get(key, when))
        elif item == "distress-cause" and one["code"] is not None:
            yield _row(visit, _CAUSES.get(one["code"], ANY), "assessment", "distress-signs", when)
        elif item == "distress-tried" and one["code"] not in (None, "nothing"):
            yield _row(visit, ANY, "treatment", "distress-signs", when)
        elif item == "oxygen" and one["code"] in ("as-ordered", "more"):
            yield _row(visit, "dyspnea", "treatment", "oxygen", when)
    for (visit, scale), when in scales.items():
        yield _row(visit, _OF_SCALE[scale], "assessment", scale, when)


def _done(record: Record, response: Json, visit: str | None) -> Iterator[Row]:
    """What a second look says was done in between."""
    for raw in items(response, "item"):
        link = (text(raw, "linkId") or "").removeprefix("/")
        symptom = SYMPTOMS.get(ESAS.get(link, link))
        if symptom is None:
            continue
        for again in extensions(raw, AGAIN):
            parts = list(items(again, "extension"))
            when = next(
                (at(p.get("valueDateTime"), record.zone) for p in parts if p.get("url") == "at"), None
            )
            done = any(p.get("url") == "done" and text(p, "valueString") for p in parts)
            if done and when is not None:
                yield _row(visit, symptom, "treatment", "done", when)


def _calls(record: Record, response: Json, visit: str | None, otherwise: int) -> Iterator[Row]:
    """Calls to a prescriber from which something came."""
    for entry in items(response, "item"):
        inner = {str(one.get("linkId")): one for one in items(entry, "item")}
        outcome = inner.get("pc-outcome")
        said = next((one["code"] for one in values("pc-outcome", outcome or {})), None)
        if outcome is None or said not in ("order", "advice", "visit"):
            continue
        when = at(extension(outcome, ANSWERED_AT).get("valueDateTime"), record.zone)
        how = "order" if said == "order" else "prescriber-call"
        yield _row(visit, ANY, "treatment", how, when if when is not None else otherwise)
