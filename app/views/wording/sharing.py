"""Words of sharing a record with somebody outside the team."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.sharing import MENTOR, Audience, HowAgreed, Sharing, SharingEnd
from app.language import N_, tr, trn
from app.views import say

TITLE = N_("Share this record")
OPEN = N_("Share with somebody outside the team")
OPEN_HELP = N_("For a case manager or primary care. The person says yes first, and it ends by itself.")
NOBODY_AGREES = N_("Nobody can say yes any more after a death. What was shared before can be withdrawn here.")
WHAT = N_(
    "They can read the clinical summary for some days: allergies, code status, what matters, symptoms, "
    "medicines, plan of care. No private items, nothing of what may lie ahead. Each opening is written down."
)
FOR_WHOM = N_("For whom?")
AUDIENCES: Mapping[str, str] = {
    Audience.CASE_MANAGER: N_("Case manager"),
    Audience.PRIMARY_CARE: N_("Primary care"),
}
NAME = N_("Name and organization")
NAME_HELP = N_("Such as: Lena Hart, Golden Valley")
WHO_AGREED = N_("Who said yes?")
NOBODY_ELSE = N_("Nobody else who decides is on record.")
HOW = N_("How?")
HOWS: Mapping[HowAgreed, str] = {
    HowAgreed.SPOKEN: N_("Said so to me"),
    HowAgreed.SIGNED: N_("Signed a paper that we keep"),
}
HOW_LONG = N_("For how long?")
SHARE = N_("Share now")
NO_AUDIENCE = N_("Please choose for whom it is.")
NO_NAME = N_("Please write who receives it: name and organization.")
NO_YES = N_("Please choose who said yes. Without a yes nothing is shared.")
NO_HOW = N_("Please choose how the yes was given.")
MADE = N_("Shared. Give them two things, apart from each other.")
LINK = N_("1. The link: paste it into a message")
PASSCODE = N_("2. The passcode: tell it by telephone, never in the same message")
ONCE = N_("Both are shown only now. If they are lost, withdraw this and share again.")
COPY, COPIED = N_("Copy the link"), N_("The link is copied.")
DONE = N_("I have given them both")
SHARED = N_("Shared so far")
NOTHING = N_("This record is not shared with anybody.")
LOOK_AGAIN = N_("Look again")
WITHDRAW, KEEP = N_("Withdraw"), N_("Keep")
WITHDRAW_NOW = N_("Withdraw now")
WITHDRAWN = N_("Withdrawn. It opens no more.")
_ENDS: Mapping[SharingEnd, str] = {
    SharingEnd.WITHDRAWN: WITHDRAWN,
    SharingEnd.TRIES: N_("Shut: the passcode was wrong five times. Share again if they still need it."),
    SharingEnd.OVER: N_("Its time is over. It opens no more."),
    SharingEnd.CHANGED: N_(
        "The record has changed since. It opens no more; give the visit again if it helps."
    ),
    SharingEnd.CONSENT: N_("The yes does not stand any more. It opens no more."),
}


def days(number: int) -> str:
    return trn("{number} day", "{number} days", number)


def with_whom(one: Sharing) -> str:
    """`Lena Hart, Golden Valley · Case manager`."""
    if one.audience == MENTOR:
        return tr("{name} · Mentor, one visit", name=one.recipient)
    audience = AUDIENCES.get(one.audience)
    if audience is None:
        return one.recipient
    return tr("{name} · {audience}", name=one.recipient, audience=tr(audience))


def state(one: Sharing, now: datetime) -> str:
    """Until when it opens, or why it does not."""
    if one.end is not None:
        return tr(_ENDS[one.end])
    return tr("Opens until {when}", when=say.moment(one.until, now))


def by(one: Sharing, now: datetime) -> str:
    return tr("Shared by {name}, {when}", name=one.by, when=say.moment(one.made_at, now))


def opened(one: Sharing, now: datetime) -> str:
    """How often it was opened, and when last."""
    if not one.openings or one.last_opened_at is None:
        return tr("Not opened yet")
    when = say.moment(one.last_opened_at, now)
    return trn(
        "Opened {number} time, last {when}", "Opened {number} times, last {when}", one.openings, when=when
    )


def question(one: Sharing) -> str:
    """Before it is withdrawn."""
    return tr(
        "{name} will not be able to open it any more. What was printed or saved stays there.",
        name=one.recipient,
    )


def spaced(passcode: str) -> str:
    """`4829 1735`: two groups, as one says it."""
    return f"{passcode[:4]} {passcode[4:]}"
