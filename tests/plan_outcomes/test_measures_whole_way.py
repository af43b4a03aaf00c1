"""Each measure from FHIR on: members, visits, stays and loops as the app and a plan send them, counted at the end."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine

from plan.outcomes.measures.listing import MEASURES, run
from plan.outcomes.periods import make_month
from tests.support.hand_tables import counted
from tests.support.hand_times import ZONE, ms
from tests.support.roster import People, Person

NOVEMBER = make_month(2026, 11, ZONE)
MADE = ms("2027-07-01 00:00")
EXPECTED = {
    "NQF1634": {
        "ana": "met: asked",
        "ben": "missed: not-asked",
        "cleo": "preference: declined",
        "dov": "no-visit: no-visit",
        "eve": "died: died-within-a-day",
    },
    "NQF1637": {
        "ana": "met: followed",
        "ben": "excluded: not-screened",
        "cleo": "preference: declined",
        "dov": "no-visit: no-visit",
        "eve": "died: died-within-a-day",
    },
    "NQF1639": {
        "ana": "met: asked",
        "ben": "missed: not-asked",
        "cleo": "met: asked",
        "dov": "no-visit: no-visit",
        "eve": "died: died-within-a-day",
    },
    "NQF1638": {
        "ana": "met: followed",
        "ben": "excluded: not-screened",
        "cleo": "missed: not-followed",
        "dov": "no-visit: no-visit",
        "eve": "excluded: not-screened",
    },
    "NQF1617": {"ana": "met: has-one", "cleo": "missed: not-asked"},
    "NQF1641": {
        "ana": "met: documented",
        "ben": "preference: declined",
        "cleo": "missed: not-documented",
        "dov": "no-visit: no-visit",
        "eve": "died: died-within-a-day",
    },
    "NQF1647": {
        "ana": "met: documented",
        "ben": "missed: not-documented",
        "cleo": "missed: not-documented",
        "dov": "no-visit: no-visit",
        "eve": "died: died-within-a-day",
    },
    "MIPS47": {
        "ana": "met: paper",
        "ben": "preference: declined",
        "cleo": "excluded: hospice",
        "dov": "no-visit: no-visit",
        "eve": "died: died",
    },
    "MIPS495": {
        "ana": "met: completely",
        "ben": "no-data: no-survey",
        "cleo": "no-data: no-survey",
        "eve": "died: died",
    },
    "CBE3666": {
        "ana": "missed: not-completely",
        "ben": "no-data: no-survey",
        "cleo": "no-data: no-survey",
        "eve": "died: died",
    },
    "MIPS342": {
        "ana": "met: in-time",
        "ben": "excluded: not-screened",
        "cleo": "preference: declined",
        "dov": "no-visit: no-visit",
        "eve": "died: died",
    },
    "SEED48H": {"ana": "met: in-time", "ben": "preference: declined", "dov": "missed: no-visit-yet"},
    "UNSTABLE3": {"ana": "met: in-time"},
    "GOC_FULL": {"ana": "met: in-full", "ben": "preference: conversation-not-wanted"},
    "CONCORD_HOSP": {
        "ana": "missed: not-wished x2, no-data: no-wish",
        "ben": "no-data: no-wish x4",
        "dov": "no-data: no-wish x2",
    },
    "LANG": {"ben": "met: remote", "cleo": "missed: family-or-staff"},
    "REF_CLOSED": {"ana": "met: started", "ben": "missed: open"},
    "TIME_TO_COMFORT": {"ana": "met: comfort", "cleo": "missed: not-yet", "eve": "died: died"},
    "PHASE_LENGTH": {"ana": "met: unstable"},
}


def _ana(people: People) -> Person:
    """Everything done, and done in time; in hospital against her wish later."""
    ana = people.member("ana", born="1950-03-01")
    ana.stay("hospital", "2026-10-28T08:00-07:00", "2026-11-01T00:30-07:00")
    visit = ana.visit(
        "2026-11-02T23:30-08:00",  # 48 real hours after 00:30 on the day of 25 hours
        esas={"pain": 8, "sob": 5},
        again={"esas-pain": {"2026-11-03T00:10-08:00": 3}},
        phase="unstable",
        oxygen="as-ordered",
        at_peace="quite",
        bowel_regimen="yes",
    )
    full = {"understanding": "good", "information": "all", "matters": "family", "worries": "pain"}
    ana.conversation(visit, **full, experience="heard", conv_hospital="no")
    ana.order("Morphine 15 mg tablet", "2026-11-02T23:40-08:00")
    ana.agent("2025-03-01")
    ana.visit("2026-11-05T10:00-08:00", esas={"pain": 2}, phase="stable")
    ana.stay("hospital", "2026-11-20T14:00-08:00", "2026-11-21T09:00-08:00", went="oth")
    request = ana.refer("ecm", "2026-11-05T10:00-08:00")
    ana.renew(request, "started", "2026-11-12T10:00-08:00")
    loop = next(one for one in ana.resources.values() if one.get("businessStatus"))
    loop["executionPeriod"] = {"start": "2026-11-12T10:00:00-08:00"}  # as the app writes it
    _survey(ana, "heard-understood", {f"hu-{n}": "completely" for n in (1, 2, 3, 4)})
    _survey(ana, "help-for-pain", {"hp-1": "somewhat"})
    return ana


def _survey(person: Person, name: str, answers: dict[str, str]) -> None:
    items: list[Any] = [
        {"linkId": link, "answer": [{"valueCoding": {"system": "urn:hearthside:survey", "code": code}}]}
        for link, code in answers.items()
    ]
    person.put(
        "QuestionnaireResponse",
        name,
        questionnaire=f"urn:hearthside:survey:{name}",
        status="completed",
        subject=person.subject,
        authored="2026-12-10T10:00:00-08:00",
        item=items,
    )


def _others(people: People) -> None:
    ben = people.member(
        "ben", born="1961-11-10", language="es", interpreter=True
    )  # 65 on the day of his visit
    stay = ben.stay("hospital", "2026-10-25T08:00-07:00", "2026-11-04T12:00-08:00")
    ben.stay("hospital", "2026-10-25T08:00-07:00", "2026-11-04T12:00-08:00")
    ben.no_visit(stay, "declined", "2026-11-05T09:00-08:00")
    visit = ben.visit("2026-11-10T10:00-08:00", interpreter_used="remote")
    ben.conversation(visit, held=False, conv_voluntary="not-wanted")
    ben.refer("hospice", "2026-11-10T10:00-08:00")

    cleo = people.member("cleo", born="1940-01-01", language="hy", interpreter=True)
    cleo.visit(
        "2026-11-03T10:00-08:00",
        esas={"pain": "?declined", "sob": 7},
        interpreter_used="family-or-staff",
    )
    cleo.order("Oxycodone 5 mg tablet", "2026-11-03T11:00-08:00")
    cleo.hospice("2026-11-15")

    dov = people.member("dov", born="1948-01-01")  # nobody was ever there
    dov.stay("hospital", "2026-11-10T08:00-08:00", "2026-11-11T12:00-08:00")

    eve = people.member("eve", born="1948-01-01")
    eve.visit("2026-11-03T10:00-08:00", esas={"pain": 8})
    eve.died("2026-11-03T22:00:00-08:00")

    people.member("fay", since=None).visit("2026-11-03T10:00-08:00", esas={"pain": 8})  # not on the roster


@pytest.fixture
def plan_of_six(engine: Engine, people: People) -> Engine:
    _ana(people)
    _others(people)
    people.save(engine)
    return engine


def test_every_measure_counts_six_people_as_their_charts_say(plan_of_six: Engine) -> None:
    found = {}
    with plan_of_six.connect() as connection:
        for measure in MEASURES:
            units = counted(run(connection, measure.id, NOVEMBER, MADE))
            found[measure.id] = {who.removeprefix("p-"): _said(units[who]) for who in sorted(units)}
    assert found == EXPECTED


def _said(units: Counter[str]) -> str:
    return ", ".join(one if times == 1 else f"{one} x{times}" for one, times in sorted(units.items()))
