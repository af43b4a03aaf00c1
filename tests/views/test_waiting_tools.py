"""The connection test and the log of contacts on screen."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from app.services.sending_models import PassWord
from app.sync.connection_steps import Finding, Step, StepState, Verdict
from app.views.wording import connection
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, now
from tests.views.test_waiting_screen import open_waiting, session_of


async def test_the_connection_test_runs_at_once_shows_its_steps_and_what_to_do(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        sending = session_of(device).sending
        sending.ends, sending.gate = Finding(Verdict.PORTAL), asyncio.Event()
        await open_waiting(app)
        await app.tap("waiting-test")
        await app.until(lambda: app.shows(connection.STEP_STATE[StepState.RUNS]), "a step that runs")
        assert app.shows(connection.STEP[Step.REACH])
        sending.gate.set()
        await app.until(lambda: app.has("waiting-test-again"), "the end")
        head, todo = connection.VERDICT[Verdict.PORTAL]
        assert app.shows(head)
        assert app.shows(todo)
        sending.ends = Finding(Verdict.WELL, now(), timedelta(seconds=-400), 0.25)
        await app.tap("waiting-test-again")
        await app.until(lambda: app.shows("All is well."), "the second test")
        assert app.shows("7 minutes ahead of the plan's")
        assert app.shows("250 milliseconds")


async def test_leaving_the_connection_test_stops_it(mount: Mount, world: World) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        session_of(device).sending.gate = asyncio.Event()
        await open_waiting(app)
        await app.tap("waiting-test")
        await app.until(lambda: app.has("waiting-test-stop"), "the test")
        await app.tap("waiting-close")
        await app.until(lambda: session_of(device).sending.tests[0].stopped, "the end of it")


async def test_the_log_is_read_and_handed_on_from_memory(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        await app.tap("waiting-log")
        await app.until(lambda: app.shows(connection.PASS[PassWord.BROKEN_OFF]), "the log")
        assert app.shows(connection.PASS[PassWord.NO_NETWORK])
        await app.tap("waiting-log-share")
        (call,) = [args for name, args in app.connection.calls if name == "save_file"]
        assert call["file_name"] == "hearthside-log.txt"
        assert bytes(call["src_bytes"]).startswith(b"app\t")


async def test_what_does_not_apply_is_not_said_to_be_untried_below_all_is_well(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        sending = session_of(device).sending
        sending.gate = asyncio.Event()
        await open_waiting(app)
        await app.tap("waiting-test")
        await app.until(lambda: app.has("waiting-test-stop"), "the test")
        sending.tests[0].left_out = frozenset({Step.TRUST})
        sending.gate.set()
        await app.until(lambda: app.shows("All is well."), "the end")
        assert app.shows(connection.STEP[Step.REACH])
        assert not app.shows(connection.STEP[Step.TRUST])
