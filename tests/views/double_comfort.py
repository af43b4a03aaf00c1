"""Comfort levels in memory, in the parts of the person; and what earlier visits in memory say beside a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.comfort import ComfortLevel
from app.domain.last_scores import LastScore, find_last_scores
from app.domain.tried import Repeated, Tried, list_tried
from app.domain.visit import VisitDraft
from app.errors import HearthsideError
from app.services.patient_parts import PatientParts
from app.store.changes import Topic
from tests.views.double_world import NURSE, Hub, World, now


@dataclass
class DoubleComfort:
    world: World
    hub: Hub
    error: HearthsideError | None = None

    async def put(self, patient_id: str, link_id: str, level: int | None) -> None:
        if self.error is not None:
            raise self.error
        parts = self.world.parts.get(patient_id, PatientParts())
        kept = tuple(one for one in parts.comfort if one.link_id != link_id)
        if level is not None:
            kept = (*kept, ComfortLevel(link_id, level, now(), NURSE.name, ("Goal/g",), pending=True))
        self.world.parts[patient_id] = replace(parts, comfort=kept)
        self.hub.publish(Topic.VISITS, Topic.PATIENTS, Topic.OUTBOX)


def earlier(world: World, last: VisitDraft | None) -> dict[str, Any]:
    """`last_scores` and `tried` of a page, from the visit before it; and what was chosen lately."""
    if last is None:
        return {"recent": world.recent}
    scores: Mapping[str, LastScore] = find_last_scores([(last.began_at, last.answers)])
    held: Mapping[str, tuple[Tried, ...]] = list_tried([Repeated(last.nurse.name, last.answers)])
    return {"last_scores": scores, "tried": held, "recent": world.recent}
