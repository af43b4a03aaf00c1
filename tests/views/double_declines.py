"""What is not wanted, in memory, in the parts of the person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.domain.declines import Decline, Scope, Voice
from app.errors import HearthsideError
from app.services.patient_parts import PatientParts
from app.store.changes import Topic
from tests.views.double_world import NURSE, Hub, World, now


@dataclass
class DoubleDeclines:
    world: World
    hub: Hub
    error: HearthsideError | None = None

    async def say(self, patient_id: str, scope: Scope, about: str, voice: Voice, ask_again_on: date) -> None:
        if self.error is not None:
            raise self.error
        made = Decline(scope, about, voice, now(), ask_again_on, NURSE.name, ("Consent/c",), pending=True)
        self._put(patient_id, (scope, about, voice), made)

    async def take_back(self, patient_id: str, scope: Scope, about: str, voice: Voice) -> None:
        self._put(patient_id, (scope, about, voice), None)

    def _put(self, patient_id: str, key: tuple[Scope, str, Voice], made: Decline | None) -> None:
        parts = self.world.parts.get(patient_id, PatientParts())
        kept = tuple(one for one in parts.declines if (one.scope, one.about, one.voice) != key)
        self.world.parts[patient_id] = replace(parts, declines=(*kept, *([made] if made else [])))
        self.hub.publish(Topic.VISITS, Topic.PATIENTS, Topic.OUTBOX)
