"""What somebody types to prove that the open records are hers; a wrong one is counted and slowed as at the lock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from app.errors import WrongPin
from app.services.models import LockKind
from app.views import say
from app.views.hooks import Action, use_action, use_countdown, use_value


@dataclass(frozen=True, slots=True)
class TypedSecret:
    """`problem`: what to say of a wrong one, with the wait that is left."""

    typed: str
    change: Callable[[Callable[[str], str]], None]
    action: Action
    tries: int
    left: int
    problem: str | None

    @property
    def ready(self) -> bool:
        return bool(self.typed) and self.left <= 0


def use_typed_secret(kind: LockKind, prove: Callable[[str], Awaitable[None]]) -> TypedSecret:
    """`prove` raises WrongPin for a wrong one. Call it unconditionally, as every hook."""
    typed, set_typed = use_value(str)
    tries, set_tries = use_value(int)
    wait, set_wait = use_value(int)
    looked_at, set_looked_at = use_value(bool)
    left = use_countdown(wait, tries)

    async def check(_: Any) -> None:
        if typed and not left:
            await prove(typed)

    def failed(error: Exception) -> bool:
        if not isinstance(error, WrongPin):
            return False
        seconds, tried = error.wait_seconds, error.tried
        set_typed(lambda _: "")
        set_tries(lambda old: old + 1)
        set_wait(lambda _: seconds)
        set_looked_at(lambda _: tried)
        return True

    action = use_action(check, failed)
    problem = say.wrong_secret(kind, looked_at=looked_at, left=left) if tries else None
    return TypedSecret(typed, set_typed, action, tries, left, problem)
