"""Alerts on the visit page, on Today and on a person's page; "I am worried"; what is asked before signing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.settings import PlanSettings
from app.services.patient_parts import PatientParts
from app.views.alerts.card import look, state_of
from app.views.alerts.strip import tell
from app.views.theme import NARROW
from app.views.visit import saving
from app.views.wording import alerts as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import SECRET, make_line, make_private
from tests.views.doubles import DoubleDevice, World, add_visit, make_world, now
from tests.views.scene_alerts import PHONES, make_alerts_world
from tests.views.visit_page import show_concern


def shown(app: FletHarness) -> str:
    return " ".join(c.value or "" for c in app.walk() if isinstance(c, ft.Text))


@pytest.fixture
def world() -> World:
    made = make_world()
    made.live_alerts = True
    made.settings = PlanSettings(phones=PHONES)
    return made


async def open_visit(app: FletHarness) -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has("patients-row-p0"), "people")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has("patient-new-visit"), "the person")
    await app.tap("patient-new-visit")
    await app.until(lambda: app.has("new-visit-start"), "where and how")
    await app.settle(60)
    await app.tap("new-visit-start")
    await app.until(lambda: app.has("esas-pain-0"), "the visit")


async def test_a_severe_symptom_stands_under_the_head_with_what_to_do_and_the_number_to_call(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app)
        assert not app.has("visit-alerts")
        await app.tap("esas-pain-8")
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        assert "Today" in shown(app)
        assert "Nobody has seen this yet. Please phone. The clinician on call: (559) 555-0199." in shown(app)
        await app.tap("visit-alerts")
        await app.until(lambda: "Look again within 24 hours" in shown(app), "what to do")
        assert "Please phone. The clinician on call: (559) 555-0199." in shown(app)


async def test_a_usual_symptom_falls_silent_and_can_be_made_loud_again(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app)
        await app.tap("esas-nausea-8")
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        await app.tap("visit-alerts")
        usual = next(i for i in app.ids() if i.startswith("alert-usual-"))
        await app.tap(usual)
        loud = usual.replace("usual", "loud")
        await app.until(lambda: app.has(loud), "quieted")
        assert "Usual for this person. It speaks up again" in shown(app)
        await app.tap(loud)
        await app.until(lambda: app.has(usual), "loud")


async def test_first_breathlessness_is_asked_about_first(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app)
        await app.tap("esas-sob-8")
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        await app.tap("visit-alerts")
        await app.tap("sob-new-or-usual-new-or-worse")
        await app.until(lambda: "Act now" in shown(app), "act now")


async def test_being_worried_asks_one_question_before_signing_and_each_answer_is_possible(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app)
        await app.tap("visit-worried")
        await show_concern(app)
        await app.tap("visit-leave")
        await app.until(lambda: app.has("visit-missing-concern"), "what is missing")
        await app.tap("concern-answer-could-not-ask")
        await app.until(lambda: not app.has("visit-missing-concern"), "answered")
        assert "Phone your supervisor now" in shown(app)
        await app.tap("concern-answer-mistake")
        await app.until(lambda: "Phone your supervisor now" not in shown(app), "a mistake")


async def test_taking_the_worry_back_leaves_the_question_with_its_answer_in_sight(
    mount: Mount, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app)
        await app.tap("visit-worried")
        await show_concern(app)
        await app.tap("concern-answer-thoughts-of-acting")
        await app.until(lambda: "Do not leave the person alone." in shown(app), "what to do")
        await app.tap("visit-worried")
        await app.settle(60)
        assert app.has("concern-answer-mistake")
        assert "Do not leave the person alone." in shown(app)
        assert "Act now" in shown(app)
        await app.tap("concern-answer-mistake")
        await app.until(lambda: "Act now" not in shown(app), "a mistake")
        assert app.has("concern-answer-mistake")
        await app.tap("concern-answer-mistake")
        await app.until(lambda: not app.has("concern-answer-mistake"), "cleared")


@pytest.mark.parametrize("width", [1180, 390])
async def test_the_closed_strip_says_to_phone_about_the_most_urgent_that_nobody_has_seen(
    mount: Mount, world: World, width: int
) -> None:
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_visit(app)
        await app.tap("esas-pain-8")
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        await app.tap("visit-worried")
        number = "Nobody has seen this yet. Please phone. Your supervisor: (559) 555-0177."
        says = number if width > NARROW else "Act now · please phone · 2 open alerts"
        await app.until(lambda: says in shown(app), "the number")


@pytest.mark.parametrize(
    ("level", "received", "says"),
    [
        ("act-now", False, "Nobody has seen this yet. Please phone. The clinician on call: (559) 555-0199."),
        ("today", False, "Nobody has seen this yet. Please phone. The clinician on call: (559) 555-0199."),
        ("watch", False, "Nobody has seen this yet."),
        ("today", True, ""),
    ],
)
def test_a_closed_line_says_whom_to_phone_when_it_cannot_wait(level: str, received: bool, says: str) -> None:
    assert state_of(make_line(level=level, received=received)) == says
    older = make_line(2, level=level, received=True)
    named = [f"Severe symptom · {says}"] if says else []
    assert tell([older, make_line(level=level, received=received)]) == named


RECEIVED = "Received by the plan 09:59; nobody has seen it yet."


def test_what_the_plan_has_and_nobody_has_seen_says_both() -> None:
    at = now().replace(hour=9, minute=59)
    line = make_line(received_at=at)
    assert state_of(line) == RECEIVED
    assert state_of(replace(line, seen_by="Dr. Ortiz", seen_at=at)) == "Seen by Dr. Ortiz 09:59"
    assert state_of(replace(line, gone_to="Ben Cole, RN", gone_at=at)).startswith("Not seen in time")
    assert state_of(replace(line, state="acknowledged")) == "Somebody has taken it."
    assert state_of(replace(line, received=False)).startswith("Nobody has seen this yet.")


def test_a_closed_strip_never_says_of_one_alert_what_is_so_of_another() -> None:
    received = make_line(1, received_at=now().replace(hour=9, minute=59))
    other = make_line(
        2, subject="caregiver", title="The caregiver cannot go on", finding="Not safe any more."
    )
    assert tell([received, replace(other, received=False)]) == [
        RECEIVED,
        "The caregiver cannot go on · Nobody has seen this yet. Please phone. The clinician on call: (559) 555-0199.",
    ]
    assert tell([replace(received, received=False), other]) == [
        "Nobody has seen this yet. Please phone. The clinician on call: (559) 555-0199."
    ]
    seen = replace(received, seen_by="Dr. Ortiz", seen_at=received.received_at)
    assert tell([seen, replace(other, received_at=received.received_at)]) == [
        "Seen by Dr. Ortiz 09:59",
        f"The caregiver cannot go on · {RECEIVED}",
    ]
    assert tell([make_line(task=False)]) == []
    assert tell([]) == []


async def test_an_opened_strip_says_of_each_alert_whether_anybody_has_seen_it(
    mount: Mount, world: World
) -> None:
    draft = add_visit(world, 0, timedelta(minutes=5))
    received = make_line(1, received_at=now().replace(hour=9, minute=59))
    world.alerts[draft] = (received, make_line(2, subject="falls", received=False))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-draft-{draft}"), "Today")
        await app.tap(f"today-draft-{draft}")
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        await app.tap("visit-alerts")
        await app.until(lambda: app.has(f"alert-{received.id}"), "the cards")
        assert RECEIVED in app.texts(app.named(f"alert-{received.id}"))
        words = " ".join(app.texts(app.named(f"alert-{received.id}")))
        assert "Nobody has seen this yet." not in words


async def test_a_private_alert_shows_only_that_it_is_there_until_the_pin_is_given(
    mount: Mount, world: World
) -> None:
    world.open_alerts = [make_private()]
    async with mount(DoubleDevice(world), unlock=True) as app:
        line = make_private().id
        await app.until(lambda: app.has(f"alert-row-{line}"), "Today")
        await app.tap(f"alert-row-{line}")
        await app.tap(f"alert-private-{line}")
        assert "abuse" not in shown(app).lower()
        await app.type(f"alert-secret-{line}", "111111", submit=True)
        assert "abuse" not in shown(app).lower()
        await app.type(f"alert-secret-{line}", SECRET, submit=True)
        await app.until(lambda: "Suspected abuse" in shown(app), "opened")
        await app.tap(f"alert-private-close-{line}")
        await app.until(lambda: "Suspected abuse" not in shown(app), "closed")


async def test_an_alert_on_today_is_taken_and_finished_with_a_few_words(mount: Mount, world: World) -> None:
    world.open_alerts = [make_line()]
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        line = make_line().id
        await app.until(lambda: app.has(f"alert-row-{line}"), "Today")
        await app.tap(f"alert-row-{line}")
        await app.tap(f"alert-take-{line}")
        await app.tap(f"alert-finish-{line}")
        await app.type(f"alert-done-{line}", "Dose raised, 3 of 10 now")
        await app.tap(f"alert-keep-{line}")
        assert device.session is not None
        assert device.session.alerts.said == [
            ("acknowledge", line, ""),
            ("finish", line, "Dose raised, 3 of 10 now"),
        ]


async def test_a_persons_page_shows_what_stands(mount: Mount, world: World) -> None:
    world.parts["p0"] = PatientParts(alerts=(make_line(),))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "people")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has(f"alert-row-{make_line().id}"), "the alert")


async def test_on_a_phone_an_alert_says_its_number_in_full_and_when_it_is_due(
    mount: Mount, world: World
) -> None:
    line = make_line()
    world.parts["p0"] = PatientParts(alerts=(line,))
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "people")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has(f"alert-row-{line.id}"), "the alert")
        row = app.named(f"alert-row-{line.id}")
        texts = {one.value: one for one in app.walk(row) if isinstance(one, ft.Text)}
        assert said.due(line, now()) in texts
        assert texts[said.head(line)].max_lines is None


@pytest.mark.parametrize("width", [1180, 390])
async def test_a_visit_with_much_wrong_is_drawn_on_a_tablet_and_on_a_phone(mount: Mount, width: int) -> None:
    async with mount(DoubleDevice(make_alerts_world()), unlock=True, width=width) as app:
        await app.until(lambda: any(i.startswith("today-draft-") for i in app.ids()), "Today")
        await app.tap(next(i for i in app.ids() if i.startswith("today-draft-")))
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        await app.tap("visit-alerts")
        await app.until(lambda: any(i.startswith("alert-private-") for i in app.ids()), "the cards")
        assert len(app.ids()) == len(set(app.ids()))


@pytest.mark.parametrize("level", ["act-now", "today", "watch", "info"])
def test_a_private_line_says_the_same_words_in_the_same_look_at_every_level(level: str) -> None:
    line = replace(make_private(), level=level, received=False)
    assert (said.head(line), said.beside_level(line)) == ("Private task", "Tap to see what it is about")
    assert state_of(line) == "Nobody has seen this yet. Please phone. Your supervisor: (559) 555-0177."
    assert look(line) == look(replace(line, level="act-now"))
    assert said.level(line, now()) == "Private"


async def test_a_finished_private_alert_opens_in_the_visit_by_the_pin_too(mount: Mount, world: World) -> None:
    draft = add_visit(world, 0, timedelta(minutes=5))
    world.alerts[draft] = (replace(make_private(), state="done"),)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-draft-{draft}"), "Today")
        await app.tap(f"today-draft-{draft}")
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        await app.tap("visit-alerts")
        await app.until(lambda: app.has(f"alert-private-{make_private().id}"), "the door")
        assert "Private task: no longer open" in shown(app)
