"""Promises on a real encrypted store, and the doorstep card that shows them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.domain.promise import LONGEST, PromiseState, list_for_opening, list_made_in, list_open
from app.domain.visit import PersonRef
from app.errors import NotFound, RecordError
from app.services.promises import Promises, read_promises
from app.store.engine import Store
from app.store.tables import Change, table_of
from tests.services.conftest import ANA, SteppingClock

BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")
_change = table_of(Change)


@pytest.fixture
def mine(store: Store, clock: SteppingClock) -> Promises:
    return Promises(store, ANA, clock)


@pytest.fixture
def his(store: Store, clock: SteppingClock) -> Promises:
    return Promises(store, BEN, clock)


def changes(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(_change).order_by(_change.c.seq)).mappings()]


async def test_one_tap_makes_a_promise_that_waits_to_be_sent_alone(store: Store, mine: Promises) -> None:
    promise_id = await mine.make("p1", kind="phone", visit_id="v1")
    (promise,) = await store.read(lambda c: read_promises(c, "p1"))
    assert (promise.words, promise.by, promise.pending) == ("Phone again", ANA, True)
    (waiting,) = await store.read(changes)
    assert (waiting["type"], waiting["group_id"], waiting["refs"]) == ("Task", promise_id, _refs())


def _refs() -> str:
    """Only the person and its author: it never waits for the visit to be signed."""
    return "Patient/p1\nPractitioner/ana"


async def test_the_next_nurse_opens_with_it_and_says_kept(
    store: Store, mine: Promises, his: Promises, clock: SteppingClock
) -> None:
    promise_id = await mine.make("p1", words="  Bring the   big print book ", visit_id="v1")
    began = clock.now()
    held = await store.read(lambda c: read_promises(c, "p1"))
    assert [one.words for one in list_for_opening(held, "v2", began)] == ["Bring the big print book"]
    assert list_for_opening(held, "v1", began) == ()
    assert [one.id for one in list_made_in(held, "v1")] == [promise_id]
    await his.answer("p1", promise_id, PromiseState.KEPT)
    (kept,) = await store.read(lambda c: read_promises(c, "p1"))
    assert (kept.state, kept.said_by, kept.by) == (PromiseState.KEPT, BEN.name, ANA)
    assert list_open([kept]) == ()
    assert list_for_opening([kept], "v2", began) == (kept,), "so that a slip can be taken back"
    assert list_for_opening([kept], "v3", clock.now()) == ()


async def test_the_same_answer_twice_is_written_once_and_undo_opens_it_again(
    store: Store, mine: Promises
) -> None:
    promise_id = await mine.make("p1", kind="family")
    await mine.answer("p1", promise_id, PromiseState.NOT_KEPT)
    await mine.answer("p1", promise_id, PromiseState.NOT_KEPT)
    assert [one["base_version"] for one in await store.read(changes)] == [None, "own-latest"]
    await mine.answer("p1", promise_id, PromiseState.OPEN)
    (promise,) = await store.read(lambda c: read_promises(c, "p1"))
    assert promise.state is PromiseState.OPEN
    notes = json.loads((await store.read(changes))[-1]["payload"])["note"]
    assert [one["text"] for one in notes] == ["Not kept", "Open"]


async def test_a_slip_is_taken_back_by_who_made_it_and_by_nobody_else(
    store: Store, mine: Promises, his: Promises
) -> None:
    promise_id = await mine.make("p1", kind="supplies")
    with pytest.raises(RecordError):
        await his.answer("p1", promise_id, PromiseState.TAKEN_BACK)
    await mine.answer("p1", promise_id, PromiseState.TAKEN_BACK)
    assert await store.read(lambda c: read_promises(c, "p1")) == ()


@pytest.mark.parametrize("words", ["", "   ", "x" * (LONGEST + 1)])
async def test_nothing_and_too_much_are_refused_and_nothing_is_stored(
    store: Store, mine: Promises, words: str
) -> None:
    with pytest.raises(RecordError):
        await mine.make("p1", words=words)
    assert await store.read(changes) == []


async def test_a_person_or_promise_that_is_not_here_is_not_found(mine: Promises) -> None:
    with pytest.raises(NotFound):
        await mine.make("nobody", kind="phone")
    with pytest.raises(NotFound):
        await mine.answer("p1", "unknown", PromiseState.KEPT)
