"""A visit a week after another, with comfort levels on record: to look at what stands beside items (scene beside)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.comfort import ComfortLevel
from app.domain.promise import Promise, PromiseState
from app.domain.settings import PlanSettings
from app.domain.visit import Again, Answer, Value
from app.services.models import VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from tests.views.double_world import NURSE
from tests.views.doubles import World, add_visit, make_world, now
from tests.views.scene_forms import SWITCHES, much

WEEK = timedelta(days=7)
PAINAD = {"painad-1": "noisy", "painad-2": "repeated", "painad-3": "grimacing", "painad-4": "tense"}
NOW: dict[str, Value] = {
    **PAINAD,
    "esas-pain": 6,
    "esas-tired": 4,
    "esas-drowsy": 1,
    "esas-nausea": 2,
    "akps": "40",
    "phase": "unstable",
    "vital-spo2": Decimal("88"),
    "vital-rr": Decimal("22"),
}


def _looked_again(at: datetime) -> dict[str, Answer]:
    """PAINAD 7, and 1 after something was done."""
    first = {**PAINAD, "painad-5": "no-need"}
    then = {
        **dict.fromkeys(first, "no-need"),
        "painad-1": "normal",
        "painad-2": "none",
        "painad-4": "relaxed",
    }
    then["painad-3"] = "sad-frightened-frown"
    later = at + timedelta(minutes=35)
    done = "2.5 mg morphine by mouth"
    rest = Again(later, 5, done="a rest in the afternoon")
    return {"esas-tired": Answer(at, 4, again=(rest,))} | {
        link: Answer(at, code, again=(Again(later, then[link], done=done),)) for link, code in first.items()
    }


def make_beside_world() -> World:
    """The open visit is the newest one, of person 0."""
    world = make_world()
    world.settings = PlanSettings(switches=SWITCHES)
    world.recent = {"ref-to": ("hospice", "chaplain")}
    before = now() - WEEK
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    last = add_visit(world, 0, WEEK, status=received, answers=much(before) | _looked_again(before))
    levels = (
        ComfortLevel("esas-pain", 3, before, NURSE.name, ("Goal/1",)),
        ComfortLevel("esas-nausea", 3, before, NURSE.name, ("Goal/2",)),
    )
    kept = Promise(
        "t1", "p0", "phone", "Phone again", NURSE, before, last, PromiseState.KEPT, before, NURSE.name
    )
    parts = world.parts.get("p0", PatientParts())
    world.parts["p0"] = replace(parts, comfort=levels, promises=(kept,))
    at = now() - timedelta(minutes=5)
    add_visit(
        world, 0, timedelta(minutes=20), answers={link: Answer(at, value) for link, value in NOW.items()}
    )
    return world
