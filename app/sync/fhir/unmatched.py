"""A person made on a device ↔ Patient; the two Patients of a join name each other; and the plan's list of who waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.unmatched import COMPARED, Candidate, Face, MatchingPage, NewPerson, Sign, Unmatched
from app.sync.fhir import read
from app.sync.fhir.frame import Json

IDENTIFIER = "urn:hearthside:unmatched"
"""System of the identifier of a Patient that a nurse made; its value is the Patient's id."""
SAID = "urn:hearthside:said"
"""System of a member number as somebody said it, never the plan's own."""
_MEMBER_NUMBER = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]}


def encode_person(person_id: str, person: NewPerson) -> Json:
    """The Patient that she is until somebody at the plan says who she is."""
    identifiers: list[Json] = [{"use": "temp", "system": IDENTIFIER, "value": person_id}]
    if person.number:
        number = {"use": "secondary", "type": _MEMBER_NUMBER, "system": SAID, "value": person.number}
        identifiers.append(number)
    return {
        "resourceType": "Patient",
        "id": person_id,
        "identifier": identifiers,
        "active": True,
        "name": [{"text": person.name}],
        **({} if person.born_on is None else {"birthDate": person.born_on.isoformat()}),
        **({"address": [{"text": person.address}]} if person.address else {}),
    }


def is_unmatched(patient: Any) -> bool:
    """Was this Patient made by a nurse? Joined or not."""
    return any(read.text(one, "system") == IDENTIFIER for one in read.items(patient, "identifier"))


def joined_to(patient: Any) -> str | None:
    """The member to whom a temporary person was joined; None for anybody else, and until then."""
    if not is_unmatched(patient):
        return None
    return next(_linked(patient, "replaced-by"), None)


def joined_from(patient: Any) -> tuple[str, ...]:
    """The temporary persons who were joined to this member."""
    return tuple(sorted(_linked(patient, "replaces")))


def _linked(patient: Any, how: str) -> Iterator[str]:
    for one in read.items(patient, "link"):
        other = read.reference(one, "other")
        if read.text(one, "type") == how and other is not None and other[0] == "Patient":
            yield other[1]


def encode_ask(person_id: str, *, member_id: str | None = None, name: str | None = None) -> Json:
    """The plan is asked to join to this member, to look for a name, or with neither to take a join back."""
    said: list[Json] = [{"name": "person", "valueReference": {"reference": f"Patient/{person_id}"}}]
    if member_id is not None:
        said.append({"name": "member", "valueReference": {"reference": f"Patient/{member_id}"}})
    elif name is not None:
        said.append({"name": "name", "valueString": name})
    else:
        said.append({"name": "undo", "valueBoolean": True})
    return {"resourceType": "Parameters", "parameter": said}


def decode_page(answer: Any) -> MatchingPage | None:
    """None for anything else; a person who cannot be read is left out."""
    at = read.instant(_parts(answer, "parameter").get("at"), "valueInstant")
    if at is None:
        return None
    each = (one for one in read.items(answer, "parameter") if read.text(one, "name") == "person")
    return MatchingPage(at, tuple(found for one in each if (found := _person(one)) is not None))


def _person(value: Any) -> Unmatched | None:
    parts = _parts(value, "part")
    face, made = _face(value), read.instant(parts.get("made"), "valueInstant")
    if face is None or made is None:
        return None
    visits = read.find(parts.get("visits"), "valueUnsignedInt")
    named = (one for one in read.items(value, "part") if read.text(one, "name") == "candidate")
    return Unmatched(
        face=face,
        nurse=read.text(parts.get("nurse"), "valueReference", "display") or "",
        made_at=made,
        visits=visits if isinstance(visits, int) else 0,
        candidates=tuple(found for one in named if (found := _candidate(one)) is not None),
        member=_face(parts["member"]) if "member" in parts else None,
        joined_at=read.instant(parts.get("joined"), "valueInstant"),
    )


def _candidate(value: Any) -> Candidate | None:
    face = _face(value)
    compared = _parts(_parts(value, "part").get("compared"), "part")
    known = {one.value for one in Sign}
    said = {name: read.text(compared.get(name), "valueCode") for name in COMPARED}
    signs = {name: Sign(code) if code in known else Sign.UNKNOWN for name, code in said.items()}
    return None if face is None else Candidate(face, signs)


def _face(value: Any) -> Face | None:
    parts = _parts(value, "part")
    who = read.reference(parts.get("who"), "valueReference")
    if who is None or who[0] != "Patient":
        return None
    numbers = (
        read.text(one, "valueString")
        for one in read.items(value, "part")
        if read.text(one, "name") == "number"
    )
    return Face(
        who[1],
        read.text(parts["who"], "valueReference", "display") or "",
        read.day(parts.get("born"), "valueDate"),
        tuple(one for one in numbers if one is not None),
        read.text(parts.get("address"), "valueString") or "",
    )


def _parts(value: Any, name: str) -> dict[str | None, Json]:
    return {read.text(part, "name"): part for part in read.items(value, name)}
