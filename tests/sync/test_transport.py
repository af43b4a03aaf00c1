"""FhirClient: what it believes, what it never does, and which error each trouble becomes."""

from __future__ import annotations

import gzip
import inspect
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from app.errors import (
    BadPlanAddress,
    CaptivePortal,
    Conflict,
    NoNetwork,
    NotFhir,
    PlanDown,
    PlanError,
    Refused,
    SignInNeeded,
    WrongClock,
)
from app.sync.answer import Answer
from app.sync.transport import FhirClient
from app.sync.transport_errors import MAPPED, plan_error

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
PATIENT = {"resourceType": "Patient", "id": "p1"}
Handler = Callable[[httpx.Request], httpx.Response]


class Tokens:
    """Two tokens: the first is refused by the servers below."""

    def __init__(self) -> None:
        self.renewed = 0

    async def access_token(self) -> str:
        return "first"

    async def renew(self, rejected: str) -> str:
        assert rejected == "first"
        self.renewed += 1
        return "second"

    async def renew_early(self) -> None:
        raise AssertionError("asked for by passes only")


def client(handler: Handler, *, tokens: Tokens | None = None) -> FhirClient:
    return FhirClient(
        "https://plan.example/fhir", tokens, transport=httpx.MockTransport(handler), now=lambda: NOW
    )


def fhir(body: object = PATIENT, status: int = 200, **headers: str) -> httpx.Response:
    return httpx.Response(
        status, content=json.dumps(body), headers={"Content-Type": "application/fhir+json"} | headers
    )


async def ask(response: httpx.Response | Exception) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    async with client(answer) as one:
        return await one.read("Patient", "p1")


def httpx_exceptions() -> list[type[Exception]]:
    return [c for c in vars(httpx).values() if inspect.isclass(c) and issubclass(c, Exception)]


@pytest.mark.parametrize("kind", httpx_exceptions(), ids=lambda kind: kind.__name__)
def test_no_exception_of_httpx_is_missed(kind: type[Exception]) -> None:
    assert any(base in MAPPED for base in kind.__mro__), kind
    error = kind.__new__(kind)
    Exception.__init__(error, "https://plan.example/Patient?name=Vera")
    mapped = plan_error(error)
    assert isinstance(mapped, PlanError)
    assert "Vera" not in str(mapped) + mapped.detail


@pytest.mark.parametrize("kind", [k for k in httpx_exceptions() if issubclass(k, httpx.TransportError)])
async def test_every_lost_connection_becomes_ours_on_the_way_out(kind: type[httpx.TransportError]) -> None:
    with pytest.raises(PlanError):
        await ask(kind("gone"))


def certificate_error(code: int) -> httpx.ConnectError:
    inner = ssl.SSLCertVerificationError(1, "certificate verify failed")
    inner.verify_code = code
    error = httpx.ConnectError("tls")
    error.__cause__ = inner
    return error


@pytest.mark.parametrize(
    ("code", "kind"), [(9, WrongClock), (10, WrongClock), (18, PlanDown), (62, PlanDown)]
)
async def test_a_certificate_that_is_not_valid_today_points_at_the_clock(
    code: int, kind: type[PlanError]
) -> None:
    with pytest.raises(kind) as caught:
        await ask(certificate_error(code))
    if kind is PlanDown:
        assert "who it is" in str(caught.value)


async def test_nobody_listening_is_the_server_and_no_name_is_the_network() -> None:
    refused = httpx.ConnectError("x")
    refused.__cause__ = ConnectionRefusedError()
    with pytest.raises(PlanDown):
        await ask(refused)
    with pytest.raises(NoNetwork):
        await ask(httpx.ConnectError("[Errno -2] Name or service not known"))


HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx.Response(200, text="<html>Wi-Fi</html>", headers=HTML), CaptivePortal),
        (httpx.Response(302, headers={"Location": "https://portal.example/"}), CaptivePortal),
        (httpx.Response(511, text="<html>", headers=HTML), CaptivePortal),
        (
            httpx.Response(403, text="<!DOCTYPE html><p>no</p>", headers={"Content-Type": "text/plain"}),
            CaptivePortal,
        ),
        (httpx.Response(404, text="<html>", headers=HTML), NotFhir),
        (httpx.Response(200, text="OK", headers={"Content-Type": "text/plain"}), NotFhir),
        (httpx.Response(200, json={"hello": "world"}), NotFhir),
        (httpx.Response(200, json=[1, 2]), NotFhir),
        (httpx.Response(200, text="", headers={"Content-Type": "application/fhir+json"}), PlanDown),
        (
            httpx.Response(
                200, text='{"resourceType":"Pat', headers={"Content-Type": "application/fhir+json"}
            ),
            PlanDown,
        ),
        (httpx.Response(200, text="[" * 5000, headers={"Content-Type": "application/fhir+json"}), PlanDown),
        (httpx.Response(200, text='{"a":NaN}', headers={"Content-Type": "application/fhir+json"}), PlanDown),
    ],
)
async def test_an_answer_that_is_no_fhir_is_not_believed(
    response: httpx.Response, kind: type[PlanError]
) -> None:
    with pytest.raises(kind):
        await ask(response)


