"""A person about whom two nurses wrote different things, every kind of it: to look at (scene conflicts), for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.services.conflict_models import (
    ConflictKind,
    ConflictLine,
    ConflictPage,
    ConflictSection,
    ConflictSide,
)
from app.services.models import VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from tests.views.doubles import World, add_visit, make_world, now

ANA, BEN = "Ana Ruiz, RN", "Ben Ochoa, RN"
TALK = "conversation p0 Procedure/a"
PLAN = "plan p0 CarePlan/a"
STATUS = "code-status p0 DocumentReference/a"
TASK = "task-1"
GONE = "task-2"


def _line(conflict_id: str, kind: ConflictKind, what: str, title: str = "", *who: str) -> ConflictLine:
    at = now() - timedelta(hours=3)
    visits = frozenset({"v0"}) if what == "conversation" else frozenset[str]()
    return ConflictLine(conflict_id, "p0", "Vera Lindqvist", kind, what, title, who, at, visits)


def _sides() -> tuple[ConflictSide, ConflictSide]:
    at = now()
    return (
        ConflictSide(BEN, at - timedelta(hours=3), "v0"),
        ConflictSide(ANA, at - timedelta(hours=5), "v0", mine=True),
    )


def make_pages(name: str) -> dict[str, ConflictPage]:
    versions = ConflictKind.VERSIONS
    talk = ConflictPage(
        _line(TALK, versions, "conversation", "", ANA, BEN),
        _sides(),
        (
            ConflictSection(
                "conv-matters",
                "What matters most",
                (
                    "Seeing family. “To see her sister once more, and to sit in the garden in the evening.”",
                    "Being at home. “The lemon tree.”",
                ),
                "Being at home; Seeing family. “To see her sister once more, and to sit in the garden in the "
                "evening.\nThe lemon tree.”",
            ),
            ConflictSection("conv-hospital", "Going to hospital", ("If it can be reversed.", "No.")),
            ConflictSection(
                "conv-place-death", "Preferred place of death", ("Does not want to discuss.", "Home.")
            ),
        ),
        (),
        "m1",
    )
    plan = ConflictPage(
        _line(PLAN, versions, "plan", "Pain", ANA, BEN),
        (
            replace(_sides()[0], visit_id=None, chosen_at=now() - timedelta(hours=2), who="Sue Park, RN"),
            _sides()[1],
        ),
        (ConflictSection("goal-do", "What we do", ("A pump", "Morphine by the clock"), "A pump\nMorphine by the clock"),
         ConflictSection("goal-worse", "What to do if it gets worse", ("", "Call the nurse on duty"))),
        (
            ConflictSection("goal-problem", "Problem", ("Pain", "Pain")),
            ConflictSection("goal-who", "Who does it", ("Nurse; Family", "Nurse; Family")),
        ),
        "m2",
    )  # fmt: skip
    status = ConflictPage(
        _line(STATUS, versions, "code-status", "", ANA, BEN),
        _sides(),
        (
            ConflictSection(
                "whole",
                "",
                (
                    "What it rests on: POLST\nWhat it says about CPR: No CPR\nWhere it is kept: On the refrigerator",
                    "What it rests on: POLST\nWhat it says about CPR: Attempt CPR",
                ),
            ),
        ),
        (),
        "m3",
    )
    task = ConflictPage(
        _line(TASK, ConflictKind.EDIT, "task", "Pain 9 of 10", "Sue Park, RN"),
        (ConflictSide("", now(), mine=True), ConflictSide("Sue Park, RN", None, plan=True)),
        (
            ConflictSection(
                "progress", "Where it stands", ("Done: She is comfortable now", "Somebody has taken it")
            ),
        ),
        (),
        "m4",
    )
    gone = ConflictPage(
        _line(GONE, ConflictKind.DELETED, "task", "Referral to social work"),
        (ConflictSide("", now(), mine=True), ConflictSide("", None, plan=True)),
        (),
        (ConflictSection("whole", "", ("Referral to social work\nAccepted",)),),
        "m5",
    )
    pages = (talk, status, plan, task, gone)
    return {one.line.id: replace(one, line=replace(one.line, patient_name=name)) for one in pages}


def make_conflicts_world() -> World:
    world = make_world()
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    add_visit(world, 0, timedelta(hours=5), status=received)
    world.conflicts = make_pages(world.people["p0"].patient.display_name)
    world.parts["p0"] = PatientParts(conflicts=tuple(page.line for page in world.conflicts.values()))
    return world
