"""Alerts above a nurse's day: what cannot wait is read at once, and the next visit stays at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.stays import Place, Stay
from app.services.alert_models import AlertLine
from app.views.today.alerts import split_lines
from app.views.wording import stays
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line, make_private
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, World, now

HOUR = timedelta(hours=1)


def calm(number: int, **changes: object) -> AlertLine:
    """One that can wait for another day."""
    return replace(make_line(number, level="watch", due="", due_at=now() + timedelta(days=3)), **changes)  # type: ignore[arg-type]


def urgent(number: int, name: str) -> AlertLine:
    return make_line(number, level="act-now", due_at=None, patient_name=name)


def above_the_day(app: FletHarness) -> list[str]:
    """What stands of alerts before the first planned visit."""
    ids = app.ids()
    before = ids[: next(at for at, one in enumerate(ids) if one.startswith("today-go-"))]
    return [one for one in before if one.startswith(("alert-row-", "today-alerts-", "today-oncall"))]


@pytest.mark.parametrize(("width", "unfolded"), [(1180, 3), (390, 1)])
async def test_however_many_alerts_stand_few_come_before_the_next_visit_and_the_rest_is_one_tap_away(
    mount: Mount, world: World, width: int, unfolded: int
) -> None:
    plan_visit(world, 0, 1)
    names = ("Rosa", "Walter", "Mei", "Åsa")
    lines = [urgent(n, name) for n, name in enumerate(names, start=1)]
    world.open_alerts = [*lines, calm(5)]
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has("today-alerts-all"), "the alerts")
        first = [f"alert-row-{one.id}" for one in lines[:unfolded]]
        assert above_the_day(app) == [*first, "today-alerts-all"]
        folded = "; ".join(names[unfolded:])
        assert app.texts(app.named("today-alerts-all")) == [
            f"{5 - unfolded} more alerts · Act now: {folded}"
        ], "whoever cannot wait is named though folded"
        await app.tap("today-alerts-all")
        await app.until(lambda: app.has(f"alert-row-{calm(5).id}"), "all of them")
        assert app.named("today-alerts-all").expanded
        await app.tap("today-alerts-all")
        await app.until(lambda: not app.has(f"alert-row-{calm(5).id}"), "few again")


async def test_alerts_that_can_wait_are_one_line_above_the_day(mount: Mount, world: World) -> None:
    plan_visit(world, 0, 1)
    world.open_alerts = [calm(1), calm(2, patient_name="Walter")]
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has("today-alerts-all"), "the alerts")
        assert above_the_day(app) == ["today-alerts-all"]
        assert app.texts(app.named("today-alerts-all")) == ["2 open alerts"]


async def test_on_a_phone_a_line_says_until_when_in_short_and_all_of_what_was_found(
    mount: Mount, world: World
) -> None:
    line = make_line(1, due_at=now() - HOUR)
    world.open_alerts = [line]
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await app.until(lambda: app.has(f"alert-row-{line.id}"), "the alert")
        level, due, told = app.texts(app.named(f"alert-row-{line.id}"))
        assert level == "Overdue"
        assert due.startswith("Since ")
        assert told == "Rosa Colón · Severe symptom: Pain 8 of 10"


def test_what_cannot_wait_is_due_by_its_time_or_by_its_level_or_private() -> None:
    at = now()
    due, pressing, private = calm(1, due_at=at), make_line(2, due_at=at + timedelta(days=2)), make_private()
    waiting = calm(4)
    first, folded = split_lines((due, waiting, pressing, private), 3, at)
    assert first == (due, pressing, private)
    assert folded == (waiting,)
    assert split_lines((waiting,), 3, at) == ((waiting,), ())


@pytest.mark.parametrize("width", [1180, 390])
async def test_an_alert_of_a_home_visit_says_that_the_person_is_in_hospital_again(
    mount: Mount, world: World, width: int
) -> None:
    stay = Stay("Encounter/s", "p0", Place.HOSPITAL, "Mercy General", now() - timedelta(days=1), None)
    line = calm(1, title="Home visit due after a facility stay", due_at=None, away=stay)
    world.open_alerts = [line]
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await app.until(lambda: app.has(f"alert-row-{line.id}"), "Today")
        sentence = stays.inside(stay, now())
        assert sentence.startswith("In hospital since ")
        assert any(sentence in one for one in app.texts(app.named(f"alert-row-{line.id}")))
        await app.tap(f"alert-row-{line.id}")
        await app.until(lambda: app.has(f"alert-{line.id}"), "the card")
        assert sentence in app.texts(app.named(f"alert-{line.id}"))
        assert not any("verdue" in one for one in app.texts())
