"""Kinds of visit on the screen: what is proposed, what stands open, what one tap changes."""

from __future__ import annotations

import pytest

from app.domain.offers import NOBODY_ANSWERS
from app.domain.visit import AnsweredBy, Modality, Setting
from app.domain.visit_kind import VisitKind, kind_of
from app.views import text
from app.views.visit import saving
from app.views.wording import visit as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, World
from tests.views.tap_counting import make_known, newest


@pytest.mark.parametrize(
    ("kind", "modality", "told"),
    [
        (VisitKind.ROUTINE, Modality.IN_PERSON, "Routine visit · In person · Home"),
        (VisitKind.TELEPHONE, Modality.TELEPHONE, "Telephone check · Home"),
        (VisitKind.TELEPHONE, Modality.VIDEO, "Telephone check · Video · Home"),
        (VisitKind.NOT_SEEN, Modality.IN_PERSON, "Not seen · Home"),
        (None, Modality.IN_PERSON, "In person · Home"),
    ],
)
def test_how_one_met_is_said_once(kind: VisitKind | None, modality: Modality, told: str) -> None:
    assert said.kind_and_where(kind, modality, Setting.HOME) == told


async def start(app: FletHarness, stop: str) -> None:
    await app.until(lambda: app.has(f"today-go-{stop}"), "Today")
    await app.tap(f"today-go-{stop}")
    await app.until(lambda: app.has("new-visit-start"), "the start")


async def begin(app: FletHarness, stop: str, shows: str = "esas-pain-0") -> None:
    await start(app, stop)
    await app.tap("new-visit-start")
    await app.until(lambda: app.has(shows), "the visit")


def chosen(app: FletHarness, prefix: str) -> str:
    (found,) = [
        kind
        for kind in VisitKind
        if app.has(f"{prefix}-kind-{kind}") and app.named(f"{prefix}-kind-{kind}").selected
    ]
    return found.value


async def test_the_start_proposes_a_kind_says_why_and_one_tap_changes_it(mount: Mount, world: World) -> None:
    stop = plan_visit(world, 0, 0.5, kind="something-new")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await start(app, stop)
        assert chosen(app, "new-visit") == "first", "nobody has seen her"
        assert app.shows(said.WHY_PROPOSED[VisitKind.FIRST])
        assert app.has("door-open")
        assert app.shows(said.NOT_SEEN_TODAY)
        await app.tap("new-visit-kind-telephone")
        assert chosen(app, "new-visit") == "telephone"
        assert app.shows("Telephone · Home")
        assert app.shows(said.START_CALL)
        assert not app.has("door-open"), "nobody goes in"
        assert app.shows(said.NOT_REACHED_TODAY)
        assert not app.has("new-visit-not-seen-nobody-home")
        await app.tap("new-visit-kind-cannot-speak")
        assert app.shows("In person · Home")
        await app.tap("new-visit-change")
        await app.tap("new-visit-telephone")
        assert chosen(app, "new-visit") == "telephone"
        await app.tap("new-visit-in-person")
        assert chosen(app, "new-visit") == "first", "what was proposed again"
        await app.tap("new-visit-start")
        await app.until(lambda: app.has("people-add"), "a first visit goes through the people")
    assert kind_of(newest(world).answers) is VisitKind.FIRST


async def test_scales_wait_behind_a_tap_or_an_answer_and_say_why_they_are_open(
    mount: Mount, world: World
) -> None:
    make_known(world)
    stop = plan_visit(world, 0, 0.5)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await begin(app, stop)
        assert not app.has("steadi-1-yes")
        await app.tap("form-open-steadi")
        await app.until(lambda: app.has("steadi-1-yes"), "opened by her")
        assert not app.has("44250-9-LA6568-5")
        await app.tap("esas-depr-4")
        await app.until(lambda: app.has("44250-9-LA6568-5"), "opened by the answer")
        assert app.shows("Open because of an answer of today.")
        assert not app.has("69725-0-LA6568-5"), "worry was not that high"
        await app.tap("section-mood")
        assert not app.has("44250-9-LA6568-5"), "a tap closes it still"
        await app.tap("akps-40")
        await app.until(lambda: app.shows("STEADI: Not asked at AKPS 40 or below."), "who is in bed")
        assert not app.has("steadi-1-yes")


async def test_a_form_for_few_people_is_not_named_at_the_bedside_before_the_nurse_opens_it(
    mount: Mount, world: World
) -> None:
    stop = plan_visit(world, 0, 0.5, kind="something-new")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await start(app, stop)
        await app.tap("new-visit-kind-telephone")
        await app.tap("new-visit-start")
        await app.until(lambda: app.has("section-function"), "the visit")
        await app.tap("section-function")
        await app.until(lambda: app.has("akps-40"), "who opens a section wants what is in it")
        assert app.shows("Open: More about the illness")
        assert not app.shows("Late dementia")
        await app.tap("form-open-hospice-signs")
        assert app.shows("Late dementia with a complication in the last 12 months")


