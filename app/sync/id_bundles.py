"""Transactions, batches and answers in the ids of a server that makes its own, and back. Pure; see `app.sync.ids`.

A creation with an id of ours (PUT, If-None-Match) becomes a POST with `ifNoneExist`. What that finds in its place is
told as 412, so that the rest of the app asks whose it is, as it does everywhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from app.sync.fhir import read
from app.sync.ids import (
    OURS,
    IdMap,
    Json,
    Key,
    condition,
    full_url,
    key_of,
    local_address,
    references,
    to_local,
    to_server,
)

EXISTS = "412"
_OUTCOME: Json = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "duplicate", "diagnostics": "It is there already."}],
}
_ENCOUNTER_PARAMETERS = ("encounter", "context")


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction as it leaves. `keys`: ours, of all entries in order; `left_out`: those that are there already."""

    bundle: Json
    keys: tuple[Key | None, ...]
    created: frozenset[Key]
    left_out: frozenset[Key]


def creations(bundle: Any) -> tuple[Key, ...]:
    """Keys that this transaction creates with ids of ours."""
    found = []
    for entry in read.items(bundle, "entry"):
        request, key = entry.get("request"), key_of(entry.get("resource"))
        if key is None or read.text(request, "method") != "PUT" or read.text(request, "ifMatch") is not None:
            continue
        if read.text(request, "ifNoneMatch") is not None:
            found.append(key)
    return tuple(found)


def transaction_out(bundle: Json, ids: IdMap, made: Collection[Key], present: Collection[Key] = ()) -> Sent:
    """`made`: what is to be created under ids of the server's.

    `present`: those of them that are surely there already; they stay behind and are answered here.
    """
    fresh = frozenset(made)
    left_out = frozenset(present) & fresh
    entries: list[Json] = []
    keys: list[Key | None] = []
    for entry in read.items(bundle, "entry"):
        resource = entry.get("resource")
        key = key_of(resource)
        keys.append(key)
        if key is None or not isinstance(resource, dict):
            entries.append(entry)
        elif key in left_out:
            continue
        elif key in fresh:
            request = {"method": "POST", "url": key[0]}
            if (guard := condition(resource)) is not None:
                request["ifNoneExist"] = guard
            body = to_server(resource, ids, fresh - left_out)
            entries.append({"fullUrl": full_url(key), "resource": body, "request": request})
        else:
            entries.append(_edit(entry, resource, key, ids, fresh - left_out))
    return Sent(bundle | {"entry": entries}, tuple(keys), fresh, left_out)


def _edit(entry: Json, resource: Json, key: Key, ids: IdMap, fresh: Collection[Key]) -> Json:
    request = dict(entry["request"]) if isinstance(entry.get("request"), dict) else {}
    request["url"] = f"{key[0]}/{ids.servers.get(key, key[1])}"
    built = entry | {"resource": to_server(resource, ids, fresh), "request": request}
    if key in ids.servers:
        # An urn would stand for something new.
        built.pop("fullUrl", None)
    return built


def learned_from(sent: Sent, answer: Any) -> dict[Key, str]:
    """Our key → the server's id, as the answer to a transaction says it."""
    found: dict[Key, str] = {}
    for key, entry in zip(_asked(sent), read.items(answer, "entry"), strict=False):
        if key is None or key not in sent.created or not _status(entry).startswith("2"):
            continue
        place = read.reference({"reference": read.text(entry, "response", "location")})
        stored = key_of(entry.get("resource"))
        server = next((one[1] for one in (place, stored) if one is not None and one[0] == key[0]), None)
        if server is not None:
            found[key] = server
    return found


def _asked(sent: Sent) -> list[Key | None]:
    return [key for key in sent.keys if key is None or key not in sent.left_out]


def transaction_back(sent: Sent, answer: Json, ids: IdMap) -> Json:
    """The server's answer as an answer to the transaction that the app wrote. Another shape is left as it is."""
    entries = list(read.items(answer, "entry"))
    asked = _asked(sent)
    if len(entries) != len(asked):
        return answer
    given = iter(entries)
    found: list[Json] = []
    for key in sent.keys:
        if key is not None and key in sent.left_out:
            found.append({"response": {"status": EXISTS, "outcome": _OUTCOME}})
            continue
        entry = entry_back(next(given), ids)
        if key is not None and key in sent.created and _status(entry) == "200":
            # Found by ifNoneExist, not created: its present version may be somebody's later edit.
            entry = {"response": {"status": EXISTS, "outcome": _OUTCOME}}
        found.append(entry)
    return answer | {"entry": found}


