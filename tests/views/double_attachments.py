"""In-memory door for photos and signatures: they are made small for real and kept in the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.domain.attachment import AttachmentKind, Made, find_place
from app.services import pictures
from app.services.attachment_models import AttachmentLine
from app.services.pictures import Stroke
from app.store.changes import Topic
from tests.views.double_world import Hub, World, now


@dataclass
class DoubleAttachments:
    world: World
    hub: Hub
    bodies: dict[str, bytes] = field(default_factory=dict)
    moved: list[tuple[str, str]] = field(default_factory=list)
    error: Exception | None = None

    async def list_draft(self, visit_id: str) -> tuple[AttachmentLine, ...]:
        return self.world.photos.get(visit_id, ())

    async def add_picture(self, visit_id: str, link_id: str, data: bytes, *, entry: str = "") -> str:
        place = find_place(link_id)
        assert place is not None
        return self._keep(visit_id, pictures.make_picture(data), place.kind, link_id, entry, "")

    async def add_signature(self, visit_id: str, strokes: Sequence[Stroke], title: str) -> str:
        made = pictures.make_signature(strokes)
        return self._keep(visit_id, made, AttachmentKind.SIGNATURE, "", "", title)

    def _keep(
        self, visit_id: str, made: Made, kind: AttachmentKind, link_id: str, entry: str, title: str
    ) -> str:
        if self.error is not None:
            raise self.error
        held = self.world.photos.get(visit_id, ())
        line = AttachmentLine(
            f"a{len(self.bodies) + 1}", kind, title, now(), len(made.body), link_id, entry, made.thumbnail
        )
        self.bodies[line.id] = made.body
        self.world.photos[visit_id] = (*held, line)
        self.hub.publish(Topic.VISITS)
        return line.id

    async def remove(self, visit_id: str, attachment_id: str) -> None:
        self._change(visit_id, attachment_id, removed=True)

    async def bring_back(self, visit_id: str, attachment_id: str) -> None:
        self._change(visit_id, attachment_id, removed=False)

    def _change(self, visit_id: str, attachment_id: str, *, removed: bool) -> None:
        self.world.photos[visit_id] = tuple(
            replace(one, removed=removed) if one.id == attachment_id else one
            for one in self.world.photos[visit_id]
        )
        self.hub.publish(Topic.VISITS)

    async def move_entry(self, visit_id: str, old: str, new: str) -> None:
        self.moved.append((old, new))

    async def open(self, attachment_id: str) -> bytes:
        if self.error is not None:
            raise self.error
        return self.bodies.get(attachment_id) or pictures.make_signature([[(0.1, 0.1), (0.9, 0.3)] * 3]).body
