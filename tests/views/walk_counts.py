"""Medicines counted in the home and what is not wanted, walked for the list of test names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from app.domain import home_count as count
from app.domain.declines import Scope, Voice
from app.domain.home_count import LastCount
from app.domain.people import PeopleOnRecord, Person
from app.domain.visit import Answer
from app.domain.visit_kind import KIND, NOT_SEEN_WHY
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, add_visit, make_world, now
from tests.views.medicine_world import MORPHINE, give_medicines


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_counts(mount: Mount, walker: Looks, width: int) -> None:
    world = make_world()
    give_medicines(world, MORPHINE)
    people = PeopleOnRecord((Person("RelatedPerson/r", "Luz Ríos"),))
    last = LastCount(MORPHINE.text, "tablets", Decimal(9), now() - timedelta(days=8), "Ben", "Luz Ríos", "v")
    world.parts["p0"] = replace(world.parts["p0"], people=people, counts=(last,))
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await walker.go(app, f"today-draft-{visit_id}", "section-home-count")
        await walker.go(app, "section-home-count", "count-1-begin")
        await app.tap("count-1-begin")
        await app.until(lambda: world.visits[visit_id].draft.entries.get(count.GROUP), "the entry")
        (entry,) = world.visits[visit_id].draft.entries[count.GROUP]
        await app.until(lambda: app.has("count-1-unit"), "its fields")
        walker.look(app)
        await walker.go(app, "count-1-unit", f"{entry.id}-hc-unit-tablets")
        await app.type(f"{entry.id}-hc-now", "12", blur=True)
        await app.until(lambda: app.has("count-1-destroyed"), "what it comes to")
        walker.look(app)
        await walker.go(app, "count-1-destroyed", f"{entry.id}-hc-gone-how-trash")
        await walker.go(app, "count-with-1", "section-mood")
        await walker.go(app, "section-mood", "decline-mood")
        await walker.go(app, "decline-mood", "decline-mood-keep")
        await walker.go(app, "decline-mood-scope-topic", "decline-mood-again-30")
    await _walk_on_page(mount, walker, width)


async def _walk_on_page(mount: Mount, walker: Looks, width: int) -> None:
    world = make_world()
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    row = world.visits[visit_id]
    given = {KIND: Answer(now(), "not-seen"), NOT_SEEN_WHY: Answer(now(), "person-no")}
    row.draft = replace(row.draft, answers=given)
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=width) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await walker.go(app, f"today-draft-{visit_id}", "decline-not-seen")
        await walker.go(app, "decline-not-seen", "decline-not-seen-keep")
    world.visits.clear()
    async with mount(device, unlock=True, width=width) as app:
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "patient-decline")
        await walker.go(app, "patient-decline", "decline-keep")
        await walker.go(app, "decline-scope-service", "decline-about-hospice")
        assert device.session is not None
        await device.session.declines.say(
            "p0", Scope.SERVICE, "hospice", Voice.PERSON, now().date() + timedelta(days=30)
        )
        await app.until(lambda: app.has("decline-back-service-hospice-person"), "what stands")
        walker.look(app)