@pytest.mark.parametrize("status", [413, 429, 408, 500, 502, 503])
async def test_what_a_proxy_answers_before_the_server_keeps_its_status(status: int) -> None:
    answer = await ask(httpx.Response(status, text="<html>busy</html>", headers=HTML))
    assert (answer.status, answer.resource) == (status, None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, SignInNeeded), (403, Refused), (404, Refused), (409, Conflict), (412, Conflict), (422, Refused),
     (429, PlanDown), (500, PlanDown), (503, PlanDown)],
)  # fmt: skip
def test_each_status_means_one_error(status: int, kind: type[PlanError]) -> None:
    error = Answer(status, {}, None).error()
    assert type(error) is kind
    assert error.detail == f"HTTP {status}"


async def test_one_401_renews_once_and_asks_again() -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Authorization"])
        return fhir() if seen[-1] == "Bearer second" else fhir(status=401)

    tokens = Tokens()
    async with client(handler, tokens=tokens) as one:
        assert (await one.read("Patient", "p1")).ok
    assert seen == ["Bearer first", "Bearer second"]
    assert tokens.renewed == 1


async def test_a_second_401_asks_to_sign_in_and_does_not_go_round_in_circles() -> None:
    tokens = Tokens()
    async with client(lambda _: httpx.Response(401), tokens=tokens) as one:
        with pytest.raises(SignInNeeded):
            await one.read("Patient", "p1")
    assert tokens.renewed == 1


async def test_a_redirect_is_not_followed_and_no_token_goes_along() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(307, headers={"Location": "https://elsewhere.example/fhir"})

    async with client(handler, tokens=Tokens()) as one:
        with pytest.raises(CaptivePortal):
            await one.read("Patient", "p1")
    assert asked == ["https://plan.example/fhir/Patient/p1"]


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/fhir/Patient?page=2",
        "https://plan.example.evil.example/fhir/Patient",
        "http://plan.example/fhir/Patient?page=2",
        "https://plan.example/other/Patient",
        "https://plan.example/fhirother?page=2",
        "https://plan.example?page=2",
        "https://plan.example/fhir",
        "https://plan.example/fhir#/elsewhere",
        "https://plan.example/fhir?next=https://elsewhere.example/",
        "https://plan.example/fhir/../secrets",
        "https://plan.example/fhir//elsewhere.example/x",
        "/fhir/Patient?page=2",
    ],
)
async def test_a_link_that_leads_away_is_never_asked(link: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise AssertionError("asked")

    async with client(handler, tokens=Tokens()) as one:
        with pytest.raises(BadPlanAddress):
            await one.follow(link)


async def test_a_search_says_nothing_in_its_address() -> None:
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return fhir({"resourceType": "Bundle", "type": "searchset"})

    async with client(handler) as one:
        await one.search("Patient", [("name", "Lindqvist & Söhne"), ("_count", "5")])
    assert str(asked[0].url) == "https://plan.example/fhir/Patient/_search"
    assert asked[0].method == "POST"
    assert asked[0].headers["Prefer"] == "handling=strict"
    assert asked[0].content == b"name=Lindqvist+%26+S%C3%B6hne&_count=5"


async def test_the_servers_clock_is_measured() -> None:
    async with client(lambda _: fhir(Date="Sun, 22 Nov 2026 14:01:30 GMT")) as one:
        await one.read("Patient", "p1")
        assert one.clock_offset_ms == -30_000
        assert one.server_at == NOW - timedelta(seconds=30)


async def test_a_gzipped_answer_is_read() -> None:
    packed = gzip.compress(json.dumps(PATIENT).encode())
    headers = {"Content-Type": "application/fhir+json", "Content-Encoding": "gzip"}
    answer = await ask(httpx.Response(200, content=packed, headers=headers))
    assert answer.resource == PATIENT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17.0),
        ("0", 0.0),
        ("999999999", 3600.0),
        ("Sun, 22 Nov 2026 14:03:00 GMT", 60.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_in_both_its_forms(header: str, seconds: float | None) -> None:
    answer = Answer(503, {"retry-after": header, "date": "Sun, 22 Nov 2026 14:02:00 GMT"}, None)
    assert answer.retry_after == seconds
