"""Words about medicines, daily MME and calls to a prescriber."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from app.domain.medicines import Line, Taken, text_of
from app.domain.mme import Counted, MmeSum, Uncounted, shown
from app.domain.prescriber import OrderState, PrescriberCall
from app.language import N_, tr
from app.views import say

TITLE = N_("Medicines")
ALL_AS_LISTED = N_("All as listed")
ADD = N_("Add one that is not on the list")
REMOVE = N_("Remove")
DOUBLE = N_("Two different records, found without knowing each other")
NO_LIST = N_("The plan's list names no medicine.")
NO_DOSAGE = N_("The order says no dose")
GONE = N_("No longer on the plan's list")
NEVER = N_("Never gone through in a visit.")
UNNAMED = N_("Medicine without a name yet")

TAKEN = {
    Taken.AS_LISTED: N_("As listed"),
    Taken.DIFFERENTLY: N_("Differently"),
    Taken.NOT_TAKING: N_("Not taking"),
    Taken.NOT_ON_LIST: N_("Not on the list"),
}
_TAKEN_THEN = {
    Taken.AS_LISTED: N_("taken as listed"),
    Taken.DIFFERENTLY: N_("taken differently"),
    Taken.NOT_TAKING: N_("not taken"),
    Taken.NOT_ON_LIST: N_("not on the list"),
}

MME_TITLE = N_("Opioids in 24 hours, as morphine (MME)")
MME_SHORT = N_("MME, as taken")
MME_TAKEN = N_("As taken")
MME_ORDERED = N_("Most that is ordered")
MME_UNKNOWN = N_("cannot be worked out")
MME_NONE_ORDERED = N_("nothing on the list")

BOWEL_TITLE = N_("Bowels and opioids")
BOWEL_ASK = N_("An opioid and no bowel regimen written down: ask, and ask the prescriber for one.")
NALOXONE_TITLE = N_("Naloxone")
NALOXONE_ASK = N_("Worth offering naloxone and showing the family how. It stops nothing and blocks nothing.")

CALL = N_("Call the prescriber")
CALL_TITLE = N_("Call the prescriber")
WRITE_DOWN = N_("Write down the call")
WRITE_ANOTHER = N_("Write down another call")
NO_NUMBER = N_("The plan has sent no number for the prescriber. Use the one that you were given.")
NEEDS_VISIT = N_("To write down what was said, start a visit.")
START_VISIT = N_("Start a visit")
AT_HAND = N_("At hand")
ALLERGIES = N_("Allergies")
CODE_STATUS = N_("Code status")
WISHES = N_("Wishes")
LAST_DOSES = N_("Last doses")
ORDERED_BY = N_("Ordered by")
ADDRESS = N_("Identifiers")
NOTHING = N_("Nothing on record")
NO_DOSES = N_("No last dose written down")
FINDINGS = N_("Tap what to say; then change the words as you like.")
NO_FINDINGS = N_("Nothing measured in this visit yet.")
MORE_FINDINGS = N_("More findings")
CALLS = N_("Calls in this visit")
NO_CALLS = N_("No call written down.")
BEFORE = N_("Before and while calling")
AFTER = N_("What came of it")
ORDER_GOES = N_(
    "Goes to the plan for the prescriber's signature. The medicine list changes only when the plan's does."
)
READ_BACK_FIRST = N_("Read every order back, word for word.")

PHONE_ORDER = ("prescriber", "on-call", "supervisor")
"""Whose number is offered: the first that the plan has set."""
PHONE_NAME = {
    "prescriber": N_("the prescriber"),
    "on-call": N_("the on-call line"),
    "supervisor": N_("the supervisor"),
}

ORDER_STATE = {
    OrderState.WAITING: N_("waits for the prescriber's signature"),
    OrderState.SIGNED: N_("signed"),
    OrderState.REFUSED: N_("not signed"),
}
MORE_DOSES = N_("More")
_UNIT = "(?:mg|mcg|g|mL|mEq|units?)"


_FIGURE_AND_UNIT = re.compile(rf"(?<=\d) (?={_UNIT}\b)")
_PER = re.compile(rf"\b({_UNIT})/(?=\w)")


def whole(order: str) -> str:
    """For a screen alone: no line ends between a figure and its unit, or inside "20 mg/mL"."""
    return _PER.sub("\\1\u2060/\u2060", _FIGURE_AND_UNIT.sub("\u00a0", order))


def state(done: int, of: int) -> str:
    """The section's line while it is closed."""
    return tr("{done} of {of} gone through", done=done, of=of)


