"""Words of the review of visits: for the supervisor who reads, and for the nurse who is asked."""

from __future__ import annotations

from datetime import datetime

from app.domain.review import Reason, Review, ReviewKind
from app.views import say

# the queue
REVIEW = "Review"
TO_READ = "To read"
TOGETHER = "Nothing to stop at"
TOGETHER_HELP = "No alert, no death, no conversation in these. They can be countersigned together."
ASKED = "Waiting for the nurse's answer"
NOTHING = "Nothing waits for you"
NOTHING_HELP = "Visits that need your eyes come here by themselves."
ANSWERED = "Answered"
ALL_SURE = "Yes, all of them"
CANCEL = "Cancel"
REASONS = {
    Reason.ACT_NOW: "Act now",
    Reason.DEATH: "Death",
    Reason.CONVERSATION: "Conversation or code status",
    Reason.FROM_FACILITY: "48-hour visit",
    Reason.FIRST: "First visit",
    Reason.FLAG: "Alert for today",
    Reason.NEW_NURSE: "New nurse",
    Reason.SAMPLE: "One in the sample",
}

# one visit
NEEDS_EYES = "Look at this first"
NO_REASON = "This visit needs no review. It is filed as received."
REVIEW_THIS = "Review this visit"
SIGN = "I have read it: reviewed"
QUESTION, THANK = "I have a question", "Say thank you"
ABOUT = "What is it about? Tap one or more."
WHOLE_VISIT = "The whole visit"
SEND_QUESTION, SEND_THANKS = "Send the question", "Send the thank-you"
THANKS_HELP = "A word, if you like. Nothing has to be answered."
TAKE_BACK = "Take back"
CHANGED = "Changed since the last visit"
SIGNED_AS, READS = "Signed", "Should read"
CHANGED_BY_ANSWER = "What the answer changes"
UNTOUCHED = "The signed visit stays as it is. This stands beside it."
NOT_SENT = "not sent yet"
OPEN_LINE = "No answer yet"
ARRIVING_HELP = "This visit has not come whole yet. It can be reviewed when all of it is here."
OWN_HELP = "This is your own visit. Another supervisor reviews it."

# for the nurse
TO_YOU = "From your supervisor"
ANSWER = "Answer"
ANSWER_LABEL = "Your answer"
ANSWER_HELP = "It is added to the visit. The signed visit stays as it is."
KEEP_ANSWER = "Add the answer"
WRONG = "Something was tapped wrong"
WRONG_HELP = "Tap what should read otherwise."
RIGHT_LABEL = "It should read"
PUT_RIGHT = "Keep this"
SEEN = "Thank you, seen"
NOTHING_THERE = "Nothing of this section was answered."


def to_read(total: int, shown: int) -> str:
    """How many wait, where not all of them are drawn."""
    return TO_READ if shown >= total else f"To read: the first {shown} of {total}"


def sign_all(number: int) -> str:
    return "Countersign this visit" if number == 1 else f"Countersign these {number} visits"


def sure(number: int) -> str:
    return "Countersign 1 visit?" if number == 1 else f"Countersign {number} visits?"


def arriving(number: int) -> str:
    return "1 visit is still arriving." if number == 1 else f"{number} visits are still arriving."


def filed(number: int) -> str:
    return "1 visit was filed as received." if number == 1 else f"{number} visits were filed as received."


def by_nurse(name: str, when: str) -> str:
    return f"{name} · {when}" if name else when


def reviewed_by(one: Review, now: datetime) -> str:
    line = f"Reviewed by {one.by.name}, {say.moment(one.at, now)}"
    return f"{line} · {NOT_SENT}" if one.pending else line


def said_by(one: Review, now: datetime) -> str:
    what = "Thank you from" if one.kind is ReviewKind.THANKS else "Question from"
    line = f"{what} {one.by.name}, {say.moment(one.at, now)}"
    return f"{line} · {NOT_SENT}" if one.pending and one.is_open else line


def answered_by(name: str, when: str) -> str:
    return f"{name} answered, {when}"


def seen_by(name: str) -> str:
    return f"{name} has seen it"


def question_card(one: Review) -> str:
    return (
        f"Thank you from {one.by.name}" if one.kind is ReviewKind.THANKS else f"Question from {one.by.name}"
    )


def about_visit(patient: str, when: str) -> str:
    return f"{patient}, visit of {when}"


def moved(was: str, now: str) -> str:
    return f"{was}, now {now}"


def rose(was: int, now: int) -> str:
    return f"{was}, now {now} (up {now - was})" if now > was else f"{was}, now {now} (down {was - now})"


def read_as(name: str, was: str, right: str) -> str:
    """For screen readers: one correction in one sentence."""
    return f"{name}: signed as {was}, should read {right}"
