"""A night on call with a running plan: the pack before the duty, an opening offline, a visit, and the end of it all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, insert, select

from app.domain.on_call import PackPage, Reason, Why
from app.domain.visit import AnsweredBy, Modality, Setting
from app.errors import NotFound, RecordError
from app.services.chair import Chair
from app.services.oncall import OnCall
from app.services.signing_out import SigningOut
from app.services.visits import Visits
from app.store import audit, oncall, patients
from app.store import visits as visit_rows
from app.store.attempts import BootTime
from app.store.engine import open_store
from app.sync.engine import SyncEngine
from plan.app import make_app
from plan.audit.seen import list_events
from plan.database import read_transaction, write_transaction
from plan.oncall.tables import DutyOpening
from plan.resources import put_as_system
from plan.users import User
from tests.plan import plan_doubles
from tests.plan.fhir_builders import careteam, patient, practitioner, team
from tests.plan.plan_doubles import Clock, authenticate
from tests.plan.test_oncall_pack import allergy, settle
from tests.services.test_week_of_cover import Dated, DeskClock
from tests.support.plan_files import open_new_plan
from tests.support.two_nurses import BASE, PEOPLE, Desk, make_desk

HOUR = timedelta(hours=1)
WHY = Why(Reason.FAMILY, "breathless")


@dataclass
class Night:
    """Ben is on duty from 18:00; a and c are Ana's people, b is Ben's. Everybody's clocks are these."""

    ben: Desk
    plan_clock: Clock
    here: DeskClock
    evening: datetime
    database: Engine
    boot: list[BootTime]
    plan: httpx.ASGITransport
    directory: Path
    others: list[Desk] = field(default_factory=list)

    async def desk(self, name: str) -> Desk:
        """A colleague's tablet after its first contact."""
        desk = await make_desk(self.directory, name, self.plan)
        self.others.append(desk)
        await desk.sync()
        return desk

    def on_call(self, desk: Desk | None = None) -> OnCall:
        desk = desk or self.ben
        return OnCall(desk.store, desk.me, self.here, lambda: None)

    def go_to(self, at: datetime) -> None:
        """Time passes, for the plan and for every clock of the tablets."""
        passed = (at - self.here.at).total_seconds()
        self.boot[0] = BootTime(self.boot[0].boot, self.boot[0].seconds + passed)
        self.here.at, self.plan_clock.now = at, round(at.timestamp() * 1000)

    def openings(self) -> list[Any]:
        with read_transaction(self.database) as connection:
            table = DutyOpening.metadata.tables["duty_opening"]
            return list(connection.execute(select(table).order_by(table.c.at_ms)))


@pytest.fixture
async def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Night]:
    monkeypatch.setattr("app.sync.oncall.ASKED_EVERY", 0.0)  # a night goes by in seconds here
    monkeypatch.setattr("app.sync.oncall.NOT_ON_DUTY_EVERY", 0.0)
    monkeypatch.setattr("app.sync.leaves.ASKED_EVERY", 0.0)
    boot = [BootTime("start", 5_000.0)]
    monkeypatch.setattr("app.sync.oncall.read_boot_clock", lambda: boot[0])
    database = open_new_plan(tmp_path / "plan.db")
    evening = (datetime.now(UTC) + timedelta(days=1)).replace(hour=18, minute=0, second=0, microsecond=0)
    with write_transaction(database) as connection:
        for number, (name, (display, role)) in enumerate(PEOPLE.items(), start=1):
            row = {"id": f"u{number}", "username": f"{name}.user", "display_name": display, "role": role}
            more = {"practitioner_id": name, "team_id": "team-1", "disabled": False, "created_ms": 0}
            connection.execute(insert(User).values(**row, **more, password_hash=None))
        people = [("a", "Alder", "ana"), ("b", "Birch", "ben"), ("c", "Cedar", "ana")]
        resources = [team("team-1"), *(practitioner(name) for name in PEOPLE), allergy("latex", "a", "Latex")]
        resources += [patient(who, family) for who, family, _ in people]
        resources += [careteam(f"ct-{who}", who, nurse) for who, _, nurse in people]
        for each in resources:
            put_as_system(connection, each)
    settle(database, "ben")
    began = evening - 3 * HOUR
    clock, here = Clock(round(began.timestamp() * 1000)), DeskClock(began)
    app = make_app(database, base_url=BASE, authenticate=authenticate, clock=clock)
    plan = httpx.ASGITransport(Dated(app, clock), raise_app_exceptions=False)
    ben = await make_desk(tmp_path, "ben", plan)
    ben.engine = SyncEngine(ben.store, ben.client, clock=here)
    found = Night(ben, clock, here, evening, database, boot, plan, tmp_path)
    await ben.sync()
    try:
        yield found
    finally:
        for desk in (ben, *found.others):
            await desk.client.aclose()
            await desk.store.close()
        database.dispose()


