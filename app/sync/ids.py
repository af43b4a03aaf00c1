"""Our ids ↔ the ids of a server that makes its own. Pure: records and Bundles in, records and Bundles out.

Above the transport every record of ours has the id that it was given on the device, so a write, its receipt, a
visit's manifest and a second device all speak of one id. Such a server stores the record under another id; what it
stores carries our id as a tag (`LOCAL_ID`), and our identifier where the record has one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from app.sync.fhir import codes, read

Key = tuple[str, str]
Json = dict[str, Any]

OURS = frozenset(
    {
        "AuditEvent",
        "CarePlan",
        "Communication",
        "Condition",
        "Consent",
        "DocumentReference",
        "Encounter",
        "Flag",
        "Goal",
        "List",
        "MedicationStatement",
        "Observation",
        "Procedure",
        "Provenance",
        "QuestionnaireResponse",
        "RelatedPerson",
        "ServiceRequest",
        "Task",
    }
)
"""Types of which devices create records. Only ids of these are ever looked up."""
OWN_SYSTEMS = (codes.RECORD_IDENTIFIER, codes.VISIT_IDENTIFIER)
NEVER_SEARCHED = frozenset({"Binary"})
"""Servers do not search these: after a lost answer a second copy may be made, and one of them is named."""
WITHOUT_IDENTIFIER = frozenset({"AuditEvent", "Provenance"})
"""Types that have no `identifier` in R4: they are found by their tag."""

_REFERENCE = re.compile(r"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})((?:/_history/.+)?)")
_BINARY = re.compile(r"(Binary)/([A-Za-z0-9\-.]{1,64})()")


@dataclass(frozen=True, slots=True)
class IdMap:
    """`servers`: our key → the server's id. `locals`: the server's key → our id. Absent: the id is the same."""

    servers: Mapping[Key, str] = field(default_factory=dict)
    locals: Mapping[Key, str] = field(default_factory=dict)


def id_tag(local_id: str) -> Json:
    return {"system": codes.LOCAL_ID, "code": local_id}


def tagged_id(resource: Any) -> str | None:
    """The device's id of a record that was stored under an id of the server's."""
    tags = (tag for tag in read.items(resource, "meta", "tag") if tag.get("system") == codes.LOCAL_ID)
    return next((code for tag in tags if (code := read.text(tag, "code"))), None)


def identified_id(resource: Any) -> str | None:
    """Our id as our identifier says it: for records whose tag somebody else's edit dropped."""
    found = read.find(resource, "identifier")
    listed = [found] if isinstance(found, dict) else list(read.items(resource, "identifier"))
    values = (read.text(one, "value") for one in listed if one.get("system") in OWN_SYSTEMS)
    return next((value for value in values if value), None)


def own_id(resource: Any) -> str | None:
    return tagged_id(resource) or identified_id(resource)


def key_of(resource: Any) -> Key | None:
    kind, record_id = read.text(resource, "resourceType"), read.record_id(resource)
    return (kind, record_id) if kind is not None and record_id is not None else None


def full_url(key: Key) -> str:
    """How the other entries of its transaction point to a record that has no id on the server yet."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:hearthside:{key[0]}/{key[1]}')}"


def search_values(kind: str, ids: Collection[str]) -> tuple[str, str]:
    """(parameter, its value) that finds any of these records of ours on a server that made their ids."""
    if kind in WITHOUT_IDENTIFIER:
        return "_tag", ",".join(f"{codes.LOCAL_ID}|{one}" for one in ids)
    return "identifier", ",".join(f"{system}|{one}" for one in ids for system in systems_of(kind))


def systems_of(kind: str) -> tuple[str, ...]:
    return OWN_SYSTEMS if kind == "Encounter" else (codes.RECORD_IDENTIFIER,)


def condition(resource: Json) -> str | None:
    """If-None-Exist for the creation of this record: its identifier of ours, else its tag."""
    local_id = str(resource["id"])
    if resource["resourceType"] in NEVER_SEARCHED:
        return None
    found = read.find(resource, "identifier")
    listed = [found] if isinstance(found, dict) else list(read.items(resource, "identifier"))
    for one in listed:
        if one.get("value") == local_id and one.get("system") in systems_of(str(resource["resourceType"])):
            return f"identifier={one['system']}|{local_id}"
    return f"_tag={codes.LOCAL_ID}|{local_id}"


def references(value: Any) -> Iterator[Key]:
    """Every (type, id) that literal references anywhere in this point to, as they stand."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            match = _pointer(name, one)
            if match is not None:
                yield match[1], match[2]
            else:
                yield from references(one)


