"""A sign-in over a long day: renewed before it ends, ended only by the plan, never in the way of what waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from app.store import sessions
from app.store.sessions import SignInRow
from app.sync.tokens import StoreTokens, make_client
from app.sync.transport import utc_now
from tests.support.field import FieldPlan, Person, Tablet
from tests.support.relay import DROP_ANSWER, Relay, http
from tests.sync.browser_sign_in import sign_in
from tests.sync.conftest import MakeTablet

SOON, LATER = timedelta(minutes=2), timedelta(minutes=12)
REFUSED = http("400 Bad Request", "application/json", b'{"error": "invalid_grant"}')


async def signed_in(
    plan: FieldPlan, nurse: Person, tablet: Tablet, relay: Relay, left: timedelta
) -> SignInRow:
    """A real sign-in whose token ends in `left`; its token requests go through the relay."""
    row = (await sign_in(plan, nurse)).sign_in
    row = replace(
        row, token_endpoint=row.token_endpoint.replace(plan.url, relay.url), expires_at=utc_now() + left
    )
    await tablet.store.write(lambda c: sessions.save(c, row))
    return row


def asked(relay: Relay, row: SignInRow) -> int:
    return sum(request.path == urlsplit(row.token_endpoint).path for request in relay.seen)


@pytest.mark.parametrize(("left", "renewals"), [(SOON, 1), (LATER, 0)])
async def test_a_token_that_is_about_to_end_is_renewed_before_a_pass(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay, left: timedelta, renewals: int
) -> None:
    tablet = await tablets(nurse)
    row = await signed_in(field_plan, nurse, tablet, relay, left)
    tokens = StoreTokens(tablet.store)
    await asyncio.gather(*(tokens.renew_early() for _ in range(3)))
    kept = await tablet.store.read(sessions.find)
    assert kept is not None
    assert asked(relay, row) == renewals
    assert (kept.access_token != row.access_token) == bool(renewals)
    assert (await tablet.sync()).outcome == "ok"


async def test_an_early_renewal_that_is_refused_ends_nothing_while_the_token_still_works(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    patient_id = field_plan.add_patient(nurse)
    tablet = await tablets(nurse)
    row = await signed_in(field_plan, nurse, tablet, relay, SOON)
    relay.judge = lambda request: replace(
        DROP_ANSWER, name="refused", forward=False, answer=REFUSED, keep=None
    )
    tokens = StoreTokens(tablet.store)
    await tokens.renew_early()
    await tokens.renew_early()
    assert asked(relay, row) == 1, "a server is not asked twice with a token that it refused"
    kept = await tablet.store.read(sessions.find)
    assert kept is not None
    assert not kept.ended
    visit = await tablet.document(patient_id, pain=3)
    assert (await tablet.sync()).outcome == "ok"
    assert await tablet.received(visit.id), "what waits goes while the plan still takes the token"


async def test_a_lost_answer_to_an_early_renewal_costs_nothing(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse)
    row = await signed_in(field_plan, nurse, tablet, relay, SOON)
    relay.judge = lambda request: DROP_ANSWER
    tokens = StoreTokens(tablet.store)
    await tokens.renew_early()
    assert asked(relay, row) == 3, "at once again, and once more"
    relay.judge = lambda request: None
    assert await tokens.renew(row.access_token or "") != row.access_token, "the same successors once more"
    assert (await tablet.sync()).outcome == "ok"


async def test_a_device_whose_clock_is_years_off_renews_once_and_goes_on(
    field_plan: FieldPlan, nurse: Person, tablets: MakeTablet, relay: Relay
) -> None:
    tablet = await tablets(nurse)
    row = await signed_in(field_plan, nurse, tablet, relay, LATER)
    ahead = StoreTokens(tablet.store, now=lambda: utc_now() + timedelta(days=365 * 79))
    for _ in range(3):
        await ahead.renew_early()
    assert asked(relay, row) == 1, "the new token's end is counted on the same clock"
    behind = StoreTokens(tablet.store, now=lambda: utc_now() - timedelta(days=1))
    await behind.renew_early()
    assert asked(relay, row) == 1
    assert (await tablet.sync()).outcome == "ok"


async def test_without_a_network_an_early_renewal_is_silent(nurse: Person, tablets: MakeTablet) -> None:
    tablet = await tablets(nurse)
    row = await tablet.store.read(sessions.find)
    assert row is not None
    gone = replace(
        row, token_endpoint="http://127.0.0.1:9/token", refresh_token="r", expires_at=utc_now() + SOON
    )
    await tablet.store.write(lambda c: sessions.save(c, gone))

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    client = make_client(tablet.store, gone, transport=httpx.MockTransport(refuse))
    await client.renew_early()
    await client.aclose()
    assert await tablet.store.read(sessions.find) == gone
