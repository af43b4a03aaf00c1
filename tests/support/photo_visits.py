"""Visits with photos, made through the services as a nurse makes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.visit import AnsweredBy, Modality, PersonRef, Setting
from app.services.attachment_models import AttachmentLine
from app.services.attachments import Attachments
from app.services.visits import Visits
from app.store.engine import Store
from app.sync.transport import FhirClient
from tests.support.photos import jpeg


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC).astimezone()


@dataclass
class Photographer:
    """Somebody who documents on this store and opens what others sent."""

    store: Store
    client: FhirClient
    me: PersonRef

    @property
    def visits(self) -> Visits:
        return Visits(self.store, self.me, WallClock())

    @property
    def photos(self) -> Attachments:
        return Attachments(self.store, self.client, self.me, WallClock())

    async def visit(self, patient_id: str, *pictures: bytes, pain: int = 4) -> tuple[str, list[str]]:
        """A signed visit with these photos of one wound (one small one by default); its id and theirs."""
        visits = self.visits
        visit_id = await visits.begin(patient_id, Modality.IN_PERSON, Setting.HOME)
        await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
        await visits.answer(visit_id, "esas-pain", value=pain)
        wound = await visits.add_entry(visit_id, "wounds", answers={"wound-photo": "taken"})
        made = [
            await self.photos.add_picture(visit_id, "wound-photo", picture, entry=wound)
            for picture in pictures or (jpeg(),)
        ]
        await visits.leave(visit_id)
        await visits.sign(visit_id)
        return visit_id, made

    async def lines(self, visit_id: str) -> tuple[AttachmentLine, ...]:
        return (await self.visits.read(visit_id)).attachments

    async def line(self, visit_id: str) -> AttachmentLine:
        (only,) = await self.lines(visit_id)
        return only
