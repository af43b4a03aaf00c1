"""Words of the mode in which somebody else than the nurse answers on the tablet."""

from __future__ import annotations

from app.domain.visit import AnsweredBy
from app.language import N_
from app.services.models import LockKind

HAND_OVER = {
    AnsweredBy.PATIENT: N_("Patient answers"),
    AnsweredBy.ASSISTED: N_("Patient answers, with help"),
    AnsweredBy.FAMILY: N_("Family answers"),
}
BEFORE = {
    LockKind.PIN: N_(
        "You hand the tablet over. It shows these questions and nothing else, and only your PIN leads back. "
        "What is answered already stays with you, and private answers do too."
    ),
    LockKind.PASSPHRASE: N_(
        "You hand the tablet over. It shows these questions and nothing else, and only your five words lead back. "
        "What is answered already stays with you, and private answers do too."
    ),
}
FIRST_SAY = N_("First tap above in which language the person answers, and who interprets.")
NOW, NOT_NOW = N_("Hand it over now"), N_("Not now")

RATHER_NOT = N_("I'd rather not answer")
NAME_IT = N_("What is the problem?")
MANY = N_("You can choose more than one.")
QUESTION_OF = N_("Question {number} of {all}")
NEXT, BEFORE_THIS = N_("Next"), N_("Back")
OWN_ANSWERS = N_("Own answers")
FINISH = N_("I'm done")
NOT_KEPT = N_("This answer could not be kept. Please give the tablet back.")
THANKS, GIVE_BACK = N_("Thank you."), N_("Please give the tablet back.")
ON_WITH_IT = N_("Back to the questions")
FOR_NURSE = N_("For the nurse")
TAKE_BACK_TITLE = N_("For the nurse only")
TAKE_BACK = {
    LockKind.PIN: N_("Enter your PIN to go on with the visit."),
    LockKind.PASSPHRASE: N_("Enter your five words to go on with the visit."),
}
TAKE_IT = N_("Go on with the visit")
