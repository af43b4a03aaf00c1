"""Words of places where two people wrote different things."""

from __future__ import annotations

from datetime import datetime

from app.services.conflict_models import ConflictKind, ConflictLine, ConflictPage, ConflictSide
from app.views import say

TITLE = "Two different records"
NEEDS_YOU = "Needs a person"
BACK = "Back"
BOTH = "Both"
KEEP = "Keep what I chose"
TAKE_ALL = "Take all of this"
OPEN_VISIT = "Read the visit"
SAYS_NOTHING = "Says nothing about it"
AGREED = "The same in both"
YOURS = "Yours, on this tablet"
AT_PLAN = "At the plan now"
NOT_RECEIVED = "Not received by the plan yet"
SETTLED = "This is settled"
SETTLED_HELP = "Somebody has chosen, or a newer record says it. What both wrote stays in the history."
LET_GO = "Let my change go"
LET_GO_HELP = "Nothing is sent. What you wrote stays readable on this tablet."
KEEP_NEW = "Keep what I wrote as a new record"
KEEP_NEW_HELP = "The deleted one stays deleted."
YOU_WROTE = "What you wrote"
WHOLE = {"code-status": "What stands", "medicines": "How it is taken", "record": "The whole record"}
_WHAT = {
    "conversation": "What matters",
    "code-status": "Code status",
    "plan": "Plan of care",
    "medicines": "Medicine",
    "people": "Person on the list",
    "task": "Task",
    "record": "Record of a visit",
}
_HISTORY = "What you do not choose stays in the history."


def subject(line: ConflictLine) -> str:
    """ "Plan of care: Pain"."""
    what = _WHAT.get(line.what, TITLE)
    return f"{what}: {line.title}" if line.title else what


def head(line: ConflictLine) -> str:
    """One line of a list: "Ana Ruiz, RN and Ben Ochoa, RN wrote different things"."""
    if line.kind is ConflictKind.DELETED:
        return "You changed this; it was deleted at the plan"
    if line.kind is ConflictKind.EDIT:
        return f"You and {_names(line.who) or 'somebody else'} changed this"
    if len(line.who) == 1:
        return f"Two different records by {line.who[0]}"
    return f"{_names(line.who) or 'Two nurses'} wrote different things"


def strip(lines: tuple[ConflictLine, ...]) -> str:
    """Above the rows of one person."""
    if all(line.kind is ConflictKind.VERSIONS for line in lines):
        about = ", ".join(dict.fromkeys(_WHAT.get(line.what, TITLE).lower() for line in lines))
        return f"Two different records: {about}. Please choose."
    return f"{say.count(len(lines), 'thing', 'things')} here {'needs' if len(lines) == 1 else 'need'} you to choose."


def count(number: int) -> str:
    return f"{say.count(number, 'record', 'records')} with two versions"


def why(page: ConflictPage) -> str:
    """The sentence under the title."""
    line = page.line
    if line.kind is ConflictKind.DELETED:
        return "While you were changing this, it was deleted at the plan. Nothing is brought back by itself."
    if line.kind is ConflictKind.EDIT:
        other = _names(line.who) or "Somebody else"
        return f"You and {other} changed this at the same time. Choose what is so. {_HISTORY}"
    names = _names(line.who) or "Two nurses"
    if len(line.who) == 1:
        return (
            f"{names} wrote two different records that do not know each other. Choose what stands. {_HISTORY}"
        )
    return f"{names} wrote without knowing of each other. Choose what stands from now on. {_HISTORY}"


def side_name(side: ConflictSide) -> str:
    if side.plan:
        return side.who or AT_PLAN
    return side.who or YOURS


def side_lines(side: ConflictSide, now: datetime) -> list[str]:
    """Who and when, one fact a line."""
    lines: list[str] = []
    if side.plan and side.who:
        lines.append(AT_PLAN)
    if side.chosen_at is not None:
        lines.append(f"Chosen {_when(side.chosen_at, now)}")
    if side.said_by:
        lines.append(f"Written down by {side.said_by}")
    if side.at is not None and (side.chosen_at is None or side.said_by):
        began = "Visit" if side.visit_id is not None else "Written"
        lines.append(f"{began} {_when(side.at, now)}")
    if side.mine:
        lines.append(NOT_RECEIVED)
    return lines


def _when(at: datetime, now: datetime) -> str:
    return f"{say.day_of(at, now)}, {say.clock(at)} by that tablet's clock"


def not_sure(page: ConflictPage) -> str:
    if page.line.kind is ConflictKind.VERSIONS:
        return "Not sure? Leave it, and ask. Both stay as they are."
    return "Not sure? Leave it, and ask. Nothing is sent meanwhile."


def tag(side: ConflictSide, now: datetime) -> str:
    """Above each text: "Ana Ruiz, RN · Nov 20"."""
    at = side.chosen_at or side.at
    return " · ".join(part for part in (side_name(side), "" if at is None else say.day_of(at, now)) if part)


def chosen(done: int, of: int) -> str:
    return f"{done} of {of} chosen"


def _names(who: tuple[str, ...]) -> str:
    if len(who) < 2:
        return "".join(who)
    return f"{', '.join(who[:-1])} and {who[-1]}"
