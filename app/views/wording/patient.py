"""Words of a person's page."""

from __future__ import annotations

from app.domain.people import PeopleOnRecord, Person
from app.language import N_, tr
from app.views.wording import conversation as people

NO_AGENT = N_("No agent on record.")
MATTERS = N_("What matters most")
MATTERS_NONE = N_("Nobody has written down yet what matters most.")
MATTERS_HELP = N_("Ask at a visit, and write it down in the person's own words under “What matters”.")


def decides(record: PeopleOnRecord, *, with_phone: bool = True) -> str:
    """Who decides now, else the agent who would: "Rosa Colón decides, (559) 555-0117"."""
    deciders = [
        tr("{name} decides, {phone}", name=_name(one), phone=one.phone)
        if one.phone and with_phone
        else tr("{name} decides", name=_name(one))
        for one in record.deciders
    ]
    if deciders:
        return "; ".join(deciders)
    agents = [f"{_name(one)}: {_lower(people.agent_line(one))}" for one in record.people if one.agent]
    return "; ".join(agents) or tr(NO_AGENT)


def allergies(named: str, more: int) -> str:
    """ "Allergies: Penicillin (high risk), Latex, and 3 more below"."""
    return tr("{named}, and {more} more below", named=named, more=more) if more > 0 else named


def _name(person: Person) -> str:
    return person.name or tr(people.NO_NAME)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
