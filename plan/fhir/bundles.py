"""Transactions (all or nothing) and batches (each entry for itself)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote

from sqlalchemy import Connection

from plan.database import ReadTooLong, read_transaction, write_transaction
from plan.fhir.answers import Answer, refused
from plan.fhir.context import Caller, Preferences
from plan.fhir.draining import check_writes
from plan.fhir.json_text import dumps
from plan.fhir.outcomes import Refusal
from plan.fhir.reads import history, read, search, vread
from plan.fhir.resolve import resolve_urns
from plan.fhir.rights import find_type
from plan.fhir.rows import RowWriter
from plan.fhir.search import with_entries
from plan.fhir.stamps import Stamper
from plan.fhir.writes import Write, Writer, check_content

_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2}
Entry = dict[str, Any]


def run_writes(caller: Caller, writes: Sequence[Write]) -> list[Answer]:
    """Apply writes in one transaction. Content must be checked. Raises Refusal; then nothing was stored."""
    caller = check_writes(caller, writes)
    pending = {write.reference: write for write in writes}
    if len(pending) < len(writes):
        raise Refusal(400, "Two entries of this Bundle write the same resource.")
    searches = [(write.kind.name, write.if_none_exist) for write in writes if write.if_none_exist]
    if len(set(searches)) < len(searches):
        raise Refusal(400, "Two entries of this Bundle have the same If-None-Exist.")
    # Provenance last: its patient and its rights follow from what it is about.
    order = sorted(
        range(len(writes)), key=lambda at: (_ORDER[writes[at].method], writes[at].kind.name == "Provenance")
    )
    answers: dict[int, Answer] = {}
    seconds = caller.server.settings.write_seconds
    with write_transaction(caller.server.engine, seconds=seconds) as connection:
        rows = RowWriter(connection, Stamper(connection, caller.server.clock))
        writer = Writer(connection, caller, rows, pending)
        _point_at_existing(writer, writes)
        for at in order:
            write = writes[at]
            try:
                answers[at] = writer.apply(write)
            except Refusal as refusal:
                raise (refusal if write.index is None else refusal.at_entry(write.index)) from None
        rows.flush()
    return [answers[at] for at in range(len(writes))]


def _point_at_existing(writer: Writer, writes: Sequence[Write]) -> None:
    """Let references to an entry whose If-None-Exist finds something point at what was found."""
    names: dict[str, str] = {}
    for write in writes:
        found = writer.find_existing(write) if write.method == "POST" else None
        if found is not None:
            names[f"{write.kind.name}/{write.id}"] = f"{write.kind.name}/{found.id}"
    for write in writes if names else ():
        write.content = resolve_urns(write.content, names)


def run_bundle(caller: Caller, bundle: Any, preferences: Preferences) -> Answer:
    """Answer a Bundle posted to the base."""
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise Refusal(400, "A Bundle was expected here.")
    kind, entries = bundle.get("type"), bundle.get("entry", [])
    if kind not in ("transaction", "batch"):
        raise Refusal(400, "The Bundle's type must be transaction or batch.")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Refusal(400, "The Bundle's entries must be a list of objects.")
    most = caller.server.settings.max_entries
    if len(entries) > most:
        raise Refusal(413, f"At most {most} entries are taken at once.")
    answers = _transaction(caller, entries) if kind == "transaction" else _batch(caller, entries)
    texts = [
        _entry_text(caller, entry, answer, preferences)
        for entry, answer in zip(entries, answers, strict=True)
    ]
    return Answer(200, with_entries({"resourceType": "Bundle", "type": f"{kind}-response"}, texts))


def _entry_text(caller: Caller, entry: Entry, answer: Answer, preferences: Preferences) -> str:
    wanted = preferences.returns == "representation" or _method(entry) == "GET"
    return answer.entry(caller.server.base, with_resource=wanted and answer.status < 400)


def _transaction(caller: Caller, entries: list[Entry]) -> list[Answer]:
    writes: dict[int, Write] = {}
    reads: list[int] = []
    names: dict[str, str] = {}
    for index, entry in enumerate(entries):
        try:
            if _method(entry) == "GET":
                reads.append(index)
                continue
            write = writes[index] = _read_write(caller, entry, index)
            if write.full_url and write.method != "DELETE":
                if not write.id:
                    write.id = str(uuid.uuid4())
                names[write.full_url] = f"{write.kind.name}/{write.id}"
        except Refusal as refusal:
            raise refusal.at_entry(index) from None
    for index, write in writes.items():
        try:
            text = dumps(write.content)
            resolved = resolve_urns(write.content, names, complete=True, text=text)
            text, write.content = text if resolved is write.content else "", resolved
            check_content(write, caller.server.settings.max_file_bytes, text)
        except Refusal as refusal:
            raise refusal.at_entry(index) from None
    answers = dict(zip(writes, run_writes(caller, list(writes.values())), strict=True)) if writes else {}
    _answer_reads(caller, entries, reads, answers)
    return [answers[index] for index in range(len(entries))]


def _batch(caller: Caller, entries: list[Entry]) -> list[Answer]:
    answers: dict[int, Answer] = {}
    for index, entry in enumerate(entries):
        try:
            if _method(entry) != "GET":
                write = _read_write(caller, entry, None)
                check_content(write, caller.server.settings.max_file_bytes)
                answers[index] = run_writes(caller, [write])[0]
        except Refusal as refusal:
            answers[index] = refused(refusal)
    _answer_reads(caller, entries, [index for index in range(len(entries)) if index not in answers], answers)
    return [answers[index] for index in range(len(entries))]


def _answer_reads(caller: Caller, entries: list[Entry], reads: list[int], answers: dict[int, Answer]) -> None:
    if not reads:
        return
    seconds = caller.server.settings.read_seconds
    ends = time.monotonic() + seconds
    # One transaction for all: searches of several types then show the same moment.
    with read_transaction(caller.server.engine, seconds=seconds) as connection:
        for index in reads:
            if time.monotonic() > ends:
                raise ReadTooLong
            try:
                answers[index] = run_get(connection, caller, _url(caller, entries[index]))
            except Refusal as refusal:
                answers[index] = refused(refusal)


def run_get(connection: Connection, caller: Caller, url: str) -> Answer:
    """Answer a read, vread, history or search given as a relative URL."""
    path, _, query = url.partition("?")
    parts = [unquote(part) for part in path.strip("/").split("/")]
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise Refusal(400, "The entry's url has too many parameters.", code="too-costly") from error
    match parts:
        case [kind] | [kind, "_search"]:
            return search(connection, caller, kind, pairs)
        case [kind, "_history"]:
            return history(connection, caller, kind, None, pairs)
        case [kind, resource_id]:
            return read(connection, caller, kind, resource_id)
        case [kind, resource_id, "_history"]:
            return history(connection, caller, kind, resource_id, pairs)
        case [kind, resource_id, "_history", version]:
            return vread(connection, caller, kind, resource_id, version)
    raise Refusal(404, "There is no such address.")


def _request(entry: Entry) -> dict[str, Any]:
    request = entry.get("request")
    if not isinstance(request, dict):
        raise Refusal(400, "The entry has no request.")
    return request


def _method(entry: Entry) -> str:
    method, url = _request(entry).get("method"), _request(entry).get("url")
    if method == "POST" and isinstance(url, str) and "/_search" in url:
        return "GET"
    return method if isinstance(method, str) else ""


def _url(caller: Caller, entry: Entry) -> str:
    url = _request(entry).get("url")
    if not isinstance(url, str):
        raise Refusal(400, "The entry's request has no url.")
    return url.removeprefix(caller.server.base).lstrip("/")


def _read_write(caller: Caller, entry: Entry, index: int | None) -> Write:
    request, method = _request(entry), _method(entry)
    if method not in _ORDER:
        raise Refusal(400, "The entry's method must be GET, POST, PUT or DELETE.", code="not-supported")
    path, query, _ = _url(caller, entry).partition("?")
    parts = path.strip("/").split("/")
    if query or len(parts) != (1 if method == "POST" else 2):
        raise Refusal(400, "The entry's url does not fit its method.")
    content = entry.get("resource", {})
    if not isinstance(content, dict):
        raise Refusal(400, "The entry's resource must be an object.")
    conditions = {name: request.get(name) for name in ("ifMatch", "ifNoneMatch", "ifNoneExist")}
    if any(value is not None and not isinstance(value, str) for value in conditions.values()):
        raise Refusal(400, "The entry's conditions must be texts.")
    full_url = entry.get("fullUrl")
    return Write(
        method,
        find_type(parts[0]),
        parts[1] if len(parts) == 2 else "",
        content,
        if_match=conditions["ifMatch"],
        if_none_match=conditions["ifNoneMatch"],
        if_none_exist=conditions["ifNoneExist"],
        full_url=full_url if isinstance(full_url, str) else None,
        index=index,
    )
