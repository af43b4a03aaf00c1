"""Words of a telephone or video visit."""

from __future__ import annotations

OPEN_VIDEO = "Open the video visit"
NO_VIDEO = "Your plan has set no video address. Use your usual way."
GO_ON_PHONE = "Go on by telephone"
GO_ON_PERSON = "Go on in person"
SAME_VISIT = "It stays this visit, with everything written so far."
NOT_SAFE = "Not safe to wait: phone 911 with the address above, and stay on the line where you can."


def dial(number: str) -> str:
    return f"Call {number}"
