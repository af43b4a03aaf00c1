"""Roles by whose record it is, on each road that leads to a record."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, get, post


def _batch(url: str, kind: str = "batch") -> dict[str, object]:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"request": {"method": "GET", "url": url}}]}


OWN_OTHER_NONE = [
    get("another's", "ana", "Patient/b", 404),
    get("nobody's", "ana", "Patient/no-such", 404),
    get("a shared one", "ana", "Patient/t", 200),
    get("her own", "ben", "Patient/b", 200, hides=()),
    get("another's", "ben", "Patient/a", 404),
    get("one she left", "fay", "Patient/b", 404),
    get("what she wrote before she left", "fay", "Observation/fays", 200, hides=()),
    get("what another wrote there", "fay", "Observation/observation-b", 404),
    get(
        "what she wrote, searching", "fay", "Observation?_id=fays&_total=accurate", 200, shows=('"total":0',)
    ),
    get("what she wrote long ago", "old", "Observation/olds", 404),
    get("her team's", "sue", "Patient/b", 200, hides=()),
    get("another team's", "tom", "Patient/b", 404),
    get("another team's, searching", "tom", "Patient?_total=accurate", 200, shows=('"total":0',)),
    get("one she works with", "cam", "Patient/b", 200, hides=()),
    get("one she does not", "cam", "Patient/a", 404),
    get("all", "rec", "Patient/b", 200, hides=()),
    get("another's care team", "ana", "CareTeam/ct-b", 404),
    get("another's group", "ana", "Group/group-b", 404),
    get("another's trace", "ana", "AuditEvent/auditevent-b", 404),
    get("who saw a record, a nurse", "ana", "Patient/a/$hearthside-seen", 403),
    get("who saw a record, another team", "tom", "Patient/b/$hearthside-seen", 404),
]

ROADS: list[Attempt] = [
    get("vread", "ana", "Observation/observation-b/_history/1", 404),
    get("history of one", "ana", "Observation/observation-b/_history", 404),
    get(
        "history of a type",
        "ana",
        "Observation/_history?_count=1000",
        200,
        hides=("observation-b", "secret-r"),
    ),
    get("search by patient", "ana", "Observation?patient=b&_total=accurate", 200, shows=('"total":0',)),
    get(
        "search by id",
        "ana",
        "Observation?_id=observation-b,observation-a&_total=accurate",
        200,
        shows=('"total":1',),
    ),
    get("count alone", "ana", "Observation?patient=b&_summary=count", 200, shows=('"total":0',)),
    get(
        "chain",
        "ana",
        "Observation?subject:Patient.family=okonkwo&_total=accurate",
        200,
        shows=('"total":0',),
    ),
    *(
        get(
            "a chain from her own record into another's",
            who,
            "Task?_id=task-pointing&focus:Observation.code=72514-3&_total=accurate",
            200,
            shows=(f'"total":{found}',),
        )
        for who, found in (("ana", 0), ("rec", 1))
    ),
    get(
        "chain to oneself",
        "ana",
        "Practitioner?name=ben&_revinclude=Observation:performer",
        200,
        hides=("observation-b",),
    ),
    get(
        "include", "ana", "Provenance?_include=Provenance:target", 200, hides=("observation-b", "encounter-b")
    ),
    get("revinclude", "ana", "Organization?_revinclude=Coverage:payor", 200, hides=("coverage-b",)),
    get("a page beyond the first", "ana", "Patient?_after=0.0&_sort=_lastUpdated", 200),
    get(
        "a page of another's search", "ana", "Observation?_after=1.1&patient=b", 200, hides=("observation-b",)
    ),
    get("elements", "ana", "Patient?_elements=name,birthDate", 200),
    get("a tag", "ana", "Observation?_tag=urn:hearthside:write|", 200, hides=("observation-b",)),
    post(
        "a form",
        "ana",
        "Observation/_search",
        {"patient": "b", "_total": "accurate"},
        200,
        shows=('"total":0',),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ),
    post("a batch entry", "ana", "", _batch("Patient/b"), 200, shows=("404",)),
    post("a transaction entry", "ana", "", _batch("Patient/b", "transaction"), 200, shows=("404",)),
    post(
        "a batch search",
        "ana",
        "",
        _batch("Observation?patient=b&_total=accurate"),
        200,
        shows=('"total":0',),
    ),
    post("a batch history", "ana", "", _batch("Observation/observation-b/_history"), 200, shows=("404",)),
    post(
        "a batch entry on another host",
        "ana",
        "",
        _batch("https://evil.example/fhir/Patient/b"),
        200,
        shows=("404",),
    ),
    get("a file as FHIR", "ana", "Binary/binary-b", 404, headers={"Accept": "application/fhir+json"}),
    get("a file as bytes", "ana", "Binary/binary-b", 404, headers={"Accept": "image/png"}),
    get("all files", "ana", "Binary", 400),
    get("$everything", "ana", "Patient/b/$everything", 404),
    get("$export", "ana", "$export", 404),
    get("a compartment", "ana", "Patient/b/Observation", 404),
    get("a dot segment", "ana", "Patient/a/../b", 404),
    get("an encoded slash", "ana", "Patient%2Fb", 404),
    get("an id and a line feed", "ana", "Patient/b%0A", 404),
    get("an id and a nought", "ana", "Patient/b%00", 404),
    get("an id with SQL in it", "ana", "Patient/b'%20OR%20'1'='1", 404),
    get(
        "a value with SQL in it",
        "ana",
        "Patient?family=x'%20OR%20'1'='1&_total=accurate",
        200,
        shows=('"total":0',),
    ),
    get("a wildcard", "ana", "Patient?family:contains=%25&_total=accurate", 200, shows=('"total":0',)),
    get("If-None-Match of what is not hers", "ana", "Patient/b", 404, headers={"If-None-Match": "*"}),
]

RESTRICTED = [
    get("a private concern", "cam", "Observation/secret-r", 404),
    get("a private concern, searching", "cam", "Observation?patient=b", 200, hides=("secret-r", "secret-v")),
    get("a measurement of a visit", "cam", "Observation/observation-b", 404),
    get("a note of a visit", "cam", "DocumentReference/documentreference-b", 404),
    get("a questionnaire of a visit", "cam", "QuestionnaireResponse/questionnaireresponse-b", 404),
    get("a file of a visit", "cam", "Binary/binary-b", 404),
    get("the shared plan of care", "cam", "CarePlan/careplan-b", 200, hides=()),
    get("the goals of care", "cam", "Goal/goal-b", 200, hides=()),
    get(
        "a private concern, counting",
        "cam",
        "Observation?_id=secret-r&_summary=count",
        200,
        shows=('"total":0',),
    ),
    get("what names a private concern", "cam", "Provenance/prov-secret", 404),
    get(
        "what names it, by reference",
        "cam",
        "Provenance?target=Observation/secret-r&_total=accurate",
        200,
        shows=('"total":0',),
    ),
    get(
        "what names it, brought along",
        "cam",
        "Observation?patient=b&_revinclude=Provenance:target",
        200,
        hides=("secret",),
    ),
    get("an older version", "cam", "Observation/secret-r/_history", 404),
    get("a note", "cam", "Observation/secret-v", 404),
    get("a private concern of her team", "sue", "Observation/secret-r", 200, hides=()),
    get("what is for its author alone", "sue", "Observation/secret-v", 404),
    get("what is for its author alone, searching", "sue", "Observation?patient=b", 200, hides=("secret-v",)),
    get("her own", "ben", "Observation/secret-v", 200, hides=()),
    get("another nurse of the team", "ana", "Observation/secret-r", 404),
    get("the plan's own system", "rec", "Observation/secret-v", 200, hides=()),
]
