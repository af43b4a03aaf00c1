"""Ways around the visit page, for its tests."""

from __future__ import annotations

from dataclasses import replace

from app.content.visit_kinds import OpenSection, load_kinds
from app.domain.settings import DUE_LIMITS, DueDate, PlanSettings
from app.domain.visit import VisitDraft
from tests.support.flet_harness import FletHarness
from tests.views.doubles import World


async def open_visit(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("esas-pain-0"), "the visit page")


async def show_concern(app: FletHarness) -> None:
    """What was found out about a wish to die is asked behind a tap: whoever sits at the bed could read it."""
    await app.until(lambda: app.has("concern-show"), "that there is a question")
    assert not app.has("concern-answer-could-not-ask")
    await app.tap("concern-show")
    await app.until(lambda: app.has("concern-answer-could-not-ask"), "the question")


async def open_card(app: FletHarness) -> None:
    """The screen that begins a visit to the first person, with the card at its head."""
    await app.tap("nav-patients")
    await app.until(lambda: app.has("patients-row-p0"), "the list")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has("patient-new-visit"), "the page")
    await app.tap("patient-new-visit")
    await app.until(lambda: app.has("doorstep"), "the card")


async def open_section(app: FletHarness, visit_id: str, section: str) -> None:
    await open_visit(app, visit_id)
    await app.tap(f"section-{section}")


def draft(world: World, visit_id: str) -> VisitDraft:
    return world.visits[visit_id].draft


def short_page(settings: PlanSettings, *, due: str = "") -> PlanSettings:
    """A routine visit of which only the medicines stand open, and one scale where it is named as due."""
    never, first = DueDate(0, DUE_LIMITS["days"][1]), DueDate(3, 90)
    dates = {one.form: first if one.form == due else never for one in load_kinds().scheduled}
    opened = {"routine": (OpenSection("medicines"),)}
    return replace(settings, visit_kinds=opened, due_dates=dates)
