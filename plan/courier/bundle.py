"""The transaction in a sealed write: what it must look like, and what of it has not arrived yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from plan.fhir.extract import walk
from plan.fhir.json_text import loads
from plan.fhir.tables import resource

WRITE_TAG = "urn:hearthside:write"
PROVENANCE = "Provenance"


class BadBundle(Exception):
    """It is signed, but no write of a kind that may be applied without its author."""


@dataclass(frozen=True)
class Parcel:
    """The entries of one write, the one with its Provenance last."""

    write_id: str
    entries: tuple[dict[str, Any], ...]


def read_parcel(write_id: str, bundle: dict[str, Any]) -> Parcel:
    """Raises BadBundle unless each entry can be applied once only: a PUT with a condition and this write's tag, the
    Provenance with the write's id last.
    """
    entries = bundle.get("entry")
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        raise BadBundle("It is no transaction.")
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise BadBundle("It has no entries.")
    for entry in entries:
        _check(write_id, entry)
    last = entries[-1]
    if _key(last) != (PROVENANCE, write_id) or _request(last).get("ifNoneMatch") != "*":
        raise BadBundle("Its Provenance does not come last, or has another id.")
    return Parcel(write_id, tuple(entries))


def find_rest(connection: Connection, parcel: Parcel, author_id: str) -> list[dict[str, Any]]:
    """Entries of which no version with this write's tag is here. A tablet that sent a part of it may have died."""
    whole = _has_come(connection, parcel.write_id, parcel.entries[-1], author_id)
    return [
        entry
        for entry in parcel.entries
        if not _has_come(connection, parcel.write_id, entry, author_id, told=whole)
    ]


def _has_come(
    connection: Connection, write_id: str, entry: dict[str, Any], author_id: str, *, told: bool = True
) -> bool:
    """`told`: its author's Provenance is here. Without that a tag alone is nobody's word: who shares a record can put
    one into a version of her own, and an edit counts as here only where its very words are.
    """
    kind, record_id = _key(entry)
    rows = connection.execute(
        select(resource.c.body, resource.c.author_id)
        .where(resource.c.type == kind, resource.c.id == record_id)
        .order_by(resource.c.last_updated)
    ).all()
    if not rows:
        return False
    creates = _request(entry).get("ifMatch") is None
    if creates and any(row.author_id != author_id for row in rows):
        return False
    bodies = (loads(row.body) for row in rows if row.body and write_id in row.body)
    tagged = [body for body in bodies if write_id in _tags(body)]
    if told or creates:
        return bool(tagged)
    return any(_words(body) == _words(entry["resource"]) for body in tagged)


def _words(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "meta"}


def _check(write_id: str, entry: dict[str, Any]) -> None:
    request, content = _request(entry), entry.get("resource")
    conditions = [request.get(name) for name in ("ifMatch", "ifNoneMatch")]
    if request.get("method") != "PUT" or sum(isinstance(one, str) for one in conditions) != 1:
        raise BadBundle("An entry could be applied twice.")
    if request.get("ifMatch") is None and request.get("ifNoneMatch") != "*":
        raise BadBundle("An entry could be applied twice.")
    kind, record_id = _key(entry)
    if not isinstance(content, dict) or request.get("url") != f"{kind}/{record_id}":
        raise BadBundle("An entry is not at its own address.")
    if write_id not in _tags(content):
        raise BadBundle("An entry does not carry the write's tag.")


def _request(entry: dict[str, Any]) -> dict[str, Any]:
    request = entry.get("request")
    return request if isinstance(request, dict) else {}


def _key(entry: dict[str, Any]) -> tuple[str, str]:
    content = entry.get("resource")
    found = content if isinstance(content, dict) else {}
    return str(found.get("resourceType")), str(found.get("id"))


def _tags(content: Any) -> list[str]:
    """Ids of the writes that made this version."""
    found = []
    for tag in walk(content, "meta.tag") if isinstance(content, dict) else ():
        if isinstance(tag, dict) and tag.get("system") == WRITE_TAG:
            found.append(str(tag.get("code")))
    return found
