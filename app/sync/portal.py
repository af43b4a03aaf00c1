"""Does a network's own sign-in page stand in the way? Asked only after a connection to the plan has failed."""

from __future__ import annotations

import asyncio

import httpx

from app.sync.lines import make_http

SECONDS = 5.0


async def find_portal(
    address: str, *, port: int | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> bool:
    """True when a plain request to the plan's own host is led to another host, or answered with 511.

    Nothing but the host's name leaves the device, which opening a TLS connection to it shows as well. A portal that
    serves its page in place, without leading away, cannot be told from a web server of the plan's: False.
    """
    plan = httpx.URL(address)
    if plan.scheme != "https":
        return False
    door = httpx.URL(scheme="http", host=plan.host, port=port, path="/")
    try:
        async with (
            asyncio.timeout(SECONDS),
            make_http(str(door), transport) as http,
            http.stream("GET", door) as response,
        ):
            if response.status_code == 511:
                return True
            if not response.has_redirect_location:
                return False
            return door.join(response.headers["location"]).host.casefold() != plan.host.casefold()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError, TimeoutError):
        return False
