"""Made-up content with an item of every kind, and small helpers to look at encoded visits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.content.model import Code, Instrument, Item, ItemKind, Kind, Option, ShortForm, Total, Unit
from app.domain.visit import Answer, AnsweredBy, Entry, Modality, PersonRef, Setting, Visit
from app.sync.fhir import json_text
from app.sync.fhir.visit import decode_visit
from app.sync.fhir.write import EncodedResource

LOINC = "http://loinc.org"
NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
_OPTIONS = (
    Option("LA1-1", "Often", 2, Code(LOINC, "LA1-1")),
    Option("LA2-2", "Never", 0, Code(LOINC, "LA2-2")),
    Option("own", "Something of our own", 1),
)
_TWINS = (Option("left", "Left", 1, Code(LOINC, "LA9-9")), Option("right", "Right", 1, Code(LOINC, "LA9-9")))


def item(link_id: str, kind: ItemKind, **more: Any) -> Item:
    return Item(link_id, f"The question {link_id}?", link_id.title(), kind=kind, **more)


EVERY_KIND = (
    item("k-number", ItemKind.NUMBER, maximum=10, code=Code(LOINC, "1-8")),
    item("k-choice", ItemKind.CHOICE, options=_OPTIONS),
    item("k-twins", ItemKind.CHOICE, options=_TWINS),
    item("k-choices", ItemKind.CHOICES, options=_OPTIONS),
    item("k-yes", ItemKind.YES_NO),
    item("k-line", ItemKind.LINE),
    item("k-text", ItemKind.TEXT),
    item("k-date", ItemKind.DATE),
    item("k-moment", ItemKind.MOMENT),
    item("k-quantity", ItemKind.QUANTITY, unit=Unit("kg", "kg")),
    item("k-named", ItemKind.NUMBER, maximum=10, named=True),
    item("k-secret", ItemKind.CHOICE, options=_OPTIONS, private=True),
)
_INNER = tuple(replace(one, link_id=f"g-{one.link_id}") for one in EVERY_KIND)
_SHORT_IDS = ("p-1", "p-2")


def instrument(name: str, items: tuple[Item, ...], **more: Any) -> Instrument:
    given: dict[str, Any] = {"total": Total("none", ()), "panel": (), **more}
    return Instrument(name, "3", name.title(), name.upper(), "", "", items, flag_at=None, bands=(), **given)


def _short() -> tuple[Instrument, Instrument]:
    items = tuple(item(f"p-{n}", ItemKind.NUMBER, maximum=3) for n in (1, 2, 3))
    short = ShortForm("brief", "Brief", _SHORT_IDS, 3)
    long = instrument("whole", items, short_form=short, total=Total("sum", ("p-1", "p-2", "p-3")))
    brief = replace(
        long, id="brief", short_form=None, short_of="whole", items=items[:2], total=Total("sum", _SHORT_IDS)
    )
    return long, brief


_LONG, _BRIEF = _short()
CONTENT: Mapping[str, Instrument] = {
    one.id: one
    for one in (
        instrument("kinds", EVERY_KIND),
        instrument("groups", (item("k-group", ItemKind.GROUP, items=_INNER),), kind=Kind.FORM),
        instrument("sealed", (item("s-text", ItemKind.TEXT),), kind=Kind.FORM, private=True),
        instrument("team", (item("t-yes", ItemKind.YES_NO),), kind=Kind.FORM, team_only=True),
        instrument("i-1", (item("i-1", ItemKind.NUMBER, maximum=4), item("i-2", ItemKind.YES_NO))),
        _LONG,
        _BRIEF,
    )
}


def make_visit(
    answers: Mapping[str, Answer] | None = None,
    entries: Mapping[str, tuple[Entry, ...]] | None = None,
    **more: Any,
) -> Visit:
    """A visit of a fixed id at a fixed time."""
    made = Visit(
        id="5b0a1d52-8f0e-4d38-9d43-6a1f0d1f3c11",
        patient_id="p1",
        nurse=PersonRef("Practitioner/ana", "Ana Ruiz, RN"),
        modality=Modality.IN_PERSON,
        setting=Setting.HOME,
        began_at=NOON,
        left_at=NOON + timedelta(minutes=40),
        signed_at=NOON + timedelta(minutes=50),
        answered_by=AnsweredBy.PATIENT,
        note="",
        answers=dict(answers or {}),
        entries=dict(entries or {}),
    )
    return replace(made, **more)


def given(link_values: Mapping[str, Any]) -> dict[str, Answer]:
    """Answers by link id, all at noon."""
    return {link_id: Answer(NOON, value) for link_id, value in link_values.items()}


def by_type(parts: tuple[EncodedResource, ...]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        found.setdefault(part.type, []).append(json_text.loads(part.body))
    return found


def decode(found: Mapping[str, list[dict[str, Any]]]) -> Visit | None:
    return decode_visit(
        found["Encounter"][0],
        found.get("QuestionnaireResponse", []),
        found.get("DocumentReference", []),
        found.get("Observation", []),
    )


def references(value: Any) -> list[str]:
    """Every literal reference in a resource."""
    if isinstance(value, dict):
        own = [value["reference"]] if isinstance(value.get("reference"), str) else []
        return own + [r for member in value.values() for r in references(member)]
    if isinstance(value, list):
        return [r for member in value for r in references(member)]
    return []
