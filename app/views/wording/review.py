"""Words of the review of visits: for the supervisor who reads, and for the nurse who is asked."""

from __future__ import annotations

from datetime import datetime

from app.domain.review import Reason, Review, ReviewKind
from app.language import N_, tr, trn
from app.views import say

# the queue
REVIEW = N_("Review")
TO_READ = N_("To read")
TOGETHER = N_("Nothing to stop at")
TOGETHER_HELP = N_(
    "No alert to act on today, no death, no conversation in these. They can be countersigned together."
)
ASKED = N_("Waiting for the nurse's answer")
NOTHING = N_("Nothing waits for you")
NOTHING_HELP = N_("Visits that need your eyes come here by themselves.")
ANSWERED = N_("Answered")
ALL_SURE = N_("Yes, all of them")
CANCEL = N_("Cancel")
REASONS = {
    Reason.ACT_NOW: N_("Act now"),
    Reason.DEATH: N_("Death"),
    Reason.CONVERSATION: N_("Conversation or code status"),
    Reason.FROM_FACILITY: N_("48-hour visit"),
    Reason.NOT_SAFE: N_("Not safe to go in"),
    Reason.FIRST: N_("First visit"),
    Reason.FLAG: N_("Alert for today"),
    Reason.NEW_NURSE: N_("New nurse"),
    Reason.SAMPLE: N_("One in the sample"),
}

# one visit
NEEDS_EYES = N_("Look at this first")
NO_REASON = N_("This visit needs no review. It is filed as received.")
REVIEW_THIS = N_("Review this visit")
SIGN = N_("I have read it: reviewed")
QUESTION, THANK = N_("I have a question"), N_("Say thank you")
ABOUT = N_("What is it about? Tap one or more.")
WHOLE_VISIT = N_("The whole visit")
SEND_QUESTION, SEND_THANKS = N_("Send the question"), N_("Send the thank-you")
THANKS_HELP = N_("A word, if you like. Nothing has to be answered.")
YOUR_THANKS = N_("Your thank-you")
TAKE_BACK = N_("Take back")
CHANGED = N_("Changed since the last visit")
SIGNED_AS, READS = N_("As signed"), N_("Should read")
CHANGED_BY_ANSWER, CHANGED_BY_ADDING = N_("What the answer changes"), N_("What this puts right")
UNTOUCHED = N_("The signed visit stays as it is. This stands beside it.")
NOT_SENT = N_("not sent yet")
OPEN_LINE = N_("No answer yet")
ARRIVING_HELP = N_("This visit has not come whole yet. It can be reviewed when all of it is here.")
OWN_HELP = N_("This is your own visit. Another supervisor reviews it.")

# for the nurse
TO_YOU = N_("From your supervisor")
ANSWER_LABEL = N_("Your answer")
ANSWER_HELP = N_("It is added to the visit. The signed visit stays as it is.")
KEEP_ANSWER = N_("Add the answer")
WRONG = N_("Something was tapped wrong")
WRONG_HELP = N_("Tap what should read otherwise.")
RIGHT_LABEL = N_("It should read")
PUT_RIGHT = N_("Keep this")
SEEN = N_("Thank you, seen")
NOTHING_THERE = N_("Nothing of this section was answered.")


def to_read(total: int, shown: int) -> str:
    """How many wait, where not all of them are drawn."""
    return (
        tr(TO_READ)
        if shown >= total
        else tr("To read: the first {shown} of {number}", shown=shown, number=total)
    )


def sign_all(number: int) -> str:
    return trn("Countersign this visit", "Countersign these {number} visits", number)


def sure(number: int) -> str:
    return trn("Countersign {number} visit?", "Countersign {number} visits?", number)


def arriving(number: int) -> str:
    return trn("{number} visit is still arriving.", "{number} visits are still arriving.", number)


def filed(number: int) -> str:
    return trn("{number} visit was filed as received.", "{number} visits were filed as received.", number)


def by_nurse(name: str, when: str) -> str:
    return f"{name} · {when}" if name else when


def your_question(section: str) -> str:
    """Over the field: that the supervisor's own words belong in it, and what they are about."""
    return tr("Your question about: {section}", section=section)


def reviewed_by(one: Review, now: datetime) -> str:
    line = tr("Reviewed by {name}, {when}", name=one.by.name, when=say.moment(one.at, now))
    return f"{line} · {tr(NOT_SENT)}" if one.pending else line


def said_by(one: Review, now: datetime) -> str:
    name, when = one.by.name, say.moment(one.at, now)
    line = (
        tr("Thank you from {name}, {when}", name=name, when=when)
        if one.kind is ReviewKind.THANKS
        else tr("Question from {name}, {when}", name=name, when=when)
    )
    return f"{line} · {tr(NOT_SENT)}" if one.pending and one.is_open else line


def answered_by(name: str, when: str) -> str:
    return tr("{name} answered, {when}", name=name, when=when)


def goes_to(name: str, author: str) -> str:
    """For the supervisor, before she asks."""
    return tr(
        "{author} does not have this person any more. Your question goes to {name}.", author=author, name=name
    )


def no_thanks_to(author: str) -> str:
    return tr(
        "{author} does not have this person any more: a thank-you does not reach her tablet.", author=author
    )


def in_place_of(author: str) -> str:
    """For the nurse who is asked about a colleague's visit."""
    return tr("{author} made this visit. You are asked because you have this person now.", author=author)


def seen_by(name: str) -> str:
    return tr("{name} has seen it", name=name)


def question_card(one: Review) -> str:
    return (
        tr("Thank you from {name}", name=one.by.name)
        if one.kind is ReviewKind.THANKS
        else tr("Question from {name}", name=one.by.name)
    )


def about_visit(patient: str, when: str) -> str:
    return tr("{patient}, visit of {when}", patient=patient, when=when)


def moved(was: str, now: str) -> str:
    return tr("{was}, then {now}", was=was, now=now)


def rose(was: int, now: int, changed: str) -> str:
    """ "5, then 7 (2 higher: worse)": what it means stands there too, as some scales are named by their good end."""
    return tr("{was}, then {now} ({changed})", was=was, now=now, changed=changed)


def read_as(name: str, was: str, right: str) -> str:
    """For screen readers: one correction in one sentence."""
    return tr("{name}: signed as {was}, should read {right}", name=name, was=was, right=right)


def should_read(right: str) -> str:
    """ "Should read: 3": beside the answer as it was signed."""
    return f"{tr(READS)}: {right}"
