"""One nurse, two tablets, one real plan: a draft goes on where the first tablet died, and nothing counts twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from app.domain.visit import AnsweredBy, PersonRef, VisitDraft, VisitStatus
from app.errors import RecordError
from app.services.clock import SystemClock
from app.services.drafts import Drafts
from app.services.twice import Twice
from app.store import visits
from app.store.draft_copies import decode
from app.store.visit_rows import visit_table
from app.sync import drafts
from app.sync.contact import device_of
from plan.database import read_transaction, write_transaction
from plan.drafts.keeping import table
from plan.fhir.tables import resource
from plan.outcomes.gathering import gather
from plan.outcomes.zone import find_zone
from plan.users import User
from tests.support.two_nurses import PATIENT, Desk, Team, make_desk, meeting

NOTE = "She sat in the kitchen."
PAIN, NAUSEA = "esas-pain", "esas-nausea"


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with meeting(tmp_path) as found:
        with write_transaction(found.database) as connection:
            row = {"id": "u1", "username": "ana", "display_name": "Ana Ruiz, RN", "role": "nurse"}
            more = {"practitioner_id": "ana", "team_id": "team-1", "disabled": False, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))
        yield found


@pytest.fixture
async def spare(tmp_path: Path, team: Team) -> AsyncIterator[Desk]:
    """A second tablet of Ana's, that has not met the plan yet."""
    desk = await make_desk(tmp_path, "ana", team.plan, store_id="spare")
    yield desk
    await desk.client.aclose()
    await desk.store.close()


def drafts_of(desk: Desk) -> Drafts:
    return Drafts(desk.store, desk.client, desk.me, SystemClock())


def twice_of(desk: Desk) -> Twice:
    return Twice(desk.store, desk.me, SystemClock())


async def chart(desk: Desk) -> str:
    visit_id = await desk.begin()
    await desk.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await desk.visits.answer(visit_id, PAIN, value=9)
    await desk.visits.add_entry(visit_id, "people", answers={"person-name": "Rose"})
    await desk.visits.set_note(visit_id, NOTE)
    return visit_id


async def go_on(spare: Desk) -> str:
    await spare.sync()
    (line,) = await drafts_of(spare).list_elsewhere()
    return await drafts_of(spare).go_on(line.draft.key)


async def read_draft(desk: Desk, visit_id: str) -> VisitDraft:
    return await desk.store.read(lambda c: visits.read_draft(c, visit_id))


async def status_of(desk: Desk, visit_id: str) -> str:
    def read(connection: Connection) -> str:
        wanted = select(visit_table.c.status).where(visit_table.c.id == visit_id)
        return str(connection.execute(wanted).scalar_one())

    return await desk.store.read(read)


def count_visits(team: Team) -> int:
    """As the plan's outcomes count them."""
    with read_transaction(team.database) as connection:
        (record,) = gather(connection, [PATIENT], find_zone(connection), {})
    return len(record.visits)


def count_current(team: Team, *wanted: object) -> int:
    with read_transaction(team.database) as connection:
        found = select(func.count()).where(resource.c.is_current == 1, resource.c.deleted == 0, *wanted)
        return int(connection.execute(found).scalar_one())


def count_alerts(team: Team) -> int:
    """Of pain, with whatever became of them."""
    return count_current(team, resource.c.type == "Task", resource.c.body.like(f'%"{PAIN}"%'))


def copies(team: Team) -> list[tuple[str, str]]:
    with read_transaction(team.database) as connection:
        return [(row.visit_id, row.device) for row in connection.execute(select(table))]


async def test_a_draft_goes_on_with_every_answer_and_its_time(
    team: Team, spare: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "ASKED_EVERY", timedelta(0))
    first = await chart(team.ana)
    await team.ana.visits.set_other_name(first, "itching")
    await team.ana.visits.set_star(first, "note", on=True)
    await team.ana.sync()
    second = await go_on(spare)
    here, there = await read_draft(spare, second), await read_draft(team.ana, first)
    assert second != first
    assert here.draft_of == first
    assert (here.began_at, here.note, here.answered_by) == (there.began_at, NOTE, AnsweredBy.PATIENT)
    assert here.answers == there.answers
    assert (here.unfinished, here.stars) == ({"esas-other": "itching"}, ("note",))
    (mine,), (theirs,) = here.entries["people"], there.entries["people"]
    assert mine.answers == theirs.answers
    assert mine.id != theirs.id, "two signed visits share no record"
    assert await drafts_of(spare).list_elsewhere() == (), "it is here now"
    await team.sue.sync()
    (line,) = await drafts_of(team.sue).list_elsewhere()
    assert (line.mine, line.draft.author.reference) == (False, team.ana.me.reference)
    assert (await drafts_of(team.sue).read(line.draft.key)).note == NOTE, "a supervisor reads it"
    with pytest.raises(RecordError):
        await drafts_of(team.sue).go_on(line.draft.key)


