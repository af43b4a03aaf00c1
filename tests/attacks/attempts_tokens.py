"""Tokens in every state, and scopes on every road, asking for what their owner may read."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, change, delete, get, post, put
from tests.plan.fhir_builders import bundle, entry, observation, restricted

BAD = (
    "invented",
    "hash",
    "expired",
    "ended",
    "orphan",
    "dis",
    "ana:refresh",
    "dan:refresh",
)
OBSERVATION = "Observation/observation-a"


def _made(name: str) -> dict[str, object]:
    return observation(name, "a", 3, "ana")


TOKENS = [
    *(get("a token that is not good", who, "Patient/a", 401, hides=("Muster",)) for who in BAD),
    *(get("a token that is not good, searching", who, "Patient", 401, hides=("Muster",)) for who in BAD[:5]),
    *(post("a token that is not good, writing", who, "Observation", _made("x"), 401) for who in BAD[:6]),
    get("her own patient", "ana", "Patient/a", 200, shows=("Muster",)),
    get("no token behind the scheme", "", "Patient/a", 401, headers={"Authorization": "Bearer"}),
    get("no header at all", "", "Patient/a", 401),
    get("the token in the address", "", "Patient/a?access_token={ana}", 401),
    get("the token as a cookie", "", "Patient/a", 401, headers={"Cookie": "access_token={ana}"}),
    get("another scheme", "", "Patient/a", 401, headers={"Authorization": "Basic {ana}"}),
    get("no scheme", "", "Patient/a", 401, headers={"Authorization": "{ana}"}),
    get("the token and more", "", "Patient/a", 401, headers={"Authorization": "Bearer {ana} {rec}"}),
    get(
        "the token in another letter case",
        "",
        "Patient/a",
        401,
        headers={"Authorization": "Bearer {ana:upper}"},
    ),
    get("the scheme in small letters", "", "Patient/a", 200, headers={"Authorization": "bearer {ana}"}),
    get("a user named by a header", "ana", "Patient/b", 404, headers={"X-Remote-User": "ben.user"}),
]

SCOPES: list[Attempt] = [
    get("reads and searches", "reads", "Patient/a", 200),
    get("old words", "old words", "Patient/a", 200),
    put("writes", "reads", _made("s1"), 403),
    change("writes over", "reads", _made("observation-a"), 403),
    delete("deletes", "reads", OBSERVATION, 403),
    post(
        "writes in a batch",
        "reads",
        "",
        bundle(entry(_made("s2")), kind="batch"),
        200,
        stores="Observation/s2",
    ),
    post("writes in a transaction", "reads", "", bundle(entry(_made("s3"))), 403, stores="Observation/s3"),
    post("tells of a device", "reads", "$hearthside-contact", {"resourceType": "Parameters"}, 403),
    get("reads", "creates", "Patient/a", 403),
    get("searches", "creates", "Patient", 403),
    put("creates", "creates", _made("s4"), 201),
    change("writes over", "creates", _made("observation-a"), 403),
    post(
        "finds by If-None-Exist",
        "creates",
        "Observation",
        _made(""),
        403,
        headers={"If-None-Exist": "patient=a&code=72514-3"},
    ),
    put("creates by writing over nothing", "updates", _made("s5"), 403),
    get("reads by history", "updates", f"{OBSERVATION}/_history", 403),
    delete("deletes", "updates", OBSERVATION, 403),
    get("reads", "deletes", OBSERVATION, 403),
    put("creates", "deletes", _made("s6"), 403),
    get("reads by id", "searches", OBSERVATION, 403),
    get("searches", "searches", "Observation?_count=1", 200),
    get("another type", "patients only", OBSERVATION, 403),
    get("another type by search", "patients only", "Observation", 403),
    get("another type by history", "patients only", "Observation/_history", 403),
    get(
        "another type brought along",
        "patients only",
        "Patient?_revinclude=Observation:patient",
        200,
        shows=("Patient",),
        hides=("72514-3",),
    ),
    post(
        "another type in a batch",
        "patients only",
        "",
        {
            "resourceType": "Bundle",
            "type": "batch",
            "entry": [{"request": {"method": "GET", "url": OBSERVATION}}],
        },
        200,
        hides=("72514-3",),
    ),
    get(
        "who a record is about",
        "observations only",
        "Observation?subject:Patient.family=muster&_total=accurate",
        200,
        shows=('"total":0',),
    ),
    get("a file", "observations only", "Binary/binary-a", 403),
    *(
        get("a scope that grants nothing", who, "Patient/a", 403)
        for who in ("patient level", "narrowed", "no scope", "odd letters")
    ),
    put("the plan's own system, reading only", "rec reads", _made("s7"), 403),
    get("the plan's own system, reading", "rec reads", "Patient/b", 200, hides=()),
]

DRAIN = [
    get("reads a member", "dan", "Patient/b", 403),
    get("searches", "dan", "Observation?patient=b", 403),
    get("searches members", "dan", "Patient", 403),
    post("searches by a form", "dan", "Observation/_search", None, 403),
    get("reads a record of another", "dan", "Observation/observation-b", 404),
    get("reads the history of a type", "dan", "Observation/_history", 403),
    get("reads what is open to all", "dan", "Practitioner/ben", 403),
    get("reads a file", "dan", "Binary/binary-b", 404),
    delete("deletes", "dan", "Observation/observation-b", 403),
    change("writes over what is there", "dan", observation("observation-b", "b", 1, "dan"), 403),
    put("writes a CareTeam", "dan", {"resourceType": "CareTeam", "id": "d1", "status": "active"}, 403),
    put(
        "writes in another's name",
        "dan",
        observation("d2", "b", 1, "ben"),
        403,
        headers={"If-None-Match": "*"},
    ),
    put(
        "sends her own work",
        "dan",
        observation("d3", "b", 1, "dan"),
        201,
        headers={"If-None-Match": "*"},
        hides=(),
    ),
    put(
        "sends work for another's patient",
        "dan",
        observation("d4", "a", 1, "dan"),
        403,
        headers={"If-None-Match": "*"},
    ),
    put(
        "sends a private record",
        "dan",
        observation("d5", "b", 1, "dan", meta=restricted("R")),
        201,
        headers={"If-None-Match": "*"},
        hides=(),
    ),
    post(
        "finds by If-None-Exist",
        "dan",
        "Observation",
        observation("", "b", 1, "dan"),
        403,
        headers={"If-None-Exist": "patient=b"},
    ),
    post(
        "reads in a batch",
        "dan",
        "",
        {
            "resourceType": "Bundle",
            "type": "batch",
            "entry": [{"request": {"method": "GET", "url": "Patient/b"}}],
        },
        200,
    ),
    get("who saw a record", "dan", "Patient/b/$hearthside-seen", 403),
    post("opens in an emergency", "dan", "$hearthside-emergency", {"resourceType": "Parameters"}, 403),
    post("registers a device", "dan", "/devices", {"device": "d" * 32}, 403),
    post("asks for a lost key", "dan", "/recovery", {"device": "d" * 32}, 403),
]
