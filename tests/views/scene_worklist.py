"""A worklist as screens show it: many people, one of them referred already, one whose record is not here."""

from __future__ import annotations

from datetime import timedelta

from app.domain.referrals import Referral
from app.domain.worklist import Unreached, WhyListed, WorklistPage, WorklistWord
from tests.views.doubles import now

NAMES = ("María Colón Ríos", "Văn Thọ Nguyễn", "Rosa Delgado", "Harold Whitfield")


def make_worklist(people: int = 4) -> WorklistPage:
    at = now()
    day = timedelta(days=1)
    every = (
        WhyListed("need-transition", at - 9 * day),
        WhyListed("need-hospital", at - 14 * day),
        WhyListed("need-year", at - 30 * day, asked=True),
        WhyListed("need-wishes"),
        WhyListed("need-illness", at - 900 * day),
    )
    members = tuple(
        Unreached(
            f"p{number}",
            NAMES[number % len(NAMES)],
            every[number % 3 :],
            number == 0,
            "ecm" if number % 2 == 0 else "complex-care",
            at - 200 * day,
        )
        for number in range(people)
    )
    made = Referral(
        "ServiceRequest/r1",
        "ecm",
        "Enhanced Care Management (ECM)",
        (),
        "",
        None,
        "proposed",
        at,
        "",
        "",
        at,
        True,
    )
    here = frozenset(one.patient_id for one in members if one.patient_id != "p3")
    return WorklistPage(WorklistWord(at, at - timedelta(minutes=3), people, members, 14), {"p2": made}, here)
