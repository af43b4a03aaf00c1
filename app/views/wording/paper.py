"""Words of the screen on which a paper is put together and leaves."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.on_paper import Held, Paper
from app.domain.people import Topic
from app.paper.model import Doubt

TITLE = "Leave something behind"
OPEN = "Make a paper"
OPEN_HELP = "Made on this tablet from what is on record, with or without a network."
WHICH = "Which paper?"
KIND = {
    Paper.FRIDGE: "Sheet for the fridge",
    Paper.FAMILY: "Summary for the family",
    Paper.CLINICAL: "Clinical summary for the chart",
    Paper.OWN_WORDS: "In their own words",
}
KIND_HELP = {
    Paper.FRIDGE: "One large page: whom to call, which medicine for what, what is usual now.",
    Paper.FAMILY: "Plain words, for one person, about what that person may be told.",
    Paper.CLINICAL: "For the facility's chart: code status, medicines, symptoms, plan.",
    Paper.OWN_WORDS: "The person's own sentences, chosen by you together with them or who decides.",
}
OTHER_PAPER = "Another paper"
LANGUAGE = "Language"
LANGUAGES = {"en": "English", "es": "Spanish"}
FOR_WHOM = "Who gets it?"
SPANISH = (
    "The Spanish words await review by a native-speaking clinician, and the paper says so. "
    "What you or the plan wrote stays as it is."
)
READ_IT, CHANGE_IT = "Read it", "Change it"
CHOOSE_OWN = "Tap the sentences that you chose together. None is there by itself."
PREVIEW = "This is what it says"
NOTHING_THERE = "Nothing stands on it yet."
NOTHING_SAID = "No sentence of the person is on record yet."
KEPT = "Kept off this paper"
KEPT_HELP = "It stands there only if you add it. Think of everybody who may read it."
OWN = "Add a line of your own"
OWN_HELP = "Only if it is needed. It is not kept in the record."
WHAT_FOR = "What for?"
PRINT = "Print"
FILE = "Make a locked file"
WORKING = "One moment…"
NO_PRINTER = "No printer is set up on this device. A locked file can be printed elsewhere."
FILE_MADE = "The file opens only with these five words"
TELL_APART = "Tell them by voice or on a slip of paper, never in the same message. They are shown once."
FILE_NOT_KEPT = "Nothing was saved or shared."
FILE_CHECK = "If no file arrived, make it again: it gets other words."
DONE = "Done"

_HELD = {
    Held.AHEAD: "About what may lie ahead",
    Held.TRUST: "Said in trust, or judged",
}
_DOUBT = {
    Doubt.DIFFERENT: "Taken differently from this order. Clear it up with the prescriber before you put it on.",
    Doubt.NOT_ORDERED: "Not on the plan's list. Ask the prescriber before you put it on.",
    Doubt.TWO_WORDS: "Two visits say different things about it. Clear it up before you put it on.",
}
_TOPIC = {
    Topic.PRACTICAL: "practical things",
    Topic.DAILY: "daily care and symptoms",
    Topic.MEDICINES: "medicines",
    Topic.AHEAD: "what may lie ahead",
    Topic.WISHES: "wishes and what matters",
}


def held(reason: Held | None) -> str:
    """Why a piece does not stand on the paper by itself; "" for the usual ones."""
    return "" if reason is None else _HELD.get(reason, "")


def doubt(reason: Doubt | None) -> str:
    """Why a medicine is not on a paper for the house by itself; "" for the usual ones."""
    return "" if reason is None else _DOUBT[reason]


def left_out(name: str, topics: Sequence[Topic]) -> str:
    """What somebody's summary does not speak of, as the people list says."""
    return f"Left out, because {name} may not be told about it: {', '.join(_TOPIC[one] for one in topics)}."


def must_not_read(names: Sequence[str]) -> str:
    """Before a page hangs where everybody reads it."""
    who = ", ".join(names)
    return f"In the house, and nobody has said that they may be told about medicines: {who}. Ask before you hang it up."


def not_drawable(letters: str) -> str:
    """Letters that the paper's typeface lacks: each stands as a dot."""
    return f"These letters cannot be printed and stand as a dot: {' '.join(letters)}"


def printed(printer: str) -> str:
    return f"Sent to the printer {printer}. Wait until you hold it in your hand."


def print_on(printer: str) -> str:
    return f"Print on {printer}"


def line_for(label: str) -> str:
    """The field in which a number is typed that the plan has not set."""
    return f"{label}: not set by the plan. Type it, or write it by hand"


def purpose(what: str) -> str:
    return f"For {what}"
