"""The board's rules: work is ranked by what matters and by age, nurses by name, silence by the plan's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.board import HEARD_WITHIN, Nurse, Tablet, Waits, by_name, in_order, is_heard
from app.sync.fhir.team_board import decode_board

AT = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


def test_alerts_come_first_then_the_oldest_and_files_last() -> None:
    hour = timedelta(hours=1)
    waits = [
        Waits("file", 1, AT - 9 * hour),
        Waits("visit", 1, AT - hour),
        Waits("something-new", 1, AT),
        Waits("visit", 2, AT - 3 * hour),
        Waits("alert", 1, AT),
    ]
    assert [(one.kind, one.count) for one in in_order(waits)] == [
        ("alert", 1),
        ("visit", 2),
        ("visit", 1),
        ("something-new", 1),
        ("file", 1),
    ]


def test_who_has_more_to_send_does_not_stand_higher() -> None:
    busy = Nurse("Practitioner/z", "Zoe", tablets=(Tablet(AT, (Waits("alert", 40, AT),)),))
    calm = Nurse("Practitioner/a", "ana")
    assert [one.name for one in by_name([busy, calm])] == ["ana", "Zoe"]


def test_heard_is_said_by_the_plans_time_of_its_own_word() -> None:
    assert is_heard(AT - HEARD_WITHIN, AT)
    assert not is_heard(AT - HEARD_WITHIN - timedelta(seconds=1), AT)
    assert not is_heard(None, AT)


def test_of_two_tablets_the_newest_word_counts_and_what_waits_on_either() -> None:
    older = Tablet(AT - timedelta(days=2), (Waits("visit", 1, AT - timedelta(days=2)),))
    nurse = Nurse("Practitioner/a", "Ana", tablets=(older, Tablet(AT)))
    assert nurse.heard_at == AT
    assert [one.kind for one in nurse.waiting] == ["visit"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "part", "parameter", "valueReference", "reference", "valueInstant"]),
            inner | st.sampled_from(["nurse", "who", "device", "heard", "at", "Practitioner/1"]),
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(st.lists(JSON, max_size=4))
def test_whatever_the_plan_says_reading_it_does_not_fall_over(parameters: list[object]) -> None:
    at = {"name": "at", "valueInstant": "2026-11-22T14:02:00Z"}
    word = decode_board({"resourceType": "Parameters", "parameter": [at, *parameters]})
    assert word is not None
    assert decode_board(parameters) is None
