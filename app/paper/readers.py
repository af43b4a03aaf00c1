"""Whom a paper is for, and what that person may be told (ADR 0040)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.people import (
    PeopleOnRecord,
    Person,
    Topic,
    list_tellable,
    may_tell,
    may_tell_patient,
)

HERSELF = ""
"""The reader id of the person herself."""
HOUSE_TOPICS = (Topic.PRACTICAL, Topic.MEDICINES)
"""What a page on the fridge tells everybody who opens the door."""
TOLD_TOPICS = (Topic.PRACTICAL, Topic.DAILY, Topic.MEDICINES, Topic.WISHES)
"""What a summary for a family speaks of. What may lie ahead is no part of it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """`id` is the record of a person on the people list, `HERSELF` for the person whom the record is about."""

    id: str
    name: str
    topics: frozenset[Topic]

    @property
    def left_out(self) -> tuple[Topic, ...]:
        """Topics of the family's summary that are not this reader's."""
        return tuple(topic for topic in TOLD_TOPICS if topic not in self.topics)


def list_readers(people: PeopleOnRecord, name: str) -> tuple[Reader, ...]:
    """The person herself first, then everybody on the list who may be told anything."""
    wants = people.wants.wants if people.wants is not None else None
    own = frozenset(topic for topic in TOLD_TOPICS if may_tell_patient(wants, topic).allowed)
    tellable = {topic: {one.id for one in list_tellable(people, topic)} for topic in TOLD_TOPICS}
    others = [
        Reader(one.id, one.name or one.relation, frozenset(t for t in TOLD_TOPICS if one.id in tellable[t]))
        for one in people.people
    ]
    return (Reader(HERSELF, name, own), *(one for one in others if one.topics))


def list_must_not_read(people: PeopleOnRecord) -> tuple[Person, ...]:
    """People in the house who may not be told what stands on a page for everybody."""
    return tuple(
        one
        for one in people.people
        if "lives-there" in one.roles and not all(may_tell(one, topic).allowed for topic in HOUSE_TOPICS)
    )
