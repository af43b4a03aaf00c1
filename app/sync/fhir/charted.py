"""Observations → answers, for servers that hold no QuestionnaireResponse. Takes anything, never raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from app.content import load
from app.content.model import Instrument, Item, ItemKind
from app.domain.visit import Again, Answer
from app.sync.fhir import read
from app.sync.fhir.frame import Json
from app.sync.fhir.observations import code_pair, is_observed, item_text
from app.sync.fhir.questionnaire import Content
from app.sync.fhir.responses import raw_text
from app.sync.fhir.values import decode_value, find_absent

_STANDING = ("final", "amended", "corrected")


class _Items:
    """Which item an Observation is about: by its code, else by the text that we write beside it."""

    def __init__(self, content: Content) -> None:
        self._by_code: dict[tuple[str, str], Item] = {}
        self._by_text: dict[str, Item] = {}
        for instrument in content.values():
            if instrument.voice is not None:
                continue  # a number that somebody charted does not say that it is the person's own answer
            for item in instrument.items:
                if is_observed(instrument, item) and item.kind is not ItemKind.GROUP:
                    self._add(instrument, item)

    def _add(self, instrument: Instrument, item: Item) -> None:
        if item.code is not None:
            self._by_code.setdefault(code_pair(item.code), item)
        else:
            self._by_text.setdefault(item_text(instrument, item), item)

    def find(self, observation: Any) -> tuple[Item, str | None] | None:
        """(item, what the person called it)."""
        concept = read.find(observation, "code")
        for system, code in read.codes(concept):
            if system is not None and (system, code) in self._by_code:
                return self._by_code[system, code], None
        text = read.text(concept, "text") or ""
        if text in self._by_text:
            return self._by_text[text], None
        said, _, name = text.partition(": ")
        item = self._by_text.get(said)
        return (item, name.strip() or None) if item is not None and item.named else None


def _answers(item: Item, observation: Any) -> Iterator[Json]:
    """The value as a QuestionnaireResponse would have it."""
    parts = list(read.items(observation, "component")) if item.kind is ItemKind.CHOICES else [observation]
    for part in parts:
        for coding in read.items(part, "valueCodeableConcept", "coding"):
            yield {"valueCoding": coding}
        for member in ("valueInteger", "valueQuantity", "valueBoolean", "valueString", "valueDateTime"):
            if (value := read.find(part, member)) is not None:
                yield {member: value, "valueDate": value} if member == "valueDateTime" else {member: value}


def _value(item: Item, observation: Any) -> Any:
    answers = list(_answers(item, observation))
    number = read.whole(observation, "valueInteger")
    if item.kind is ItemKind.CHOICE and number is not None:
        return next((o.code for o in item.options if o.score == number and o.code == str(number)), None)
    if item.kind is ItemKind.NUMBER and item.unit is not None:
        counted = read.whole(observation, "valueQuantity", "value")
        answers = [{"valueInteger": counted}]
    # One concept may carry the same choice in several systems.
    if item.kind is not ItemKind.CHOICES:
        return next((found for one in answers if (found := decode_value(item, [one])) is not None), None)
    return decode_value(item, answers)


def decode_observations(
    observations: Iterable[Any], otherwise_at: datetime, content: Content | None = None
) -> Mapping[str, Answer]:
    """Answers by link id: of several Observations of one item the first is the answer, the others are "again"."""
    known = _Items(load() if content is None else content)
    measured: dict[str, list[tuple[str | None, Again]]] = {}
    for raw in observations:
        found = known.find(raw)
        if found is None or read.text(raw, "status") not in _STANDING:
            continue
        item, name = found
        at = read.instant(raw, "effectiveDateTime") or otherwise_at
        value = _value(item, raw)
        codes = (code for _, code in read.codes(read.find(raw, "dataAbsentReason")))
        reasons = [absent for absent in map(find_absent, codes) if absent is not None]
        if value is not None or reasons:
            done = raw_text(raw, "note", 0, "text") or ""
            one = Again(at, value, None if value is not None else reasons[-1], done)
            measured.setdefault(item.link_id, []).append((name, one))
    return {link_id: _answer(several) for link_id, several in measured.items()}


def _answer(several: list[tuple[str | None, Again]]) -> Answer:
    (name, first), *rest = sorted(several, key=lambda one: one[1].at)
    return Answer(first.at, first.value, first.absent, name, tuple(one for _, one in rest))
