"""Words of Sent & waiting, of the connection test and of the log: whole sentences, right in number."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.services.sending_models import DayEnd, Do, PassWord, Why
from app.store.outbox_kinds import GroupKind
from app.sync.connection_steps import Finding, Step, Verdict
from app.views.wording import connection
from app.views.wording import waiting as said
from tests.views.doubles import now
from tests.views.test_waiting_screen import line


def test_each_reason_has_a_sentence_and_the_counts_their_grammar() -> None:
    for why in Why:
        sentence = said.why(line(why), now())
        assert sentence.endswith("."), why
        assert "None" not in sentence
    assert said.why(line(Why.ARRIVING), now()) == "Part of it has arrived: 12 of 17."
    assert said.why(line(Why.BEHIND), now()) == (
        "Waits for the visit of Okafor, Grace, which the plan could not take."
    )
    assert said.listed(Counter({GroupKind.ALERT: 1, GroupKind.VISIT: 3})) == "1 alert and 3 visits"
    many = Counter({GroupKind.ADDENDUM: 2, GroupKind.ATTACHMENT: 1, GroupKind.VISIT: 1})
    assert said.listed(many) == "1 visit, 2 addenda and 1 picture or signature"
    assert (said.size(999), said.size(1_250)) == ("999 KB", "1.2 MB")


def test_while_the_plan_does_not_answer_an_item_and_the_page_say_when_it_goes_by_the_same_two_things() -> (
    None
):
    item = said.help_for(line(Why.PLAN_DOWN))
    page = said.day_sentence(DayEnd(waiting=Counter({GroupKind.VISIT: 1})))
    for condition in ("while Hearthside is unlocked", "the plan answers"):
        assert condition in item
        assert condition in page
    assert "seconds" not in item, "the longer it fails, the longer each rest is"


@pytest.mark.parametrize(
    ("minutes", "age"),
    [
        (-60, "1 minute"),
        (0, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (2879, "47 hours"),
        (2880, "2 days"),
    ],
)
def test_an_age_is_said_in_the_unit_that_one_would_use(minutes: int, age: str) -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    assert said.age(at - timedelta(minutes=minutes), at) == age


def test_the_end_of_the_day_counts_everything_that_is_left() -> None:
    one = Counter({GroupKind.VISIT: 1})
    assert said.day_sentence(DayEnd()) == said.ALL_RECEIVED
    assert said.day_sentence(DayEnd(ever=False)) == said.NEVER_YET
    assert said.day_sentence(DayEnd(drafts=1)) == "1 visit is not signed yet."
    assert said.day_sentence(DayEnd(set_aside=one)) == "1 visit needs you: see below."
    assert said.day_sentence(DayEnd(waiting=one, sign_in=True)) == (
        "1 visit is not received yet. It leaves once you have signed in."
    )
    everything = DayEnd(2, Counter({GroupKind.VISIT: 3, GroupKind.ATTACHMENT: 2}), one)
    assert said.day_lines(everything) == [
        "2 visits are not signed yet.",
        "1 visit needs you: see below.",
        "3 visits and 2 pictures and signatures are not received yet. "
        "They leave by themselves while Hearthside is unlocked and the plan answers.",
    ]


def test_a_choice_keeps_the_day_open_and_says_that_it_may_wait() -> None:
    assert not DayEnd(choices=1).done
    assert said.day_sentence(DayEnd(choices=1)) == (
        "Everything has been received. 1 record has two versions and needs you to choose: see below. "
        "Not sure? It can wait until you have asked."
    )
    one = Counter({GroupKind.VISIT: 1})
    assert said.ALL_RECEIVED not in said.day_sentence(DayEnd(waiting=one, choices=2))
    assert said.ALL_RECEIVED not in said.day_sentence(DayEnd(choices=1, ever=False))


def test_a_refusal_that_cannot_be_corrected_does_not_offer_it() -> None:
    assert "Correct" in said.help_for(replace(line(Why.REFUSED), do=(Do.CORRECT,)))
    assert "Correct" not in said.help_for(line(Why.REFUSED))


def test_each_verdict_says_one_thing_and_what_to_do() -> None:
    for verdict in Verdict:
        head, todo = connection.finding(Finding(verdict))
        assert head.endswith(".")
        assert todo.endswith(".")
        assert head.count(".") == 1, head
    assert connection.finding(Finding(Verdict.WRONG_DATE, expired=True))[0] == connection.EXPIRED_OR_DATE
    assert set(connection.PASS) == set(PassWord)
    assert set(connection.STEP) == set(Step)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "agrees with the plan's"),
        (5, "5 seconds behind the plan's"),
        (-3_600, "60 minutes ahead of the plan's"),
        (86_400 * 3, "3 days behind the plan's"),
    ],
)
def test_the_clock_is_compared_in_words(seconds: float, words: str) -> None:
    assert connection.offset(timedelta(seconds=seconds)) == words
