"""A death recorded at 03:10 with no signal: after one contact no screen of nurse, cover or supervisor lists the person
as due; taken back, everything is there again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright
from sqlalchemy import select

from app.domain.stays import Place, Stay
from app.domain.visit import PersonRef
from app.sync.fhir.stays import encode_stay
from plan.database import make_engine, write_transaction
from plan.fhir.tables import resource
from plan.resources import put_as_system
from plan.users import get_user
from tests.support.devices import aside, set_up
from tests.support.plan_server import DemoPlan, running
from tests.support.tablet import PULL, Tablet, in_hand

PLANNED, GO, DIED = "story-visit", "today-go-story-visit", "Walter O'Dowd died"


@pytest.fixture
def night_plan(tmp_path: Path, plain_env: dict[str, str]) -> Iterator[DemoPlan]:
    """Of its own: this story leaves a person changed."""
    home = tmp_path / "plan"
    home.mkdir()
    yield from running(DemoPlan(home, plain_env))


def test_a_death_recorded_offline_stops_everything_on_every_screen_and_undone_it_is_all_there(
    night_plan: DemoPlan, plain_env: dict[str, str], playwright: Playwright, tmp_path: Path
) -> None:
    plan = night_plan
    walter = _make_due(plan)
    people = {"ana": plan.nurse, "ben": plan.colleague, "desk": plan.supervisor}
    for name, person in people.items():
        aside(set_up(tmp_path / name, plan, person))
    plan.stop()
    with in_hand(playwright, tmp_path / "ana", plain_env, "death-ana") as (ana, _):
        ana.unlock(plan.nurse)
        ana.window.see(GO)
        _record(ana)
        ana.window.gone(GO)
        ana.window.see_text("Only on this tablet, not sent yet.")
        ana.shot("recorded")
        plan.start()
        _send(ana)
        ana.window.tap("nav-today")
        ana.window.see("today-people")
        ana.window.gone(GO)
    with ExitStack() as stack:

        def open_as(name: str) -> Tablet:
            tablet, _ = stack.enter_context(in_hand(playwright, tmp_path / name, plain_env, f"death-{name}"))
            tablet.unlock(people[name])
            return tablet

        ben, desk = open_as("ben"), open_as("desk")
        _expect_stopped(ben, desk, walter)
        ben.window.tap("death-error")
        ben.window.tap("death-error-yes")
        ben.window.see("patient-death")
        for tablet in (ben, desk):
            _send(tablet)
        ben.window.tap("nav-today")
        ben.window.see(GO, timeout=PULL)
        ben.window.see_no_text(DIED)
        desk.window.tap("nav-team")
        desk.window.see(f"board-clock-{walter}", timeout=PULL)


def _make_due(plan: DemoPlan) -> str:
    """A visit planned for both nurses, and 48 hours after the hospital that are nearly over. Returns his id."""
    now = datetime.now(UTC)
    engine = make_engine(plan.db)
    with write_transaction(engine) as connection:
        bodies = connection.execute(
            select(resource.c.id, resource.c.body).where(resource.c.type == "Patient")
        )
        walter = next(row.id for row in bodies if "O'Dowd" in row.body)
        users = [get_user(connection, one.username) for one in (plan.nurse, plan.colleague)]
        nurses = [f"Practitioner/{one.practitioner_id}" for one in users]
        actors = [
            {"actor": {"reference": one}, "status": "accepted"} for one in (f"Patient/{walter}", *nurses)
        ]
        visit = {"resourceType": "Appointment", "id": PLANNED, "status": "booked", "participant": actors}
        start = now - timedelta(minutes=30)
        visit |= {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
        left = Stay(
            "",
            walter,
            Place.HOSPITAL,
            "Mercy",
            began_at=now - timedelta(days=4),
            left_at=now - timedelta(hours=47),
        )
        stay = encode_stay("story-stay", left, PersonRef(nurses[0], "Ana Ruiz, RN"), now, None)
        for one in (visit, stay):
            put_as_system(connection, one)
    engine.dispose()
    return str(walter)


def _record(ana: Tablet) -> None:
    window = ana.window
    window.tap(f"today-more-{PLANNED}")
    window.tap("today-death")
    window.see_text("There is no hurry. You can do this afterwards.")
    for one in ("death-told-by-family", "death-when-other", "death-at-earlier"):
        window.tap(one)
    window.fill("death-at-hour", "3")
    window.fill("death-at-minute", "10")
    window.tap("death-when-use")
    window.see_text("03:10")
    for one in ("death-place-home", "death-expected-yes", "death-family-managing"):
        window.tap(one)
    ana.shot("form")
    window.tap("death-record")
    window.see_text(DIED)


def _expect_stopped(ben: Tablet, desk: Tablet, walter: str) -> None:
    for tablet, place in ((ben, "nav-today"), (desk, "nav-review")):
        _send(tablet)
        tablet.window.tap(place)
        tablet.window.see_text(DIED, timeout=PULL)
        tablet.shot("told")
    ben.window.gone(GO)
    ben.window.tap(f"death-of-{walter}")
    ben.window.see("face-died")
    ben.shot("page")
    desk.window.tap("nav-team")
    desk.window.gone(f"board-clock-{walter}")
    desk.shot("board")


def _send(tablet: Tablet) -> None:
    tablet.window.tap("nav-waiting")
    tablet.window.tap("waiting-send")
    tablet.window.see_text("Nothing waits", timeout=PULL)
