"""How wrong tries are slowed, by a clock that nobody can set."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.attempts import Attempts, BootTime, find_attempts, none_wrong, read_boot_clock, worse_of

NOW = BootTime("boot-1", 5000.0)


def test_the_waits_are_as_documented() -> None:
    waits = [Attempts(count, NOW).wait_seconds(NOW) for count in range(13)]
    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 300, 600, 900, 900, 900]


def test_a_wait_ends_after_its_seconds_and_not_before() -> None:
    attempts = Attempts(5, NOW)
    assert attempts.wait_seconds(replace(NOW, seconds=5029.5)) == 1
    assert attempts.wait_seconds(replace(NOW, seconds=5030.0)) == 0


@settings(deadline=None)
@given(uptime=st.floats(0, 10_000), same_name=st.booleans())
def test_after_a_restart_only_the_time_since_boot_counts(uptime: float, same_name: bool) -> None:
    attempts = Attempts(99, NOW)
    now = BootTime("" if same_name else "boot-2", uptime)
    attempts = replace(attempts, at=replace(NOW, boot="" if same_name else "boot-1"))
    left = attempts.wait_seconds(now)
    surely_passed = uptime - 5000 if same_name and uptime >= 5000 else uptime
    assert left >= 900 - surely_passed - 1
    assert (left == 0) == (surely_passed >= 900)


def test_the_higher_count_of_two_copies_wins_and_a_lost_one_changes_nothing() -> None:
    low, high = Attempts(2, NOW), Attempts(7, NOW)
    assert worse_of([low, high], NOW) == worse_of([high, low], NOW) == high
    assert worse_of([None, high], NOW) == high


def test_with_both_copies_gone_there_is_one_wait() -> None:
    assert worse_of([None, None], NOW).wait_seconds(NOW) == 30


def test_only_what_was_written_is_read_back() -> None:
    kept = Attempts(3, NOW)
    assert find_attempts(kept.to_json()) == kept
    assert find_attempts(none_wrong(NOW).to_json()) == Attempts(0, NOW)
    for junk in (
        None,
        5,
        [],
        "",
        "{",
        {},
        {"count": -1, "boot": "", "seconds": 1},
        {"count": 1, "boot": "", "seconds": "x"},
    ):
        assert find_attempts(junk) is None
    assert find_attempts({"count": 1, "boot": "", "seconds": float("nan")}) is None
    assert find_attempts({"count": True, "boot": "", "seconds": 1}) is None


def test_the_devices_clock_counts_up() -> None:
    one, two = read_boot_clock(), read_boot_clock()
    assert one.boot == two.boot
    assert 0 < one.seconds <= two.seconds
