"""The plan's own address: what may stand for it, and when it may do without TLS."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from plan.problems import PlanProblem


def is_loopback_host(host: str) -> bool:
    """Is this name or address this very machine?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_base_url(base_url: str) -> None:
    """Raise PlanProblem unless it is https, or http on loopback: passwords and records go through it."""
    try:
        parts = urlsplit(base_url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise PlanProblem("The plan's address cannot be read.") from error
    if parts.scheme not in ("http", "https") or not host or parts.path or parts.query or parts.fragment:
        raise PlanProblem("The plan's address looks like https://plan.example, with nothing after the name.")
    if parts.scheme == "http" and not is_loopback_host(host):
        raise PlanProblem("The plan's address must begin with https, except on this very machine.")


def is_audience(audience: str, base_url: str) -> bool:
    """Is this the FHIR base of the plan? The names of loopback count as one."""
    wanted, given = urlsplit(f"{base_url}/fhir"), urlsplit(audience.rstrip("/"))
    if wanted == given:
        return True
    try:
        same = (wanted.scheme, wanted.port, wanted.path) == (given.scheme, given.port, given.path)
    except ValueError:
        return False
    both_here = is_loopback_host(wanted.hostname or "") and is_loopback_host(given.hostname or "")
    return same and both_here and not (given.query or given.fragment or given.username)


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which one household has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ipaddress.ip_network((parsed, 64), strict=False))
        return str(parsed.ipv4_mapped)
    return str(parsed)


def is_own_host(host: str, base_url: str) -> bool:
    """Does a Host header name the plan? The names of loopback count as one, and a port in front may be another.

    A page of another site whose name was pointed at this address has that site's name in it.
    """
    try:
        asked = urlsplit(f"//{host}").hostname or ""
        own = urlsplit(base_url).hostname or ""
    except ValueError:
        return False
    return asked == own or (is_loopback_host(asked) and is_loopback_host(own))


def is_own_origin(origin: str, base_url: str) -> bool:
    """Does an Origin header name the plan, with http or https and whatever port?"""
    scheme, separator, host = origin.partition("://")
    return scheme in ("http", "https") and bool(separator) and is_own_host(host, base_url)
