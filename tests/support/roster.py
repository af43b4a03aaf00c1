"""Members of a plan as FHIR, in few lines, in the shape in which the app and a plan send them.

    people = People()
    ana = people.member("ana", born="1950-03-01", line="Medi-Cal managed care", since="2026-01-01")
    visit = ana.visit("2026-11-02T10:00-08:00", esas={"pain": 8}, phase="unstable")
    ana.conversation(visit, matters="family", worries="pain")
    people.save(engine)

Times are text with an offset, a day alone, or ms since 1970. `save` stores everything as the plan's own systems do
(checked against R4) and brings the facts up to date; it may be called again after more was added or changed.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from plan.database import write_transaction
from plan.outcomes.refresh import refresh
from plan.outcomes.roster_group import GROUP_CODE, LINE, ORGANISATION, ROSTER_ID, RURALITY
from plan.resources import put_all_as_system
from plan.seed_panel import compose_careteam
from tests.support.roster_parts import OMB, US_CORE, Json, When, concept, fhir_time
from tests.support.roster_person import Person

__all__ = ["People", "Person"]


class People:
    """A plan's members."""

    def __init__(self) -> None:
        self.members: dict[str, Person] = {}
        self._saved: dict[str, Json] = {}

    def member(
        self,
        key: str,
        *,
        born: str = "1945-05-05",
        line: str | None = "Medicare Advantage",
        since: When | None = "2025-01-01",
        until: When | None = None,
        language: str | None = "en",
        interpreter: bool | None = None,
        race: str | None = "2106-3",
        ethnicity: str | None = "2186-5",
        organisation: str | None = None,
        rurality: str | None = None,
        team: str | None = None,
        known: bool = True,
    ) -> Person:
        """Somebody on the roster from `since` (None: not on it). Not `known`: the plan has no Patient record of her.

        `team` is the id of an Organization whose CareTeam has her since 2020.
        """
        person = self.members[key] = Person(key)
        if known:
            person.resources[f"Patient/{person.patient_id}"] = _patient(
                person, born, language, interpreter, race, ethnicity
            )
        if known and line is not None:
            kind = {"text": line}
            payor = [{"display": "The plan"}]
            person.put("Coverage", "1", status="active", type=kind, beneficiary=person.subject, payor=payor)
        if team is not None:
            careteam = compose_careteam(person.patient_id, [], team, datetime(2020, 1, 1, tzinfo=UTC))
            person.resources[f"CareTeam/{careteam['id']}"] = {k: v for k, v in careteam.items() if v != []}
        if since is not None:
            self.on_roster(person, since, until, organisation=organisation, rurality=rurality, line=None)
        return person

    def on_roster(
        self,
        person: Person,
        since: When,
        until: When | None = None,
        *,
        organisation: str | None = None,
        rurality: str | None = None,
        line: str | None = None,
    ) -> None:
        """A (further) time on the roster, `until` the last day that still belongs to it."""
        period = {"start": fhir_time(since)} | ({"end": fhir_time(until)} if until is not None else {})
        said = [
            {"url": url, name: value}
            for url, name, value in (
                (LINE, "valueCode", line),
                (ORGANISATION, "valueString", organisation),
                (RURALITY, "valueCode", rurality),
            )
            if value is not None
        ]
        person.spells.append(
            {**({"extension": said} if said else {}), "entity": person.subject, "period": period}
        )

    def resources(self) -> list[Json]:
        """Everything, the roster's Group last."""
        found = [one for person in self.members.values() for one in person.resources.values()]
        spells = [one for person in self.members.values() for one in person.spells]
        if spells:
            group: Json = {"resourceType": "Group", "id": ROSTER_ID, "type": "person", "actual": True}
            code = {"coding": [dict(GROUP_CODE)]}
            found.append(group | {"code": code, "quantity": len(spells), "member": spells})
        return found

    def save(self, engine: Engine, *, fresh: bool = True) -> None:
        """Store what is new or changed since the last save; with `fresh` the facts are brought up to date."""
        new = {f"{one['resourceType']}/{one['id']}": one for one in self.resources()}
        changed = [one for name, one in new.items() if self._saved.get(name) != one]
        with write_transaction(engine) as connection:
            put_all_as_system(connection, changed)
        self._saved |= {name: deepcopy(one) for name, one in new.items()}
        if fresh:
            refresh(engine)


def _patient(
    person: Person,
    born: str,
    language: str | None,
    interpreter: bool | None,
    race: str | None,
    ethnicity: str | None,
) -> Json:
    said: list[Json] = []
    for name, code in (("us-core-race", race), ("us-core-ethnicity", ethnicity)):
        if code is not None:
            category = {"url": "ombCategory", "valueCoding": {"system": OMB, "code": code}}
            parts: list[Any] = [category, {"url": "text", "valueString": code}]
            said.append({"url": f"{US_CORE}/{name}", "extension": parts})
    if interpreter is not None:
        url = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
        said.append({"url": url, "valueBoolean": interpreter})
    spoken = [{"language": concept("urn:ietf:bcp:47", language), "preferred": True}] if language else None
    return {
        "resourceType": "Patient",
        "id": person.patient_id,
        **({"extension": said} if said else {}),
        "identifier": [{"system": "urn:test:member", "value": f"m-{person.key}"}],
        "name": [{"family": person.key.title()}],
        "birthDate": born,
        **({"communication": spoken} if spoken else {}),
    }
