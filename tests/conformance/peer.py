"""A FHIR server under test: how to reach it, and how to put a record there whatever it takes ids from."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

Json = dict[str, Any]
FHIR_JSON = "application/fhir+json"
LOCAL_ID = "urn:hearthside:id"
RECORD = "urn:hearthside:record"
WRITE = "urn:hearthside:write"


class NotSupported(Exception):
    """This server has no such thing: the step is counted as not run."""


@dataclass
class Peer:
    """`new_patient` makes a person whose records this user may write and answers her id.

    `stranger` is the token of a user who may not see her, where the server knows several users.
    """

    name: str
    base: str
    token: str | None
    new_patient: Callable[[], str] | None = None
    stranger: str | None = None
    person: str = "Practitioner/conformance"
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=60))
    _takes_ids: bool | None = None

    def close(self) -> None:
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        body: Json | str | bytes | None = None,
        *,
        token: str | None = "",
        **headers: str,
    ) -> httpx.Response:
        """One request below the base. `token`: "" for the peer's own, None for none. `Prefer` etc. by keyword."""
        # As the app asks: no answer may come from an earlier one.
        sent = {"Accept": FHIR_JSON, "Cache-Control": "no-cache"}
        if body is not None:
            sent["Content-Type"] = FHIR_JSON
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        used = self.token if token == "" else token
        if used is not None:
            sent["Authorization"] = f"Bearer {used}"
        content = json.dumps(body) if isinstance(body, dict) else body
        url = f"{self.base}/{path}" if path and path[0] != "?" else f"{self.base}{path}"
        return self._http.request(method, url, content=content, headers=sent)

    def get(self, path: str) -> Json:
        """The resource there. Raises AssertionError unless it is there."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, (
            f"GET {path.partition('?')[0]}: {answer.status_code} {answer.text[:300]}"
        )
        found: Json = answer.json()
        return found

    def search(self, kind: str, **parameters: str) -> list[Json]:
        """Matches of one page, by POST _search with strict handling."""
        return [
            entry["resource"] for entry in self.page(kind, **parameters).get("entry", []) if is_match(entry)
        ]

    def page(self, kind: str, **parameters: str) -> Json:
        answer = self.search_answer(kind, **parameters)
        assert answer.status_code == 200, f"search {kind}: {answer.status_code} {answer.text[:300]}"
        found: Json = answer.json()
        return found

    def search_answer(self, kind: str, **parameters: str) -> httpx.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Prefer": "handling=strict"}
        body = str(httpx.QueryParams(parameters))
        return self.ask("POST", f"{kind}/_search", body, **headers)

    def send(self, *entries: Json, kind: str = "transaction", **headers: str) -> httpx.Response:
        bundle = {"resourceType": "Bundle", "type": kind, "entry": list(entries)}
        return self.ask("POST", "", bundle, **({"Prefer": "return=representation"} | headers))

    def answers(self, *entries: Json, kind: str = "transaction", **headers: str) -> list[Json]:
        """Each entry's answer. Raises AssertionError unless the whole was taken."""
        answer = self.send(*entries, kind=kind, **headers)
        assert answer.status_code == 200, f"{kind}: {answer.status_code} {answer.text[:400]}"
        found: list[Json] = answer.json().get("entry", [])
        assert len(found) == len(entries)
        return found

    @property
    def takes_ids(self) -> bool:
        """Does a PUT to a new id create a record with that id? Tried once."""
        if self._takes_ids is None:
            record_id = str(uuid4())
            body = {"resourceType": "Patient", "id": record_id, "name": [{"family": "Trial"}]}
            if self.new_patient is not None:
                body = observation(self.new_patient(), record_id)
            answer = self.ask("PUT", f"{body['resourceType']}/{record_id}", body, If_None_Match="*")
            there = self.ask("GET", f"{body['resourceType']}/{record_id}")
            self._takes_ids = answer.status_code in (200, 201) and there.status_code == 200
        return self._takes_ids is True

    def create(self, resource: Json) -> Json:
        """Put a record there, under its own id where the server allows that; what is stored."""
        kind = resource["resourceType"]
        if self.takes_ids:
            answer = self.ask("PUT", f"{kind}/{resource['id']}", resource, Prefer="return=representation")
        else:
            plain = {name: value for name, value in resource.items() if name != "id"}
            answer = self.ask("POST", kind, plain, Prefer="return=representation")
        assert answer.status_code in (200, 201), f"create {kind}: {answer.status_code} {answer.text[:300]}"
        return self.get("/".join((kind, resource["id"]) if self.takes_ids else stored_key(answer, kind)))

    def patient(self) -> str:
        if self.new_patient is not None:
            return self.new_patient()
        return str(
            self.create({"resourceType": "Patient", "id": str(uuid4()), "name": [{"family": "Lindqvist"}]})[
                "id"
            ]
        )


