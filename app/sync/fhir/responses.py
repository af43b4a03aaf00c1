"""QuestionnaireResponses → answers: ours, and those to LOINC's own questionnaires. Takes anything, never raises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.content import load
from app.content.model import Instrument, Item, ItemKind
from app.domain.visit import Absent, Again, Answer, AnsweredBy, Entry, PersonRef, Value
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, is_restricted
from app.sync.fhir.questionnaire import NAME, VALUE, Content
from app.sync.fhir.values import decode_absence, decode_value, find_absent

_STANDING = ("completed", "amended")
_LOINC_FORM = "http://loinc.org/q/"


@dataclass(frozen=True, slots=True)
class Decoded:
    """`answered_by` and `author` are None where no response says so."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    entries: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    answered_by: AnsweredBy | None = None
    author: PersonRef | None = None


def find_instrument(response: Any, content: Content | None = None) -> Instrument | None:
    """The instrument that a response answers, by our canonical or by LOINC's for the same panel."""
    known = load() if content is None else content
    canonical = (read.text(response, "questionnaire") or "").partition("|")[0]
    if canonical.startswith(codes.QUESTIONNAIRE):
        return known.get(canonical.removeprefix(codes.QUESTIONNAIRE))
    panel = canonical.removeprefix(_LOINC_FORM) if canonical.startswith(_LOINC_FORM) else None
    if panel is None:
        return None
    by_panel = (i for i in known.values() if any(code.code == panel for code in i.panel))
    return next(by_panel, None)


def stands(response: Any) -> bool:
    return read.text(response, "status") in _STANDING


def make_answer(
    at: datetime, value: Value | None, absent: Absent | None, name: str | None = None
) -> Answer | None:
    """An answer when the parts make sense: a value, or else a reason."""
    if value is not None:
        return Answer(at=at, value=value, name=name)
    return Answer(at=at, absent=absent, name=name) if absent is not None else None


def _decode_again(item: Item, raw: Json) -> Again | None:
    parts = list(read.items(raw, "extension"))
    at = next((read.instant(p, "valueDateTime") for p in parts if p.get("url") == "at"), None)
    absent = next((find_absent(read.text(p, "valueCode")) for p in parts if p.get("url") == "absent"), None)
    value = _value(item, [p for p in parts if p.get("url") == "value"], ours=absent is None)
    done = next((d for p in parts if p.get("url") == "done" and (d := raw_text(p, "valueString"))), "")
    if at is None or (value is None and absent is None):
        return None
    return Again(at, value, None if value is not None else absent, done)


def raw_text(value: Any, *path: str | int) -> str | None:
    """A string with the white space around it as it was written; None when it says nothing."""
    if read.text(value, *path) is None:
        return None
    found: str = read.find(value, *path)
    return found.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _value(item: Item, answers: list[Json], *, ours: bool) -> Value | None:
    """Of several choices none may have been made: only we write that, and we always write when."""
    if not answers and ours and item.kind is ItemKind.CHOICES:
        return ()
    return decode_value(item, answers)


def decode_item(item: Item, raw: Json, otherwise_at: datetime) -> Answer | None:
    """One answer, or None where nothing in it can be read."""
    said_at = read.instant(read.extension(raw, codes.ANSWERED_AT), "valueDateTime")
    at = said_at or otherwise_at
    name, holder = None, raw
    for part in read.items(raw, "item"):
        link_id = read.text(part, "linkId")
        if link_id == item.link_id + NAME:
            name = raw_text(part, "answer", 0, "valueString")
        elif link_id == item.link_id + VALUE and item.named:
            holder = part
    absent = decode_absence(holder)
    ours = absent is None and said_at is not None
    answer = make_answer(at, _value(item, list(read.items(holder, "answer")), ours=ours), absent, name)
    if answer is None:
        return None
    raws = (one for one in read.items(raw, "extension") if one.get("url") == codes.AGAIN)
    again = tuple(found for one in raws if (found := _decode_again(item, one)) is not None)
    return replace(answer, again=again)


def _by_link(items: Iterable[Item]) -> dict[str, Item]:
    """Our link ids, and LOINC's own, which are the item's code with or without a stroke before it."""
    found: dict[str, Item] = {}
    for item in items:
        if item.code is not None:
            found |= {item.code.code: item, f"/{item.code.code}": item}
    return found | {item.link_id: item for item in items}


def _decode_entry(group: Item, raw: Json, own_id: str, otherwise_at: datetime) -> Entry:
    said = list(read.items(read.extension(raw, codes.ENTRY), "extension"))
    entry_id = next((read.text(p, "valueString") for p in said if p.get("url") == "id"), None)
    about = next((read.text(p, "valueString") for p in said if p.get("url") == "about"), None)
    return Entry(entry_id or own_id, _decode_items(group.items, raw, otherwise_at), about)


def _decode_items(items: tuple[Item, ...], holder: Json, otherwise_at: datetime) -> dict[str, Answer]:
    by_link = _by_link(items)
    found: dict[str, Answer] = {}
    for raw in read.items(holder, "item"):
        item = by_link.get(read.text(raw, "linkId") or "")
        answer = decode_item(item, raw, otherwise_at) if item is not None else None
        if item is not None and answer is not None:
            found[item.link_id] = answer
    return found


def _merge(known: Entry | None, new: Entry) -> Entry:
    """The open and the private half of one entry."""
    if known is None:
        return new
    return Entry(new.id, {**known.answers, **new.answers}, known.about or new.about)


def _decode_entries(
    instrument: Instrument, response: Json, otherwise_at: datetime, found: dict[str, dict[str, Entry]]
) -> None:
    groups = {item.link_id: item for item in instrument.items if item.kind is ItemKind.GROUP}
    for position, raw in enumerate(read.items(response, "item")):
        group = groups.get(read.text(raw, "linkId") or "")
        if group is not None:
            own_id = str(uuid5(NAMESPACE_URL, f"{read.text(response, 'id')}/{group.link_id}/{position}"))
            entry = _decode_entry(group, raw, own_id, otherwise_at)
            entries = found.setdefault(group.link_id, {})
            entries[entry.id] = _merge(entries.get(entry.id), entry)


def decode_responses(
    responses: Iterable[Any], otherwise_at: datetime, content: Content | None = None
) -> Decoded:
    """All answers of these responses; what this app does not know is passed over and stays in the base copies.

    `otherwise_at` is the time of answers that carry none and whose response has none.
    """
    answers: dict[str, Answer] = {}
    entries: dict[str, dict[str, Entry]] = {}
    answered_by, author = None, None
    for response in sorted(filter(stands, responses), key=is_restricted):
        instrument = find_instrument(response, content)
        if instrument is None:
            continue
        at = read.instant(response, "authored") or otherwise_at
        answers |= _decode_items(instrument.items, response, at)
        _decode_entries(instrument, response, at, entries)
        if instrument.voice is None:  # her own answers never say who spoke in the rest of the visit
            answered_by = find_answered_by(response) or answered_by
        author = author or author_of(response)
    return Decoded(answers, {k: tuple(v.values()) for k, v in entries.items()}, answered_by, author)


def find_answered_by(resource: Any) -> AnsweredBy | None:
    code = read.text(read.extension(resource, codes.ANSWERED_BY), "valueCode")
    return next((one for one in AnsweredBy if one.value == code), None)


def author_of(response: Any) -> PersonRef | None:
    who = read.reference(response, "author")
    return PersonRef(f"{who[0]}/{who[1]}", read.text(response, "author", "display") or "") if who else None
