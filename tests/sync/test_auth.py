"""Signing in: against the running plan, and against what goes wrong around it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from app.errors import (
    BadPlanAddress,
    CaptivePortal,
    NotFhir,
    PlanDown,
    SignInNeeded,
    SignInRefused,
    WebPageThere,
)
from app.store import sessions
from app.store.sessions import SignInRow
from app.sync import auth
from app.sync.auth import Plan, check_plan, read_sign_in, start_sign_in
from app.sync.capabilities import Capabilities
from app.sync.oauth import Endpoints, TokenAnswer
from app.sync.tokens import StoreTokens, make_client
from app.sync.transport import utc_now
from tests.support.field import FieldPlan, Person
from tests.support.relay import CUT_BEFORE, EMPTY, GARBAGE, PORTAL, Fault, Relay, http
from tests.sync.browser_sign_in import in_the_browser, sign_in
from tests.sync.conftest import MakeTablet


async def test_a_nurse_signs_in_through_the_browser(field_plan: FieldPlan) -> None:
    nurse = field_plan.add_person(name="Ana Ruiz, RN")
    plan = await check_plan(field_plan.url)
    assert plan.url == f"{field_plan.url}/fhir"
    assert plan.capabilities.store_epoch
    assert plan.capabilities.scopes_by_careteam
    attempt = await start_sign_in(plan)
    query = {k: v[0] for k, v in parse_qs(urlsplit(attempt.authorize_url).query).items()}
    assert query["code_challenge_method"] == "S256"
    assert query["aud"] == plan.url
    assert query["redirect_uri"].startswith("http://127.0.0.1:")
    assert len(query["state"]) >= 22
    waiting = asyncio.create_task(attempt.wait(30))
    page = await in_the_browser(attempt.authorize_url, nurse)
    signed_in = await waiting
    assert "You can go back to Hearthside" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert signed_in.sign_in.access_token not in page.text
    assert (signed_in.user_reference, signed_in.user_name, signed_in.role) == (
        nurse.reference,
        nurse.name,
        "nurse",
    )
    assert signed_in.sign_in.refresh_token
    assert signed_in.sign_in.access_token not in repr(signed_in)


async def test_a_supervisor_is_known_as_one(field_plan: FieldPlan) -> None:
    person = field_plan.add_person("supervisor", "Sue Park, RN")
    assert (await sign_in(field_plan, person)).role == "supervisor"


async def test_cancelling_on_the_plans_page_is_a_refusal(field_plan: FieldPlan, nurse: Person) -> None:
    attempt = await start_sign_in(await check_plan(field_plan.url))
    waiting = asyncio.create_task(attempt.wait(30))
    page = await in_the_browser(attempt.authorize_url, nurse, "cancel")
    assert "Not signed in" in page.text
    with pytest.raises(SignInRefused) as caught:
        await waiting
    assert caught.value.detail == "access_denied"
    assert str(caught.value) == "The sign-in was canceled."


async def test_an_answer_with_another_state_is_not_taken(field_plan: FieldPlan, nurse: Person) -> None:
    attempt = await start_sign_in(await check_plan(field_plan.url))
    redirect = parse_qs(urlsplit(attempt.authorize_url).query)["redirect_uri"][0]
    waiting = asyncio.create_task(attempt.wait(30))
    async with httpx.AsyncClient(trust_env=False) as stranger:
        wrong = await stranger.get(f"{redirect}?{urlencode({'code': 'stolen', 'state': 'guess'})}")
        elsewhere = await stranger.get(redirect.replace("/callback", "/"))
        rebound = await stranger.get(f"{redirect}?code=a&state=b", headers={"Host": "evil.example"})
        posted = await stranger.post(redirect)
    assert (wrong.status_code, elsewhere.status_code, rebound.status_code, posted.status_code) == (
        400,
        404,
        404,
        404,
    )
    assert not waiting.done(), "a stranger can neither finish nor end the sign-in"
    await in_the_browser(attempt.authorize_url, nurse)
    assert (await waiting).role == "nurse"


async def test_nobody_comes_back(field_plan: FieldPlan) -> None:
    attempt = await start_sign_in(await check_plan(field_plan.url))
    with pytest.raises(SignInRefused) as caught:
        await attempt.wait(0.05)
    assert caught.value.detail == "timeout"


async def test_cancelled_in_the_app(field_plan: FieldPlan) -> None:
    attempt = await start_sign_in(await check_plan(field_plan.url))
    waiting = asyncio.create_task(attempt.wait(30))
    await asyncio.sleep(0)
    await attempt.cancel()
    with pytest.raises(SignInRefused):
        await waiting


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (PORTAL, WebPageThere),
        (
            Fault("511", forward=False, answer=http("511 Sign In", "text/html", b"<html>")),
            CaptivePortal,
        ),
        (CUT_BEFORE, PlanDown),
        (EMPTY, PlanDown),
        (GARBAGE, PlanDown),
        (Fault("a web site", forward=False, answer=http("404 Not Found", "text/html", b"<html>")), NotFhir),
        (Fault("an api", forward=False, answer=http("200 OK", "application/json", b'{"ok":true}')), NotFhir),
        (Fault("down", forward=False, answer=http("503 No", "text/html", b"<html>")), PlanDown),
        (
            Fault(
                "an older FHIR",
                forward=False,
                answer=http(
                    "200 OK",
                    "application/fhir+json",
                    b'{"resourceType":"CapabilityStatement","fhirVersion":"3.0.2"}',
                ),
            ),
            NotFhir,
        ),
    ],
    ids=lambda one: getattr(one, "name", getattr(one, "__name__", None)),
)
async def test_an_address_that_is_no_plan_is_named_for_what_it_is(
    relay: Relay, fault: Fault, kind: type[Exception]
) -> None:
    relay.judge = lambda request: fault
    with pytest.raises(kind) as caught:
        await check_plan(relay.url)
    assert type(caught.value) is kind


async def test_an_address_in_clear_is_refused_before_anything_is_asked() -> None:
    with pytest.raises(BadPlanAddress):
        await check_plan("http://plan.example")


async def test_nobody_listening() -> None:
    with pytest.raises(PlanDown):
        await check_plan("http://127.0.0.1:9")


async def test_the_fhir_base_itself_may_be_typed(field_plan: FieldPlan) -> None:
    assert (await check_plan(f"{field_plan.url}/fhir/")).url == f"{field_plan.url}/fhir"


PLAN = Plan(
    "https://plan.example/fhir",
    "Plan",
    Endpoints("https://plan.example/a", "https://plan.example/t", None),
    Capabilities("Plan", None, scopes_by_careteam=False, update_create=True, resources=frozenset()),
)


def claims(**members: str) -> str:
    body = base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")
    return f"e30.{body}.sig"


def test_who_signed_in_may_come_from_the_id_token() -> None:
    token = claims(fhirUser="https://plan.example/fhir/Practitioner/n7", name="Ana")
    row = read_sign_in(PLAN, TokenAnswer("a", None, 900, {"id_token": token}), utc_now())
    assert (row.user_reference, row.user_name, row.role) == ("Practitioner/n7", "Ana", "nurse")


@pytest.mark.parametrize("members", [{}, {"fhirUser": "Patient/p1"}, {"id_token": "x.y.z"}, {"fhirUser": 7}])
def test_a_plan_that_does_not_say_who_signed_in_is_refused(members: dict[str, object]) -> None:
    with pytest.raises(SignInRefused):
        read_sign_in(PLAN, TokenAnswer("a", None, None, members), utc_now())


@pytest.mark.parametrize("role", ["care-manager", "family", "nurse-assistant"])
def test_a_person_of_another_role_is_refused_rather_than_taken_for_a_nurse(role: str) -> None:
    members = {"fhirUser": "Practitioner/n7", "role": role}
    with pytest.raises(SignInRefused, match="nurses and supervisors"):
        read_sign_in(PLAN, TokenAnswer("a", None, 900, members), utc_now())


async def test_many_requests_that_meet_a_401_together_refresh_once(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    row = (await sign_in(field_plan, nurse)).sign_in
    tablet = await tablets(nurse, relay.url)
    stale = replace(
        row, access_token="stale", plan_url=f"{relay.url}/fhir",
        token_endpoint=row.token_endpoint.replace(field_plan.url, relay.url)
    )  # fmt: skip
    await tablet.store.write(lambda c: sessions.save(c, stale))
    client = make_client(tablet.store, stale)
    answers = await asyncio.gather(*(client.search("CareTeam", [("status", "active")]) for _ in range(6)))
    await client.aclose()
    assert all(answer.ok for answer in answers)
    assert sum(request.path == urlsplit(stale.token_endpoint).path for request in relay.seen) == 1
    kept = await tablet.store.read(sessions.find)
    assert kept is not None
    assert kept.access_token not in (None, "stale")
    assert kept.refresh_token not in (None, row.refresh_token), "the new pair is in the store"


async def test_an_expired_sign_in_keeps_everything_and_says_sign_in(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse, token="not-a-token")
    visit = await tablet.document(patient_id, pain=3)
    report = await tablet.sync()
    assert report.outcome == "sign-in-needed"
    assert report.sentence == SignInNeeded.sentence
    kept = await tablet.store.read(sessions.find)
    assert kept is not None
    assert kept.ended
    assert (await tablet.status(visit.id)).total > 0
    assert (await tablet.sync()).outcome == "sign-in-needed"

    again = (await sign_in(field_plan, nurse)).sign_in
    await tablet.store.write(lambda c: sessions.save(c, again))
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id)


async def test_a_lost_refresh_answer_ends_nothing(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    row = (await sign_in(field_plan, nurse)).sign_in
    tablet = await tablets(nurse, relay.url)
    stale = replace(
        row, access_token="stale", token_endpoint=row.token_endpoint.replace(field_plan.url, relay.url)
    )
    await tablet.store.write(lambda c: sessions.save(c, stale))
    relay.judge = lambda request: Fault("lost", keep=0)
    tokens = StoreTokens(tablet.store)
    with pytest.raises(PlanDown):
        await tokens.renew("stale")
    kept = await tablet.store.read(sessions.find)
    assert kept is not None
    assert not kept.ended
    relay.judge = lambda request: None
    assert await tokens.renew("stale") != "stale", "the plan gives the same successors once more"


async def test_a_revoked_sign_in_is_over(field_plan: FieldPlan, nurse: Person, tablets: MakeTablet) -> None:
    row = (await sign_in(field_plan, nurse)).sign_in
    assert await auth.revoke(row)
    tablet = await tablets(nurse)
    await tablet.store.write(lambda c: sessions.save(c, row))
    assert (await tablet.sync()).outcome == "sign-in-needed"


async def test_signing_out_without_a_network_is_not_an_error(nurse: Person) -> None:
    row = SignInRow("http://127.0.0.1:9/fhir", "http://127.0.0.1:9/t", "http://127.0.0.1:9/r", "c", "Practitioner/1",
                    "Ana", "nurse", "a", "r")  # fmt: skip
    assert not await auth.revoke(row)


async def test_the_page_after_signing_in_has_the_calm_look_of_the_plans_and_loads_nothing(
    field_plan: FieldPlan, nurse: Person
) -> None:
    attempt = await start_sign_in(await check_plan(field_plan.url))
    waiting = asyncio.create_task(attempt.wait(30))
    page = await in_the_browser(attempt.authorize_url, nurse)
    await waiting
    assert '<html lang="en">' in page.text
    assert "prefers-color-scheme: dark" in page.text
    style = page.text.partition("<style>")[2].partition("</style>")[0]
    said = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'sha256-{said}'; frame-ancestors 'none'"
    assert not [one for one in ("src=", "href=", "url(", "@import") if one in page.text]
    assert nurse.name not in page.text
