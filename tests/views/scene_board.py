"""A team board as screens show it: two nurses, one of them not heard from, and something in every list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.domain.board import Nurse, Tablet, Waits
from app.domain.day import Planned
from app.domain.referrals import Referral
from app.domain.stays import Clock, ClockState, Place, Stay
from app.services.alert_models import AlertLine
from app.services.board_models import (
    BoardClock,
    BoardNurse,
    BoardPage,
    BoardReferral,
    BoardVisit,
    ListNews,
    News,
    VisitNews,
)
from tests.views.doubles import now

ANA, BEN, ZOE = "Practitioner/ana", "Practitioner/ben", "Practitioner/zoe"


def make_alert(own_id: str = "al1") -> AlertLine:
    return AlertLine(
        own_id, "p1", "Văn Thọ Nguyễn", None, "SEVERE_SYMPTOM", "esas-pain", "today", "open", "Pain 8 of 10",
        "", False, "supervisor", now() - timedelta(hours=9), now() - timedelta(hours=1), received=True,
    )  # fmt: skip


def make_board(alerts: int = 1) -> BoardPage:
    at = now()
    hour = timedelta(hours=1)
    waiting = (Waits("alert", 1, at - hour), Waits("visit", 2, at - 3 * hour))
    aside = (Waits("visit", 1, at - 5 * hour, "refused"),)
    silent = Nurse(ANA, "Ana Ruiz, RN", ("p0", "p1"), (Tablet(at - 6 * hour, waiting, aside),))
    planned = Planned("a1", "p0", at + hour, kind="routine", nurses=(ANA,))
    visit = BoardVisit(planned, "María Colón Ríos")
    people = (("p0", "María Colón Ríos"), ("p1", "Văn Thọ Nguyễn"))
    calm = Nurse(BEN, "Ben Cole, RN", ("p2",), (Tablet(at - timedelta(minutes=4)),))
    shut = BoardVisit(Planned("a2", "p2", at, kind="routine", nurses=(BEN,)), "Grace Okafor", not_seen=True)
    left = at - 50 * hour
    stay = Stay("Encounter/s1", "p2", Place.HOSPITAL, "Mercy", left - 96 * hour, left)
    clock = Clock(stay, left + 48 * hour, ClockState.OVERDUE, -2 * hour)
    referral = Referral(
        "ServiceRequest/r1",
        "hospice",
        "Hospice",
        (),
        "",
        None,
        "sent",
        at - 240 * hour,
        "",
        "Ana Ruiz, RN",
        at,
    )
    return BoardPage(
        told_at=at,
        pulled_at=at - timedelta(minutes=2),
        clocks=(BoardClock("p2", "Grace Okafor", clock),),
        alerts=tuple(replace(make_alert(), id=f"al{n}") for n in range(alerts)),
        referrals=(BoardReferral("p1", "Văn Thọ Nguyễn", referral),),
        nurses=(
            BoardNurse(silent, heard=False, planned_since=2, people=people, visits=(visit,)),
            BoardNurse(calm, heard=True, people=(("p2", "Grace Okafor"),), visits=(shut,), made=2),
            BoardNurse(Nurse(ZOE, "Zoe Last, RN"), heard=False),
        ),
    )


def make_news() -> News:
    at, start = now(), now() + timedelta(hours=3)
    return News(
        (
            ListNews("p4", "Guadalupe Alvarado", came=True, at=at),
            ListNews("px", "Walter O'Dowd", came=False, at=at),
        ),
        (VisitNews("a1", "p4", "Guadalupe Alvarado", True, start, at, "Ben Cole, RN", "Maria Ochoa"),),
    )


def make_large_team(count: int) -> BoardPage:
    """So many nurses; something waits on the tablet of every tenth."""
    page = make_board()
    at = now()
    waiting = (Waits("visit", 1, at - timedelta(hours=1)),)
    nurses = tuple(
        BoardNurse(
            Nurse(
                f"Practitioner/n{number}",
                f"Núria Name {number:02}, RN",
                (),
                (Tablet(at, waiting if number % 10 == 0 else ()),),
            ),
            heard=True,
        )
        for number in range(count)
    )
    return replace(page, nurses=nurses)
