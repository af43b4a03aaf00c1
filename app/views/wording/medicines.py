"""Words about medicines, daily MME and calls to a prescriber."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from app.domain.medicines import Line, Taken, text_of
from app.domain.mme import Counted, MmeSum, Uncounted, shown
from app.domain.prescriber import OrderState, PrescriberCall
from app.views import say

TITLE = "Medicines"
ALL_AS_LISTED = "All as listed"
ADD = "Add one that is not on the list"
REMOVE = "Remove"
DOUBLE = "Two different records, found without knowing each other"
NO_LIST = "The plan's list names no medicine."
NO_DOSAGE = "The order says no dose"
GONE = "No longer on the plan's list"
NEVER = "Never gone through in a visit."
LISTED = "The plan's list"
UNNAMED = "Medicine without a name yet"

TAKEN = {
    Taken.AS_LISTED: "As listed",
    Taken.DIFFERENTLY: "Differently",
    Taken.NOT_TAKING: "Not taking",
    Taken.NOT_ON_LIST: "Not on the list",
}
_TAKEN_THEN = {
    Taken.AS_LISTED: "taken as listed",
    Taken.DIFFERENTLY: "taken differently",
    Taken.NOT_TAKING: "not taken",
    Taken.NOT_ON_LIST: "not on the list",
}

MME_TITLE = "Opioids in 24 hours, as morphine (MME)"
MME_SHORT = "MME, as taken"
MME_TAKEN = "As taken"
MME_ORDERED = "Most that is ordered"
MME_UNKNOWN = "cannot be worked out"
MME_NONE_ORDERED = "nothing on the list"

BOWEL_TITLE = "Bowels and opioids"
BOWEL_ASK = "An opioid and no bowel regimen written down: ask, and ask the prescriber for one."
NALOXONE_TITLE = "Naloxone"
NALOXONE_ASK = "Worth offering naloxone and showing the family how. It stops nothing and blocks nothing."

CALL = "Call the prescriber"
CALL_TITLE = "Call the prescriber"
WRITE_DOWN = "Write down the call"
WRITE_ANOTHER = "Write down another call"
NO_NUMBER = "The plan has set no number for the prescriber."
NEEDS_VISIT = "To write down what was said, start a visit."
START_VISIT = "Start a visit"
AT_HAND = "At hand"
ALLERGIES = "Allergies"
CODE_STATUS = "Code status"
WISHES = "Wishes"
LAST_DOSES = "Last doses"
ORDERED_BY = "Ordered by"
ADDRESS = "Identifiers"
NOTHING = "Nothing on record"
NO_DOSES = "No last dose written down"
FINDINGS = "Tap what to say; then change the words as you like."
NO_FINDINGS = "Nothing measured in this visit yet."
MORE_FINDINGS = "More findings"
CALLS = "Calls in this visit"
NO_CALLS = "No call written down."
BEFORE = "Before and while calling"
AFTER = "What came of it"
ORDER_GOES = (
    "Goes to the plan for the prescriber's signature. The medicine list changes only when the plan's does."
)
READ_BACK_FIRST = "Read every order back, word for word."

PHONE_ORDER = ("prescriber", "on-call", "supervisor")
"""Whose number is offered: the first that the plan has set."""
PHONE_NAME = {"prescriber": "the prescriber", "on-call": "the on-call line", "supervisor": "the supervisor"}

ORDER_STATE = {
    OrderState.WAITING: "waits for the prescriber's signature",
    OrderState.SIGNED: "signed",
    OrderState.REFUSED: "not signed",
}
MORE_DOSES = "More"


def state(done: int, of: int) -> str:
    """The section's line while it is closed."""
    return f"{done} of {of} gone through"


def figure(total: MmeSum) -> str:
    """ "60 MME a day", "at least 60 MME a day", "cannot be worked out"."""
    if total.is_empty:
        return MME_NONE_ORDERED
    if total.total is None:
        return MME_UNKNOWN
    number = f"{shown(total.total)} MME a day"
    return number if total.is_whole else f"at least {number}"


def working(one: Counted) -> str:
    """ "oxycodone 40 mg times 1.5 = 60"; the patch's rate is named as what it is."""
    name = one.opioid.replace(" transdermal", " patch")
    unit = "mcg an hour" if one.unit == "mcg/h" else one.unit
    return f"{name} {shown(one.amount)} {unit} times {amount(one.factor)} = {shown(one.mme)}"


def amount(number: Decimal) -> str:
    return f"{number.normalize():f}"


def not_counted(one: Uncounted) -> str:
    return f"Not counted: {one.name}. {one.why}"


def taken_then(line: Line, at: datetime | None, now: datetime) -> str:
    """ "May 3: taken differently (half a tablet)", "" where nothing is on record."""
    if line.taken is None or at is None:
        return ""
    how = text_of(line.entry, "med-how") or text_of(line.entry, "med-why-not")
    return f"{say.day_of(at, now)}: {_TAKEN_THEN[line.taken]}" + (f" ({how})" if how else "")


def laxatives(names: tuple[str, ...]) -> str:
    return "Taken: " + ", ".join(names)


def dial(purpose: str, number: str) -> str:
    return f"Call {PHONE_NAME.get(purpose, purpose)}: {number}"


def call_line(call: PrescriberCall, roles: str, outcome: str, now: datetime) -> str:
    """ "10:40: Dr. Lee, Physician. Telephone order"."""
    who = ", ".join(part for part in (call.name, roles) if part) or "Call"
    return f"{say.moment(call.at, now)}: {who}" + (f". {outcome}" if outcome else "")


def seen_line(call: PrescriberCall, now: datetime) -> str:
    """ "Seen by Dr. Ortiz 14:10" where the record of the order says so, else ""."""
    return "" if call.seen is None else f"Seen by {call.seen.by} {say.moment(call.seen.at, now)}"


def order_line(call: PrescriberCall) -> str:
    """The order with where its signature is."""
    state_words = ORDER_STATE[call.order_state] if call.order_state is not None else ""
    reason = f" ({call.state_reason})" if call.state_reason else ""
    back = {True: ", read back and confirmed", False: ", not read back", None: ""}[call.read_back]
    return f"Telephone order: {call.order}. It {state_words}{reason}{back}."
