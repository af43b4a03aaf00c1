"""Outcomes on screen: shares with their age, hidden ones in words, preferences and deaths apart, names when asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.outcomes import GROUPINGS, Figures
from app.errors import NoNetwork
from app.services.models import Role
from app.services.outcomes import OutcomesPage
from app.views.routes import OutcomesRoute
from app.views.shell import TABS
from app.views.supervisor.outcomes.printing import make_sheet
from app.views.wording import outcomes as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_outcomes import DoubleOutcomes
from tests.views.doubles import DoubleDevice, World, now
from tests.views.scene_outcomes import line, make_behind, make_measure, make_outcomes

SIZES = pytest.mark.parametrize("width", [1180, 390])


async def open_outcomes(app: FletHarness, device: DoubleDevice, page: OutcomesPage) -> DoubleOutcomes:
    assert device.session is not None
    outcomes = device.session.outcomes
    outcomes.page = page
    await app.tap("nav-outcomes")
    await app.until(lambda: app.shows(said.TITLE), "outcomes")
    await app.settle(30)
    return outcomes


async def test_each_measure_stands_with_its_share_and_what_is_beside_it(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_outcomes(app, device, make_outcomes())
        text = " | ".join(app.texts())
        assert "29 of 44, 66%" in text
        assert "Did not want it: 12" in text
        assert "On the roster, nobody has been there: Not shown" in text
        assert "As told by the plan" in text
        assert said.NO_DATA in text
        assert said.HIDDEN_WHY in text
        await app.tap("outcomes-plan")
        await app.until(lambda: app.shows("310 of 432, 72%"), "the plan's figures")
        assert app.shows("Did not want it: 40 · Died inside the time: 16")


async def test_how_long_something_lasted_is_said_in_days_and_not_as_a_share(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    page = make_outcomes()
    assert page.report is not None
    length = make_measure("LENGTH", "How long each phase lasted", value_unit="days", is_length=True)
    async with mount(device, unlock=True) as app:
        await open_outcomes(app, device, replace(page, report=replace(page.report, measures=(length,))))
        text = " | ".join(app.texts())
        assert "Half of them: 26.5 days or less" in text
        assert "Counted: 29" in text
        assert "%" not in text
        await app.tap("outcomes-open-LENGTH")
        await app.until(lambda: app.has("outcomes-by-language"), "the measure")
        assert app.shows(said.BESIDE)
        assert not app.shows(said.CHART)
        assert "%" not in " | ".join(app.texts())


async def test_where_nothing_of_a_team_can_be_shown_the_whole_plan_stands_first_and_says_so(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    page = make_outcomes()
    assert page.report is not None
    hidden = [
        replace(one, figures=tuple(_hide(figures) if figures.team else figures for figures in one.figures))
        for one in page.report.measures
    ]
    async with mount(device, unlock=True) as app:
        await open_outcomes(app, device, replace(page, report=replace(page.report, measures=tuple(hidden))))
        assert app.shows("310 of 432, 72%"), "the plan's figures"
        assert app.shows(said.too_small(page.report.team_name))
        await app.tap("outcomes-team")
        await app.until(lambda: not app.shows("310 of 432, 72%"), "her team's, as she asked")
        assert not app.shows(said.too_small(page.report.team_name))


async def test_asking_for_a_team_of_which_nothing_came_says_why_the_whole_plan_stays(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    page = make_outcomes()
    assert page.report is not None
    async with mount(device, unlock=True) as app:
        await open_outcomes(app, device, replace(page, report=replace(page.report, team="", team_name="")))
        why = "For your team nothing can be shown yet: too few people. This is the whole plan."
        assert app.shows(why)
        await app.tap("outcomes-team")
        await app.settle()
        assert app.shows("310 of 432, 72%"), "the plan's figures"
        assert app.shows(why)
        await app.tap("outcomes-plan")
        await app.until(lambda: not app.shows(why), "asked for the plan: nothing to explain")


def _hide(figures: Figures) -> Figures:
    return replace(figures, everybody=line("", None, None))


@SIZES
async def test_a_measure_shows_how_it_differs_as_chart_and_table_and_hides_in_words(
    mount: Mount, world: World, width: int
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True, width=width) as app:
        await open_outcomes(app, device, make_outcomes())
        await app.tap("outcomes-open-SEED48H")
        await app.until(lambda: app.has("outcomes-by-language"), "the measure")
        assert app.shows("Half of them within 26.5 hours")
        assert app.shows("From Jan 1, 2026")
        assert (said.QUARTER in app.texts()) is (width == 1180), "over the first column of the table"
        await app.tap("outcomes-by-language")
        await app.until(lambda: "Spanish" in " ".join(app.texts()), "the languages")
        assert said.QUARTER not in app.texts()
        text = " | ".join(app.texts())
        assert "Not known" in text, "what is unknown is called so, never English"
        assert said.HIDDEN in text
        assert "None" not in text


async def test_the_menu_leads_from_a_measure_to_all_of_them_and_so_does_back(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_outcomes(app, device, make_outcomes())
        for way in ("nav-outcomes", "outcomes-all"):
            await app.tap("outcomes-open-SEED48H")
            await app.until(lambda: app.has("outcomes-by-language"), "the measure")
            await app.tap(way)
            await app.until(lambda: app.has("outcomes-open-SEED48H"), "all measures again")
            assert app.shows(said.TITLE)


async def test_the_people_behind_a_number_are_asked_for_and_opened(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        outcomes = await open_outcomes(app, device, make_outcomes())
        outcomes.behind = make_behind()
        await app.tap("outcomes-open-NQF1634")
        await app.until(lambda: app.has("outcomes-who-no-visit"), "the measure")
        assert outcomes.asked == [], "nobody's name is asked for before somebody wants it"
        await app.tap("outcomes-who-no-visit")
        await app.until(lambda: app.has("outcomes-person-p1"), "the names")
        assert outcomes.asked == [("NQF1634", "team-1", "no-visit")]
        assert app.shows("2 more whose records are not on this device.")
        await app.tap("outcomes-person-p1")
        await app.until(lambda: app.shows("No known allergies"), "the person")


async def test_without_a_network_the_figures_stand_and_the_names_say_why_not(
    mount: Mount, world: World
) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        outcomes = await open_outcomes(app, device, make_outcomes())
        outcomes.error = NoNetwork()
        await app.tap("outcomes-open-NQF1634")
        await app.until(lambda: app.has("outcomes-who-missed"), "the measure")
        await app.tap("outcomes-who-missed")
        await app.until(lambda: app.shows(NoNetwork.sentence), "the sentence")
        assert app.shows("29 of 44, 66%")


async def test_a_measure_without_data_says_how_the_plan_can_send_it(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_outcomes(app, device, make_outcomes())
        await app.tap("outcomes-open-MIPS495")
        await app.until(lambda: app.shows(said.HOW_TO_FEED), "how to feed it")
        assert "0%" not in " ".join(app.texts())


async def test_before_the_plan_told_any_the_screen_says_so(mount: Mount, world: World) -> None:
    device = DoubleDevice(world, role=Role.SUPERVISOR)
    async with mount(device, unlock=True) as app:
        await open_outcomes(app, device, OutcomesPage())
        assert app.shows(said.NONE_YET)


def test_nurses_have_no_such_place() -> None:
    assert OutcomesRoute() not in [one.route for one in TABS[Role.NURSE]]


def test_the_printed_report_shows_no_more_than_the_screen() -> None:
    report = make_outcomes().report
    assert report is not None
    sheet = make_sheet(report, "team-1", now())
    text = " | ".join(sheet.texts)

    assert "29 of 44, 66%" in text
    assert "Spanish: Not shown: too few people" in text
    assert "The plan sends its survey" in text
    assert said.HIDDEN_WHY in text
    assert all(said.GROUPINGS[one] for one in GROUPINGS)
    assert "310" not in text
