"""Typing on the visit page: one writer a field, the newest text wins, and only what is on the disk is called saved."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.visit import Missing
from app.errors import DiskFull
from app.views import text
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, DoubleSession, World, add_visit, make_answers


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


class SlowDisk:
    """Holds back each write of the note until told; remembers what was asked and how many ran at once."""

    def __init__(self, session: DoubleSession) -> None:
        self.gate = asyncio.Event()
        self.asked: list[str] = []
        self.running = self.most = 0
        self._write = session.visits.set_note
        session.visits.set_note = self.set_note  # type: ignore[method-assign]  # made slow

    async def set_note(self, visit_id: str, text: str) -> None:
        self.asked.append(text)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            first = len(self.asked) == 1
            if first:
                await self.gate.wait()
            await self._write(visit_id, text)
        finally:
            self.running -= 1


async def open_visit(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("esas-pain-0"), "the visit page")


def leave_field(app: FletHarness, identifier: str) -> asyncio.Task[None]:
    return asyncio.create_task(app.session.dispatch_event(app.inner(identifier)._i, "blur", None))


async def test_a_lock_during_a_slow_save_waits_and_then_writes_the_newest_letters(
    mount: Mount, world: World, visit_id: str
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        assert device.session is not None
        disk = SlowDisk(device.session)
        await app.type("visit-note", "older")
        leaving = leave_field(app, "visit-note")
        await app.until(lambda: disk.asked == ["older"], "the slow save")
        await app.type("visit-note", "older and newer")
        locking = asyncio.create_task(device.session.lock())
        await app.settle()
        assert disk.asked == ["older"]
        assert not locking.done()
        disk.gate.set()
        await asyncio.gather(leaving, locking)
        assert world.visits[visit_id].draft.note == "older and newer"
        assert disk.most == 1


async def test_leaving_the_field_and_the_pause_never_write_at_the_same_time(
    mount: Mount, world: World, visit_id: str
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        assert device.session is not None
        disk = SlowDisk(device.session)
        await app.type("visit-note", "one")
        leaving = [leave_field(app, "visit-note")]
        await app.until(lambda: disk.asked == ["one"], "the slow save")
        await app.type("visit-note", "one two")
        leaving.append(leave_field(app, "visit-note"))
        await app.type("visit-note", "one two three")
        leaving.append(leave_field(app, "visit-note"))
        await app.settle()
        disk.gate.set()
        await asyncio.gather(*leaving)
        assert world.visits[visit_id].draft.note == "one two three"
        assert disk.most == 1


async def test_a_page_opened_again_waits_for_the_last_words_of_the_page_before_it(
    mount: Mount, world: World, visit_id: str
) -> None:
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        assert device.session is not None
        disk = SlowDisk(device.session)
        await app.type("visit-note", "first words")
        await app.tap("nav-patients")
        await app.until(lambda: disk.asked == ["first words"], "the slow save")
        await app.tap("nav-today")
        await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
        await app.tap(f"today-draft-{visit_id}")
        await app.settle(60)
        disk.gate.set()
        await app.until(lambda: app.has("visit-note"), "the visit page")
        assert app.value("visit-note") == "first words"
        await app.type("visit-note", "first words, more", blur=True)
        assert world.visits[visit_id].draft.note == "first words, more"


async def test_words_that_could_not_be_saved_on_leaving_the_page_stand_there_again(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        world.write_error = DiskFull()
        await app.type("visit-note", "keep me")
        await app.tap("nav-patients")
        await app.settle(60)
        await app.tap("nav-today")
        await open_visit(app, visit_id)
        assert app.value("visit-note") == "keep me"
        world.write_error = None
        await app.until(lambda: app.has("visit-note"), "the note")
        app_leave = leave_field(app, "visit-note")
        await app_leave
        assert world.visits[visit_id].draft.note == "keep me"


async def test_a_visit_is_not_signed_while_its_last_words_are_not_on_the_disk(
    mount: Mount, world: World, visit_id: str
) -> None:
    row = world.visits[visit_id]
    row.draft = replace(row.draft, note="All calm.", left_at=row.draft.began_at + timedelta(minutes=9))
    device = DoubleDevice(world)
    async with mount(device, unlock=True) as app:
        await open_visit(app, visit_id)
        assert device.session is not None

        async def full(visit_id: str, text: str) -> None:
            raise DiskFull

        device.session.visits.set_note = full  # type: ignore[method-assign]  # made to fail
        await app.type("visit-note", "All calm. She asked for help.")
        await app.tap("visit-sign")
        assert world.signs == 0
        assert app.shows(DiskFull.sentence)
        assert app.value("visit-note") == "All calm. She asked for help."


async def test_a_problems_name_without_a_number_is_stored_and_stands_there_after_a_restart(
    mount: Mount, world: World, visit_id: str
) -> None:
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.has("visit-discard")
        await app.type("esas-other-name", "Itching", blur=True)
        await app.until(
            lambda: world.visits[visit_id].draft.unfinished == {"esas-other": "Itching"}, "the name"
        )
        await app.until(lambda: app.has("visit-missing-other-number"), "what is missing")
        assert app.shows(text.MISSING[Missing.OTHER_NUMBER])
        assert not app.has("visit-discard")
        await app.tap("visit-missing-other-number")
        assert app.connection.calls[-1][0] == "scroll_to"
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.value("esas-other-name") == "Itching"
        await app.tap("esas-other-4")
        await app.until(lambda: not app.has("visit-missing-other-number"), "the number")
        draft = world.visits[visit_id].draft
        assert (draft.answers["esas-other"].name, draft.unfinished) == ("Itching", {})


async def test_an_emptied_name_asks_for_nothing(mount: Mount, world: World, visit_id: str) -> None:
    row = world.visits[visit_id]
    row.draft = replace(row.draft, unfinished={"esas-other": "Itching"}, answers=make_answers(3))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        assert app.has("visit-missing-other-number")
        await app.type("esas-other-name", "", blur=True)
        await app.until(lambda: not app.has("visit-missing-other-number"), "nothing missing there")
        assert world.visits[visit_id].draft.unfinished == {}


async def test_a_number_taken_back_leaves_the_name_to_be_dealt_with(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.views.visit.saving.AGAIN_CLEARS_AFTER", 0.0)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_visit(app, visit_id)
        await app.type("esas-other-name", "Itching")
        await app.tap("esas-other-4")
        await app.until(lambda: "esas-other" in world.visits[visit_id].draft.answers, "the answer")
        await app.tap("esas-other-4")
        await app.until(lambda: app.has("visit-missing-other-number"), "the name alone")
        assert world.visits[visit_id].draft.unfinished == {"esas-other": "Itching"}
        assert app.value("esas-other-name") == "Itching"
