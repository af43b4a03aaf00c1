"""The Parameters resource by which the plan tells a supervisor of her team. Reading only, and it never raises."""

from __future__ import annotations

from typing import Any

from app.domain.board import Nurse, Tablet, TeamWord, Waits, by_name
from app.sync.fhir import read
from app.sync.fhir.frame import Json
from app.sync.fhir.leave import decode_leave


def decode_board(parameters: Any) -> TeamWord | None:
    """None for what is no such answer; a nurse or tablet that cannot be read is left out."""
    if read.text(parameters, "resourceType") != "Parameters":
        return None
    at = next((read.instant(one, "valueInstant") for one in _named(parameters, "parameter", "at")), None)
    if at is None:
        return None
    found = (_nurse(one) for one in _named(parameters, "parameter", "nurse"))
    return TeamWord(at, tuple(by_name(one for one in found if one is not None)))


def _nurse(parameter: Json) -> Nurse | None:
    who = next(iter(_named(parameter, "part", "who")), None)
    reference = read.reference(who, "valueReference")
    if reference is None or reference[0] != "Practitioner":
        return None
    people = (read.reference(one, "valueReference") for one in _named(parameter, "part", "patient"))
    tablets = (_tablet(one) for one in _named(parameter, "part", "device"))
    leaves = (decode_leave(one) for one in _named(parameter, "part", "leave"))
    return Nurse(
        reference="/".join(reference),
        name=read.text(who, "valueReference", "display") or "",
        people=tuple(one[1] for one in people if one is not None and one[0] == "Patient"),
        tablets=tuple(one for one in tablets if one is not None),
        leaves=tuple(one for one in leaves if one is not None),
    )


def _tablet(parameter: Json) -> Tablet | None:
    heard = next((read.instant(one, "valueInstant") for one in _named(parameter, "part", "heard")), None)
    if heard is None:
        return None
    return Tablet(heard, _all(parameter, "waiting"), _all(parameter, "set-aside"))


def _all(parameter: Json, name: str) -> tuple[Waits, ...]:
    return tuple(waits for one in _named(parameter, "part", name) if (waits := _waits(one)) is not None)


def _waits(parameter: Json) -> Waits | None:
    parts = {read.text(one, "name"): one for one in read.items(parameter, "part")}
    kind = read.text(parts.get("kind"), "valueCode")
    count = read.whole(parts.get("count"), "valueUnsignedInt")
    if kind is None or count is None or count < 1:
        return None
    since = read.instant(parts.get("oldest"), "valueInstant")
    return Waits(kind, count, since, read.text(parts.get("why"), "valueCode") or "")


def _named(holder: Any, member: str, name: str) -> list[Json]:
    return [one for one in read.items(holder, member) if read.text(one, "name") == name]
