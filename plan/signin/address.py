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
