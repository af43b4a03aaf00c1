"""What a device sent, judged by others: the R4 definitions, and a strict server that we did not write."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from app.sync.fhir import json_text
from tests.support.devices import Written, aside, send_to
from tests.support.plan_server import PlanProgram
from tests.support.r4 import r4_errors
from tests.support.sekmet import Sekmet, start_sekmet
from tests.support.tablet import Person

_REFERENCE = re.compile(r'"reference": ?"([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})"')
FHIR_JSON = {"Content-Type": "application/fhir+json"}


def read_from_plan(plan: PlanProgram, person: Person, references: Iterable[str]) -> list[dict[str, Any]]:
    """As the plan gives them to this person, each by its address."""
    headers = {"Authorization": f"Bearer {plan.make_token(person.username)}"}
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        answers = [client.get(f"{plan.url}/fhir/{reference}") for reference in references]
    return [json_text.loads(answer.raise_for_status().text) for answer in answers]


def find_r4_errors(resources: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """By `Type/id`; empty where all is well."""
    found = {f"{one['resourceType']}/{one['id']}": r4_errors(one) for one in resources}
    return {reference: errors for reference, errors in found.items() if errors}


def find_refused_elsewhere(
    copy: Path, person: Person, plan: PlanProgram, written: list[Written], directory: Path
) -> list[str]:
    """Send a copy of the device, made while nothing had left it, to a strict server; what that did not accept.

    The server is given first what the plan had and the visit names: the patient, her medicines, earlier records.
    """
    own = {one.reference for one in written}
    named = {found for one in written for found in _REFERENCE.findall(json_text.dumps(one.body))}
    before = read_from_plan(plan, person, sorted(named - own))
    with start_sekmet(directory) as sekmet:
        _put(sekmet, before)
        return aside(send_to(copy, person, sekmet.base_url, sekmet.token))


def _put(sekmet: Sekmet, resources: Iterable[dict[str, Any]]) -> None:
    headers = {"Authorization": f"Bearer {sekmet.token}", **FHIR_JSON}
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        for one in resources:
            url = f"{sekmet.base_url}/{one['resourceType']}/{one['id']}"
            client.put(url, content=json_text.dumps(one)).raise_for_status()
