"""Facts to know before going in ↔ Flag. One that no longer holds is replaced by an inactive one (ADR 0017, 0038)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.domain.going_in import GoingIn, GoingInKind
from app.domain.visit import PersonRef
from app.sync.fhir import codes, read
from app.sync.fhir.frame import Json
from app.sync.fhir.versions import heads, reference_of
from app.sync.fhir.write import clean, person, time_text

BEFORE_YOU_GO_IN = "urn:hearthside:before-you-go-in"
_SAFETY: codes.Coding = {
    "system": "http://terminology.hl7.org/CodeSystem/flag-category",
    "code": "safety",
    "display": "Safety",
}
_DISPLAY = {
    GoingInKind.WEAPON: "Weapon in the house",
    GoingInKind.DOG: "Dog",
    GoingInKind.INFECTION: "Infection",
    GoingInKind.KEY: "Key",
    GoingInKind.STAIRS: "Stairs",
    GoingInKind.PARKING: "Parking",
}
_KNOWN = {kind.value: kind for kind in GoingInKind}


def encode_fact(
    flag_id: str,
    patient_id: str,
    kind: GoingInKind,
    words: str,
    by: PersonRef,
    at: datetime,
    *,
    replaces: Iterable[str] = (),
    holds: bool = True,
) -> Json:
    """One fact as a Flag. `replaces` are the records (`Flag/…`) that it takes the place of; not `holds`: gone."""
    coding = {"system": BEFORE_YOU_GO_IN, "code": kind.value, "display": _DISPLAY[kind]}
    said = clean(words)
    period = {"start": time_text(at)} | ({} if holds else {"end": time_text(at)})
    replaced = [
        {"url": codes.REPLACES, "valueReference": {"reference": one}} for one in dict.fromkeys(replaces)
    ]
    return {
        "resourceType": "Flag",
        "id": flag_id,
        **({"extension": replaced} if replaced else {}),
        "identifier": [{"system": codes.RECORD_IDENTIFIER, "value": flag_id}],
        "status": "active" if holds else "inactive",
        "category": [codes.concept(_SAFETY, text="Safety")],
        "code": codes.concept(coding, text=f"{_DISPLAY[kind]}: {said}" if said else _DISPLAY[kind]),
        "subject": {"reference": f"Patient/{patient_id}"},
        "period": period,
        "author": person(by),
    }


def decode_facts(flags: Iterable[Any], pending: frozenset[str] = frozenset()) -> tuple[GoingIn, ...]:
    """What stands, one of a kind, in the order of the kinds. Never raises; Flags about other things are passed over.

    `pending`: references of records that the plan does not have yet.
    """
    ours = [one for one in flags if isinstance(one, dict) and _kind(one) is not None]
    found: dict[GoingInKind, list[Any]] = {}
    for flag in heads(ours):
        kind = _kind(flag)
        if kind is not None and read.text(flag, "status") == "active":
            found.setdefault(kind, []).append(flag)
    made = [_make(kind, found[kind], pending) for kind in GoingInKind if kind in found]
    return tuple(one for one in made if one is not None)


def _make(kind: GoingInKind, flags: list[Any], pending: frozenset[str]) -> GoingIn | None:
    dated = [(at, one) for one in flags if (at := read.instant(one, "period", "start")) is not None]
    if not dated:
        return None
    noted_at, newest = max(dated, key=lambda pair: pair[0])
    references = tuple(reference_of(one) for one in flags)
    return GoingIn(
        kind=kind,
        words=_words(kind, read.concept_text(newest.get("code")) or ""),
        noted_at=noted_at,
        noted_by=read.text(newest, "author", "display") or "",
        records=references,
        pending=any(one in pending for one in references),
    )


def _words(kind: GoingInKind, shown: str) -> str:
    """What stands after the name of the kind."""
    head, _, rest = shown.partition(":")
    return rest.strip() if head.strip() == _DISPLAY[kind] else "" if shown == _DISPLAY[kind] else shown


def _kind(flag: Any) -> GoingInKind | None:
    found = (c for s, c in read.codes(read.find(flag, "code")) if s == BEFORE_YOU_GO_IN)
    return next((_KNOWN[code] for code in found if code in _KNOWN), None)
