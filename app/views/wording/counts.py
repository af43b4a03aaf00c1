"""Words about medicines counted in the home."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from app.domain.home_count import LastCount, Reckoning, plain
from app.language import N_, NP_, tr, trn
from app.views import say
from app.views.wording import stored

TITLE = N_("Counted in the home")
COUNT = N_("Count this")
ANOTHER = N_("Count another medicine")
REMOVE = N_("Do not count this")
NOTHING = N_(
    "The plan's list has no opioid and no benzodiazepine. Other comfort medicines can be counted too."
)
WHO = N_("Who counted with you?")
WHO_HELP = N_("With this the count is finished. A difference goes to your supervisor.")
SOMEBODY_ELSE, NAME = N_("Somebody else"), N_("Name")
OTHER_WAY = N_("Counted in something else")
DESTROYED = N_("Something was destroyed or handed back")
NURSE_MAY_NOT = N_(
    "Your plan has not allowed nurses to destroy medicines. The family or a take-back site does it; write down who."
)
NURSE_MAY_NOT_SEE = N_("Your plan has not allowed nurses to be the witness. Name somebody else who saw it.")
NOT_COMPARED = N_("Nothing to compare with: this is the first count.")
OTHER_UNIT = N_("It was counted in something else last time, so it cannot be compared.")
AS_EXPECTED = N_("As expected.")
DUE = N_("A count is due")

UNITS = {
    "tablets": NP_("{number} tablet", "{number} tablets"),
    "ml": NP_("{number} mL", "{number} mL"),
    "patches": NP_("{number} patch", "{number} patches"),
    "suppositories": NP_("{number} suppository", "{number} suppositories"),
    "vials": NP_("{number} vial", "{number} vials"),
    "doses": NP_("{number} dose", "{number} doses"),
}
SHORT = {
    "tablets": N_("tablets"),
    "ml": N_("mL"),
    "patches": N_("patches"),
    "suppositories": N_("suppositories"),
    "vials": N_("vials"),
    "doses": N_("doses"),
}
"""Behind the name of a field."""


def amount(number: Decimal, unit: str) -> str:
    """ "12 tablets", "2.5 mL"; the plural by the whole number, parts take the plural of two."""
    one, several = UNITS.get(unit, ("{number}", "{number}"))
    counted = int(number) if number == int(number) else 2
    return trn(one, several, counted, number=plain(number))


def last(one: LastCount, now: datetime) -> str:
    """ "Left at the last count: 12 tablets (Fri Nov 20, Ana Ruiz with Rosa Lopez)"."""
    when = say.moment(one.at.astimezone(), now)
    other = stored.name(one.together_with)
    who = tr("{nurse} with {other}", nurse=one.by, other=other) if other else one.by
    counted = amount(one.left, one.unit)
    return tr("Left at the last count: {amount} ({when}, {who})", amount=counted, when=when, who=who)


def result(made: Reckoning) -> str:
    """What the count comes to."""
    if made.difference is None or made.expected is None:
        return ""
    if made.difference == 0:
        return tr(AS_EXPECTED)
    difference, expected = amount(abs(made.difference), made.unit), amount(made.expected, made.unit)
    if made.difference < 0:
        return tr("{difference} less than expected ({expected})", difference=difference, expected=expected)
    return tr("{difference} more than expected ({expected})", difference=difference, expected=expected)


def left_over(made: Reckoning) -> str:
    return tr("Left in the home: {amount}", amount=amount(made.left, made.unit))


def on_page(one: LastCount, now: datetime) -> str:
    """One medicine on the person's page."""
    return f"{one.name}: {last(one, now)}"


def state(done: int, of: int) -> str:
    """The closed section's line."""
    return trn("{done} of {number} medicine counted", "{done} of {number} medicines counted", of, done=done)
