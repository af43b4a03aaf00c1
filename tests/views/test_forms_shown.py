"""Which questions are to be seen, decided without a screen."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.content import load, load_sections
from app.content.model import Item, ItemKind, Option, Unit, When
from app.domain.instruments import Score, score_visit
from app.domain.said import say_value
from app.domain.visit import Absent, Again, Answer, Entry, Modality, Setting
from app.errors import RecordError
from app.views.forms import said
from app.views.forms.days import Parts, read, split
from app.views.forms.names import ident
from app.views.forms.shown import (
    count_answered,
    get_absents,
    holds,
    is_section_here,
    is_shown,
    most,
    split_short,
)
from app.views.visit.saving import toggled

AT = datetime(2026, 11, 22, 10, 20, tzinfo=UTC)
PHQ = load()["phq-9"]
CODES = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")


def phq(*scores: int) -> dict[str, Answer]:
    return {item.link_id: Answer(AT, CODES[score]) for item, score in zip(PHQ.items, scores, strict=False)}


def make(kind: ItemKind = ItemKind.CHOICE, **more: object) -> Item:
    return Item("x", "What?", "What?", kind=kind, **more)  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize(("scores", "why"), [((1, 1), None), ((2, 1), "score"), ((0, 3), "score")])
def test_the_first_two_questions_open_the_rest_from_three_on(
    scores: tuple[int, int], why: str | None
) -> None:
    made = split_short(PHQ, phq(*scores), opened=False)
    assert made is not None
    assert [item.link_id for item in made.first] == ["/44250-9", "/44255-8"]
    assert (made.why, len(made.rest)) == (why, 8 if why else 0)


def test_one_question_at_three_opens_the_rest_before_the_other_is_asked() -> None:
    made = split_short(PHQ, phq(3), opened=False)
    assert made is not None
    assert made.why == "score"


def test_the_nurse_may_open_the_rest_and_what_was_answered_there_stays_in_sight() -> None:
    by_hand = split_short(PHQ, {}, opened=True)
    assert by_hand is not None
    assert by_hand.why == "hand"
    answered = {"/44260-8": Answer(AT, CODES[1])}
    kept = split_short(PHQ, answered, opened=False)
    assert kept is not None
    assert (kept.why, len(kept.rest)) == ("answers", 8)


def test_a_key_question_opens_the_falls_questions() -> None:
    steadi = load()["steadi"]
    closed = split_short(steadi, {"steadi-1": Answer(AT, "no")}, opened=False)
    opened = split_short(steadi, {"steadi-5": Answer(AT, "yes")}, opened=False)
    assert closed is not None
    assert opened is not None
    assert (closed.why, opened.why) == (None, "score")


def test_a_scale_without_a_short_form_is_not_split() -> None:
    assert split_short(load()["4at"], {}, opened=False) is None


def test_a_condition_is_met_by_an_answer_and_never_by_a_reason_for_none() -> None:
    when = When("sleep", ("poor", "none"))
    assert holds(None, {})
    assert holds(when, {"sleep": Answer(AT, "poor")})
    assert holds(when, {"sleep": Answer(AT, ("good", "none"))})
    assert not holds(when, {"sleep": Answer(AT, "good")})
    assert not holds(when, {"sleep": Answer(AT, absent=Absent.DECLINED)})
    assert not holds(when, {})
    anything = When("sleep", ("*",))
    assert holds(anything, {"sleep": Answer(AT, 0)})
    assert not holds(anything, {"sleep": Answer(AT, absent=Absent.NOT_KNOWN)})


def test_what_holds_an_answer_is_always_seen() -> None:
    item = make(when=When("other", ("yes",)), switch="hits-safety")
    assert not is_shown(item, {}, {}, frozenset())
    assert not is_shown(item, {}, {}, {"hits-safety"})
    assert is_shown(item, {"other": Answer(AT, "yes")}, {}, {"hits-safety"})
    assert is_shown(item, {"x": Answer(AT, "a")}, {}, frozenset())
    group = make(ItemKind.GROUP, when=When("other", ("yes",)))
    assert is_shown(group, {}, {"x": (Entry("e1"),)}, frozenset())


def test_reasons_are_the_contents_own_else_the_usual_ones_of_a_scale() -> None:
    scale, form = load()["phq-9"], load()["body-bowels"]
    assert Absent.SLEEPY in get_absents(scale.items[0], scale.kind)
    assert get_absents(make(), form.kind) == ()
    assert get_absents(make(absents=("not-known",)), form.kind) == (Absent.NOT_KNOWN,)


def test_a_section_stands_where_it_belongs_and_wherever_it_was_answered() -> None:
    by_id = {section.id: section for section in load_sections()}
    call, body = by_id["call"], by_id["body"]
    assert is_section_here(call, Modality.TELEPHONE, Setting.HOME, 0)
    assert not is_section_here(call, Modality.IN_PERSON, Setting.HOME, 0)
    assert is_section_here(call, Modality.IN_PERSON, Setting.HOME, 1)
    assert is_section_here(body, Modality.VIDEO, Setting.HOSPITAL, 0)


def test_each_entry_of_a_group_counts_as_one_answer() -> None:
    skin = load()["body-skin"]
    answers = {"skin-how": Answer(AT, ("open",)), "esas-pain": Answer(AT, 3)}
    wounds = tuple(Entry(name, {"wound-place": Answer(AT, "heel")}) for name in ("a", "b"))
    assert count_answered((skin,), answers, {"wounds": (*wounds, Entry("empty"))}) == 3


def test_the_most_that_a_scale_can_reach() -> None:
    assert (most(PHQ), most(load()["peg-3"]), most(load()["4at"])) == (27, 10, 12)


def test_a_score_is_said_with_its_band_and_an_incomplete_one_without_a_number() -> None:
    whole = score_visit(phq(2, 2, 1, 1, 1, 1, 1, 1, 2))["phq-9"]
    assert said.score(PHQ, whole) == f"PHQ-9: 12 of 27, {whole.band}"
    part = score_visit(phq(2, 2, 1))["phq-9"]
    assert said.score(PHQ, part) == "PHQ-9: no total, 6 not answered"
    assert "5" not in said.score(PHQ, part).replace("PHQ-9", "")
    assert said.score(load()["esas-r"], Score(40, None, (), ())) == ""


def test_answers_are_said_by_their_kind() -> None:
    unit = Unit("%", "%")
    options = (Option("a", "Some"), Option("b", "A lot"))
    assert said.value(make(options=options), "b") == "A lot"
    assert said.value(make(ItemKind.CHOICES, options=options), ("a", "b")) == "Some, A lot"
    assert said.value(make(ItemKind.YES_NO), "no") == "No"
    assert said.value(make(ItemKind.QUANTITY, unit=unit), Decimal("92.5")) == "92.5 %"
    assert said.value(make(ItemKind.DATE), "2026-11-22") == "Sun, Nov 22, 2026"
    assert said.value(make(options=options), "gone") == "gone"
    assert said.value(make(ItemKind.DATE), "some day") == "some day"


def test_measurements_are_said_in_the_order_of_time() -> None:
    at = datetime.now(UTC).astimezone().replace(hour=10, minute=20)
    item = load()["esas-r"].get_item("esas-pain")
    later = Again(at.replace(minute=55), 4, done="5 mg morphine by mouth")
    answer = Answer(at, 8, again=(later,))
    assert said.measured(item, answer) == "8 at 10:20, 4 at 10:55 after 5 mg morphine by mouth"
    assert said.measured(item, Answer(at, 8)) == ""
    assert said.last(item, answer).startswith("Last 4, ")


def test_last_times_words_are_said_as_the_option_is_written_and_numbers_right_behind_last() -> None:
    at = datetime.now(UTC).astimezone()
    item = make(options=(Option("several", "Several days"), Option("none", "None")))
    assert said.last(item, Answer(at, "several")) == "Last time: Several days, today"
    assert said.last(item, Answer(at, "none")) == "Last time: None, today"
    assert said.last(item, Answer(at, absent=Absent.DECLINED)) == "Last time: Declined, today"
    level = make(options=(Option("pps-50", "Considerable assistance", 50),))
    assert said.last(level, Answer(at, "pps-50"), by_number=True) == "Last 50, today"
    spo2 = make(ItemKind.QUANTITY, unit=Unit("%", "%"))
    assert said.last(spo2, Answer(at, Decimal(92))) == "Last 92 %, today"


def test_what_is_merely_counted_is_said_as_its_number() -> None:
    now = load()["home-count"].get_item("home-count").items[2]
    assert now.unit is not None, "as the record holds it"
    assert said.value(now, Decimal(86)) == "86"
    assert say_value(now, Decimal(86)) == "86"


def test_a_day_on_record_is_said_as_it_is_written_after_the_day_on_which_it_was_said() -> None:
    at = datetime.now(UTC).astimezone()
    answer = Answer(at, "2026-11-24")
    assert said.last(load()["plan-of-care"].get_item("poc-next-contact"), answer) == (
        "Last, today: Tue, Nov 24, 2026"
    )
    began = said.last(make(ItemKind.MOMENT), Answer(at, "2025-11-24T10:20:00+00:00"))
    assert began.startswith("Last, today: Nov 24, 2025")


def test_a_typed_number_is_read_or_its_sentence_says_what_is_wanted() -> None:
    spo2 = make(ItemKind.QUANTITY)
    assert said.read_number(spo2, " 36,8 ") == Decimal("36.8")
    days = make(ItemKind.NUMBER, minimum=0, maximum=40)
    assert said.read_number(days, "12") == 12
    for wrong in ("many", "41", "1.5"):
        with pytest.raises(RecordError):
            said.read_number(days, wrong)
    assert said.number_problem(spo2, "") is None
    assert said.number_problem(spo2, "high") is not None


def test_an_answer_that_stands_alone_takes_the_others_away() -> None:
    item = make(
        ItemKind.CHOICES, options=(Option("a", "A"), Option("b", "B"), Option("n", "None", alone=True))
    )
    assert toggled(item, ("b",), "a") == ("a", "b")
    assert toggled(item, ("a", "b"), "n") == ("n",)
    assert toggled(item, ("n",), "b") == ("b",)
    assert toggled(item, ("b",), "b") == ()
    assert toggled(item, ("older", "b"), "a") == ("a", "b", "older")


def test_a_day_is_read_from_its_three_numbers() -> None:
    parts = split("2026-11-22", ItemKind.DATE)
    assert (parts.month, parts.day, parts.year) == ("11", "22", "2026")
    assert read(parts, ItemKind.DATE) == "2026-11-22"
    for wrong in (
        Parts("2", "30", "2026", "", ""),
        Parts("", "1", "2026", "", ""),
        Parts("1", "1", "26", "", ""),
    ):
        with pytest.raises(RecordError):
            read(wrong, ItemKind.DATE)


def test_a_time_keeps_its_offset() -> None:
    stored = datetime(2026, 11, 22, 14, 5).astimezone().isoformat(timespec="seconds")
    assert read(split(stored, ItemKind.MOMENT), ItemKind.MOMENT) == stored
    with pytest.raises(RecordError):
        read(Parts("11", "22", "2026", "25", "00"), ItemKind.MOMENT)


def test_test_names_hold_no_slash() -> None:
    assert ident("/44250-9", "LA6569-3") == "44250-9-LA6569-3"
    assert ident("wound-place", "heel", "e1") == "e1-wound-place-heel"
