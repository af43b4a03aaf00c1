"""One tap takes the last step back: by a new write, with the times that were true, and never over something newer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.promise import PromiseState
from app.domain.undo import Step, StepKind
from app.domain.visit import Absent, AnsweredBy, Modality, PersonRef, Setting, VisitDraft
from app.domain.visit_kind import VisitKind
from app.errors import NotFound, RecordError
from app.services.promises import Promises
from app.services.undoing import KEPT
from app.services.visits import Visits
from app.store import alerts, audit
from app.store import visits as stored
from app.store.draft_state import Change, State, compare
from app.store.engine import Store
from tests.services.conftest import ANA, SteppingClock

BEN = PersonRef("Practitioner/ben", "Ben Ochoa, RN")


async def begin(visits: Visits) -> str:
    return await visits.begin("p1", Modality.IN_PERSON, Setting.HOME, VisitKind.ROUTINE)


async def read(visits: Visits, visit_id: str) -> VisitDraft:
    return (await visits.page(visit_id)).draft


async def test_every_kind_of_step_is_taken_back_one_after_another_to_the_untouched_draft(
    visits: Visits,
) -> None:
    visit_id = await begin(visits)
    drafts = [await read(visits, visit_id)]

    entry = ""

    async def add() -> None:
        nonlocal entry
        entry = await visits.add_entry(visit_id, "medicines", answers={"med-name": "Senna"})

    taps: tuple[Callable[[], Awaitable[None]], ...] = (
        lambda: visits.answer(visit_id, "esas-pain", value=4),
        lambda: visits.answer(visit_id, "esas-pain", value=7),
        lambda: visits.measure_again(visit_id, "esas-pain", value=3, done="5 mg morphine by mouth"),
        lambda: visits.answer(visit_id, "esas-anx", absent=Absent.DECLINED),
        lambda: visits.set_answered_by(visit_id, AnsweredBy.FAMILY),
        add,
        lambda: visits.answer(visit_id, "med-how", value="one at night", entry=entry),
        lambda: visits.remove_entry(visit_id, entry),
        lambda: visits.set_where(visit_id, Modality.VIDEO, Setting.HOME),
        lambda: visits.set_kind(visit_id, VisitKind.FIRST),
        lambda: visits.set_note(visit_id, "Daughter was there."),
        lambda: visits.leave(visit_id),
    )
    for tap in taps:
        await tap()
        drafts.append(await read(visits, visit_id))
    await visits.clear(visit_id, "esas-sob")  # nothing was there: no step
    assert drafts[-1].left_at is not None

    steps: list[Step] = []
    for wanted in drafts[-2::-1]:
        steps.append(await visits.undo(visit_id))
        assert await read(visits, visit_id) == wanted
    assert [one.kind for one in steps] == [
        *(StepKind.END, StepKind.NOTE, StepKind.KIND, StepKind.WHERE),
        *(StepKind.ENTRY, StepKind.ANSWER, StepKind.ENTRY, StepKind.WHO),
        *[StepKind.ANSWER] * 4,
    ]
    assert (await visits.page(visit_id)).undo is None
    with pytest.raises(RecordError, match="nothing to take back"):
        await visits.undo(visit_id)


async def test_what_was_measured_gets_its_own_time_back_and_the_log_keeps_both(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=4)
    measured = (await read(visits, visit_id)).answers["esas-pain"].at
    await visits.answer(visit_id, "esas-pain", value=9)
    assert await visits.undo(visit_id) == Step(StepKind.ANSWER, "esas-pain")
    back = (await read(visits, visit_id)).answers["esas-pain"]
    assert (back.value, back.at) == (4, measured)
    events = await store.read(lambda c: audit.list_after(c, 0, 50))
    assert [one.action for one in events][-2:] == ["enter", "undo"]
    assert events[-2].at < events[-1].at
    assert {one.subject for one in events[-2:]} == {f"Encounter/{visit_id}"}


async def test_an_alert_that_a_slip_opened_is_closed_again_with_a_reason(
    visits: Visits, store: Store
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-sob", value=9)
    opened = await store.read(lambda c: alerts.list_for_visit(c, visit_id))
    assert [one.state for one in opened] == ["open"]
    await visits.undo(visit_id)
    closed = await store.read(lambda c: alerts.list_for_visit(c, visit_id))
    assert [(one.state, bool(one.closed_reason)) for one in closed] == [("closed", True)]


async def test_letters_typed_in_one_go_are_one_step_and_a_pause_begins_another(
    visits: Visits, clock: SteppingClock
) -> None:
    visit_id = await begin(visits)
    for text in ("D", "Daughter", "Daughter present."):
        await visits.set_note(visit_id, text)
    clock.at += timedelta(minutes=1)
    await visits.set_note(visit_id, "Daughter present. Slept well.")
    await visits.undo(visit_id)
    assert (await read(visits, visit_id)).note == "Daughter present."
    await visits.undo(visit_id)
    assert (await read(visits, visit_id)).note == ""


async def test_something_newer_is_never_written_over(visits: Visits, store: Store) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "esas-pain", value=4)
    answer = (await read(visits, visit_id)).answers["esas-pain"]
    from_elsewhere = type(answer)(answer.at, 8)
    await store.write(lambda c: stored.put_answer(c, visit_id, "esas-pain", from_elsewhere))
    with pytest.raises(RecordError, match="newer"):
        await visits.undo(visit_id)
    assert (await read(visits, visit_id)).answers["esas-pain"].value == 8
    assert (await visits.page(visit_id)).undo is None


async def test_a_signed_visit_has_no_step_to_take_back(visits: Visits) -> None:
    visit_id = await visits.begin("p1", Modality.IN_PERSON, Setting.HOME)
    await visits.set_note(visit_id, "Daughter present.")
    await visits.leave(visit_id)
    kept = visits._steps.find(visit_id)
    assert kept is not None
    await visits.sign(visit_id)
    with pytest.raises(RecordError, match="nothing to take back"):
        await visits.undo(visit_id)
    visits._steps.keep(visit_id, kept.change, kept.at)  # as if it had been forgotten to forget
    with pytest.raises(NotFound):
        await visits.undo(visit_id)


async def test_at_least_twenty_steps_are_kept(visits: Visits) -> None:
    visit_id = await begin(visits)
    for number in range(24):
        await visits.answer(visit_id, "esas-pain", value=number % 2)
    assert KEPT >= 24
    for number in range(23, 0, -1):
        assert (await read(visits, visit_id)).answers["esas-pain"].value == number % 2
        await visits.undo(visit_id)


KEYS = st.sampled_from(["a", "b", "c"])
STATES = st.dictionaries(KEYS, st.integers(0, 2))


@given(st.lists(STATES, min_size=2, max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_steps_that_become_one_lead_from_the_first_state_to_the_last(states: list[dict[str, int]]) -> None:
    keyed: list[State] = [{("t", key): value for key, value in one.items()} for one in states]
    whole: Change | None = None
    for before, after in pairwise(keyed):
        change = compare(before, after)
        if change is not None:
            whole = change if whole is None else whole.then(change)
    assert whole == compare(keyed[0], keyed[-1])


async def test_a_promise_of_this_visit_is_what_is_taken_back_next_and_then_the_answer_before_it(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    promises = Promises(store, ANA, clock)
    before = await promises.make("p1", kind="medicine", visit_id="of another visit")
    visit_id = await begin(visits)
    assert (await visits.page(visit_id)).undo is None
    await visits.answer(visit_id, "esas-pain", value=4)
    pain = Step(StepKind.ANSWER, "esas-pain")
    assert (await visits.page(visit_id)).undo == pain
    made = await promises.make("p1", kind="phone", visit_id=visit_id)
    assert (await visits.page(visit_id)).undo == Step(StepKind.PROMISE, made)
    await visits.answer(visit_id, "esas-anx", value=2)
    assert (await visits.page(visit_id)).undo == Step(StepKind.ANSWER, "esas-anx")
    await visits.undo(visit_id)
    assert (await visits.page(visit_id)).undo == Step(StepKind.PROMISE, made)
    await promises.answer("p1", made, PromiseState.TAKEN_BACK)
    assert (await visits.page(visit_id)).undo == pain
    await promises.answer("p1", before, PromiseState.KEPT)
    assert (await visits.page(visit_id)).undo is None, "it would seem to be about the promise"
    await promises.answer("p1", before, PromiseState.OPEN)
    assert (await visits.page(visit_id)).undo == pain


async def test_a_colleagues_promise_is_not_ours_to_take_back(
    visits: Visits, store: Store, clock: SteppingClock
) -> None:
    visit_id = await begin(visits)
    await Promises(store, BEN, clock).make("p1", kind="phone", visit_id=visit_id)
    assert (await visits.page(visit_id)).undo is None
