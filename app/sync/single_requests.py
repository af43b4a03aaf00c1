"""A batch of reads and searches for a server that takes no batches: one request after the other, one answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from app.sync.answer import TRANSIENT, Answer
from app.sync.fhir import json_text, read

Send = Callable[[str, str, bytes | None, Mapping[str, str] | None], Awaitable[Answer]]
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Prefer": "handling=strict"}
NO_BATCH = frozenset({405, 501})
"""What a server answers to a POST at its base when it knows no Bundles at all."""
_NO_FORM = frozenset({404, 405, 415, 501})


def is_batch(bundle: Any) -> bool:
    """A batch of nothing but questions."""
    entries = list(read.items(bundle, "entry"))
    asks = all(read.text(entry, "request", "method") == "GET" for entry in entries)
    return read.text(bundle, "type") == "batch" and bool(entries) and asks


async def ask_singly(send: Send, bundle: Any) -> Answer:
    """The answer that a batch would have got. An answer that asks for patience, or a 5xx, is given back as it is."""
    entries = []
    answer = None
    for entry in read.items(bundle, "entry"):
        answer = await _ask(send, read.text(entry, "request", "url") or "")
        if answer.status >= 500 or answer.status in TRANSIENT or answer.status == 401:
            return answer
        built: dict[str, Any] = {"response": {"status": str(answer.status)}}
        if answer.resource is not None and answer.ok:
            built["resource"] = answer.resource
        elif answer.resource is not None:
            built["response"]["outcome"] = answer.resource
        if "etag" in answer.headers:
            built["response"]["etag"] = answer.headers["etag"]
        entries.append(built)
    resource = {"resourceType": "Bundle", "type": "batch-response", "entry": entries}
    return Answer(200, answer.headers if answer is not None else {}, resource, "")


async def _ask(send: Send, url: str) -> Answer:
    path, mark, query = url.partition("?")
    if not mark:
        return await send("GET", "/".join(quote(part, safe="") for part in path.split("/")), None, None)
    kind = path.removesuffix("/_search")
    answer = await send("POST", f"{kind}/_search", query.encode("ascii", "ignore"), FORM)
    if answer.status in _NO_FORM:
        answer = await send("GET", f"{kind}?{query}", None, {"Prefer": "handling=strict"})
    return answer


def batch_bytes(urls: list[str]) -> bytes:
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    return json_text.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}).encode()


def single_answer(answer: Answer) -> Answer:
    """The answer to a transaction of one entry, as the answer to that one request."""
    entry = next(read.items(answer.resource, "entry"), None)
    status = (read.text(entry, "response", "status") or "")[:3]
    if not answer.ok or not status.isdecimal():
        return answer
    headers = dict(answer.headers) | {
        name: said
        for name, member in (("etag", "etag"), ("location", "location"))
        if (said := read.text(entry, "response", member)) is not None
    }
    held = read.find(entry, "resource") or read.find(entry, "response", "outcome")
    return Answer(int(status), headers, held if isinstance(held, dict) else None)


class AsItIs:
    """Batches past the translation of ids, for `app.sync.batch.ask`."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def batch(self, body: str) -> Answer:
        headers = {"Content-Type": "application/fhir+json", "Prefer": "handling=strict"}
        return await self._send("POST", "", body.encode(), headers)
