"""Answers → Observations that any system can chart: items of scales and coded items, totals, findings, panels.

Each says in plain text what it is, beside its code: some LOINC codes are newer than a server's tables (ESAS-r), some
mean another recall period there (GAD-7), and some scales have no code at all (AKPS, which is not KPS 89243-0). A
missing answer is a dataAbsentReason, never 0; a total is sent only when every counted item is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.content import load
from app.content.model import Code, Instrument, Item, ItemKind, Kind
from app.domain.instruments import Score, score_instrument
from app.domain.visit import Absent, Again, Answer, Value, Visit
from app.sync.fhir import codes
from app.sync.fhir.frame import Json, is_restricted, record
from app.sync.fhir.json_text import NumberText
from app.sync.fhir.questionnaire import Content, answered_form, is_private, response_id, whole_instruments
from app.sync.fhir.values import code_coding, encode_quantity, encode_value
from app.sync.fhir.write import clean, sendable

VITAL_SIGNS = frozenset(
    {"59408-5", "2708-6", "9279-1", "8867-4", "8310-5", "8302-2", "29463-7", "39156-5", "8480-6", "8462-4"}
)
"""LOINC codes of FHIR R4's vital signs profile, and pulse oximetry (clinical.md 3.5)."""
_FUNCTION = frozenset({"akps", "ecog"})
_SPAN = re.compile(r"\d|past|last", re.IGNORECASE)


def is_observed(instrument: Instrument, item: Item) -> bool:
    """Scales are charted item by item; of our own forms only what has a code."""
    return not item.hidden and (instrument.kind is Kind.SCALE or item.code is not None)


def item_text(form: Instrument, item: Item) -> str:
    """What an item's Observation is called: the scale, the item, and the time it asks about."""
    if form.kind is not Kind.SCALE:
        return item.name
    if len(form.items) == 1:
        return form.name
    span = form.recall or ""
    when = f" ({span[0].lower()}{span[1:]})" if _SPAN.search(span) else ""
    return f"{form.short_name} {item.name}{when}"


def _categories(instrument: Instrument, item: Item | None) -> list[Json]:
    if item is not None and item.code is not None and item.code.code in VITAL_SIGNS:
        return [codes.concept(codes.VITAL_SIGNS)]
    found = [codes.concept(codes.SURVEY)]
    if instrument.id in _FUNCTION:
        found.append(codes.concept(codes.FUNCTIONAL_STATUS))
    return found


def absence_concept(absent: Absent) -> Json:
    """Why there is no value: FHIR's code, ours where it says more, and words."""
    own = {"system": codes.ABSENT, "code": absent.value}
    return codes.concept(codes.ABSENCES[absent], own, text=codes.ABSENT_WORDS[absent])


def _is_numeric(item: Item, code: str) -> bool:
    """True for scales whose options are the numbers themselves (AKPS 40, ECOG 2)."""
    option = item.find_option(code)
    return option is not None and option.score is not None and option.code == str(option.score)


def _chosen(item: Item, value: str, coding: codes.Coding) -> Json:
    option = item.find_option(value)
    return codes.concept(coding, text=option.display if option is not None else value)


def _value(item: Item, value: Value, code: Json) -> Json:
    answers = encode_value(item, value)
    match item.kind, value:
        case ItemKind.NUMBER, int() if item.unit is not None:
            return {"valueQuantity": encode_quantity(item, value)}
        case ItemKind.CHOICE, str() if _is_numeric(item, value):
            option = item.find_option(value)
            words = option.display if option is not None else value
            return {"valueInteger": int(value), "interpretation": [codes.concept(text=words)]}
        case ItemKind.CHOICE, str():
            return {"valueCodeableConcept": _chosen(item, value, answers[0]["valueCoding"])}
        case ItemKind.YES_NO, str() if (option := item.find_option(value)) is not None and option.coding:
            return {"valueCodeableConcept": _chosen(item, value, code_coding(option.coding))}
        case ItemKind.CHOICES, tuple():
            chosen = [
                {"code": code, "valueCodeableConcept": _chosen(item, one, answer["valueCoding"])}
                for one, answer in zip(value, answers, strict=True)
            ]
            return {"component": chosen} if chosen else {}
    name, said = next(iter(answers[0].items())) if answers else ("", None)
    return {"valueDateTime" if name == "valueDate" else name: said} if name else {}


