"""The review of visits, walked for the list of test names: the queue, one visit, the nurse's answer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from app.domain.review import Comment, Reason
from app.domain.visit import Answer
from app.services.models import Role, VisitState, VisitStatus
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_review import add_review, needs
from tests.views.doubles import DoubleDevice, World, add_visit, make_answers, make_world, now

ASKED = Comment("symptoms", "Symptoms", "Was it 7 before or after the dose?")


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


def make_review_world() -> World:
    """A death, an answered question, two that can go together, one that was asked about."""
    world = make_world()
    ids = []
    for person, hours in enumerate((3, 5, 6, 8, 9)):
        status = VisitStatus(VisitState.RECEIVED, received_at=now() - timedelta(hours=hours - 1))
        answers = {**make_answers(7, 3, 2, 0, 6), "vital-spo2": Answer(now(), Decimal(92))}
        ids.append(add_visit(world, person, timedelta(hours=hours), status=status, answers=answers))
    needs(world, ids[0], Reason.ACT_NOW, Reason.FLAG)
    needs(world, ids[1], Reason.DEATH, Reason.CONVERSATION)
    needs(world, ids[2], Reason.FIRST)
    needs(world, ids[3], Reason.SAMPLE)
    needs(world, ids[4], Reason.FROM_FACILITY)
    add_review(world, ids[4], ASKED, Comment("vitals", "Vital signs", "At rest?"))
    return world


async def walk_review(mount: Mount, walker: Looks, width: int) -> None:
    world = make_review_world()
    first = next(iter(world.review_reasons))
    async with mount(DoubleDevice(world, role=Role.SUPERVISOR), unlock=True, width=width) as app:
        await app.until(lambda: app.has("review-together"), "the queue")
        await walker.go(app, "review-together", "review-together-yes")
        await app.tap("review-together-no")
        await walker.go(app, f"review-row-{first}", "review-sign")
        await walker.go(app, "review-thank", "review-send")
        await walker.go(app, "review-send-not", "review-ask")
        await walker.go(app, "review-ask", "review-about-symptoms")
        await walker.go(app, "review-about-symptoms", "review-words-symptoms")
        await app.type("review-words-symptoms", ASKED.words)
        await app.tap("review-send")
        await app.until(lambda: any(one.startswith("review-undo-") for one in app.ids()), "asked")
        walker.look(app)
        await walker.go(app, "review-back", "review-row-v1")
        await walker.go(app, "nav-log", f"log-row-{first}")
        await walker.go(app, f"log-row-{first}", "reading-review")
        await walker.go(app, "reading-review", "review-back")
    world = make_review_world()
    asked = world.reviews[0]
    thanks = add_review(world, asked.visit_id, thanks=True)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has(f"today-question-{asked.id}"), "Today")
        walker.look(app)
        await walker.go(app, f"today-question-{asked.id}", "question-answer")
        assert app.has(f"question-seen-{thanks}")
        await walker.go(app, "question-wrong", "question-item-esas-pain")
        await walker.go(app, "question-item-esas-pain", "question-right-3")
        await walker.go(app, "question-item-vital-spo2", "question-right-keep")
