"""How symptoms went, from signed visits on a real encrypted store; and the doorstep card made of what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection

from app.content.rules import Level
from app.domain.alert import Alert, AlertState
from app.domain.instruments import get_instrument
from app.domain.patient import Medicine
from app.domain.people import Person, compose
from app.domain.trends import Series, Trends
from app.domain.visit import Absent, Again, Answer, Modality, Setting, Value, Visit
from app.services.doorstep import Doorstep, find_own_words, make_doorstep
from app.services.goals_of_care import ConversationPart
from app.services.medicines import MedicinesPart
from app.services.patient_parts import PatientParts
from app.services.promises import Promises, read_promises
from app.services.trends import read_trends
from app.store import alerts
from app.store.engine import Store
from app.store.visit_rows import PULLED, put_signed
from tests.services.conftest import ANA, SteppingClock
from tests.views.scene_goals import versions


def visit(at: datetime, answers: dict[str, Value | Absent], *, afterwards: bool = False) -> Visit:
    given = {
        link: Answer(at, absent=one) if isinstance(one, Absent) else Answer(at, one)
        for link, one in answers.items()
    }
    began, left = at - timedelta(minutes=10), at + timedelta(minutes=30)
    return Visit(
        str(uuid4()), "p1", ANA, Modality.IN_PERSON, Setting.HOME, began, left, left, None, "", given,
        written_afterwards=afterwards,
    )  # fmt: skip


async def store_all(store: Store, *visits: Visit) -> None:
    def put(connection: Connection) -> None:
        for one in visits:
            put_signed(connection, one, origin=PULLED, content_version="1", arriving=False)

    await store.write(put)


async def read(store: Store, medicines: MedicinesPart | None = None) -> Trends:
    return await store.read(lambda c: read_trends(c, "p1", medicines or MedicinesPart()))


def find(trends: Trends, series_id: str) -> Series:
    return next(one for one in trends.series if one.id == series_id)


async def test_values_stand_in_order_with_later_measurements_and_reasons(
    store: Store, clock: SteppingClock
) -> None:
    at = clock.at
    first, second = (
        visit(at - timedelta(days=14), {"esas-pain": 3, "akps": "60"}),
        visit(at - timedelta(days=7), {"esas-pain": 8, "esas-depr": Absent.DECLINED}),
    )
    eased = Again(at - timedelta(days=7) + timedelta(minutes=20), 4, done="5 mg morphine by mouth")
    second = replace(
        second, answers={**second.answers, "esas-pain": replace(second.answers["esas-pain"], again=(eased,))}
    )
    await store_all(store, second, first)
    trends = await read(store)
    pain = find(trends, "esas-pain")
    assert [one.value for one in pain.points] == [3, 8, 4]
    assert (pain.last, pain.moved, pain.stands_out) == (4, 1, True)
    assert [one.absent for one in find(trends, "esas-depr").points] == [Absent.DECLINED]
    function = find(trends, "akps")
    assert ([one.value for one in function.points], function.most) == ([60], 100)
    assert trends.series[0] is pain, "what stands out comes first"


async def test_a_visit_written_afterwards_counts_when_it_was_and_not_when_it_was_typed(
    store: Store, clock: SteppingClock
) -> None:
    late = visit(clock.at - timedelta(days=3), {"esas-nausea": 2}, afterwards=True)
    await store_all(store, late)
    (point,) = find(await read(store), "esas-nausea").points
    assert point.at == late.began_at


async def test_what_a_person_names_herself_has_a_course_of_its_own(
    store: Store, clock: SteppingClock
) -> None:
    itching = visit(clock.at - timedelta(days=7), {"esas-other": 6})
    named = replace(itching.answers["esas-other"], name="Itching")
    hiccups = visit(clock.at, {"esas-other": 2})
    other = replace(hiccups.answers["esas-other"], name="Hiccups")
    await store_all(
        store,
        replace(itching, answers={"esas-other": named}),
        replace(hiccups, answers={"esas-other": other}),
    )
    trends = await read(store)
    assert sorted((one.name, one.last) for one in trends.series) == [("Hiccups", 2), ("Itching", 6)]


async def test_a_scale_of_signs_shows_only_whole_totals(store: Store, clock: SteppingClock) -> None:
    items = get_instrument("painad").items
    whole = {item.link_id: item.options[1].code for item in items}
    part = {items[0].link_id: items[0].options[2].code}
    await store_all(store, visit(clock.at - timedelta(days=2), whole), visit(clock.at, part))
    series = find(await read(store), "painad")
    assert ([one.value for one in series.points], series.most) == ([5], 10)


async def test_alerts_and_changes_of_medicines_are_marked_and_corrected_or_private_ones_are_not(
    store: Store, clock: SteppingClock
) -> None:
    at = clock.at
    one, two, three = (visit(at - timedelta(days=days), {"esas-pain": 8}) for days in (21, 14, 7))
    await store_all(store, one, two, three)

    def alert(of: Visit, **changes: object) -> Alert:
        made = Alert(
            str(uuid4()), "p1", of.id, "SEVERE_SYMPTOM", "esas-pain", Level.TODAY, AlertState.OPEN,
            "Pain 8 of 10.", "", False, "nurse", of.left_at,
        )  # fmt: skip
        return replace(made, **changes)  # type: ignore[arg-type]  # fields of an alert

    held = [
        alert(one),
        alert(two, state=AlertState.CLOSED, closed_reason="It is not so any more"),
        alert(three, private=True),
    ]
    await store.write(lambda c: [alerts.put(c, found) for found in held])
    ordered = Medicine("Morphine 5 mg", None, at.date() - timedelta(days=10))
    old = Medicine("Furosemide 40 mg", None, date(2020, 1, 1))
    trends = await read(store, MedicinesPart((ordered, old, Medicine("Senna", None, None))))
    assert [point.alert for point in find(trends, "esas-pain").points] == ["Pain 8 of 10.", "", ""]
    assert [(change.name, change.what) for change in trends.changes] == [("Morphine 5 mg", "ordered")]


async def test_a_person_who_was_never_asked_has_no_course(store: Store) -> None:
    assert await read(store) == Trends()


async def test_the_doorstep_card_holds_what_is_known_and_guesses_nothing(
    store: Store, clock: SteppingClock
) -> None:
    assert make_doorstep(PatientParts(), {}) == Doorstep()
    promises = Promises(store, ANA, clock)
    await promises.make("p1", kind="phone")
    at = clock.at
    parts = PatientParts(
        people=compose([Person("RelatedPerson/l", "Luis Ríos", "Brother", roles=("lives-there",))]),
        conversation=ConversationPart(versions(at)),
        promises=await store.read(lambda c: read_promises(c, "p1")),
        called="Mary",
    )
    last = {
        "people-called": Answer(at, "Doña María"),
        "frame-present": Answer(at, ("patient", "family")),
        "esas-pain": Answer(at, 8, again=(Again(at, 3),)),
        "esas-sob": Answer(at, 5),
        "esas-tired": Answer(at, 2),
    }
    card = make_doorstep(parts, last)
    assert (card.called, card.home, card.there) == ("Doña María", ("Luis Ríos (brother)",), ("Family",))
    hurts = [(one.name, one.value, one.eased_to) for one in card.hurts]
    assert hurts == [("Pain", 8, 3), ("Shortness of Breath", 5, None)]
    assert card.matters is not None
    assert (card.matters.text, card.matters.quoted) == (
        "To sit under the lemon tree with the little ones.",
        True,
    )
    assert [one.kind for one in card.promises] == ["phone"]


def test_her_own_sentence_stays_when_a_later_conversation_only_chose_words_of_ours(
    clock: SteppingClock,
) -> None:
    (newest, first) = versions(clock.at)
    chosen = {"conv-matters": Answer(clock.at, ("comfort",))}
    own = find_own_words((replace(newest, answers=chosen), first))
    assert own is not None
    assert (own.text, own.quoted) == ("To sit under the lemon tree with the little ones.", True)
    assert (own.at, own.since_at) == (first.at, clock.at)
    assert "comfort" in own.said_since
    own = find_own_words((newest, first))
    assert own is not None
    assert not own.said_since, "the later conversation was about something else"


def test_a_wish_not_to_speak_of_it_is_no_sentence_of_the_person(clock: SteppingClock) -> None:
    (newest, first) = versions(clock.at)
    silent = {"conv-matters": Answer(clock.at, absent=Absent.DOES_NOT_WANT)}
    own = find_own_words((newest, replace(first, answers=silent)))
    assert own is not None
    assert not own.quoted