class _Maker:
    """The Observations of one instrument in one visit."""

    def __init__(self, visit: Visit, instrument: Instrument, form: Instrument) -> None:
        self.visit = visit
        self.instrument = instrument
        self.form = form
        self.found: list[Json] = []
        self._members: list[Json] = []

    def _observe(
        self, part: str, item: Item | None, code: Json, at: datetime, *, private: bool, **members: Any
    ) -> Json:
        source = response_id(self.visit.id, self.form.id, private=private)
        built = record(
            self.visit,
            "Observation",
            f"observation/{part}",
            at=at,
            private=private,
            status="final",
            category=_categories(self.instrument, item),
            code=code,
            **members,
            derivedFrom=[{"reference": f"QuestionnaireResponse/{source}"}],
        )
        self.found.append(built)
        return built

    def item(self, item: Item, answer: Answer, part: str, group: Item | None = None) -> None:
        name = clean(answer.name or "")
        text = item_text(self.form, item) + (f": {name}" if name else "")
        code = codes.concept(*([code_coding(item.code)] if item.code else []), text=text)
        private = is_private(self.instrument, item, group)
        measured: tuple[Answer | Again, ...] = (answer, *answer.again)
        for number, one in enumerate(measured):
            said: Json = {}
            if one.absent is not None:
                said["dataAbsentReason"] = absence_concept(one.absent)
            elif one.value is not None:
                said |= _value(item, one.value, code)
            if not said:
                continue
            done = sendable(one.done) if isinstance(one, Again) else ""
            if done.strip():
                said["note"] = [{"text": done}]
            own = part if number == 0 else f"{part}/again/{number}"
            made = self._observe(own, item, code, one.at, private=private, **said)
            if number == 0 and group is None:
                self._members.append(made)

    def items(self) -> None:
        for item in self.instrument.items:
            if item.link_id in self.visit.answers and is_observed(self.instrument, item):
                self.item(item, self.visit.answers[item.link_id], item.link_id)
            for entry in self.visit.entries.get(item.link_id, ()):
                for inner in item.items:
                    if inner.code is not None and not inner.hidden and inner.link_id in entry.answers:
                        self.item(inner, entry.answers[inner.link_id], f"{entry.id}/{inner.link_id}", item)

    def _counted(self, links: Iterable[str]) -> tuple[datetime, bool]:
        """(when the last of them was answered, whether any of them is private)."""
        items = [self.form.get_item(link) for link in links]
        times = [self.visit.answers[item.link_id].at for item in items if item.link_id in self.visit.answers]
        return max(times, default=self.visit.left_at), any(is_private(self.instrument, i) for i in items)

    def total(self, score: Score) -> None:
        total = self.form.total
        if score.total is None or total.rule not in ("sum", "mean"):
            return
        at, private = self._counted(total.of)
        code = codes.concept(
            *([code_coding(total.code)] if total.code else []), text=f"{self.form.short_name} total"
        )
        said: Json = {"valueInteger": score.total}
        if not isinstance(score.total, int):
            value = NumberText(str(score.total))
            said = {"valueQuantity": {"value": value, "system": codes.UCUM, "code": "{score}"}}
        if score.band is not None:
            said["interpretation"] = [codes.concept(text=score.band)]
        self._members.append(self._observe(f"{self.form.id}/total", None, code, at, private=private, **said))

    def derived(self, score: Score) -> None:
        for derived in self.form.derived:
            chosen = score.derived.get(derived.code.code)
            options = [one for one in (derived.positive, derived.negative) if one.code == chosen]
            if options:
                at, private = self._counted(derived.of)
                value = codes.concept(code_coding(options[0]), text=options[0].display or derived.name)
                code = codes.concept(code_coding(derived.code), text=derived.name)
                part = f"{self.form.id}/{derived.id}"
                self._observe(part, None, code, at, private=private, valueCodeableConcept=value)

    def panel(self) -> None:
        """All of one instrument together. It names no restricted record unless the whole of it is restricted."""
        private = self.instrument.private or self.instrument.team_only
        named = [one for one in self._members if is_restricted(one) is private]
        if (
            self.form.kind is not Kind.SCALE
            or not named
            or (len(self.form.items) == 1 and not self.form.panel)
        ):
            return
        members = [{"reference": f"Observation/{one['id']}"} for one in named]
        told = [item for item in self.form.items if is_private(self.instrument, item) is private]
        at, _ = self._counted(item.link_id for item in told if item.kind is not ItemKind.GROUP)
        code = codes.concept(*map(code_coding, self.form.panel), text=self.form.short_name)
        taken = self.form.id in {item.link_id for item in self.form.items}
        part = f"{self.form.id}/panel" if taken else self.form.id
        self._observe(part, None, code, at, private=private, hasMember=members)


def encode_observations(visit: Visit, content: Content | None = None) -> list[Json]:
    """One Observation an answered item and one more each time it was measured again; then total, findings, panel."""
    known = load() if content is None else content
    found: list[Json] = []
    for instrument in whole_instruments(known):
        maker = _Maker(visit, instrument, answered_form(instrument, visit, known))
        maker.items()
        if maker.found:
            score = score_instrument(maker.form, _scorable(maker.form, visit))
            maker.total(score)
            maker.derived(score)
            maker.panel()
        found += maker.found
    return found


def _scorable(form: Instrument, visit: Visit) -> dict[str, Value | None]:
    return {i.link_id: visit.answers[i.link_id].value for i in form.items if i.link_id in visit.answers}


def code_pair(code: Code) -> tuple[str, str]:
    return code.system, code.code
