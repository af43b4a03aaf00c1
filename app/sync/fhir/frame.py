"""What every record made from a signed visit has in common: id, identifier, person, visit, author, time, labels.

Records about a person are never changed: a new version is a new resource that names what it stands for in place of
(ADR 0017). `record` builds the common part; the encoder of each kind adds what is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from app.domain.visit import Entry, Visit
from app.sync.fhir import codes, read
from app.sync.fhir.write import part_id, person, time_text

Json = dict[str, Any]

_SUBJECT = {"Consent": "patient", "RelatedPerson": "patient", "Task": "for"}
_ENCOUNTER = {
    **dict.fromkeys(
        (
            "CarePlan",
            "Communication",
            "Condition",
            "Flag",
            "List",
            "Observation",
            "Procedure",
            "QuestionnaireResponse",
            "ServiceRequest",
            "Task",
        ),
        "encounter",
    ),
    "MedicationStatement": "context",
}
_WHO: dict[str, tuple[str, Callable[[Json], Any]]] = {
    "CarePlan": ("author", lambda who: who),
    "Communication": ("sender", lambda who: who),
    "Condition": ("recorder", lambda who: who),
    "DocumentReference": ("author", lambda who: [who]),
    "Flag": ("author", lambda who: who),
    "List": ("source", lambda who: who),
    "Observation": ("performer", lambda who: [who]),
    "Procedure": ("performer", lambda who: [{"actor": who}]),
    "QuestionnaireResponse": ("author", lambda who: who),
    "ServiceRequest": ("requester", lambda who: who),
    "Task": ("requester", lambda who: who),
}
_WHEN = {
    "CarePlan": "created",
    "Communication": "sent",
    "Condition": "recordedDate",
    "Consent": "dateTime",
    "DocumentReference": "date",
    "List": "date",
    "MedicationStatement": "dateAsserted",
    "Observation": "effectiveDateTime",
    "Procedure": "performedDateTime",
    "QuestionnaireResponse": "authored",
    "ServiceRequest": "authoredOn",
    "Task": "authoredOn",
}


def record(
    visit: Visit,
    kind: str,
    part: str,
    *,
    at: datetime | None = None,
    replaces: Iterable[str] = (),
    private: bool = False,
    **members: Any,
) -> Json:
    """One resource of this visit, its own `members` over the common ones; None leaves a common member out.

    `part` names it within the visit ("goal/<entry id>"), so that every try gives the same id. `at` is when it was
    recorded, the visit's end by default. `replaces` are references (`Goal/id`) to what it supersedes.
    """
    moment = at or visit.left_at
    own_id = part_id(visit.id, part)
    identifier: Json = {"system": codes.RECORD_IDENTIFIER, "value": own_id}
    built: Json = {"resourceType": kind, "id": own_id}
    extensions = _extensions(visit, kind, moment, replaces)
    if extensions:
        built["extension"] = extensions
    built["identifier"] = identifier if kind == "QuestionnaireResponse" else [identifier]
    built |= _common(visit, kind, moment)
    if kind == "CarePlan" and (superseded := _references(replaces)):
        built["replaces"] = superseded
    if kind == "Procedure" and "performedPeriod" in members:
        del built["performedDateTime"]
    if "extension" in members:
        members["extension"] = [*extensions, *members["extension"]]
    built |= members
    built = {name: value for name, value in built.items() if value is not None}
    return restricted(built) if private else built


def _extensions(visit: Visit, kind: str, at: datetime, replaces: Iterable[str]) -> list[Json]:
    found: list[Json] = []
    if kind not in _ENCOUNTER and kind not in ("DocumentReference", "Encounter"):
        found.append({"url": codes.ENCOUNTER, "valueReference": {"reference": f"Encounter/{visit.id}"}})
        found.append({"url": codes.RECORDED_AT, "valueDateTime": time_text(at)})
    if kind != "CarePlan":
        found += [{"url": codes.REPLACES, "valueReference": one} for one in _references(replaces)]
    return found


def _references(replaces: Iterable[str]) -> list[Json]:
    return [{"reference": one} for one in dict.fromkeys(replaces)]


def _common(visit: Visit, kind: str, at: datetime) -> Json:
    built: Json = {_SUBJECT.get(kind, "subject"): {"reference": f"Patient/{visit.patient_id}"}}
    encounter = {"reference": f"Encounter/{visit.id}"}
    if kind in _ENCOUNTER:
        built[_ENCOUNTER[kind]] = encounter
    elif kind == "DocumentReference":
        built["context"] = {"encounter": [encounter]}
    if kind in _WHEN:
        built[_WHEN[kind]] = time_text(at)
    elif kind == "Flag":
        built["period"] = {"start": time_text(at)}
    elif kind == "Goal":
        built["startDate"] = at.date().isoformat()
    if kind in _WHO:
        member, shape = _WHO[kind]
        built[member] = shape(person(visit.nurse))
    return built


def restricted(resource: Json) -> Json:
    """With the label of a private record: never in family access, shared views, on paper or in alert texts."""
    meta = dict(resource["meta"]) if isinstance(resource.get("meta"), dict) else {}
    meta["security"] = [*_others(meta, "security", codes.RESTRICTED), dict(codes.RESTRICTED)]
    meta["tag"] = [*_others(meta, "tag", codes.PRIVATE), dict(codes.PRIVATE)]
    rest = {name: value for name, value in resource.items() if name not in ("resourceType", "id", "meta")}
    return {"resourceType": resource["resourceType"], "id": resource["id"], "meta": meta} | rest


def _others(meta: Json, member: str, label: codes.Coding) -> list[Json]:
    return [one for one in read.items(meta, member) if one.get("code") != label["code"]]


def is_restricted(resource: Any) -> bool:
    """True when it carries any label that asks for more care than usual (restricted, very restricted, ours)."""
    labels = {
        (read.text(one, "system"), read.text(one, "code")) for one in read.items(resource, "meta", "security")
    }
    strict = {(codes.CONFIDENTIALITY, "R"), (codes.CONFIDENTIALITY, "V")}
    tagged = any(one.get("system") == codes.PRIVATE_TAG for one in read.items(resource, "meta", "tag"))
    return bool(labels & strict) or tagged


def about(entry: Entry) -> tuple[str, ...]:
    """The records that an entry is about or renews: several where one new record settles a disagreement."""
    return tuple((entry.about or "").split())


def visit_of(resource: Any) -> str | None:
    """The id of the visit in which this record was made."""
    held = [
        read.reference(resource, "encounter"),
        read.reference(resource, "context"),
        read.reference(read.extension(resource, codes.ENCOUNTER), "valueReference"),
        *(
            read.reference({"reference": e}, "reference")
            for e in read.items(resource, "context", "encounter")
        ),
    ]
    return next((one[1] for one in held if one is not None and one[0] == "Encounter"), None)


def recorded_at(resource: Any) -> datetime | None:
    """When it was recorded: our own time where we wrote it, else what its kind has, else the server's stamp."""
    said = read.instant(read.extension(resource, codes.RECORDED_AT), "valueDateTime")
    member = _WHEN.get(read.text(resource, "resourceType") or "")
    return (
        said
        or (read.instant(resource, member) if member is not None else None)
        or read.instant(resource, "period", "start")
        or read.instant(resource, "performedPeriod", "start")
        or read.instant(resource, "meta", "lastUpdated")
    )
