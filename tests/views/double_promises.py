"""Promises in memory: they stand in the parts of the person they were made to, as on a real device."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from app.domain.promise import COMMON, Promise, PromiseState
from app.errors import HearthsideError, NotFound, RecordError
from app.services.patient_parts import PatientParts
from app.store.changes import Topic
from tests.views.double_world import NURSE, Hub, World, now


@dataclass
class DoublePromises:
    world: World
    hub: Hub
    error: HearthsideError | None = None

    async def make(
        self, patient_id: str, *, kind: str = "", words: str = "", visit_id: str | None = None
    ) -> str:
        if self.error is not None:
            raise self.error
        said = COMMON.get(kind) or words.strip()
        if not said:
            raise RecordError("Please say what you promised.")
        made = Promise(str(uuid.uuid4()), patient_id, kind, said, NURSE, now(), visit_id, pending=True)
        self._put(patient_id, (*self._held(patient_id), made))
        return made.id

    async def answer(self, patient_id: str, promise_id: str, state: PromiseState) -> None:
        if self.error is not None:
            raise self.error
        held = self._held(patient_id)
        if promise_id not in {one.id for one in held}:
            raise NotFound
        changed = (
            replace(one, state=state, said_at=now(), said_by=NURSE.name) if one.id == promise_id else one
            for one in held
        )
        self._put(patient_id, tuple(one for one in changed if one.state is not PromiseState.TAKEN_BACK))

    def _held(self, patient_id: str) -> tuple[Promise, ...]:
        return self.world.parts.get(patient_id, PatientParts()).promises

    def _put(self, patient_id: str, promises: tuple[Promise, ...]) -> None:
        parts = self.world.parts.get(patient_id, PatientParts())
        self.world.parts[patient_id] = replace(parts, promises=promises)
        self.hub.publish(Topic.VISITS, Topic.OUTBOX)
