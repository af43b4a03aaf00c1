"""A nurse whose every touch is counted, and the people whom she sees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.domain.care_plan import CareGoal, PlanOfCare
from app.domain.visit import AnsweredBy, Setting, VisitDraft
from app.services.medicines import MedicinesPart
from app.services.models import VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from tests.support.flet_harness import FletHarness
from tests.views.doubles import World, add_visit, now
from tests.views.medicine_world import FUROSEMIDE, MORPHINE

Step = tuple[str, str | Callable[[FletHarness], str]]
"""What it says, and the name of the control, or how to find it on the screen."""
ESAS = ("pain", "tired", "drowsy", "nausea", "appetite", "sob", "depr", "anx", "wb")
NINE: tuple[Step, ...] = tuple((f"ESAS-r: {name}", f"esas-{name}-1") for name in ESAS)


class Finger:
    """Counts: any touch is one, wherever it lands. Scrolling is none."""

    def __init__(self, app: FletHarness) -> None:
        self.app = app
        self.touches: list[str] = []

    async def touch(self, said: str, what: str | Callable[[FletHarness], str]) -> None:
        name = what if isinstance(what, str) else what(self.app)
        self.touches.append(said)
        await self.app.tap(name)

    async def go(self, *steps: Step) -> int:
        for said, what in steps:
            await self.touch(said, what)
        return len(self.touches)


def ending_with(end: str) -> Callable[[FletHarness], str]:
    """The one control on the screen whose name ends so (its beginning is the id of an entry)."""

    def find(app: FletHarness) -> str:
        (found,) = [one for one in app.ids() if one.endswith(end)]
        return found

    return find


def make_known(world: World, person: int = 0, *, setting: Setting = Setting.HOME) -> None:
    """Somebody seen four times in the last weeks, with an as-needed opioid, and a plan of care."""
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    for weeks in (5, 4, 3, 2):
        add_visit(world, person, timedelta(days=7 * weeks), status=received, setting=setting)
    goal = CareGoal(("CarePlan/a", "Goal/a"), "Pain at night", "To sleep until five.")
    world.parts[f"p{person}"] = PatientParts(
        medicines=MedicinesPart((MORPHINE, FUROSEMIDE)), plan=PlanOfCare((goal,))
    )


def newest(world: World) -> VisitDraft:
    """The visit that was begun last."""
    return max((row.draft for row in world.visits.values()), key=lambda one: one.began_at)


def said(draft: VisitDraft) -> set[str]:
    """Every item that was answered, in entries too."""
    inner = {link for several in draft.entries.values() for one in several for link in one.answers}
    return set(draft.answers) | inner


PATIENT = f"visit-answered-{AnsweredBy.PATIENT.value}"
STAFF = f"visit-answered-{AnsweredBy.STAFF.value}"
