"""The team board against a running plan: what waits on the tablets, and who goes from one nurse to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.visit import PersonRef
from app.services.board import Board
from app.services.board_models import BoardNurse, BoardPage
from app.services.clock import SystemClock
from app.services.moves import Moves
from app.store import patients
from app.sync.moving import CHANGED, NOT_HERS, UNREACHABLE, VISIT_GONE, MoveFailed, MoveUnknown
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.relay import CUT_BEFORE, DROP_ANSWER, Fault, Relay, Request, http
from tests.sync.conftest import MakeTablet

TEAM = "Board"


@pytest.fixture
def team(field_plan: FieldPlan) -> tuple[Person, Person, Person]:
    """A supervisor and two nurses of a team that is only this test's."""
    name = f"{TEAM} {datetime.now(UTC).timestamp()}"
    return (
        field_plan.add_person("supervisor", "Maria Ochoa", name),
        field_plan.add_person("nurse", "Ana Ruiz, RN", name),
        field_plan.add_person("nurse", "Ben Cole, RN", name),
    )


def ref(person: Person) -> PersonRef:
    return PersonRef(person.reference, person.name)


def board_of(tablet: Tablet) -> Board:
    return Board(tablet.store, tablet.client, ref(tablet.person), SystemClock(), lambda: None)


def moves_of(tablet: Tablet) -> Moves:
    return Moves(tablet.store, ref(tablet.person), SystemClock(), nurse=True)


def plan_visit(plan: FieldPlan, patient_id: str, nurse: Person, hours: float = 2) -> str:
    start = datetime.now(UTC) + timedelta(hours=hours)
    visit: dict[str, Any] = {
        "resourceType": "Appointment",
        "id": f"ap-{patient_id}"[:64],
        "status": "booked",
        "description": "kept as it is",
        "start": start.isoformat(timespec="seconds"),
        "end": (start + timedelta(hours=1)).isoformat(timespec="seconds"),
        "participant": [
            {"actor": {"reference": f"Patient/{patient_id}"}, "status": "accepted"},
            {"actor": {"reference": nurse.reference, "display": nurse.name}, "status": "accepted"},
        ],
    }
    plan.put(visit)
    return str(visit["id"])


def nurse_of(page: BoardPage, person: Person) -> BoardNurse:
    return next(one for one in page.nurses if one.nurse.reference == person.reference)


async def people_of(tablet: Tablet) -> frozenset[str]:
    await tablet.sync()
    return await tablet.store.read(patients.list_ids)


async def test_what_waits_on_a_tablet_stands_on_the_board_with_its_age_and_opens_without_a_network(
    field_plan: FieldPlan, team: tuple[Person, Person, Person], tablets: MakeTablet, relay: Relay
) -> None:
    maria, ana, ben = team
    patient_id = field_plan.add_patient(ana)
    of_ana = await tablets(ana, relay.url)
    await of_ana.sync()
    await of_ana.document(patient_id, pain=3)
    refused = http("422 No", "application/fhir+json", b'{"resourceType":"OperationOutcome","issue":[]}')
    relay.judge = lambda request: Fault("no", forward=False, answer=refused) if request.is_write else None
    await of_ana.sync()
    seen = await tablets(maria)
    await seen.sync()
    await seen.use("http://127.0.0.1:1")
    page = await board_of(seen).read()
    assert [one.nurse.name for one in page.nurses] == ["Ana Ruiz, RN", "Ben Cole, RN"]
    assert page.told_at is not None
    found = nurse_of(page, ana)
    assert found.heard
    (aside,) = found.nurse.set_aside
    assert (aside.kind, aside.count, aside.why) == ("visit", 1, "refused")
    assert aside.since is not None
    assert [name for _, name in found.people] == ["Vera Lindqvist"]
    assert nurse_of(page, ben).nurse.heard_at is None
    assert not nurse_of(page, ben).heard


async def test_a_nurses_tablet_never_asks_for_the_board(
    team: tuple[Person, Person, Person], tablets: MakeTablet, relay: Relay, field_plan: FieldPlan
) -> None:
    field_plan.add_patient(team[1])
    of_ana, seen = await tablets(team[1], relay.url), await tablets(team[0], relay.url)
    await of_ana.sync()
    assert not [one for one in relay.seen if one.path.endswith("board")]
    for _ in range(3):
        await seen.sync()
    assert len([one for one in relay.seen if one.path.endswith("board")]) == 1, "at most once a minute"


