"""Conversations about what matters: versions that are only ever added, what holds now, and what changed.

Each signed visit with a conversation in it is one version. A version names the versions that its author had before
her; one that no other names is current. Two current ones are both shown and never mixed by the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.conversation_fields import (
    SAW,
    SHARED_RECORD,
    Field,
    list_fields,
    own_answers,
    say_field,
    states,
)
from app.domain.visit import Absent, Answer, PersonRef

SayField = Callable[[Field, Mapping[str, Answer]], str]
"""What a field says in one line of words: the record's own, or a screen's in the language that is spoken."""


@dataclass(frozen=True, slots=True)
class ConversationVersion:
    """One talk as it was signed. `id` is the record that stands for it (`Type/id`), `saw` those that it follows."""

    id: str
    visit_id: str
    at: datetime
    author: PersonRef
    answers: Mapping[str, Answer]
    saw: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    """Records made from single fields (`Type/id`), by field."""
    pending: bool = False
    """Not yet received by the plan."""
    settles: bool = False
    """Made outside a visit, by choosing between two versions; `visit_id` then names that choice."""


@dataclass(frozen=True, slots=True)
class PlanSaying:
    """A goal or wish that another system recorded. `when` is a day, or as much of it as is known."""

    id: str
    title: str
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class Saying:
    """What one version says about one field."""

    text: str
    version: ConversationVersion


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds now in one field: one saying, or several where versions were written without knowing each other."""

    field: Field
    sayings: tuple[Saying, ...]

    @property
    def differs(self) -> bool:
        return len({saying.text for saying in self.sayings}) > 1


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line of the history: `before` is empty where nothing was on record."""

    title: str
    before: tuple[str, ...]
    after: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One version with what it changed, compared with what its author had before her."""

    version: ConversationVersion
    changes: tuple[FieldChange, ...]
    follows: tuple[ConversationVersion, ...]


def has_conversation(answers: Mapping[str, Answer]) -> bool:
    return bool(own_answers(answers))


def read_saw(answers: Mapping[str, Answer]) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """(versions, records by field) that the hidden item names. Words that are no reference are passed over."""
    answer = answers.get(SAW)
    words = str(answer.value).split() if answer is not None and answer.value is not None else []
    versions = tuple(word for word in words if "=" not in word and "/" in word)
    fields = dict(word.split("=", 1) for word in words if "=" in word)
    return versions, fields


def write_saw(versions: Iterable[ConversationVersion]) -> str:
    """The hidden item's text for somebody who has all these versions before her; "" for none.

    The current versions, then by field the records that hold what stands there ("conv-matters=Goal/a,Goal/b").
    """
    known = list(versions)
    fields: dict[str, list[str]] = {}
    for standing in what_stands(known):
        name = SHARED_RECORD.get(standing.field.id, standing.field.id)
        records = (saying.version.parts.get(name) for saying in standing.sayings)
        fields.setdefault(name, []).extend(record for record in records if record is not None)
    named = [f"{name}={','.join(dict.fromkeys(found))}" for name, found in sorted(fields.items()) if found]
    return " ".join([*sorted(version.id for version in list_heads(known)), *named])


def list_heads(versions: Iterable[ConversationVersion]) -> tuple[ConversationVersion, ...]:
    """The current versions, newest first. Versions that name each other in a ring all stay current."""
    known = list(versions)
    followed = {seen for version in known for seen in version.saw if seen != version.id}
    return newest_first([version for version in known if version.id not in followed] or known)


def newest_first(versions: Iterable[ConversationVersion]) -> tuple[ConversationVersion, ...]:
    return tuple(sorted(versions, key=lambda v: (v.at, v.id), reverse=True))


def list_before(
    version: ConversationVersion, versions: Iterable[ConversationVersion]
) -> tuple[ConversationVersion, ...]:
    """Every version that this one follows, directly or through others; never itself."""
    by_id = {one.id: one for one in versions}
    found: dict[str, ConversationVersion] = {}
    waiting = list(version.saw)
    while waiting:
        one = by_id.get(waiting.pop())
        if one is not None and one.id not in found and one.id != version.id:
            found[one.id] = one
            waiting.extend(one.saw)
    return tuple(found.values())


def what_stands(versions: Iterable[ConversationVersion], say: SayField = say_field) -> tuple[Standing, ...]:
    """Field by field, in the form's order, what holds now.

    A field keeps its last word until a later version that knew it says something else; a version that was not
    known to the other stands beside it. Where a field was only ever "not discussed", nothing stands.
    """
    known = newest_first(versions)
    before = {version.id: {one.id for one in list_before(version, known)} for version in known}
    standing: list[Standing] = []
    for one in list_fields():
        saying = [version for version in known if states(one, version.answers)]
        overtaken = {old for version in saying for old in before[version.id]}
        current = [version for version in saying if version.id not in overtaken] or saying
        if current:
            sayings = (Saying(say(one, version.answers), version) for version in current)
            standing.append(Standing(one, tuple(sayings)))
    return tuple(standing)


def what_is_known(versions: Iterable[ConversationVersion]) -> Mapping[str, Answer]:
    """The answers that hold now, of the newest saying in each field."""
    return {
        item.link_id: standing.sayings[0].version.answers[item.link_id]
        for standing in what_stands(versions)
        for item in standing.field.items
        if item.link_id in standing.sayings[0].version.answers
    }


def list_changes(
    version: ConversationVersion, versions: Iterable[ConversationVersion], say: SayField = say_field
) -> tuple[FieldChange, ...]:
    """What this version changed, field by field; a field that says the same as before is no change."""
    stood = {s.field.id: s for s in what_stands(list_before(version, versions), say)}
    changes: list[FieldChange] = []
    for one in list_fields():
        after = say(one, version.answers)
        if not after:
            continue
        old = stood.get(one.id)
        before = tuple(dict.fromkeys(saying.text for saying in old.sayings)) if old else ()
        if before != (after,):
            changes.append(FieldChange(one.title, before, after, one.private))
    return tuple(changes)


def list_history(
    versions: Iterable[ConversationVersion], say: SayField = say_field
) -> tuple[HistoryEntry, ...]:
    """All versions, newest first, each with its changes."""
    known = newest_first(versions)
    by_id = {version.id: version for version in known}
    return tuple(
        HistoryEntry(
            version,
            list_changes(version, known, say),
            newest_first(by_id[seen] for seen in version.saw if seen in by_id),
        )
        for version in known
    )


def was_held(answers: Mapping[str, Answer]) -> bool:
    """Whether there was a talk at all: an offer that was not wanted, or put off, is a record of its own."""
    own = own_answers(answers)
    voluntary = own.get("conv-voluntary")
    refused = voluntary is not None and voluntary.value in ("not-wanted", "put-off")
    if not refused:
        return any(answer.absent is not Absent.NOT_DISCUSSED for answer in own.values())
    about_the_offer = {
        "conv-voluntary",
        "conv-voluntary-why",
        "conv-present",
        "conv-present-words",
        "conv-next",
    }
    return any(answer.absent is None for link, answer in own.items() if link not in about_the_offer)
