"""A person's page: what is always in sight, what matters, how it has gone, promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.patient import Allergy
from app.domain.promise import PromiseState
from app.domain.trends import Point, Series
from app.domain.visit import Absent
from app.services.models import Role, VisitState, VisitStatus
from app.views import say
from app.views.wording import patient as words_of_page
from app.views.wording import trends as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.scene_patient import make_patient_world, make_trends


async def open_person(app: FletHarness) -> None:
    await app.tap("nav-patients")
    await app.until(lambda: app.has("patients-row-p0"), "the list")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has("face-decides"), "the page")


async def test_people_stand_by_family_name_and_who_has_an_open_draft_is_marked(
    mount: Mount, world: World
) -> None:
    for number, name in enumerate(("Ruth Adler", "Ernesto Quiñones Jr.", "Zoë Brandt")):
        given, family = name.removesuffix(" Jr.").split()
        sheet = world.people[f"p{number}"]
        row = replace(sheet.patient, display_name=name, sort_name=f"{family}, {given}")
        world.people[f"p{number}"] = replace(sheet, patient=row)
    for other in set(world.people) - {"p0", "p1", "p2"}:
        del world.people[other]
    add_visit(world, 1, timedelta(hours=1), status=VisitStatus(VisitState.DRAFT))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-row-p0"), "the list")
        rows = [one for one in app.ids() if one.startswith("patients-row-")]
        shown = [app.texts(app.named(one)) for one in rows]
        assert [one[0] for one in shown] == ["Adler, Ruth", "Brandt, Zoë", "Quiñones, Ernesto Jr."]
        assert [one[2:] for one in shown] == [[], [], ["Draft, not signed"]]


def scrolls(app: FletHarness, identifier: str) -> bool:
    """Whether a control lies in something that scrolls on the person's page."""
    inner = app.named(identifier)
    return any(
        isinstance(one, ft.Column)
        and one.scroll is not None
        and any(found is inner for found in app.walk(one))
        for one in app.walk()
    )


@pytest.mark.parametrize("width", [1180, 390])
async def test_what_has_nothing_to_say_leaves_no_hole_in_the_page(
    mount: Mount, world: World, width: int
) -> None:
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_person(app)
        shown = list(app.walk())
        assert not [one for one in shown if isinstance(one, ft.Container) and one.height == 0]
        columns = [one for one in shown if isinstance(one, ft.Column)]
        assert not [one for one in columns if not _shows_anything(app, one)]


def _shows_anything(app: FletHarness, column: ft.Column) -> bool:
    """Whether anything in it is shown."""
    return any(one is not column for one in app.walk(column))


@pytest.mark.parametrize("width", [1180, 390])
async def test_code_status_who_decides_and_allergies_do_not_scroll_away(mount: Mount, width: int) -> None:
    async with mount(DoubleDevice(make_patient_world()), unlock=True, width=width) as app:
        await open_person(app)
        for one in ("code-status", "face-decides", "face-allergies"):
            assert not scrolls(app, one), one
        assert scrolls(app, "patient-matters")
        assert any("Rosa Colón decides" in line for line in app.texts(app.named("face-decides")))


async def test_who_decides_and_allergies_beside_each_other_are_equally_high(mount: Mount) -> None:
    world = make_patient_world()
    world.parts["p0"] = replace(world.parts["p0"], people=replace(world.parts["p0"].people, people=()))
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await open_person(app)
        row = next(
            one
            for one in app.walk()
            if isinstance(one, ft.Row) and app.named("face-allergies") in one.controls
        )
        assert row.vertical_alignment is ft.CrossAxisAlignment.STRETCH
        assert row.intrinsic_height, "else they would be as high as the page"


async def test_on_a_phone_a_long_line_of_who_decides_has_the_whole_width(mount: Mount) -> None:
    world = make_patient_world()
    people = world.parts["p0"].people
    long = tuple(replace(one, name="Guadalupe Concepción Alvarado-Montgomery") for one in people.people)
    world.parts["p0"] = replace(world.parts["p0"], people=replace(people, people=long))
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await open_person(app)
        rows = [one for one in app.walk() if isinstance(one, ft.Row)]
        assert not [one for one in rows if app.named("face-allergies") in one.controls]


async def test_of_many_allergies_the_dangerous_ones_stay_in_sight_and_the_rest_is_counted(
    mount: Mount,
) -> None:
    world = make_patient_world()
    mild = tuple(Allergy(f"Pollen {n}", "low") for n in range(6))
    world.people["p0"] = replace(world.people["p0"], allergies=(*mild, Allergy("Penicillin", "high")))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        (sentence,) = app.texts(app.named("face-allergies"))
        assert sentence.startswith("Allergies: Penicillin (high risk), Pollen 0 (low risk)")
        assert sentence.endswith(", and 3 more below")
        assert app.shows("Pollen 5 (low risk)")


