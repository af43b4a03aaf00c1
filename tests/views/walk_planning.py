"""Stays, plan of care, referrals, the call, addenda and a long visit, walked for the list of test names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Modality
from app.services.models import VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from app.services.stays import StaysPart
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, add_visit, make_answers, make_world, now
from tests.views.test_planning_screens import FALLS, HOSPICE, THEIRS
from tests.views.test_stays_part import STARTERS, came_home
from tests.views.visit_page import open_visit


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_planning(mount: Mount, walker: Looks, width: int) -> None:
    world = make_world()
    world.settings = PlanSettings(video_link="https://video.plan.example/visit")
    world.parts["p0"] = PatientParts(
        stays=StaysPart((came_home(50),), (), STARTERS),
        plan=replace(PatientParts().plan, goals=(FALLS,), others=(THEIRS,)),
        referrals=(HOSPICE,),
    )
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    answers = {**make_answers(7), "vital-spo2": Answer(now(), Decimal(92))}
    read_id = add_visit(world, 0, timedelta(hours=9), status=received, note="x", answers=answers)
    draft_id = add_visit(world, 0, timedelta(hours=4), modality=Modality.VIDEO)
    row = world.visits[draft_id]
    row.draft = replace(row.draft, answers={"call-lost-then": Answer(now(), "telephone")})
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "stays-tell")
        await walker.go(app, "stays-tell", "stays-keep")
        await walker.go(app, "stays-home", "stays-hour-unknown")
        await walker.go(app, "referral-1", "referral-1-accepted")
        await walker.go(app, f"patient-visit-{read_id}", "addendum-open")
        await walker.go(app, "addendum-open", "addendum-text")
        await walker.go(app, "addendum-wrong", "addendum-item-esas-pain")
        await walker.go(app, "addendum-item-esas-pain", "addendum-right-3")
        await app.tap("addendum-right-3")
        await walker.go(app, "addendum-item-vital-spo2", "addendum-right-keep")
        await walker.go(app, "reading-back", "patient-continue")
        await walker.go(app, "patient-continue", "visit-still-there")
        await walker.go(app, "section-plan", "plan-change-1")
        await walker.go(app, "section-referrals", "referrals-open-need-screen")
        await app.until(lambda: app.has("call-go-on"), "the way on after a lost call")
        walker.look(app)
    call_id = add_visit(world, 1, timedelta(minutes=5), modality=Modality.TELEPHONE)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_visit(app, call_id)
        await app.until(lambda: app.has("call-dial"), "the dialler: this person has a phone")
        walker.look(app)
