"""When a duty is over on a tablet that may be set, started anew, and never see the plan again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.on_call import Head, Here, Reason, Why, find_heads, hear, is_over, plan_time

BEGAN = datetime(2026, 11, 22, 18, tzinfo=UTC)
UNTIL = BEGAN + timedelta(hours=13)
HOURS = st.integers(0, 40 * 3600)
SECONDS = st.integers(-3 * 86_400, 3 * 86_400)


@dataclass
class Device:
    """The real time beside what the device's clocks say of it. `kept`: what it wrote down last."""

    real: float = 0.0
    wrong: float = 0.0
    boot: str = "first"
    since: float = -5_000.0

    def here(self) -> Here:
        return Here(BEGAN + timedelta(seconds=self.real + self.wrong), self.boot, self.real - self.since)

    def start_anew(self, number: int) -> None:
        self.boot, self.since = f"start {number}", self.real


@given(st.lists(st.tuples(HOURS, SECONDS), min_size=1, max_size=6))
def test_while_the_device_runs_no_date_that_is_set_changes_anything(steps: list[tuple[int, int]]) -> None:
    device = Device()
    mark = hear(None, BEGAN, device.here())
    for passed, wrong in steps:
        device.real += passed
        device.wrong = wrong
        assert is_over(UNTIL, mark, device.here()) is (device.real >= 13 * 3600)
        now = plan_time(mark, device.here())
        assert now is not None
        mark = replace(mark, server=now, here=device.here())


@given(st.lists(st.tuples(HOURS, st.booleans()), min_size=1, max_size=6))
def test_started_anew_with_an_honest_date_it_ends_exactly_when_the_duty_does(
    steps: list[tuple[int, bool]],
) -> None:
    device = Device()
    mark = hear(None, BEGAN, device.here())
    for number, (passed, anew) in enumerate(steps):
        device.real += passed
        if anew:
            device.start_anew(number)
        assert is_over(UNTIL, mark, device.here()) is (device.real >= 13 * 3600)
        now = plan_time(mark, device.here())
        assert now is not None
        mark = replace(mark, server=now, here=device.here())


@given(HOURS, HOURS, st.integers(301, 30 * 86_400), st.booleans())
def test_a_date_set_back_over_a_start_ends_it_at_once(
    before: int, off: int, back: int, nobody_says_which_start: bool
) -> None:
    device = Device(boot="" if nobody_says_which_start else "first")
    mark = hear(None, BEGAN, device.here())
    device.real += before
    now = plan_time(mark, device.here())
    assert now is not None
    mark = replace(mark, server=now, here=device.here())
    device.real += off
    device.start_anew(1)
    device.boot = "" if nobody_says_which_start else device.boot
    device.wrong = -off - back
    assert is_over(UNTIL, mark, device.here())


@given(st.lists(st.tuples(HOURS, SECONDS, st.booleans()), min_size=1, max_size=6), st.booleans())
def test_what_has_gone_by_is_never_taken_back_and_never_less_than_the_device_ran(
    steps: list[tuple[int, int, bool]], nobody_says_which_start: bool
) -> None:
    device = Device(boot="" if nobody_says_which_start else "first")
    mark = hear(None, BEGAN, device.here())
    for number, (passed, wrong, anew) in enumerate(steps):
        if anew:
            device.start_anew(number)
            device.boot = "" if nobody_says_which_start else device.boot
        device.real += passed
        device.wrong = wrong
        now = plan_time(mark, device.here())
        if now is None:
            return
        ran = 0 if nobody_says_which_start else min(passed, device.real - device.since)
        assert now >= mark.server + timedelta(seconds=ran)
        mark = replace(mark, server=now, here=device.here())


@given(SECONDS, SECONDS, st.booleans())
def test_what_the_plan_itself_said_ends_it_whatever_the_clocks_say(
    wrong: int, later: int, anew: bool
) -> None:
    device = Device()
    mark = hear(hear(None, BEGAN, device.here()), UNTIL + timedelta(seconds=abs(later)), device.here())
    device.wrong = wrong
    if anew:
        device.start_anew(1)
    assert is_over(UNTIL, mark, device.here())
    earlier = hear(mark, BEGAN, device.here())
    assert is_over(UNTIL, earlier, device.here()), "the plan's clock does not go back for it"


def test_the_plans_word_puts_right_what_a_wrong_date_had_made_of_it() -> None:
    device = Device()
    mark = hear(None, BEGAN, device.here())
    device.start_anew(1)
    device.wrong = 12 * 3600
    ahead = plan_time(mark, device.here())
    assert ahead == BEGAN + timedelta(hours=12)
    heard = hear(replace(mark, server=ahead, here=device.here()), BEGAN + timedelta(hours=1), device.here())
    assert plan_time(heard, device.here()) == BEGAN + timedelta(hours=1)


def test_without_a_clock_that_counts_sleep_the_later_of_both_holds() -> None:
    here = Here(BEGAN, "", 100.0)
    mark = hear(None, BEGAN, here)
    slept = Here(BEGAN + timedelta(hours=14), "", 160.0)
    assert is_over(UNTIL, mark, slept)
    set_a_little_back = Here(BEGAN - timedelta(minutes=4), "", 100.0 + 14 * 3600)
    assert is_over(UNTIL, mark, set_a_little_back)
    assert not is_over(UNTIL, mark, Here(BEGAN + timedelta(hours=12), "", 160.0))


def test_a_reason_is_needed_and_another_one_needs_words() -> None:
    assert Why(Reason.FAMILY).is_said
    assert Why(Reason.FAMILY, " breathless ").sentence == "The person or the family called: breathless"
    assert not Why(Reason.OTHER, " x ").is_said
    assert Why(Reason.OTHER, "asked  by the desk").sentence == "asked by the desk"


def test_a_list_is_found_by_the_beginnings_of_names() -> None:
    heads = [
        Head("1", "Ana María Núñez", "Núñez, Ana María", date(1940, 1, 2), "1 Oak St"),
        Head("2", "Tom Nunn", "Nunn, Tom"),
        Head("3", "Ben Okafor", "Okafor, Ben"),
    ]
    assert [one.patient_id for one in find_heads(heads, "")] == ["1", "2", "3"]
    assert [one.patient_id for one in find_heads(heads, "nun")] == ["1", "2"]
    assert [one.patient_id for one in find_heads(heads, "maria nunez")] == ["1"]
    assert find_heads(heads, "unn") == ()
