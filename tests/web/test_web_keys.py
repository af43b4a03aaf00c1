"""Launch tokens and cookies, without a server."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.keys import KEY_FILE, LAUNCH_SECONDS, DoorKey, LaunchDoor, load_door_key

ORIGIN = "http://127.0.0.1:8700"
SECOND = 1_000_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 5_000 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def key() -> DoorKey:
    return DoorKey(bytes(range(32)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_launch_token_opens_once(key: DoorKey, clock: Clock) -> None:
    door = LaunchDoor(key, ORIGIN, clock_ns=clock)
    token = key.make_launch_token(ORIGIN, now_ns=clock.now)
    assert [door.take(token), door.take(token)] == [True, False]


def test_a_launch_token_is_refused_after_its_time(key: DoorKey, clock: Clock) -> None:
    door = LaunchDoor(key, ORIGIN, clock_ns=clock)
    in_time, late = (key.make_launch_token(ORIGIN, now_ns=clock.now) for _ in range(2))
    clock.now += LAUNCH_SECONDS * SECOND
    assert door.take(in_time)
    clock.now += 1
    assert not door.take(late)


def test_a_taken_token_stays_taken_until_it_would_be_too_old_anyway(key: DoorKey, clock: Clock) -> None:
    door = LaunchDoor(key, ORIGIN, clock_ns=clock)
    token = key.make_launch_token(ORIGIN, now_ns=clock.now)
    assert door.take(token)
    for _ in range(LAUNCH_SECONDS + 2):
        clock.now += SECOND
        assert not door.take(token)
        assert door.take(key.make_launch_token(ORIGIN, now_ns=clock.now))


def test_a_token_made_before_the_server_started_is_refused(key: DoorKey, clock: Clock) -> None:
    token = key.make_launch_token(ORIGIN, now_ns=clock.now)
    clock.now += SECOND
    assert not LaunchDoor(key, ORIGIN, clock_ns=clock).take(token)


def test_a_token_from_the_future_is_refused(key: DoorKey, clock: Clock) -> None:
    token = key.make_launch_token(ORIGIN, now_ns=clock.now + SECOND)
    assert not LaunchDoor(key, ORIGIN, clock_ns=clock).take(token)


def test_a_token_for_another_port_or_key_is_refused(key: DoorKey, clock: Clock) -> None:
    door = LaunchDoor(key, ORIGIN, clock_ns=clock)
    assert not door.take(key.make_launch_token("http://127.0.0.1:8701", now_ns=clock.now))
    assert not door.take(DoorKey(bytes(32)).make_launch_token(ORIGIN, now_ns=clock.now))


def test_a_cookie_is_no_launch_token_and_the_other_way_round(key: DoorKey, clock: Clock) -> None:
    assert not LaunchDoor(key, ORIGIN, clock_ns=clock).take(key.make_cookie(ORIGIN))
    assert not key.is_cookie(ORIGIN, key.make_launch_token(ORIGIN))


def test_a_cookie_is_good_for_its_own_origin_only(key: DoorKey) -> None:
    cookie = key.make_cookie(ORIGIN)
    assert key.is_cookie(ORIGIN, cookie)
    assert not key.is_cookie("http://localhost:8700", cookie)
    assert not DoorKey(bytes(32)).is_cookie(ORIGIN, cookie)


@given(st.integers(min_value=0, max_value=10_000), st.characters(codec="latin-1"))
def test_a_changed_character_makes_a_cookie_worthless(place: int, character: str) -> None:
    key = DoorKey(bytes(range(32)))
    cookie = key.make_cookie(ORIGIN)
    place %= len(cookie)
    changed = cookie[:place] + character + cookie[place + 1 :]
    assert key.is_cookie(ORIGIN, changed) == (changed == cookie)


@given(st.text(max_size=200))
def test_no_text_makes_the_door_fail_or_open(text: str) -> None:
    key = DoorKey(bytes(range(32)))
    assert not key.is_cookie(ORIGIN, text)
    assert not LaunchDoor(key, ORIGIN).take(text)


def test_the_key_file_is_private_and_stays_the_same(tmp_path: Path) -> None:
    cookie = load_door_key(tmp_path).make_cookie(ORIGIN)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert load_door_key(tmp_path).is_cookie(ORIGIN, cookie)


def test_a_damaged_key_file_is_made_anew(tmp_path: Path) -> None:
    cookie = load_door_key(tmp_path).make_cookie(ORIGIN)
    (tmp_path / KEY_FILE).write_bytes(b"short")
    assert not load_door_key(tmp_path).is_cookie(ORIGIN, cookie)
    assert len((tmp_path / KEY_FILE).read_bytes()) == 32


def test_a_key_file_that_others_could_read_is_closed_again(tmp_path: Path) -> None:
    load_door_key(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)
    load_door_key(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
