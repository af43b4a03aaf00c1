"""Practising: everything works there, and nothing of it is anywhere else. One test a door."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, func, select

from app.domain.visit import AnsweredBy, Modality, Setting
from app.domain.visit_kind import VisitKind
from app.errors import NoNetwork, NotFound, RecordError, WrongPin
from app.language import ENGLISH, speak
from app.services.clock import SystemClock
from app.services.closing_day import close_day
from app.services.device_service import Device
from app.services.models import VisitState
from app.services.practice_session import DIRECTORY, PracticeSession
from app.services.session import OpenSession
from app.store import all_sent, outbox, pass_reports, sealed, sessions
from app.store.table_base import StoreTable
from app.store.vault import Vault
from tests.services.conftest import signed_in
from tests.store.store_builders import CHEAP

OWN = {"audit_event", "meta"}
"""Tables in which the nurse's own store goes on by itself: who unlocked it, and what it was told of itself."""


async def enrol(device: Device) -> OpenSession:
    phrase = device.suggest_passphrase()
    session = await device.enrol(signed_in(), phrase, "window-1")
    session_phrases[session.store_id] = phrase
    return session


session_phrases: dict[str, str] = {}


@dataclass
class Practised:
    device: Device
    session: OpenSession
    practice: PracticeSession
    before: dict[str, int]


def rows(connection: Connection) -> dict[str, int]:
    return {
        name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for name, table in StoreTable.metadata.tables.items()
    }


async def practise(session: OpenSession) -> PracticeSession:
    """A visit from its beginning to its signature, with what raises an alert, and a promise."""
    await session.practice.begin()
    practice = session.practice.now
    assert practice is not None
    visit_id = await practice.visits.begin(
        practice.person, Modality.IN_PERSON, Setting.HOME, VisitKind.ROUTINE
    )
    await practice.visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await practice.visits.answer(visit_id, "esas-pain", value=9)
    await practice.visits.answer(visit_id, "poc-next-contact", value="2026-12-01")
    await practice.promises.make(practice.person, words="I call on Tuesday.")
    await practice.visits.leave(visit_id)
    await practice.visits.sign(visit_id)
    return practice


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practised(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Practised]:
    """One practice for all who only look; rows of the nurse's own store as they were before it."""
    device = Device(Vault(tmp_path_factory.mktemp("practice") / "data", None, cost=CHEAP))
    session = await enrol(device)
    before = await session._store.read(rows)
    yield Practised(device, session, await practise(session), before)
    await device.close()


async def test_the_practice_person_has_a_record_and_a_visit_of_last_week(device: Device) -> None:
    session = await enrol(device)
    await session.practice.begin()
    practice = session.practice.now
    assert practice is not None
    assert practice.practising
    assert not session.practising
    page = await practice.caseload.page(practice.person)
    assert "Practice" in page.sheet.patient.display_name
    assert [one.text for one in page.sheet.medicines]
    assert page.sheet.allergies
    assert page.last_values["esas-pain"]
    assert [one.status.state for one in page.visits] == [VisitState.RECEIVED]
    await session.practice.begin()
    assert session.practice.now is practice


async def test_in_spanish_the_practice_person_is_told_of_in_spanish(device: Device) -> None:
    speak("es")
    try:
        practice = await practise(await enrol(device))
        sheet = (await practice.caseload.page(practice.person)).sheet
    finally:
        speak(ENGLISH)
    assert "Práctica" in sheet.patient.display_name
    assert [one.text for one in sheet.allergies or ()] == ["Penicilina"]
    assert sheet.address is not None
    assert "Nowhere" not in sheet.address


async def test_a_practice_visit_is_signed_and_read_and_a_stopped_practice_begins_anew(device: Device) -> None:
    session = await enrol(device)
    practice = await practise(session)
    page = await practice.caseload.page(practice.person)
    assert len(page.visits) == 2
    reading = await practice.visits.read(page.visits[0].id)
    assert reading.summary.status.state is VisitState.ON_DEVICE
    await session.practice.end()
    assert session.practice.now is None
    assert practice.closed
    await session.practice.begin()
    assert session.practice.now is not None
    assert len((await session.practice.now.caseload.page(practice.person)).visits) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_no_table_of_the_nurses_own_store_gets_a_row(practised: Practised) -> None:
    session, before = practised.session, practised.before
    after = await session._store.read(rows)
    assert {name for name in before if before[name] != after[name]} <= OWN | {"sync_pass", "syncpass"}
    with pytest.raises(NotFound):
        await session.caseload.page("practice-person")


