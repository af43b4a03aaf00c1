"""Words of signing out."""

from __future__ import annotations

from app.services.signing_out import WhatStays

SIGN_OUT = "Sign out"
HELP = "Ends your sign-in at the plan. Everything you wrote stays on this device, locked."
SIGN_OUT_AND_LOCK = "Sign out and lock"
SEND_FIRST = "Send first"
STAY = "Stay signed in"
KEPT = "Nothing is deleted. To send or read what is new, sign in again as yourself."
LOOKING = "Looking at what waits…"
ALL_RECEIVED = "The plan has received everything."


def what_stays(stays: WhatStays) -> tuple[str, ...]:
    """The most important first: what the plan does not have yet, then what it refused, then drafts."""
    lines = [_unsent(stays) if stays.unsent else ALL_RECEIVED]
    if stays.set_aside:
        lines.append(
            f"{stays.set_aside} of them the plan could not take. Look at Sent & waiting before you go."
            if stays.set_aside > 1
            else "One of them the plan could not take. Look at Sent & waiting before you go."
        )
    if stays.drafts:
        verb = "stays" if stays.drafts == 1 else "stay"
        lines.append(f"{_count(stays.drafts, 'visit is', 'visits are')} not signed yet and {verb} here too.")
    return tuple(lines)


def _unsent(stays: WhatStays) -> str:
    parts = [
        *([_count(stays.alerts, "alert", "alerts")] if stays.alerts else []),
        *([_count(stays.unsent_visits, "visit", "visits")] if stays.unsent_visits else []),
        *([_count(stays.others, "other record", "other records")] if stays.others else []),
    ]
    verb = "is" if stays.unsent == 1 else "are"
    waits = "waits" if stays.unsent == 1 else "wait"
    return f"{_list(parts)} {verb} not at the plan yet and {waits} here until you sign in again."


def _list(parts: list[str]) -> str:
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
