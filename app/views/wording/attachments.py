"""Words of photos and signatures."""

from __future__ import annotations

from datetime import datetime

from app.domain.attachment import AttachmentKind
from app.services.attachment_models import AttachmentLine
from app.views import say

PHOTOS = "Photos and signatures"
ADD_PHOTO = "Add photo"
ADD_ANOTHER = "Add another photo"
REMINDER = {
    AttachmentKind.WOUND: "Only with consent, and never with a face in it.",
    AttachmentKind.DOCUMENT: "The whole page, straight from above. Nothing else in the picture.",
}
WORKING = "Making the photo small …"
TAKE_AWAY = "Remove"
TAKEN_AWAY = "Photo removed."
SIGNATURE_TAKEN_AWAY = "Signature removed."
BRING_BACK = "Undo"
NOT_WITH_THE_VISIT = "Does not go with the visit: the answer above says that no photo is kept."
OPENING = "Opening …"
CLOSE = "Close"
NOT_HERE = "Not on this tablet yet. Tap to open."
NO_PICTURE = "This file cannot be shown here."
ELSEWHERE = "Kept on another server. It is not opened from here."
ONLY_HERE = "Only on this tablet until the visit is signed"

SIGNATURE = "Signature"
ADD_SIGNATURE = "Add a signature"
SIGNATURE_HELP = "For a paper that the plan asks somebody to sign on the tablet."
WHO_SIGNS = "Who signs, and what for"
SIGN_HERE = "Sign in the box with a finger or a pen"
CLEAR = "Clear"
KEEP = "Keep the signature"
LATER = "Not now"

NAMES = {
    AttachmentKind.WOUND: "Photo of a wound",
    AttachmentKind.DOCUMENT: "Photo of a paper",
    AttachmentKind.SIGNATURE: "Signature",
}
_SHORT = {
    AttachmentKind.WOUND: "Photo",
    AttachmentKind.DOCUMENT: "Photo",
    AttachmentKind.SIGNATURE: "Signature",
}


def name(line: AttachmentLine) -> str:
    """What it is: what a signature is for, the title that another system gave, else its kind."""
    return line.title or NAMES[line.kind]


def state(line: AttachmentLine, now: datetime) -> str:
    """Where one of a signed visit is: "Photo waits", "Photo received 14:10"."""
    short = _SHORT[line.kind]
    if line.refused is not None:
        return (
            f"{short} not taken by the plan: {line.refused.rstrip('.')}."
            if line.refused
            else f"{short} not taken by the plan."
        )
    if line.lost:
        return f"The plan lost this {short.lower()}; sending it again."
    if line.waits:
        return f"{short} waits. {line.problem}" if line.problem else f"{short} waits"
    if line.received_at is not None:
        return f"{short} received {say.moment(line.received_at, now)}"
    return ""


def taken(line: AttachmentLine, now: datetime) -> str:
    return f"Taken {say.moment(line.taken_at, now)}"


def said(line: AttachmentLine, now: datetime) -> str:
    """Its name for screen readers: a picture says nothing to them by itself."""
    return f"{name(line)}, taken {say.moment(line.taken_at, now)}"
