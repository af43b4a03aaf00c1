"""The log of contacts: kept when passes fail, readable, and without anything about anybody when it is shared (F02)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

import app.errors
from app.services.sending_log import HIDDEN, clean, to_lines
from app.services.sending_models import PassWord
from app.store import outbox, passes
from app.store.engine import Store
from tests.services.conftest import SteppingClock
from tests.services.sending_desk import Desk, desk, seqs_of, sign_one

__all__ = ["desk"]
MARKERS = (
    "Zebrowski",
    "Rosa",
    "Colón",
    "slept in the chair",
    "p1",
    "999-12-3456",
    "Practitioner/ana",
    "Ana Ruiz",
)


async def test_f02_a_pass_that_fails_or_dies_is_in_the_log_with_what_it_did(
    desk: Desk, store: Store, clock: SteppingClock
) -> None:
    await store.write(lambda c: passes.begin(c, clock.now()))  # the app was killed in the middle of it
    await desk.ended("ok", pushed=2, pulled=12)
    await desk.ended("plan-down", pushed=1, waiting=3, set_aside=1, detail="PlanDown HTTP 503")
    newest, good, dead = await desk.sending.log()
    assert (newest.word, newest.sent, newest.waiting, newest.set_aside) == (PassWord.PLAN_DOWN, 1, 3, 1)
    assert newest.detail == "PlanDown HTTP 503"
    assert (good.word, good.sent, good.fetched) == (PassWord.OK, 2, 12)
    assert (dead.word, dead.ended_at) == (PassWord.BROKEN_OFF, None)


async def test_a_pass_under_way_is_no_broken_one(desk: Desk, store: Store, clock: SteppingClock) -> None:
    await store.write(lambda c: passes.begin(c, clock.now()))
    await store.write(lambda c: passes.begin(c, clock.now()))
    rows = await store.read(passes.list_recent)
    assert [line.word for line in to_lines(rows, working=True)] == [PassWord.RUNNING, PassWord.BROKEN_OFF]


async def test_a_day_of_quiet_passes_does_not_push_out_what_failed_in_the_morning(
    desk: Desk, store: Store
) -> None:
    await desk.ended("captive-portal")

    def quiet(connection: Connection) -> None:
        for _ in range(700):
            number = passes.begin(connection, desk.clock.now())
            passes.end(connection, number, at=desk.clock.now(), outcome="ok")
        passes.trim(connection)

    await store.write(quiet)
    words = [line.word for line in await desk.sending.log(500)]
    assert words[-1] is PassWord.PORTAL
    assert words.count(PassWord.OK) == passes.QUIET_KEPT


async def test_a_shared_log_holds_no_name_no_id_and_no_word_about_anybody(
    desk: Desk, store: Store, visits: object, clock: SteppingClock
) -> None:
    from app.services.visits import Visits

    assert isinstance(visits, Visits)
    first = await sign_one(visits, note="Zebrowski slept in the chair")
    second = await sign_one(visits)
    await store.write(lambda c: outbox.set_aside(c, seqs_of(c, first), "Rosa Colón 999-12-3456 is unknown"))
    await desk.ended(
        "plan-down", detail=f"PlanDown HTTP 503 Patient/p1 Rosa Colón {second} slept in the chair"
    )
    clock.at += timedelta(hours=5)
    shared = await desk.sending.share_log("0.4.0")
    for marker in (*MARKERS, first, second):
        assert marker not in shared.text, marker
        assert marker not in shared.name
    assert "app\t0.4.0" in shared.text
    assert "waiting\t1" in shared.text
    assert "set aside\t1" in shared.text
    assert f"PlanDown HTTP 503 {HIDDEN}" in shared.text
    assert "\tplan-down\t0\t0\t0\t0\t" in shared.text
    assert shared.name.startswith("hearthside-log-2026-11-22-")


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "PlanDown HTTP 503",
        "UntrustedCertificate tls 18",
        "WrongClock certificate 9",
        "NoNetwork ConnectTimeout",
        "SignInNeeded never signed in",
        "PlanDown HTTP 200 cut off",
    ],
)
def test_codes_of_ours_are_passed_on_as_they_are(detail: str) -> None:
    assert clean(detail) == detail


def test_every_error_of_ours_may_be_named() -> None:
    for kind in vars(app.errors).values():
        if isinstance(kind, type) and issubclass(kind, app.errors.HearthsideError):
            assert clean(kind.__name__) == kind.__name__


@given(st.text())
def test_nothing_but_known_codes_gets_through(detail: str) -> None:
    from app.services.sending_log import _KNOWN

    said = clean(detail).replace(HIDDEN, "").split()
    assert all(word in _KNOWN or word.isdecimal() for word in said)
