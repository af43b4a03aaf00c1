"""A sign-in at the plan as screens see it: an address for the browser, and waiting for it to come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.errors import SignInRefused
from app.language import tr
from app.store.vault import Vault
from app.sync import auth

WAIT_SECONDS = 600.0
"""How long the browser may take; then the nurse is asked to begin again."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A finished sign-in at the plan, not yet bound to a store."""

    user_name: str
    outcome: auth.SignedIn


class SignIn:
    """One running sign-in. `url` is for the system's browser; `then` is done with the outcome before `wait` returns."""

    def __init__(
        self,
        attempt: auth.SignInAttempt,
        then: Callable[[auth.SignedIn], Awaitable[None]] | None = None,
    ) -> None:
        self._attempt = attempt
        self._then = then

    @property
    def url(self) -> str:
        return self._attempt.authorize_url

    async def wait(self, timeout_seconds: float = WAIT_SECONDS) -> SignedIn:
        """Until the browser comes back. Raises SignInRefused (cancelled, refused, too late) and PlanError."""
        outcome = await self._attempt.wait(timeout_seconds)
        if self._then is not None:
            await self._then(outcome)
        return SignedIn(outcome.sign_in.user_name, outcome)

    async def cancel(self) -> None:
        await self._attempt.cancel()


async def check_new(vault: Vault, outcome: auth.SignedIn) -> None:
    """Whoever is added here. Raises SignInRefused when she has a store here already: two would drift apart."""
    row = outcome.sign_in
    for entry in vault.users():
        if (entry.user_reference, entry.plan_url) == (row.user_reference, row.plan_url):
            raise SignInRefused(
                tr(
                    "{user_name} already has records on this device. Go back and unlock them.",
                    user_name=row.user_name,
                )
            )


def find_plan(vault: Vault) -> str | None:
    """The plan of those who have records here; None for nobody, and where they have several."""
    plans = {entry.plan_url for entry in vault.users() if entry.plan_url}
    return plans.pop() if len(plans) == 1 else None