def stored_key(answer: httpx.Response, kind: str) -> tuple[str, str]:
    """(type, id) of what was created, from its Location or the answer's body."""
    location = answer.headers.get("location", "").partition("/_history/")[0]
    if location:
        return kind, location.rstrip("/").rpartition("/")[2]
    return kind, str(answer.json()["id"])


def is_match(entry: Json) -> bool:
    return bool(entry.get("search", {}).get("mode", "match") == "match")


def observation(patient_id: str, record_id: str | None = None, value: str = "72.50", **members: Any) -> Json:
    """A body weight."""
    own_id = record_id or str(uuid4())
    return {
        "resourceType": "Observation",
        "id": own_id,
        "identifier": [{"system": RECORD, "value": own_id}],
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Body weight"},
        "subject": {"reference": f"Patient/{patient_id}"},
        "effectiveDateTime": "2026-11-20T10:00:00Z",
        "note": [{"text": value}],
    } | members


def invalid(resource: Json) -> Json:
    """Without an element that R4 demands."""
    return {name: value for name, value in resource.items() if name != "code"}


def put(resource: Json, **guard: str) -> Json:
    """An entry that creates or edits under this id."""
    url = f"{resource['resourceType']}/{resource['id']}"
    return {
        "fullUrl": f"urn:uuid:{resource['id']}",
        "resource": resource,
        "request": {"method": "PUT", "url": url} | guard,
    }


def post(resource: Json, **guard: str) -> Json:
    plain = {name: value for name, value in resource.items() if name != "id"}
    request = {"method": "POST", "url": resource["resourceType"]} | guard
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": plain, "request": request}


def creation(peer: Peer, resource: Json) -> Json:
    """An entry that creates, as the app would send it to this server."""
    if peer.takes_ids:
        return put(resource, ifNoneMatch="*")
    return post(resource, ifNoneExist=f"identifier={RECORD}|{resource['id']}")


def tagged(resource: Json, write_id: str) -> Json:
    return resource | {"meta": {"tag": [{"system": WRITE, "code": write_id}]}}


def provenance(write_id: str, targets: list[str], person: str) -> Json:
    resource = {
        "resourceType": "Provenance",
        "id": write_id,
        "target": [{"reference": one} for one in targets],
        "recorded": "2026-11-20T10:00:00Z",
        "agent": [{"who": {"reference": person}}],
    }
    tags = [{"system": WRITE, "code": write_id}, {"system": LOCAL_ID, "code": write_id}]
    return resource | {"meta": {"tag": tags}}


def status(entry: Json) -> int:
    return int(str(entry["response"]["status"])[:3])


def version_of(entry: Json) -> str | None:
    """As a client has to find it: etag, else the location's, else the resource's own."""
    response = entry["response"]
    etag = str(response.get("etag", "")).removeprefix("W/").strip('"')
    by_location = str(response.get("location", "")).partition("/_history/")[2]
    return etag or by_location or entry.get("resource", {}).get("meta", {}).get("versionId")
