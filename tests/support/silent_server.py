"""Doors before the FHIR double: one that hides its metadata, and ones that spoil what makes a creation safe."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.faults.double.server import FhirDouble

OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}


class Silent(httpx.AsyncBaseTransport):
    """The double without metadata. `bodies`: every Bundle that was sent to it."""

    def __init__(self, double: FhirDouble) -> None:
        self._inner = httpx.ASGITransport(double)
        self.bodies: list[dict[str, Any]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/metadata"):
            return httpx.Response(404, json=OUTCOME)
        if request.content[:1] == b"{":
            self.bodies.append(json.loads(request.content))
        return await self._inner.handle_async_request(request)

    @property
    def creations(self) -> list[dict[str, Any]]:
        return [body for body in self.bodies if "ifNoneExist" in json.dumps(body)]


class Forgetful(Silent):
    """Takes the condition out of every creation before the double sees it, and loses the answers of the first `cut`
    writes that created something.
    """

    cut = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if b"ifNoneExist" not in request.content:
            return await super().handle_async_request(request)
        bundle = json.loads(request.content)
        for entry in bundle["entry"]:
            entry["request"].pop("ifNoneExist", None)
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        plain = httpx.Request(request.method, request.url, headers=headers, content=json.dumps(bundle))
        response = await super().handle_async_request(plain)
        if self.cut:
            self.cut -= 1
            raise httpx.ReadError("cut")
        return response


class NoPosts(Silent):
    """Knows no creations by POST at all."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if b"ifNoneExist" in request.content:
            return httpx.Response(422, json=OUTCOME)
        return await super().handle_async_request(request)
