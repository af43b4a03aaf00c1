"""A line that leads nowhere: for a client that must never reach anything."""

from __future__ import annotations

import httpx

NOWHERE = "https://nowhere.invalid/fhir"
"""`.invalid` is no name that anybody can have (RFC 2606)."""


class NoLine(httpx.AsyncBaseTransport):
    """Every request ends before it leaves, as with no network at all."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("this client has no line", request=request)
