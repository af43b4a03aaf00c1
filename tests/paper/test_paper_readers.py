"""Whom a paper is for decides what stands on it."""

from __future__ import annotations

from dataclasses import replace

from app.domain.on_paper import Paper
from app.domain.people import Known, PeopleOnRecord, Person, Told, Topic, Wants
from app.paper.compose import compose
from app.paper.readers import HERSELF, TOLD_TOPICS, list_must_not_read, list_readers
from tests.paper.paper_record import FRANK, IMELDA, marked_record

NAME = "Walter O'Dowd"
LUIS = Person(
    "RelatedPerson/3", "Luis", roles=("helps",), told=Told.SOME, topics=("practical", "ahead"), phone="555"
)


def test_nobody_who_must_not_be_told_can_be_chosen() -> None:
    names = [one.name for one in list_readers(PeopleOnRecord((IMELDA, FRANK, LUIS)), NAME)]
    assert names == [NAME, "Imelda O'Dowd", "Luis"]


def test_of_two_versions_of_one_person_both_must_allow_it() -> None:
    earlier = replace(IMELDA, id="RelatedPerson/9", told=Told.NONE, replaces=("RelatedPerson/0",))
    later = replace(IMELDA, replaces=("RelatedPerson/0",))
    people = PeopleOnRecord((later, earlier), doubles=frozenset({later.id, earlier.id}))
    assert [one.name for one in list_readers(people, NAME)] == [NAME]


def test_a_part_about_which_somebody_may_not_be_told_is_not_there() -> None:
    source = marked_record()
    readers = list_readers(PeopleOnRecord((IMELDA, LUIS)), NAME)
    whole, part = (compose(source, Paper.FAMILY, "en", one) for one in readers[1:])
    assert {one.id for one in whole.sections} == {
        "call",
        "next",
        "matters",
        "now",
        "plan",
        "worse",
        "medicines",
    }
    assert {one.id for one in part.sections} == {"call", "next"}
    assert readers[2].left_out == (Topic.DAILY, Topic.MEDICINES, Topic.WISHES)


def test_who_hears_of_daily_care_but_not_of_wishes_reads_no_hope() -> None:
    daily = replace(IMELDA, told=Told.SOME, topics=("daily",))
    source = marked_record()
    (_, reader) = list_readers(PeopleOnRecord((daily,)), NAME)
    text = " ".join(compose(source, Paper.FAMILY, "en", reader).texts)
    assert "Morphine at ten" in text
    assert "Sleep until five." not in text


def test_what_may_lie_ahead_is_no_part_of_any_summary_whoever_wants_to_know() -> None:
    people = PeopleOnRecord((IMELDA,), Known(Wants.ALL, None))
    assert all(Topic.AHEAD not in one.topics for one in list_readers(people, NAME))
    assert list_readers(people, NAME)[0].id == HERSELF
    assert list_readers(people, NAME)[0].topics == frozenset(TOLD_TOPICS)


def test_the_fridge_page_asks_about_everybody_who_lives_there() -> None:
    not_asked = replace(IMELDA, told=None)
    assert list_must_not_read(PeopleOnRecord((IMELDA, LUIS))) == ()
    assert list_must_not_read(PeopleOnRecord((not_asked, FRANK))) == (not_asked, FRANK)
