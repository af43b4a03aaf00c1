"""Words about what matters, code status and the people around a person."""

from __future__ import annotations

from datetime import date, datetime

from app.domain.code_status import NOT_RECORDED, PREFIX, CodeStatus, Statement, Tongue
from app.domain.conversation import ConversationVersion, FieldChange, HistoryEntry
from app.domain.conversation_fields import Domain
from app.domain.people import Person, Told, Wants
from app.language import N_, dates, tr, trn
from app.views import say
from app.views.wording import stored

# the conversation
TITLE = N_("What matters")
OWN_WORDS = N_("In their own words")
WRITE_LATER = N_("Now or after leaving. Nothing here has to be filled in, and nothing has to be decided.")
PROMPTS = N_("Ways to ask")
PROMPTS_CLOSE = N_("Close the ways to ask")
PROMPTS_HELP = N_("To read through. Nothing is written down here.")
ON_RECORD = N_("On record")
ON_RECORD_CLOSE = N_("Close what is on record")
NOTHING_ON_RECORD = N_("No conversation on record yet.")
HISTORY = N_("How it changed")
HISTORY_CLOSE = N_("Close the history")
TWO_VERSIONS = N_("Two versions, written without knowing each other. Both are shown.")
KEPT_APART = N_("Something is kept apart. Open the visit to read it.")
PLAN_SAYS = N_("In the plan's record")
MORE_STEPS = (
    ("conv-understanding", N_("Understanding")),
    ("conv-information", N_("How much to tell")),
    ("conv-prognosis", N_("The time ahead")),
    ("conv-hopes", N_("What matters, further")),
    ("conv-coping", N_("Worries, further")),
    ("conv-strength", N_("Strength")),
    ("conv-abilities", N_("Abilities and joys")),
    ("conv-accept", N_("Trade-offs and wishes")),
    ("conv-family-understanding", N_("Family")),
    ("conv-options", N_("Agreement")),
    ("conv-emotion", N_("Feelings and response")),
    ("conv-experience", N_("How it was for the person")),
    ("conv-interpreter", N_("About this talk")),
)
"""Headings behind "More", each above the field that it begins with."""
DOMAINS = {
    Domain.VALUES: N_("Values and goals"),
    Domain.UNDERSTANDING: N_("Illness and what lies ahead"),
    Domain.END_OF_LIFE: N_("End-of-life wishes"),
    Domain.CODE_STATUS: N_("Code status"),
}
DOMAINS_TITLE = N_("What is written down so far")
WRITTEN, NOT_WRITTEN = N_("written down"), N_("open")
TEAM_ONLY = N_(
    "For the care team only. Never on paper, never shown to the person, the family or other services."
)

# code status
CODE_STATUS = N_("Code status")
ADD_STATEMENT = N_("Add what I saw or heard")
AGAIN = N_("Still so")
GONE = N_("No longer stands")
WRITTEN_NOW = N_("In this visit")
STATEMENT_EMPTY = N_("Say first what it rests on")
TAKEN_BACK = N_("No longer stands")
NOT_SENT = N_("not sent yet")
SETTLES = N_("In place of what was on record")
REPLACED = N_("A later record took its place")

# people
PEOPLE = N_("People")
PEOPLE_NONE = N_("Nobody on record yet.")
ADD_PERSON = N_("Add somebody")
CHANGE = N_("Change")
NO_NAME = N_("Name not written down")
WANTS = N_("What the person wants to know")
WANTS_WORDS = {
    Wants.ALL: N_("Everything"),
    Wants.BIG_PICTURE: N_("The big picture"),
    Wants.LITTLE: N_("As little as possible"),
    Wants.TO_FAMILY: N_("Tell the family instead"),
}
WANTS_OPEN = N_("Nobody has asked yet")
ROLES = {
    "decides": N_("decides with the person"),
    "helps": N_("helps"),
    "lives-there": N_("lives there"),
}
TOLD = {
    Told.ALL: N_("May be told"),
    Told.SOME: N_("May be told some things"),
    Told.NONE: N_("Must not be told"),
}
TOLD_OPEN = N_("Nobody has asked what they may be told")
AGENTS = {
    "primary": N_("legal agent"),
    "alternate": N_("alternate agent"),
    "second-alternate": N_("second alternate agent"),
}
AGENT_ACTIVE = {
    "active": N_("deciding now"),
    "not-yet": N_("not acting alone yet"),
    "unclear": N_("not clear whether acting alone"),
}
TOPICS = {
    "practical": N_("times and equipment"),
    "daily": N_("day to day"),
    "medicines": N_("medicines"),
    "ahead": N_("what may lie ahead"),
    "wishes": N_("wishes and decisions"),
}
DOUBLE = N_("Two versions of this person, written without knowing each other. Change one to settle it.")
CHANGED_HERE = N_("Changed in this visit")
TAKEN_OFF = N_("Taken off the list")


