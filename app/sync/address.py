"""The plan's address as somebody types it: https unless the server is this very computer."""

from __future__ import annotations

import ipaddress

import httpx

from app.errors import BadPlanAddress


def is_loopback(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_address(typed: str) -> str:
    """The address without a trailing slash, query or fragment; `plan.example` becomes `https://plan.example`.

    Raises BadPlanAddress for anything that is no web address, holds a password, or would send records in clear.
    """
    text = typed.strip()
    if "://" not in text:
        text = f"https://{text}"
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        raise BadPlanAddress(detail="unreadable") from None
    if not url.host or " " in text or url.userinfo or not 0 < (url.port or 443) < 65_536:
        raise BadPlanAddress(detail="unreadable")
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host)):
        raise BadPlanAddress(detail="not https")
    return str(url.copy_with(query=None, fragment=None)).rstrip("/")


def same_origin(one: str, other: str) -> bool:
    """True when both have the same scheme, host and port: the only case in which a token may go along."""
    a, b = httpx.URL(one), httpx.URL(other)
    ports = {"http": 80, "https": 443}
    return (a.scheme, a.host, a.port or ports.get(a.scheme)) == (
        b.scheme,
        b.host,
        b.port or ports.get(b.scheme),
    )
