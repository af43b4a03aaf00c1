"""Words of signing out."""

from __future__ import annotations

from app.language import N_, tr, trn
from app.services.signing_out import WhatStays
from app.views import say

SIGN_OUT = N_("Sign out")
HELP = N_("Ends your sign-in at the plan. Everything you wrote stays on this device, locked.")
SIGN_OUT_AND_LOCK = N_("Sign out and lock")
SEND_FIRST = N_("Send first")
STAY = N_("Stay signed in")
KEPT = N_("Nothing is deleted. To send or read what is new, sign in again as yourself.")
LOOKING = N_("Looking at what waits…")
ALL_RECEIVED = N_("The plan has received everything.")


def what_stays(stays: WhatStays) -> tuple[str, ...]:
    """The most important first: what the plan does not have yet, then what it refused, then drafts."""
    lines = [_unsent(stays) if stays.unsent else tr(ALL_RECEIVED)]
    if stays.set_aside:
        lines.append(
            trn(
                "One of them the plan could not take. Look at Sent & waiting before you go.",
                "{number} of them the plan could not take. Look at Sent & waiting before you go.",
                stays.set_aside,
            )
        )
    if stays.drafts:
        lines.append(
            trn(
                "{number} visit is not signed yet and stays here too.",
                "{number} visits are not signed yet and stay here too.",
                stays.drafts,
            )
        )
    return tuple(lines)


def _unsent(stays: WhatStays) -> str:
    parts = [
        *([trn("{number} alert", "{number} alerts", stays.alerts)] if stays.alerts else []),
        *([say.visits(stays.unsent_visits)] if stays.unsent_visits else []),
        *([trn("{number} other record", "{number} other records", stays.others)] if stays.others else []),
    ]
    return trn(
        "{listed} is not at the plan yet and waits here until you sign in again.",
        "{listed} are not at the plan yet and wait here until you sign in again.",
        stays.unsent,
        listed=say.listed(parts),
    )
