"""A person with a course of symptoms, promises and what matters on record: to look at (scene person), and for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.patient import Allergy
from app.domain.promise import COMMON, Promise, PromiseState
from app.domain.trends import MedicineChange, Point, Series, Trends, compose
from app.domain.visit import Absent, Answer
from app.services.at_door import AtDoor
from app.services.models import VisitState, VisitStatus
from tests.views.double_alerts import make_line
from tests.views.doubles import World, add_visit, make_answers, make_world, now
from tests.views.scene_goals import ANA, BEN, make_parts

PENICILLIN = Allergy("Penicillin", "high")
WEEKS = (9, 7, 5, 4, 3, 2, 1)
"""How many weeks ago each visit was."""
COURSES: dict[str, tuple[str, tuple[int | Absent | None, ...]]] = {
    "esas-pain": ("Pain", (2, 3, 3, 4, 6, 8, 5)),
    "esas-tired": ("Tiredness", (4, 4, 5, 5, 5, 6, 6)),
    "esas-nausea": ("Nausea", (0, 0, 1, 0, 0, 0, 0)),
    "esas-sob": ("Shortness of Breath", (1, 2, 2, None, 3, 3, 3)),
    "esas-depr": ("Depression", (2, 2, Absent.DECLINED, 2, 2, Absent.COULD_NOT_ANSWER, 2)),
}


def make_trends(at: datetime) -> Trends:
    def series(link_id: str, name: str, values: tuple[int | Absent | None, ...]) -> Series:
        points = []
        for week, given in zip(WEEKS, values, strict=True):
            if given is None:
                continue
            when = at - timedelta(weeks=week)
            alert = "Pain 8 of 10." if (link_id, given) == ("esas-pain", 8) else ""
            number = None if isinstance(given, Absent) else given
            points.append(
                Point(when, number, given if isinstance(given, Absent) else None, f"w{week}", alert)
            )
        return Series(link_id, name, 10, tuple(points))

    made = [series(link_id, name, values) for link_id, (name, values) in COURSES.items()]
    akps = tuple(
        Point(at - timedelta(weeks=week), value, None, f"w{week}")
        for week, value in zip(WEEKS, (70, 70, 60, 60, 60, 50, 50), strict=True)
    )
    made.append(Series("akps", "Function (AKPS)", 100, akps, more_is_better=True))
    changes = (
        MedicineChange((at - timedelta(weeks=3)).date(), "Morphine 10 mg/5 mL oral solution", "ordered"),
        MedicineChange((at - timedelta(days=10)).date(), "Senna 8.6 mg tablet", "not-taking"),
        MedicineChange((at - timedelta(weeks=60)).date(), "Furosemide 40 mg tablet", "ordered"),
    )
    return compose(made, changes)


def make_promises(at: datetime) -> tuple[Promise, ...]:
    week = at - timedelta(weeks=1)
    return (
        Promise("pr1", "p0", "ask-doctor", COMMON["ask-doctor"], BEN, week, "v-before"),
        Promise("pr2", "p0", "", "Bring the photo of the lemon tree", ANA, week, "v-before"),
        Promise(
            "pr3",
            "p0",
            "supplies",
            COMMON["supplies"],
            ANA,
            at - timedelta(weeks=3),
            "v-old",
            PromiseState.KEPT,
            at - timedelta(weeks=2),
            ANA.name,
        ),
    )


def make_patient_world() -> World:
    world, at = make_world(), now()
    alert = replace(make_line(1), seen_by="Dr. Elena Ortiz", seen_at=at - timedelta(minutes=35))
    parts = make_parts(at)
    world.parts["p0"] = replace(
        parts,
        promises=make_promises(at),
        alerts=(alert,),
        called="Doña María",
        at_door=AtDoor("Spanish", (PENICILLIN,), listed=(Allergy("Latex", "low"), PENICILLIN)),
    )
    world.trends["p0"] = make_trends(at)
    received = VisitStatus(VisitState.RECEIVED, received_at=at)
    answers = make_answers(5, 6, None, 0, None, 3)
    answers["frame-present"] = Answer(at, ("patient", "family"))
    add_visit(world, 0, timedelta(weeks=1), status=received, answers=answers)
    return world