async def test_her_own_words_stand_first_and_nothing_is_put_into_her_mouth(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(make_patient_world()), unlock=True) as app:
        await open_person(app)
        assert "“To sit under the lemon tree with the little ones.”" in app.texts(
            app.named("patient-matters")
        )
        assert any(line.startswith("“Doña María” · 85 years") for line in app.texts())
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        assert words_of_page.MATTERS_NONE in app.texts(app.named("patient-matters"))
        assert app.shows(words_of_page.NO_AGENT)
        assert app.shows(said.NONE)


async def test_a_tap_opens_the_chart_and_the_same_in_words(mount: Mount) -> None:
    async with mount(DoubleDevice(make_patient_world()), unlock=True) as app:
        await open_person(app)
        assert not app.has("trend-chart")
        await app.tap("trend-2")
        await app.until(lambda: app.has("trend-chart"), "the chart")
        drawn = app.named("trend-chart")
        assert isinstance(drawn, ft.Semantics)
        label = drawn.label or ""
        assert label.startswith("Pain on a scale of 0 to 10. 7 values from ")
        assert "highest 8 on " in label
        assert "Alert on " in label
        assert "Morphine 10 mg/5 mL oral solution, ordered." in label
        assert drawn.exclude_semantics
        assert "Furosemide" not in label, "ordered before anything was asked"
        assert any(line.endswith(": 8, alert") for line in app.texts())
        await app.tap("trend-2")
        await app.until(lambda: not app.has("trend-chart"), "closed again")


async def test_what_does_not_stand_out_is_one_tap_away(mount: Mount) -> None:
    async with mount(DoubleDevice(make_patient_world()), unlock=True) as app:
        await open_person(app)
        assert not app.has("trend-6")
        await app.tap("trends-all")
        await app.until(lambda: app.has("trend-6"), "all of them")


async def test_a_promise_is_answered_in_one_tap_and_a_slip_is_undone(mount: Mount) -> None:
    world = make_patient_world()
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        await app.tap("promise-kept-pr1")
        await app.until(lambda: not app.has("promise-kept-pr1"), "answered")
        kept = next(one for one in world.parts["p0"].promises if one.id == "pr1")
        assert kept.state is PromiseState.KEPT
        await app.tap("patient-promises-earlier")
        await app.until(lambda: app.has("promise-reopen-pr1"), "the earlier ones")
        await app.tap("promise-reopen-pr1")
        await app.until(lambda: app.has("promise-kept-pr1"), "open again")


async def test_a_supervisor_reads_promises_and_answers_none(mount: Mount) -> None:
    async with mount(DoubleDevice(make_patient_world(), role=Role.SUPERVISOR), unlock=True) as app:
        await open_person(app)
        assert app.shows("Ask the doctor")
        assert not any(one.startswith("promise-") for one in app.ids())


async def test_an_alert_says_who_has_seen_it_and_when(mount: Mount) -> None:
    world = make_patient_world()
    (alert,) = world.parts["p0"].alerts
    assert alert.seen_at is not None
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_person(app)
        assert any(line.startswith("Seen by Dr. Elena Ortiz ") for line in app.texts())


def test_the_summary_of_a_course_says_what_has_no_number() -> None:
    at = now()
    refused = Series("esas-depr", "Depression", 10, (Point(at, None, Absent.DECLINED, "v1"),))
    assert said.summary(refused, (), at) == "Depression. Asked once, no number so far."
    once = Series("esas-pain", "Pain", 10, (Point(at - timedelta(days=400), 3, None, "v1"),))
    assert said.summary(once, (), at).startswith("Pain on a scale of 0 to 10. One value: 3 on ")
    assert said.compared(once, at) == "First time asked"
    function = next(one for one in make_trends(at).series if one.id == "akps")
    assert said.scale(function) == "0 to 100. 100 is best."
    assert said.row(function, at).startswith("Function (AKPS): 50 of 100, as on ")
    earlier = Point(at - timedelta(days=9), 6, None, "v2")
    moved = Series("esas-pain", "Pain", 10, (earlier, Point(at, 4, None, "v1")))
    assert said.row(moved, at) == f"Pain: 4 of 10, 2 less than {say.day_of(earlier.at, at)}", (
        "months stay capital"
    )
