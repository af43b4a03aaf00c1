"""Where a visit is, is read from the outbox and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.services.hub import ChangeHub
from app.services.models import VisitState
from app.services.summaries import status_of
from app.services.words import sign_in_sentence
from app.store.changes import Topic
from app.store.outbox import VisitSending

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
WAITING = VisitSending(
    visit_id="v1",
    draft=False,
    own=True,
    total=13,
    settled=0,
    has_cut=False,
    has_attempted=False,
    set_aside=False,
    reason=None,
    conflict=False,
    arriving=False,
    received_at=None,
)


@pytest.mark.parametrize(
    ("sending", "state"),
    [
        (WAITING, VisitState.ON_DEVICE),
        (replace(WAITING, has_cut=True), VisitState.ON_DEVICE),
        (replace(WAITING, has_attempted=True), VisitState.SENDING),
        (replace(WAITING, settled=12), VisitState.ARRIVING),
        (replace(WAITING, settled=13, received_at=AT), VisitState.RECEIVED),
        (replace(WAITING, draft=True, total=0), VisitState.DRAFT),
        (replace(WAITING, set_aside=True, reason="no such member"), VisitState.REFUSED),
        (replace(WAITING, conflict=True), VisitState.TWO_VERSIONS),
        (replace(WAITING, own=False, total=0, received_at=AT), VisitState.RECEIVED),
        (replace(WAITING, own=False, total=0, arriving=True), VisitState.ARRIVING),
        (None, VisitState.ON_DEVICE),
    ],
)
def test_each_state_of_the_outbox_has_one_word(sending: VisitSending | None, state: VisitState) -> None:
    assert status_of(sending).state is state


def test_received_is_never_said_while_one_part_is_missing() -> None:
    for settled in range(13):
        assert status_of(replace(WAITING, settled=settled, received_at=AT)).state is not VisitState.RECEIVED


def test_a_receipt_shows_the_plans_time_and_a_refusal_its_words() -> None:
    assert status_of(replace(WAITING, settled=13, received_at=AT)).received_at == AT
    assert status_of(replace(WAITING, set_aside=True, reason="too old")).reason == "too old"


@pytest.mark.parametrize(
    ("unsent", "sentence"),
    [
        (0, "Sign in to the plan again to get news of your people."),
        (1, "Sign in to send 1 visit."),
        (3, "Sign in to send 3 visits."),
    ],
)
def test_an_expired_sign_in_says_what_waits(unsent: int, sentence: str) -> None:
    assert sign_in_sentence(unsent) == sentence


def test_what_waits_for_the_sign_in_is_named_with_its_grammar() -> None:
    assert sign_in_sentence(2, 1, 3) == "Sign in to send 1 alert, 2 visits, 3 other records."
    assert sign_in_sentence(0, 2) == "Sign in to send 2 alerts."


def test_a_refusal_after_a_part_had_arrived_says_both() -> None:
    status = status_of(replace(WAITING, set_aside=True, reason="too large", settled=12))
    assert (status.state, status.parts) == (VisitState.REFUSED, (12, 13))
    assert status_of(replace(WAITING, lost=True, settled=12)).state is VisitState.LOST


def test_a_screen_hears_only_of_its_topics_and_one_failing_screen_stops_no_other() -> None:
    hub = ChangeHub()
    heard: list[str] = []

    def failing() -> None:
        raise RuntimeError("a screen broke")

    hub.subscribe(frozenset({Topic.VISITS}), failing)
    stop = hub.subscribe(frozenset({Topic.VISITS, Topic.OUTBOX}), lambda: heard.append("visits"))
    hub.subscribe(frozenset({Topic.PATIENTS}), lambda: heard.append("patients"))
    hub.publish(frozenset({Topic.VISITS}))
    stop()
    hub.publish(frozenset({Topic.VISITS}))
    assert heard == ["visits"]
