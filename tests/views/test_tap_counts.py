"""Every touch of a visit is counted, item by item, from Today back to Today. Nothing is typed.

What must be charted in each kind of visit is listed here: a budget may not be met by leaving an item out.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.domain.visit import Modality, Setting
from app.domain.visit_kind import VisitKind, is_met, kind_of
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, World
from tests.views.tap_counting import NINE, PATIENT, STAFF, Finger, Step, ending_with, make_known, newest, said

TODAY = "today-people"
AFTER: Sequence[Step] = (
    ("caregiver managing", "caregiver-coping-can-go-on"),
    ("the plan goes on", "plan-same-no-change"),
    ("next contact in a week", "poc-next-contact-week"),
)
MEDICINES: Sequence[Step] = (
    ("medicines as listed", "medicines-all-as-listed"),
    ("breakthrough doses", ending_with("-med-breakthrough-2")),
)


async def begin(app: FletHarness, finger: Finger, stop: str) -> None:
    await app.until(lambda: app.has(f"today-go-{stop}"), "the planned visit on Today")
    await finger.touch("start", f"today-go-{stop}")


async def is_back(app: FletHarness) -> None:
    await app.until(lambda: app.has(TODAY), "Today again")


async def sign(app: FletHarness, finger: Finger) -> None:
    await app.until(lambda: not app.inner("visit-sign").disabled, f"nothing is missing {app.texts()[-12:]}")
    await finger.touch("sign", "visit-sign")


async def sign_and_go_back(app: FletHarness, finger: Finger) -> None:
    """Sign, look at the note, back to Today."""
    await sign(app, finger)
    await app.until(lambda: app.has("reading-back"), "the note")
    await finger.touch("back to Today", "reading-back")
    await is_back(app)


async def test_a_routine_home_visit_takes_at_most_thirty_taps_and_no_typing(
    mount: Mount, world: World
) -> None:
    make_known(world)
    stop = plan_visit(world, 0, 0.1)
    async with mount(DoubleDevice(world), unlock=True) as app:
        finger = Finger(app)
        await begin(app, finger, stop)
        await app.until(lambda: app.has("new-visit-start"), "the right person")
        await finger.touch("right person, starts the clock", "new-visit-start")
        await app.until(lambda: app.has("esas-pain-0"), "the visit")
        await finger.go(
            ("she answers herself", PATIENT),
            ("daughter present", "frame-present-family"),
            *NINE,
            ("no other problem", "other-problem-none"),
            ("bowels", "bowels-days-1"),
            ("mouth, sleep, eating, skin: nothing new", "body-new-nothing"),
            ("comfort medicines there", "comfort-medicines-complete"),
            ("no falls", "fall-since-no"),
            ("AKPS", "akps-50"),
            ("phase", "phase-stable"),
            *MEDICINES,
            *AFTER,
            ("they know whom to call", "next-whom-yes"),
            ("I'm leaving", "visit-leave"),
        )
        draft = newest(world)
        await sign_and_go_back(app, finger)
    assert kind_of(draft.answers) is VisitKind.ROUTINE
    assert len(finger.touches) <= 30, finger.touches
    assert {f"esas-{one}" for one in ("pain", "wb")} < said(draft)
    assert {"akps", "phase", "fall-since", "bowels-days", "med-breakthrough", "next-whom"} < said(draft)
    assert draft.note == ""


async def test_a_telephone_check_takes_at_most_fifteen_taps(
    mount: Mount, world: World, opened_urls: list[str]
) -> None:
    make_known(world, 1)
    stop = plan_visit(world, 1, 0.1, kind="telephone")
    async with mount(DoubleDevice(world), unlock=True) as app:
        finger = Finger(app)
        await app.until(lambda: app.has(f"today-go-{stop}"), "the planned call on Today")
        await finger.touch("call", f"today-go-{stop}")
        await app.until(lambda: app.has("call-checked"), "the visit")
        assert opened_urls == ["tel:%28559%29%20555-0142"]
        await finger.go(
            ("the patient answered", PATIENT),
            ("identity, at home, can talk", "call-checked"),
            ("since last time the same", "since-last-same"),
            ("pain", "esas-pain-2"),
            ("breath", "esas-sob-1"),
            ("nothing else bothers", "other-problem-none"),
            ("bowels", "bowels-days-1"),
            MEDICINES[0],
            *AFTER,
            ("call ended", "visit-leave"),
        )
        draft = newest(world)
        await sign_and_go_back(app, finger)
    assert (kind_of(draft.answers), draft.modality) == (VisitKind.TELEPHONE, Modality.TELEPHONE)
    assert len(finger.touches) <= 15, finger.touches
    assert {"call-identity", "call-where", "call-freely", "since-last", "other-problem"} < said(draft)


async def test_a_call_that_nobody_answers_takes_five_taps(mount: Mount, world: World) -> None:
    make_known(world, 1)
    stop = plan_visit(world, 1, 0.1, kind="telephone")
    async with mount(DoubleDevice(world), unlock=True) as app:
        finger = Finger(app)
        await app.until(lambda: app.has(f"today-go-{stop}"), "the planned call on Today")
        await finger.touch("call", f"today-go-{stop}")
        await app.until(lambda: app.has("visit-no-answer"), "the visit")
        await finger.go(("no answer", "visit-no-answer"))
        assert not app.has("ns-done-left-note"), "there is no door"
        await finger.go(
            ("what I did", "ns-done-left-message"),
            ("when we try again", "poc-next-contact-tomorrow"),
        )
        draft = newest(world)
        await sign(app, finger)
        await is_back(app)
    assert len(finger.touches) == 5, finger.touches
    assert not is_met(draft.answers)
    assert draft.left_at is not None


async def test_a_visit_with_somebody_who_cannot_speak_takes_at_most_thirty(
    mount: Mount, world: World
) -> None:
    make_known(world, setting=Setting.NURSING_HOME_LONG)
    stop = plan_visit(world, 0, 0.1, kind="cannot-speak")
    async with mount(DoubleDevice(world), unlock=True) as app:
        finger = Finger(app)
        await begin(app, finger, stop)
        await app.until(lambda: app.has("new-visit-start"), "the right person")
        await finger.touch("right person, starts the clock", "new-visit-start")
        await app.until(lambda: app.has("distress-face-none"), "the visit")
        signs = ("face", "sounds", "movement", "breathing", "moved", "eating-sleep", "others")
        await finger.go(
            ("staff answers", STAFF),
            ("staff present", "frame-present-facility-staff"),
            *[(f"distress: {one}", f"distress-{one}-none") for one in signs],
            ("as usual, those who know say", "distress-usual-usual"),
            ("bowels", "bowels-days-1"),
            ("mouth, sleep, eating, skin: nothing new", "body-new-nothing"),
            ("comfort medicines there", "comfort-medicines-complete"),
            ("no falls", "fall-since-no"),
            ("AKPS", "akps-20"),
            ("phase", "phase-stable"),
            *MEDICINES,
            ("their record read", "fac-record-read"),
            *AFTER,
            ("they know whom to call", "next-whom-yes"),
            ("I'm leaving", "visit-leave"),
        )
        draft = newest(world)
        await sign_and_go_back(app, finger)
    assert kind_of(draft.answers) is VisitKind.CANNOT_SPEAK
    assert draft.setting is Setting.NURSING_HOME_LONG
    assert len(finger.touches) <= 30, finger.touches
    assert not app.has("esas-pain-0")


@pytest.mark.parametrize("why", ["nobody-home", "family-no"])
async def test_a_person_who_was_not_seen_takes_five(mount: Mount, world: World, why: str) -> None:
    make_known(world)
    stop = plan_visit(world, 0, 0.1)
    async with mount(DoubleDevice(world), unlock=True) as app:
        finger = Finger(app)
        await begin(app, finger, stop)
        await app.until(lambda: app.has(f"new-visit-not-seen-{why}"), "why")
        await finger.touch(f"not seen: {why}", f"new-visit-not-seen-{why}")
        await app.until(lambda: app.has("ns-done-left-note"), "the visit")
        await finger.go(
            ("what I did", "ns-done-left-note"), ("when we try again", "poc-next-contact-tomorrow")
        )
        draft = newest(world)
        await sign(app, finger)
        await is_back(app)
        await app.until(lambda: app.shows("In person · Home · Not seen"), "what it was, on Today")
    assert len(finger.touches) == 5, finger.touches
    assert kind_of(draft.answers) is VisitKind.NOT_SEEN
    assert (draft.answers["ns-why"].value, draft.left_at is None) == (why, False)
