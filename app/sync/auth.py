"""Signing in at the plan: find out whether an address is a plan, send the browser there, take what it brings back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from app.errors import CaptivePortal, NotFhir, PlanError, SignInRefused, WebPageThere
from app.language import get_language
from app.store.sessions import SignInRow
from app.sync import oauth
from app.sync.address import read_address
from app.sync.capabilities import Capabilities, decode_capabilities
from app.sync.fhir import read
from app.sync.loopback import LoopbackListener
from app.sync.oauth import Endpoints, TokenAnswer, claims_of
from app.sync.transport import FhirClient, utc_now

SIGN_IN_SECONDS = 600.0
ROLES = ("nurse", "supervisor")


@dataclass(frozen=True, slots=True)
class Plan:
    """A server that answered as a FHIR R4 server with SMART sign-in. `url` is its FHIR base."""

    url: str
    name: str
    endpoints: Endpoints
    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A finished sign-in; `sign_in` is ready for the store."""

    sign_in: SignInRow

    @property
    def user_reference(self) -> str:
        return self.sign_in.user_reference

    @property
    def user_name(self) -> str:
        return self.sign_in.user_name

    @property
    def role(self) -> str:
        return self.sign_in.role


async def check_plan(address: str, *, transport: httpx.AsyncBaseTransport | None = None) -> Plan:
    """Is there a plan's record server at this address? Tries `<address>/fhir`, then the address itself.

    Raises BadPlanAddress, NotFhir, CaptivePortal (WebPageThere where it may be the address), NoNetwork, PlanDown,
    WrongClock.
    """
    base = read_address(address)
    candidates = [base] if base.endswith("/fhir") else [f"{base}/fhir", base]
    problem: PlanError = NotFhir()
    for candidate in candidates:
        try:
            capabilities = await _ask_capabilities(candidate, transport)
        except (NotFhir, CaptivePortal) as error:
            problem = error if isinstance(problem, NotFhir) and not problem.detail else problem
            continue
        endpoints = await oauth.find_endpoints(candidate, transport)
        return Plan(candidate, capabilities.name, endpoints, capabilities)
    # Over TLS the page comes from the very server that was asked for, so no network stands in between.
    if isinstance(problem, CaptivePortal) and base.startswith("https://"):
        raise NotFhir(detail=problem.detail)
    if isinstance(problem, CaptivePortal) and problem.detail != "HTTP 511":
        # In clear nobody can tell a mistyped address from a network that answers for everybody.
        raise WebPageThere(detail=problem.detail)
    raise problem


async def _ask_capabilities(base: str, transport: httpx.AsyncBaseTransport | None) -> Capabilities:
    async with FhirClient(base, transport=transport) as client:
        answer = await client.metadata()
    if answer.status >= 500 or answer.status in (408, 425, 429):
        raise answer.error()
    capabilities = decode_capabilities(answer.resource) if answer.ok else None
    if capabilities is None:
        raise NotFhir(detail=f"HTTP {answer.status}")
    return capabilities


class SignInAttempt:
    """One trip to the browser and back. Open `authorize_url` in the system browser, then `wait`."""

    def __init__(
        self,
        plan: Plan,
        listener: LoopbackListener,
        redirect_uri: str,
        state: str,
        verifier: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.plan = plan
        self.authorize_url = oauth.authorize_url(
            plan.endpoints,
            plan_url=plan.url,
            redirect_uri=redirect_uri,
            state=state,
            verifier=verifier,
            language=get_language().code,
        )
        self._listener = listener
        self._redirect_uri = redirect_uri
        self._verifier = verifier
        self._transport = transport
        self._now = now

    async def wait(self, timeout: float = SIGN_IN_SECONDS) -> SignedIn:  # noqa: ASYNC109 - the seam's name
        """Raises SignInRefused (refused, cancelled, or nobody came back in `timeout` seconds) and connection errors."""
        try:
            async with asyncio.timeout(timeout):
                code = await self._code()
                granted = await oauth.exchange_code(
                    self.plan.endpoints.token, code, self._redirect_uri, self._verifier, self._transport
                )
        except TimeoutError:
            raise SignInRefused("Nobody signed in. Please try again.", detail="timeout") from None
        finally:
            await self._listener.close()
        return SignedIn(read_sign_in(self.plan, granted, self._now()))

    async def _code(self) -> str:
        try:
            return await asyncio.shield(self._listener.code)
        except asyncio.CancelledError:
            if self._listener.code.cancelled():
                raise SignInRefused("The sign-in was canceled.", detail="cancelled") from None
            raise

    async def cancel(self) -> None:
        """Stop listening; a waiting `wait` ends with SignInRefused. May be called at any time."""
        await self._listener.close()


async def start_sign_in(
    plan: Plan,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    now: Callable[[], datetime] = utc_now,
) -> SignInAttempt:
    """Begin to listen on loopback and make the address for the browser."""
    state, verifier = oauth.make_secret(), oauth.make_secret()
    listener = LoopbackListener(state)
    redirect_uri = await listener.open()
    return SignInAttempt(plan, listener, redirect_uri, state, verifier, transport=transport, now=now)


def read_sign_in(plan: Plan, granted: TokenAnswer, now: datetime) -> SignInRow:
    """Who signed in, from the token answer or its id_token. Raises SignInRefused when it does not say."""
    claims = claims_of(read.text(granted.members, "id_token"))
    said = (
        read.text(granted.members, "fhirUser")
        or read.text(claims, "fhirUser")
        or read.text(claims, "profile")
    )
    who = read.reference({"reference": said})
    if who is None or who[0] != "Practitioner":
        raise SignInRefused(
            "The plan does not say who you are. Please call your supervisor.", detail="no fhirUser"
        )
    reference = f"{who[0]}/{who[1]}"
    role = read.text(granted.members, "role") or read.text(claims, "role") or ROLES[0]
    if role not in ROLES:
        # A care manager's or a family's rights end where this app's screens begin.
        raise SignInRefused(
            "This app is for nurses and supervisors. Please sign in with such an account.",
            detail="another role",
        )
    return SignInRow(
        plan_url=plan.url,
        token_endpoint=plan.endpoints.token,
        revocation_endpoint=plan.endpoints.revoke,
        client_id=oauth.CLIENT_ID,
        user_reference=reference,
        user_name=read.text(granted.members, "name") or read.text(claims, "name") or reference,
        role=role,
        access_token=granted.access_token,
        refresh_token=granted.refresh_token,
        expires_at=expiry(granted, now),
    )


def expiry(granted: TokenAnswer, now: datetime) -> datetime | None:
    """A hint by the device's clock; the server's 401 decides."""
    return now + timedelta(seconds=min(granted.expires_in, 10**8)) if granted.expires_in is not None else None


async def revoke(sign_in: SignInRow, *, transport: httpx.AsyncBaseTransport | None = None) -> bool:
    """Tell the plan that this sign-in is over; True when it confirmed. Never raises for a lost connection."""
    token = sign_in.refresh_token or sign_in.access_token
    if sign_in.revocation_endpoint is None or token is None:
        return False
    return await oauth.revoke(sign_in.revocation_endpoint, token, sign_in.client_id, transport)
