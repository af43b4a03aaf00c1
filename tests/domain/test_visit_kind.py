"""What is proposed, what stands open, when scales are due, and what signing needs, by the kind of visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.content import Kind, load
from app.content.visit_kinds import OpenSection, load_kinds
from app.domain.settings import DueDate
from app.domain.visit import (
    Absent,
    Answer,
    AnsweredBy,
    Missing,
    Modality,
    PersonRef,
    Setting,
    VisitDraft,
    find_missing,
)
from app.domain.visit_kind import KIND, Known, VisitKind, is_met, kind_of, propose
from app.domain.visit_layout import Behind, Layout, Why, lay_out

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
DAY = timedelta(days=1)
SEEN = tuple(NOW - days * DAY for days in (40, 30, 20, 10))


def say(**answers: object) -> dict[str, Answer]:
    return {name.replace("_", "-"): Answer(NOW, value) for name, value in answers.items()}  # type: ignore[arg-type]  # any value


def layout(
    kind: VisitKind = VisitKind.ROUTINE,
    *,
    answers: dict[str, Answer] | None = None,
    seen: tuple[datetime, ...] = SEEN,
    last: dict[str, Answer] | None = None,
    setting: Setting = Setting.HOME,
    dates: dict[str, DueDate] | None = None,
    opened: dict[str, tuple[OpenSection, ...]] | None = None,
) -> Layout:
    return lay_out(kind, setting, answers or {}, Behind(NOW, seen, last or {}), opened or {}, dates or {})


def draft(kind: VisitKind | None, answers: dict[str, Answer] | None = None, **more: object) -> VisitDraft:
    known = {} if kind is None else {KIND: Answer(NOW, kind.value)}
    made = VisitDraft("v", "p", PersonRef("Practitioner/a", "Ana"), Modality.IN_PERSON, Setting.HOME, NOW)
    return replace(made, answers={**known, **(answers or {})}, **more)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(0), VisitKind.FIRST),
        (Known(0, NOW - DAY, not_herself=True), VisitKind.FIRST),
        (Known(4), VisitKind.ROUTINE),
        (Known(4, not_herself=True), VisitKind.CANNOT_SPEAK),
        (Known(4, NOW - 2 * DAY, not_herself=True), VisitKind.FROM_FACILITY),
        (Known(4, NOW - 14 * DAY), VisitKind.FROM_FACILITY),
        (Known(4, NOW - 15 * DAY), VisitKind.ROUTINE),
        (Known(4, NOW + DAY), VisitKind.ROUTINE),
    ],
)
def test_the_kind_is_proposed_from_what_is_known(known: Known, expected: VisitKind) -> None:
    assert propose(known, NOW) is expected


def test_the_six_kinds_of_the_content_are_those_that_the_app_knows() -> None:
    assert [one.id for one in load_kinds().kinds] == [one.value for one in VisitKind]
    item = load()["visit-frame"].get_item(KIND)
    assert item.hidden
    assert {option.code for option in item.options} == {one.value for one in VisitKind}


def test_a_kind_that_this_app_does_not_know_is_none_and_no_visit_is_called_off_by_it() -> None:
    answers = {KIND: Answer(NOW, "moon-landing")}
    assert kind_of(answers) is None
    assert is_met(answers)
    assert not is_met(say(ns_why="other"))


# --- what stands open ---


def test_scales_stay_closed_in_a_routine_visit_and_sections_stand_in_the_order_of_the_visit() -> None:
    found = layout()
    assert [one.section for one in found.open][:4] == ["who", "there", "symptoms", "body"]
    assert not found.why
    assert not found.asks("falls", "steadi")
    assert found.asks("falls", "body-falls")
    assert not found.asks("function", "hospice-signs"), "what is for few people waits for the nurse's own tap"
    assert not layout(VisitKind.TELEPHONE).asks("function", "hospice-signs")
    assert not found.stands_open("mood", ("phq-9", "gad-7"))


@pytest.mark.parametrize(
    ("item", "value", "form"),
    [
        ("esas-depr", 4, "phq-9"),
        ("esas-anx", 4, "gad-7"),
        ("esas-pain", 4, "peg-3"),
        ("esas-drowsy", 7, "4at"),
        ("distress-usual", "not-usual", "4at"),
        ("fall-since", "yes", "steadi"),
        ("caregiver-coping", "unsafe", "ahc-hrsn"),
        ("body-new", ("skin",), "body-skin"),
    ],
)
def test_an_answer_opens_a_form_and_one_below_the_line_does_not(item: str, value: object, form: str) -> None:
    found = layout(answers={item: Answer(NOW, value)})  # type: ignore[arg-type]  # any value
    assert found.why == {form: Why.TRIGGER}
    below = {item: Answer(NOW, value - 1 if isinstance(value, int) else "no")}
    assert not layout(answers=below).why
    assert not layout(answers={item: Answer(NOW, absent=Absent.DECLINED)}).why


def test_a_scale_is_due_in_the_first_three_visits_until_it_was_answered() -> None:
    for before in range(3):
        assert layout(seen=SEEN[:before]).why["phq-9"] is Why.EARLY
    answered = {"/44250-9": Answer(NOW - 10 * DAY, "LA6568-5")}
    assert "phq-9" not in layout(seen=SEEN[:2], last=answered).why
    assert "phq-9" not in layout(seen=SEEN[:3]).why


def test_and_then_every_ninety_days_after_its_last_answer_or_the_third_visit() -> None:
    def asked(days: int) -> dict[str, Answer]:
        return {"/44250-9": Answer(NOW - days * DAY, "LA6568-5")}

    assert "phq-9" not in layout(last=asked(89)).why
    assert layout(last=asked(90)).why["phq-9"] is Why.DUE
    long_ago = tuple(NOW - days * DAY for days in (200, 150, 90, 10))
    assert layout(seen=long_ago).why["phq-9"] is Why.DUE
    assert "phq-9" not in layout(seen=(*long_ago[:2], NOW - 89 * DAY)).why


def test_a_plan_has_due_dates_and_open_sections_of_its_own_and_signing_keeps_its_places() -> None:
    assert "ecog" not in layout(seen=(), dates={"ecog": DueDate(0, 90)}).why
    asked = {"akps": Answer(NOW, "60"), "ecog": Answer(NOW - 31 * DAY, "2")}
    assert layout(last=asked, dates={"ecog": DueDate(3, 30)}).why["ecog"] is Why.DUE
    mine = {"routine": (OpenSection("vitals"), OpenSection("falls", ("steadi",)))}
    found = layout(opened=mine)
    assert [one.section for one in found.open] == ["vitals", "falls", "who", "next"]
    assert found.asks("falls", "steadi")


def test_no_due_date_counts_on_the_telephone_and_nothing_is_asked_where_nobody_was_seen() -> None:
    assert not layout(VisitKind.TELEPHONE, seen=()).why
    assert layout(VisitKind.TELEPHONE).first["esas-r"] == ("esas-pain", "esas-sob")
    for kind in (VisitKind.NOT_SEEN, VisitKind.TELEPHONE):
        found = layout(kind, answers=say(ns_why="no-answer", esas_pain=9))
        assert [one.section for one in found.open] == ["not-seen", "next"]
        assert not found.others
        assert not found.why


@pytest.mark.parametrize("number", ["40", "10"])
def test_steadi_is_not_asked_of_who_is_in_bed(number: str) -> None:
    fallen = say(fall_since="yes")
    for answers, last in ((fallen | say(akps=number), {}), (fallen, say(akps=number))):
        found = layout(answers=answers, last=last)
        assert not found.asks("falls", "steadi")
        assert found.not_asked["steadi"] == "Not asked at AKPS 40 or below."
        assert "steadi" not in found.why, "nor does it open a section"
    assert layout(answers=fallen | say(akps="50"), last=say(akps=number)).asks("falls", "steadi")


def test_social_needs_are_not_asked_of_long_stay_residents() -> None:
    unsafe = say(caregiver_coping="unsafe")
    assert layout(answers=unsafe).asks("social", "ahc-hrsn")
    resident = layout(answers=unsafe, setting=Setting.NURSING_HOME_LONG, seen=())
    assert not resident.asks("social", "ahc-hrsn")
    assert "ahc-hrsn" in resident.not_asked
    assert layout(seen=(), setting=Setting.NURSING_HOME_SHORT).asks("social", "ahc-hrsn")


# --- no change ---


def test_no_change_can_be_said_of_medicines_people_equipment_home_and_plan_only() -> None:
    allowed = {"medicines", "people", "body-equipment", "visit-frame", "plan-of-care"}
    say_so = ("no change", "as listed", "as last time", "as before", "on record", "unchanged")
    places = {
        (form.id, item.link_id)
        for form in load().values()
        if form.short_of is None
        for top in form.items
        for item in (top, *top.items)
        for option in item.options
        if any(word in option.display.lower() for word in say_so)
    }
    named = {(form, item) for form, item in places if item in load_kinds().no_change}
    assert {form for form, _ in named} == allowed
    assert {item for _, item in places - named} == {"call-where"}, (
        "where the person is now, said anew in each call"
    )
    scales = {form.id for form in load().values() if form.kind is Kind.SCALE}
    assert not scales & {form for form, _ in places}


# --- what signing needs ---

COMPLETE = say(esas_pain=2, poc_next_contact="2026-11-29")


def test_a_visit_needs_who_answered_one_finding_what_comes_next_and_its_end() -> None:
    assert find_missing(draft(VisitKind.ROUTINE)) == (
        Missing.ANSWERED_BY, Missing.FINDING, Missing.NEXT, Missing.END,
    )  # fmt: skip
    done = draft(VisitKind.ROUTINE, COMPLETE, answered_by=AnsweredBy.PATIENT, left_at=NOW)
    assert find_missing(done) == ()
    for link in COMPLETE:
        left = {key: one for key, one in COMPLETE.items() if key != link}
        wanted = Missing.NEXT if link == "poc-next-contact" else Missing.FINDING
        assert find_missing(replace(done, answers={KIND: done.answers[KIND], **left})) == (wanted,)


def test_what_only_frames_a_visit_is_no_finding_and_a_reason_is_one() -> None:
    frame = say(frame_present=("patient",), call_where="on-record", next_whom="yes", next_none="office")
    made = draft(VisitKind.ROUTINE, frame, answered_by=AnsweredBy.PATIENT, left_at=NOW)
    assert find_missing(made) == (Missing.FINDING,)
    why = {"esas-pain": Answer(NOW, absent=Absent.DECLINED)}
    assert find_missing(replace(made, answers={**made.answers, **why})) == ()
    assert find_missing(replace(made, note="Slept all morning.")) == ()


def test_a_call_needs_the_right_person_too() -> None:
    made = draft(VisitKind.TELEPHONE, COMPLETE, answered_by=AnsweredBy.PATIENT, left_at=NOW)
    assert find_missing(made) == (Missing.PERSON,)
    known = say(call_identity=("full-name", "birth-date"))
    assert find_missing(replace(made, answers={**made.answers, **known})) == ()


def test_who_was_not_seen_needs_why_and_when_next_and_nobody_to_answer() -> None:
    made = draft(VisitKind.NOT_SEEN, left_at=NOW)
    assert find_missing(made) == (Missing.WHY, Missing.NEXT)
    said = say(ns_why="nobody-home", poc_next_contact="2026-11-23")
    assert find_missing(replace(made, answers={**made.answers, **said})) == ()
    unanswered = draft(VisitKind.TELEPHONE, say(ns_why="no-answer", next_none="office"), left_at=NOW)
    assert find_missing(unanswered) == ()


def test_a_draft_of_an_older_version_is_signed_as_it_was_begun() -> None:
    assert find_missing(draft(None, say(frame_present=("patient",)), left_at=NOW)) == ()
