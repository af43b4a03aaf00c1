"""Words of a telephone or video visit."""

from __future__ import annotations

from app.language import N_, tr

OPEN_VIDEO = N_("Open the video visit")
NO_VIDEO = N_("Your plan has set no video address. Use your usual way.")
GO_ON_PHONE = N_("Go on by telephone")
GO_ON_PERSON = N_("Go on in person")
SAME_VISIT = N_("It stays this visit, with everything written so far.")
NOT_SAFE = N_("Not safe to wait: phone 911 with the address above, and stay on the line where you can.")


def dial(number: str) -> str:
    return tr("Call {number}", number=number)
