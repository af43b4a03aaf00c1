"""Turning the device crosses from the phone's layout to the tablet's and back."""

from __future__ import annotations

from datetime import timedelta

import flet as ft

from app.services.models import LockKind
from tests.views.conftest import Mount
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
