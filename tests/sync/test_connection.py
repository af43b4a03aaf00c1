"""The connection test tells its troubles apart on real sockets, can be stopped, and holds nothing up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.errors import PlanDown, PlanError, SignInNeeded, UntrustedCertificate, UpdateNeeded, WrongClock
from app.services.sending_models import PassWord
from app.sync.connection import SLOW, ConnectionTest
from app.sync.connection_steps import Finding, Step, StepState, Verdict
from app.sync.pass_report import outcome_of
from app.sync.portal import find_portal
from app.sync.transport import FhirClient
from tests.sync.small_servers import METADATA, OUTCOME, Said, SmallServer

ME = "Practitioner/ana"
HTML = Said(body=b"<!doctype html><p>Welcome to the Wi-Fi", content_type="text/html")


class Tokens:
    """One token; the plan's 401 is final."""

    async def access_token(self) -> str:
        return "token"

    async def renew(self, rejected: str) -> str:
        raise SignInNeeded(detail="HTTP 401")

    async def renew_early(self) -> None:
        return


async def no_portal(_: str) -> bool:
    return False


async def look(
    address: str, *, me: str | None = ME, portal: Any = no_portal, **more: Any
) -> tuple[Finding, dict[Step, StepState]]:
    transport = more.get("transport")
    async with FhirClient(address, Tokens(), transport=transport) as signed:
        test = ConnectionTest(address, signed, me=me, portal=portal, **more)
        finding = await test.run()
    assert test.finding == finding
    return finding, dict(test.steps)


def always(said: Said) -> Callable[[str], Said]:
    return lambda _: said


def plan(said: Said | None = None, signed: Said | None = None) -> Callable[[str], Said]:
    """A plan's server: its description, and its answer to the nurse's own record."""
    described = said or Said(date=datetime.now(UTC))
    return lambda path: described if path.endswith("/metadata") else signed or Said(body=OUTCOME)


def closed_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


async def test_all_is_well_with_the_plans_time_the_way_there_and_the_clocks() -> None:
    async with SmallServer(plan()) as server:
        finding, steps = await look(server.url)
    assert finding.verdict is Verdict.WELL
    assert finding.plan_at is not None
    assert finding.offset is not None
    assert abs(finding.offset) < timedelta(seconds=5)
    assert finding.round_trip is not None
    assert 0 < finding.round_trip < 20
    assert steps.pop(Step.TRUST) is StepState.SKIPPED, "in the clear nothing is proved"
    assert set(steps.values()) == {StepState.GOOD}
    assert server.asked == ["/fhir/metadata", "/fhir/Practitioner/ana"]


async def test_nobody_listening_is_the_server_and_not_the_network() -> None:
    finding, steps = await look(f"http://127.0.0.1:{closed_port()}/fhir")
    assert (finding.verdict, steps[Step.REACH]) == (Verdict.SERVER_DOWN, StepState.BAD)
    assert steps[Step.SIGN_IN] is StepState.SKIPPED


async def test_a_name_that_leads_nowhere_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    finding, steps = await look("https://plan.example/fhir", portal=find_portal)
    assert (finding.verdict, steps[Step.REACH]) == (Verdict.NO_NETWORK, StepState.BAD)


@pytest.mark.parametrize(
    "said",
    [HTML, Said(302, b"", more=(("Location", "http://wifi.example/"),)), Said(511, HTML.body, "text/html")],
    ids=["page", "led away", "511"],
)
async def test_a_page_in_place_of_an_answer_is_a_network_that_wants_a_sign_in(said: Said) -> None:
    async with SmallServer(always(said)) as server:
        finding, steps = await look(server.url)
    assert (finding.verdict, steps[Step.REACH]) == (Verdict.PORTAL, StepState.BAD)


