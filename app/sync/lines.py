"""The HTTP clients that talk to a plan."""

from __future__ import annotations

import ssl
from functools import cache
from os import environ

import httpx

from app.sync.address import is_loopback

TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=30.0)
IDLE = 4.0
"""Seconds for which an idle line is kept: less than a server does (uvicorn and others close it after five). A request
that leaves just as the server closes its line is lost on the way."""


@cache
def _trust(surroundings: bool, _file: str | None, _directory: str | None) -> ssl.SSLContext:
    """Read once a process: the list of authorities is large, and every part that talks to a plan needs it."""
    return httpx.create_ssl_context(trust_env=surroundings)


def make_http(base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """A client that follows no redirect and keeps no cookie; a proxy of the surroundings is not asked for loopback."""
    loopback = is_loopback(httpx.URL(base_url).host)
    return httpx.AsyncClient(
        follow_redirects=False,
        timeout=TIMEOUT,
        transport=transport,
        trust_env=not loopback,
        verify=_trust(not loopback, environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")),
        headers={"User-Agent": "Hearthside"},
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=IDLE),
    )
