"""A visit to somebody who is on nobody's list, from tablet to tablet, matched and parted again at the plan."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from app.domain.unmatched import NewPerson, Sign
from app.domain.visit import AnsweredBy, Modality, Setting
from app.errors import RecordError
from app.services.caseload import read_face_sheet
from app.services.clock import SystemClock
from app.services.moves import compare
from app.services.unmatched import Matching, Unlisted, find_standing
from app.store import outbox, patients, sessions, visits
from app.sync.engine import SyncEngine
from app.sync.matching import MatchFailed, MatchUnknown
from app.sync.tokens import make_client
from plan.database import write_transaction
from plan.resources import put_as_system
from plan.unmatched.joining import join, undo
from tests.plan.fhir_builders import careteam, patient
from tests.support.two_nurses import Desk, Team, meeting

CLOCK = SystemClock()
SAID = NewPerson("Rosa Diaz", date(1940, 2, 3), "M-77", "12 Oak Street")


class Losing(httpx.AsyncBaseTransport):
    """Passes on all requests; of the first that writes, something happens next, and the answer is lost."""

    def __init__(self, plan: httpx.AsyncBaseTransport, meanwhile: object) -> None:
        self._plan = plan
        self._meanwhile = meanwhile
        self.lost = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._plan.handle_async_request(request)
        writes = request.method == "POST" and request.url.path.rstrip("/").endswith("/fhir")
        body = request.content if writes else b""
        if not self.lost and b'"transaction"' in body and b'"Encounter"' in body:
            self.lost += 1
            await answer.aread()
            assert callable(self._meanwhile)
            self._meanwhile()
            raise httpx.ReadError("lost", request=request)
        return answer


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    """Ana and Ben have patient a; Ben alone has patient b, called Rosa Díaz."""
    async with meeting(tmp_path) as found:
        with write_transaction(found.database) as connection:
            rosa = patient("b") | {"name": [{"family": "Díaz", "given": ["Rosa"]}]}
            put_as_system(connection, rosa)
            put_as_system(connection, careteam("ct-b", "b", "ben"))
        for desk in found.desks:
            await desk.sync()
        yield found


async def make(desk: Desk, said: NewPerson = SAID) -> str:
    return await Unlisted(desk.store, desk.me, CLOCK).make(said)


async def begin(desk: Desk, person_id: str, pain: int = 7) -> str:
    visit_id = await desk.visits.begin(person_id, Modality.IN_PERSON, Setting.HOME)
    await desk.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await desk.visits.answer(visit_id, "esas-pain", value=pain)
    return visit_id


async def write_down(desk: Desk, person_id: str, pain: int = 7) -> str:
    return await desk.finish(await begin(desk, person_id, pain))


def do_join(team: Team, person_id: str, member: str = "a") -> None:
    with write_transaction(team.database) as connection:
        join(connection, person_id, member, None)


def do_undo(team: Team, person_id: str) -> None:
    with write_transaction(team.database) as connection:
        undo(connection, person_id, None)


async def listed(desk: Desk) -> dict[str, bool]:
    """Who stands in the list of people, and whether not yet matched."""
    rows = await desk.store.read(lambda c: patients.search(c, ""))
    return {row.id: row.unmatched for row in rows}


async def visits_of(desk: Desk, person_id: str) -> list[str]:
    rows = await desk.store.read(lambda c: visits.list_for_patient(c, person_id))
    return [row.id for row in rows]


async def unsent(desk: Desk) -> int:
    return (await desk.store.read(outbox.count)).unsent_visits


async def at_plan(team: Team, person_id: str) -> list[str]:
    """Ids of the visits that the plan has of her."""
    async with team.as_user("sue") as client:
        answer = await client.get("Encounter", params={"patient": person_id})
    return [one["resource"]["id"] for one in answer.json().get("entry", [])]


async def test_somebody_unknown_is_visited_without_a_network_and_goes_before_her_visit(team: Team) -> None:
    ana = team.ana
    person_id = await make(ana)
    visit_id = await write_down(ana, person_id)
    assert await listed(ana) == {"a": False, person_id: True}
    row = await ana.store.read(lambda c: patients.get(c, person_id))
    sheet = await ana.store.read(lambda c: read_face_sheet(c, row))
    assert (sheet.member_number, sheet.address) == ("M-77", "12 Oak Street")
    assert (sheet.allergies, sheet.read_at) == (None, None)
    standing = await ana.store.read(lambda c: find_standing(c, person_id))
    assert standing is not None
    assert (standing.sent, standing.matched) == (False, False)

    await ana.sync()
    assert await unsent(ana) == 0
    assert await listed(ana) == {"a": False, person_id: True}, "she stays on the list of who made her"
    assert await at_plan(team, person_id) == [visit_id]
    standing = await ana.store.read(lambda c: find_standing(c, person_id))
    assert standing is not None
    assert standing.sent
    seen = await ana.store.read(lambda c: compare(c, CLOCK.now()))
    assert seen is not None
    assert person_id not in seen["people"], "she is no news to who made her"
    for desk in (team.sue, team.ben):
        await desk.sync()
    assert (await listed(team.sue))[person_id] is True
    assert await visits_of(team.sue, person_id) == [visit_id]
    assert person_id not in await listed(team.ben)


async def test_only_the_name_is_needed(team: Team) -> None:
    person_id = await make(team.ana, NewPerson("  Rosa  "))
    assert (await team.ana.store.read(lambda c: patients.get(c, person_id))).display_name == "Rosa"
    with pytest.raises(RecordError):
        await make(team.ana, NewPerson(" \n "))


async def test_a_pull_that_cannot_name_her_keeps_her(team: Team) -> None:
    """Her Patient is refused by the plan: nothing of it is lost or hidden."""
    person_id = await make(team.ana)
    await team.ana.store.write(
        lambda c: c.exec_driver_sql("UPDATE change SET state = 'set-aside' WHERE id = ?", (person_id,))
    )
    visit_id = await write_down(team.ana, person_id)
    await team.ana.sync()
    assert person_id in await listed(team.ana)
    assert await visits_of(team.ana, person_id) == [visit_id]
    assert await unsent(team.ana) == 1


async def test_after_a_join_her_visits_are_the_members_on_every_device_and_the_draft_arrives(
    team: Team,
) -> None:
    ana, ben, sue = team.ana, team.ben, team.sue
    person_id = await make(ana)
    sent = await write_down(ana, person_id)
    await ana.sync()
    await sue.sync()
    draft = await begin(ana, person_id, pain=3)
    do_join(team, person_id)
    for desk in (ana, ben, sue):
        await desk.sync()
        assert await visits_of(desk, "a") == [sent]
    assert await listed(sue) == {"a": False, "b": False}
    assert await listed(ana) == {"a": False, person_id: False}, "a draft of hers is left here"
    assert await ana.store.read(lambda c: visits.find_draft(c, person_id)) == draft
    standing = await ana.store.read(lambda c: find_standing(c, person_id))
    assert standing is not None
    assert standing.member_id == "a"
    assert standing.member_name == "Test Muster"

    await ana.finish(draft)
    for desk in (ana, ben):
        await desk.sync()
        await desk.sync()
        assert sorted(await visits_of(desk, "a")) == sorted([sent, draft])
    assert await unsent(ana) == 0
    assert await listed(ana) == {"a": False}
    assert await at_plan(team, "a") != []
    assert await at_plan(team, person_id) == []


async def test_a_member_of_another_nurses_takes_the_visit_and_hers_stays_readable_to_who_made_it(
    team: Team,
) -> None:
    ana = team.ana
    person_id = await make(ana)
    visit_id = await write_down(ana, person_id)
    await ana.sync()
    do_join(team, person_id, "b")
    for _ in range(2):
        await ana.sync()
    assert await listed(ana) == {"a": False}, "the join gives nobody another's record"
    assert (await ana.store.read(lambda c: visits.read_signed(c, visit_id))).id == visit_id
    await team.ben.sync()
    assert await visits_of(team.ben, "b") == [visit_id]


async def test_a_write_in_flight_during_the_join_arrives_once(team: Team, tmp_path: Path) -> None:
    ana = team.ana
    person_id = await make(ana)
    await ana.sync()
    losing = Losing(team.plan, lambda: do_join(team, person_id))
    row = await ana.store.read(lambda c: sessions.find(c))
    assert row is not None
    client = make_client(ana.store, row, transport=losing)
    visit_id = await write_down(ana, person_id)
    await SyncEngine(ana.store, client).run_pass()
    await client.aclose()
    assert losing.lost == 1
    for _ in range(2):
        await ana.sync()
    assert await unsent(ana) == 0
    assert await at_plan(team, "a") == [visit_id]
    assert await visits_of(ana, "a") == [visit_id]
    assert await ana.conflicts.list_all() == ()


async def test_a_join_taken_back_takes_the_visits_along_on_every_device(team: Team) -> None:
    ana, ben, sue = team.ana, team.ben, team.sue
    person_id = await make(ana)
    visit_id = await write_down(ana, person_id)
    await ana.sync()
    do_join(team, person_id, "b")
    for desk in (ana, ben, sue):
        await desk.sync()
    assert await visits_of(ben, "b") == [visit_id]
    do_undo(team, person_id)
    for desk in (ana, ben, sue, ben):  # what a device holds and the plan does not is asked about twice
        await desk.sync()
    assert await visits_of(ben, "b") == []
    for desk in (ana, sue):
        assert await visits_of(desk, person_id) == [visit_id]
        assert (await listed(desk))[person_id] is True


async def test_the_supervisor_sees_who_it_could_be_and_says_it(team: Team) -> None:
    ana, sue = team.ana, team.sue
    person_id = await make(ana)
    await write_down(ana, person_id)
    await ana.sync()
    await sue.sync()
    woken: list[None] = []
    matching = Matching(sue.store, sue.client, sue.me, CLOCK, lambda: woken.append(None))
    assert await matching.count() == (1, 0)
    (one,) = (await matching.read()).waiting
    assert (one.face.name, one.face.numbers, one.visits) == ("Rosa Diaz", ("m-77",), 1)
    found = {each.face.patient_id: dict(each.signs) for each in one.candidates}
    assert found["b"]["name"] is Sign.AGREES
    assert found["b"]["birth-date"] is Sign.AGREES
    assert found["a"]["name"] is Sign.DIFFERS
    assert [each.face.patient_id for each in one.candidates] == ["b", "a"]
    (sought,) = (await matching.look_for(person_id, "Muster")).waiting
    assert [each.face.patient_id for each in sought.candidates] == ["a"]

    page = await matching.join(person_id, "b")
    assert page.waiting == ()
    assert page.joined[0].member is not None
    assert page.joined[0].member.patient_id == "b"
    with pytest.raises(MatchFailed):
        await matching.join(person_id, "a")
    await sue.sync()
    assert await matching.count() == (0, 1)
    assert (await matching.undo(person_id)).waiting != ()
    assert len(woken) == 2


async def test_an_answer_lost_says_that_nobody_knows(team: Team) -> None:
    class Down(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ReadError("lost", request=request)

    row = await team.sue.store.read(lambda c: sessions.find(c))
    assert row is not None
    client = make_client(team.sue.store, row, transport=Down())
    matching = Matching(team.sue.store, client, team.sue.me, CLOCK, lambda: None)
    with pytest.raises(MatchUnknown):
        await matching.join("somebody", "a")
    await client.aclose()
