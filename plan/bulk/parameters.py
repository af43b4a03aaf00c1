"""The parameters of an export that is asked for by POST: a FHIR Parameters resource, as pairs like an address has."""

from __future__ import annotations

from typing import Any

from plan.fhir.json_text import NotJson, loads
from plan.fhir.outcomes import Refusal

MOST = 50
"""Parameters in one request; an export knows three."""
LARGEST = 20_000
"""Bytes of the body."""


def read_parameters(body: bytes) -> list[tuple[str, str]]:
    """(name, value) of each parameter. An empty body asks for everything. Raises Refusal 400.

    Of `valueReference` the reference counts. What a name may say is judged where an address is judged too.
    """
    if not body.strip():
        return []
    try:
        document = loads(body.decode("utf-8"))
    except (NotJson, UnicodeDecodeError) as error:
        raise _refuse() from error
    if not isinstance(document, dict) or document.get("resourceType") != "Parameters":
        raise _refuse()
    listed = document.get("parameter", [])
    if not isinstance(listed, list) or len(listed) > MOST:
        raise _refuse()
    return [_pair(one) for one in listed]


def _pair(one: Any) -> tuple[str, str]:
    values = (
        [value for name, value in one.items() if name.startswith("value")] if isinstance(one, dict) else []
    )
    if len(values) != 1 or not isinstance(one.get("name"), str):
        raise _refuse()
    (value,) = values
    if isinstance(value, dict):
        value = value.get("reference")
    if not isinstance(value, str):
        raise _refuse()
    return one["name"], value


def _refuse() -> Refusal:
    return Refusal(400, "The body of this request is a Parameters resource, each parameter with one value.")
