"""When a window covers itself and when it locks, by clocks that the test sets."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.settings import LockTimes
from app.services.lock_policy import Errand, LockWatch, Shade, SystemIdleClock, passed
from tests.support.still_clock import StillClock


@pytest.fixture
def clocks() -> StillClock:
    return StillClock()


@pytest.fixture
def watch(clocks: StillClock) -> LockWatch:
    return LockWatch(clocks)


def test_two_minutes_without_a_tap_cover_it_and_one_tap_uncovers(
    watch: LockWatch, clocks: StillClock
) -> None:
    watch.place(in_visit=True)
    clocks.go(119)
    assert watch.shade() is Shade.NONE
    clocks.go(1)
    assert watch.shade() is Shade.COVER
    watch.uncover()
    assert watch.shade() is Shade.NONE


def test_what_is_tapped_below_a_cover_does_not_take_it_away(watch: LockWatch, clocks: StillClock) -> None:
    clocks.go(130)
    assert watch.shade() is Shade.COVER
    watch.act()
    assert watch.shade() is Shade.COVER


@pytest.mark.parametrize(("in_visit", "seconds"), [(True, 600), (False, 180)])
def test_the_pin_is_asked_for_after_ten_minutes_in_a_visit_and_three_elsewhere(
    watch: LockWatch, clocks: StillClock, in_visit: bool, seconds: int
) -> None:
    watch.place(in_visit)
    clocks.go(seconds - 1)
    assert watch.shade() is Shade.COVER
    clocks.go(1)
    assert watch.shade() is Shade.LOCK
    watch.uncover()
    watch.act()
    watch.come_back()
    assert watch.shade() is Shade.LOCK, "too late: nothing but the PIN opens it"


def test_a_tap_begins_the_time_anew(watch: LockWatch, clocks: StillClock) -> None:
    for _ in range(20):
        clocks.go(100)
        watch.act()
    assert watch.shade() is Shade.NONE


def test_behind_another_app_it_is_blank_at_once_and_locked_after_half_a_minute(
    watch: LockWatch, clocks: StillClock
) -> None:
    watch.place(in_visit=True)
    watch.leave(hidden=False)
    assert watch.shade() is Shade.BLANK
    watch.leave(hidden=True)
    clocks.go(29)
    assert watch.shade() is Shade.BLANK
    watch.come_back()
    assert watch.shade() is Shade.NONE
    watch.leave(hidden=True)
    clocks.go(30)
    assert watch.shade() is Shade.LOCK


def test_a_window_that_only_lost_the_keyboard_is_blank_but_keeps_its_time(
    watch: LockWatch, clocks: StillClock
) -> None:
    watch.place(in_visit=True)
    watch.leave(hidden=False)
    clocks.go(60)
    assert watch.shade() is Shade.BLANK
    clocks.go(540)
    assert watch.shade() is Shade.LOCK


@pytest.mark.parametrize("kind", [Errand.CALL, Errand.MAP, Errand.CAMERA, Errand.VIDEO])
def test_what_the_app_opened_in_a_visit_may_take_ten_minutes(
    watch: LockWatch, clocks: StillClock, kind: Errand
) -> None:
    watch.place(in_visit=True)
    watch.act()
    watch.errand(kind)
    watch.leave(hidden=True)
    clocks.go(599)
    assert watch.shade() is not Shade.LOCK
    watch.come_back()
    clocks.go(1)
    watch.leave(hidden=True)
    clocks.go(30)
    assert watch.shade() is Shade.LOCK, "an errand is one way there and back"


def test_an_errand_that_takes_too_long_locks(watch: LockWatch, clocks: StillClock) -> None:
    watch.place(in_visit=True)
    watch.errand(Errand.CALL)
    watch.leave(hidden=True)
    clocks.go(600)
    assert watch.shade() is Shade.LOCK


def test_outside_a_visit_a_call_gets_half_a_minute_and_signing_in_three_minutes(
    watch: LockWatch, clocks: StillClock
) -> None:
    watch.errand(Errand.CALL)
    watch.leave(hidden=True)
    clocks.go(30)
    assert watch.shade() is Shade.LOCK
    other = LockWatch(clocks)
    other.errand(Errand.SIGN_IN)
    other.leave(hidden=True)
    clocks.go(179)
    assert other.shade() is not Shade.LOCK
    clocks.go(1)
    assert other.shade() is Shade.LOCK


def test_an_errand_that_was_not_taken_is_over_with_the_next_tap(watch: LockWatch, clocks: StillClock) -> None:
    watch.place(in_visit=True)
    watch.errand(Errand.CALL)
    watch.act()  # the second half of a double tap
    clocks.go(20)
    watch.act()
    watch.leave(hidden=True)
    clocks.go(30)
    assert watch.shade() is Shade.LOCK


def test_sleep_counts_and_the_date_does_not(watch: LockWatch, clocks: StillClock) -> None:
    clocks.wall -= 86_400
    assert watch.shade() is Shade.NONE
    clocks.wall += 10 * 86_400
    assert watch.shade() is Shade.NONE
    clocks.sleep(180)
    assert watch.shade() is Shade.LOCK


def test_without_a_clock_that_counts_sleep_either_clock_locks_and_a_date_set_back_too() -> None:
    slept = StillClock(boot=None)
    watch = LockWatch(slept)
    slept.sleep(180)
    assert watch.shade() is Shade.LOCK

    stopped = StillClock(boot=None)
    watch = LockWatch(stopped)
    stopped.monotonic += 180
    assert watch.shade() is Shade.LOCK

    back = StillClock(boot=None)
    watch = LockWatch(back)
    back.wall -= 60
    assert watch.shade() is Shade.LOCK


WHAT = ("act", "uncover", "hide", "back", "blur", "call", "in", "out")


@given(st.lists(st.tuples(st.sampled_from(WHAT), st.floats(0, 400)), max_size=30))
def test_whatever_happens_nothing_is_shown_longer_than_the_longest_time(
    steps: list[tuple[str, float]],
) -> None:
    clocks = StillClock()
    watch = LockWatch(clocks)
    quiet, locked = 0.0, False
    for what, seconds in steps:
        before = watch.shade()
        locked = locked or before is Shade.LOCK
        taps = what in ("uncover", "back") or (what == "act" and before is not Shade.COVER)
        if taps and not locked:
            quiet = 0.0
        {
            "act": watch.act,
            "uncover": watch.uncover,
            "hide": lambda: watch.leave(hidden=True),
            "back": watch.come_back,
            "blur": lambda: watch.leave(hidden=False),
            "call": lambda: watch.errand(Errand.CALL),
            "in": lambda: watch.place(in_visit=True),
            "out": lambda: watch.place(in_visit=False),
        }[what]()
        clocks.go(seconds)
        quiet += seconds
        if locked:
            assert watch.shade() is Shade.LOCK, "once it was time, nothing but the PIN opens it"
        if quiet >= 1200:  # ten minutes in a visit, and ten behind a call that was begun in the last of them
            assert watch.shade() is Shade.LOCK
        elif quiet >= 120:
            assert watch.shade() is not Shade.NONE


def test_a_call_that_begins_while_the_app_is_not_in_front_gives_no_time(
    watch: LockWatch, clocks: StillClock
) -> None:
    watch.place(in_visit=True)
    watch.leave(hidden=True)
    watch.errand(Errand.CALL)
    clocks.go(30)
    assert watch.shade() is Shade.LOCK
    watch.errand(Errand.CALL)
    watch.place(in_visit=True)
    assert watch.shade() is Shade.LOCK


def test_the_plans_times_hold(watch: LockWatch, clocks: StillClock) -> None:
    watch.times = LockTimes(cover=30, visit=120, elsewhere=60, background=5, errand=60)
    clocks.go(30)
    assert watch.shade() is Shade.COVER
    clocks.go(30)
    assert watch.shade() is Shade.LOCK


def test_this_system_has_clocks_that_go_forward() -> None:
    clock = SystemIdleClock()
    first = clock.read()
    assert 0 <= passed(first, clock.read()) < 60


class Waits:
    """Each wait moves the clock by what was asked for."""

    def __init__(self, clocks: StillClock) -> None:
        self._clocks = clocks
        self.total = 0.0

    async def __call__(self, event: asyncio.Event, seconds: float) -> None:
        self._clocks.go(seconds)
        self.total += seconds
        await asyncio.sleep(0)


async def test_left_alone_it_covers_then_locks_once(clocks: StillClock) -> None:
    waits = Waits(clocks)
    watch = LockWatch(clocks, wait=waits)
    shown: list[tuple[int, Shade]] = []
    watch.listen(lambda: shown.append((round(waits.total), watch.shade())))
    locked: list[float] = []

    async def lock() -> None:
        locked.append(waits.total)

    async with asyncio.timeout(5):
        await watch.run(lock)
    assert shown == [(120, Shade.COVER), (180, Shade.LOCK)]
    assert [round(at) for at in locked] == [180]


async def test_while_its_window_is_gone_somebody_else_locks(clocks: StillClock) -> None:
    waits = Waits(clocks)
    watch = LockWatch(clocks, wait=waits)
    assert watch.go() == 30

    async def lock() -> None:
        raise AssertionError("the window's own connection decides")

    running = asyncio.create_task(watch.run(lock))
    while waits.total < 100:
        await asyncio.sleep(0)
    running.cancel()
    assert watch.shade() is Shade.LOCK


def test_what_somebody_else_reads_is_not_covered_and_locks_as_ever(
    watch: LockWatch, clocks: StillClock
) -> None:
    watch.place(in_visit=True)
    watch.hand_over(True)
    clocks.go(599)
    assert watch.shade() is Shade.NONE
    watch.leave(hidden=False)
    watch.come_back()
    assert watch.shade() is Shade.NONE
    clocks.go(119)
    watch.hand_over(False)
    assert watch.shade() is Shade.NONE
    clocks.go(1)
    assert watch.shade() is Shade.COVER
    watch.hand_over(True)
    assert watch.shade() is Shade.COVER, "what is covered stays covered"
    clocks.go(480)
    assert watch.shade() is Shade.LOCK
