"""Who decides, who may be told, and what the person wants to know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.content import load
from app.domain.people import (
    AGENTS,
    Person,
    Told,
    Topic,
    Wants,
    answers_of,
    compose,
    list_tellable,
    may_tell,
    may_tell_patient,
    person_of,
)
from app.domain.visit import Answer, Entry, Value

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAUGHTER = Person("RelatedPerson/d", "Rosa", told=Told.ALL)


def test_nobody_is_told_before_somebody_was_asked() -> None:
    answer = may_tell(Person("RelatedPerson/n", "Neighbor"), Topic.PRACTICAL)
    assert not answer.allowed
    assert "Ask first" in answer.reason


def test_who_must_not_be_told_is_told_nothing_not_even_as_deciding_agent() -> None:
    must_not = replace(DAUGHTER, told=Told.NONE)
    agent = replace(must_not, agent="primary", agent_active="active")
    assert not any(may_tell(person, topic).allowed for person in (must_not, agent) for topic in Topic)
    assert "supervisor" in may_tell(agent, Topic.DAILY).reason


def test_some_things_means_those_things_only() -> None:
    some = replace(DAUGHTER, told=Told.SOME, topics=("practical", "medicines"))
    assert [topic for topic in Topic if may_tell(some, topic).allowed] == [Topic.PRACTICAL, Topic.MEDICINES]


def test_the_agent_who_decides_now_may_be_told_and_one_who_does_not_yet_has_no_such_right() -> None:
    agent = Person("RelatedPerson/a", "Luis", agent="primary", agent_active="active")
    assert may_tell(agent, Topic.AHEAD).allowed
    assert not may_tell(replace(agent, agent_active="not-yet"), Topic.AHEAD).allowed


def test_whoever_was_taken_off_the_list_is_told_nothing() -> None:
    assert not may_tell(replace(DAUGHTER, listed=False), Topic.DAILY).allowed


@given(
    st.builds(
        Person,
        id=st.just("x"),
        name=st.text(max_size=5),
        told=st.none() | st.sampled_from(Told),
        agent=st.none() | st.sampled_from(AGENTS),
        agent_active=st.none() | st.just("active"),
        topics=st.just(tuple(Topic)),
    )
)
def test_a_private_concern_is_never_told_to_anybody(person: Person) -> None:
    assert not may_tell(person, Topic.PRIVATE).allowed


@pytest.mark.parametrize(
    ("wants", "ahead"),
    [
        (Wants.ALL, True),
        (Wants.BIG_PICTURE, True),
        (Wants.LITTLE, False),
        (Wants.TO_FAMILY, False),
        (None, False),
    ],
)
def test_the_person_hears_of_what_lies_ahead_only_as_wished(wants: Wants | None, ahead: bool) -> None:
    assert may_tell_patient(wants, Topic.AHEAD).allowed is ahead
    assert may_tell_patient(wants, Topic.MEDICINES).allowed
    assert not may_tell_patient(wants, Topic.PRIVATE).allowed


def test_of_two_versions_of_one_person_both_must_allow_it() -> None:
    old = replace(DAUGHTER, id="RelatedPerson/old")
    yes = replace(DAUGHTER, id="RelatedPerson/1", replaces=(old.id,))
    no = replace(DAUGHTER, id="RelatedPerson/2", told=Told.NONE, replaces=(old.id,))
    record = compose([old, yes, no])
    assert {person.id for person in record.people} == {yes.id, no.id} == set(record.doubles)
    assert list_tellable(record, Topic.DAILY) == ()
    settled = replace(DAUGHTER, id="RelatedPerson/3", replaces=(yes.id, no.id))
    record = compose([old, yes, no, settled])
    assert list_tellable(record, Topic.DAILY) == (settled,)
    assert not record.doubles


def test_who_decides_stands_first_and_a_version_takes_the_place_of_the_one_it_names() -> None:
    helper = Person("RelatedPerson/h", "Ada")
    decider = Person("RelatedPerson/z", "Zoe", roles=("decides",))
    gone = Person("RelatedPerson/g", "Ada", listed=False, replaces=("RelatedPerson/h",))
    assert [one.name for one in compose([helper, decider]).people] == ["Zoe", "Ada"]
    record = compose([helper, decider, gone])
    assert [one.name for one in record.people] == ["Zoe"]
    assert len(record.earlier) == 2
    assert record.deciders == (decider,)


def test_what_was_tapped_becomes_a_person_and_back() -> None:
    answers: dict[str, Value] = {
        "person-name": "Rosa Diaz",
        "person-relation": "child",
        "person-phone": "555-0101",
        "person-roles": ("decides", "helps"),
        "person-told": "some",
        "person-topics": ("daily",),
        "person-agent": "primary",
        "person-agent-active": "not-yet",
    }
    entry = Entry("e", {link: Answer(AT, value=value) for link, value in answers.items()})
    person = person_of(entry, "RelatedPerson/r", AT, "Ana")
    assert (person.name, person.relation, person.told, person.agent) == (
        "Rosa Diaz",
        "Son or daughter",
        Told.SOME,
        "primary",
    )
    assert person.decides
    assert not person.is_deciding_agent
    assert answers_of(person) == answers


def test_the_forms_options_are_the_ones_that_count() -> None:
    questions = {item.link_id: item for item in load()["people"].items}
    group = next(item for item in questions.values() if item.items)
    options = {item.link_id: tuple(o.code for o in item.options) for item in group.items}
    assert set(options["person-told"]) == {one.value for one in Told}
    assert set(options["person-topics"]) == {one.value for one in Topic} - {"private"}
    assert set(options["person-agent"]) - {"no"} == set(AGENTS)
    assert {o.code for o in questions["people-wants"].options} == {one.value for one in Wants}
