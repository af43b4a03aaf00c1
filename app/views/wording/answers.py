"""Words of the mode in which somebody else than the nurse answers on the tablet."""

from __future__ import annotations

from app.domain.visit import AnsweredBy
from app.services.models import LockKind

HAND_OVER = {
    AnsweredBy.PATIENT: "Hand over: the person answers",
    AnsweredBy.ASSISTED: "Hand over: the person answers, with help",
    AnsweredBy.FAMILY: "Hand over: the family answers",
}
BEFORE = (
    "The screen then shows these questions and nothing else. Only your {secret} back. Questions that have an "
    "answer already stay with you, and so do those that are kept apart."
)
SECRET = {LockKind.PIN: "PIN leads", LockKind.PASSPHRASE: "five words lead"}
NOW, NOT_NOW = "Hand over now", "Not now"

RATHER_NOT = "I'd rather not answer"
NAME_IT = "What is the problem?"
MANY = "You can choose more than one."
FINISH = "I'm done"
NOT_KEPT = "This answer could not be kept. Please give the tablet back."
THANKS, GIVE_BACK = "Thank you.", "Please give the tablet back."
ON_WITH_IT = "Back to the questions"
FOR_NURSE = "For the nurse"
TAKE_BACK_TITLE = "For the nurse only"
TAKE_BACK = {
    LockKind.PIN: "Enter your PIN to go on with the visit.",
    LockKind.PASSPHRASE: "Enter your five words to go on with the visit.",
}
TAKE_IT = "Take it back"


def before(kind: LockKind) -> str:
    """What happens when the tablet is handed over."""
    return BEFORE.format(secret=SECRET[kind])
