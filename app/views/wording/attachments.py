"""Words of photos and signatures."""

from __future__ import annotations

from datetime import datetime

from app.domain.attachment import AttachmentKind
from app.language import N_, tr
from app.services.attachment_models import AttachmentLine
from app.views import say

PHOTOS = N_("Photos and signatures")
ADD_PHOTO = N_("Add photo")
ADD_ANOTHER = N_("Add another photo")
REMINDER = {
    AttachmentKind.WOUND: N_("Only with consent, and never with a face in it."),
    AttachmentKind.DOCUMENT: N_("The whole page, straight from above. Nothing else in the picture."),
}
WORKING = N_("Making the photo small …")
TAKE_AWAY = N_("Remove")
TAKEN_AWAY = N_("Photo removed.")
SIGNATURE_TAKEN_AWAY = N_("Signature removed.")
BRING_BACK = N_("Undo")
NOT_WITH_THE_VISIT = N_("Does not go with the visit: the answer above says that no photo is kept.")
OPENING = N_("Opening …")
CLOSE = N_("Close")
NOT_HERE = N_("Not on this tablet yet. Tap to open.")
NO_PICTURE = N_("This file cannot be shown here.")
ELSEWHERE = N_("Kept on another server. It is not opened from here.")

SIGNATURE = N_("Signature")
ADD_SIGNATURE = N_("Add a signature")
SIGNATURE_HELP = N_("For a paper that the plan asks somebody to sign on the tablet.")
WHO_SIGNS = N_("Who signs, and what for")
SIGN_HERE = N_("Sign in the box with a finger or a pen")
CLEAR = N_("Clear")
KEEP = N_("Keep the signature")
LATER = N_("Not now")

NAMES = {
    AttachmentKind.WOUND: N_("Photo of a wound"),
    AttachmentKind.DOCUMENT: N_("Photo of a paper"),
    AttachmentKind.SIGNATURE: N_("Signature"),
}
_SHORT = {
    AttachmentKind.WOUND: N_("Photo"),
    AttachmentKind.DOCUMENT: N_("Photo"),
    AttachmentKind.SIGNATURE: N_("Signature"),
}


def name(line: AttachmentLine) -> str:
    """What it is: what a signature is for, the title that another system gave, else its kind."""
    return line.title or tr(NAMES[line.kind])


def state(line: AttachmentLine, now: datetime) -> str:
    """Where one of a signed visit is: "Photo waits", "Photo received 14:10"."""
    short = tr(_SHORT[line.kind])
    if line.refused is not None:
        return (
            tr("{short} not taken by the plan: {why}.", short=short, why=line.refused.rstrip("."))
            if line.refused
            else tr("{short} not taken by the plan.", short=short)
        )
    if line.lost:
        return tr("The plan lost this {what}; sending it again.", what=short.lower())
    if line.waits:
        return (
            tr("{short} waits. {problem}", short=short, problem=line.problem)
            if line.problem
            else tr("{short} waits", short=short)
        )
    if line.received_at is not None:
        return tr("{short} received {when}", short=short, when=say.moment(line.received_at, now))
    return ""


def taken(line: AttachmentLine, now: datetime) -> str:
    return tr("Taken {when}", when=say.moment(line.taken_at, now))


def said(line: AttachmentLine, now: datetime) -> str:
    """Its name for screen readers: a picture says nothing to them by itself."""
    return tr("{name}, taken {when}", name=name(line), when=say.moment(line.taken_at, now))