def _pointer(name: str, value: Any) -> re.Match[str] | None:
    if not isinstance(value, str):
        return None
    if name == "reference":
        return _REFERENCE.fullmatch(value)
    # An attachment points to its bytes by `url`; extensions and canonicals never have this form.
    return _BINARY.fullmatch(value) if name == "url" else None


def _rewritten(value: Any, names: Mapping[Key, str], fresh: Collection[Key] = ()) -> Any:
    """With every literal reference renamed; those to `fresh` records as their entry's fullUrl."""
    if isinstance(value, list):
        return [_rewritten(one, names, fresh) for one in value]
    if not isinstance(value, dict):
        return value
    built: Json = {}
    for name, one in value.items():
        match = _pointer(name, one)
        if match is None:
            built[name] = _rewritten(one, names, fresh)
            continue
        key = (match[1], match[2])
        if key in fresh and not match[3]:
            built[name] = full_url(key)
        else:
            built[name] = f"{match[1]}/{names.get(key, match[2])}{match[3]}"
    return built


def _with_tag(resource: Json, local_id: str) -> Json:
    meta = dict(resource["meta"]) if isinstance(resource.get("meta"), dict) else {}
    kept = [tag for tag in read.items(meta, "tag") if tag.get("system") != codes.LOCAL_ID]
    meta["tag"] = [*kept, id_tag(local_id)]
    return resource | {"meta": meta}


def _without_tag(resource: Json) -> Json:
    meta = dict(resource["meta"])
    kept = [tag for tag in read.items(meta, "tag") if tag.get("system") != codes.LOCAL_ID]
    if kept:
        meta["tag"] = kept
    else:
        meta.pop("tag", None)
    rest = {name: value for name, value in resource.items() if name != "meta"}
    if not meta:
        return rest
    return {name: meta if name == "meta" else value for name, value in resource.items()}


def to_server(resource: Json, ids: IdMap, fresh: Collection[Key] = ()) -> Json:
    """A record as such a server should get it: its ids, and our id as a tag. A fresh one goes without an id."""
    key = key_of(resource)
    built: Json = _rewritten(resource, ids.servers, fresh)
    if key is None or (key not in fresh and key not in ids.servers):
        return built
    built = _with_tag(built, key[1])
    if key in fresh:
        del built["id"]
    else:
        built["id"] = ids.servers[key]
    return built


def to_local(resource: Json, ids: IdMap) -> Json:
    """A record as such a server gave it, as the rest of the app knows it."""
    key = key_of(resource)
    built: Json = _rewritten(resource, ids.locals)
    if tagged_id(built) is not None:
        built = _without_tag(built)
    if key is not None and key in ids.locals:
        built["id"] = ids.locals[key]
    return built


def local_address(address: str, ids: IdMap) -> str:
    """`…/Type/id` with or without `/_history/version`, as in a location or a fullUrl, with our id."""
    parts = address.split("/")
    at = parts.index("_history") - 2 if "_history" in parts else len(parts) - 2
    if at < 0 or (parts[at], parts[at + 1]) not in ids.locals:
        return address
    parts[at + 1] = ids.locals[parts[at], parts[at + 1]]
    return "/".join(parts)