async def names(night: Night, sought: str = "") -> list[str]:
    return [one.name for one in await night.on_call().search(sought)]


async def fetch(night: Night, at: datetime) -> None:
    night.go_to(at)
    await night.ben.sync()


async def test_it_comes_quietly_before_the_duty_opens_with_it_and_goes_when_it_ends(night: Night) -> None:
    assert (await night.on_call().read()).duty is None, "three hours before nothing is here"
    await fetch(night, night.evening - HOUR)
    state = await night.on_call().read()
    assert state.duty is not None
    assert (state.duty.begins, state.duty.until) == (night.evening, night.evening + 13 * HOUR)
    assert (state.duty.people, state.on_duty) == (3, False)
    assert await names(night) == [], "nothing opens before it begins"
    with pytest.raises(NotFound, match="not begun"):
        await night.on_call().open("a", WHY)
    night.go_to(night.evening)
    assert (await night.on_call().read()).on_duty
    assert await names(night) == ["Test Alder", "Test Birch", "Test Cedar"]
    assert await names(night, "ced") == ["Test Cedar"]
    with pytest.raises(NotFound, match="not in the on-call pack any more"):
        await night.on_call().open("who-left", WHY)
    assert await night.ben.store.read(patients.list_ids) == {"b"}, "nobody of it is in the list of people"
    ana = await night.desk("ana")
    assert (await night.on_call(ana).read()).duty is None, "she is not on duty"
    night.go_to(night.evening + 13 * HOUR - timedelta(seconds=1))
    assert len(await names(night)) == 3
    night.go_to(night.evening + 13 * HOUR)
    assert await names(night) == []
    assert await night.ben.store.read(oncall.has_pack) is False, "gone without a network"


async def test_opened_offline_it_is_on_the_disk_first_and_arrives_once(night: Night) -> None:
    await fetch(night, night.evening + HOUR)
    night.go_to(night.evening + 9 * HOUR)
    ben = night.on_call()
    with pytest.raises(RecordError, match="say why"):
        await ben.open("a", Why(Reason.OTHER, " "))
    with pytest.raises(NotFound):
        await ben.open("nobody", WHY)
    assert await night.ben.store.read(lambda c: oncall.list_openings(c, 9)) == (), "nothing was opened"
    page = await ben.open("a", WHY)
    assert [one.text for one in page.of("allergies")] == ["Latex"]
    assert (page.head.name, page.head.born_on is not None) == ("Test Alder", True)
    events = await night.ben.store.read(lambda c: audit.list_after(c, 0, 100))
    assert [(one.action, one.subject) for one in events if one.action == "oncall-open"] == [
        ("oncall-open", "Patient/a")
    ]
    assert night.openings() == []
    for _ in range(2):
        await night.ben.sync()
    (told,) = night.openings()
    assert (told.patient_id, told.reason) == ("a", "The person or the family called: breathless")
    assert told.at_ms == round((night.evening + 9 * HOUR).timestamp() * 1000)
    assert set(await night.ben.store.read(patients.list_ids)) == {"b"}, "reading opens no record"
    with read_transaction(night.database) as connection:
        seen = list_events(connection, "a")
    assert [one.action for one in seen if one.action == "emergency"] == ["emergency"]


async def begin(visits: Visits, page: PackPage) -> str:
    visit_id = await visits.begin(page.head.patient_id, Modality.IN_PERSON, Setting.HOME)
    await visits.set_answered_by(visit_id, AnsweredBy.PATIENT)
    await visits.answer(visit_id, "esas-pain", value=2)
    return visit_id


async def test_a_visit_of_the_night_reaches_the_member_although_the_duty_was_over_first(night: Night) -> None:
    await fetch(night, night.evening + HOUR)
    night.go_to(night.evening + 9 * HOUR)
    ben = night.on_call()
    page = await ben.open("a", WHY)
    with pytest.raises(NotFound):
        await night.on_call().begin_visit(page)  # another service, in which nothing was opened
    assert await ben.begin_visit(page) == "a"
    visits = Visits(night.ben.store, night.ben.me, night.here)
    visit_id = await begin(visits, page)
    night.go_to(night.evening + 9.5 * HOUR)
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    night.go_to(night.evening + 14 * HOUR)
    assert (await night.on_call().read()).duty is None
    assert set(await night.ben.store.read(patients.list_ids)) == {"b"}, "she left the list with the pack"
    await night.ben.sync()
    assert [one.patient_id for one in night.openings()] == ["a", "a"]
    ana = await night.desk("ana")
    hers = await ana.store.read(lambda c: visit_rows.list_for_patient(c, "a"))
    assert [(one.id, one.nurse_name) for one in hers] == [(visit_id, "Ben Ochoa, RN")]
    assert set(await night.ben.store.read(patients.list_ids)) == {"b"}


