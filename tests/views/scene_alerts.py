"""A visit in which much is wrong at once, and alerts on Today: to look at (scene alerts)."""

from __future__ import annotations

from datetime import timedelta

from app.domain.going_in import GoingIn, GoingInKind
from app.domain.settings import PlanSettings
from app.domain.visit import Answer
from app.services.patient_parts import PatientParts
from tests.views.double_alerts import make_line, make_private
from tests.views.double_day import plan_visit
from tests.views.doubles import World, add_visit, make_answers, make_world, now

PHONES = {"supervisor": "(559) 555-0177", "on-call": "(559) 555-0199", "abuse-home": "(800) 555-0123"}


def make_alerts_world() -> World:
    world = make_world()
    world.settings = PlanSettings(phones=PHONES, state="CA")
    world.live_alerts = True
    at = now()
    answers = {
        **make_answers(8, 9, 3, 0, 2, 8, 1, 4, 4),
        "/44260-8": Answer(at, "LA6569-3"),
        "private-abuse": Answer(at, "yes"),
        "caregiver-coping": Answer(at, "cannot-go-on"),
    }
    add_visit(world, 0, timedelta(minutes=25), answers=answers)
    world.open_alerts = [
        make_private(),
        make_line(1, received=False),
        make_line(2, patient_id="p1", patient_name="Walter Jensen", level="watch", rule="FALL_RISK",
                  subject="falls", title="May fall", finding="Yes: Unsteady when walking", due="At the next visit",
                  due_at=None),
        make_line(3, patient_id="p2", patient_name="Mei Lin", state="acknowledged", title="Possible delirium",
                  finding="4AT 4 or more.", subject="delirium", due="Today", due_at=at - timedelta(hours=1)),
    ]  # fmt: skip
    world.parts["p0"] = PatientParts(alerts=(make_private(), make_line(1, received=False)))
    return world


def make_morning() -> World:
    """Several visits to come, and more alerts that cannot wait than a screen has room for."""
    world = make_world()
    dog = GoingIn(GoingInKind.DOG, "stays in the kitchen when asked", now(), "Ben Cole, RN", ("Flag/f",))
    for hour in range(1, 5):
        plan_visit(world, hour, hour, going_in=(dog,))
    level = ("act-now", "act-now", "today", "today", "today", "watch")
    world.open_alerts = [
        make_line(n, level=one, patient_id=f"p{n}", patient_name=world.people[f"p{n}"].patient.display_name)
        for n, one in enumerate(level, start=1)
    ]
    return world
