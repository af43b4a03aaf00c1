"""The screens of medicines and of a call to a prescriber, walked for the list of test names."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from app.domain.medicines import GROUP
from app.domain.prescriber import GROUP as CALLS
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, add_visit, make_answers, make_world
from tests.views.medicine_world import FUROSEMIDE, MORPHINE, OXY, give_medicines


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_medicines(mount: Mount, walker: Looks, width: int) -> None:
    world = make_world()
    give_medicines(world, OXY, MORPHINE, FUROSEMIDE)
    visit_id = add_visit(world, 0, timedelta(minutes=20), answers=make_answers(8, 4, 3, 0, 6, 2, 1, 1, 1))
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "patient-call-prescriber")
        await walker.go(app, "patient-call-prescriber", "prescriber-write")
        await walker.go(app, "prescriber-back", "patient-continue")
        await walker.go(app, "patient-continue", "section-medicines")
        await walker.go(app, "section-medicines", "medicines-add")
        await walker.go(app, "medicine-1-differently", "medicine-1-not-taking")
        await app.until(lambda: world.visits[visit_id].draft.entries.get(GROUP), "the entry")
        await app.tap("medicines-add")
        await app.until(lambda: app.has("medicine-4-remove"), "the added one")
        walker.look(app)
        await walker.go(app, "section-prescriber", "visit-call-prescriber")
        await walker.go(app, "medicines-call-prescriber", "prescriber-write")
        await app.tap("prescriber-write")
        await app.until(lambda: world.visits[visit_id].draft.entries.get(CALLS), "the call")
        (entry,) = world.visits[visit_id].draft.entries[CALLS]
        await app.until(lambda: app.has(f"{entry.id}-pc-why"), "its fields")
        walker.look(app)
    world.visits.clear()
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "patient-call-prescriber")
        await walker.go(app, "patient-call-prescriber", "prescriber-start-visit")
