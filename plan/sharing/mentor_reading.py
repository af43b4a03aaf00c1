"""One visit as a mentor of another organisation reads it: coded answers in our own words, a course, nobody in it.

Three barriers. What is restricted, or names what is restricted, is not read (`read_record`). Of what is read only
codes, yes or no, and numbers are taken, and told in the words of `mentor_words`: no text of the record can come
through. Free text leaves only passage by passage, each released by somebody who read it, and never with what is known
to say who somebody is (`mentor_names`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from plan.fhir.extract import find_reference
from plan.problems import PlanProblem
from plan.programmes.case import compose_case
from plan.sharing.mentor_names import find_known
from plan.sharing.mentor_words import CHOSEN, NUMBER, UNITS, WORDS, YES_NO, Form, Question, forms
from plan.sharing.model import Line, Part, Summary
from plan.sharing.reading import Json, read_record, reference_of

TITLE = "One visit, to learn from"
ABOUT = (
    "Names, places, dates and free text are left out. Days are counted, ages are bands.",
    "Please do not try to find out who it is.",
)
PASSAGES = "Released by the team, word for word"
_AGAIN = "urn:hearthside:again"
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Passage:
    """Free text of the visit. `id` is made from where it stands and from its words: other words are another passage.

    `refused`: why it cannot be released; "" where it may be.
    """

    id: str
    label: str
    text: str
    refused: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`digest` is of everything that is told without passages."""

    who: str
    parts: tuple[Part, ...]
    passages: tuple[Passage, ...]

    @property
    def digest(self) -> str:
        told = [self.who, [[one.title, [[e.label, e.text] for e in one.lines]] for one in self.parts]]
        return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()

    def as_told(self, released: Iterable[str] = ()) -> Summary:
        """What the mentor sees, the passages with these ids among it. Raises KeyError for one that may not leave."""
        open_ones = {one.id: one for one in self.passages if not one.refused}
        lines = tuple(Line(open_ones[one].text, open_ones[one].label, quoted=True) for one in released)
        more = (Part("passages", PASSAGES, None, lines),) if lines else ()
        return Summary({}, self.who, ABOUT, (*self.parts, *more), TITLE)


def compose_reading(connection: Connection, patient_id: str, visit_id: str) -> Reading | None:
    """The visit as it stands now; None where it cannot be read: gone, not finished, kept apart. Facts must be fresh."""
    record = read_record(connection, patient_id)
    visits = [one for one in record["Encounter"] if one["id"] == visit_id and one.get("status") == "finished"]
    if not record["Patient"] or not visits:
        return None
    try:
        case = compose_case(connection, patient_id, up_to=visit_id)
    except PlanProblem:
        return None
    mine = [
        one
        for one in record["QuestionnaireResponse"]
        if find_reference(one, "encounter", "Encounter") == visit_id
        and one.get("status") in ("completed", "amended")
    ]
    course = tuple(Line(" ".join(lines), f"Day {day}.") for day, lines in case.course)
    parts = [Part("course", "The course up to this visit", None, course)]
    passages: list[Passage] = []
    known = find_known(connection, patient_id)
    for form in forms():
        told: list[Line] = []
        for response in (one for one in mine if _form_of(one) == form.id):
            for question, item in _asked(response, form):
                if question.kind == WORDS:
                    for text in _texts(item):
                        label = f"{form.name}: {question.text}"
                        found = _name(response, question, text)
                        passages.append(Passage(found, label, text, known.why_not(text)))
                elif said := _say(question, item):
                    told.append(Line(said, f"{question.text.rstrip('?:')}:"))
        if told:
            parts.append(Part(form.id, form.name, None, tuple(told)))
    unique = {one.id: one for one in passages}
    return Reading(case.who, tuple(parts), tuple(unique.values()))


def _form_of(response: Json) -> str:
    asked = str(response.get("questionnaire") or "").partition("|")[0]
    return asked.removeprefix("urn:hearthside:questionnaire:")


def _asked(value: Json, form: Form) -> Iterator[tuple[Question, Json]]:
    items = value.get("item")
    for item in items if isinstance(items, list) else ():
        question = form.questions.get(str(item.get("linkId")))
        if question is not None:
            yield question, item
        yield from _asked(item, form)


def _answers(item: Json) -> list[Json]:
    found = item.get("answer")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _texts(item: Json) -> Iterator[str]:
    for one in _answers(item):
        text = one.get("valueString")
        if isinstance(text, str) and 0 < len(text.strip()) <= _LONGEST:
            yield text.strip()


def _name(response: Json, question: Question, text: str) -> str:
    stands = "\0".join((reference_of(response), question.link_id, text))
    return hashlib.sha256(stands.encode()).hexdigest()[:32]


def _say(question: Question, item: Json) -> str:
    """The answer in our words; "" where it is none that we know."""
    if question.kind == NUMBER:
        found = [_number(one) for one in _answers(item)] + [_number(one) for one in _again(item)]
        said = [one for one in found if one]
        return said[0] + (f", then {', '.join(said[1:])}" if said[1:] else "") if said else ""
    if question.kind == YES_NO:
        values = {one["valueBoolean"] for one in _answers(item) if isinstance(one.get("valueBoolean"), bool)}
        return "Yes" if values == {True} else "No" if values == {False} else ""
    if question.kind == CHOSEN:
        codes = [
            str(one["valueCoding"].get("code"))
            for one in _answers(item)
            if isinstance(one.get("valueCoding"), dict)
        ]
        return "; ".join(_option(code, question) for code in codes if code in question.options)
    return ""


def _option(code: str, question: Question) -> str:
    said = question.options[code]
    return f"{code}: {said}" if code.isdigit() else said


def _again(item: Json) -> Iterator[Json]:
    """Second looks in the same visit."""
    for one in item.get("extension") or ():
        if isinstance(one, dict) and one.get("url") == _AGAIN:
            yield from (e for e in one.get("extension") or () if e.get("url") == "value")


def _number(answer: Json) -> str:
    quantity = answer.get("valueQuantity")
    if isinstance(quantity, dict):
        unit = UNITS.get(str(quantity.get("code")))
        value = _plain(quantity.get("value"))
        return f"{value} {unit}" if value and unit else ""
    return _plain(answer.get("valueInteger")) or _plain(answer.get("valueDecimal"))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return ""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return ""
    return f"{number:g}" if abs(number) < 100_000 else ""
