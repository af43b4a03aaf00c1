"""Words of the mode in which somebody else than the nurse answers on the tablet."""

from __future__ import annotations

from app.domain.visit import AnsweredBy
from app.services.models import LockKind

HAND_OVER = {
    AnsweredBy.PATIENT: "Patient answers",
    AnsweredBy.ASSISTED: "Patient answers, with help",
    AnsweredBy.FAMILY: "Family answers",
}
BEFORE = {
    LockKind.PIN: (
        "You hand the tablet over. It shows these questions and nothing else, and only your PIN leads back. "
        "What is answered already stays with you, and so does what is kept apart."
    ),
    LockKind.PASSPHRASE: (
        "You hand the tablet over. It shows these questions and nothing else, and only your five words lead back. "
        "What is answered already stays with you, and so does what is kept apart."
    ),
}
NOW, NOT_NOW = "Hand it over now", "Not now"

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
