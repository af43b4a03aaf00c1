"""Two versions of one thing that did not know each other: what differs, what a person chose, the version that follows.

Pure. A machine never chooses here and never mixes: it says where two versions differ and builds what was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.content.model import Item, ItemKind
from app.domain.answer_rules import check_value
from app.domain.said import say_answer
from app.domain.visit import Answer, PersonRef, Value

BOTH = -1
"""Choice for a section: what both say, together."""


class Subject(StrEnum):
    """What two versions may be about."""

    CONVERSATION = "conversation"
    CODE_STATUS = "code-status"
    PLAN = "plan"
    MEDICINES = "medicines"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was signed. `names` are its records (`Type/id`), the first stands for it; `replaces` those that
    its author had before her. `visit_id` None: made outside a visit, by choosing between two versions.
    """

    names: tuple[str, ...]
    author: PersonRef
    at: datetime
    answers: Mapping[str, Answer]
    replaces: tuple[str, ...] = ()
    visit_id: str | None = None
    about: str | None = None
    """What it is about beside its own line of versions: the order of a medicine."""
    pending: bool = False
    """Not yet received by the plan."""
    settled_at: datetime | None = None
    """When it was chosen, for one that was made so; `at` is then when its words were said."""
    said_by: str | None = None
    """Who wrote those words down, where somebody else chose them."""

    @property
    def id(self) -> str:
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that is chosen as a whole. `texts` by side in words, "" where that side says nothing of it."""

    id: str
    title: str
    items: tuple[Item, ...]
    texts: tuple[str, ...]
    joins: bool = False
    """Whether both may stand together: words and lists, never one answer of several."""

    @property
    def differs(self) -> bool:
        return len(set(self.texts)) > 1


@dataclass(frozen=True, slots=True)
class TwoHeads:
    """Versions that stand side by side. `sections` hold all that any of them says, also where they agree."""

    subject: Subject
    title: str
    """Which one: a medicine, a person, a problem; "" for the conversation and code status."""
    sides: tuple[Version, ...]
    sections: tuple[Section, ...]

    @property
    def key(self) -> str:
        """The same until one of these versions is settled or another joins them."""
        return "+".join(sorted(side.id for side in self.sides))

    @property
    def open_sections(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.differs)


@dataclass(slots=True)
class _Lines:
    """Who replaces whom among versions, by the names of their records."""

    versions: Sequence[Version]
    by_name: dict[str, Version] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name = {name: version for version in self.versions for name in version.names}

    def before(self, version: Version) -> frozenset[str]:
        """Names of all that this version follows, directly or through others, also of records that are not here."""
        found: set[str] = set()
        waiting = list(version.replaces)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            known = self.by_name.get(name)
            if known is not None:
                found.update(known.names)
                waiting.extend(known.replaces)
        return frozenset(found) - frozenset(version.names)


def list_heads(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Those that no other follows, newest first; versions that follow each other in a ring all stay."""
    known = list(versions)
    followed = {name for one in known for name in one.replaces if name not in one.names}
    heads = [one for one in known if not followed & set(one.names)] or known
    return tuple(sorted(heads, key=lambda one: (one.at, one.id), reverse=True))


def list_families(versions: Iterable[Version]) -> tuple[tuple[Version, ...], ...]:
    """Heads that come from the same earlier record, together; a head alone is a family of one."""
    lines = _Lines(list(versions))
    families: list[tuple[set[str], list[Version]]] = []
    for head in list_heads(lines.versions):
        origin = set(lines.before(head))
        near = [family for family in families if family[0] & origin]
        for family in near:
            families.remove(family)
        members = [one for _, found in near for one in found]
        families.append((origin.union(*(names for names, _ in near)), [*members, head]))
    return tuple(tuple(members) for _, members in families)


def make_section(
    section_id: str, title: str, items: Sequence[Item], sides: Sequence[Version], *, whole: bool = False
) -> Section:
    """`whole`: one statement that must not be put together from two, as a code status or a dose."""
    own = tuple(items)
    texts = tuple(say_items(own, side.answers, titled=whole) for side in sides)
    joins = not whole and _can_join(own, [side.answers for side in sides], texts)
    return Section(section_id, title, own, texts, joins)


def say_items(items: Iterable[Item], answers: Mapping[str, Answer], *, titled: bool = False) -> str:
    """What is answered to these items, in words; `titled` names each."""
    lines: list[str] = []
    for item in items:
        answer = answers.get(item.link_id)
        said = "" if item.hidden or answer is None else say_answer(item, answer)
        if said:
            lines.append(f"{item.name}: {said}" if titled else said)
    return "\n".join(lines)


def _can_join(items: Iterable[Item], sides: Sequence[Mapping[str, Answer]], texts: Sequence[str]) -> bool:
    if len({text for text in texts if text}) < 2:
        return False
    for item in items:
        values = {_plain(side.get(item.link_id)) for side in sides if item.link_id in side}
        if len(values) < 2:
            continue
        alone = {option.code for option in item.options if option.alone}
        listed = all(isinstance(one, tuple) and not alone & set(one) for one in values)
        typed = item.kind in (ItemKind.LINE, ItemKind.TEXT) and all(isinstance(one, str) for one in values)
        if not (typed or (item.kind is ItemKind.CHOICES and listed)):
            return False
    return True


def _plain(answer: Answer | None) -> Value | None:
    return None if answer is None else answer.value


def take(section: Section, choice: int, sides: Sequence[Version], at: datetime) -> dict[str, Answer]:
    """The answers of a section as chosen: those of one side as they are, or what both say together, said at `at`.

    Raises ValueError for a choice that is none, RecordError where the two together are too long for their field.
    """
    if choice == BOTH and section.joins:
        found = ((item.link_id, _join(item, sides, at)) for item in section.items)
        return {link_id: answer for link_id, answer in found if answer is not None}
    if not 0 <= choice < len(sides):
        raise ValueError("there is no such side")
    answers = sides[choice].answers
    return {item.link_id: answers[item.link_id] for item in section.items if item.link_id in answers}


def _join(item: Item, sides: Sequence[Version], at: datetime) -> Answer | None:
    given = [answer for side in sides if (answer := side.answers.get(item.link_id)) is not None]
    values = list(dict.fromkeys(answer.value for answer in given if answer.value is not None))
    if len(values) < 2:
        return given[0] if given else None
    if item.kind is ItemKind.CHOICES:
        every = {code for value in values if isinstance(value, tuple) for code in value}
        joined: Value = tuple(option.code for option in item.options if option.code in every)
    else:
        joined = ("; " if item.kind is ItemKind.LINE else "\n").join(str(value) for value in values)
    checked = check_value(item, joined)
    return None if checked is None else Answer(at=at, value=checked)


def choose(found: TwoHeads, choices: Mapping[str, int], at: datetime) -> dict[str, Answer]:
    """The answers of the version that follows: every differing section as chosen, the others as they all say.

    Raises ValueError while a section that differs has no choice, and as `take` does.
    """
    answers: dict[str, Answer] = {}
    for section in found.sections:
        if section.differs:
            if section.id not in choices:
                raise ValueError("every section that differs has to be chosen")
            answers |= take(section, choices[section.id], found.sides, at)
        elif found.subject is not Subject.CONVERSATION:
            # A field of a conversation on which all agree keeps standing by itself.
            answers |= take(section, 0, found.sides, at)
    return answers
