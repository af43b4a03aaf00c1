"""A plan that does not know every type: a real plan behind a door that refuses searches for some."""

from __future__ import annotations

import json
from typing import Any

import httpx

JSON = {"content-type": "application/fhir+json"}


class PickyServer(httpx.AsyncBaseTransport):
    """Refuses batch entries for `unknown` types with `status`; with `whole` it refuses all of such a batch.

    Its CapabilityStatement does not say which types it has, as many do not.
    """

    def __init__(self, *unknown: str, status: int = 404, whole: bool = False) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._unknown = unknown
        self._status = status
        self._whole = whole
        self.batches = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/metadata"):
            return await self._metadata(request)
        body = json.loads(request.content) if request.content[:1] == b"{" else {}
        if body.get("type") != "batch":
            return await self._inner.handle_async_request(request)
        self.batches += 1
        refused = [self._is_unknown(entry) for entry in body["entry"]]
        if self._whole and any(refused):
            return httpx.Response(self._status, headers=JSON, content=json.dumps(self._outcome()))
        kept = [entry for entry, no in zip(body["entry"], refused, strict=True) if not no]
        answer = await self._forward(request, body | {"entry": kept})
        answers = iter(answer.get("entry", []))
        no_such = {"response": {"status": str(self._status), "outcome": self._outcome()}}
        answer["entry"] = [no_such if no else next(answers) for no in refused]
        return httpx.Response(200, headers=JSON, content=json.dumps(answer))

    def _is_unknown(self, entry: Any) -> bool:
        kind = entry["request"]["url"].partition("?")[0].partition("/")[0]
        return kind in self._unknown

    def _outcome(self) -> dict[str, Any]:
        issue = {"severity": "error", "code": "not-supported", "diagnostics": "unknown type"}
        return {"resourceType": "OperationOutcome", "issue": [issue]}

    async def _metadata(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        statement = json.loads(await response.aread())
        for rest in statement["rest"]:
            rest.pop("resource", None)
        return httpx.Response(200, headers=JSON, content=json.dumps(statement))

    async def _forward(self, request: httpx.Request, body: Any) -> Any:
        headers = {k: v for k, v in request.headers.items() if k != "content-length"}
        content = json.dumps(body)
        forwarded = httpx.Request(request.method, request.url, headers=headers, content=content)
        response = await self._inner.handle_async_request(forwarded)
        return json.loads(await response.aread())

    async def aclose(self) -> None:
        await self._inner.aclose()