@pytest.mark.asyncio(loop_scope="module")
async def test_outbox_counts_and_what_the_device_reports_know_nothing_of_it(practised: Practised) -> None:
    session = practised.session
    counts = await session._store.read(outbox.count)
    assert (counts.changes, counts.unsent_visits) == (0, 0)
    assert await session._store.read(pass_reports.read_depths) == ()
    assert not await session._store.read(all_sent.has_unsent)
    sending = await session.sending.page()
    assert (sending.waiting, sending.set_aside, sending.received) == ((), (), ())
    assert [user.unsent_visits for user in practised.device.users()] in ([0], [None])


@pytest.mark.asyncio(loop_scope="module")
async def test_today_the_search_the_day_and_the_alerts_know_nothing_of_it(practised: Practised) -> None:
    session = practised.session
    today = await session.caseload.today()
    assert (today.people, today.drafts, today.unsent, today.recent) == (0, (), (), ())
    assert await session.caseload.search("Practice") == ()
    assert await session.alerts.list_open() == ()
    day = await session.day.read()
    assert (day.stops, day.clocks, day.checks) == ((), (), ())
    assert close_day(await session.sending.page(), day, SystemClock().now()).received == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_of_it_is_sealed_for_the_courier_or_can_leave_as_a_file(practised: Practised) -> None:
    session, practice = practised.session, practised.practice
    assert await session._store.read(sealed.list_whole) == ()
    assert not list(session._store.path.parent.glob("**/sealed/*"))
    assert practice.papers.files is None
    assert await practice.papers.find_printer() is None


@pytest.mark.asyncio(loop_scope="module")
async def test_its_client_reaches_nothing_and_holds_no_token(practised: Practised) -> None:
    practice = practised.practice
    with pytest.raises(NoNetwork):
        await practice._client.metadata()
    assert await practice._store.read(sessions.find) is None
    assert practice._loop._task is None
    assert practice._sealing._task is None
    assert practice.syncing.state().unsent_visits == 0


@pytest.mark.asyncio(loop_scope="module")
async def test_the_pin_of_the_nurse_takes_the_tablet_back_from_a_practice(practised: Practised) -> None:
    session, practice = practised.session, practised.practice
    with pytest.raises(WrongPin):
        await practice.own_lock.check("something else altogether")
    await practice.own_lock.check(session_phrases[session.store_id])
    assert practice.lock_watch is session.lock_watch


async def test_locking_throws_it_away_and_its_file_cannot_be_read_meanwhile(device: Device) -> None:
    session = await enrol(device)
    directory = session._store.path.parent / DIRECTORY
    practice = await practise(session)
    held = b"".join(one.read_bytes() for one in directory.iterdir())
    assert b"Practice" not in held
    assert b"SQLite format" not in held
    await session.lock()
    assert practice.closed
    assert not directory.exists()
    with pytest.raises(RecordError):
        await session.practice.begin()


async def test_what_a_killed_practice_left_is_cleared_away_by_the_next(device: Device) -> None:
    session = await enrol(device)
    directory: Path = session._store.path.parent / DIRECTORY
    directory.mkdir(mode=0o700)
    (directory / "practice.db").write_bytes(b"left over")
    await session.practice.begin()
    practice: Any = session.practice.now
    assert (await practice.caseload.today()).people == 1


def test_the_practice_persons_numbers_are_nobody_elses() -> None:
    """Dialled by mistake, or written down in a picture, they lead to no one of the demo panel."""
    root = Path(__file__).parents[2]
    numbers = set(
        re.findall(r"\d{3}-555-\d{4}", (root / "app/content/help/practice.json").read_text("utf-8"))
    )
    panel = [*root.glob("plan/demo_panel/*.*"), *root.glob("tools/demo_*.py")]
    assert numbers
    assert len(panel) > 2
    for file in panel:
        if file.is_file() and file.suffix in (".py", ".json"):
            assert not [one for one in numbers if one in file.read_text("utf-8")], file.name
