"""The doorstep card: what one wants to know before the door opens, from what is on the device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.conversation import ConversationVersion, SayField, what_stands
from app.domain.conversation_fields import say_field
from app.domain.instruments import get_instrument
from app.domain.items import find_place
from app.domain.people import CALLED
from app.domain.promise import Promise, list_open
from app.domain.said import say_option
from app.domain.visit import Answer
from app.services.patient_parts import PatientParts

PRESENT, PERSON = "frame-present", "patient"
MATTERS, MATTERS_WORDS = "conv-matters", "conv-matters-words"
SYMPTOMS = "esas-r"
HURTS_FROM = 4
"""Moderate and worse (the bands of ESAS-r in our content)."""
MOST_HURTS = 3


@dataclass(frozen=True, slots=True)
class Hurt:
    """A symptom at the last visit in which it was asked: its highest number, and the last where it eased by then."""

    name: str
    value: int
    at: datetime
    eased_to: int | None = None


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What matters to the person: her own sentence, or what was chosen with her where no sentence was written down."""

    text: str
    at: datetime
    by: str
    quoted: bool
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Doorstep:
    """Everything may be empty: what nobody asked is not guessed."""

    called: str = ""
    home: tuple[str, ...] = ()
    """Who lives there, by name and relation."""
    there: tuple[str, ...] = ()
    """Who else was there last time, in the words of the visit."""
    hurts: tuple[Hurt, ...] = ()
    matters: OwnWords | None = None
    promises: tuple[Promise, ...] = ()
    """That stand open, the oldest first."""

    @property
    def is_empty(self) -> bool:
        return self == Doorstep()


def make_doorstep(
    parts: PatientParts,
    last: Mapping[str, Answer],
    say: SayField = say_field,
    name: Callable[[str], str] = str,
) -> Doorstep:
    """`last`: the newest value of each item on record, by link id. `say` and `name`: how our own words are said."""
    called = last.get(CALLED)
    return Doorstep(
        called=str(called.value) if called is not None and called.value else parts.called,
        home=tuple(
            _named(one.name, name(one.relation)) for one in parts.people.people if "lives-there" in one.roles
        ),
        there=tuple(map(name, _others(last))),
        hurts=tuple(replace(one, name=name(one.name)) for one in _hurts(last)),
        matters=find_own_words(parts.conversation.versions, say),
        promises=list_open(parts.promises),
    )


def _named(name: str, relation: str) -> str:
    return f"{name} ({relation.lower()})" if name and relation else name or relation


def _others(last: Mapping[str, Answer]) -> tuple[str, ...]:
    """Without the person herself, who is always there."""
    place, answer = find_place(PRESENT), last.get(PRESENT)
    if place is None or answer is None or not isinstance(answer.value, tuple):
        return ()
    return tuple(say_option(place.item, code) for code in answer.value if code != PERSON)


def _hurts(last: Mapping[str, Answer]) -> tuple[Hurt, ...]:
    """The highest first."""
    found = []
    for item in get_instrument(SYMPTOMS).items:
        answer = last.get(item.link_id)
        if answer is None:
            continue
        given = [one for one in (answer.value, *(a.value for a in answer.again)) if isinstance(one, int)]
        worst = max(given, default=0)
        if worst >= HURTS_FROM:
            eased = given[-1] if given[-1] < worst else None
            found.append(Hurt(answer.name or item.name, worst, answer.at, eased))
    return tuple(sorted(found, key=lambda one: -one.value)[:MOST_HURTS])


def find_own_words(versions: tuple[ConversationVersion, ...], say: SayField = say_field) -> OwnWords | None:
    """What stands about what matters most. The newest sentence counts; two that stand are both in the history."""
    for standing in what_stands(versions, say):
        if standing.field.id != MATTERS or standing.field.private:
            continue
        for saying in standing.sayings:
            answer = saying.version.answers.get(MATTERS_WORDS)
            quoted = answer is not None and bool(answer.value)
            text = str(answer.value).strip() if answer is not None and quoted else saying.text
            version = saying.version
            return OwnWords(text, version.at, version.author.name, quoted, version.pending)
    return None
