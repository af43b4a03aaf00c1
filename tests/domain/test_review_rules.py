"""Which visits need eyes, in which order, and how the review of one stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.review import (
    ALWAYS,
    Reason,
    Review,
    ReviewKind,
    ReviewRules,
    ReviewState,
    Standing,
    VisitFacts,
    Word,
    is_sampled,
    list_reasons,
    may_go_together,
    place,
    stand,
)
from app.domain.visit import PersonRef

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
NONE = ReviewRules(one_in=0)
PLAIN = VisitFacts("v", "Practitioner/ana", AT, "routine")
EVERYTHING = replace(PLAIN, kind="first", act_now=True, flagged=True, died=True, talked=True, unsafe=True)


def test_what_may_not_wait_comes_first() -> None:
    assert list_reasons(EVERYTHING, NONE) == (
        Reason.ACT_NOW,
        Reason.DEATH,
        Reason.CONVERSATION,
        Reason.NOT_SAFE,
        Reason.FIRST,
        Reason.FLAG,
    )
    home = replace(PLAIN, kind="from-facility")
    assert place(list_reasons(home, NONE)) < place((Reason.FIRST,))
    assert list_reasons(PLAIN, NONE) == (), "filed as received"


def test_a_new_nurse_counts_as_new_until_the_last_day() -> None:
    rules = replace(NONE, new_nurses={"Practitioner/ana": AT.date()})
    assert list_reasons(PLAIN, rules) == (Reason.NEW_NURSE,)
    assert list_reasons(replace(PLAIN, began_at=AT + timedelta(days=1)), rules) == ()


def test_a_plan_switches_off_all_but_what_is_urgent_and_a_death() -> None:
    rules = replace(NONE, reasons=frozenset())
    assert frozenset(list_reasons(EVERYTHING, rules)) == ALWAYS
    assert list_reasons(EVERYTHING, replace(rules, from_on=date(2026, 11, 23))) == ()


def test_only_visits_without_a_flag_go_together() -> None:
    alone = {one for one in Reason if not may_go_together([one])}
    urgent = {Reason.ACT_NOW, Reason.DEATH, Reason.NOT_SAFE}
    assert alone == urgent | {Reason.CONVERSATION, Reason.FROM_FACILITY, Reason.FLAG}


def test_who_was_not_seen_while_the_hours_run_needs_eyes_whatever_a_plan_asks_for() -> None:
    shut = replace(PLAIN, kind="not-seen", clock_waits=True)
    for rules in (NONE, replace(NONE, reasons=frozenset()), replace(NONE, one_in=1)):
        found = list_reasons(shut, rules)
        assert found == (Reason.FROM_FACILITY,)
        assert not may_go_together(found)
    assert list_reasons(replace(shut, clock_waits=False), NONE) == ()


def test_the_choice_at_random_can_be_worked_out_again_by_anybody() -> None:
    """The figures of docs/plan-settings.md: HMAC-SHA-256 under the key, first 8 bytes, most significant first."""
    ids = [str(UUID(int=n)) for n in range(40)]
    assert [n for n, one in enumerate(ids) if is_sampled(one, 10, "autumn 2026")] == SAMPLED
    assert [one for one in ids if is_sampled(one.upper(), 10, "autumn 2026")] == [ids[n] for n in SAMPLED]


SAMPLED = [33]


@settings(max_examples=10)
@given(st.text(max_size=20), st.integers(2, 20))
def test_about_one_in_so_many_is_chosen_whatever_the_key(key: str, one_in: int) -> None:
    chosen = sum(is_sampled(str(UUID(int=n)), one_in, key) for n in range(800))
    expected = 800 / one_in
    assert abs(chosen - expected) < 6 * expected**0.5 + 1
    assert not is_sampled("v", 0, key)
    assert is_sampled("v", 1, key)


def review(kind: ReviewKind, hour: int, **more: object) -> Review:
    sue, ana = PersonRef("Practitioner/sue", f"Sue {hour}"), PersonRef("Practitioner/ana", "Ana")
    made = Review(f"r{hour}", "v", "p", kind, sue, AT + timedelta(hours=hour), ana)
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def test_an_open_question_stands_over_a_countersign_and_an_answer_asks_for_eyes_again() -> None:
    signed = review(ReviewKind.COUNTERSIGN, 1, state=ReviewState.DONE)
    asked = review(ReviewKind.QUESTION, 2)
    answered = replace(asked, state=ReviewState.DONE, done_at=AT + timedelta(hours=4))
    again = review(ReviewKind.COUNTERSIGN, 5, state=ReviewState.DONE)
    thanks = review(ReviewKind.THANKS, 6)
    assert stand([]) == Standing()
    assert stand([signed, thanks]) == Standing(Word.REVIEWED, "Sue 1")
    assert stand([signed, asked]) == Standing(Word.QUESTION, "Sue 2")
    assert stand([signed, answered]).word is Word.ANSWERED
    assert stand([again, answered, signed]) == Standing(Word.REVIEWED, "Sue 5")
    assert stand([replace(asked, state=ReviewState.TAKEN_BACK)]) == Standing()


def test_of_two_who_countersigned_the_first_is_named() -> None:
    both = [review(ReviewKind.COUNTERSIGN, hour, state=ReviewState.DONE) for hour in (2, 1)]
    assert stand(both) == Standing(Word.REVIEWED, "Sue 1")