@pytest.mark.parametrize(
    ("said", "is_portal"),
    [
        (Said(511, b""), True),
        (Said(307, b"", more=(("Location", "https://wifi.example/"),)), True),
        (Said(301, b"", more=(("Location", "https://127.0.0.1/fhir"),)), False),
        (HTML, False),
        (Said(404, b""), False),
    ],
    ids=["511", "led away", "led to its own tls", "page", "nothing there"],
)
async def test_a_portal_is_known_by_leading_away_and_by_nothing_less(said: Said, is_portal: bool) -> None:
    async with SmallServer(always(said)) as door:
        assert await find_portal("https://127.0.0.1:9/fhir", port=door.port) is is_portal
    assert door.asked == ["/"]
    assert await find_portal("https://127.0.0.1:9/fhir", port=closed_port()) is False


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_server_that_fails_is_down(status: int) -> None:
    async with SmallServer(plan(Said(status, OUTCOME))) as server:
        finding, steps = await look(server.url)
    assert (finding.verdict, finding.detail) == (Verdict.SERVER_DOWN, f"HTTP {status}")
    assert (steps[Step.REACH], steps[Step.PLAN]) == (StepState.GOOD, StepState.BAD)


async def test_a_401_asks_to_sign_in_and_an_ended_sign_in_needs_no_question() -> None:
    async with SmallServer(plan(signed=Said(401, OUTCOME))) as server:
        finding, steps = await look(server.url)
        assert (finding.verdict, steps[Step.SIGN_IN]) == (Verdict.SIGN_IN, StepState.BAD)
        asked = len(server.asked)
        finding, _ = await look(server.url, me=None)
    assert finding.verdict is Verdict.SIGN_IN
    assert server.asked[asked:] == ["/fhir/metadata"]


@pytest.mark.parametrize("status", [200, 403, 404])
async def test_any_other_answer_shows_that_the_sign_in_is_taken(status: int) -> None:
    async with SmallServer(plan(signed=Said(status, OUTCOME))) as server:
        finding, _ = await look(server.url)
    assert finding.verdict is Verdict.WELL


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_plan_that_answers_but_not_the_signed_question_is_neither_silent_nor_proof_of_a_sign_in_that_is_over(
    status: int,
) -> None:
    async with SmallServer(plan(signed=Said(status, OUTCOME))) as server:
        finding, steps = await look(server.url)
    assert (finding.verdict, finding.detail) == (Verdict.NOT_TO_SIGN_IN, f"HTTP {status}")
    assert (steps[Step.REACH], steps[Step.SIGN_IN]) == (StepState.GOOD, StepState.SKIPPED)


@pytest.mark.parametrize("how_often", [1, 2])
async def test_an_idle_line_that_the_plan_closes_under_the_question_is_asked_on_a_new_one_once(
    how_often: int,
) -> None:
    deaths = [Said(hangs_up=True)] * how_often

    def answer(path: str) -> Said:
        return deaths.pop() if deaths and not path.endswith("/metadata") else Said(body=METADATA)

    async with SmallServer(answer) as server:
        finding, _ = await look(server.url)
    assert finding.verdict is (Verdict.WELL if how_often == 1 else Verdict.NOT_TO_SIGN_IN)
    assert server.asked == ["/fhir/metadata", *["/fhir/Practitioner/ana"] * 2]


async def test_a_plan_that_is_two_days_away_shows_that_the_date_is_wrong() -> None:
    late = Said(date=datetime.now(UTC) + timedelta(days=2))
    async with SmallServer(plan(late)) as server:
        finding, steps = await look(server.url)
    assert (finding.verdict, steps[Step.CLOCK]) == (Verdict.WRONG_DATE, StepState.BAD)
    assert steps[Step.SIGN_IN] is StepState.GOOD
    assert finding.offset is not None
    assert abs(finding.offset - timedelta(days=2)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    "said",
    [
        Said(body=b'{"resourceType": "CapabilityStatement", "fhirVersion": "3.0.2"}'),
        Said(body=b'{"hello": 1}', content_type="application/json"),
        Said(404, HTML.body, "text/html"),
        Said(body=b"hello", content_type="text/plain"),
    ],
    ids=["older FHIR", "other json", "404 page", "text"],
)
async def test_a_server_that_keeps_no_records_is_not_a_plan(said: Said) -> None:
    async with SmallServer(always(said)) as server:
        finding, steps = await look(server.url)
    assert (finding.verdict, steps[Step.PLAN]) == (Verdict.NOT_A_PLAN, StepState.BAD)