def _day(on: date, today: date) -> str:
    return dates.say_month_day(on) if on.year == today.year else dates.say_date(on)


SPOKEN = Tongue(tr, _day)
"""Code status in the language that is spoken; in a record and on paper it stays as it is."""


def code_status(status: CodeStatus) -> str:
    """The headline; what a record says is shown in the record's own words."""
    if status.headline == NOT_RECORDED:
        return tr(NOT_RECORDED)
    return tr("Code status: {said}", said=tr(status.headline.removeprefix(PREFIX)))


def records_differ() -> str:
    """The essential of several records, where one line is all that there is room for."""
    return tr("Code status: records differ")


def statement_by(one: Statement) -> str:
    """ "“Full code” · signed by Dr. Lee · written down by Ana Ruiz, RN"."""
    parts = (
        f"“{one.what}”" if one.what and not one.says.startswith("“") else "",
        tr("signed by {signed_by}", signed_by=one.signed_by) if one.signed_by else "",
        tr("written down by {by}", by=one.by) if one.by else "",
    )
    line = " · ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]


def said_again(told: str, number: int) -> str:
    """ "Said again: Patient said, May 3"; with how many records where several read the same."""
    if number == 1:
        return tr("Said again: {told}", told=told)
    return trn(
        "Said again: {told} ({number} record)", "Said again: {told} ({number} records)", number, told=told
    )


def on_record(text: str, version: ConversationVersion, now: datetime) -> str:
    """ "Home. “Her garden” (May 3 · Ana Ruiz, RN)"."""
    return f"{text} ({version_line(version, now)})"


def more(number: int) -> str:
    return tr("More ({number})", number=number)


def version_line(version: ConversationVersion, now: datetime) -> str:
    """ "May 3 · Ana Ruiz, RN"."""
    parts = [say.day_of(version.at, now), version.author.name, tr(NOT_SENT) if version.pending else ""]
    return " · ".join(part for part in parts if part)


def follows(entry: HistoryEntry, now: datetime) -> str:
    """Which versions the author had before her."""
    if not entry.follows:
        return tr("The first on record, or written without an earlier one at hand")
    return tr("After {listed}", listed=", ".join(version_line(one, now) for one in entry.follows))


def story(entry: HistoryEntry) -> str:
    """What a talk brought, in one sentence."""
    new = sum(not one.before for one in entry.changes)
    changed = len(entry.changes) - new
    if not entry.changes:
        return tr("Talked again. Nothing changed.")
    if not changed:
        return trn("One answer was written down.", "{number} answers were written down.", new)
    if not new:
        return trn("One answer changed.", "{number} answers changed.", changed)
    return trn(
        "{changed}, {number} answer was added.",
        "{changed}, {number} answers were added.",
        new,
        changed=trn("{number} answer changed", "{number} answers changed", changed),
    )


def change(one: FieldChange) -> str:
    """ "Before: Only for something that can be put right."; "" for something new."""
    before = " / ".join(one.before)
    return tr("Before: {before}", before=before) if before else ""


def now_line(one: FieldChange) -> str:
    """What it is since then; "Now" only where it was something else before."""
    return tr("Now: {after}", after=one.after) if one.before else one.after


def person_line(person: Person) -> str:
    """ "Daughter · decides with the person, helps · 555-0101"."""
    relation = ", ".join(part for part in (stored.name(person.relation), person.relation_words) if part)
    roles = ", ".join(tr(ROLES[role]) for role in person.roles if role in ROLES)
    return " · ".join(part for part in (relation, roles, person.phone) if part)


def agent_line(person: Person) -> str:
    """ "Legal agent, deciding now", "" for somebody who is none."""
    if person.agent is None:
        return ""
    active = tr(AGENT_ACTIVE.get(person.agent_active or "unclear", ""))
    line = ", ".join(part for part in (tr(AGENTS.get(person.agent, person.agent)), active) if part)
    return line[:1].upper() + line[1:]


def told_line(person: Person) -> str:
    """ "May be told some things: medicines, day to day"."""
    if person.told is None:
        return tr(TOLD_OPEN)
    topics = ", ".join(tr(TOPICS.get(topic, topic)) for topic in person.topics)
    return (
        f"{tr(TOLD[person.told])}: {topics}" if person.told is Told.SOME and topics else tr(TOLD[person.told])
    )


def same_records(number: int) -> str:
    return trn("{number} record says this", "{number} records say this", number)


def people_state(number: int) -> str:
    return say.people(number) if number else ""
