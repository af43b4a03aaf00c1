"""The doorstep card: what one wants to know before the door opens, from what is on the device."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.content.model import Item
from app.content.rules import load_rules
from app.domain.conversation import ConversationVersion, SayField, newest_first, what_stands
from app.domain.conversation_fields import say_field
from app.domain.instruments import get_instrument
from app.domain.items import find_place
from app.domain.people import CALLED
from app.domain.promise import Promise, list_open
from app.domain.safety.case import display, position
from app.domain.safety.looks import add_up
from app.domain.said import say_option
from app.domain.visit import Answer
from app.services.alert_models import AlertLine
from app.services.at_door import AtDoor
from app.services.patient_parts import PatientParts

PRESENT, PERSON = "frame-present", "patient"
MATTERS, MATTERS_WORDS = "conv-matters", "conv-matters-words"
SYMPTOMS = "esas-r"
GOOD_BY_NAME = "esas-wb"
HURTS_FROM = 4
"""Moderate and worse (the bands of ESAS-r in our content)."""
MOST_HURTS = 3
A_LOT = 2
"""How far down its list the strongest answer about a sign stands: none, some, a lot."""
ONE_VISIT = timedelta(hours=12)
"""What was written down so close together is of one visit."""


@dataclass(frozen=True, slots=True)
class Hurt:
    """A symptom at the last visit in which it was asked: its highest number, and the last where it eased by then."""

    name: str
    value: int
    at: datetime
    eased_to: int | None = None
    good_by_name: bool = False
    """Called by its good end (Wellbeing), while a high number is as bad as of any other."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What was seen in a person who may not say it: signs of distress by name, a lot and some; PAINAD's highest."""

    at: datetime
    strong: tuple[str, ...] = ()
    some: tuple[str, ...] = ()
    painad: int = 0
    painad_partly: bool = False
    """A sign of PAINAD was not looked at: what was adds up to at least so much, and is no total."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What matters to the person: her own sentence, or what was chosen with her where no sentence was written down."""

    text: str
    at: datetime
    by: str
    quoted: bool
    pending: bool = False
    said_since: str = ""
    """What stands from a later conversation, in which no sentence of hers was written down."""
    since_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Doorstep:
    """Everything may be empty: what nobody asked is not guessed."""

    called: str = ""
    home: tuple[str, ...] = ()
    """Who lives there, by name and relation."""
    there: tuple[str, ...] = ()
    """Who else was there last time, in the words of the visit."""
    hurts: tuple[Hurt, ...] = ()
    rated_at: datetime | None = None
    """When a symptom last got a number, None where none ever did."""
    signs: Signs | None = None
    """Unless a later visit got numbers from the person."""
    unable_at: datetime | None = None
    """When the person could not say how strong symptoms are, unless a later visit got numbers."""
    before: AtDoor = field(default_factory=AtDoor)
    """The interpreter and the allergies, which stand first."""
    alerts: tuple[AlertLine, ...] = ()
    """That stand, the most urgent first."""
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
    rated_at = max((one.at for _, one in _rated(last)), default=None)
    signs = _signs(last, name)
    return Doorstep(
        called=str(called.value) if called is not None and called.value else parts.called,
        home=tuple(
            _named(one.name, name(one.relation)) for one in parts.people.people if "lives-there" in one.roles
        ),
        there=tuple(map(name, _others(last))),
        hurts=tuple(replace(one, name=name(one.name)) for one in _hurts(last)),
        rated_at=rated_at,
        signs=None if signs is None or _is_over(signs.at, rated_at) else signs,
        unable_at=None if _is_over(parts.at_door.unable_at, rated_at) else parts.at_door.unable_at,
        before=replace(parts.at_door, unable_at=None),
        alerts=tuple(one for one in parts.alerts if not one.own_opening),
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


def _rated(last: Mapping[str, Answer]) -> Iterator[tuple[Item, Answer]]:
    """Symptoms that have a number, the newest of each: the scale's, or the person's own in a form of hers."""
    inputs = load_rules().inputs
    own = dict(zip(inputs["own_twins"], inputs["own"], strict=True))
    for item in get_instrument(SYMPTOMS).items:
        held = [last[link] for link in (item.link_id, own.get(item.link_id, "")) if link in last]
        given = [one for one in held if _numbers(one)]
        if given:
            yield item, max(given, key=lambda one: one.at)


def _numbers(answer: Answer) -> list[int]:
    return [one for one in (answer.value, *(a.value for a in answer.again)) if isinstance(one, int)]


def _signs(last: Mapping[str, Answer], name: Callable[[str], str]) -> Signs | None:
    """The worst that was seen of each sign at the last look; None where it found none."""
    inputs = load_rules().inputs
    newest = max(
        (last[link].at for one in ("distress", "painad") for link in inputs[one] if link in last),
        default=None,
    )
    if newest is None:
        return None
    now = {link: answer for link, answer in last.items() if newest - answer.at <= ONE_VISIT}
    seen = {link: _worst(link, now[link]) for link in inputs["distress"] if link in now}
    looks = add_up(inputs["painad"], now)
    found = Signs(
        newest,
        tuple(name(display(link)) for link, place in seen.items() if place >= A_LOT),
        tuple(name(display(link)) for link, place in seen.items() if 0 < place < A_LOT),
        max((look.value for look in looks), default=0),
        not all(look.whole for look in looks),
    )
    return found if found.strong or found.some or found.painad else None


def _worst(link_id: str, answer: Answer) -> int:
    values = (answer.value, *(again.value for again in answer.again))
    return max(position(link_id, value) for value in values if value is not None)


def _is_over(at: datetime | None, rated_at: datetime | None) -> bool:
    """Whether a later visit got numbers from the person: of one visit both are said."""
    return at is not None and rated_at is not None and rated_at - at > ONE_VISIT


def _hurts(last: Mapping[str, Answer]) -> tuple[Hurt, ...]:
    """The highest first."""
    found = []
    for item, answer in _rated(last):
        given = _numbers(answer)
        worst = max(given)
        if worst >= HURTS_FROM:
            eased = given[-1] if given[-1] < worst else None
            named_well = item.link_id == GOOD_BY_NAME
            found.append(Hurt(answer.name or item.name, worst, answer.at, eased, named_well))
    return tuple(sorted(found, key=lambda one: -one.value)[:MOST_HURTS])


def find_own_words(versions: tuple[ConversationVersion, ...], say: SayField = say_field) -> OwnWords | None:
    """What stands about what matters most. Her own sentence stays until a newer one, whatever was only chosen since."""
    standing = next((one for one in what_stands(versions, say) if one.field.id == MATTERS), None)
    if standing is None or standing.field.private or not standing.sayings:
        return None
    newest = standing.sayings[0]
    told = next((one for one in newest_first(versions) if _sentence(one)), None)
    if told is None:
        last = newest.version
        return OwnWords(newest.text, last.at, last.author.name, quoted=False, pending=last.pending)
    own = OwnWords(_sentence(told), told.at, told.author.name, quoted=True, pending=told.pending)
    if _sentence(newest.version):
        return own
    return replace(own, said_since=newest.text, since_at=newest.version.at)


def _sentence(version: ConversationVersion) -> str:
    answer = version.answers.get(MATTERS_WORDS)
    return "" if answer is None or answer.value is None else str(answer.value).strip()
