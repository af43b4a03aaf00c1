"""Words of what helps at the bedside: the cover, stars, taking back, quick phrases."""

from __future__ import annotations

import textwrap

from app.domain.items import find_place
from app.domain.undo import Step, StepKind

COVER_NOW = "Cover screen"

IN_THE_CAR = "Finish in the car"
STARRED = "Starred to finish later. You can sign without them."
NOTE = "Note"
WHO = "Who answered"
NEXT = "What happens next"
ENTERED_LATER = "entered later"
LATER_FACT = "Entered later"

UNDO = "Undo"
BRIEF = 30
"""Letters of a name that stand in the head of a page; a question can be four lines long."""
_OF = {
    StepKind.NOTE: "the note",
    StepKind.END: "the end of the visit",
    StepKind.TIMES: "the times",
    StepKind.WHERE: "where and how",
    StepKind.KIND: "the kind of visit",
    StepKind.WHO: "who answered",
}

PHRASES = "Quick phrases"
MORE_PHRASES = "More phrases"
FEWER_PHRASES = "Fewer phrases"
OWN_PHRASES = "My quick phrases"
OWN_PHRASES_HELP = (
    "One tap puts them into a note. Only plain sentences: no names, no diagnoses, no numbers, no scores."
)
NEW_PHRASE = "New phrase"
ADD_PHRASE = "Add"
NO_PHRASES = "None yet."


def star(title: str, *, starred: bool) -> str:
    """The name of a star for screen readers."""
    return (
        f"Starred: {title}. Tap to take the star away" if starred else f"Star {title} to finish it in the car"
    )


def things_left(count: int) -> str:
    return "1 thing to finish in the car" if count == 1 else f"{count} things to finish in the car"


def later(state: str) -> str:
    """ "3 answered · entered later"."""
    return f"{state} · {ENTERED_LATER}"


def find_name(step: Step) -> str | None:
    """What a step was about, in a few words; None where it has no name that may stand there."""
    if step.kind in _OF:
        return _OF[step.kind]
    place = find_place(step.link_id)
    if place is None or place.item.private or place.item.hidden:
        return None
    return place.item.name


def undo(step: Step) -> str:
    """ "Undo: Pain"; just "Undo" for what is private. For the eye: a long name is cut after a word."""
    return _with_name(UNDO, step)


def undo_said(step: Step) -> str:
    """The same for screen readers, with the whole name."""
    name = find_name(step)
    return UNDO if name is None else f"{UNDO}: {name}"


def taken_back(step: Step) -> str:
    """ "Taken back: Pain"."""
    return _with_name("Taken back", step)


def _with_name(what: str, step: Step) -> str:
    name = find_name(step)
    return what if name is None else f"{what}: {textwrap.shorten(name, BRIEF, placeholder='…')}"


def insert_phrase(phrase: str) -> str:
    """For screen readers: what a tap on a phrase does."""
    return f"Put in: {phrase}"


def remove_phrase(phrase: str) -> str:
    return f"Take away: {phrase}"
