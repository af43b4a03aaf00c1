"""The people around a person: who decides, who helps, who may be told what, and what the person wants to know.

Family papers and the answering mode ask `may_tell` and `may_tell_patient` before they show anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.content import load
from app.domain.merging_heads import Version, list_families
from app.domain.said import say_option
from app.domain.visit import Answer, Entry, PersonRef, Value

FORM = "people"
GROUP = "people"
WANTS = "people-wants"
CALLED = "people-called"


class Topic(StrEnum):
    """What something is about, for the question who may be told."""

    PRACTICAL = "practical"
    DAILY = "daily"
    MEDICINES = "medicines"
    AHEAD = "ahead"
    WISHES = "wishes"
    PRIVATE = "private"
    """A private concern: nobody outside the team, whoever asks."""


class Told(StrEnum):
    ALL = "all"
    SOME = "some"
    NONE = "none"


class Wants(StrEnum):
    """How much the person wants to know."""

    ALL = "all"
    BIG_PICTURE = "big-picture"
    LITTLE = "little"
    TO_FAMILY = "to-family"


_NEVER = datetime(1, 1, 2, tzinfo=UTC)
AGENTS = ("primary", "alternate", "second-alternate")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody around the person. `id` is the record that stands for this version (`RelatedPerson/id`).

    `told` None: nobody has asked yet. `agent` is one of `AGENTS`, None when not an agent or not known.
    """

    id: str
    name: str
    relation: str = ""
    relation_code: str | None = None
    relation_words: str = ""
    phone: str = ""
    roles: tuple[str, ...] = ()
    told: Told | None = None
    topics: tuple[str, ...] = ()
    agent: str | None = None
    agent_active: str | None = None
    agent_paper: str | None = None
    listed: bool = True
    at: datetime | None = None
    by: str = ""
    replaces: tuple[str, ...] = ()
    consent: str = ""
    """The record that names this person as agent (`Consent/id`), "" when none does."""
    from_plan: bool = False
    pending: bool = False

    @property
    def decides(self) -> bool:
        return "decides" in self.roles or self.is_deciding_agent

    @property
    def is_deciding_agent(self) -> bool:
        return self.agent in AGENTS and self.agent_active == "active"


@dataclass(frozen=True, slots=True)
class Known:
    """What the person wants to know, and when that was said."""

    wants: Wants
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleOnRecord:
    """Current people by name, `wants`, and what was superseded. `doubles`: two versions of one person, both shown."""

    people: tuple[Person, ...] = ()
    wants: Known | None = None
    earlier: tuple[Person, ...] = ()
    doubles: frozenset[str] = frozenset()

    @property
    def deciders(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.decides)


@dataclass(frozen=True, slots=True)
class Telling:
    """Whether somebody may be told, and why, in a sentence for the nurse."""

    allowed: bool
    reason: str


def compose(people: Iterable[Person], wants: Known | None = None) -> PeopleOnRecord:
    """Those whom no later version supersedes and who are still on the list, agents and deciders first."""
    known = list(people)
    named = {old for one in known for old in one.replaces if old != one.id}
    heads = [one for one in known if one.id not in named] or known
    current = sorted(
        (one for one in heads if one.listed), key=lambda one: (not one.decides, one.name.casefold(), one.id)
    )
    kept = {one.id for one in current}
    earlier = tuple(one for one in known if one.id not in kept)
    return PeopleOnRecord(tuple(current), wants, earlier, frozenset(_doubles(known)) & kept)


def _doubles(known: Iterable[Person]) -> Iterable[str]:
    """Ids of current versions that renew the same record, directly or through others, without knowing each other."""
    versions = [
        Version((one.id,), PersonRef("", one.by), one.at or _NEVER, {}, one.replaces) for one in known
    ]
    for family in list_families(versions):
        if len(family) > 1:
            yield from (one.id for one in family)


