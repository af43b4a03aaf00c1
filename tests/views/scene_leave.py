"""Ana is on leave for six days more and Ben stands in: as he, she and the board see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.code_status import Cpr, Rests, Statement
from app.domain.handover import HandoverPerson, Watch, in_order
from app.domain.leave import Leave
from app.domain.promise import Promise
from app.domain.stays import Clock, ClockState, Place, Stay
from app.domain.trends import Point, Series
from app.domain.visit import PersonRef
from app.services.board_models import BoardPage
from app.services.leave_models import CoverLine, HandoverPage
from tests.views.doubles import now
from tests.views.scene_board import ANA, BEN, make_board

ANA_RUIZ, BEN_COLE = PersonRef(ANA, "Ana Ruiz, RN"), PersonRef(BEN, "Ben Cole, RN")


def make_leave(*, people: tuple[str, ...] = ("p1", "p2", "p3")) -> Leave:
    at = now()
    return Leave("l1", ANA_RUIZ, BEN_COLE, at - timedelta(hours=2), at + timedelta(days=6), people=people)


def make_handover() -> HandoverPage:
    at = now()
    day = timedelta(days=1)
    pain = Series(
        "esas-pain", "Pain", 10, (Point(at - 8 * day, 4, None, "v1"), Point(at - day, 8, None, "v2"))
    )
    left = at - timedelta(hours=30)
    stay = Stay("Encounter/s1", "p2", Place.HOSPITAL, "Mercy", left - 4 * day, left)
    clock = Clock(stay, left + 2 * day, ClockState.SOON, timedelta(hours=18))
    promise = Promise("pr1", "p1", "ask-doctor", "Ask the doctor", ANA_RUIZ, at - day)
    status = Statement(
        "Observation/cs", Rests.POLST, Cpr.NO, "comfort", seen_at=at - 20 * day, by="Ana Ruiz, RN"
    )
    watch = Watch("act-now", "Severe symptom", "Pain 8 of 10.")
    people = (
        HandoverPerson("p3", "Walter O'Dowd", last_at=at - 9 * day, last_by="Ana Ruiz, RN"),
        HandoverPerson("p2", "Grace Okafor", clock=clock, watch=(Watch("today", "", "", private=True),)),
        HandoverPerson(
            "p1", "Văn Thọ Nguyễn", (status,), (watch,), None, (pain,), (promise,), at - day, "Ana Ruiz, RN"
        ),
    )
    return HandoverPage(CoverLine(make_leave(), 3), in_order(people), missing=1)


def make_board_with_leave() -> BoardPage:
    page = make_board()
    leave = replace(make_leave(people=()), taken_at=now() - timedelta(hours=1))
    ana, ben, *others = page.nurses
    away = replace(ana, leave=leave, away=True, planned_since=0)
    return replace(page, nurses=(away, replace(ben, covers=(leave,)), *others))
