"""A serving process keeps the facts in step by itself, and goes on after a look that went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from plan.outcomes import background
from plan.outcomes import tables as facts
from plan.outcomes.background import keep_fresh, look
from plan.outcomes.refresh import Ending
from tests.support.facts import rows
from tests.support.roster import People


@dataclass
class Turns:
    """An ending after so many looks, which remembers how long it was waited; before each, `between` happens."""

    left: int
    between: Callable[[], None] = lambda: None
    waits: list[float] = field(default_factory=list)

    def wait(self, timeout: float, /) -> bool:
        self.waits.append(timeout)
        self.left -= 1
        if self.left >= 0:
            self.between()
        return self.left < 0

    def is_set(self) -> bool:
        return self.left < 0


def test_what_is_written_is_in_the_facts_after_the_next_look(engine: Engine, people: People) -> None:
    people.member("ana")
    people.save(engine, fresh=False)
    look(engine, Turns(1))
    people.members["ana"].visit("2026-11-02T10:00-08:00")
    people.save(engine, fresh=False)
    assert not rows(engine, facts.visit)
    look(engine, Turns(1))
    assert len(rows(engine, facts.visit)) == 1


def test_a_look_that_went_wrong_is_tried_again_after_a_rest_and_tells_nothing_of_anybody(
    engine: Engine, people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people.member("ana")
    people.save(engine, fresh=False)
    true_refresh, tries = background.refresh, iter([True, False])

    def refresh(engine: Engine, *, ending: Ending | None = None) -> int:
        if next(tries):
            raise OperationalError("INSERT", {"patient_id": "p-ana"}, Exception("p-ana"))
        return true_refresh(engine, ending=ending)

    monkeypatch.setattr(background, "refresh", refresh)
    turns = Turns(2)
    look(engine, turns, every=5.0)
    assert turns.waits == [5.0, 60.0, 5.0]
    assert len(rows(engine, facts.member)) == 1
    assert "OperationalError" in caplog.text
    assert "p-ana" not in caplog.text


def test_the_thread_ends_with_the_server(engine: Engine) -> None:
    with keep_fresh(engine, every=60.0):
        pass  # would hang for a minute if it did not listen while it waits


def test_a_refresh_that_is_told_to_end_stops_between_two_turns_and_the_next_one_finishes(
    engine: Engine, people: People
) -> None:
    for number in range(20):
        people.member(f"m{number:02}")
    people.save(engine, fresh=False)
    stopping = Turns(0)
    stopping.left = -1
    background.refresh(engine, ending=stopping)
    assert not rows(engine, facts.member)
    background.refresh(engine)
    assert len(rows(engine, facts.member)) == 20
