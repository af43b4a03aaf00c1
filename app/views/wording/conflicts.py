"""Words of places where two people wrote different things."""

from __future__ import annotations

from datetime import datetime

from app.language import N_, tr, trn
from app.services.conflict_models import ConflictKind, ConflictLine, ConflictPage, ConflictSide
from app.views import say
from app.views.wording import stored

TITLE = N_("Two different records")
NEEDS_YOU = N_("Somebody has to decide")
BACK = N_("Back")
BOTH = N_("Both")
KEEP = N_("Keep what I chose")
TAKE_ALL = N_("Take all of this")
OPEN_VISIT = N_("Read the visit")
SAYS_NOTHING = N_("Says nothing about it")
AGREED = N_("The same in both")
YOURS = N_("Yours, on this tablet")
AT_PLAN = N_("At the plan now")
NOT_RECEIVED = N_("Not received by the plan yet")
SETTLED = N_("This is settled")
SETTLED_HELP = N_("Somebody has chosen, or a newer record says it. What both wrote stays in the history.")
LET_GO = N_("Let my change go")
LET_GO_HELP = N_("Nothing is sent. What you wrote stays readable on this tablet.")
KEEP_NEW = N_("Keep what I wrote as a new record")
KEEP_NEW_HELP = N_("The deleted one stays deleted.")
YOU_WROTE = N_("What you wrote")
WHOLE = {
    "code-status": N_("What stands"),
    "medicines": N_("How it is taken"),
    "record": N_("The whole record"),
}
_WHAT = {
    "conversation": N_("What matters"),
    "code-status": N_("Code status"),
    "plan": N_("Plan of care"),
    "medicines": N_("Medicine"),
    "people": N_("Person on the list"),
    "task": N_("Task"),
    "record": N_("Record of a visit"),
}
_HISTORY = N_("What you do not choose stays in the history.")


def subject(line: ConflictLine) -> str:
    """ "Plan of care: Pain"."""
    what = tr(_WHAT.get(line.what, TITLE))
    # What an alert found is a sentence of ours; a medicine, a person and a problem have their own names.
    title = stored.say(line.title) if line.what == "task" else line.title
    return f"{what}: {title}" if title else what


def head(line: ConflictLine) -> str:
    """One line of a list: "Ana Ruiz, RN and Ben Ochoa, RN wrote different things"."""
    if line.kind is ConflictKind.DELETED:
        return tr("You changed this; it was deleted at the plan")
    if line.kind is ConflictKind.EDIT:
        return tr("You and {names} changed this", names=_names(line.who) or tr("somebody else"))
    return trn(
        "Two different records by {who}",
        "{names} wrote different things",
        len(line.who),
        who=line.who[0],
        names=_names(line.who) or tr("Two nurses"),
    )


def strip(lines: tuple[ConflictLine, ...]) -> str:
    """Above the rows of one person."""
    if all(line.kind is ConflictKind.VERSIONS for line in lines):
        about = ", ".join(dict.fromkeys(tr(_WHAT.get(line.what, TITLE)).lower() for line in lines))
        return tr("Two different records: {about}. Please choose.", about=about)
    return trn(
        "{number} thing here needs you to choose.", "{number} things here need you to choose.", len(lines)
    )


def why(page: ConflictPage) -> str:
    """The sentence under the title."""
    line = page.line
    if line.kind is ConflictKind.DELETED:
        return tr(
            "While you were changing this, it was deleted at the plan. Nothing is brought back by itself."
        )
    if line.kind is ConflictKind.EDIT:
        other = _names(line.who) or tr("Somebody else")
        return tr(
            "You and {other} changed this at the same time. Choose what is so. {history}",
            other=other,
            history=tr(_HISTORY),
        )
    names = _names(line.who) or tr("Two nurses")
    return trn(
        "{names} wrote two different records that do not know each other. Choose what stands. {history}",
        "{names} wrote without knowing of each other. Choose what stands from now on. {history}",
        len(line.who),
        names=names,
        history=tr(_HISTORY),
    )


def side_name(side: ConflictSide) -> str:
    if side.plan:
        return side.who or tr(AT_PLAN)
    return side.who or tr(YOURS)


def side_lines(side: ConflictSide, now: datetime) -> list[str]:
    """Who and when, one fact a line."""
    lines: list[str] = []
    if side.plan and side.who:
        lines.append(tr(AT_PLAN))
    if side.chosen_at is not None:
        lines.append(tr("Chosen {when}", when=_when(side.chosen_at, now)))
    if side.said_by:
        lines.append(tr("Written down by {name}", name=side.said_by))
    if side.at is not None and (side.chosen_at is None or side.said_by):
        when = _when(side.at, now)
        lines.append(
            tr("Visit {when}", when=when) if side.visit_id is not None else tr("Written {when}", when=when)
        )
    if side.mine:
        lines.append(tr(NOT_RECEIVED))
    return lines


def _when(at: datetime, now: datetime) -> str:
    return tr("{day}, {time} by that tablet's clock", day=say.day_of(at, now), time=say.clock(at))


def not_sure(page: ConflictPage) -> str:
    if page.line.kind is ConflictKind.VERSIONS:
        return tr("Not sure? Leave it, and ask. Both stay as they are.")
    return tr("Not sure? Leave it, and ask. Nothing is sent meanwhile.")


def tag(side: ConflictSide, now: datetime) -> str:
    """Above each text: "Ana Ruiz, RN · Nov 20"."""
    at = side.chosen_at or side.at
    return " · ".join(part for part in (side_name(side), "" if at is None else say.day_of(at, now)) if part)


def chosen(done: int, of: int) -> str:
    return tr("{done} of {of} chosen", done=done, of=of)


def _names(who: tuple[str, ...]) -> str:
    return say.listed(who)