def _status(entry: Any) -> str:
    return (read.text(entry, "response", "status") or "")[:3]


def entry_back(entry: Json, ids: IdMap) -> Json:
    """One entry of any Bundle from the server: its record, its addresses, and what lies inside."""
    built = dict(entry)
    if isinstance(entry.get("resource"), dict):
        built["resource"] = resource_back(entry["resource"], ids)
    for member, name in (("response", "location"), ("request", "url")):
        held = entry.get(member)
        if isinstance(held, dict) and isinstance(held.get(name), str):
            built[member] = held | {name: local_address(held[name], ids)}
    if isinstance(entry.get("fullUrl"), str):
        built["fullUrl"] = local_address(entry["fullUrl"], ids)
    return built


def resource_back(resource: Json, ids: IdMap) -> Json:
    """A record, or a Bundle with all that it holds, in our ids."""
    if resource.get("resourceType") != "Bundle":
        return to_local(resource, ids)
    if not isinstance(resource.get("entry"), list):
        return resource
    return resource | {"entry": [entry_back(entry, ids) for entry in read.items(resource, "entry")]}


def records_in(resource: Any) -> Iterator[Json]:
    """Every record in an answer: itself, or all in a Bundle and in the Bundles that lie in it."""
    if read.text(resource, "resourceType") != "Bundle":
        if isinstance(resource, dict):
            yield resource
        return
    for entry in read.items(resource, "entry"):
        yield from records_in(entry.get("resource"))


def address_keys(url: str) -> tuple[Key, ...]:
    """Which of our records an address below the base names: `Type/id…`, or ids in a search's parameters."""
    path, _, query = url.partition("?")
    parts = path.split("/")
    named = [(parts[0], parts[1])] if len(parts) > 1 and not parts[1].startswith("_") else []
    for name, value in parse_qsl(query, keep_blank_values=True):
        named += [key for one in value.split(",") if (key := _named(parts[0], name, one)) is not None]
    return tuple(key for key in named if key[0] in OURS or key[0] == "Binary")


def _named(kind: str, parameter: str, value: str) -> Key | None:
    if parameter == "_id":
        return kind, value
    if parameter in _ENCOUNTER_PARAMETERS and "/" not in value:
        return "Encounter", value
    return read.reference({"reference": value}) if value.count("/") == 1 else None


def address_out(url: str, ids: IdMap) -> str:
    """The same address in the server's ids."""
    path, mark, query = url.partition("?")
    parts = path.split("/")
    if len(parts) > 1:
        parts[1] = ids.servers.get((parts[0], parts[1]), parts[1])
    path = "/".join(parts)
    if not mark:
        return path
    return f"{path}?{urlencode(parameters_out(parts[0], parse_qsl(query, keep_blank_values=True), ids))}"


def parameters_out(kind: str, pairs: Sequence[tuple[str, str]], ids: IdMap) -> list[tuple[str, str]]:
    found = []
    for name, value in pairs:
        renamed = []
        for one in value.split(","):
            key = _named(kind, name, one)
            server = ids.servers.get(key) if key is not None else None
            renamed.append(one if key is None or server is None else one.removesuffix(key[1]) + server)
        found.append((name, ",".join(renamed)))
    return found


def path_out(path: str, ids: IdMap) -> str:
    """Only the id in the path: what stands behind `?` in a server's own link is the server's."""
    head, mark, query = path.partition("?")
    return address_out(head, ids) + mark + query


def keys_in(resource: Any) -> Iterator[Key]:
    """The record's own key, and all that it points to."""
    key = key_of(resource)
    if key is not None:
        yield key
    yield from references(resource)


def statuses_in(bundle: Any) -> list[str]:
    """Three digits of each entry's own status."""
    return [_status(entry) for entry in read.items(bundle, "entry")]
