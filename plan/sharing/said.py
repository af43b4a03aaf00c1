"""Answers to the questions that may stand in a shared record: one list, and nothing else is read.

It is the list of the app's clinical paper written a second time (ADR 0040, 0053); a test holds the two together. What
is kept apart, what is the team's and what may lie ahead is in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plan.fhir.extract import find_reference, walk
from plan.sharing.reading import Json, concept_text, has_code, moment, reference_of, say_day

MATTERS = ("conv-matters", "conv-matters-words")
WISHES = ("conv-care-wishes", "conv-hospital", "conv-hospital-words", "conv-place-care")
SYMPTOMS = {
    "esas-pain": "112494-0",
    "esas-tired": "112495-7",
    "esas-drowsy": "112496-5",
    "esas-nausea": "112497-3",
    "esas-appetite": "112498-1",
    "esas-sob": "112499-9",
    "esas-depr": "112500-4",
    "esas-anx": "112501-2",
    "esas-wb": "112502-0",
}
"""ESAS-r, by question the LOINC code of its Observation."""
FUNCTION = ("akps",)
WORSE = ("poc-if-worse",)
QUESTIONS = frozenset((*MATTERS, *WISHES, *SYMPTOMS, *FUNCTION, *WORSE))
QUOTED = frozenset(("conv-matters-words", "conv-care-wishes", "conv-hospital-words"))
"""The person's own words."""
_SAW = "conv-saw"
_CONVERSATION = "713603004"
"""SNOMED CT 713603004 Advance care planning: the Procedure that stands for a conversation."""
_AT = "urn:hearthside:answered-at"
_AGAIN = "urn:hearthside:again"


@dataclass(frozen=True, slots=True)
class Saying:
    """One answer in words. `at` as it was written; `number` where it is one; `source` the response it stands in."""

    link_id: str
    title: str
    text: str
    at: str
    number: int | None = None
    source: str = ""

    @property
    def day(self) -> str:
        return say_day(self.at)


def newest(responses: Iterable[Json], links: Iterable[str]) -> dict[str, Saying]:
    """The last answer to each of these questions, by question."""
    found: dict[str, Saying] = {}
    for saying in _sayings(responses, frozenset(links) & QUESTIONS):
        held = found.get(saying.link_id)
        if held is None or moment(saying.at) >= moment(held.at):
            found[saying.link_id] = saying
    return found


def what_stands(record: dict[str, list[Json]], links: Iterable[str]) -> list[Saying]:
    """What holds of the conversation: an answer until a version that knew it says something else.

    Two versions whose authors did not know of each other both stand: neither is anybody's to choose here.
    """
    talks = [one for one in record["QuestionnaireResponse"] if _asks(one, "conversation")]
    names = _names(record["Procedure"], talks)
    before = {own: _before(own, names, talks) for own in names}
    found: list[Saying] = []
    for link in (one for one in links if one in QUESTIONS):
        said = [one for one in _sayings(talks, frozenset((link,))) if one.text]
        overtaken = {old for one in said for old in before[one.source]}
        current = [one for one in said if one.source not in overtaken] or said
        found += sorted(current, key=lambda one: moment(one.at), reverse=True)
    return found


def _asks(response: Json, form: str) -> bool:
    asked = str(response.get("questionnaire") or "").partition("|")[0]
    return asked == f"urn:hearthside:questionnaire:{form}" and response.get("status") in (
        "completed",
        "amended",
    )


def _names(procedures: Iterable[Json], talks: Iterable[Json]) -> dict[str, set[str]]:
    """Under which names other versions know each response."""
    by_visit: dict[str | None, set[str]] = {}
    for one in procedures:
        if has_code(one.get("code"), _CONVERSATION):
            visit = find_reference(one, "encounter", "Encounter")
            by_visit.setdefault(visit, set()).add(reference_of(one))
    found = {}
    for talk in talks:
        visit = find_reference(talk, "encounter", "Encounter")
        found[reference_of(talk)] = {reference_of(talk), *(by_visit.get(visit, ()) if visit else ())}
    return found


def _before(own: str, names: dict[str, set[str]], talks: Iterable[Json]) -> set[str]:
    """Responses that this one follows, directly or through others; never itself."""
    saw = {reference_of(talk): _saw(talk) for talk in talks}
    found: set[str] = set()
    waiting = list(saw.get(own, ()))
    while waiting:
        name = waiting.pop()
        for other in (one for one, known in names.items() if name in known):
            if other not in found and other != own:
                found.add(other)
                waiting += saw.get(other, ())
    return found


def _saw(talk: Json) -> list[str]:
    for item in walk(talk, "item"):
        if item.get("linkId") == _SAW:
            words = " ".join(str(one) for one in walk(item, "answer.valueString")).split()
            return [word for word in words if "=" not in word]
    return []


def _sayings(responses: Iterable[Json], links: frozenset[str]) -> Iterator[Saying]:
    for response in responses:
        if response.get("status") not in ("completed", "amended"):
            continue
        for item in walk(response, "item"):
            link = item.get("linkId")
            if link in links and item.get("answer"):
                yield _saying(response, item, link)


def _saying(response: Json, item: Json, link: str) -> Saying:
    at = next((e.get("valueDateTime") for e in walk(item, "extension") if e.get("url") == _AT), None)
    answers = [one for one in walk(item, "answer") if isinstance(one, dict)]
    number = next((n for one in answers if (n := _number(one)) is not None), None)
    for again in (e for e in walk(item, "extension") if e.get("url") == _AGAIN):
        parts = {str(part.get("url")): part for part in walk(again, "extension")}
        later = _number(parts.get("value", {}))
        if later is not None:  # measured once more in the same visit: the last one is how it was left
            number, at = later, parts.get("at", {}).get("valueDateTime") or at
    text = "; ".join(filter(None, (_text(one) for one in answers)))
    if number is not None:
        text = str(number)
    title = str(item.get("text") or "")
    return Saying(
        link, title, text, str(at or response.get("authored") or ""), number, reference_of(response)
    )


def _number(answer: Json) -> int | None:
    for name in ("valueInteger", "valueDecimal"):
        try:
            return int(answer[name])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _text(answer: Json) -> str:
    for name in ("valueString", "valueDate", "valueDateTime", "valueInteger", "valueDecimal"):
        if name in answer:
            return str(answer[name]).strip()
    coding = answer.get("valueCoding")
    if not isinstance(coding, dict):
        return ""
    said, code = concept_text({"coding": [coding]}), str(coding.get("code") or "")
    return f"{code}: {said}" if code.isdigit() and said else said or code  # a level is known by its number
