"""The last visit in five lines: when and who, what hurt, how she was, what is done, what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plan.fhir.extract import find_reference, walk
from plan.oncall.model import Line
from plan.sharing.reading import Json, moment, say_day
from plan.sharing.said import FUNCTION, SYMPTOMS, newest

WORST_FROM, MOST = 4, 3
"""Symptoms from 4 of 10 on (moderate, by the bands of ESAS-r in the app's content), the three highest."""
_CLASSES = ("HH", "FLD", "AMB", "VR")
_HOW = {"HH": "At home", "FLD": "On the road", "AMB": "At an office", "VR": "By telephone or video"}
_NEXT = "poc-next-contact"


def last_visit(record: dict[str, list[Json]]) -> list[Line]:
    """At most five; none where no visit is on record."""
    visits = sorted(
        filter(_is_visit, record["Encounter"]), key=lambda one: moment(str(one["period"]["start"]))
    )
    if not visits:
        return []
    visit = visits[-1]
    responses = [
        one
        for one in record["QuestionnaireResponse"]
        if find_reference(one, "encounter", "Encounter") == visit.get("id")
    ]
    lines = [_frame(visit), *_symptoms(responses), *_function(responses)]
    lines += [*_done(record["QuestionnaireResponse"]), *_next(responses)]
    return lines[:5]


def _is_visit(encounter: Json) -> bool:
    """One that took place, and was made by somebody: no stay that was told about."""
    period, kind = encounter.get("period") or {}, encounter.get("class") or {}
    made = encounter.get("status") == "finished" and bool(encounter.get("participant"))
    return made and kind.get("code") in _CLASSES and isinstance(period.get("start"), str)


def _frame(visit: Json) -> Line:
    by = ", ".join(dict.fromkeys(str(one) for one in walk(visit, "participant.individual.display")))
    how = _HOW.get(str((visit.get("class") or {}).get("code")), "")
    return Line("visit", by, detail=how, at=str(visit["period"]["start"]))


def _symptoms(responses: Iterable[Json]) -> Iterator[Line]:
    said = newest(responses, SYMPTOMS).values()
    numbered = [(one.number, one.title.partition(" (")[0]) for one in said if one.number is not None]
    worst = sorted((one for one in numbered if one[0] >= WORST_FROM), key=lambda one: -one[0])[:MOST]
    if worst:
        yield Line("visit", ", ".join(f"{name} {number}" for number, name in worst), "Symptoms")
    elif numbered:
        yield Line("visit", "None of 4 or more", "Symptoms")


def _function(responses: Iterable[Json]) -> Iterator[Line]:
    for one in newest(responses, FUNCTION).values():
        if one.text:
            yield Line("visit", one.text, "AKPS")


def _done(responses: Iterable[Json]) -> Iterator[Line]:
    """What is done for the first problems of the newest plan of care."""
    plans = [one for one in responses if _asks(one, "plan-of-care")]
    for plan in sorted(plans, key=lambda one: moment(str(one.get("authored") or "")), reverse=True):
        done = [
            str(text)
            for item in walk(plan, "item.item")
            if item.get("linkId") == "goal-do"
            for text in walk(item, "answer.valueString")
        ]
        if done:
            yield Line("visit", "; ".join(done[:2]), "What is done")
            return


def _next(responses: Iterable[Json]) -> Iterator[Line]:
    for item in walk([one for one in responses if _asks(one, "plan-of-care")], "item"):
        if item.get("linkId") == _NEXT:
            for day in walk(item, "answer.valueDate"):
                yield Line("visit", say_day(str(day)), "Next contact", at=str(day))
                return


def _asks(response: Json, form: str) -> bool:
    asked = str(response.get("questionnaire") or "").partition("|")[0]
    stands = response.get("status") in ("completed", "amended")
    return stands and asked == f"urn:hearthside:questionnaire:{form}"