async def test_one_answer_fills_in_nothing_else_and_no_change_is_there_only_where_something_was_shown(
    mount: Mount, world: World
) -> None:
    make_known(world)
    with_plan, without = plan_visit(world, 0, 0.5), plan_visit(world, 2, 1.5, kind="from-facility")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await begin(app, with_plan)
        assert app.shows("To sleep until five.")
        assert app.has("plan-same-no-change")
        before = set(newest(world).answers)
        await app.tap("body-new-nothing")
        await app.until(lambda: "body-new" in newest(world).answers, "the answer")
        assert set(newest(world).answers) - before == {"body-new"}
        await app.tap("body-new-skin")
        await app.until(lambda: app.has("skin-how-red"), "the skin")
        assert not app.has("mouth-how-dry")
        await app.tap("section-mood")
        await app.until(lambda: app.has("69725-0-LA6568-5"), "who opens a section wants all that is in it")
        await app.tap("esas-depr-9")
        await app.until(lambda: app.shows("Now 9"), "the answer")
        assert app.has("44250-9-LA6568-5"), (
            "what was opened by hand is not closed by an answer that would open it"
        )
        await app.tap("visit-missing-next")
        name, args = app.connection.calls[-1]
        assert (name, "next" in str(args)) == ("scroll_to", True)
        await app.tap("poc-next-contact-tomorrow")
        await app.until(lambda: not app.has("visit-missing-next"), "it is said")
        await app.tap("visit-back")
        await start(app, without)
        assert chosen(app, "new-visit") == "from-facility"
        assert app.shows(said.PLANNED)
        await app.tap("new-visit-start")
        await app.until(lambda: app.has("tr-list-seen"), "coming home is open")
        assert not app.has("plan-same-no-change")


async def test_a_call_says_how_it_ended_and_no_answer_can_be_taken_back(
    mount: Mount, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_known(world, 1)
    stop = plan_visit(world, 1, 0.5, kind="telephone")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-go-{stop}"), "Today")
        await app.tap(f"today-go-{stop}")
        await app.until(lambda: app.has("visit-no-answer"), "the call")
        assert app.shows(said.CALL_ENDED)
        assert app.shows(said.END_OF_CALL)
        assert not app.shows(text.LEAVING)
        monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 60.0)
        await app.tap("visit-no-answer")
        await app.until(lambda: app.has("ns-why-no-answer"), "not answered")
        assert not app.has("esas-pain-0")
        await app.tap("ns-why-no-answer")
        await app.settle()
        assert newest(world).left_at is not None, "a trembling second tap takes nothing back"
        monkeypatch.setattr(saving, "AGAIN_CLEARS_AFTER", 0.0)
        await app.tap("ns-why-no-answer")
        await app.until(lambda: app.has("esas-pain-0"), "the call goes on")
        assert (newest(world).left_at, "ns-why" in newest(world).answers) == (None, False)


async def test_another_kind_on_the_page_changes_what_stands_open_and_keeps_what_was_said(
    mount: Mount, world: World
) -> None:
    make_known(world, setting=Setting.NURSING_HOME_LONG)
    stop = plan_visit(world, 0, 0.5)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await begin(app, stop)
        await app.tap(f"visit-answered-{AnsweredBy.STAFF.value}")
        await app.tap("visit-where-change")
        await app.tap("visit-kind-cannot-speak")
        await app.until(lambda: app.has("distress-face-none"), "the signs of distress")
        await app.tap("visit-kind-telephone")
        await app.until(lambda: newest(world).modality is Modality.TELEPHONE, "by telephone")
        assert newest(world).answered_by is AnsweredBy.STAFF
        await app.tap("visit-kind-not-seen")
        await app.until(lambda: app.has("visit-missing-why"), "why")
        await app.tap("ns-why-family-no")
        await app.until(lambda: not app.has("visit-missing-why"), "said")


async def test_that_nobody_answered_can_be_said_where_the_person_cannot_speak_and_is_seen(
    mount: Mount, world: World
) -> None:
    make_known(world)
    stop = plan_visit(world, 0, 0.5)
    nobody = f"visit-answered-{AnsweredBy.NOBODY.value}"
    async with mount(DoubleDevice(world), unlock=True) as app:
        await begin(app, stop)
        assert not app.has(nobody), "in a routine visit the person is asked"
        await app.tap("visit-where-change")
        await app.tap("visit-kind-cannot-speak")
        await app.until(lambda: app.has(nobody), "what the nurse sees")
        await app.tap("visit-where-telephone")
        await app.until(lambda: not app.has(nobody), "on the telephone nothing is seen")
        await app.tap("visit-where-in-person")
        await app.until(lambda: app.has(nobody), "seen again")
        await app.tap(nobody)
        await app.until(lambda: not app.has("visit-missing-answered-by"), "it is said who answered")
        await app.tap("visit-kind-routine")
        await app.until(lambda: app.has("esas-pain-0") or app.shows(NOBODY_ANSWERS), "the routine visit")
        assert app.named(nobody).selected, "what was said stays in sight"
        assert app.shows(NOBODY_ANSWERS)
        assert not app.has("esas-pain-0")


async def test_of_two_forms_in_a_section_the_one_of_its_name_has_no_second_title(
    mount: Mount, world: World
) -> None:
    stop = plan_visit(world, 0, 0.5)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await begin(app, stop)
        assert app.has("hand-over-ahc-hrsn")
        assert app.has("at-peace-quite")
        assert app.texts().count("Peace, family and home") == 1
