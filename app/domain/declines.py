"""What a person or her family does not want for a time: how wide it reaches, whose voice it is, when to ask again.

Until that day the app is quiet about exactly that. What a rule finds in the answers is never quieted, and a family's
no speaks for the family: it neither keeps a question from the person that only she can answer, nor stops the clock of
the home visit that is her right, nor counts as her wish anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.content import load, load_sections
from app.domain.referrals import list_targets


class Scope(StrEnum):
    """How wide a no reaches. In the order in which they are offered."""

    TODAY = "today"
    TOPIC = "topic"
    SERVICE = "service"
    PROGRAMME = "programme"


class Voice(StrEnum):
    PERSON = "person"
    FAMILY = "family"


VISIT, HOME_VISIT, AFTER_STAY, CALLS, INTERPRETER = (
    "visit", "home-visit", "48-hour-visit", "calls", "interpreter",
)  # fmt: skip
OWN_SERVICES = (HOME_VISIT, AFTER_STAY, CALLS, INTERPRETER)
"""What the team itself does; the other services are the targets of referrals."""
PALLIATIVE = "community-palliative"
"""The programme whose visits these are."""
HOSPICE = "hospice"
TOPICS = (
    "conversation", "mood", "thinking", "pain-more", "social", "falls", "people", "referrals", "home-count",
)  # fmt: skip
"""Sections of the visit that somebody may not want. Symptoms, body and medicines are declined item by item."""
LONGEST = timedelta(days=730)
"""The farthest day on which it is asked again."""


@dataclass(frozen=True, slots=True)
class Decline:
    """One no. `about`: a topic, service or programme of `list_subjects`. It ends as the day `ask_again_on` begins.

    `records`: every standing record that says it (`Consent/…`); time and author are the newest's.
    """

    scope: Scope
    about: str
    voice: Voice
    said_at: datetime
    ask_again_on: date
    noted_by: str = ""
    records: tuple[str, ...] = ()
    pending: bool = False
    """Only on this device yet."""

    def stands(self, on: date) -> bool:
        return on < self.ask_again_on


def list_subjects(scope: Scope) -> tuple[str, ...]:
    """What can be declined with this scope, in the order in which it is offered."""
    match scope:
        case Scope.TODAY:
            return (VISIT, *TOPICS)
        case Scope.TOPIC:
            return TOPICS
        case Scope.SERVICE:
            return (*OWN_SERVICES, *list_targets())
        case Scope.PROGRAMME:
            options = load()["programme"].get_item("prog-programme").options
            return tuple(one.code for one in options if one.code != "other")


def standing(declines: Iterable[Decline], on: date) -> tuple[Decline, ...]:
    return tuple(one for one in declines if one.stands(on))


def of_section(declines: Iterable[Decline], section: str, on: date) -> tuple[Decline, ...]:
    """What stands about one section of the visit."""
    topics = (Scope.TODAY, Scope.TOPIC)
    return tuple(one for one in standing(declines, on) if one.scope in topics and one.about == section)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Sections that stay closed and forms that are not asked of themselves. Whoever opens one finds it as ever."""

    sections: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()


NOTHING_QUIET = Quiet()


def quiet_on(declines: Collection[Decline], on: date) -> Quiet:
    """What a visit on this day is quiet about."""
    held: dict[str, set[Voice]] = {}
    for one in standing(declines, on):
        if one.scope in (Scope.TODAY, Scope.TOPIC):
            held.setdefault(one.about, set()).add(one.voice)
    forms_of = _forms_of_sections()
    forms: set[str] = set()
    sections: set[str] = set()
    for section, voices in held.items():
        own = forms_of.get(section, ())
        quiet = [one for one in own if Voice.PERSON in voices or not only_she_answers(one)]
        forms.update(quiet)
        if len(quiet) == len(own):
            sections.add(section)
    return Quiet(frozenset(sections), frozenset(forms))


def _forms_of_sections() -> Mapping[str, tuple[str, ...]]:
    return {one.id: one.forms for one in load_sections()}


def only_she_answers(form: str) -> bool:
    """Whether nobody can answer this in the person's place: her family's no does not keep it from her."""
    found = load().get(form)
    return (
        found is not None
        and bool(found.answered_by)
        and set(found.answered_by)
        <= {
            "patient",
            "caregiver-assisted",
        }
    )


def find_her_no(declines: Iterable[Decline], scope: Scope, about: str, on: date) -> Decline | None:
    """The person's own no to one thing, where it stands on this day."""
    return next(
        (
            one
            for one in standing(declines, on)
            if one.scope is scope and one.about == about and one.voice is Voice.PERSON
        ),
        None,
    )


def refuses_home_visit(
    declines: Iterable[Decline], due_at: datetime, now: datetime, left_at: datetime
) -> bool:
    """Whether the person herself does not want the home visit that follows a stay which ended at `left_at`.

    A no that lasts beyond the time it is due closes the clock for good; a shorter one keeps it quiet until then.
    """
    wide = {
        (Scope.TODAY, VISIT),
        (Scope.SERVICE, HOME_VISIT),
        (Scope.SERVICE, AFTER_STAY),
        (Scope.PROGRAMME, PALLIATIVE),
    }
    for one in declines:
        ends = ends_at(one)
        if one.voice is not Voice.PERSON or (one.scope, one.about) not in wide or ends <= left_at:
            continue
        if ends > due_at or now < ends:
            return True
    return False


def ends_at(decline: Decline) -> datetime:
    """The moment at which it may be asked again: that day begins, by the clock of this place."""
    return datetime.combine(decline.ask_again_on, time()).astimezone()
