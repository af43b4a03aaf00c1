"""A world in which much was answered: to look at forms and at a reading (scenes forms, proxy, call), and for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.settings import PlanSettings
from app.domain.visit import Absent, Again, Answer, AnsweredBy, Entry, Modality, Setting, Value
from app.services.models import VisitState, VisitStatus
from tests.views.doubles import World, add_visit, make_answers, make_world, now

SWITCHES = frozenset({"painad", "hits-safety"})
PHQ = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3")
PHQ_CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")


def much(at: datetime) -> dict[str, Answer]:
    """Answers of many kinds: measured again, several chosen, typed, private, none with its reason."""
    values: dict[str, Value] = {
        "akps": "50",
        "phase": "deteriorating",
        "4at-1": "normal",
        "bowels-days": 3,
        "vital-spo2": Decimal("91"),
        "caregiver-coping": "strained",
        "concern-worried": "yes",
        "concern-answer": "tired-of-living",
        "distress-face": "some",
        "skin-how": ("open",),
        "mouth-words": "Dry since Tuesday; the sponge helps, the spray does not.",
        "95618-5": "LA10066-1",
    }
    answers = {**make_answers(8, 4, 3, 0, Absent.DECLINED, 6, Absent.SLEEPY)}
    answers["esas-pain"] = Answer(
        at, 8, again=(Again(at + timedelta(minutes=35), 4, done="5 mg morphine by mouth"),)
    )
    answers |= {link_id: Answer(at, value) for link_id, value in values.items()}
    answers |= {
        f"/{name}": Answer(at, PHQ_CODES[score])
        for name, score in zip(PHQ, (2, 2, 1, 1, 1, 0, 1), strict=False)
    }
    answers["/44253-3"] = Answer(at, absent=Absent.DECLINED)
    return answers


def some_entries(at: datetime) -> dict[str, tuple[Entry, ...]]:
    heel = {
        "wound-place": Answer(at, "Left heel"),
        "wound-length": Answer(at, Decimal("3.5")),
        "wound-words": Answer(at, "Shallow, clean edges"),
    }
    return {"wounds": (Entry("e1", heel), Entry("e2", {}))}


def make_forms_world(
    *, answered_by: AnsweredBy | None = None, modality: Modality = Modality.IN_PERSON
) -> World:
    world = make_world()
    world.settings = PlanSettings(switches=SWITCHES)
    received = VisitStatus(VisitState.RECEIVED, received_at=now() - timedelta(hours=1))
    at = now() - timedelta(hours=3)
    for ago, status in ((timedelta(hours=3), received), (timedelta(minutes=20), None)):
        visit_id = add_visit(
            world, 0, ago, status=status, answers=much(at), note="Slept in the chair.", modality=modality
        )
        row = world.visits[visit_id]
        by = answered_by or row.draft.answered_by
        row.draft = replace(row.draft, entries=some_entries(at), answered_by=by)
    return world


def make_look_world() -> World:
    """A person who cannot speak: signs of distress and PAINAD, most of them looked at again after morphine."""
    world = make_world()
    world.settings = PlanSettings(switches=SWITCHES)
    at = now() - timedelta(minutes=50)
    later = at + timedelta(minutes=35)
    first = {
        "distress-face": "a-lot",
        "distress-sounds": "some",
        "distress-movement": "some",
        "distress-breathing": "none",
        "distress-moved": "a-lot",
        "painad-1": "occasional",
        "painad-2": "repeated",
        "painad-3": "grimacing",
        "painad-4": "tense",
        "painad-5": "distracted",
        "akps": "30",
    }
    then = {"distress-face": "some", "distress-sounds": "none", "akps": "20"}
    then |= {
        "painad-1": "normal",
        "painad-2": "none",
        "painad-3": "sad-frightened-frown",
        "painad-4": "relaxed",
        "painad-5": "no-need",
    }
    answers = {link_id: Answer(at, value) for link_id, value in first.items()}
    for link_id, value in then.items():
        again = (Again(later, value, done="2.5 mg morphine by mouth"),)
        answers[link_id] = replace(answers[link_id], again=again)
    received = VisitStatus(VisitState.RECEIVED, received_at=now() - timedelta(hours=1))
    for ago, status in ((timedelta(hours=3), received), (timedelta(minutes=55), None)):
        add_visit(world, 1, ago, status=status, answers=answers, setting=Setting.NURSING_HOME_LONG)
    return world