def figure(total: MmeSum) -> str:
    """ "60 MME a day", "at least 60 MME a day", "cannot be worked out"."""
    if total.is_empty:
        return tr(MME_NONE_ORDERED)
    if total.total is None:
        return tr(MME_UNKNOWN)
    number = tr("{shown} MME a day", shown=shown(total.total))
    return number if total.is_whole else tr("at least {number}", number=number)


def working(one: Counted) -> str:
    """ "Oxycodone 10 mg tablet: oxycodone 40 mg times 1.5 = 60"; the patch's rate is named as what it is.

    The medicine's own name comes first: two of one opioid would else read as one that is counted twice.
    """
    name = one.opioid.replace(" transdermal", " patch")
    unit = tr("mcg an hour") if one.unit == "mcg/h" else one.unit
    sum_of_it = tr(
        "{name} {shown} {unit} times {amount} = {shown2}",
        name=name,
        shown=shown(one.amount),
        unit=unit,
        amount=amount(one.factor),
        shown2=shown(one.mme),
    )
    return f"{one.name}: {sum_of_it}"


def amount(number: Decimal) -> str:
    return f"{number.normalize():f}"


def not_counted(one: Uncounted, *, in_part: bool) -> str:
    """`in_part`: the figure holds some of its doses."""
    if in_part:
        return tr("Counted only in part: {name}. {why}", name=one.name, why=tr(one.why))
    return tr("Not counted: {name}. {why}", name=one.name, why=tr(one.why))


def taken_then(line: Line, at: datetime | None, now: datetime) -> str:
    """ "May 3: taken differently (half a tablet)", "" where nothing is on record."""
    if line.taken is None or at is None:
        return ""
    how = text_of(line.entry, "med-how") or text_of(line.entry, "med-why-not")
    return f"{say.day_of(at, now)}: {tr(_TAKEN_THEN[line.taken])}" + (f" ({how})" if how else "")


def laxatives(names: tuple[str, ...]) -> str:
    return tr("Taken: {names}", names=", ".join(names))


def dial(purpose: str, number: str) -> str:
    return tr("Call {said}: {number}", said=tr(PHONE_NAME.get(purpose, purpose)), number=number)


def call_line(call: PrescriberCall, roles: str, outcome: str, now: datetime) -> str:
    """ "10:40: Dr. Lee, Physician. Telephone order"."""
    who = ", ".join(part for part in (call.name, roles) if part) or tr("A call")
    return f"{say.moment(call.at, now)}: {who}" + (f". {outcome}" if outcome else "")


def seen_line(call: PrescriberCall, now: datetime) -> str:
    """ "Seen by Dr. Ortiz 14:10" where the record of the order says so, else ""."""
    return (
        ""
        if call.seen is None
        else tr("Seen by {by} {when}", by=call.seen.by, when=say.moment(call.seen.at, now))
    )


def order_line(call: PrescriberCall) -> str:
    """The order with where its signature is, and whether it was read back."""
    signature = tr(ORDER_STATE[call.order_state]) if call.order_state is not None else ""
    if call.state_reason:
        signature = f"{signature}: {call.state_reason}"
    said = "; ".join(part for part in (signature, _read_back(call)) if part)
    order = tr("Telephone order: {order}", order=call.order)
    return f"{order} ({said})" if said else order


def _read_back(call: PrescriberCall) -> str:
    if call.read_back is None:
        return ""
    return tr("read back and confirmed") if call.read_back else tr("not read back")
