"""Turning the device crosses from the phone's layout to the tablet's and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TypeGuard

import flet as ft
import pytest

from app.domain.look import Look
from app.services.models import LockKind, VisitState, VisitStatus
from app.views.widgets import kept_focus
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_day import plan_visit
from tests.views.doubles import DoubleDevice, World, add_visit


class Wordy(DoubleDevice):
    """Suggests other words each time, as the real one does."""

    FIRST = "one two three four five"
    asked = 0

    def suggest_passphrase(self) -> str:
        self.asked += 1
        return self.FIRST if self.asked == 1 else f"words she did not write {self.asked}"


async def test_turning_the_device_keeps_the_five_words_and_what_was_typed(mount: Mount, world: World) -> None:
    device = Wordy(world, users=[], lock_kind=LockKind.PASSPHRASE)
    async with mount(device) as app:
        await app.type("first-run-plan", "https://elsewhere.example.org")
        await app.resize(390, 844)
        assert app.value("first-run-plan") == "https://elsewhere.example.org"
        await app.tap("first-run-check")
        await app.tap("first-run-sign-in")
        assert device.attempt is not None
        device.attempt.back.set_result(object())
        await app.until(lambda: app.has("first-run-phrase-written"), "the words")
        await app.resize(1180, 820)
        assert app.shows(Wordy.FIRST)
        await app.tap("first-run-phrase-written")
        await app.type("first-run-phrase", "one two")
        await app.resize(390, 844)
        assert app.value("first-run-phrase") == "one two"


async def test_turning_the_phone_while_typing_keeps_the_page_and_the_text(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await app.tap(f"today-draft-{visit_id}")
        await app.until(lambda: app.has("visit-note"), "the visit page")
        field = app.inner("visit-note", ft.TextField)
        await app.type("visit-note", "First line\nsecond li")
        await app.resize(844, 390)
        assert app.value("visit-note") == "First line\nsecond li"
        assert app.inner("visit-note", ft.TextField)._i == field._i


async def test_the_field_that_is_typed_in_has_the_keyboard_again_after_a_turn_and_one_that_was_left_has_not(
    mount: Mount, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_focus, "DRAWN_AFTER", 0)
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await app.tap(f"today-draft-{visit_id}")
        await app.until(lambda: app.has("visit-note"), "the visit page")
        await app.send(app.inner("visit-note", ft.TextField), "focus")
        await app.type("visit-note", "First li")
        await app.resize(390, 500)
        await app.settle(60)
        assert not _focused(app), "a keyboard came on the screen: nothing was turned"
        await app.resize(844, 390)
        await app.until(lambda: _focused(app) == 1, "the keyboard is given back")
        await app.type("visit-note", "First line", blur=True)
        await app.resize(390, 844)
        await app.settle(60)
        assert _focused(app) == 1
        await app.send(app.inner("visit-note", ft.TextField), "focus")
        await app.tap("visit-back")
        await app.resize(844, 390)
        await app.settle(60)
        assert _focused(app) == 1, "the field is gone"


async def test_turning_keeps_what_is_sought_among_people_and_going_back_too(
    mount: Mount, world: World
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.until(lambda: app.has("patients-search"), "the search")
        field = app.inner("patients-search", ft.TextField)
        await app.type("patients-search", "okaf")
        await app.until(lambda: not app.has("patients-row-p0"), "who was found")
        await app.resize(390, 844)
        assert app.value("patients-search") == "okaf"
        assert app.inner("patients-search", ft.TextField)._i == field._i, "the cursor would be gone"
        (row,) = [one for one in app.ids() if one.startswith("patients-row-")]
        await app.tap(row)
        await app.until(lambda: app.has("patient-back"), "the person")
        await app.resize(1180, 820)
        assert app.value("patients-search") == "okaf"
        await app.resize(390, 844)
        await app.tap("patient-back")
        assert app.value("patients-search") == "okaf"


async def test_turning_keeps_the_pane_of_sent_and_waiting(mount: Mount, world: World) -> None:
    status = VisitStatus(VisitState.REFUSED, reason="y")
    add_visit(world, 1, timedelta(hours=1), status=status, note="x")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-waiting")
        await app.until(lambda: app.has("waiting-aside-v0"), "what was refused")
        await app.tap("waiting-aside-v0")
        await app.until(lambda: app.has("waiting-correct"), "its page")
        button = app.inner("waiting-correct")
        await app.resize(390, 844)
        assert app.has("waiting-correct")
        assert not app.has("waiting-aside-v0")
        await app.resize(1180, 820)
        assert app.inner("waiting-correct")._i == button._i


async def test_turning_keeps_open_sections_and_settings_half_filled_in(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-settings")
        await app.until(lambda: app.has("settings-sign-out"), "settings")
        await app.tap("settings-sign-out")
        await app.until(lambda: app.has("settings-stay"), "the question")
        await app.resize(390, 844)
        assert app.has("settings-stay")
        await app.tap("nav-today")
        await app.tap(f"today-draft-{visit_id}")
        await app.until(lambda: any(one.startswith("section-") for one in app.ids()), "the sections")
        closed = next(c.identifier or "" for c in app.walk() if _is_section(c) and not c.expanded)
        await app.tap(closed)
        assert app.named(closed).expanded
        await app.resize(1180, 820)
        assert app.named(closed).expanded


async def test_turning_keeps_what_is_opened_at_a_planned_visit(mount: Mount, world: World) -> None:
    own_id = plan_visit(world, 0, 1)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.until(lambda: app.has(f"today-more-{own_id}"), "the day")
        await app.tap(f"today-more-{own_id}")
        await app.tap("door-note-dog")
        await app.type("door-words", "barks on")
        for width in (390, 1180):
            await app.resize(width, 844)
            assert app.value("door-words") == "barks on"


async def test_turning_keeps_how_far_down_the_visit_one_has_read(mount: Mount, world: World) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await _turn_and_go_on(app, visit_id, (390, 844), 9000)
        assert _asked(app, "offset") == [2250.0]


async def test_turning_with_large_text_keeps_it_too_where_both_widths_are_a_phones(
    mount: Mount, world: World
) -> None:
    visit_id = add_visit(world, 0, timedelta(minutes=20))
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=200)) for one in device.found]
    async with mount(device, unlock=True, width=820, height=1180) as app:
        await _turn_and_go_on(app, visit_id, (1180, 820), 4000)
        assert _asked(app, "offset") == [1000.0]


async def test_turning_keeps_what_is_half_entered_on_a_persons_page(mount: Mount, world: World) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await app.tap("nav-patients")
        await app.tap("patients-row-p0")
        await app.until(lambda: app.has("stays-tell"), "her page")
        await app.tap("stays-tell")
        await app.type("stays-name", "St. Mary")
        await app.tap("stays-home")
        await app.tap("patient-decline")
        await app.tap("decline-scope-topic")
        await app.tap("decline-voice-family")
        for width in (390, 1180):
            await app.resize(width, 844)
            assert app.value("stays-name") == "St. Mary"
            assert app.named("stays-home").selected
            assert app.named("decline-scope-topic").selected
            assert app.named("decline-voice-family").selected
        await app.tap("decline-cancel")
        await app.tap("patient-decline")
        assert not app.named("decline-scope-topic").selected, "what was put away stays away"


def _focused(app: FletHarness) -> int:
    """How often the client was asked to give a field the keyboard."""
    return sum(name == "focus" for name, _ in app.connection.calls)


def _asked(app: FletHarness, how: str) -> list[float]:
    """By how much, or to where, the client was asked to scroll."""
    return [args[how] for name, args in app.connection.calls if name == "scroll_to" and args[how] is not None]


async def _turn_and_go_on(app: FletHarness, visit_id: str, size: tuple[int, int], longest: float) -> None:
    """A quarter down a visit's page the device is turned, and the page is `longest` logical pixels long then."""
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("visit-note"), "the visit page")
    page = next(c for c in app.walk() if isinstance(c, ft.ListView) and c.on_scroll is not None)
    await app.send(page, "scroll", _stands_at(1500, 6000))
    app.connection.calls.clear()
    await app.resize(*size)
    await app.until(lambda: _asked(app, "delta"), "the page is asked how long it is now")
    await app.send(page, "scroll", _stands_at(1501, longest))
    await app.until(lambda: _asked(app, "offset"), "it goes on where one was")


def _stands_at(pixels: float, longest: float) -> dict[str, object]:
    return {
        "event_type": "update",
        "pixels": pixels,
        "min_scroll_extent": 0.0,
        "max_scroll_extent": longest,
        "viewport_dimension": 600.0,
    }


def _is_section(control: object) -> TypeGuard[ft.Semantics]:
    return isinstance(control, ft.Semantics) and (control.identifier or "").startswith("section-")
