"""Writes to the double: create, update, conditional create, delete; transactions that hold and ones that do not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from tests.faults.double import wire
from tests.faults.double.finding import Searcher
from tests.faults.double.quirks import Quirks
from tests.faults.double.shelves import Key, Row, Shelves, is_uuid, refuse_missing
from tests.faults.double.wire import Json, Refusal

ORDER = ("DELETE", "POST", "PUT", "GET")
_ETAG = re.compile(r'^(?:W/)?"?([^"]*)"?$')
Check = Callable[[str, str, str], None]
"""(where, type, id): raises Refusal when that record is in trouble."""


class Writer:
    """One request's writes. `check` raises what a `Trouble` says of a record."""

    def __init__(
        self, shelves: Shelves, quirks: Quirks, count: Callable[[str, bool], None], check: Check
    ) -> None:
        self._shelves = shelves
        self._quirks = quirks
        self._count = count
        self._check = check
        self._searcher = Searcher(shelves, quirks, count)
        self.was_late = False
        """True once something of this request is stamped but not seen yet."""

    def put(
        self, key: Key, resource: Json, *, if_match: str | None = None, if_none_match: str | None = None
    ) -> tuple[Row, int]:
        """(row, status). Raises Refusal."""
        self._check("write", *key)
        if (resource.get("resourceType"), resource.get("id")) != key:
            raise Refusal(400, "the id in the body is another one", "invalid")
        self._shelves.wait_for_late(key)
        here = self._shelves.find(key)
        there = here is not None and here.resource is not None
        self._refuse_condition(here, there, if_match, if_none_match)
        if here is None:
            self._refuse_new_id(key)
        row, made = self._shelves.put(resource, self._quirks, late=self._late(key))
        return row, 200 if there or not made else 201

    def create(
        self, kind: str, resource: Json, if_none_exist: str | None = None, new_id: str | None = None
    ) -> tuple[Row, int]:
        """`new_id`: what the server already promised it for references inside one bundle."""
        self._check("write", kind, "")
        if resource.get("resourceType") != kind:
            raise Refusal(400, "another type", "invalid")
        found = self._find_same(kind, if_none_exist)
        if found is not None:
            return found, 200
        made = {**resource, "id": new_id or self._shelves.make_id(kind)}
        row, _ = self._shelves.put(made, self._quirks, late=self._late((kind, made["id"])))
        return row, 201

    def _find_same(self, kind: str, if_none_exist: str | None) -> Row | None:
        if not if_none_exist:
            return None
        found = self._searcher.search(kind, if_none_exist, strict=True).rows
        if len(found) > 1:
            raise Refusal(412, "several match", "multiple-matches")
        return found[0] if found else None

    def delete(self, key: Key) -> None:
        self._check("write", *key)
        self._shelves.delete(key, self._quirks)

    def _late(self, key: Key) -> float:
        on = self._quirks.late_commit_on
        late = self._quirks.late_commit if on in ("*", key[0], "/".join(key)) else 0.0
        self.was_late = self.was_late or late > 0
        return late

    def _refuse_condition(
        self, here: Row | None, there: bool, if_match: str | None, if_none_match: str | None
    ) -> None:
        if if_none_match == "*":
            if self._quirks.ignores_if_none_match:
                self._count("ignores_if_none_match", there)
            elif there:
                raise Refusal(412, "there is one already", "conflict")
        if if_match:
            match = _ETAG.match(if_match.strip())
            stale = here is None or match is None or match[1] != here.version_id
            if self._quirks.ignores_if_match:
                self._count("ignores_if_match", stale and here is not None)
            elif stale:
                raise Refusal(412, "another version", "conflict")

    def _refuse_new_id(self, key: Key) -> None:
        status = self._quirks.put_new_id
        if status == 201:
            return
        self._count("put_new_id", True)
        if status == 400 and not is_uuid(key[1]):
            raise Refusal(400, "Invalid UUID", "invalid")
        raise Refusal(404 if status == 400 else status, "not known", "not-found")

    # bundles

    def bundle(self, bundle: Json, read: Callable[[str, Json], Json]) -> Json:
        """The answer to a transaction or batch. `read(url, headers)` answers GET entries. Raises Refusal."""
        kind, entries = bundle.get("type"), bundle.get("entry", [])
        if kind not in ("transaction", "batch"):
            raise Refusal(400, "neither batch nor transaction", "invalid")
        holds = kind == "transaction" and not self._quirks.transaction_is_batch
        if kind == "transaction":
            self._refuse_many(entries)
        for entry in entries:
            written, _, record_id = str(entry["request"]["url"]).partition("/")
            self._shelves.wait_for_late((written, record_id))
        before = self._shelves.snapshot()
        names = self._names(entries)
        answers: list[Json] = [{}] * len(entries)
        refused = 0
        places = sorted(range(len(entries)), key=lambda i: ORDER.index(entries[i]["request"]["method"]))
        for place in places if kind == "transaction" else range(len(entries)):
            try:
                answers[place] = self._entry(entries[place], names, read)
            except Refusal as refusal:
                if holds:
                    self._shelves.restore(before)
                    raise
                refused += 1
                answers[place] = self.refused_entry(refusal)
        if kind == "transaction" and not holds:
            self._count("transaction_is_batch", refused > 0)
        said = "batch-response" if kind == "batch" else "transaction-response"
        return {"resourceType": "Bundle", "type": said, "entry": answers}

    def _names(self, entries: list[Any]) -> dict[str, str]:
        """fullUrl → `Type/id`, for references between entries; records without an id get theirs promised here."""
        found = {}
        for entry in entries:
            url, request = entry.get("fullUrl"), entry["request"]
            if not url:
                continue
            if request["method"] == "PUT":
                found[url] = request["url"]
            elif request["method"] == "POST":
                kind = request["url"]
                same = self._find_same(kind, request.get("ifNoneExist"))
                found[url] = f"{kind}/{same.id if same is not None else self._shelves.make_id(kind)}"
        return found

    def _refuse_many(self, entries: list[Any]) -> None:
        limit, conditional = self._quirks.entry_limit, self._quirks.conditional_entry_limit
        if limit is not None:
            self._count("entry_limit", len(entries) > limit)
            if len(entries) > limit:
                raise Refusal(400, "Transaction contains more update operations than allowed", "invalid")
        guards = ("ifNoneExist", "ifNoneMatch", "ifMatch")
        if conditional is not None and any(e["request"].get(g) for e in entries for g in guards):
            self._count("conditional_entry_limit", len(entries) > conditional)
            if len(entries) > conditional:
                raise Refusal(
                    400, "Transaction requires strict isolation but has too many entries", "invalid"
                )

    def _entry(self, entry: Json, names: dict[str, str], read: Callable[[str, Json], Json]) -> Json:
        request = entry["request"]
        method, url = request["method"], str(request["url"])
        if method == "GET":
            return read(url, request)
        kind, _, record_id = url.partition("?")[0].partition("/")
        if method == "DELETE":
            self.delete((kind, unquote(record_id)))
            return {"response": {"status": "204 No Content"}}
        resource = _renamed(entry["resource"], names)
        if method == "PUT":
            row, status = self.put(
                (kind, unquote(record_id)),
                resource,
                if_match=request.get("ifMatch"),
                if_none_match=request.get("ifNoneMatch"),
            )
        else:
            promised = names.get(str(entry.get("fullUrl")), "").partition("/")[2] or None
            row, status = self.create(kind, resource, request.get("ifNoneExist"), promised)
        return self.taken_entry(row, status)

    def taken_entry(self, row: Row, status: int) -> Json:
        response: Json = {"status": f"{status} {'Created' if status == 201 else 'OK'}"}
        response["location"] = f"{row.type}/{row.id}"
        if self._quirks.no_etag:
            self._count("no_etag", True)
        else:
            response["location"] += f"/_history/{row.version_id}"
            response |= {"etag": f'W/"{row.version_id}"', "lastModified": row.last_updated}
        if self._quirks.minimal_answers:
            self._count("minimal_answers", True)
            return {"response": response}
        return {"resource": row.resource, "response": response}

    def refused_entry(self, refusal: Refusal) -> Json:
        said = wire.outcome(refusal.words, refusal.code, in_details=self._quirks.error_in_details)
        return {"response": {"status": f"{refusal.status} Refused", "outcome": said}}

    def read(self, key: Key) -> Row:
        self._check("read", *key)
        return refuse_missing(self._shelves.find(key))


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            k: names.get(v, v) if k == "reference" and isinstance(v, str) else _renamed(v, names)
            for k, v in value.items()
        }
    return [_renamed(member, names) for member in value] if isinstance(value, list) else value
