"""Words of a person's page."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.patient import Allergy
from app.domain.people import PeopleOnRecord, Person
from app.language import N_, tr, trn
from app.views.wording import conversation as people

NO_AGENT = N_("No agent on record")
MATTERS = N_("What matters most")
MATTERS_NONE = N_("Nobody has written down yet what matters most.")
MATTERS_HELP = N_("Ask at a visit, and write it down in the person's own words under “What matters”.")


def decides(record: PeopleOnRecord, *, with_phone: bool = True) -> str:
    """Who decides now or with the person, else the agent who would: "Rosa Colón decides, (559) 555-0117"."""
    deciders = [_decider(one, with_phone=with_phone) for one in record.deciders]
    if deciders:
        return "; ".join(deciders)
    agents = [f"{_name(one)}: {_lower(people.agent_line(one))}" for one in record.people if one.agent]
    return "; ".join(agents) or tr(NO_AGENT)


def _decider(one: Person, *, with_phone: bool) -> str:
    """Only an agent whose time has come decides in her stead; all others decide with her, an agent too."""
    if one.is_deciding_agent:
        said = tr("{name} decides", name=_name(one))
    elif agent := people.agent_line(one):
        said = tr("{name} decides with the person ({agent})", name=_name(one), agent=_lower(agent))
    else:
        said = tr("{name} decides with the person", name=_name(one))
    return f"{said}, {one.phone}" if one.phone and with_phone else said


def allergies(named: str, more: int) -> str:
    """ "Allergies: Penicillin (high risk), Latex, and 3 more below"."""
    return tr("{named}, and {more} more below", named=named, more=more) if more > 0 else named


def allergies_short(first: Sequence[Allergy]) -> str:
    """How many, then as many of them as there is room for: "3 allergies: Penicillin, Latex, …"."""
    named = ", ".join(one.text for one in first)
    return trn("Allergy: {named}", "{number} allergies: {named}", len(first), named=named)


def _name(person: Person) -> str:
    return person.name or tr(people.NO_NAME)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
