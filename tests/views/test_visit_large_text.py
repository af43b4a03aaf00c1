"""An open visit on a phone: with large text nothing is squeezed or out of sight, else nothing takes too much room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.code_status import Rests, Statement, compose
from app.domain.look import Look
from app.domain.patient import Allergy
from app.errors import DiskFull
from app.services.at_door import AtDoor
from app.services.patient_parts import PatientParts
from app.views import say, text
from app.views.alerts.strip import folds
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line, make_private
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.large_text import at_odd_size, find_squeezed
from tests.views.scene_goals import make_goals_world
from tests.views.visit_page import open_visit


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(hours=4))


async def test_no_button_of_a_visits_end_squeezes_the_words_beside_it_or_is_cut(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with at_odd_size(mount)(DoubleDevice(world), unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        assert app.has("visit-discard")
        assert app.has("visit-still-there")
        assert squeezed(app) == []
        await app.tap("visit-leave")
        await app.until(lambda: app.has("visit-undo-leave"), "the end")
        assert app.has("visit-times")
        assert squeezed(app) == []


def squeezed(app: FletHarness) -> list[str]:
    return [one for one in find_squeezed(app) if one.startswith("visit-")]


async def test_what_could_not_be_saved_stays_in_sight_while_the_head_scrolls(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with at_odd_size(mount)(DoubleDevice(world), unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        world.write_error = DiskFull()
        await app.tap("esas-pain-7")
        await app.until(lambda: bool(not_saved(app)), "the sentence")
        page = next(one for one in app.walk() if isinstance(one, ft.ListView) and one.on_scroll is not None)
        moving = {id(one) for one in app.walk(page)}
        (sentence,) = not_saved(app)
        assert id(sentence) not in moving
        assert app.texts().count(app.texts(sentence)[0]) == 1
        world.write_error = None
        await app.tap("esas-pain-6")
        await app.until(lambda: not not_saved(app), "saved")


async def test_that_something_presses_stays_in_sight_and_nothing_of_what_is_private(
    mount: Mount, world: World, visit_id: str
) -> None:
    pressing, private = make_line(1, level="act-now"), replace(make_private(), level="act-now")
    for lines, shown in (
        ((make_line(1, level="watch"), private), []),
        ((pressing, private, make_line(2, level="watch", subject="falls")), ["1 open alert"]),
    ):
        world.alerts[visit_id] = lines
        device = DoubleDevice(world)
        device.found = [replace(one, look=Look(text=200)) for one in device.found]
        async with mount(device, unlock=True, width=390) as app:
            await open_visit(app, visit_id)
            told = app.texts(app.named("visit-in-sight"))
            assert [one.partition(" · ")[2] for one in told if "alert" in one] == shown
            assert app.texts().count("Code status: not recorded") == 1
    world.alerts[visit_id] = ()
    parts = world.parts.get("p0") or PatientParts()
    world.parts["p0"] = replace(parts, alerts=(pressing, private))
    async with mount(device, unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        assert [one for one in app.texts(app.named("visit-in-sight")) if one.endswith("1 open alert")]
    again, more = replace(pressing, id="a9", level="today", visit_id=visit_id), make_line(4, subject="other")
    world.alerts[visit_id] = (again,)
    world.parts["p0"] = replace(parts, alerts=(pressing, replace(more, level="act-now")))
    async with mount(device, unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        told = app.texts(app.named("visit-in-sight"))
        assert "Act now · 2 open alerts" in told, "found again it is one matter, and the most urgent is said"


def not_saved(app: FletHarness) -> list[ft.Semantics]:
    return [one for one in app.walk() if isinstance(one, ft.Semantics) and _is_not_saved(one.key)]


def _is_not_saved(key: object) -> bool:
    return isinstance(key, str) and key.startswith("not-saved-")


LISTED = (Allergy("Latex", "low"), Allergy("Penicillin", "high"))


DIFFERING = make_goals_world().parts["p0"].code_status


@pytest.mark.parametrize(
    ("statements", "first", "lines"),
    [
        (DIFFERING, "Code status: records differ", None),
        (DIFFERING[:1], "Code status: No CPR, comfort-focused treatment", 1),
        # a record's own words, which may turn at their end, are never cut off
        ((Statement("Flag/w", Rests.PLAN, what="considering DNR"),), "Code status: “considering DNR”", None),
    ],
)
async def test_on_a_phone_code_status_and_allergies_are_one_line_each_until_they_are_tapped(
    mount: Mount,
    world: World,
    visit_id: str,
    statements: tuple[Statement, ...],
    first: str,
    lines: int | None,
) -> None:
    world.parts["p0"] = PatientParts(at_door=AtDoor(listed=LISTED), code_status=statements)
    short = [first, "2 allergies: Penicillin, Latex"]
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        assert app.texts(app.named("visit-facts")) == short
        held = [one for one in app.walk(app.named("visit-facts")) if isinstance(one, ft.Text)]
        assert [one.max_lines for one in held] == [lines, 1]
        full = compose(statements, now().date()).lines
        assert all(line in (held[0].semantics_label or "") for line in full)
        await app.tap("visit-facts")
        await app.until(lambda: app.shows("Allergies: Penicillin (high risk), Latex (low risk)"), "all")
        assert all(line in " ".join(app.texts()) for line in full)
        await app.tap("visit-facts")
        await app.until(lambda: app.texts(app.named("visit-facts")) == short, "closed")


async def test_the_head_says_allergies_at_the_usual_size_of_text_too(
    mount: Mount, world: World, visit_id: str
) -> None:
    world.parts["p0"] = PatientParts(at_door=AtDoor(listed=LISTED))
    async with mount(DoubleDevice(world), unlock=True, width=1180) as app:
        await open_visit(app, visit_id)
        beside = next(
            one.controls
            for one in app.walk()
            if isinstance(one, ft.Row) and app.named("visit-code-status") in one.controls
        )
        assert "2 allergies: Penicillin, Latex" in app.texts(beside[1])


async def test_what_was_saved_is_still_said_when_the_page_is_opened_again(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.shows(text.NOTHING_SAVED_YET)
        await app.tap("esas-pain-7")
        await app.until(lambda: app.has("visit-saved"), "the mark")
        said = app.texts(app.named("visit-saved"))
        await app.tap("visit-back")
        await open_visit(app, visit_id)
        assert app.texts(app.named("visit-saved")) == said


async def test_since_when_and_that_each_tap_is_saved_are_two_lines_of_large_text(
    mount: Mount, world: World, visit_id: str
) -> None:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    async with mount(device, unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        rows = [app.texts(one) for one in app.walk() if isinstance(one, ft.Row) and one.wrap]
        assert [one for one in rows if text.NOTHING_SAVED_YET in one and len(one) > 1] == []
        assert any(one and one[0].startswith("Began") for one in rows)


FOLDED, OPEN = "Keep an eye on · 2 open alerts", "Severe symptom: Pain 8 of 10, and 1 more alert"
TODAY = "Today · 2 alerts · Pain 8 of 10"


@pytest.mark.parametrize(
    ("width", "level", "says"),
    [(390, "watch", FOLDED), (1180, "watch", OPEN), (390, "today", TODAY), (1180, "today", OPEN)],
)
async def test_on_a_phone_the_closed_alerts_are_one_line(
    mount: Mount, world: World, visit_id: str, width: int, level: str, says: str
) -> None:
    lines = (make_line(1, level=level), make_line(2, level="watch", subject="falls"))
    world.alerts[visit_id] = lines
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_visit(app, visit_id)
        told = app.texts(app.named("visit-alerts"))
        assert says in told
        assert (len(told) == 1) == (width == 390)
        await app.tap("visit-alerts")
        await app.until(lambda: app.has(f"alert-{lines[1].id}"), "the cards")
        columns = [one for one in app.walk() if isinstance(one, ft.Column)]
        (opened,) = [one for one in columns if one.scroll is ft.ScrollMode.ALWAYS]
        assert app.named("visit-alerts-close") in app.walk(opened.controls[0]), "for the keyboard"
        await app.tap("visit-alerts-close")
        await app.until(lambda: not app.has(f"alert-{lines[1].id}"), "closed")


async def test_the_one_line_of_a_phone_says_how_soon_the_most_urgent_is_also_where_another_must_be_phoned_about(
    mount: Mount, world: World, visit_id: str
) -> None:
    unsent = make_line(2, level="today", subject="pain", received=False)
    world.alerts[visit_id] = (make_line(1, level="act-now"), unsent)
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        assert app.texts(app.named("visit-alerts")) == ["Act now · please phone · 2 open alerts"]


def test_a_private_alert_is_never_folded_since_that_would_tell_its_level() -> None:
    private = replace(make_private(), level="watch")
    assert folds([make_line(level="watch")], narrow=True)
    assert not folds([make_line(level="watch"), private], narrow=True)
    assert not folds([make_line(level="unheard-of")], narrow=True)


@pytest.mark.parametrize(("language", "width", "beside"), [("en", 560, True), ("es", 390, False)])
async def test_on_a_phone_since_when_stands_beside_undo_only_where_it_has_room(
    mount: Mount, world: World, visit_id: str, language: str, width: int, beside: bool
) -> None:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(language=language)) for one in device.found]
    async with mount(device, unlock=True, width=width) as app:
        await open_visit(app, visit_id)
        began = say.began(world.visits[visit_id].draft.began_at, now())
        assert began in app.texts()
        await app.tap("esas-pain-7")
        await app.until(lambda: app.has("visit-undo") and app.has("visit-saved"), "the mark")
        assert (began in app.texts()) is beside
