"""Odd logs and odd orders of telling: nothing is stuck, and nobody is blamed who was not put back."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plan.database import write_transaction
from plan.device_audit.chain import keep_log
from plan.device_audit.events import read_log
from plan.device_audit.reading import list_chains
from tests.plan.device_logs import Log, seen, tell, ten
from tests.plan.plan_doubles import Plan

STEPS = st.lists(
    st.sampled_from(["add", "tell", "tell-again", "lose-answer", "restore"]), min_size=3, max_size=25
)


DEVICES = itertools.count()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_only_a_device_that_was_put_back_is_ever_blamed(plan: Plan, steps: list[str]) -> None:
    """Whatever is told, repeated or lost on the way: findings are exactly the restores that used the store again."""
    device = f"d-{next(DEVICES)}"
    log, told, hour, expected, held = Log(), 0, 9, 0, 0
    with write_transaction(plan.engine) as connection:

        def tell_now(after: int) -> tuple[int, str]:
            report = read_log(log.report(after)["parameter"])
            assert report is not None
            answer = keep_log(connection, "u1", device, report, 1)
            return answer.known, answer.state

        for step in steps:
            if step == "add":
                log.add(hour=hour)
            elif step in ("tell", "tell-again"):
                told, _state = tell_now(told)
                told = min(told, len(log.events))
                held = len(log.events)
            elif step == "lose-answer":
                tell_now(told)
                held = len(log.events)
            elif len(log.events) > 1 and held > 1:
                hour += 1
                back = held // 2
                log, told = Log(log.events[:back]).add("unlock", None, hour=hour), min(told, back)
                tell_now(told)
                expected, held = expected + 1, len(log.events)
        found = list_chains(connection, "u1", device)
    assert len(found[1:]) == expected


@pytest.mark.parametrize(
    "odd",
    [
        {"actor": ""},
        {"action": "Zoë <b>read</b> this"},
        {"at": "yesterday"},
        {"at": "9999-12-31T23:59:59"},
        {"subject": "no reference at all"},
        {"actor": "x" * 500},
    ],
    ids=str,
)
def test_an_odd_event_does_not_keep_the_rest_of_the_log_away(plan: Plan, odd: dict[str, str]) -> None:
    log = ten()
    log.events[4] = replace(log.events[4], **odd)
    for at in range(5, 10):
        log.events[at] = replace(log.events[at], previous=log.events[at - 1].digest)
    assert tell(plan, log.report())[0] == 10
    assert tell(plan, log.report(after=10)) == (10, "ok")
    assert all(one.action in ("read", "other") for one in seen(plan.engine)), "no free text is kept"