def may_tell(person: Person, topic: Topic) -> Telling:
    """Whether this person may be told about this. What nobody has asked yet is: not before you ask."""
    name = person.name or "This person"
    if topic is Topic.PRIVATE:
        return Telling(False, "A private concern stays with the team.")
    if not person.listed:
        return Telling(False, f"{name} is no longer on the list.")
    if person.told is Told.NONE:
        if person.is_deciding_agent:
            return Telling(
                False, f"{name} is the legal agent deciding now, and must not be told. Ask your supervisor."
            )
        return Telling(False, f"{name} must not be told.")
    if person.is_deciding_agent:
        return Telling(True, f"{name} is the legal agent and decides now.")
    if person.told is Told.ALL:
        return Telling(True, f"{name} may be told.")
    if person.told is Told.SOME:
        allowed = topic.value in person.topics
        return Telling(
            allowed, f"{name} may be told about this." if allowed else f"{name} may not be told about this."
        )
    return Telling(False, f"Nobody has said yet what {name} may be told. Ask first.")


def list_tellable(record: PeopleOnRecord, topic: Topic) -> tuple[Person, ...]:
    """Those who may be told. Of two versions of one person both must allow it."""
    allowed = {person.id for person in record.people if may_tell(person, topic).allowed}
    if not record.doubles:
        return tuple(person for person in record.people if person.id in allowed)
    found: list[Person] = []
    for person in record.people:
        versions = [p for p in record.people if p.id == person.id or set(p.replaces) & set(person.replaces)]
        if all(version.id in allowed for version in versions):
            found.append(person)
    return tuple(found)


def may_tell_patient(wants: Wants | None, topic: Topic) -> Telling:
    """Whether a paper or an answer for the person may speak of this. What may lie ahead waits until they asked."""
    if topic is Topic.PRIVATE:
        return Telling(False, "A private concern is spoken of, never printed.")
    if topic is not Topic.AHEAD:
        return Telling(True, "It concerns the person.")
    if wants in (Wants.ALL, Wants.BIG_PICTURE):
        return Telling(True, "The person wants to know.")
    if wants is None:
        return Telling(False, "Ask first how much the person wants to know.")
    return Telling(False, "The person does not want to be told about this.")


def _text(answers: Mapping[str, Answer], link_id: str) -> str:
    answer = answers.get(link_id)
    return str(answer.value) if answer is not None and isinstance(answer.value, str) else ""


def _several(answers: Mapping[str, Answer], link_id: str) -> tuple[str, ...]:
    answer = answers.get(link_id)
    return answer.value if answer is not None and isinstance(answer.value, tuple) else ()


def person_of(entry: Entry, record: str, at: datetime, by: str, *, pending: bool = False) -> Person:
    """The person in an entry; one without a name yet is shown by relation."""
    answers = entry.answers
    relation = _text(answers, "person-relation")
    told = _text(answers, "person-told")
    agent = _text(answers, "person-agent")
    item = load()[FORM].get_item("person-relation")
    return Person(
        id=record,
        name=_text(answers, "person-name"),
        relation=say_option(item, relation) if relation else "",
        relation_code=relation or None,
        relation_words=_text(answers, "person-relation-words"),
        phone=_text(answers, "person-phone"),
        roles=_several(answers, "person-roles"),
        told=Told(told) if told in set(Told) else None,
        topics=_several(answers, "person-topics"),
        agent=agent if agent in AGENTS else None,
        agent_active=_text(answers, "person-agent-active") or None,
        agent_paper=_text(answers, "person-agent-paper") or None,
        listed=_text(answers, "person-listed") != "gone",
        at=at,
        by=by,
        replaces=tuple((entry.about or "").split()),
        consent=_text(answers, "person-consent"),
        pending=pending,
    )


def answers_of(person: Person) -> Mapping[str, Value]:
    """What an entry starts with when somebody on record is changed."""
    pairs: tuple[tuple[str, Value | None], ...] = (
        ("person-name", person.name),
        ("person-relation", person.relation_code),
        ("person-relation-words", person.relation_words),
        ("person-phone", person.phone),
        ("person-roles", person.roles),
        ("person-told", None if person.told is None else person.told.value),
        ("person-topics", person.topics),
        ("person-agent", person.agent),
        ("person-agent-active", person.agent_active),
        ("person-agent-paper", person.agent_paper),
        ("person-consent", person.consent),
    )
    return {link: value for link, value in pairs if value}
