"""Where the same end-to-end run takes place: our backend, sekmet, Medplum, HAPI. Each with people of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from app.sync.fhir import json_text
from tests.peers.hapi_server import start_hapi
from tests.peers.medplum_server import start_medplum
from tests.support.field import FieldPlan, Person
from tests.support.sekmet import start_sekmet

Json = dict[str, Any]
FHIR_JSON = "application/fhir+json"
NAMES = ("reference", "sekmet", "medplum-router", "medplum-server-ids")
"""Where it takes place unless HEARTHSIDE_PEERS says otherwise. HAPI takes too long for every day: `make peers`."""


@dataclass
class Place:
    """`root` is the address before `/fhir`; `people` are two nurses of one team, `patient_id` is theirs."""

    name: str
    root: str
    tokens: tuple[str, str]
    people: tuple[Person, Person]
    patient_id: str
    follows_references: bool = False
    """It takes no record that points to one that is not there."""

    def records(self, kind: str) -> list[Json]:
        """All records of this type about the patient, as anybody else reads them, past the app."""
        query = "_count=100" if kind == "Provenance" else f"patient={self.patient_id}&_count=1000"
        url: str | None = f"{self.root}/fhir/{kind}?{query}"
        found: list[Json] = []
        while url is not None:
            page = self.get(url)
            found += [entry["resource"] for entry in page.get("entry", [])]
            url = next((one["url"] for one in page.get("link", []) if one["relation"] == "next"), None)
        return found

    def versions(self, record: Json) -> int:
        # From a day on: HAPI counts a history only once a minute else.
        path = f"{record['resourceType']}/{record['id']}/_history?_since=1970-01-01T00:00:00Z"
        return len(self.get(f"{self.root}/fhir/{path}")["entry"])

    def get(self, url: str) -> Json:
        headers = {
            "Authorization": f"Bearer {self.tokens[0]}",
            "Accept": FHIR_JSON,
            "Cache-Control": "no-cache",
        }
        answer = httpx.get(url, headers=headers, trust_env=False, timeout=60)
        found: Json = json_text.loads(answer.raise_for_status().content)
        return found


@contextmanager
def open_place(name: str, directory: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        if name == "reference":
            plan = FieldPlan(directory)
            stack.callback(plan.close)
            plan.start()
            ana, ben = (
                plan.add_person(name=said, team="Peers") for said in ("Ana Ruiz, RN", "Ben Okafor, RN")
            )
            patient_id = plan.add_patient(ana, ben)
            yield Place(name, plan.url, (plan.token(ana), plan.token(ben)), (ana, ben), patient_id)
            return
        if name == "sekmet":
            sekmet = stack.enter_context(start_sekmet(directory))
            base, token = sekmet.base_url, sekmet.token
        elif name in ("hapi", "hapi-server-ids"):
            base = stack.enter_context(start_hapi(directory, server_ids=name == "hapi-server-ids"))
            token = "any"
        else:
            base = stack.enter_context(start_medplum(directory, server_ids=name == "medplum-server-ids"))
            token = "any"
        people, patient_id = _admit(base, token)
        follows = name.startswith("hapi")
        yield Place(name, base.removesuffix("/fhir"), (token, token), people, patient_id, follows)


def _admit(base: str, token: str) -> tuple[tuple[Person, Person], str]:
    """Two nurses and their patient on a server that knows no users; under ids of the server's where it makes them."""
    names = ("Ana Ruiz, RN", "Ben Okafor, RN")
    ids = [_create(base, token, {"resourceType": "Practitioner", "name": [{"text": one}]}) for one in names]
    patient_id = _create(
        base, token, {"resourceType": "Patient", "name": [{"family": "Lindqvist", "given": ["Vera"]}]}
    )
    team = {
        "resourceType": "CareTeam",
        "status": "active",
        "subject": {"reference": f"Patient/{patient_id}"},
        "participant": [{"member": {"reference": f"Practitioner/{one}"}} for one in ids],
    }
    _create(base, token, team)
    ana, ben = (
        Person(f"nurse-{uuid4().hex[:8]}", said, one, "peers", "nurse")
        for said, one in zip(names, ids, strict=True)
    )
    return (ana, ben), patient_id


def _create(base: str, token: str, resource: Json) -> str:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": FHIR_JSON}
    url = f"{base}/{resource['resourceType']}"
    answer = httpx.post(url, json=resource, headers=headers, trust_env=False, timeout=60).raise_for_status()
    location = answer.headers.get("location", "").partition("/_history/")[0]
    return location.rstrip("/").rpartition("/")[2] or str(answer.json()["id"])
