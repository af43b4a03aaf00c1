"""Doors beside FHIR, other origins and hosts, methods and paths that are none."""

from __future__ import annotations

from tests.attacks.attempt import Attempt, get, post

EVIL = "https://evil.example"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NOWHERE = {"Origin": EVIL, "Host": "evil.example"}
ASKED = (
    "/oauth/authorize?response_type=code&client_id=hearthside-app&redirect_uri={redirect}&scope=user/*.cruds"
    "&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
)
HERE = "http://127.0.0.1:49152/callback"
DEVICE = "0" * 32
WRITE = "00000000-0000-4000-8000-000000000000"

DOORS: list[Attempt] = [
    get(
        "another origin reads nothing",
        "ana",
        "Patient/a",
        200,
        headers={"Origin": EVIL},
        hides=("access-control",),
    ),
    Attempt(
        "a preflight of another origin",
        "",
        "OPTIONS",
        "Patient/a",
        405,
        headers={"Origin": EVIL, "Access-Control-Request-Method": "GET"},
        hides=("access-control",),
    ),
    get(
        "another host is in no link",
        "ana",
        "Patient",
        200,
        headers={"Host": "evil.example"},
        hides=("evil.example",),
    ),
    get(
        "a forwarded host is in no link",
        "ana",
        "Patient",
        200,
        headers={"X-Forwarded-Host": "evil.example"},
        hides=("evil.example",),
    ),
    get(
        "another host at discovery",
        "",
        ".well-known/smart-configuration",
        200,
        headers={"Host": "evil.example"},
        hides=("evil.example",),
    ),
    get(
        "the login page under another name",
        "",
        ASKED.format(redirect=HERE),
        421,
        headers={"Host": "evil.example"},
        hides=("password",),
    ),
    get("the login page", "", ASKED.format(redirect=HERE), 200, shows=("password",)),
    get(
        "the way back to another site",
        "",
        ASKED.format(redirect="https://evil.example/callback"),
        400,
        hides=("location: ", "password"),
    ),
    get(
        "the way back to another program's path",
        "",
        ASKED.format(redirect="http://127.0.0.1:1/x"),
        400,
        hides=("location: ",),
    ),
    get(
        "the way back to localhost",
        "",
        ASKED.format(redirect="http://localhost:1/callback"),
        400,
        hides=("location: ",),
    ),
    get(
        "the way back with a user in it",
        "",
        ASKED.format(redirect="http://127.0.0.1:1@evil.example/callback"),
        400,
        hides=("location: ",),
    ),
    get(
        "no challenge",
        "",
        ASKED.format(redirect=HERE).replace("code_challenge=", "x="),
        303,
        shows=("invalid_request",),
        hides=("code=",),
    ),
    get(
        "a plain challenge",
        "",
        ASKED.format(redirect=HERE).replace("S256", "plain"),
        303,
        shows=("invalid_request",),
        hides=("code=",),
    ),
    get(
        "a token without a code",
        "",
        ASKED.format(redirect=HERE).replace("type=code", "type=token"),
        303,
        shows=("unsupported_response_type",),
        hides=("access_token",),
    ),
    get("another app", "", ASKED.format(redirect=HERE).replace("hearthside-app", "evil-app"), 400),
    post(
        "a form from nowhere",
        "",
        "/oauth/authorize",
        {"username": "ana.user", "password": "x" * 12},
        400,
        headers=FORM,
    ),
    post(
        "a form from another site",
        "",
        ASKED.format(redirect=HERE),
        {"username": "ana.user"},
        400,
        headers=FORM | {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"},
    ),
    post(
        "a password for a token",
        "",
        "/oauth/token",
        {"grant_type": "password", "username": "ana.user", "password": "x", "client_id": "hearthside-app"},
        400,
        headers=FORM,
    ),
    post(
        "nothing for a token",
        "",
        "/oauth/token",
        {"grant_type": "client_credentials", "client_id": "hearthside-app"},
        400,
        headers=FORM,
    ),
    post(
        "an access token to renew",
        "",
        "/oauth/token",
        {"grant_type": "refresh_token", "refresh_token": "{ana}", "client_id": "hearthside-app"},
        400,
        headers=FORM,
    ),
    post(
        "a renewal for one shut out",
        "",
        "/oauth/token",
        {"grant_type": "refresh_token", "refresh_token": "{dis:refresh}", "client_id": "hearthside-app"},
        400,
        headers=FORM,
    ),
    post(
        "a renewal by another app",
        "",
        "/oauth/token",
        {"grant_type": "refresh_token", "refresh_token": "{ana:refresh}", "client_id": "evil-app"},
        400,
        headers=FORM,
    ),
    post(
        "ends a token nobody has",
        "",
        "/oauth/revoke",
        {"token": "A" * 43, "client_id": "hearthside-app"},
        200,
        headers=FORM,
    ),
    post(
        "ends a token as another app",
        "",
        "/oauth/revoke",
        {"token": "{ben}", "client_id": "evil-app"},
        400,
        headers=FORM,
    ),
    get("and the token is still good", "ben", "Patient/t", 200),
    Attempt("TRACE", "ana", "TRACE", "Patient/a", 405),
    Attempt("PATCH", "ana", "PATCH", "Patient/a", 405, {"resourceType": "Patient"}),
    Attempt("DELETE by search", "ana", "DELETE", "Observation?patient=a", 405),
    Attempt("PUT by search", "ana", "PUT", "Observation?patient=a", 405, {}),
    get("a page of scripts", "", "/docs", 404),
    get("a file of the server", "", "/../../../../etc/passwd", 404, hides=("root:",)),
    get("a file of the server, encoded", "", "/%2e%2e/%2e%2e/etc/passwd", 404, hides=("root:",)),
    get("the base in another spelling", "ana", "/FHIR/Patient/a", 404),
    get("two slashes", "", "//fhir/Patient/a", 404),
    get("orders of a device nobody has", "", f"/orders/{DEVICE}", 200, shows=('"orders":[]',)),
    post("a word about an order nobody gave", "", f"/orders/{DEVICE}/{DEVICE}", {"did": "all"}, 204),
    post("a device by nobody", "", "/devices", {}, 401),
    post("a device by the plan's own system", "rec", "/devices", {}, 403),
    post(
        "a device without proof", "ana", "/devices", {"device": DEVICE, "key": "AAAA", "proof": "AAAA"}, 400
    ),
    *(
        post("a signing key, with a sign-in that does not write", who, "/devices", {}, 403)
        for who in ("reads", "searches")
    ),
    *(post("a lost key, with a narrow sign-in", who, "/recovery", {}, 403) for who in ("reads", "creates")),
    get("who saw a record, with a narrow sign-in", "patients only", "Patient/a/$hearthside-seen", 403),
    get(
        "who saw a record, before a time that is none",
        "sue",
        "Patient/b/$hearthside-seen?before=" + "9" * 40,
        400,
        hides=(),
    ),
    get(
        "who saw a record, before time began",
        "sue",
        "Patient/b/$hearthside-seen?before=-" + "9" * 19,
        400,
        hides=(),
    ),
    post("a sealed write by nobody", "", "/courier", {}, 401),
    post("a sealed write that is none", "ana", "/courier", {"sealed": "AAAA"}, 200, shows=("refused",)),
    post("writes taken back by nobody", "", "/courier/taken-back", {}, 401),
    post("writes taken back without naming any", "ana", "/courier/taken-back", {"device": DEVICE}, 400),
    post(
        "a write taken back by a device that nobody registered",
        "ana",
        "/courier/taken-back",
        {"device": DEVICE, "writes": [WRITE], "proof": "AAAA"},
        403,
    ),
    post("a lost key by nobody", "", "/recovery", {}, 401),
    post("which rescue key, by nobody", "", "/recovery/slots", {}, 401),
    get("another's lost key", "ana", f"/recovery/{DEVICE}", 404),
    get("another's lost key by nobody", "", f"/recovery/{DEVICE}", 401),
    Attempt("taking back another's lost key", "ana", "DELETE", f"/recovery/{DEVICE}", 404),
    post("a device's word by nobody", "", "$hearthside-contact", {"resourceType": "Parameters"}, 401),
    get("who saw a record, by nobody", "", "Patient/b/$hearthside-seen", 401),
]
