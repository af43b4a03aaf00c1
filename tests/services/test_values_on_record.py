"""What stands beside each question: the last value on record, from whichever visit holds one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from app.domain.visit import Absent, Again, Answer, AnsweredBy, Modality, Setting, Visit
from app.services.person_memory import PersonMemory
from app.services.visits import Visits
from app.store import visits as stored
from app.store.engine import Store
from tests.services.conftest import ANA, SteppingClock


def visit(
    clock: SteppingClock, days_ago: int, answers: dict[str, int | str | Absent], *, afterwards: bool = False
) -> Visit:
    """A signed visit; written afterwards, its answers were tapped four hours later."""
    began = clock.at - timedelta(days=days_ago)
    at = began + timedelta(hours=4 if afterwards else 0, minutes=5)
    given = {
        link: Answer(at, absent=one) if isinstance(one, Absent) else Answer(at, one)
        for link, one in answers.items()
    }
    return Visit(
        f"visit-{days_ago}", "p1", ANA, Modality.IN_PERSON, Setting.HOME, began, began + timedelta(hours=1),
        began + timedelta(hours=5), AnsweredBy.PATIENT, "", given, written_afterwards=afterwards,
    )  # fmt: skip


async def keep(store: Store, *signed: Visit) -> None:
    def put(connection: Connection) -> None:
        for one in signed:
            stored.save_pulled(connection, one, arriving=False, content_version="1")

    await store.write(put)


async def test_each_value_comes_from_the_newest_visit_that_holds_one(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    old = visit(clock, 30, {"esas-pain": 9, "akps": "60", "esas-wb": 2})
    middle = visit(clock, 10, {"esas-pain": 4, "esas-wb": Absent.DECLINED})
    new = visit(clock, 3, {"mouth-how": "x", "esas-pain": Absent.SLEEPY})
    await keep(store, middle, new, old)
    page = await visits.page(await visits.begin("p1", Modality.IN_PERSON, Setting.HOME))
    found = {link: (one.value, one.at) for link, one in page.last_values.items()}
    assert found == {
        "esas-pain": (4, middle.answers["esas-pain"].at),
        "akps": ("60", old.answers["akps"].at),
        "esas-wb": (2, old.answers["esas-wb"].at),
        "mouth-how": ("x", new.answers["mouth-how"].at),
    }
    assert page.last_visit_at == new.began_at


async def test_a_value_measured_again_counts_where_the_first_was_none(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    base = visit(clock, 3, {})
    again = Again(base.began_at + timedelta(minutes=30), value=5)
    pain = Answer(base.began_at, absent=Absent.SLEEPY, again=(again,))
    old = visit(clock, 9, {"esas-pain": 1})
    await keep(store, old, replace(base, answers={"esas-pain": pain}))
    page = await visits.page(await visits.begin("p1", Modality.IN_PERSON, Setting.HOME))
    assert page.last_values["esas-pain"].again == (again,)


async def test_a_visit_written_afterwards_dates_its_values_by_when_it_was(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    late = visit(clock, 2, {"esas-pain": 6}, afterwards=True)
    await keep(store, late)
    page = await visits.page(await visits.begin("p1", Modality.IN_PERSON, Setting.HOME))
    assert page.last_values["esas-pain"].at == late.began_at


async def test_a_visit_that_arrives_meanwhile_is_seen_on_the_open_page(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    assert (await visits.page(visit_id)).last_values == {}
    await keep(store, visit(clock, 3, {"esas-pain": 4}))
    assert (await visits.page(visit_id)).last_values["esas-pain"].value == 4


async def test_a_tap_reads_nothing_on_record_again(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    await keep(store, visit(clock, 3, {"esas-pain": 4}))
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    first = (await visits.page(visit_id)).last_values
    await visits.answer(visit_id, "esas-nausea", value=1)
    page = await visits.page(visit_id)
    assert page.last_values is first
    assert page.draft.answers["esas-nausea"].value == 1


async def test_the_memory_holds_one_person_and_one_start(store: Store, clock: SteppingClock) -> None:
    await keep(store, visit(clock, 3, {"esas-pain": 4}))
    memory = PersonMemory()

    async def count(patient_id: str, days: int) -> int:
        before = clock.at - timedelta(days=days)
        known = await store.read(lambda c: memory.read(c, patient_id, before))
        return len(known.last_values)

    assert [await count("p1", 0), await count("p2", 0), await count("p1", 5), await count("p1", 0)] == [
        1,
        0,
        0,
        1,
    ]


async def test_times_set_by_hand_mark_the_visit_and_its_reading(visits: Visits, clock: SteppingClock) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_note(visit_id, "Seen in the morning.")
    began = clock.at - timedelta(hours=6)
    await visits.set_times(visit_id, began, began + timedelta(minutes=50))
    assert (await visits.page(visit_id)).draft.written_afterwards
    await visits.sign(visit_id)
    reading = await visits.read(visit_id)
    assert (reading.written_afterwards, reading.summary.began_at) == (True, began)
