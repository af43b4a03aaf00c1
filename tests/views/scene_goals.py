"""A person with conversations, code status and people on record: to look at (scene goals), and for tests."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.code_status import Cpr, Rests, Statement
from app.domain.conversation import ConversationVersion, PlanSaying, newest_first
from app.domain.people import Known, Person, Told, Wants, compose
from app.domain.visit import Absent, Answer, PersonRef, Value
from app.services.goals_of_care import ConversationPart
from app.services.models import VisitState, VisitStatus
from app.services.patient_parts import PatientParts
from tests.views.doubles import World, add_visit, make_world, now

ANA = PersonRef("Practitioner/ana", "Ana Ruiz, RN")
BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")


def said(at: datetime, values: dict[str, Value | Absent]) -> dict[str, Answer]:
    return {
        link: Answer(at, absent=value) if isinstance(value, Absent) else Answer(at, value=value)
        for link, value in values.items()
    }


def statements(at: datetime) -> tuple[Statement, ...]:
    return (
        Statement(
            "DocumentReference/polst",
            Rests.POLST,
            Cpr.NO,
            "comfort",
            seen_at=at,
            by=ANA.name,
            kept="on fridge",
            signed_by="Dr. Lee",
        ),
        Statement("Flag/f", Rests.PLAN, Cpr.YES, dated="2024", what="Full code"),
    )


def versions(at: datetime) -> tuple[ConversationVersion, ...]:
    first = ConversationVersion(
        "Procedure/a",
        "visit-a",
        at - timedelta(days=60),
        ANA,
        said(
            at,
            {
                "conv-matters": ("home", "family"),
                "conv-matters-words": "To sit under the lemon tree with the little ones.",
                "conv-worries": ("breath",),
                "conv-hospital": "if-reversible",
                "conv-information": "all",
            },
        ),
        parts={"conv-matters": "Goal/a"},
    )
    second = ConversationVersion(
        "Procedure/b",
        "visit-b",
        at,
        BEN,
        said(
            at,
            {
                "conv-worries": ("breath", "family"),
                "conv-worries-words": "Who will look after Luis.",
                "conv-hospital": "no",
                "conv-prognosis": Absent.DOES_NOT_WANT,
            },
        ),
        saw=("Procedure/a",),
        pending=True,
    )
    return newest_first((first, second))


def people(at: datetime) -> tuple[Person, ...]:
    return (
        Person(
            "RelatedPerson/rosa",
            "Rosa Colón",
            "Son or daughter",
            "child",
            phone="(559) 555-0117",
            roles=("decides", "helps"),
            told=Told.ALL,
            agent="primary",
            agent_active="not-yet",
            at=at,
            by=ANA.name,
        ),
        Person(
            "RelatedPerson/luis",
            "Luis Ríos",
            "Brother or sister",
            "sibling",
            roles=("lives-there",),
            told=Told.NONE,
        ),
        Person("RelatedPerson/pat", "Pat Gómez", "Friend", "friend", phone="(559) 555-0190", from_plan=True),
    )


def make_parts(at: datetime) -> PatientParts:
    saying = PlanSaying("Goal/p", "What matters most", "Attend the graduation in June", "2024-05-01")
    return PatientParts(
        code_status=statements(at - timedelta(days=30)),
        people=compose(people(at), Known(Wants.BIG_PICTURE, at)),
        conversation=ConversationPart(versions(at - timedelta(days=2)), (saying,)),
    )


def make_goals_world() -> World:
    world = make_world()
    at = now()
    world.parts["p0"] = make_parts(at)
    add_visit(world, 0, timedelta(days=2), status=VisitStatus(VisitState.RECEIVED, received_at=at))
    add_visit(world, 0, timedelta(minutes=20))
    return world
