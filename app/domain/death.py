"""A death as somebody told it: what is asked, what was said, and what follows for the family.

Nothing here is asked twice and nothing but the day is needed: who records a death may know little. The options are our
own words. What a nurse herself may do (pronounce, take medicines away, witness) the plan says (`allowed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.domain.visit import PersonRef
from app.errors import RecordError
from app.language import N_

LONGEST_WORDS = 500
"""Letters of what is written beside a death, at most."""
NAMED = "@"
"""Begins an answer that is no option: a person of the people list, or a line of the plan's list of calls."""
TOLD_BY, PLACE, EXPECTED, PRESENT, PRONOUNCED, CALLS, DISPOSED, WITNESS, WISHES, FAMILY, CONTACT = (
    *("told-by", "place", "expected", "present", "pronounced", "calls"),
    *("disposed", "witness", "wishes", "family", "contact"),
)
ME = "me"
"""The option that the nurse did it herself, of PRONOUNCED, DISPOSED and WITNESS: where the plan allows it."""
MOST_AHEAD = timedelta(minutes=5)
"""How far a time may lie ahead of the device's clock."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked. `many`: several answers hold at once. `names`: people of the list may be chosen."""

    code: str
    text: str
    options: Mapping[str, str] = field(default_factory=dict)
    many: bool = False
    names: bool = False


QUESTIONS: tuple[Question, ...] = (
    Question(
        TOLD_BY,
        N_("Who told you"),
        {"i-was-there": N_("I was there"), "family": N_("Family"), "caregiver": N_("Caregiver"),
         "facility": N_("The facility"), "hospice": N_("Hospice"), "plan": N_("The plan"),
         "other": N_("Somebody else")},
        names=True,
    ),
    Question(
        PLACE,
        N_("Where"),
        {"home": N_("At home"), "assisted-living": N_("Assisted living"), "nursing-home": N_("Nursing home"),
         "hospice": N_("Hospice house"), "hospital": N_("Hospital"), "elsewhere": N_("Somewhere else"),
         "not-known": N_("Not known")},
    ),
    Question(
        EXPECTED, N_("Was it expected"), {"yes": N_("Yes"), "no": N_("No"), "not-sure": N_("Not sure")}
    ),
    Question(
        PRESENT,
        N_("Who was there"),
        {"family": N_("Family"), "caregiver": N_("Caregiver"), "staff": N_("Staff"), "i": N_("Me"),
         "nobody": N_("Nobody"), "not-known": N_("Not known")},
        many=True,
    ),
    Question(
        PRONOUNCED,
        N_("Who pronounced"),
        {ME: N_("I did"), "doctor": N_("Doctor"), "hospice": N_("Hospice nurse"), "facility": N_("Facility nurse"),
         "paramedic": N_("Paramedics"), "coroner": N_("Coroner"), "not-yet": N_("Nobody yet"),
         "not-known": N_("Not known")},
    ),
    Question(CALLS, N_("Calls made"), {"none": N_("None yet")}, many=True),
    Question(
        DISPOSED,
        N_("Who took care of the medicines"),
        {ME: N_("I did"), "family": N_("Family"), "hospice": N_("Hospice nurse"), "facility": N_("The facility"),
         "pharmacy": N_("Pharmacy"), "police": N_("Police or coroner"), "not-yet": N_("Nobody yet"),
         "none-there": N_("No medicines there")},
    ),
    Question(
        WITNESS,
        N_("Who witnessed it"),
        {ME: N_("I did"), "family": N_("Family"), "caregiver": N_("Caregiver"), "hospice": N_("Hospice nurse"),
         "facility": N_("Facility staff"), "nobody": N_("Nobody")},
    ),
    Question(
        WISHES,
        N_("Wishes for after death"),
        {"kept": N_("Kept"), "under-way": N_("Under way"), "none-known": N_("None known"),
         "help": N_("Help is needed")},
    ),
    Question(
        FAMILY,
        N_("How the family is"),
        {"managing": N_("Managing"), "hard": N_("Hard, with support"), "help": N_("Needs help"),
         "alone": N_("Alone"), "none": N_("No family"), "not-spoken": N_("Not spoken with")},
    ),
    Question(
        CONTACT,
        N_("Whom we call in the weeks after"),
        {"nobody": N_("Nobody"), "asked-not": N_("They asked us not to call")},
        names=True,
    ),
)  # fmt: skip
"""In the order of the page; when it was comes after the first."""
BY_CODE: Mapping[str, Question] = {one.code: one for one in QUESTIONS}
NO_CALLS = frozenset({"nobody", "asked-not"})
"""Answers to CONTACT after which nobody is called."""
ALONE = frozenset({"nobody", "not-known", "none"})
"""Options of a question with several answers that stand alone."""

DEFAULT_CALLS = (
    N_("Doctor"),
    N_("On-call supervisor"),
    N_("Hospice"),
    N_("Funeral home"),
    N_("Pharmacy"),
    N_("Equipment company"),
)
DEFAULT_CALL_DAYS = (3, 30, 90)


