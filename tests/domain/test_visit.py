"""A draft becomes a signed visit only when nothing needed is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.patient import age_on, fold
from app.domain.visit import (
    LONGEST_NOTE,
    Absent,
    Answer,
    AnsweredBy,
    Entry,
    Missing,
    Modality,
    PersonRef,
    Setting,
    VisitDraft,
    find_missing,
    sign,
    split_key,
    unfinished_key,
)

BEGAN = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
PAIN = Answer(at=BEGAN, value=4)
COMPLETE = VisitDraft(
    id="v1",
    patient_id="p1",
    nurse=PersonRef("Practitioner/n1", "Ana Ruiz"),
    modality=Modality.IN_PERSON,
    setting=Setting.HOME,
    began_at=BEGAN,
    left_at=BEGAN + timedelta(minutes=40),
    answered_by=AnsweredBy.PATIENT,
    answers={"esas-pain": PAIN},
)


def test_a_complete_draft_misses_nothing_and_keeps_its_times_when_signed() -> None:
    assert find_missing(COMPLETE) == ()
    visit = sign(COMPLETE, BEGAN + timedelta(hours=5), 1200)
    assert (visit.left_at, visit.signed_at) == (COMPLETE.left_at, BEGAN + timedelta(hours=5))
    assert visit.answers == COMPLETE.answers


@pytest.mark.parametrize(
    ("draft", "missing"),
    [
        (replace(COMPLETE, answered_by=None), (Missing.ANSWERED_BY,)),
        (replace(COMPLETE, answers={}), (Missing.FINDING,)),
        (replace(COMPLETE, answers={}, note="  \n"), (Missing.FINDING,)),
        (replace(COMPLETE, answers={}, note="Asleep all visit.", answered_by=None), ()),
        (replace(COMPLETE, left_at=None), (Missing.END,)),
        (replace(COMPLETE, unfinished={"esas-other": "Itching"}), (Missing.OTHER_NUMBER,)),
        (replace(COMPLETE, unfinished={"esas-other": " "}), ()),
        (replace(COMPLETE, left_at=BEGAN - timedelta(seconds=1)), (Missing.TIMES,)),
        (replace(COMPLETE, left_at=BEGAN + timedelta(hours=25)), (Missing.TIMES,)),
        (replace(COMPLETE, note="x" * (LONGEST_NOTE + 1)), (Missing.NOTE_TOO_LONG,)),
        (
            replace(COMPLETE, answers={}, left_at=None, answered_by=None),
            (Missing.FINDING, Missing.END),
        ),
    ],
)
def test_what_is_missing_is_listed(draft: VisitDraft, missing: tuple[Missing, ...]) -> None:
    assert find_missing(draft) == missing
    if missing:
        with pytest.raises(ValueError, match="not ready to sign"):
            sign(draft, BEGAN, None)


def test_one_declined_item_is_a_finding() -> None:
    draft = replace(COMPLETE, answers={"esas-pain": Answer(at=BEGAN, absent=Absent.DECLINED)})
    assert find_missing(draft) == ()


@pytest.mark.parametrize("answer", [{}, {"value": 3, "absent": Absent.DECLINED}])
def test_an_answer_is_a_number_or_a_reason_never_both_or_neither(answer: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="an answer is"):
        Answer(at=BEGAN, **answer)  # type: ignore[arg-type]  # wrong on purpose


def test_an_answer_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        Answer(at=datetime(2026, 11, 1, 8, 30), value=1)  # noqa: DTZ001 - wrong on purpose


def test_age_counts_whole_years_and_never_goes_below_zero() -> None:
    born = datetime(1948, 11, 22, tzinfo=UTC).date()
    assert age_on(born, datetime(2026, 11, 21, tzinfo=UTC).date()) == 77
    assert age_on(born, datetime(2026, 11, 22, tzinfo=UTC).date()) == 78
    assert age_on(born, datetime(1947, 1, 1, tzinfo=UTC).date()) == 0


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Colón  Ríos", "colon rios"), ("O'Brien", "o'brien"), ("STRAẞE", "strasse"), ("  ", "")],
)
def test_search_text_loses_accents_case_and_double_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_unfinished_words_of_an_entry_have_a_key_of_their_own() -> None:
    assert split_key(unfinished_key("/44250-9")) == ("", "/44250-9")
    assert split_key(unfinished_key("dose", "e1")) == ("e1", "dose")
    assert unfinished_key("dose", "e1") != unfinished_key("dose", "e2")


def test_an_entry_that_was_opened_and_left_empty_is_no_finding_and_is_not_signed() -> None:
    empty, told = Entry("e1"), Entry("e2", {"person-name": Answer(BEGAN, "Ada")})
    bare = replace(COMPLETE, answers={}, answered_by=None)
    assert find_missing(replace(bare, entries={"people": (empty,)})) == (Missing.FINDING,)
    signed = sign(replace(bare, entries={"people": (empty, told)}), BEGAN + timedelta(hours=1), None)
    assert signed.entries == {"people": (told,)}
