"""Code status: never blank, never a default, never overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import load
from app.domain.code_status import (
    CPR_WORDS,
    KEPT_WORDS,
    NUTRITION_WORDS,
    TREATMENT_WORDS,
    Cpr,
    Rests,
    Statement,
    compose,
    find_disagreement,
    list_current,
    read_words,
)
from app.domain.code_status_entries import answers_of, statement_of
from app.domain.code_status_story import tell_story
from app.domain.visit import Answer, Entry

TODAY = date(2026, 11, 22)
SEEN = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)


def polst(cpr: Cpr | None = Cpr.NO, **more: object) -> Statement:
    made = Statement("DocumentReference/p", Rests.POLST, cpr, seen_at=SEEN, kept="on fridge")
    return _with(made, **more)


def patient(cpr: Cpr | None = Cpr.NO, **more: object) -> Statement:
    made = Statement("Observation/s", Rests.PATIENT, cpr, dated="2026-05-03", seen_at=SEEN)
    return _with(made, **more)


def plan(cpr: Cpr | None = None, what: str = "", **more: object) -> Statement:
    return _with(Statement("Consent/c", Rests.PLAN, cpr, dated="2024", what=what), **more)


def _with(statement: Statement, **more: object) -> Statement:
    return replace(statement, **more)  # type: ignore[arg-type]  # test values by name


def test_nothing_recorded_reads_exactly_so() -> None:
    assert compose([], TODAY).line == "Code status: not recorded"


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        (polst(), "Code status: No CPR. POLST seen Mar 12, on fridge"),
        (patient(), "Code status: No CPR. Patient said, May 3"),
        (plan(Cpr.YES), "Code status: Attempt CPR. Plan record, 2024"),
        (patient(Cpr.NOT_DECIDED), "Code status: Not decided. Patient said, May 3"),
        (plan(what="See chart"), "Code status: “See chart”. Plan record, 2024"),
    ],
)
def test_the_line_says_the_value_what_it_rests_on_and_when(statement: Statement, line: str) -> None:
    assert compose([statement], TODAY).line == line


def test_a_year_that_is_not_this_one_is_said() -> None:
    assert "Mar 12, 2026" in compose([polst()], date(2027, 1, 1)).line


def test_a_record_that_says_nothing_is_not_called_not_recorded_nor_full_code() -> None:
    line = compose([polst(None)], TODAY).line
    assert line == "Code status: what is on record does not say. POLST seen Mar 12, on fridge"


def test_disagreement_lists_both_and_overwrites_neither() -> None:
    status = compose([polst(Cpr.YES), patient(Cpr.NO)], TODAY)
    assert status.headline == "Code status: Two different records"
    assert set(status.lines) == {
        "Attempt CPR: POLST seen Mar 12, on fridge",
        "No CPR: patient said, May 3",
    }
    assert status.differs
    assert len(status.current) == 2


def test_disagreement_about_treatment_counts_too() -> None:
    one = polst(treatment="comfort")
    other = plan(Cpr.NO, treatment="full")
    assert len(find_disagreement([one, other])) == 2
    assert not find_disagreement([polst(treatment="comfort"), patient()])


def test_words_that_cannot_be_read_for_sure_stand_beside_the_rest() -> None:
    assert compose([polst(), plan(what="Comfort measures, see note")], TODAY).differs


def test_a_paper_that_was_seen_speaks_first_where_all_agree() -> None:
    assert "POLST seen" in compose([patient(), polst(), plan(Cpr.NO)], TODAY).lines[0]


def test_a_later_record_supersedes_only_what_it_names() -> None:
    newer = patient(Cpr.YES, id="Observation/n", replaces=("Observation/s",))
    status = compose([patient(), newer], TODAY)
    assert status.line.startswith("Code status: Attempt CPR")
    assert not status.differs
    assert [one.id for one in status.earlier] == ["Observation/s"]
    assert compose([patient(), newer, polst()], TODAY).differs


def test_what_was_taken_back_no_longer_counts_and_stays_in_the_list() -> None:
    gone = polst(id="DocumentReference/q", replaces=("DocumentReference/p",), taken_back=True)
    status = compose([polst(), gone], TODAY)
    assert status.headline == "Code status: not recorded"
    assert len(status.earlier) == 2


@pytest.mark.parametrize(
    ("words", "cpr"),
    [
        ("DNR", Cpr.NO),
        ("POLST on refrigerator: No CPR / comfort-focused", Cpr.NO),
        ("Do not attempt resuscitation", Cpr.NO),
        ("Full code", Cpr.YES),
        ("Attempt CPR", Cpr.YES),
        ("Do not attempt CPR", Cpr.NO),
        ("DNR rescinded, full code", None),
        ("No DNR on file", None),
        ("Fall risk", None),
        ("", None),
    ],
)
def test_words_of_a_pulled_record_are_read_only_when_sure(words: str, cpr: Cpr | None) -> None:
    assert read_words(words) is cpr


def entry(**answers: str | tuple[str, ...]) -> Entry:
    given_answers = {
        f"cs-{name.replace('_', '-')}": Answer(SEEN, value=value) for name, value in answers.items()
    }
    return Entry("e1", given_answers, "DocumentReference/old")


def test_what_was_tapped_becomes_a_statement_that_names_what_it_renews() -> None:
    made = statement_of(
        entry(rests="polst", says="cpr-no", kept="fridge"), "DocumentReference/x", SEEN, "Ana"
    )
    assert made is not None
    assert compose([made], TODAY).line == "Code status: No CPR. POLST seen Mar 12, on fridge"
    assert made.replaces == ("DocumentReference/old",)
    assert statement_of(entry(says="cpr-no"), "x", SEEN, "Ana") is None


def test_looking_again_starts_from_what_was_said_but_never_from_what_the_plan_rests_on() -> None:
    again = answers_of(polst(treatment="comfort", dated="2025-02-03"))
    assert again == {
        "cs-rests": "polst",
        "cs-says": "cpr-no",
        "cs-treatment": "comfort",
        "cs-dated": "2025-02-03",
        "cs-kept": "fridge",
    }
    assert "cs-rests" not in answers_of(plan(Cpr.NO))
    assert "cs-dated" not in answers_of(plan(Cpr.NO))


def test_every_option_of_the_form_has_its_words() -> None:
    group = load()["code-status"].items[0]
    options = {item.link_id: {o.code for o in item.options} for item in group.items}
    assert options["cs-rests"] == {one.value for one in Rests} - {"plan"}
    assert options["cs-says"] == {one.value for one in Cpr}
    assert options["cs-kept"] - {"elsewhere"} == set(KEPT_WORDS)
    assert options["cs-treatment"] - {"not-filled"} == set(TREATMENT_WORDS)
    assert options["cs-nutrition"] - {"not-filled", "no-decision"} == set(NUTRITION_WORDS)
    assert "Full code" not in CPR_WORDS.values()


statements = st.builds(
    Statement,
    id=st.sampled_from(["a", "b", "c", "d", "e"]),
    rests=st.sampled_from(Rests),
    cpr=st.none() | st.sampled_from(Cpr),
    treatment=st.none() | st.sampled_from(["full", "comfort", "not-filled"]),
    dated=st.sampled_from(["", "2024", "2024-03", "2026-05-03", "nonsense"]),
    seen_at=st.none() | st.just(SEEN) | st.just(SEEN + timedelta(days=9)),
    what=st.sampled_from(["", "DNR"]),
    replaces=st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=2).map(tuple),
    taken_back=st.booleans(),
)


@given(st.lists(statements, max_size=6, unique_by=lambda one: one.id))
def test_the_line_is_never_blank_never_full_code_and_nothing_is_lost(made: list[Statement]) -> None:
    status = compose(made, TODAY)
    assert status.headline.startswith("Code status: ")
    assert status.headline.strip() != "Code status:"
    assert "full code" not in status.line.lower()
    assert {one.id for one in (*status.current, *status.earlier)} == {one.id for one in made}
    if not list_current(made):
        assert status.headline == "Code status: not recorded"
    assert status.differs == bool(find_disagreement(made))


@given(
    st.lists(statements, max_size=5, unique_by=lambda one: one.id).flatmap(
        lambda made: st.tuples(st.just(made), st.permutations(made))
    )
)
def test_the_line_does_not_depend_on_the_order_of_the_records(
    both: tuple[list[Statement], list[Statement]],
) -> None:
    assert compose(both[0], TODAY) == compose(both[1], TODAY)


def test_the_story_has_one_chapter_for_what_is_said_again_and_names_what_changed() -> None:
    first = plan(Cpr.NO, id="Observation/1", dated="2026-01-16", what="No CPR")
    flag, paper = (
        replace(first, id=name, what="POLST: No CPR") for name in ("Flag/2", "DocumentReference/3")
    )
    yes = patient(Cpr.YES, seen_at=SEEN + timedelta(days=200), replaces=("Flag/2",))
    now_no = polst(seen_at=SEEN + timedelta(days=210), id="DocumentReference/4")
    newest, middle, oldest = tell_story([yes, paper, now_no, first, flag])
    assert (newest.first, newest.again, newest.before) == (now_no, (), ())
    assert (middle.first, middle.before, middle.replaced) == (yes, (flag,), False)
    assert {one.id for one in oldest.records} == {"Observation/1", "Flag/2", "DocumentReference/3"}
    assert not oldest.replaced  # two of them still count


def test_a_chapter_whose_records_were_all_replaced_says_so_and_what_was_taken_back_is_its_own() -> None:
    gone = plan(id="Consent/9", taken_back=True, replaces=("Consent/c",), dated="2026-02-01")
    taken_back, old = tell_story([plan(Cpr.NO), gone])
    assert (taken_back.first, taken_back.replaced, old.replaced) == (gone, False, True)


@given(st.lists(statements, max_size=5, unique_by=lambda one: one.id))
def test_the_story_never_leaves_out_a_record(made: list[Statement]) -> None:
    told = [one.id for chapter in tell_story(made) for one in chapter.records]
    assert sorted(told) == sorted(one.id for one in made)
