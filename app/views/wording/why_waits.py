"""Why something is not received yet, each in one sentence."""

from __future__ import annotations

from datetime import datetime

from app.language import N_, tr, trn
from app.services.sending_models import WaitingLine, Why
from app.store.outbox_kinds import GroupKind
from app.views import say

REFUSED_AGAIN = N_("The plan could not take it again.")
_WHY = {
    Why.CONFLICT: N_("Somebody else changed this too. Both versions are kept."),
    Why.TOO_LARGE: N_("It is too large for the plan's server."),
    Why.REFUSED: N_("The plan could not take it."),
    Why.LOST: N_("The plan had received this and lost it. It is being sent again."),
    Why.ASKED: N_(
        "It was sent, but no answer came. The plan is asked whether it has it before it is sent again."
    ),
    Why.SERVER_TROUBLE: N_("The plan's server failed on it. It is tried again by itself."),
    Why.SIGN_IN: N_("Waits until you have signed in to the plan again."),
    Why.NO_NETWORK: N_("Waits for a network."),
    Why.PORTAL: N_("This network wants you to sign in to it first."),
    Why.PLAN_DOWN: N_("The plan's server does not answer."),
    Why.WRONG_DATE: N_("Waits because this device's date looks wrong."),
    Why.UNTRUSTED: N_("Waits because the plan's server could not prove who it is."),
    Why.UPDATE: N_("The plan asks for a newer Hearthside."),
    Why.RESTORED: N_(
        "The plan's records were put back to an earlier day. It waits until that is sorted out."
    ),
    Why.LAST: N_("Goes last, after everything else."),
    Why.NOW: N_("The plan is being talked to now."),
    Why.NEXT: N_("Goes with the next contact."),
}
_AGAIN = {
    Why.BUSY: (N_("The plan asked to wait."), N_("The plan asked to wait until {when}.")),
    Why.SERVER_FAILS: (
        N_("The plan's server fails on this one. It is tried again every day."),
        N_("The plan's server fails on this one. It is tried again {when}."),
    ),
    Why.HIDDEN: (
        N_("The plan does not let you look whether this arrived. It is asked again every day."),
        N_("The plan does not let you look whether this arrived. It is asked again {when}."),
    ),
}
"""Without and with the time of the next try."""
_BLOCKER = {
    GroupKind.VISIT: (N_("the visit"), N_("the visit of {name}")),
    GroupKind.ALERT: (N_("the alert"), N_("the alert of {name}")),
    GroupKind.DEATH: (N_("the record of a death"), N_("the record of the death of {name}")),
    GroupKind.STAY: (N_("the stay"), N_("the stay of {name}")),
    GroupKind.ADDENDUM: (N_("the addendum"), N_("the addendum of {name}")),
    GroupKind.TASK: (N_("the task"), N_("the task of {name}")),
    GroupKind.RECORD: (N_("the other record"), N_("the other record of {name}")),
    GroupKind.ATTACHMENT: (N_("the picture or signature"), N_("the picture or signature of {name}")),
}


def why(line: WaitingLine, now: datetime) -> str:
    """One sentence: why this is not received yet."""
    if line.why is Why.ARRIVING and line.parts is not None:
        return tr("Part of it has arrived: {arrived} of {of}.", arrived=line.parts[0], of=line.parts[1])
    if line.why is Why.REFUSED and line.refusals > 1:
        return f"{tr(REFUSED_AGAIN)} {tries(line, now)}"
    if line.why in _AGAIN:
        always, at = _AGAIN[line.why]
        return tr(at, when=say.moment(line.until, now)) if line.until else tr(always)
    if line.why in (Why.BEHIND, Why.AFTER):
        return _behind(line)
    return tr(_WHY[line.why])


def _behind(line: WaitingLine) -> str:
    first = line.blocker
    after = line.why is Why.AFTER
    if first is None:
        if after:
            return tr("Goes right after something else.")
        return tr("Waits for something else, which the plan could not take.")
    what = _blocker(first.kind, first.patient_name)
    if after:
        return tr("Goes right after {what}.", what=what)
    return tr("Waits for {what}, which the plan could not take.", what=what)


def _blocker(kind: GroupKind, name: str) -> str:
    alone, with_name = _BLOCKER[kind]
    return tr(with_name, name=name) if name else tr(alone)


def tries(line: WaitingLine, now: datetime) -> str:
    """ "It has been sent 2 times, last 14:02."."""
    if line.refused_at is None:
        return trn("It has been sent {number} time.", "It has been sent {number} times.", line.refusals)
    return trn(
        "It has been sent {number} time, last {when}.",
        "It has been sent {number} times, last {when}.",
        line.refusals,
        when=say.moment(line.refused_at, now),
    )
