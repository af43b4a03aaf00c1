"""Words of a pulled record: a decision only where they are known whole, and always shown as they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.content import load_table
from app.domain.code_status import Cpr, Rests, Statement, compose, find_disagreement, read_words
from app.domain.code_status_words import is_title, speaks_of_cpr, speaks_of_treatment

TODAY = date(2026, 11, 22)
SEEN = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
DECISIONS = {
    phrase: Cpr(one["id"])
    for one in load_table("code-status-words")["decisions"]
    for phrase in one["phrases"]
}


@pytest.mark.parametrize(
    "words",
    [
        "Patient does not want DNR",
        "Not a DNR",
        "DNR: No",
        "DNR? no",
        "DNR no",
        "No DNR",
        "DNR discussed, patient wishes full resuscitation",
        "considering DNR",
        "DNR expired",
        "DNR. Expired",
        "DNR, expired 2024",
        "previously DNR",
        "DNR order suspended for surgery",
        "DNR form not signed",
        "DNR / not signed",
        "DNR?",
        "DNR if terminal",
        "DNR (unsigned)",
        "DNR unless choking",
        "DNR rescinded, full code",
        "Full code until surgery, then DNR",
        "Do not attempt resuscitation: declined",
        "Refuses DNR",
        "Not full code",
        "Full code?",
        "Attempt CPR: no",
        "Wants to discuss whether to attempt CPR",
        "Does not want anyone to attempt CPR",
        "Yes CPR / No CPR",
        "No code status on file",
        "CPR",
        "",
    ],
)
def test_words_that_deny_doubt_or_limit_a_phrase_are_no_decision(words: str) -> None:
    assert read_words(words) is None


@pytest.mark.parametrize(
    ("words", "cpr"),
    [
        ("DNR", Cpr.NO),
        ("  dnr. ", Cpr.NO),
        ("DNR/DNI", Cpr.NO),
        ("DNR / DNI", Cpr.NO),
        ("Do Not Resuscitate", Cpr.NO),
        ("Do not attempt CPR", Cpr.NO),
        ("Code status: DNR", Cpr.NO),
        ("CPR: No", Cpr.NO),
        ("POLST on refrigerator: No CPR / comfort-focused", Cpr.NO),
        ("POLST: No CPR. Comfort-focused treatments. Kept: in the chart", Cpr.NO),
        ("Full code", Cpr.YES),
        ("Attempt Resuscitation/CPR", Cpr.YES),
        ("Yes CPR, full treatment", Cpr.YES),
    ],
)
def test_words_of_which_every_part_is_known_are_read(words: str, cpr: Cpr) -> None:
    assert read_words(words) is cpr


@pytest.mark.parametrize(("phrase", "cpr"), DECISIONS.items())
def test_each_phrase_of_the_table_is_read_whole(phrase: str, cpr: Cpr) -> None:
    assert read_words(phrase) is cpr
    assert read_words(phrase.upper()) is cpr
    assert speaks_of_cpr(phrase)


LIMITING = (
    *("not", "no", "not a", "never", "was", "previously", "considering", "discussed", "declined", "refuses"),
    *("expired", "suspended", "revoked", "void", "not signed", "if", "unless", "until", "maybe"),
    *("wants to discuss", "whether to", "does not want", "old", "pending", "?", "vs", "or", "2019"),
    *("patient", "family asks about"),
)
JOINTS = (" ", ", ", ". ", ": ", "; ", " / ", " - ", "\n", " (", ") ")
beside = st.sampled_from(LIMITING) | st.from_regex(r"[a-z]{3,12}( [a-z]{2,10}){0,3}", fullmatch=True)


def _is_known(words: str) -> bool:
    table = load_table("code-status-words")
    known = {*DECISIONS, *table["beside"]["phrases"], *table["labels"]["phrases"]}
    return words in known


@settings(deadline=None)
@given(st.sampled_from(sorted(DECISIONS)), st.sampled_from(JOINTS), beside, st.booleans())
def test_a_known_phrase_among_other_words_is_never_a_decision(
    phrase: str, joint: str, other: str, before: bool
) -> None:
    if _is_known(other):
        return
    words = f"{other}{joint}{phrase}" if before else f"{phrase}{joint}{other}"
    read = read_words(words)
    # "do not attempt" before "resuscitation" is a phrase of its own, and then the whole of it.
    assert read is None or " ".join(words.split()) in DECISIONS


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(sorted(DECISIONS)), min_size=2, max_size=3), st.sampled_from([", ", ". ", " / "])
)
def test_phrases_that_contradict_each_other_are_no_decision(phrases: list[str], joint: str) -> None:
    said = {DECISIONS[one] for one in phrases}
    assert read_words(joint.join(phrases)) in ({None} if len(said) > 1 else {None, *said})


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_asked(words: str) -> None:
    assert read_words(words) in (None, Cpr.NO, Cpr.YES)
    assert is_title(words) in (True, False)
    assert speaks_of_treatment(words) in (True, False)


def polst_seen(cpr: Cpr = Cpr.NO) -> Statement:
    return Statement("DocumentReference/p", Rests.POLST, cpr, seen_at=SEEN, kept="on fridge")


def of_plan(cpr: Cpr | None = None, what: str = "", title: str = "") -> Statement:
    return Statement("Observation/c", Rests.PLAN, cpr, dated="2024", what=what, title=title)


@pytest.mark.parametrize("title", load_table("code-status-words")["titles"]["phrases"])
def test_the_title_of_a_paper_says_nothing_and_differs_from_nothing(title: str) -> None:
    for one in (of_plan(what=title.upper()), of_plan(title=title)):
        assert not find_disagreement([polst_seen(), one])
        status = compose([polst_seen(), one], TODAY)
        assert status.line == "Code status: No CPR. POLST seen Mar 12, on fridge"
        assert len(status.current) == 2


def test_a_title_alone_is_shown_and_never_called_not_recorded() -> None:
    line = compose([of_plan(title="POLST on file")], TODAY).line
    assert line == "Code status: what is on record does not say. POLST on file: plan record, 2024"


def test_words_that_were_not_read_stand_beside_a_decision_in_quotes() -> None:
    status = compose([polst_seen(), of_plan(what="DNR order suspended for surgery")], TODAY)
    assert status.headline == "Code status: Two different records"
    assert set(status.lines) == {
        "No CPR: POLST seen Mar 12, on fridge",
        "“DNR order suspended for surgery”: plan record, 2024",
    }


def test_a_pulled_records_own_words_stand_beside_what_was_coded() -> None:
    assert compose([of_plan(Cpr.NO, "DNR/DNI")], TODAY).line == (
        "Code status: No CPR. Plan record, 2024, “DNR/DNI”"
    )
    assert compose([of_plan(Cpr.NO, "No CPR")], TODAY).line == "Code status: No CPR. Plan record, 2024"
    status = compose([polst_seen(Cpr.YES), of_plan(Cpr.NO, "DNR, comfort care")], TODAY)
    assert "No CPR: plan record, 2024, “DNR, comfort care”" in status.lines


def test_one_paper_in_several_records_is_one_line_and_one_side() -> None:
    parts = [
        Statement("DocumentReference/d", Rests.PLAN, Cpr.NO, dated="2026-01-16", what="No CPR"),
        Statement("Flag/f", Rests.PLAN, Cpr.NO, dated="2026-01-16"),
        Statement(
            "Observation/t", Rests.PLAN, None, "selective", dated="2026-01-16", what="Selective treatment"
        ),
        Statement("Observation/s", Rests.PATIENT, Cpr.YES, dated="2026-05-03", seen_at=SEEN),
    ]
    status = compose(parts, TODAY)
    assert status.headline == "Code status: Two different records"
    assert sorted(status.lines) == [
        "Attempt CPR: patient said, May 3",
        "No CPR: plan record, Jan 16",
        "Selective treatment: plan record, Jan 16",
    ]
    assert len(status.current) == 4
