"""What a server shows to prove who it is, and what the connection test makes of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.sync.connection_steps import Step, StepState, Verdict
from app.sync.portal import find_portal
from tests.sync.small_servers import Authority, Said, SmallServer, make_authority
from tests.sync.test_connection import HTML, always, look, plan


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path)


async def test_a_portal_before_a_plan_with_tls_shows_as_a_broken_certificate_and_is_found_all_the_same(
    authority: Authority,
) -> None:
    away = Said(302, b"", more=(("Location", "http://wifi.example/login"),))
    async with (
        SmallServer(plan(), authority.server_side(signed_by_itself=True)) as wifi,
        SmallServer(always(away)) as door,
    ):
        finding, _ = await look(wifi.url, portal=partial(find_portal, port=door.port))
    assert finding.verdict is Verdict.PORTAL


@pytest.mark.parametrize(
    ("certificate", "verdict", "expired"),
    [
        ({}, Verdict.WELL, False),
        ({"begins": timedelta(days=3), "ends": timedelta(days=9)}, Verdict.WRONG_DATE, False),
        ({"begins": timedelta(days=-9), "ends": timedelta(days=-3)}, Verdict.WRONG_DATE, True),
        ({"signed_by_itself": True}, Verdict.UNTRUSTED, False),
        ({"address": "192.0.2.7"}, Verdict.UNTRUSTED, False),
    ],
    ids=["good", "not yet valid", "expired", "self-signed", "another host's"],
)
async def test_certificates_are_told_apart(
    authority: Authority, certificate: dict[str, Any], verdict: Verdict, expired: bool
) -> None:
    transport = httpx.AsyncHTTPTransport(verify=authority.client_side())
    async with SmallServer(plan(), authority.server_side(**certificate)) as server:
        finding, steps = await look(server.url, transport=transport)
    assert (finding.verdict, finding.expired) == (verdict, expired)
    if verdict is Verdict.WELL:
        assert set(steps.values()) == {StepState.GOOD}
    else:
        assert server.asked == [], "not a word before the server has shown who it is"
        assert steps[Step.REACH] is StepState.GOOD
        assert steps[Step.CLOCK if verdict is Verdict.WRONG_DATE else Step.TRUST] is StepState.BAD


async def test_where_the_date_is_known_to_be_right_an_old_certificate_is_the_servers_fault(
    authority: Authority,
) -> None:
    transport = httpx.AsyncHTTPTransport(verify=authority.client_side())
    old = authority.server_side(begins=timedelta(days=-9), ends=timedelta(days=-3))
    async with SmallServer(plan(), old) as server:
        finding, _ = await look(server.url, transport=transport, date_is_right=True)
    assert (finding.verdict, finding.expired) == (Verdict.UNTRUSTED, True)


async def test_over_tls_a_page_comes_from_the_server_itself(authority: Authority) -> None:
    transport = httpx.AsyncHTTPTransport(verify=authority.client_side())
    async with SmallServer(always(HTML), authority.server_side()) as server:
        finding, _ = await look(server.url, transport=transport)
    assert finding.verdict is Verdict.NOT_A_PLAN
