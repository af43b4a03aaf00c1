"""The bulk export: its client reaches one group and nothing else; nobody else reaches the export. In this order."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, delete, get, post

ASYNC = {"Prefer": "respond-async"}
EXPORT, OTHERS = "Group/group-one/$export", "Group/group-two/$export"
JOB = "A" * 32
ALL = {"resourceType": "Parameters"}
ONE = ALL | {"parameter": [{"name": "patient", "valueReference": {"reference": "Patient/b"}}]}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NOBODY = ("ana", "sue", "cam", "rec", "dan", "dis", "expired", "invented", "hash", "")
HERS = ("Patient", "Patient/a", "Patient/b", "Group/group-one", "Organization", "$hearthside-board")

BULK: list[Attempt] = [
    *(get(f"asks for an export ({who})", who, EXPORT, 401, headers=ASYNC) for who in NOBODY),
    *(
        post(f"asks for an export by POST ({who})", who, EXPORT, ALL, 401, headers=ASYNC)
        for who in NOBODY[:4]
    ),
    *(get(f"looks how one stands ({who})", who, f"$export-status/{JOB}", 401) for who in NOBODY[:4]),
    *(get(f"reads a file ({who})", who, f"$export-file/{JOB}/0", 401) for who in NOBODY[:4]),
    *(delete(f"calls one off ({who})", who, f"$export-status/{JOB}", 401) for who in NOBODY[:4]),
    *(get(f"reads {path} by her token", "bulk", path, 401) for path in HERS),
    post("searches by her token", "bulk", "Patient/_search", {}, 401, headers=FORM),
    post("sends a bundle by her token", "bulk", "", {"resourceType": "Bundle", "type": "batch"}, 401),
    get("a group that is another's", "bulk", OTHERS, 404, headers=ASYNC),
    get("a group that is not there", "bulk", "Group/none/$export", 404, headers=ASYNC),
    post("by POST, a group that is another's", "bulk", OTHERS, ALL, 404, headers=ASYNC),
    post("by POST, one person by name", "bulk", EXPORT, ONE, 400, headers=ASYNC),
    get("without waiting", "bulk", EXPORT, 400),
    get("a type that never leaves", "bulk", f"{EXPORT}?_type=Binary", 400, headers=ASYNC),
    get("one person by name", "bulk", f"{EXPORT}?patient=Patient/b", 400, headers=ASYNC),
    get("a filter by text", "bulk", f"{EXPORT}?_typeFilter=Patient%3Fname%3DOkonkwo", 400, headers=ASYNC),
    get("since what has not been", "bulk", f"{EXPORT}?_since=2999-01-01", 400, headers=ASYNC),
    get("a job that is nobody's", "bulk", f"$export-status/{JOB}", 404),
    get("a file of it", "bulk", f"$export-file/{JOB}/0", 404),
    get("a file with a number that is none", "bulk", f"$export-file/{JOB}/..%2f0", 404),
    get("a file with a word for a number", "bulk", f"$export-file/{JOB}/zero", 400),
    delete("calls off what is not there", "bulk", f"$export-status/{JOB}", 404),
    get("her group", "bulk", EXPORT, 202, headers=ASYNC, shows=("/fhir/$export-status/",)),
    post(
        "a client without a proof",
        "",
        "/oauth/token",
        {"grant_type": "client_credentials", "client_id": "client-one", "scope": "system/*.rs"},
        400,
        headers=FORM,
        hides=("access_token",),
    ),
    post(
        "a client with a proof that is none",
        "",
        "/oauth/token",
        {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": "e30.e30."},
        400,
        headers=FORM,
        hides=("access_token",),
    ),
]  # fmt: skip
