"""Sent & waiting on screen: each state has its words, each thing to do is a button, and nothing is promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft

from app.errors import RecordError
from app.services.models import SyncState, SyncWord, VisitState, VisitStatus
from app.services.sending_models import (
    Blocker,
    Do,
    ReceivedLine,
    SendingPage,
    WaitingLine,
    Why,
)
from app.store.changes import Topic
from app.store.outbox_kinds import GroupKind
from app.views import text
from app.views.wording import waiting as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, DoubleSession, World, add_visit, now
from tests.views.scene_conflicts import make_conflicts_world

HOURS = timedelta(hours=1)


def line(why: Why = Why.NEXT, group: str = "v0", kind: GroupKind = GroupKind.VISIT) -> WaitingLine:
    at = now()
    return WaitingLine(
        group_id=group,
        kind=kind,
        patient_id="p0",
        patient_name="Colón Ríos, María",
        visit_id=group if kind is GroupKind.VISIT else None,
        began_at=at - 6 * HOURS,
        since=at - 5 * HOURS,
        kb=214,
        why=why,
        until=at + HOURS,
        parts=(12, 17),
        blocker=Blocker("v9", GroupKind.VISIT, "Okafor, Grace", True),
    )


async def open_waiting(app: FletHarness) -> None:
    await app.tap("nav-waiting")
    await app.until(lambda: app.has("waiting-test"), "Sent & waiting")


def session_of(device: DoubleDevice) -> DoubleSession:
    assert device.session is not None
    return device.session


async def test_a_tablet_that_was_never_in_contact_says_so_and_promises_nothing(
    mount: Mount, world: World
) -> None:
    world.sync = SyncState(SyncWord.NEVER, "Not yet connected to the plan from this device.", 0, 0, None)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        assert app.shows(said.NO_CONTACT_YET)
        assert app.shows(said.NEVER_HELP)
        assert app.shows(said.NEVER_YET)
        assert not app.shows(said.DAY_DONE)


async def test_when_everything_is_received_nothing_waits_and_the_last_contact_stands_there(
    mount: Mount, world: World
) -> None:
    at = now()
    add_visit(world, 0, HOURS, status=VisitStatus(VisitState.RECEIVED, at), note="x")
    world.sync = SyncState(SyncWord.OK, "The plan answered.", 0, 0, at)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        assert app.shows(said.ALL_RECEIVED)
        assert app.shows(said.DAY_DONE)
        assert app.shows(f"Last contact with the plan {at:%H:%M}")
        assert not app.shows("Connected")


async def test_a_tablet_that_has_sent_nothing_does_not_say_that_everything_has_been_received(
    mount: Mount, world: World
) -> None:
    world.sync = SyncState(SyncWord.OK, "The plan answered.", 0, 0, now())
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        assert app.shows(said.DAY_DONE)
        assert app.shows(said.NOTHING_RECEIVED)
        assert not app.shows(said.ALL_RECEIVED)


async def test_offline_with_three_visits_says_how_many_how_old_and_why(mount: Mount, world: World) -> None:
    for ago in (5, 3, 2):
        add_visit(world, ago, ago * HOURS, status=VisitStatus(VisitState.ON_DEVICE), note="x")
    sentence = "No network. Everything is kept on this device."
    world.sync = SyncState(SyncWord.NO_NETWORK, sentence, 3, 0, now() - 5 * HOURS)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        assert app.shows(sentence)
        assert app.shows("3 visits are not received yet. They leave by themselves while")
        assert app.shows("The oldest has waited for 5 hours.")
        assert app.shows("Waiting for 5 hours · 214 KB")
        assert app.shows("Waits for a network.")
        assert app.has("waiting-send")


async def test_a_row_tells_why_and_opens_the_visit(mount: Mount, world: World) -> None:
    add_visit(world, 0, HOURS, status=VisitStatus(VisitState.SENDING), note="Slept badly.")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        await app.tap("waiting-row-v0")
        assert app.shows("It cannot arrive twice.")
        assert app.has("waiting-row-v0"), "the list stays beside it on a tablet"
        await app.tap("waiting-open")
        await app.until(lambda: app.has("reading-back"), "the visit")


async def test_on_a_phone_one_pane_is_shown_at_a_time(mount: Mount, world: World) -> None:
    add_visit(world, 0, HOURS, status=VisitStatus(VisitState.ON_DEVICE), note="x")
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await open_waiting(app)
        await app.tap("waiting-row-v0")
        await app.until(lambda: app.has("waiting-open"), "the reason")
        assert not app.has("waiting-row-v0")
        await app.tap("waiting-close")
        await app.until(lambda: app.has("waiting-row-v0"), "the list")
        await app.tap("waiting-test")
        await app.until(lambda: app.has("waiting-test-again"), "the test of the connection")
        await app.tap("nav-waiting")
        await app.until(lambda: app.has("waiting-row-v0"), "the list: the bar leads back to it")


async def test_what_was_received_while_one_looks_at_it_leads_back_to_the_list(
    mount: Mount, world: World
) -> None:
    world.sending = SendingPage(waiting=(line(),))
    device = DoubleDevice(world)
    async with mount(device, unlock=True, width=390) as app:
        await open_waiting(app)
        await app.tap("waiting-row-v0")
        world.sending = SendingPage(
            received=(ReceivedLine("v0", GroupKind.VISIT, "p0", "Colón Ríos, María", "v0", now(), now()),)
        )
        session_of(device).syncing.show(replace(world.sync, unsent_visits=0, last_success_at=now()))
        await app.until(lambda: app.has("waiting-received-v0"), "the receipt")
        assert app.shows("Received by the plan")


async def test_the_page_of_a_refused_visit_leads_to_what_can_be_done(mount: Mount, world: World) -> None:
    refused = VisitStatus(VisitState.REFUSED, reason="unknown member")
    add_visit(world, 1, HOURS, status=refused, note="x")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-unsent-v0"), "Today")
        await app.tap("today-unsent-v0")
        await app.until(lambda: app.has("reading-waiting"), "the way")
        await app.tap("reading-waiting")
        await app.until(lambda: app.has("waiting-aside-v0"), "what can be done")


async def test_a_refused_visit_is_corrected_as_a_draft_again(mount: Mount, world: World) -> None:
    refused = VisitStatus(VisitState.REFUSED, reason="unknown member")
    add_visit(world, 1, HOURS, status=refused, note="x")
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_waiting(app)
        await app.tap("waiting-aside-v0")
        assert app.shows("“unknown member”")
        assert app.shows("Correct it and sign it again, or try it as it is.")
        await app.tap("waiting-correct")
        await app.until(lambda: app.has("esas-pain-0"), "the draft")
        assert session_of(device).sending.asked == [("correct", "v0")]


async def test_trying_again_moves_it_and_a_no_is_said_in_place(mount: Mount, world: World) -> None:
    add_visit(world, 1, HOURS, status=VisitStatus(VisitState.REFUSED, reason="y"), note="x")
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_waiting(app)
        await app.tap("waiting-aside-v0")
        session_of(device).sending.error = RecordError("Please choose between the two versions first.")
        await app.tap("waiting-try-again")
        await app.until(lambda: app.shows("Please choose between the two versions first."), "the no")
        session_of(device).sending.error = None
        await app.tap("waiting-try-again")
        await app.until(lambda: app.has("waiting-row-v0"), "it waits again")


async def test_one_that_is_refused_again_says_so_in_the_row_and_where_it_was_tapped(
    mount: Mount, world: World
) -> None:
    add_visit(world, 1, HOURS, status=VisitStatus(VisitState.REFUSED, reason="y"), note="x")
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_waiting(app)
        await app.tap("waiting-aside-v0")
        once = replace(line(Why.REFUSED), do=(Do.CORRECT, Do.TRY_AGAIN), said="y", refusals=1)
        world.sending = SendingPage(set_aside=(once,))
        session_of(device).hub.publish(Topic.OUTBOX)
        await app.until(lambda: app.shows("1 time"), "how often it was tried")
        assert not app.shows(said.REFUSED_AGAIN)
        await app.tap("waiting-try-again")
        twice = replace(once, refusals=2, refused_at=now())
        world.sending = SendingPage(set_aside=(twice,))
        session_of(device).hub.publish(Topic.OUTBOX)
        await app.until(lambda: app.shows(said.SENT_AGAIN), "what came of it")
        assert app.shows(f"{said.REFUSED_AGAIN} It has been sent 2 times, last {now():%H:%M}.")
        assert app.shows(said.CORRECT_OR_CALL)


async def test_a_visit_that_is_corrected_says_why_it_came_back(mount: Mount, world: World) -> None:
    add_visit(world, 1, HOURS, status=VisitStatus(VisitState.REFUSED, reason="unknown member"), note="x")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        await app.tap("waiting-aside-v0")
        await app.tap("waiting-correct")
        await app.until(lambda: app.has("visit-refused"), "the reason")
        assert app.shows("It said: “unknown member”")
        await app.tap("visit-refused")
        await app.until(lambda: app.named("visit-refused").expanded is False, "one line of it")


async def test_nobody_is_told_to_close_the_day_above_a_choice_that_is_open(mount: Mount) -> None:
    world = make_conflicts_world()
    world.sync = SyncState(SyncWord.OK, "The plan answered.", 0, 0, now())
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        assert app.has("waiting-conflict-1")
        assert not app.shows(said.DAY_DONE)
        assert app.shows(said.DAY_OPEN)
        assert app.shows(said.ALL_RECEIVED)
        assert app.shows("5 records have two versions and need you to choose: see below.")
        assert app.texts().count(text.NOTHING_WAITS) == 1, "in the line at the edge and nowhere large"


async def test_alerts_of_one_person_are_told_apart_by_what_was_found(mount: Mount, world: World) -> None:
    pain = replace(line(Why.NEXT, "a1", GroupKind.ALERT), about="Pain 9 of 10")
    breath = replace(line(Why.NEXT, "a2", GroupKind.ALERT), about="Short of breath 8 of 10")
    world.sending = SendingPage(waiting=(pain, breath))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        at = f"{pain.began_at:%H:%M}"
        shown = [one for one in app.texts() if one.startswith("Alert · ")]
        assert [one.split(" · ")[1] for one in shown] == ["Pain 9 of 10", "Short of breath 8 of 10"]
        assert all(one.endswith(at) for one in shown)


async def test_the_supervisor_is_called_by_the_devices_dialler(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    one = replace(line(Why.TOO_LARGE), do=(Do.CALL, Do.TRY_AGAIN))
    world.sending = SendingPage(set_aside=(one,), supervisor_phone="+1 559 555 0100")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        await app.tap("waiting-aside-v0")
        await app.tap("waiting-call")
        assert opened_urls == ["tel:+1%20559%20555%200100"]


async def test_what_is_no_visit_opens_the_person(mount: Mount, world: World) -> None:
    world.sending = SendingPage(waiting=(line(Why.LAST, "doc", GroupKind.ATTACHMENT),))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        assert app.shows("Picture or signature")
        assert app.shows("Goes last, after everything else.")
        await app.tap("waiting-row-doc")
        await app.tap("waiting-open")
        await app.until(lambda: app.has("patients-row-p0"), "the person")


async def test_receipts_stand_by_day_and_one_opens_its_visit(mount: Mount, world: World) -> None:
    received = VisitStatus(VisitState.RECEIVED, received_at=now())
    add_visit(world, 0, HOURS, status=received, note="x")
    old = VisitStatus(VisitState.RECEIVED, received_at=now() - timedelta(days=2))
    add_visit(world, 1, timedelta(days=2), status=old, note="x")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_waiting(app)
        heads = [text for text in app.texts() if text.startswith("Received by the plan · ")]
        assert heads[0] == "Received by the plan · today"
        assert len(heads) == 2
        await app.tap("waiting-received-v0")
        await app.until(lambda: app.has("reading-back"), "the visit")


async def test_a_long_pass_shows_how_far_it_is_and_can_be_stopped(mount: Mount, world: World) -> None:
    world.sync = SyncState(SyncWord.WORKING, "Talking to the plan…", 2, 0, now() - HOURS, progress=(12, 40))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_waiting(app)
        assert app.shows("Sending and fetching: 12 of 40")
        bars = [control for control in app.walk() if isinstance(control, ft.ProgressBar)]
        assert [bar.value for bar in bars] == [0.3]
        assert not app.has("waiting-send")
        await app.tap("waiting-stop")
        assert session_of(device).syncing.stops == 1