async def test_a_person_goes_to_another_nurse_with_the_planned_visit_and_both_are_told(
    field_plan: FieldPlan, team: tuple[Person, Person, Person], tablets: MakeTablet
) -> None:
    maria, ana, ben = team
    patient_id, other = field_plan.add_patient(ana), field_plan.add_patient(ana, ben, family="Okafor")
    visit_id = plan_visit(field_plan, patient_id, ana)
    of_maria, of_ana, of_ben = [await tablets(one) for one in team]
    for tablet in (of_maria, of_ana, of_ben):
        await tablet.sync()
        await moves_of(tablet).look()
    assert (await moves_of(of_ben).read()).people == (), "the first load is no news"

    await board_of(of_maria).move_person(patient_id, ref(ana), ref(ben))
    page = await board_of(of_maria).read()
    assert {who for who, _ in nurse_of(page, ben).people} == {patient_id, other}, (
        "the board is asked anew at once"
    )
    with field_plan.peer(maria) as peer:
        visit = peer.get(f"Appointment/{visit_id}").json()
    actors = [one["actor"]["reference"] for one in visit["participant"]]
    assert actors == [f"Patient/{patient_id}", ben.reference]
    assert visit["description"] == "kept as it is"

    assert await people_of(of_ben) == {patient_id, other}
    await moves_of(of_ben).look()
    news = await moves_of(of_ben).read()
    assert [(one.patient_id, one.came) for one in news.people] == [(patient_id, True)]
    assert [(one.came, one.other, one.by) for one in news.visits] == [(True, ana.name, maria.name)]
    assert await people_of(of_ana) == {other}
    await moves_of(of_ana).look()
    news = await moves_of(of_ana).read()
    assert [(one.patient_name, one.came) for one in news.people] == [("Vera Lindqvist", False)]
    await people_of(of_ana)
    assert await of_ana.store.read(lambda c: patients.find(c, patient_id)) is None, (
        "her record left the tablet"
    )
    await moves_of(of_ana).note_read(news)
    assert (await moves_of(of_ana).read()).people == ()
    # Done again (a lost answer), nothing changes.
    await board_of(of_maria).move_person(patient_id, ref(ana), ref(ben))
    with field_plan.peer(maria) as peer:
        assert peer.get(f"Appointment/{visit_id}").json()["meta"] == visit["meta"]


async def test_a_visit_goes_to_somebody_outside_the_care_team_who_can_then_read_the_person(
    field_plan: FieldPlan, team: tuple[Person, Person, Person], tablets: MakeTablet
) -> None:
    _, ana, ben = team
    patient_id = field_plan.add_patient(ana)
    plan_visit(field_plan, patient_id, ana)
    of_maria, of_ana, of_ben = [await tablets(one) for one in team]
    await of_maria.sync()
    (visit,) = nurse_of(await board_of(of_maria).read(), ana).visits
    await board_of(of_maria).move_visit(visit.planned, ref(ana), ref(ben))
    assert await people_of(of_ana) == await people_of(of_ben) == {patient_id}
    assert [(one.came, one.other) for one in (await moves_of(of_ana).read()).visits] == [(False, ben.name)]
    news = await moves_of(of_ben).read()
    assert [(one.came, one.other) for one in news.visits] == [(True, ana.name)]
    await moves_of(of_ben).note_read(news)
    assert (await moves_of(of_ben).read()).visits == ()
    # And back: that is news again, of the last move only.
    await board_of(of_maria).move_visit(visit.planned, ref(ben), ref(ana))
    await of_ben.sync()
    await of_ana.sync()
    assert [one.came for one in (await moves_of(of_ben).read()).visits] == [False]
    assert [one.came for one in (await moves_of(of_ana).read()).visits] == [True]
    with pytest.raises(MoveFailed, match=VISIT_GONE):
        await board_of(of_maria).move_visit(visit.planned, PersonRef("Practitioner/x", "X"), ref(ben))


async def test_what_the_plan_did_not_take_is_not_moved_and_says_so(
    field_plan: FieldPlan, team: tuple[Person, Person, Person], tablets: MakeTablet, relay: Relay
) -> None:
    maria, ana, ben = team
    patient_id = field_plan.add_patient(ana)
    seen = await tablets(maria, relay.url)
    await seen.sync()
    board = board_of(seen)

    async def fails(judge: Callable[[Request], Fault | None], error: type[Exception], words: str) -> None:
        relay.judge = judge
        with pytest.raises(error) as raised:
            await board.move_person(patient_id, ref(ana), ref(ben))
        relay.judge = lambda request: None
        assert words in str(raised.value)

    def overtaken(request: Request) -> Fault | None:
        if request.is_write:
            field_plan.assign(patient_id, ana)
        return None

    await fails(lambda request: CUT_BEFORE, MoveFailed, UNREACHABLE)
    await fails(overtaken, MoveFailed, CHANGED)
    assert nurse_of(await board.read(), ana).people, "nothing was moved"
    await fails(lambda request: DROP_ANSWER if request.is_write else None, MoveUnknown, "nobody knows")
    await board.move_person(patient_id, ref(ana), ref(ben))
    with field_plan.peer(maria) as peer:
        (team_of,) = [
            one["resource"] for one in peer.get("CareTeam", params={"patient": patient_id}).json()["entry"]
        ]
    assert [one["member"]["reference"] for one in team_of["participant"]] == [ben.reference]
    with pytest.raises(MoveFailed, match=NOT_HERS):
        await board.move_person(patient_id, ref(ana), PersonRef("Practitioner/x", "X"))


async def test_another_teams_nurse_is_refused_by_the_plan_in_its_own_words(
    field_plan: FieldPlan, team: tuple[Person, Person, Person], tablets: MakeTablet
) -> None:
    maria, ana, _ = team
    patient_id, stranger = field_plan.add_patient(ana), field_plan.add_person()
    seen = await tablets(maria)
    await seen.sync()
    with pytest.raises(MoveFailed, match="own team"):
        await board_of(seen).move_person(patient_id, ref(ana), ref(stranger))
