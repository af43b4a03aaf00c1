"""Words about what matters, code status and the people around a person."""

from __future__ import annotations

from datetime import datetime

from app.domain.code_status import Statement
from app.domain.conversation import ConversationVersion, FieldChange, HistoryEntry
from app.domain.conversation_fields import Domain
from app.domain.people import Person, Told, Wants
from app.views import say

# the conversation
TITLE = "What matters"
OWN_WORDS = "In their own words"
WRITE_LATER = "Now or after leaving. Nothing here has to be filled in, and nothing has to be decided."
PROMPTS = "Ways to ask"
PROMPTS_CLOSE = "Close the ways to ask"
PROMPTS_HELP = "To read through. Nothing is written down here."
ON_RECORD = "On record"
ON_RECORD_CLOSE = "Close what is on record"
NOTHING_ON_RECORD = "No conversation on record yet."
HISTORY = "How it changed"
HISTORY_CLOSE = "Close the history"
TWO_VERSIONS = "Two versions, written without knowing each other. Both are shown."
KEPT_APART = "Something is kept apart. Open the visit to read it."
PLAN_SAYS = "In the plan's record"
MORE_STEPS = (
    ("conv-understanding", "Understanding"),
    ("conv-information", "How much to tell"),
    ("conv-prognosis", "The time ahead"),
    ("conv-hopes", "What matters, further"),
    ("conv-coping", "Worries, further"),
    ("conv-strength", "Strength"),
    ("conv-abilities", "Abilities and joys"),
    ("conv-accept", "Trade-offs and wishes"),
    ("conv-family-understanding", "Family"),
    ("conv-options", "Agreement"),
    ("conv-emotion", "Feelings and response"),
    ("conv-experience", "How it was for the person"),
    ("conv-interpreter", "About this talk"),
)
"""Headings behind "More", each above the field that it begins with."""
DOMAINS = {
    Domain.VALUES: "Values and goals",
    Domain.UNDERSTANDING: "Illness and what lies ahead",
    Domain.END_OF_LIFE: "End-of-life wishes",
    Domain.CODE_STATUS: "Code status",
}
DOMAINS_TITLE = "What is written down so far"
WRITTEN, NOT_WRITTEN = "written down", "open"
TEAM_ONLY = "For the care team only. Never on paper, never shown to the person, the family or other services."

# code status
CODE_STATUS = "Code status"
ADD_STATEMENT = "Add what I saw or heard"
AGAIN = "Still so"
GONE = "No longer stands"
WRITTEN_NOW = "In this visit"
STATEMENT_EMPTY = "Say first what it rests on"
TAKEN_BACK = "No longer stands"
NOT_SENT = "not sent yet"
SETTLES = "In place of what was on record"

# people
PEOPLE = "People"
PEOPLE_NONE = "Nobody on record yet."
ADD_PERSON = "Add somebody"
CHANGE = "Change"
NO_NAME = "Name not written down"
WANTS = "What the person wants to know"
WANTS_WORDS = {
    Wants.ALL: "Everything",
    Wants.BIG_PICTURE: "The big picture",
    Wants.LITTLE: "As little as possible",
    Wants.TO_FAMILY: "Tell the family instead",
}
WANTS_OPEN = "Nobody has asked yet"
ROLES = {"decides": "decides", "helps": "helps", "lives-there": "lives there"}
TOLD = {Told.ALL: "May be told", Told.SOME: "May be told some things", Told.NONE: "Must not be told"}
TOLD_OPEN = "Nobody has asked what they may be told"
AGENTS = {
    "primary": "legal agent",
    "alternate": "alternate agent",
    "second-alternate": "second alternate agent",
}
AGENT_ACTIVE = {
    "active": "deciding now",
    "not-yet": "not deciding yet",
    "unclear": "not clear whether deciding now",
}
TOPICS = {
    "practical": "times and equipment",
    "daily": "day to day",
    "medicines": "medicines",
    "ahead": "what may lie ahead",
    "wishes": "wishes and decisions",
}
DOUBLE = "Two versions of this person, written without knowing each other. Change one to settle it."
CHANGED_HERE = "Changed in this visit"
TAKEN_OFF = "Taken off the list"


def statement_by(one: Statement) -> str:
    """ "“Full code” · signed by Dr. Lee · written down by Ana Ruiz, RN"."""
    parts = (
        f"“{one.what}”" if one.what and not one.says.startswith("“") else "",
        f"signed by {one.signed_by}" if one.signed_by else "",
        f"written down by {one.by}" if one.by else "",
    )
    line = " · ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]


def on_record(text: str, version: ConversationVersion, now: datetime) -> str:
    """ "Home. “Her garden” (May 3 · Ana Ruiz, RN)"."""
    return f"{text} ({version_line(version, now)})"


def more(number: int) -> str:
    return f"More ({number})"


def version_line(version: ConversationVersion, now: datetime) -> str:
    """ "May 3 · Ana Ruiz, RN"."""
    parts = [say.day_of(version.at, now), version.author.name, NOT_SENT if version.pending else ""]
    return " · ".join(part for part in parts if part)


def follows(entry: HistoryEntry, now: datetime) -> str:
    """Which versions the author had before her."""
    if not entry.follows:
        return "The first on record, or written without an earlier one at hand"
    return "After " + ", ".join(version_line(one, now) for one in entry.follows)


def story(entry: HistoryEntry) -> str:
    """What a talk brought, in one sentence."""
    new = sum(not one.before for one in entry.changes)
    changed = len(entry.changes) - new
    if not entry.changes:
        return "Talked again. Nothing changed."
    if not changed:
        return "One thing was written down." if new == 1 else f"{new} things were written down."
    if not new:
        return "One thing changed." if changed == 1 else f"{changed} things changed."
    return (
        f"{say.count(changed, 'thing', 'things')} changed, "
        f"{say.count(new, 'thing was', 'things were')} added."
    )


def change(one: FieldChange) -> str:
    """ "Before: Only for something that can be put right."; "" for something new."""
    before = " / ".join(one.before)
    return f"Before: {before}" if before else ""


def now_line(one: FieldChange) -> str:
    """What it is since then; "Now" only where it was something else before."""
    return f"Now: {one.after}" if one.before else one.after


def person_line(person: Person) -> str:
    """ "Daughter · decides, helps · 555-0101"."""
    relation = ", ".join(part for part in (person.relation, person.relation_words) if part)
    roles = ", ".join(ROLES[role] for role in person.roles if role in ROLES)
    return " · ".join(part for part in (relation, roles, person.phone) if part)


def agent_line(person: Person) -> str:
    """ "Legal agent, not deciding yet", "" for somebody who is none."""
    if person.agent is None:
        return ""
    active = AGENT_ACTIVE.get(person.agent_active or "unclear", "")
    line = ", ".join(part for part in (AGENTS.get(person.agent, person.agent), active) if part)
    return line[:1].upper() + line[1:]


def told_line(person: Person) -> str:
    """ "May be told some things: medicines, day to day"."""
    if person.told is None:
        return TOLD_OPEN
    topics = ", ".join(TOPICS.get(topic, topic) for topic in person.topics)
    return f"{TOLD[person.told]}: {topics}" if person.told is Told.SOME and topics else TOLD[person.told]


def people_state(number: int) -> str:
    return say.count(number, "person", "people") if number else ""
