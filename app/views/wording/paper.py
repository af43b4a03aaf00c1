"""Words of the screen on which a paper is put together and leaves."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.on_paper import Held, Paper
from app.domain.people import Topic
from app.language import N_, tr
from app.paper.model import Doubt

TITLE = N_("Leave something behind")
OPEN = N_("Make a paper")
OPEN_HELP = N_("Made on this tablet from what is on record, with or without a network.")
WHICH = N_("Which paper?")
KIND = {
    Paper.FRIDGE: N_("Sheet for the fridge"),
    Paper.FAMILY: N_("Summary for the family"),
    Paper.CLINICAL: N_("Clinical summary for the chart"),
    Paper.OWN_WORDS: N_("In their own words"),
}
KIND_HELP = {
    Paper.FRIDGE: N_("One large page: whom to call, which medicine for what, what is usual now."),
    Paper.FAMILY: N_("Plain words, for one person, about what that person may be told."),
    Paper.CLINICAL: N_("For the facility's chart: code status, medicines, symptoms, plan."),
    Paper.OWN_WORDS: N_("The person's own sentences, chosen by you together with them or who decides."),
}
OTHER_PAPER = N_("Another paper")
LANGUAGE = N_("Language")
LANGUAGES = {"en": N_("English"), "es": N_("Spanish")}
FOR_WHOM = N_("Who gets it?")
SPANISH = N_(
    "The Spanish words await review by a native-speaking clinician, and the paper says so. "
    "What you or the plan wrote stays as it is."
)
ENGLISH = N_("A chart is read by staff: this paper is in English.")
READ_IT, CHANGE_IT = N_("Read it"), N_("Change it")
CHOOSE_OWN = N_("Tap the sentences that you chose together. None is there by itself.")
PREVIEW = N_("This is what it says")
NOTHING_THERE = N_("Nothing stands on it yet.")
NOTHING_SAID = N_("No sentence of the person is on record yet.")
KEPT = N_("Kept off this paper")
KEPT_HELP = N_("It stands there only if you add it. Think of everybody who may read it.")
OWN = N_("Add a line of your own")
OWN_HELP = N_("Only if it is needed. It is not kept in the record.")
WHAT_FOR = N_("What for?")
FILE = N_("Make a locked file")
WORKING = N_("One moment…")
NO_PRINTER = N_("No printer is set up on this device. A locked file can be printed elsewhere.")
FILE_MADE = N_("The file opens only with these five words")
TELL_APART = N_("Tell them by voice or on a slip of paper, never in the same message. They are shown once.")
FILE_NOT_KEPT = N_("Nothing was saved or shared.")
FILE_CHECK = N_("If no file arrived, make it again: it gets other words.")
ASK_911 = N_("Not on the sheet by itself: not everybody wants 911 called. Add it if they do.")
DONE = N_("Done")

_HELD = {
    Held.AHEAD: N_("About what may lie ahead"),
    Held.TRUST: N_("Said in trust, or judged"),
}
_DOUBT = {
    Doubt.DIFFERENT: N_(
        "Taken differently from this order. Clear it up with the prescriber before you put it on."
    ),
    Doubt.NOT_ORDERED: N_("Not on the plan's list. Ask the prescriber before you put it on."),
    Doubt.TWO_WORDS: N_("Two visits say different things about it. Clear it up before you put it on."),
}
_TOPIC = {
    Topic.PRACTICAL: N_("practical things"),
    Topic.DAILY: N_("daily care and symptoms"),
    Topic.MEDICINES: N_("medicines"),
    Topic.AHEAD: N_("what may lie ahead"),
    Topic.WISHES: N_("wishes and what matters"),
}


def held(reason: Held | None) -> str:
    """Why a piece does not stand on the paper by itself; "" for the usual ones."""
    return "" if reason is None else tr(_HELD.get(reason, ""))


def doubt(reason: Doubt | None) -> str:
    """Why a medicine is not on a paper for the house by itself; "" for the usual ones."""
    return "" if reason is None else tr(_DOUBT[reason])


def left_out(name: str, topics: Sequence[Topic]) -> str:
    """What somebody's summary does not speak of, as the people list says."""
    return tr(
        "Left out, because {name} may not be told about it: {listed}.",
        name=name,
        listed=", ".join(tr(_TOPIC[one]) for one in topics),
    )


def must_not_read(names: Sequence[str]) -> str:
    """Before a page hangs where everybody reads it."""
    who = ", ".join(names)
    return tr(
        "In the house, and nobody has said that they may be told about medicines: {who}. Ask before you hang it up.",
        who=who,
    )


def not_drawable(letters: str) -> str:
    """Letters that the paper's typeface lacks: each stands as a dot."""
    return tr("These letters cannot be printed and stand as a dot: {listed}", listed=" ".join(letters))


def printed(printer: str) -> str:
    return tr("Sent to the printer {printer}. Wait until you hold it in your hand.", printer=printer)


def print_on(printer: str) -> str:
    return tr("Print on {printer}", printer=printer)


def line_for(label: str) -> str:
    """The field in which a number is typed that the plan has not set."""
    return tr("{label}: not set by the plan. Type it, or write it by hand", label=label)


def blank_lines(labels: Sequence[str]) -> str:
    """Before a paper leaves on which a number is missing."""
    return tr(
        "No number is known here for: {listed}. The paper has an empty line: type the number, or write it by hand.",
        listed=", ".join(labels),
    )


def purpose(what: str) -> str:
    return tr("For {what}", what=what)