@pytest.mark.parametrize("said", [Said(426, OUTCOME), Said(426, b"update", "text/plain")])
@pytest.mark.parametrize("signed", [False, True], ids=["description", "signed question"])
async def test_a_plan_that_wants_a_newer_app_says_so(said: Said, signed: bool) -> None:
    async with SmallServer(plan(signed=said) if signed else plan(said)) as server:
        finding, _ = await look(server.url)
    assert finding.verdict is Verdict.UPDATE


async def test_a_server_that_takes_too_long_is_down() -> None:
    async with SmallServer(plan()) as server:
        server.gate.clear()
        finding, steps = await look(server.url, patience=0.2)
    assert (finding.verdict, finding.detail) == (Verdict.SERVER_DOWN, SLOW)
    assert steps[Step.PLAN] is StepState.BAD


async def test_it_can_be_stopped_at_once() -> None:
    async with SmallServer(plan()) as server, FhirClient(server.url, Tokens()) as signed:
        server.gate.clear()
        test = ConnectionTest(server.url, signed, me=ME)
        running = asyncio.create_task(test.run())
        await server.heard.wait()
        test.stop()
        async with asyncio.timeout(5):
            finding = await running
    assert finding.verdict is Verdict.STOPPED
    assert StepState.RUNS not in dict(test.steps).values()


async def test_stopping_never_cuts_off_a_question_that_may_be_renewing_the_sign_in() -> None:
    renewing, go_on, renewed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Renewing(Tokens):
        async def access_token(self) -> str:
            renewing.set()
            await go_on.wait()
            renewed.set()
            return "token"

    async with SmallServer(plan()) as server, FhirClient(server.url, Renewing()) as signed:
        test = ConnectionTest(server.url, signed, me=ME)
        running = asyncio.create_task(test.run())
        await renewing.wait()
        test.stop()
        assert (await running).verdict is Verdict.STOPPED
        go_on.set()
        async with asyncio.timeout(5):
            await renewed.wait()


async def test_what_is_sent_meanwhile_goes_on() -> None:
    held = asyncio.Event()
    async with SmallServer(plan()) as plan_server, SmallServer(plan()) as slow:
        slow.gate.clear()
        async with FhirClient(plan_server.url, Tokens()) as client:
            test = ConnectionTest(slow.url, client, me=ME, on_step=held.set)
            running = asyncio.create_task(test.run())
            await slow.heard.wait()
            async with asyncio.timeout(5):
                answers = await asyncio.gather(*(client.read("Patient", f"p{n}") for n in range(12)))
            assert all(answer.ok for answer in answers)
            assert not running.done()
            test.stop()
            await running


async def test_each_step_is_shown_as_it_runs() -> None:
    seen: list[dict[Step, StepState]] = []
    async with SmallServer(plan()) as server, FhirClient(server.url, Tokens()) as signed:
        test = ConnectionTest(server.url, signed, me=ME, on_step=lambda: seen.append(dict(test.steps)))
        await test.run()
    running = [step for steps in seen for step, state in steps.items() if state is StepState.RUNS]
    assert list(dict.fromkeys(running)) == [Step.REACH, Step.SIGN_IN]
    assert set(seen[0].values()) == {StepState.RUNS, StepState.WAITS}


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (UntrustedCertificate(), "untrusted"),
        (WrongClock(), "wrong-date"),
        (UpdateNeeded(), "update-needed"),
        (PlanDown(), "plan-down"),
    ],
)
def test_a_pass_ends_with_the_same_distinctions(error: PlanError, outcome: str) -> None:
    assert outcome_of(error) == outcome
    assert outcome in {word.value for word in PassWord}
