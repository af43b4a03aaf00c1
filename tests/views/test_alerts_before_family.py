"""What a visit shows of an alert that the family must not read: its level, and its words behind a tap."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.views.alerts.strip import leading, leading_first, tell
from app.views.theme import NARROW
from app.views.wording import alerts as said
from tests.views.conftest import Mount
from tests.views.double_alerts import make_line, make_private
from tests.views.doubles import DoubleDevice, World, add_visit
from tests.views.visit_page import open_visit

PHONE = "Act now · please phone · 1 open alert"
WISH = "may not want to live"


@pytest.mark.parametrize("width", [1180, 390])
async def test_an_alert_about_a_wish_to_die_says_its_words_after_a_tap_and_closes_with_the_strip(
    mount: Mount, world: World, width: int
) -> None:
    world.live_alerts = True
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await open_visit(app, visit_id)
        await app.tap("visit-worried")
        await app.until(lambda: app.has("visit-alerts"), "the strip")
        told = app.texts(app.named("visit-alerts"))
        assert told[:2] == ["Act now", "Private"] if width > NARROW else told == [PHONE]
        await app.tap("visit-alerts")
        (show,) = [one for one in app.ids() if one.startswith("alert-show-")]
        card = show.replace("-show", "")
        assert app.texts(app.named(card)) == ["Act now", "Private", "Show"]
        assert not app.shows(WISH)
        await app.tap(show)
        await app.until(lambda: app.shows(WISH), "its words")
        assert app.has("alert-concern-tired-of-living")
        assert not app.has(show)
        await app.tap("visit-alerts")
        await app.until(lambda: not app.has(card), "closed")
        await app.tap("visit-alerts")
        await app.until(lambda: app.has(show), "closed with the strip")
        assert not app.shows(WISH)


async def test_a_closed_alert_about_the_last_days_does_not_say_what_it_found(
    mount: Mount, world: World
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    over = make_line(
        rule="LAST_DAYS", finding="Phase is now terminal.", title="Last days", state="superseded"
    )
    world.alerts[visit_id] = (over,)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.tap("visit-alerts")
        await app.until(lambda: app.shows("Private: no longer open"), "the line")
        assert not app.shows("terminal")


def test_what_the_closed_strip_says_of_another_does_not_name_a_wish_to_die() -> None:
    wish = make_line(2, rule="SUICIDE_ITEM", subject="suicide", title="A wish to die", received=False)
    assert tell([make_line(), wish])[-1].startswith("Private · Nobody has seen this yet.")
    assert tell([make_line(), replace(wish, rule="FALL_RISK")])[-1].startswith("A wish to die · ")


async def test_when_to_say_that_one_is_worried_is_read_after_a_tap(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert not app.shows(WISH)
        await app.tap("visit-worried-help")
        await app.until(lambda: app.shows(said.WORRIED_HELP), "when")
        await app.tap("visit-worried-help")
        await app.until(lambda: not app.shows(WISH), "closed again")


def test_the_closed_strip_does_not_say_whom_to_phone_about_a_private_concern() -> None:
    private = replace(make_private(), received=False, task="t")
    assert tell([private]) == []
    assert tell([make_line(), private]) == tell([make_line()])


def test_the_line_of_a_wide_window_is_about_what_must_be_done_today_before_a_private_concern() -> None:
    private = replace(make_private(), level="act-now", received=False)
    acute, later = make_line(1), make_line(2, level="watch")
    assert leading_first([private, later, acute]) == [acute, private, later]
    assert leading_first([private, later]) == [private, later]


def test_the_line_of_a_wide_window_has_words_where_what_the_family_must_not_read_is_no_more_urgent() -> None:
    wish = make_line(3, rule="SUICIDE_ITEM", subject="suicide", title="A wish to die", level="act-now")
    breath, pain = make_line(1, level="act-now"), make_line(2, level="today")
    assert leading_first([wish, breath, pain]) == [breath, wish, pain]
    assert leading_first([wish, pain]) == [wish, pain]


def test_the_one_line_of_a_phone_is_not_about_a_private_concern_where_somebody_must_be_phoned() -> None:
    private = replace(make_private(), level="act-now", received=False)
    pressing, later = make_line(1, received=False), make_line(2, level="watch", received=False)
    assert leading([private, later, pressing]) == pressing
    assert leading([private, later]) == private


@pytest.mark.parametrize("level", ["act-now", "watch"])
async def test_the_one_line_of_a_phone_says_the_same_of_a_private_concern_at_every_level(
    mount: Mount, world: World, level: str
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=5))
    world.alerts[visit_id] = (
        replace(make_private(), level=level, received=False),
        make_line(2, level="watch"),
    )
    async with mount(DoubleDevice(world), unlock=True, width=390) as app:
        await open_visit(app, visit_id)
        assert app.texts(app.named("visit-alerts")) == ["Private · 2 open alerts"]
