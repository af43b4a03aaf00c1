"""Answers → QuestionnaireResponses, the source of truth: one an instrument, in its own order and words.

Private items travel in a response of their own with a restricted label, so that the rest stays readable for
everybody. Reading back is in `responses`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from app.content import load
from app.content.model import Instrument, Item, ItemKind, Kind
from app.domain.visit import Again, Answer, AnsweredBy, Entry, Visit
from app.sync.fhir import codes
from app.sync.fhir.frame import Json, record
from app.sync.fhir.values import encode_absence, encode_value
from app.sync.fhir.write import clean, part_id, sendable, time_text

Content = Mapping[str, Instrument]

NAME, VALUE = "/name", "/value"
"""Ends of the link ids of the two halves of an item that the person names herself."""
_CLINICIAN = "clinician"


def _part(instrument_id: str, *, private: bool) -> str:
    return f"questionnaire-response/{instrument_id}" + ("/private" if private else "")


def response_id(visit_id: str, instrument_id: str, *, private: bool = False) -> str:
    return part_id(visit_id, _part(instrument_id, private=private))


def is_private(instrument: Instrument, item: Item, group: Item | None = None) -> bool:
    """True where the answer carries the restricted label."""
    inherited = group is not None and group.private
    return instrument.private or instrument.team_only or item.private or inherited


def whole_instruments(content: Content) -> Iterator[Instrument]:
    """Every instrument that holds items of its own; short forms share theirs with the whole."""
    return (instrument for instrument in content.values() if instrument.short_of is None)


def answered_form(instrument: Instrument, visit: Visit, content: Content) -> Instrument:
    """The short form when nothing beyond its questions was touched, else the instrument itself."""
    short = instrument.short_form
    touched = {item.link_id for item in instrument.items if item.link_id in visit.answers}
    if short is None or short.id not in content or not touched or not touched <= set(short.of):
        return instrument
    return content[short.id]


def is_told(instrument: Instrument, visit: Visit) -> bool:
    """True where the visit's "answered by" speaks of this instrument: somebody answered it, no clinician rated it."""
    if visit.answered_by is None or _CLINICIAN in instrument.answered_by:
        return False
    return instrument.kind is Kind.SCALE or visit.answered_by.value in instrument.answered_by


def find_answerer(instrument: Instrument, visit: Visit) -> AnsweredBy | None:
    """Who answered this instrument; None where nobody says. A form of the person's own is hers whoever else speaks."""
    if instrument.voice is None:
        return visit.answered_by if is_told(instrument, visit) else None
    said = visit.answers.get(instrument.voice.by)
    helped = said is not None and said.value == AnsweredBy.ASSISTED.value
    return AnsweredBy.ASSISTED if helped else AnsweredBy.PATIENT


def _value_members(item: Item, answer: Answer | Again) -> tuple[list[Json], list[Json]]:
    """(extensions, answers) of a value or of the reason why there is none."""
    if answer.absent is not None:
        return encode_absence(answer.absent), []
    return [], [] if answer.value is None else encode_value(item, answer.value)


def _again(item: Item, again: Again) -> Json:
    parts: list[Json] = [{"url": "at", "valueDateTime": time_text(again.at)}]
    if again.absent is not None:
        parts.append({"url": "absent", "valueCode": again.absent.value})
    elif again.value is not None:
        parts += [{"url": "value", **answer} for answer in encode_value(item, again.value)]
    done = sendable(again.done)
    if done.strip():
        parts.append({"url": "done", "valueString": done})
    return {"url": codes.AGAIN, "extension": parts}


def encode_item(item: Item, answer: Answer) -> Json:
    extensions: list[Json] = [{"url": codes.ANSWERED_AT, "valueDateTime": time_text(answer.at)}]
    extensions += [_again(item, again) for again in answer.again]
    said, answers = _value_members(item, answer)
    built: Json = {"linkId": item.link_id, "text": item.text}
    if not item.named:
        built |= {"answer": answers} if answers else {}
        return {"extension": extensions + said, **built}
    name = sendable(answer.name or "")
    value: Json = {"linkId": item.link_id + VALUE}
    value |= {"extension": said} if said else {}
    value |= {"answer": answers} if answers else {}
    parts = [{"linkId": item.link_id + NAME, "answer": [{"valueString": name}]}] if name.strip() else []
    return {"extension": extensions, **built, "item": [*parts, value]}


def _entry(instrument: Instrument, group: Item, entry: Entry, *, private: bool) -> Json | None:
    own = [item for item in group.items if item.link_id in entry.answers]
    own = [item for item in own if is_private(instrument, item, group) is private]
    if private and not own and not is_private(instrument, group):
        return None
    parts: list[Json] = [{"url": "id", "valueString": entry.id}]
    about = clean(entry.about or "")
    if about and (not private or is_private(instrument, group)):
        parts.append({"url": "about", "valueString": about})
    built: Json = {"extension": [{"url": codes.ENTRY, "extension": parts}], "linkId": group.link_id}
    if group.text:
        built["text"] = group.text
    if own:
        built["item"] = [encode_item(item, entry.answers[item.link_id]) for item in own]
    return built


def _items(instrument: Instrument, visit: Visit, *, private: bool) -> list[Json]:
    found: list[Json] = []
    for item in instrument.items:
        if item.kind is ItemKind.GROUP:
            if private or not is_private(instrument, item):
                entries = visit.entries.get(item.link_id, ())
                encoded = (_entry(instrument, item, entry, private=private) for entry in entries)
                found += [one for one in encoded if one is not None]
        elif item.link_id in visit.answers and is_private(instrument, item) is private:
            found.append(encode_item(item, visit.answers[item.link_id]))
    return found


def answered_last(instrument: Instrument, visit: Visit, *, private: bool) -> datetime:
    """When the last of its private, or of its other, answers was given; the visit's end where there is none.

    An open record must not tell when somebody was asked what is private.
    """
    given: list[Answer] = []
    for item in instrument.items:
        if item.link_id in visit.answers and is_private(instrument, item) is private:
            given.append(visit.answers[item.link_id])
        inner = [one for one in item.items if is_private(instrument, one, item) is private]
        for entry in visit.entries.get(item.link_id, ()):
            given += [entry.answers[one.link_id] for one in inner if one.link_id in entry.answers]
    return max((answer.at for answer in given), default=visit.left_at)


def _response(
    instrument: Instrument, form: Instrument, visit: Visit, items: list[Json], private: bool
) -> Json:
    who = find_answerer(instrument, visit)
    patient = who is not None and who.is_own
    said: Json = {}
    if who is not None:
        said["extension"] = [{"url": codes.ANSWERED_BY, "valueCode": who.value}]
    return record(
        visit,
        "QuestionnaireResponse",
        _part(form.id, private=private),
        at=answered_last(instrument, visit, private=private),
        private=private,
        questionnaire=f"{codes.QUESTIONNAIRE}{form.id}|{form.version}",
        status="completed",
        source={"reference": f"Patient/{visit.patient_id}"} if patient else None,
        item=items,
        **said,
    )


def encode_responses(visit: Visit, content: Content | None = None) -> list[Json]:
    """The filled-in instruments. Items that were not asked are left out, never 0."""
    known = load() if content is None else content
    found: list[Json] = []
    for instrument in whole_instruments(known):
        form = answered_form(instrument, visit, known)
        for private in (False, True):
            items = _items(instrument, visit, private=private)
            if items:
                found.append(_response(instrument, form, visit, items, private))
    return found
