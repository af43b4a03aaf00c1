"""Comfort levels ↔ Goal: `target.measure` is the symptom, `target.detailInteger` the number that is all right.

One Goal a symptom. A new number replaces the old one; one that holds no longer is replaced by a cancelled Goal
(ADR 0017, 0043). A care manager's system reads them as any other Goal.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.content.model import Item
from app.domain.comfort import ComfortLevel, comfort_items
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json, recorded_at
from app.sync.fhir.versions import heads, reference_of
from app.sync.fhir.write import person, time_text

GOAL_KIND = "urn:hearthside:goal"
MOST = 10
"""The end of the scale."""
COMFORT_LEVEL: codes.Coding = {"system": GOAL_KIND, "code": "comfort-level", "display": "Comfort level"}


def encode_comfort(
    goal_id: str,
    patient_id: str,
    item: Item,
    level: int | None,
    by: PersonRef,
    at: datetime,
    *,
    replaces: Iterable[str] = (),
) -> Json:
    """One number in the person's own judgement; `level` None: it holds no longer.

    `replaces` are the records (`Goal/…`) that it takes the place of.
    """
    said = f"{item.name}: {level} or less is all right" if level is not None else f"{item.name}: taken back"
    replaced = [
        {"url": codes.REPLACES, "valueReference": {"reference": one}} for one in dict.fromkeys(replaces)
    ]
    symptom = (
        {"system": item.code.system, "code": item.code.code, "display": item.name} if item.code else None
    )
    measure = codes.concept(symptom, text=item.name) if symptom else codes.concept(text=item.name)
    patient = {"reference": f"Patient/{patient_id}"}
    target = {"target": [{"measure": measure, "detailInteger": level}]} if level is not None else {}
    return {
        "resourceType": "Goal",
        "id": goal_id,
        "extension": [{"url": codes.RECORDED_AT, "valueDateTime": time_text(at)}, *replaced],
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": goal_id}],
        "lifecycleStatus": "active" if level is not None else "cancelled",
        "category": [codes.concept(COMFORT_LEVEL, text="Comfort level")],
        "description": codes.concept(text=said),
        "subject": patient,
        "startDate": at.date().isoformat(),
        **target,
        "expressedBy": dict(patient),
        "note": [{"authorReference": person(by), "time": time_text(at), "text": said}],
    }


def decode_comfort(goals: Iterable[Any], pending: frozenset[str] = frozenset()) -> tuple[ComfortLevel, ...]:
    """What stands, one for a symptom, in the order of the scale. Never raises; other Goals are passed over.

    Two nurses may have asked at once: the newest number counts, and both records are named. `pending`: references of
    records that the plan does not have yet.
    """
    items = {item.code.code: item.link_id for item in comfort_items() if item.code}
    found: dict[str, list[tuple[datetime, int, Json]]] = {}
    for goal in heads(one for one in goals if isinstance(one, dict) and _is_ours(one)):
        at, level = recorded_at(goal), read.whole(goal, "target", 0, "detailInteger")
        active = read.text(goal, "lifecycleStatus") == "active"
        if not active or at is None or level is None or not 0 <= level <= MOST:
            continue
        measured = (code for _, code in read.codes(read.find(goal, "target", 0, "measure")))
        link_id = next((items[code] for code in measured if code in items), None)
        if link_id is not None:
            found.setdefault(link_id, []).append((at, level, goal))
    return tuple(_make(one, found[one], pending) for one in items.values() if one in found)


def _make(link_id: str, held: list[tuple[datetime, int, Json]], pending: frozenset[str]) -> ComfortLevel:
    at, level, newest = max(held, key=lambda one: one[0])
    references = tuple(reference_of(goal) for _, _, goal in held)
    return ComfortLevel(
        link_id=link_id,
        level=level,
        said_at=at,
        noted_by=read.text(newest, "note", 0, "authorReference", "display") or "",
        records=references,
        pending=any(one in pending for one in references),
    )


def _is_ours(goal: Json) -> bool:
    kinds = [pair for one in read.items(goal, "category") for pair in read.codes(one)]
    return goal.get("resourceType") == "Goal" and (GOAL_KIND, COMFORT_LEVEL["code"]) in kinds