async def test_with_a_network_the_whole_record_comes_once_a_visit_began_and_goes_with_the_duty(
    night: Night,
) -> None:
    await fetch(night, night.evening + HOUR)
    ben = night.on_call()
    await ben.begin_visit(await ben.open("a", WHY))
    await night.ben.sync()
    await night.ben.sync()
    assert set(await night.ben.store.read(patients.list_ids)) == {"a", "b"}
    night.go_to(night.evening + 13 * HOUR)
    await ben.drop_if_over()
    assert set(await night.ben.store.read(patients.list_ids)) == {"b"}, "without a network"
    await night.ben.sync()
    assert set(await night.ben.store.read(patients.list_ids)) == {"b"}


async def test_a_date_set_back_does_not_keep_it_and_a_date_set_forward_does_not_lose_it(night: Night) -> None:
    await fetch(night, night.evening + HOUR)
    night.here.at += 30 * HOUR  # only the date of the tablet
    assert len(await names(night)) == 3
    night.here.at -= 60 * HOUR
    assert len(await names(night)) == 3, "set back it is not kept longer, and not lost either"
    night.boot[0] = BootTime("start", night.boot[0].seconds + 12 * 3600)
    assert await names(night) == [], "twelve hours went by whatever the date says"


async def test_started_anew_and_never_near_a_network_again_it_still_ends(night: Night) -> None:
    await fetch(night, night.evening + HOUR)
    night.here.at += 11 * HOUR
    night.boot[0] = BootTime("another start", 20.0)
    assert len(await names(night)) == 3
    night.here.at += HOUR
    assert await names(night) == []
    assert await night.ben.store.read(oncall.has_pack) is False


async def test_who_is_taken_off_the_duty_list_or_signs_out_has_nothing_any_more(night: Night) -> None:
    await fetch(night, night.evening + HOUR)
    assert (await night.on_call().read()).on_duty
    settle(night.database, "ana")
    await night.ben.sync()
    assert await night.ben.store.read(oncall.has_pack) is False
    settle(night.database, "ben")
    await night.ben.sync()
    assert await night.ben.store.read(oncall.has_pack)
    await SigningOut(night.ben.store, night.ben.me, night.here).sign_out()
    assert await night.ben.store.read(oncall.has_pack) is False


async def test_a_quiet_contact_says_that_it_is_as_of_now_and_brings_nothing(night: Night) -> None:
    await fetch(night, night.evening + HOUR)
    tag = await night.ben.store.read(oncall.find_tag)
    await fetch(night, night.evening + 2 * HOUR)
    duty = (await night.on_call().read()).duty
    assert duty is not None
    assert (duty.tag, duty.as_of) == (tag, night.evening + 2 * HOUR)
    with write_transaction(night.database) as connection:
        put_as_system(connection, allergy("nuts", "c", "Nuts"))
    await fetch(night, night.evening + 3 * HOUR)
    assert await night.ben.store.read(oncall.find_tag) != tag
    page = await night.on_call().open("c", WHY)
    assert [one.text for one in page.of("allergies")] == ["Nuts"]


async def test_a_tablet_that_was_withdrawn_drops_it_at_its_next_contact(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fetch(night, night.evening + HOUR)
    ben = plan_doubles.PRINCIPALS["ben-token"]
    draining = replace(ben, drain_until_ms=night.plan_clock.now + 3_600_000)
    monkeypatch.setitem(plan_doubles.PRINCIPALS, "ben-token", draining)
    assert (await night.ben.engine.run_pass()).outcome != "ok"
    assert await night.ben.store.read(oncall.has_pack) is False


async def test_an_app_that_ended_before_the_duty_did_drops_it_when_it_is_opened_next(night: Night) -> None:
    await fetch(night, night.evening + HOUR)
    store = night.ben.store
    await store.close()
    night.go_to(night.evening + 20 * HOUR)
    again = await open_store(store.path, bytes(range(32)), store_id=store.store_id)
    assert await again.read(oncall.has_pack)
    chair = Chair()
    chair.take_chair(again, night.ben.client, night.ben.me, night.here, lambda: None)
    await chair.close_what_is_over()
    assert await again.read(oncall.has_pack) is False
    await again.close()