@dataclass(frozen=True, slots=True)
class DeathRules:
    """What a plan decides. As shipped no nurse pronounces."""

    nurse_pronounces_in: frozenset[str] = frozenset()
    """States (two letters) in which the plan's nurses pronounce; the state of the person's address counts."""
    calls: tuple[str, ...] = DEFAULT_CALLS
    call_days: tuple[int, ...] = DEFAULT_CALL_DAYS
    """Days after the death on which the bereavement contact is called."""


MAY_DESTROY, MAY_WITNESS = "nurse-destroys-medicines", "nurse-witnesses-destruction"
"""Switches of a plan."""


def allowed(rules: DeathRules, switches: Set[str], state: str | None) -> frozenset[str]:
    """The questions to which "I did" may be answered, of somebody who lives in this state (None: not known)."""
    found = {PRONOUNCED} if state is not None and state in rules.nurse_pronounces_in else set()
    if MAY_DESTROY in switches:
        found.add(DISPOSED)
    if MAY_WITNESS in switches:
        found.add(WITNESS)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class DeathDraft:
    """What was tapped so far. `at` where the hour is known, else `on` alone; neither: not said yet."""

    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    at: datetime | None = None
    on: date | None = None
    words: str = ""

    def chose(self, code: str, value: str) -> DeathDraft:
        """With this answer tapped: tapped again it is taken back, and what stands alone puts the others out."""
        question, held = BY_CODE[code], self.answers.get(code, ())
        if value in held:
            now = tuple(one for one in held if one != value)
        elif not question.many or value in ALONE:
            now = (value,)
        else:
            now = (*(one for one in held if one not in ALONE), value)
        rest = {name: given for name, given in self.answers.items() if name != code}
        return DeathDraft(rest | ({code: now} if now else {}), self.at, self.on, self.words)


@dataclass(frozen=True, slots=True)
class Death:
    """What is on record of a death. `on` is its day where it was told.

    `records` are all that stand (two people may have recorded it); `pending`: the plan has not answered for one.
    """

    id: str
    patient_id: str
    on: date
    at: datetime | None
    answers: Mapping[str, tuple[str, ...]]
    words: str
    by: PersonRef
    recorded_at: datetime
    records: tuple[str, ...] = ()
    pending: bool = False
    refused: bool = False

    def first(self, code: str) -> str:
        """The answer to a question that has one; "" where it was not said."""
        return next(iter(self.answers.get(code, ())), "")


def check(draft: DeathDraft, may: frozenset[str], now: datetime) -> DeathDraft:
    """What may be recorded. `may`: the questions that "I did" answers here. Raises RecordError with the reason."""
    if draft.at is None and draft.on is None:
        raise RecordError(N_("Please say when. The day is enough."))
    day = draft.on if draft.at is None else draft.at.astimezone(now.tzinfo).date()
    late = draft.at is not None and draft.at > now + MOST_AHEAD
    if late or (day is not None and day > now.date()):
        raise RecordError(N_("That time has not come yet."))
    for code, given in draft.answers.items():
        if ME in given and code not in may:
            raise RecordError(N_("Your plan does not let a nurse do this."))
    if len(draft.words.strip()) > LONGEST_WORDS:
        raise RecordError(N_("Please keep it shorter."))
    return draft


STANDS_AFTER = ("MEDICINE_COUNT",)
"""How the rules begin whose alerts stand after a death: they ask for no care. Private ones stand too."""


def stands_after(rule: str, *, private: bool) -> bool:
    """Whether an alert goes on being shown once the person has died."""
    return private or rule.startswith(STANDS_AFTER)


@dataclass(frozen=True, slots=True)
class FamilyCall:
    """One call to the family, due on a day. `how` and `next`: what was found, "" while it is open."""

    id: str
    patient_id: str
    due_on: date
    number: int
    """Days after the death."""
    contact: str = ""
    how: str = ""
    then: str = ""
    done_at: datetime | None = None
    open: bool = True
    pending: bool = False


HOW: Mapping[str, str] = {
    "managing": N_("Managing"),
    "hard": N_("Hard, with support"),
    "help": N_("Needs help"),
    "not-reached": N_("Not reached"),
    "asked-not": N_("Asked us not to call"),
}
THEN: Mapping[str, str] = {
    "nothing": N_("Nothing more now"),
    "again": N_("Call again in a week"),
    "told": N_("Supervisor told"),
    "support": N_("Gave a place for grief support"),
}
AGAIN_AFTER = timedelta(days=7)


def due_days(on: date, rules: DeathRules) -> tuple[tuple[int, date], ...]:
    """(days after, day) of each call that the plan wants."""
    return tuple((days, on + timedelta(days=days)) for days in sorted(set(rules.call_days)))


def newest(deaths: Iterable[Death]) -> Death | None:
    """The one that was recorded last."""
    return max(deaths, key=lambda one: (one.recorded_at, one.id), default=None)
