"""Write `plan/demo_panel/visits.json`: the demo's past visits as the app sends them.

The backend shares no code with the app, so it ships what the app made. Run it again whenever content or mapping
changes: `python -m tools.make_demo_visits`. A test compares the file with what would be made now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from app.content import load
from app.content.model import Item, ItemKind
from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.items import find_place
from app.domain.visit import Absent, Answer, AnsweredBy, Entry, Modality, PersonRef, Setting, Value, Visit
from app.domain.visit_kind import KIND, VisitKind
from app.sync.fhir.bundle import make_body
from app.sync.fhir.task import encode_task
from app.sync.fhir.visit import encode_visit
from app.sync.fhir.write import EncodedResource, encoded
from plan.demo_panel.load import USERS, all_members
from plan.demo_panel.records import patient_id
from plan.people import derive_id
from tools.demo_visits import VISITS, Day, Told

FILE = Path(__file__).parents[1] / "plan" / "demo_panel" / "visits.json"
BASE = date(2026, 1, 15)
"""The day on which the demo is taken to begin. The backend moves every date by the days from here to its own day."""
PACIFIC = timezone(timedelta(hours=-8))
_ABSENT = {"-": Absent.DECLINED, "?": Absent.COULD_NOT_ANSWER}


@dataclass(frozen=True)
class _Change:
    """What a write needs of an outbox row."""

    type: str
    id: str
    payload: str
    base_version: str | None = None


def make_visits() -> dict[str, Any]:
    """The document: each write's resources in their order, the Provenance last."""
    return {"base": BASE.isoformat(), "visits": [_write_of(told) for told in VISITS]}


def to_text(document: Mapping[str, Any]) -> str:
    """One resource a line, so that a change can be read."""
    parts = []
    for visit in document["visits"]:
        head = json.dumps({name: value for name, value in visit.items() if name != "resources"})
        lines = ",\n".join(
            json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in visit["resources"]
        )
        parts.append(f'{head[:-1]}, "resources": [\n{lines}\n]}}')
    visits = ",\n".join(parts)
    return f'{{"base": {json.dumps(document["base"])}, "visits": [\n{visits}\n]}}\n'


def _write_of(told: Told) -> dict[str, Any]:
    visit = make_visit(told)
    key = ("demo", told.member, "write", str(told.days_ago))
    resources = _sent(derive_id(*key), encode_visit(visit), visit.nurse, visit.signed_at)
    if told.alert is not None:
        alert = _alert(told.alert, visit)
        task = encoded(encode_task(alert, visit.nurse, alert.fired_at))
        resources += _sent(derive_id(*key, "alert"), [task], visit.nurse, alert.fired_at)
    return {"member": told.member, "nurse": told.nurse, "days_ago": told.days_ago, "resources": resources}


def _sent(
    write_id: str, parts: tuple[EncodedResource, ...] | list[EncodedResource], nurse: PersonRef, at: datetime
) -> list[Any]:
    changes = [_Change(part.type, part.id, part.body) for part in parts]
    bundle = json.loads(make_body(write_id, changes, nurse, at))
    return [entry["resource"] for entry in bundle["entry"]]


def make_visit(told: Told) -> Visit:
    """The visit as the app holds it, on its day before `BASE`."""
    on = BASE - timedelta(days=told.days_ago)
    began = datetime(on.year, on.month, on.day, 10, 15, tzinfo=PACIFIC)
    left = began + timedelta(minutes=told.minutes)
    names = {name: shown for name, shown, *_ in USERS}
    member = next(one for one in all_members() if one.key == told.member)
    visit_id = derive_id("demo", told.member, "visit", str(told.days_ago))
    clock = _Clock(began, left, on)
    answers = {KIND: Answer(began, _kind(told).value), **clock.answers(_esas(told) | told.answers)}
    entries = {
        group: tuple(
            Entry(str(uuid5(UUID(visit_id), f"{group}/{number}")), clock.answers(said), _about(told, said))
            for number, said in enumerate(listed)
        )
        for group, listed in told.groups.items()
    }
    return Visit(
        id=visit_id,
        patient_id=patient_id(member),
        nurse=PersonRef(f"Practitioner/{told.nurse}", names[told.nurse]),
        modality=Modality(told.modality),
        setting=Setting(told.setting),
        began_at=began,
        left_at=left,
        signed_at=left + timedelta(minutes=35),
        answered_by=AnsweredBy(told.answered_by) if told.answered_by is not None else None,
        note=told.note,
        answers=answers,
        entries=entries,
    )


def _kind(told: Told) -> VisitKind:
    """As the app would have proposed it: a person's first visit here is her first."""
    if told.modality == Modality.TELEPHONE:
        return VisitKind.TELEPHONE
    if told.answered_by == AnsweredBy.STAFF:
        return VisitKind.CANNOT_SPEAK
    first = max(one.days_ago for one in VISITS if one.member == told.member)
    return VisitKind.FIRST if told.days_ago == first else VisitKind.ROUTINE


def _about(told: Told, said: Mapping[str, Any]) -> str | None:
    if "about" not in said:
        return None
    kind, key = said["about"]
    return f"{kind}/{derive_id('demo', told.member, kind, key or said['med-name'])}"


def _esas(told: Told) -> dict[str, Any]:
    items = [item.link_id for item in load()["esas-r"].items]
    scores = told.esas.split()
    return {
        link: f"!{_ABSENT[score].value}" if score in _ABSENT else int(score)
        for link, score in zip(items, scores, strict=False)
    }


@dataclass
class _Clock:
    """Gives each answer its time, twelve seconds after the one before."""

    began: datetime
    left: datetime
    on: date
    given: int = 0

    def answers(self, said: Mapping[str, Any]) -> dict[str, Answer]:
        return {link: self._answer(link, value) for link, value in said.items() if link != "about"}

    def _answer(self, link: str, value: Any) -> Answer:
        self.given += 1
        at = min(self.began + timedelta(minutes=4, seconds=12 * self.given), self.left)
        place = find_place(link)
        if place is None:
            raise ValueError(f"no item has the link id {link}")
        if isinstance(value, str) and value.startswith("!"):
            return Answer(at, absent=Absent(value[1:]))
        return Answer(at, _value(place.item, value, self.on))


def _value(item: Item, value: Any, on: date) -> Value:
    if isinstance(value, Day):
        return (on + timedelta(days=value.after)).isoformat()
    chosen = value if isinstance(value, tuple) else (value,)
    if item.kind in (ItemKind.CHOICE, ItemKind.CHOICES):
        unknown = [one for one in chosen if item.find_option(one) is None]
        if unknown:
            raise ValueError(f"{item.link_id} has no option {unknown}")
    if item.kind is ItemKind.QUANTITY:
        return Decimal(value)
    found: Value = value
    return found


def _alert(told: tuple[str, str, str, str, str], visit: Visit) -> Alert:
    rule, subject, title, finding, actions = told
    return Alert(
        id=str(uuid5(UUID(visit.id), f"alert/{subject}")),
        patient_id=visit.patient_id,
        visit_id=visit.id,
        rule=rule,
        subject=subject,
        level=Level.TODAY,
        state=AlertState.OPEN,
        finding=finding,
        detail=f"{title}\n{finding}\n{actions}",
        private=False,
        owner="nurse",
        fired_at=visit.began_at + timedelta(minutes=6),
        due_at=visit.began_at + timedelta(hours=24),
    )


def main() -> None:
    text = to_text(make_visits())
    FILE.write_text(text, encoding="utf-8")
    print(f"{FILE.name}: {len(VISITS)} visits, {len(text) // 1000} kB")


if __name__ == "__main__":
    main()
