"""One request to the double and its answer."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import httpx

from tests.faults.double import wire
from tests.faults.double.finding import Searcher
from tests.faults.double.metadata import statement
from tests.faults.double.quirks import Trouble
from tests.faults.double.shelves import Key, refuse_missing
from tests.faults.double.wire import Json, Refusal
from tests.faults.double.writing import Writer

if TYPE_CHECKING:
    from tests.faults.double.server import FhirDouble

FHIR = "application/fhir+json; charset=utf-8"
PORTAL = b"<!doctype html><html><body>Welcome to Guest WiFi</body></html>"


@dataclass(slots=True)
class Request:
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Reply:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Exchange:
    """Answers one request by the double's quirks as they are at this moment."""

    def __init__(self, double: FhirDouble, request: Request) -> None:
        self._double = double
        self._quirks = double.quirks
        self._request = request
        self._bundle: Json = {}
        self._writer = Writer(double.shelves, self._quirks, double.count, self._check)
        self._searcher = Searcher(double.shelves, self._quirks, double.count)
        self._strict = "handling=strict" in request.headers.get("prefer", "")

    def answer(self) -> Reply:
        try:
            self._open()
            trouble = self._find_trouble()
            if trouble is not None and not trouble.carried_out:
                return self._spoil(trouble)
            reply = self._route()
            if self._writer.was_late:
                self._double.count("late_commit", True)
                return self._refusal(Refusal(504, "gateway timeout"), says_why=False)
            return reply if trouble is None else self._spoil(trouble)
        except Refusal as refusal:
            return self._refusal(refusal, says_why=refusal.says_why)

    # the body, as it came

    def _open(self) -> None:
        request, quirks = self._request, self._quirks
        if quirks.byte_limit is not None and request.body:
            too_big = len(request.body) > quirks.byte_limit
            self._double.count("byte_limit", too_big)
            if too_big:
                raise _bare(413)
        if request.headers.get("content-encoding") == "gzip":
            self._double.count("gzip_body", quirks.gzip_body != 200)
            if quirks.gzip_body != 200:
                raise Refusal(quirks.gzip_body, "cannot read this body", "structure")
            request.body = gzip.decompress(request.body)
        if request.method == "POST" and not request.path:
            self._bundle = self._parsed()
            many = len(self._entries()) > (quirks.times_out_over or 0)
            if quirks.times_out_over is not None and self._writes():
                self._double.count("times_out_over", many)
                if many:
                    raise httpx.ReadTimeout("took too long")

    def _parsed(self) -> Json:
        try:
            value = wire.parse(self._request.body)
        except ValueError:
            raise Refusal(400, "not JSON", "structure") from None
        if not isinstance(value, dict):
            raise Refusal(400, "not a resource", "structure")
        return value

    def _entries(self) -> list[Any]:
        entries = self._bundle.get("entry", [])
        return entries if isinstance(entries, list) else []

    # troubles

    def _writes(self) -> bool:
        if self._bundle:
            return any(entry["request"]["method"] != "GET" for entry in self._entries())
        request = self._request
        return request.method in ("PUT", "DELETE") or (
            request.method == "POST" and not request.path.endswith("_search")
        )

    def _searches(self) -> bool:
        urls = [e["request"]["url"] for e in self._entries() if e["request"]["method"] == "GET"]
        urls = urls or [f"{self._request.path.removesuffix('/_search')}?"]
        return not self._writes() and any("/" not in url.partition("?")[0] for url in urls)

    def _touched(self) -> set[str]:
        paths = [e["request"]["url"] for e in self._entries()] or [self._request.path]
        touched = set()
        for path in paths:
            parts = path.partition("?")[0].removesuffix("/_search").split("/")
            touched |= {parts[0], "/".join(parts[:2])}
        return touched

    def _find_trouble(self) -> Trouble | None:
        """What befalls the request as a whole; a status for a type or record is left to `_check`."""
        writes, searches = self._writes(), self._searches()
        kinds = {"any", "write" if writes else "search" if searches else "read"}
        touched = self._touched()
        for trouble in self._quirks.troubles:
            whole = trouble.on == "*" or trouble.carried_out or isinstance(trouble.answer, str)
            if whole and trouble.where in kinds and (trouble.on == "*" or trouble.on in touched):
                if trouble.many_only and len(self._entries()) <= 1:
                    continue
                if self._use(trouble):
                    return trouble
        return None

    def _check(self, where: str, kind: str, record_id: str) -> None:
        for trouble in self._quirks.troubles:
            if not isinstance(trouble.answer, int) or trouble.carried_out:
                continue
            if trouble.on in (kind, f"{kind}/{record_id}") and trouble.where in ("any", where):
                if trouble.many_only and len(self._entries()) <= 1:
                    continue
                if self._use(trouble):
                    refusal = Refusal(trouble.answer, trouble.reason, retry_after=trouble.retry_after)
                    refusal.says_why = trouble.says_why
                    raise refusal

    def _use(self, trouble: Trouble) -> bool:
        used = self._double.used[trouble]
        if trouble.times is not None and used >= trouble.times:
            return False
        self._double.used[trouble] += 1
        self._double.count(trouble.name, True)
        return True

    def _spoil(self, trouble: Trouble) -> Reply:
        match trouble.answer:
            case "timeout":
                raise httpx.ReadTimeout("took too long")
            case "cut":
                raise httpx.ReadError("connection reset")
            case "html":
                return self._reply(200, PORTAL, {"content-type": "text/html"})
            case "wrong-type":
                return self._reply(200, b"ok", {"content-type": "text/plain"})
            case "empty":
                said = "searchset" if self._searches() else "batch-response"
                if self._bundle.get("type") == "transaction":
                    said = "transaction-response"
                return self._json(200, {"resourceType": "Bundle", "type": said})
            case status:
                refusal = Refusal(status, trouble.reason, retry_after=trouble.retry_after)
                return self._refusal(refusal, says_why=trouble.says_why)

    # routes

    def _route(self) -> Reply:
        request, parts = self._request, [unquote(part) for part in self._request.path.split("/")]
        if request.path == "metadata":
            return self._json(200, statement(self._double))
        if not request.path and request.method == "POST":
            return self._json(200, self._writer.bundle(self._bundle, self._read_entry))
        if request.method == "POST" and parts[-1] == "_search" and len(parts) == 2:
            return self._search(parts[0], request.body.decode("ascii"))
        if request.method == "POST" and len(parts) == 1:
            row, status = self._writer.create(parts[0], self._parsed(), request.headers.get("if-none-exist"))
            return self._row(row.key, status, row.version_id)
        if request.method == "GET" and len(parts) == 1:
            return self._search(parts[0], request.query)
        key = (parts[0], parts[1]) if len(parts) > 1 else ("", "")
        if request.method == "PUT" and len(parts) == 2:
            row, status = self._writer.put(
                key,
                self._parsed(),
                if_match=request.headers.get("if-match"),
                if_none_match=request.headers.get("if-none-match"),
            )
            return self._row(key, status, row.version_id)
        if request.method == "DELETE" and len(parts) == 2:
            self._writer.delete(key)
            return self._reply(204)
        if request.method == "GET":
            return self._get(key, parts[2:])
        raise Refusal(405, "no such operation", "not-supported")

    def _get(self, key: Key, rest: list[str]) -> Reply:
        if rest and self._quirks.no_history:
            self._double.count("no_history", True)
            raise Refusal(501, "no history here", "not-supported")
        if rest == ["_history"]:
            self._check("read", *key)
            return self._json(200, self._history(key))
        if not rest:
            row = self._writer.read(key)
            if self._request.headers.get("if-none-match", "").strip('W/"') == row.version_id:
                return self._reply(304)
            return self._row(key, 200, row.version_id)
        self._check("read", *key)
        found = [row for row in self._double.shelves.versions(key) if row.version_id == rest[1]]
        return self._row(key, 200, refuse_missing(found[-1] if found else None).version_id)

    def _history(self, key: Key) -> Json:
        rows = self._double.shelves.versions(key)
        if not rows:
            raise Refusal(404, "not known", "not-found")
        count = int(dict(parse_qsl(self._request.query)).get("_count", "100"))
        entries: list[Json] = []
        for row in list(reversed(rows))[:count]:
            method = "DELETE" if row.resource is None else "PUT"
            entry: Json = {
                "request": {"method": method, "url": "/".join(key)},
                "response": {
                    "status": "200",
                    "etag": f'W/"{row.version_id}"',
                    "lastModified": row.last_updated,
                },
            }
            entries.append(entry if row.resource is None else {**entry, "resource": row.resource})
        return {"resourceType": "Bundle", "type": "history", "total": len(rows), "entry": entries}

    def _search(self, kind: str, query: str) -> Reply:
        self._check("search", kind, "")
        found = self._searcher.bundle(kind, query, self._double.base_url, strict=self._strict)
        return self._json(200, found)

    def _read_entry(self, url: str, request: Json) -> Json:
        """The answer to a GET inside a bundle."""
        path, _, query = url.partition("?")
        kind, _, record_id = path.partition("/")
        if not record_id:
            self._check("search", kind, "")
            found = self._searcher.bundle(kind, query, self._double.base_url, strict=self._strict)
            return {"resource": found, "response": {"status": "200 OK"}}
        row = self._writer.read((kind, unquote(record_id)))
        if request.get("ifNoneMatch", "").strip('W/"') == row.version_id:
            return {"response": {"status": "304 Not Modified"}}
        return {"resource": row.resource, "response": {"status": "200 OK", "etag": f'W/"{row.version_id}"'}}

    # answers

    def _row(self, key: Key, status: int, version_id: str) -> Reply:
        rows = self._double.shelves.all_versions(key)
        row = next(row for row in reversed(rows) if row.version_id == version_id)
        reply = self._json(status, row.resource or {})
        reply.headers["etag"] = f'W/"{row.version_id}"'
        reply.headers["location"] = f"{self._double.base_url}/{'/'.join(key)}/_history/{row.version_id}"
        return reply

    def _refusal(self, refusal: Refusal, *, says_why: bool = True) -> Reply:
        extra = {} if refusal.retry_after is None else {"retry-after": str(refusal.retry_after)}
        if not says_why:
            return self._reply(refusal.status, b"", {"content-type": "text/plain", **extra})
        if self._quirks.error_in_details:
            self._double.count("error_in_details", True)
        said = wire.outcome(refusal.words, refusal.code, in_details=self._quirks.error_in_details)
        reply = self._json(refusal.status, said)
        reply.headers |= extra
        return reply

    def _json(self, status: int, value: Json) -> Reply:
        return self._reply(status, wire.write(value).encode("utf-8"), {"content-type": FHIR})

    def _reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        return Reply(status, body, {"date": wire.http_date(self._double.clock()), **(headers or {})})


def _bare(status: int) -> Refusal:
    refusal = Refusal(status)
    refusal.says_why = False
    return refusal
