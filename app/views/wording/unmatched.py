"""Words of people who are on nobody's list: beginning a visit, not yet matched, and saying who somebody is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.unmatched import Face, Sign, Standing, Unmatched
from app.language import N_, tr, trn
from app.views import say

BEGIN_TITLE = N_("Visit somebody not on my list")
BEGIN_WHAT = N_("Write what you were told. Only the name is needed. You need no network.")
BEGIN_LATER = N_(
    "Your visit is kept and sent like any other. Somebody at the plan says later which member this is."
)
BEGIN_INSTEAD = N_("No network, or nobody found? Make the visit now, without the record.")
BEGIN_OPEN = N_("Visit without the record")
NAME = N_("Name, as you were told it")
BORN = N_("Date of birth, if known")
BORN_HELP = N_("Month/day/year, such as 2/23/1940")
NUMBER = N_("Member number, if known")
ADDRESS = N_("Address, if known")
GO_ON = N_("Go on to the visit")
CANCEL = N_("Cancel")
BAD_DAY = N_("Please write the date of birth as month/day/year, or leave it empty.")
ON_LIST = N_("Already on your list:")

NOT_MATCHED = N_("Not yet matched")
NOTHING_KNOWN = N_(
    "Nothing of the plan's record is here. Ask about allergies, medicines and code status yourself."
)
NOT_SENT = N_("Not yet matched, and only on this tablet until it is sent.")
SENT = N_("Not yet matched. The plan has this person and somebody there says which member it is.")
MATCHED_ELSEWHERE = N_(
    "Matched to a member who is not on your list. What you write here still arrives in that record."
)
OPEN_MEMBER = N_("Open that record")

TITLE = N_("Not yet matched")
WHAT = N_(
    "Nurses visited these people and could not find them on a list. Say which member each of them is: the "
    "visits then go into that record. Nothing is chosen for you. A mistake can be taken back."
)
NOBODY = N_("Nobody waits to be matched.")
NOBODY_HELP = N_("Whoever is visited without being on a list will appear here.")
LOOK_AGAIN = N_("Ask the plan again")
COULD_BE = N_("Who it could be, on your team's list")
NO_CANDIDATE = N_("Nobody on your team's list has this name, date of birth or number.")
ELSEWHERE = N_("Not here? The plan's office can look among all members.")
SEEK = N_("Look for another name")
FIND = N_("Look")
CHOOSE = N_("This is the one")
SURE = N_("Yes, file it there")
NOT_NOW = N_("Not now")
LATELY = N_("Matched in the last 30 days")
TAKE_BACK = N_("Take back")
SURE_BACK = N_("Yes, take it back")
BACK_SURE = N_("The visits leave that record and stand here again. Do it?")

_COMPARED = {
    ("name", Sign.AGREES): N_("Name agrees"),
    ("name", Sign.DIFFERS): N_("Name differs"),
    ("name", Sign.UNKNOWN): N_("Name not recorded"),
    ("birth-date", Sign.AGREES): N_("Date of birth agrees"),
    ("birth-date", Sign.DIFFERS): N_("Date of birth differs"),
    ("birth-date", Sign.UNKNOWN): N_("Date of birth not compared"),
    ("member-number", Sign.AGREES): N_("Member number agrees"),
    ("member-number", Sign.DIFFERS): N_("Member number differs"),
    ("member-number", Sign.UNKNOWN): N_("Member number not compared"),
    ("address", Sign.AGREES): N_("Address agrees"),
    ("address", Sign.DIFFERS): N_("Address differs"),
    ("address", Sign.UNKNOWN): N_("Address not compared"),
}


def compared(signs: Mapping[str, Sign]) -> list[tuple[str, Sign]]:
    """One short sentence for each thing that is compared, with how it came out."""
    return [(tr(_COMPARED[name, sign]), sign) for name, sign in signs.items() if (name, sign) in _COMPARED]


def stands(standing: Standing) -> str:
    """On the page of a temporary person."""
    if standing.member_name:
        return tr("Matched to {name}. What you write here goes into that record.", name=standing.member_name)
    if standing.matched:
        return tr(MATCHED_ELSEWHERE)
    return tr(SENT) if standing.sent else tr(NOT_SENT)


def face(one: Face) -> str:
    """`3 February 1940 · M-77 · 12 Oak Street`, of what is said."""
    return " · ".join(filter(None, (_papers(one), one.address))) or tr("Nothing else was said")


def _papers(one: Face) -> str:
    """What tells two people of one name apart."""
    born = "" if one.born_on is None else say.day(one.born_on)
    return " · ".join(filter(None, (born, *one.numbers)))


def visited(one: Unmatched, at: datetime) -> str:
    """By whom, when, how often. Once she is matched her visits are in the member's record, and none is counted here."""
    when = say.moment(one.made_at, at)
    sent = (
        tr("Visited by {nurse}, sent {when}", nurse=one.nurse, when=when)
        if one.nurse
        else tr("Sent {when}", when=when)
    )
    if not one.visits or one.member is not None:
        return sent
    return f"{sent} · {trn('{number} visit', '{number} visits', one.visits)}"


def sure(one: Unmatched, member: Face) -> str:
    """Asked before a join."""
    visits = trn("{number} visit", "{number} visits", one.visits)
    papers = _papers(member)
    into = f"{member.name} ({papers})" if papers else member.name
    return tr(
        "File {visits} of {person} in the record of {member}?",
        visits=visits,
        person=one.face.name,
        member=into,
    )


def joined(one: Unmatched, at: datetime) -> str:
    """A join that was made."""
    member = one.member.name if one.member is not None else ""
    when = "" if one.joined_at is None else say.moment(one.joined_at, at)
    if member == one.face.name:
        return tr("{person}: matched to the member of the same name, since {when}", person=member, when=when)
    return tr("{person} is {member}, since {when}", person=one.face.name, member=member, when=when)


def waiting(number: int) -> str:
    """On the way to the screen."""
    if not number:
        return tr("Matched people")
    return trn("{number} person not yet matched", "{number} people not yet matched", number)
