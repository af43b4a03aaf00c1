"""Ways around the visit page, for its tests."""

from __future__ import annotations

from app.domain.visit import VisitDraft
from tests.support.flet_harness import FletHarness
from tests.views.doubles import World


async def open_visit(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("esas-pain-0"), "the visit page")


async def open_section(app: FletHarness, visit_id: str, section: str) -> None:
    await open_visit(app, visit_id)
    await app.tap(f"section-{section}")


def draft(world: World, visit_id: str) -> VisitDraft:
    return world.visits[visit_id].draft
