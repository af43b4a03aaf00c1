"""Who a temporary person could be: members that have something in common with her, with what agrees and what differs.

A list to look at. Nothing is scored into a verdict and nothing is chosen: two sisters share an address, and a birth
date that somebody said at a door may be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.extract import date_interval, plain, walk
from plan.fhir.json_text import loads
from plan.fhir.store import versions
from plan.fhir.tables import resource, string_index, token_index
from plan.unmatched.marks import IDENTIFIER, SAID
from plan.unmatched.person import list_temporary

MOST = 12
"""Candidates in one answer."""
_LOOKED_AT = 400
_SHORTEST = 3
"""Letters by whose beginning a name is looked for: what was heard at a door is often spelled otherwise."""


class Sign(StrEnum):
    """How one thing that was said compares with the member's record."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """One of the two does not say it."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a Patient says of who she is. Texts are empty where it says nothing."""

    patient_id: str
    name: str
    words: frozenset[str]
    born: str
    numbers: frozenset[str]
    address: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member, and by `name`, `birth-date`, `member-number` and `address` how she compares."""

    face: Face
    signs: Mapping[str, Sign]

    @property
    def agrees(self) -> int:
        return sum(one is Sign.AGREES for one in self.signs.values())


def read_face(patient: Mapping[str, Any]) -> Face:
    """Out of a Patient, a member's or one made at a door."""
    names = [one for one in walk(patient, "name") if isinstance(one, dict)]
    shown = _say_name(names[0]) if names else ""
    words = frozenset(word for one in names for word in plain(_say_name(one)).replace("-", " ").split())
    numbers = {
        plain(str(one.get("value") or "")).strip()
        for one in walk(patient, "identifier")
        if isinstance(one, dict) and one.get("system") != IDENTIFIER
    }
    addresses = [_say_address(one) for one in walk(patient, "address") if isinstance(one, dict)]
    return Face(
        str(patient.get("id") or ""),
        shown,
        words,
        str(patient.get("birthDate") or ""),
        frozenset(numbers - {""}),
        next(filter(None, addresses), ""),
    )


def compare(person: Face, member: Face) -> Candidate:
    """Pure. The name agrees where all words of the shorter one are in the longer one, accents aside."""
    common = person.words & member.words
    signs = {
        "name": _sign(
            bool(person.words and member.words), len(common) == min(len(person.words), len(member.words))
        ),
        "birth-date": _sign(bool(person.born and member.born), person.born == member.born),
        "member-number": _sign(
            bool(person.numbers and member.numbers), not person.numbers.isdisjoint(member.numbers)
        ),
        "address": _sign(
            bool(person.address and member.address), _house(person.address) == _house(member.address)
        ),
    }
    return Candidate(member, signs)


def list_candidates(
    connection: Connection, person: Face, allowed: ColumnElement[bool], sought: str = ""
) -> Sequence[Candidate]:
    """Members who share a beginning of a name, the birth date or the number, most in common first, then by name.

    `allowed`: whose Patients may be shown. `sought`: other words to look for in names, typed by who looks.
    """
    words = frozenset(plain(sought).replace("-", " ").split())
    wanted = [_by_name(word) for word in sorted(words or person.words) if len(word) >= _SHORTEST]
    if not words and person.born:
        low, high = date_interval(person.born)
        wanted.append((resource.c.date_low == low) & (resource.c.date_high == high))
    if not words and person.numbers:
        wanted.append(_by_number(person.numbers))
    if not wanted:
        return ()
    statement = versions(allowed).where(
        IS_CURRENT,
        resource.c.deleted == 0,
        resource.c.type == "Patient",
        resource.c.label == "N",
        resource.c.id.not_in(list_temporary()),
        or_(*wanted),
    )
    rows = connection.execute(statement.order_by(resource.c.id).limit(_LOOKED_AT)).all()
    found = [compare(person, read_face(loads(row.body))) for row in rows]
    found.sort(key=lambda one: (-one.agrees, one.face.name, one.face.patient_id))
    return found[:MOST]


def _by_name(word: str) -> ColumnElement[bool]:
    start = word[: max(_SHORTEST, len(word) - 2)]
    here = (string_index.c.type == "Patient", string_index.c.param == "name")
    value = string_index.c.value
    keys = select(string_index.c.key).where(*here, value >= start, value < start + "\U0010ffff")
    return resource.c.key.in_(keys)


def _by_number(numbers: frozenset[str]) -> ColumnElement[bool]:
    here = (token_index.c.type == "Patient", token_index.c.param == "identifier")
    spelled = sorted({form for one in numbers for form in (one, one.upper())})
    keys = select(token_index.c.key).where(
        *here, token_index.c.code.in_(spelled), token_index.c.system != SAID
    )
    return resource.c.key.in_(keys)


def _sign(known: bool, same: bool) -> Sign:
    if not known:
        return Sign.UNKNOWN
    return Sign.AGREES if same else Sign.DIFFERS


def _say_name(name: Mapping[str, Any]) -> str:
    if isinstance(name.get("text"), str):
        return str(name["text"])
    return " ".join([*map(str, name.get("given") or []), str(name.get("family") or "")]).strip()


def _say_address(address: Mapping[str, Any]) -> str:
    if isinstance(address.get("text"), str):
        return str(address["text"])
    parts = [
        *map(str, address.get("line") or []),
        *(str(address.get(name) or "") for name in ("city", "state")),
    ]
    return ", ".join(filter(None, parts))


def _house(address: str) -> frozenset[str]:
    """Number and first long word of a street: "12 Oak St" and "12 Oak Street, Springfield" are one house."""
    words = plain(address).replace(",", " ").split()
    number = next((word for word in words if any(map(str.isdigit, word))), "")
    street = next((word for word in words if word.isalpha() and len(word) >= _SHORTEST), "")
    return frozenset((number, street))
