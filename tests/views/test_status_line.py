"""The line of state on a phone: every sentence whole, and what asks her to act said in words at any size of text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import flet as ft
import pytest

from app.domain.look import Look
from app.language import speak
from app.services.models import SyncState, SyncWord
from app.services.words import SENTENCES
from app.views import navigation, say, theme
from app.views.wording import contact
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, now

ROOM = 180
"""Logical pixels that a short word may be wide on a phone of 390, beside its sign, the cover and the question mark."""
ASKING = [word for word in SyncWord if word not in (SyncWord.OK, SyncWord.WORKING)]


def state_of(word: SyncWord, waiting: int) -> SyncState:
    return SyncState(word, SENTENCES.get(word, ""), waiting, 0, now() - timedelta(hours=1))


def lines(app: FletHarness) -> list[ft.Text]:
    return [one for one in app.walk(app.named("status-line")) if isinstance(one, ft.Text)]


def as_she_likes(world: World, size: int, language: str) -> DoubleDevice:
    device = DoubleDevice(world)
    device.found = [replace(one, look=Look(text=size, language=language)) for one in device.found]
    return device


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("word", list(SyncWord))
async def test_on_a_phone_every_sentence_of_the_line_of_state_stands_whole(
    mount: Mount, world: World, word: SyncWord, language: str
) -> None:
    world.sync = state_of(word, 2)
    async with mount(as_she_likes(world, 100, language), unlock=True, width=390, height=844) as app:
        shown = lines(app)
        speak(language)
        assert say.sync_line(world.sync) in [one.value for one in shown]
        assert say.unsent_short(world.sync) in [one.value for one in shown]
        assert [one.value for one in shown if one.max_lines is not None] == []


@pytest.mark.parametrize("word", ASKING)
async def test_with_large_text_on_a_phone_a_short_word_says_how_the_contact_is(
    mount: Mount, world: World, word: SyncWord
) -> None:
    world.sync = state_of(word, 2)
    async with mount(as_she_likes(world, 200, "en"), unlock=True, width=390, height=844) as app:
        first, second = lines(app)
        assert first.value == contact.short(word)
        assert first.semantics_label == say.sync_line(world.sync), "a screen reader says all of it"
        assert second.value == "2 waiting"


async def test_what_waits_and_what_needs_her_take_one_line_of_a_phone(mount: Mount, world: World) -> None:
    world.sync = replace(state_of(SyncWord.NO_NETWORK, 3), set_aside=1)
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        assert [one.value for one in lines(app)][1:] == ["3 waiting · 1 needs you"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("word", ASKING)
def test_no_word_of_the_short_ones_is_wider_than_a_phone_with_the_largest_text(
    word: SyncWord, language: str
) -> None:
    speak(language)
    said = contact.short(word)
    assert said
    assert max(map(len, said.split())) * contact.SIZE * 2 * navigation.LETTER <= ROOM


async def test_a_phone_whose_plan_is_out_of_reach_does_not_say_that_there_is_nothing_to_send(
    mount: Mount, world: World
) -> None:
    world.sync = state_of(SyncWord.PLAN_DOWN, 0)
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        assert [one.value for one in lines(app)] == [SENTENCES[SyncWord.PLAN_DOWN]]


async def test_where_nothing_is_to_be_sent_the_line_does_not_read_as_if_there_were_no_work(
    mount: Mount, world: World
) -> None:
    world.sync = state_of(SyncWord.OK, 0)
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        assert lines(app)[-1].value == "Nothing to send"


@pytest.mark.parametrize(("percent", "word"), [(100, SyncWord.PORTAL), (200, SyncWord.SIGN_IN)])
async def test_on_a_phone_held_sideways_the_line_of_state_is_one_line(
    mount: Mount, world: World, percent: int, word: SyncWord
) -> None:
    world.sync = state_of(word, 2)
    async with mount(as_she_likes(world, percent, "en"), unlock=True, width=844, height=390) as app:
        shown = [str(one.value) for one in lines(app)]
        assert shown == [contact.short(word), "· 2 waiting"], "parted from the sentence before it"
        room = 844 - theme.px(104) * (percent == 100) - 200
        assert sum(map(len, shown)) * contact.SIZE * percent / 100 * navigation.LETTER <= room
        stacked = [one for one in app.walk(app.named("status-line")) if isinstance(one, ft.Column)]
        assert not stacked


@pytest.mark.parametrize(("unsent", "ticked"), [(0, True), (1, False)])
async def test_a_tick_stands_beside_nothing_that_still_waits(
    mount: Mount, world: World, unsent: int, ticked: bool
) -> None:
    world.sync = state_of(SyncWord.OK, unsent)
    async with mount(DoubleDevice(world), unlock=True, width=390, height=844) as app:
        icons = [one.icon for one in app.walk(app.named("status-line")) if isinstance(one, ft.Icon)]
        assert (ft.Icons.CLOUD_DONE_OUTLINED in icons) is ticked