async def test_nothing_is_sent_again_while_nothing_changed_and_a_change_waits_its_turn(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And with the signature, or once it is dropped, the copy goes."""
    sent: list[str] = []
    send = type(team.ana.client).send

    async def watched(self: object, method: str, path: str, *more: object, **named: object) -> object:
        if drafts.OPERATION in path and method != "GET":
            sent.append(method)
        return await send(self, method, path, *more, **named)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(type(team.ana.client), "send", watched)
    visit_id = await chart(team.ana)
    for _ in range(3):
        await team.ana.sync()
    assert sent == ["PUT"]
    await team.ana.visits.answer(visit_id, NAUSEA, value=2)
    await team.ana.sync()
    assert sent == ["PUT"], "at most every twenty seconds"
    monkeypatch.setattr(drafts, "AT_MOST_EVERY", -drafts.AT_MOST_EVERY)
    await team.ana.sync()
    assert sent == ["PUT", "PUT"]
    await team.ana.finish(visit_id)
    await team.ana.sync()
    await team.ana.sync()
    assert sent == ["PUT", "PUT", "DELETE"]
    dropped = await team.ana.begin()
    await team.ana.sync()
    assert copies(team) == [(dropped, device_of("ana"))]
    assert await team.ana.visits.discard(dropped)
    await team.ana.sync()
    assert copies(team) == []


async def test_the_first_tablet_returns_signed_and_she_chooses_and_one_counts(
    team: Team, spare: Desk
) -> None:
    first = await chart(team.ana)
    await team.ana.sync()
    second = await go_on(spare)
    await spare.visits.set_note(second, "Written on the spare tablet.")
    await spare.visits.answer(second, PAIN, value=2)
    await spare.visits.answer(second, PAIN, value=9)
    await spare.finish(second)
    await spare.sync()
    await spare.sync()
    assert copies(team) == [], "the copy that it was made from is gone"
    assert (count_visits(team), count_alerts(team)) == (1, 1), "its alert is that of the first tablet"
    await team.ana.visits.answer(first, NAUSEA, value=3)
    await team.ana.finish(first)
    for desk in (spare, team.ana, spare, team.sue):
        await desk.sync()
    assert (count_visits(team), count_alerts(team)) == (1, 1), "also while she has not chosen"
    (there,), (here,) = await twice_of(team.ana).list_all(), await twice_of(spare).list_all()
    assert {one.visit_id: one.here for one in (here.first, here.other)} == {second: True, first: False}
    assert there.id == here.id
    page = await twice_of(spare).read(here.id)
    assert page is not None
    assert "Written on the spare tablet." in [text for _, *both in page.differs for text in both]
    await twice_of(spare).choose(here.id, second)
    for desk in (spare, team.ana, team.sue):
        await desk.sync()
    for desk in (spare, team.ana, team.sue):
        assert await status_of(desk, first) == VisitStatus.MISTAKEN
        assert await status_of(desk, second) == VisitStatus.SIGNED
        kept = await desk.store.read(lambda c: visits.read_signed(c, first))
        assert kept.answers[NAUSEA].value == 3, "nothing is lost"
        assert kept.note == NOTE
    assert await twice_of(team.ana).list_all() == ()
    assert count_visits(team) == 1
    of_first = resource.c.encounter_id == first
    mistaken = resource.c.body.like('%"entered-in-error"%')
    assert count_current(team, of_first, ~mistaken, resource.c.type != "Provenance") == 0
    assert count_current(team, resource.c.type == "Encounter", resource.c.id == first, mistaken) == 1


async def test_the_first_tablet_returns_with_the_draft_and_it_is_put_away_and_can_come_back(
    team: Team, spare: Desk
) -> None:
    first = await chart(team.ana)
    await team.ana.sync()
    await spare.sync()
    (there,) = await drafts_of(spare).list_elsewhere()
    begun = await spare.begin()
    with pytest.raises(RecordError, match="is open on this tablet"):
        await drafts_of(spare).go_on(there.draft.key)
    await spare.visits.discard(begun)
    second = await drafts_of(spare).go_on(there.draft.key)
    await spare.finish(second)
    await spare.sync()
    await team.ana.visits.answer(first, NAUSEA, value=3)
    await team.ana.sync()
    (line,) = await twice_of(team.ana).list_all()
    assert (line.first.visit_id, line.other.visit_id, line.other.signed) == (second, first, False)
    with pytest.raises(RecordError):
        await twice_of(team.ana).choose(line.id, first)
    await twice_of(team.ana).choose(line.id, second)
    assert await team.ana.store.read(visits.list_drafts) == ()
    assert await twice_of(team.ana).find_put_away(second) == first
    await twice_of(team.ana).bring_back(first)
    assert (await read_draft(team.ana, first)).answers[NAUSEA].value == 3
    assert await twice_of(team.ana).list_all() == (line,)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":2}', "\ud800", '{"format":1,"visit":null}'])
def test_what_cannot_be_read_is_said_and_nothing_else(text: str) -> None:
    with pytest.raises(RecordError):
        decode(text, "11111111-2222-4333-8444-555555555555", PersonRef("Practitioner/ana", "Ana"))
