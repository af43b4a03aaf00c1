"""What stands first on the doorstep card, and that it never says that nothing hurts where nobody knows."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain.patient import Allergy
from app.domain.visit import Absent, Again, Answer
from app.services.at_door import AtDoor, read_at_door
from app.services.doorstep import Doorstep, make_doorstep
from app.services.patient_parts import PatientParts, read_parts
from app.services.visits import Visits
from app.store import bases
from app.store.bases import BaseCopy
from app.store.engine import Store
from app.views.wording.promises import feels
from tests.services.alert_steps import begin, finish_visit
from tests.services.conftest import SteppingClock
from tests.services.test_trends import store_all, visit
from tests.views.double_alerts import make_line

REQUIRED = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"


async def put(store: Store, kind: str, record_id: str, **body: Any) -> None:
    whole = {"resourceType": kind, "id": record_id, **body}
    copy = BaseCopy(kind, record_id, "1", "2026-11-22T08:00:00Z", json.dumps(whole), "p1")
    await store.write(lambda c: bases.put(c, copy))


def allergy(name: str, criticality: str) -> dict[str, Any]:
    return {"code": {"text": name}, "criticality": criticality, "patient": {"reference": "Patient/p1"}}


async def test_the_door_knows_the_interpreter_and_allergies_of_high_risk_only(store: Store) -> None:
    assert await store.read(lambda c: read_at_door(c, "p1")) == AtDoor()
    spanish = {"language": {"text": "Spanish"}, "preferred": True}
    needed = {"url": REQUIRED, "valueBoolean": True}
    await put(store, "Patient", "p1", extension=[needed], communication=[spanish])
    await put(store, "AllergyIntolerance", "a1", **allergy("Penicillin", "high"))
    await put(store, "AllergyIntolerance", "a2", **allergy("Latex", "low"))
    door = (await store.read(lambda c: read_parts(c, "p1"))).at_door
    high, low = Allergy("Penicillin", "high"), Allergy("Latex", "low")
    assert door == AtDoor("Spanish", (high,), listed=(high, low))
    assert make_doorstep(PatientParts(at_door=door), {}).before == door
    await put(store, "Patient", "p1", extension=[needed | {"valueBoolean": False}], communication=[spanish])
    assert (await store.read(lambda c: read_at_door(c, "p1"))).interpreter is None


async def test_only_the_last_visit_that_asked_says_that_the_person_could_not_answer(
    store: Store, clock: SteppingClock
) -> None:
    at = clock.at
    unable: dict[str, Any] = {"esas-pain": Absent.NO_WORDS, "esas-tired": 2}
    await store_all(store, visit(at - timedelta(days=3), unable), visit(at - timedelta(days=1), {"akps": 40}))
    door = await store.read(lambda c: read_at_door(c, "p1"))
    assert door.unable_at == at - timedelta(days=3)
    declined: dict[str, Any] = {"esas-pain": Absent.DECLINED}
    await store_all(store, visit(at, declined))
    assert (await store.read(lambda c: read_at_door(c, "p1"))).unable_at is None


async def test_the_next_visit_knows_the_alerts_of_the_one_before(visits: Visits, store: Store) -> None:
    first = await begin(visits)
    await visits.answer(first, "esas-pain", value=8)
    await finish_visit(visits, first)
    second = await begin(visits)
    page = await visits.page(second)
    assert [(one.visit_id, one.subject) for one in page.parts.alerts] == [(first, "esas-pain")]
    assert make_doorstep(page.parts, page.last_values).alerts == page.parts.alerts


def test_that_she_opened_the_record_herself_is_no_news_before_her_visit() -> None:
    told, own = make_line(1), make_line(2, own_opening=True)
    assert make_doorstep(PatientParts(alerts=(told, own)), {}).alerts == (told,)


def days(at: datetime, number: int) -> datetime:
    return at - timedelta(days=number)


def card(last: dict[str, Answer], **door: Any) -> Doorstep:
    return make_doorstep(PatientParts(at_door=AtDoor(**door)), last)


def test_that_nothing_hurts_is_said_only_of_numbers_and_with_their_day(clock: SteppingClock) -> None:
    at = clock.at
    assert feels(card({}), at) == ["No symptom has been given a number yet."]
    low = {"esas-pain": Answer(days(at, 2), 2)}
    assert feels(card(low), at) == ["No symptom of 4 or more was written down (Nov 20)"]
    own = low | {"own-pain": Answer(days(at, 1), 7)}
    assert feels(card(own), at) == ["Pain 7 (Nov 21)"]


@pytest.mark.parametrize("later", [1, 0])
def test_signs_of_distress_are_said_instead_of_a_number_of_before(clock: SteppingClock, later: int) -> None:
    at = clock.at
    last = {
        "esas-pain": Answer(days(at, later), 2),
        "distress-sounds": Answer(at, "a-lot"),
        "distress-moved": Answer(at, "some", again=(Again(at, "a-lot"),)),
        "distress-face": Answer(at, "some"),
        "distress-breathing": Answer(at, "none"),
        "distress-others": Answer(days(at, 40), "a-lot"),
        "painad-1": Answer(at, 2),
    }
    assert feels(card(last), at) == [
        "Signs of distress, a lot: sounds, when moved or washed (today)",
        "Signs of distress, some: face (today)",
        "Signs of pain: PAINAD at least 2, not every sign looked at (today)",
    ]


def painad(at: datetime, *looks: tuple[int, ...]) -> dict[str, Answer]:
    """The signs in order, each as it was seen at every look."""
    return {
        f"painad-{n}": Answer(at, seen[0], again=tuple(Again(at, value) for value in seen[1:]))
        for n, seen in enumerate(zip(*looks, strict=True), start=1)
    }


def test_signs_of_pain_are_added_up_look_by_look_and_the_highest_look_is_said(clock: SteppingClock) -> None:
    at = clock.at
    assert feels(card(painad(at, (2, 0, 1, 0, 0), (0, 2, 0, 0, 0))), at) == [
        "Signs of pain: PAINAD 3 (today)"
    ]
    assert feels(card(painad(at, (2, 0, 1), (0, 2, 0))), at) == [
        "Signs of pain: PAINAD at least 3, not every sign looked at (today)"
    ]
    assert feels(card(painad(at, (0, 0, 0, 0, 0))), at) == ["No symptom has been given a number yet."]


def test_signs_and_silence_of_an_earlier_visit_give_way_to_numbers_of_a_later_one(
    clock: SteppingClock,
) -> None:
    at = clock.at
    last = {"esas-pain": Answer(at, 2), "distress-sounds": Answer(days(at, 1), "a-lot")}
    assert feels(card(last, unable_at=days(at, 1)), at) == [
        "No symptom of 4 or more was written down (today)"
    ]


def test_who_could_not_answer_has_no_number_below_four(clock: SteppingClock) -> None:
    at = clock.at
    low, high = {"esas-tired": Answer(days(at, 5), 2)}, {"esas-tired": Answer(days(at, 5), 6)}
    could_not = "Could not say how strong symptoms are (today)"
    assert feels(card(low, unable_at=at), at) == [could_not]
    assert feels(card(low | {"esas-tired": Answer(at, 2)}, unable_at=at), at) == [could_not]
    assert feels(card(high, unable_at=at), at) == [could_not, "Tiredness 6 (Nov 17)"]
