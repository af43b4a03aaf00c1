"""Words of drafts on other tablets, and of a visit that was written twice."""

from __future__ import annotations

from datetime import datetime

from app.domain.drafts import DraftElsewhere, Written
from app.language import N_, tr, trn
from app.views import say

TITLE = N_("Begun on another tablet")
NOT_READY = N_("It is still on its way to this tablet.")
READ_TITLE = N_("A draft, not signed")
READ_HELP = N_("This may still change. It is kept at the plan until the visit is signed or dropped.")
BACK = N_("Back")
TWICE = N_("Same visit written twice?")
TWICE_HELP = N_(
    "Choose the one that stands. The other is kept and can be read, and it is not counted. Nothing is deleted."
)
STANDS = N_("This one stands")
DRAFT_CANNOT = N_("This one is not signed. Sign it first if it is to stand.")
OPEN_DRAFT = N_("Go on with the draft")
READ = N_("Read the visit")
HERE, FROM_PLAN = N_("Written on this tablet"), N_("Came to this tablet from the plan")
IN_SHORT = {True: N_("This tablet"), False: N_("From the plan")}
"""Over a column, by whether it was written here."""
WHICH = {True: N_("The one on this tablet stands."), False: N_("The one that came from the plan stands.")}
NUMBERED = (N_("The first"), N_("The second"))
"""Where both were written here, or neither was."""
WHICH_NUMBERED = (N_("The first one stands."), N_("The second one stands."))
BOTH = N_("I was there twice: both stand")
SURE = N_("Yes, this one stands")
NOT_NOW = N_("Not now")
DIFFERS = N_("What differs")
NOTHING_DIFFERS = N_("Both say the same.")
SILENT = N_("Says nothing about it")
DONE = N_("This is settled")
DONE_HELP = N_("You have chosen, on this tablet or on the other one. Both can still be read.")
AWAY = N_("Another version of this visit is put away on this tablet. It is not signed.")
FROM_PAPER = N_("Copied from a paper sheet")
BRING_BACK = N_("Bring it back")


def go_on(began_at: datetime, now: datetime) -> str:
    """ "Continue the visit begun on the other tablet at 11:40"."""
    return tr("Continue the visit begun on the other tablet at {when}", when=_when(began_at, now))


def begun_by(name: str, began_at: datetime, now: datetime) -> str:
    return tr("{name} began this visit at {when}", name=name or tr("A colleague"), when=_when(began_at, now))


def copied(draft: DraftElsewhere, now: datetime) -> str:
    """How new the copy is."""
    return tr("Not signed · as it was at {when}", when=_when(draft.changed_at, now))


def photos(number: int) -> str:
    return trn(
        "{number} photo lies on the other tablet only.",
        "{number} photos lie on the other tablet only.",
        number,
    )


def side(one: Written, now: datetime) -> str:
    """ "Signed visit, 11:40 to 12:20"."""
    when = say.times(
        one.began_at.astimezone(), None if one.left_at is None else one.left_at.astimezone(), now
    )
    return tr("Signed visit, {when}", when=when) if one.signed else tr("Draft, not signed, {when}", when=when)


def same(number: int) -> str:
    return trn("{number} answer is the same in both.", "{number} answers are the same in both.", number)


def names(first: Written, other: Written) -> tuple[str, str]:
    """What tells one from the other, in two words."""
    if first.here == other.here:
        return tr(NUMBERED[0]), tr(NUMBERED[1])
    return tr(IN_SHORT[first.here]), tr(IN_SHORT[other.here])


def sides(first: Written, other: Written, now: datetime) -> tuple[str, str]:
    """ "This tablet: Signed visit, 11:40 to 12:20": both can have the same times."""
    one, two = names(first, other)
    return f"{one}: {side(first, now)}", f"{two}: {side(other, now)}"


def sure(first: Written, other: Written, stands: str) -> str:
    """Which one stands, by its name, and what becomes of the other one, before it does."""
    kept, left = (first, other) if stands == first.visit_id else (other, first)
    numbered = tr(WHICH_NUMBERED[int(kept is other)])
    which = numbered if first.here == other.here else tr(WHICH[kept.here])
    return f"{which} {becomes(left.signed)}"


def becomes(signed: bool) -> str:
    """What becomes of the one that does not stand."""
    if signed:
        return tr("The other is marked as entered in error, by you. It stays readable and is not counted.")
    return tr("The other is put away on this tablet. You can bring it back.")


def _when(at: datetime, now: datetime) -> str:
    local = at.astimezone()
    return say.clock(local) if local.date() == now.date() else say.moment(local, now)
