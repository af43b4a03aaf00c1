"""Words of what helps at the bedside: the cover, stars, taking back, quick phrases."""

from __future__ import annotations

import textwrap

from app.domain.items import find_place
from app.domain.undo import Step, StepKind
from app.language import N_, tr, trc, trn
from app.services.alert_discretion import HUSHED_FORM

COVER_NOW = N_("Cover screen")

IN_THE_CAR = N_("Finish in the car")
STARRED = N_("Starred to finish later. You can sign without them.")
FINISHED = N_("Finished")
NOTE = N_("Note")
WHO = N_("Who answered")
NEXT = N_("What happens next")
ENTERED_LATER = N_("entered later")
LATER_FACT = N_("Entered later")

UNDO = N_("Undo")
BRIEF = 30
"""Letters of a name that stand in the head of a page; a question can be four lines long."""
_OF = {
    StepKind.NOTE: N_("the note"),
    StepKind.END: N_("the end of the visit"),
    StepKind.TIMES: N_("the times"),
    StepKind.WHERE: N_("where and how"),
    StepKind.KIND: N_("the kind of visit"),
    StepKind.WHO: N_("who answered"),
    StepKind.PROMISE: N_("the promise"),
}

MORE_PHRASES = N_("More phrases")
FEWER_PHRASES = N_("Fewer phrases")
OWN_PHRASES = N_("My quick phrases")
OWN_PHRASES_HELP = N_(
    "One tap puts them into a note. Only plain sentences: no names, no diagnoses, no numbers, no scores."
)
NEW_PHRASE = N_("New phrase")
ADD_PHRASE = N_("Add")
NO_PHRASES = N_("None yet.")


def star(title: str, *, starred: bool) -> str:
    """The name of a star for screen readers."""
    return (
        tr("Starred: {title}. Tap to take the star away", title=title)
        if starred
        else tr("Star {title} to finish it in the car", title=title)
    )


def finished(title: str) -> str:
    """For screen readers: of which section."""
    return f"{tr(FINISHED)}: {title}"


def things_left(count: int) -> str:
    return trn("{number} thing to finish in the car", "{number} things to finish in the car", count)


def later(state: str) -> str:
    """ "3 answered · entered later"."""
    return f"{state} · {tr(ENTERED_LATER)}"


def find_name(step: Step) -> str | None:
    """What a step was about, in a few words; None where it has no name that may stand there."""
    if step.kind in _OF:
        return tr(_OF[step.kind])
    place = find_place(step.link_id)
    if place is None or place.item.private or place.item.hidden or place.instrument.id == HUSHED_FORM:
        return None
    return trc(place.item.link_id, place.item.name)


def undo(step: Step) -> str:
    """ "Undo: Pain"; just "Undo" for what is private. For the eye: a long name is cut after a word."""
    return _with_name(tr(UNDO), step)


def undo_said(step: Step) -> str:
    """The same for screen readers, with the whole name."""
    name = find_name(step)
    return tr(UNDO) if name is None else f"{tr(UNDO)}: {name}"


def taken_back(step: Step) -> str:
    """ "Taken back: Pain"."""
    return _with_name(tr("Taken back"), step)


def _with_name(what: str, step: Step) -> str:
    name = find_name(step)
    return what if name is None else f"{what}: {textwrap.shorten(name, BRIEF, placeholder='…')}"


def insert_phrase(phrase: str) -> str:
    """For screen readers: what a tap on a phrase does."""
    return tr("Put in: {phrase}", phrase=phrase)


def remove_phrase(phrase: str) -> str:
    return tr("Take away: {phrase}", phrase=phrase)
