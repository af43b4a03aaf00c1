"""A visit with opioids to count and topics that were declined: to look at (scene counts)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain.declines import Decline, Scope, Voice
from app.domain.home_count import LastCount
from app.domain.people import PeopleOnRecord, Person
from app.domain.visit import Answer
from app.domain.visit_kind import KIND
from tests.views.doubles import World, add_visit, make_world, now
from tests.views.medicine_world import FUROSEMIDE, HYDROMORPHONE, MORPHINE, give_medicines


def make_counts_world() -> World:
    world = make_world()
    give_medicines(world, MORPHINE, HYDROMORPHONE, FUROSEMIDE)
    at, today = now() - timedelta(days=9), now().astimezone().date()
    last = LastCount(MORPHINE.text, "tablets", Decimal(20), at, "Ben Ochoa", "Luz Ríos", "v-old")
    left_over = replace(last, name="Lorazepam 1 MG Oral Tablet", left=Decimal("6.5"))
    declined = (
        Decline(
            Scope.TOPIC, "mood", Voice.PERSON, at, today + timedelta(days=21), "Ana Ruiz", ("Consent/a",)
        ),
        Decline(
            Scope.SERVICE, "hospice", Voice.FAMILY, at, today + timedelta(days=5), "Ana Ruiz", pending=True
        ),
    )
    people = PeopleOnRecord((Person("RelatedPerson/r", "Luz Ríos"), Person("RelatedPerson/s", "Tom Ríos")))
    world.parts["p0"] = replace(world.parts["p0"], counts=(last, left_over), declines=declined, people=people)
    add_visit(world, 0, timedelta(minutes=20))
    row = next(iter(world.visits.values()))
    row.draft = replace(row.draft, answers={KIND: Answer(now(), "routine")})
    return world
