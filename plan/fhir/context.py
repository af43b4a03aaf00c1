"""What every request handler needs, in one value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sqlalchemy import ColumnElement, Engine, and_, false

from plan.audit.trail import note_principal
from plan.fhir import draining
from plan.fhir.access import NOW, readable
from plan.fhir.outcomes import Refusal
from plan.fhir.stamps import Clock
from plan.fhir.tables import resource
from plan.fhir.types import TYPES
from plan.leave.standing import Moment
from plan.limits import Limits
from plan.principal import Principal
from plan.settings import PlanSettings

_SCOPE = re.compile(r"(?:user|system)/(\*|[A-Za-z]+)\.(\*|read|write|[cruds]+)\Z")
"""A scope narrowed by a query (`?category=…`) is none: taken whole it would grant more than was meant."""
Rule = Callable[..., ColumnElement[bool]]
USERS_KEPT = 256
"""Users whose predicates are kept built; a device asks some forty times in a pass."""
_OLD_WORDS = {"*": "cruds", "read": "rs", "write": "cud"}


@dataclass(frozen=True)
class Server:
    """The running server. `base` is the FHIR base URL, without a slash at the end."""

    engine: Engine
    base: str
    settings: PlanSettings
    clock: Clock
    limits: Limits = field(default_factory=lambda: Limits(PlanSettings()))


@dataclass(frozen=True)
class Caller:
    """One request's user on one server, at one moment of the server's clock."""

    server: Server
    principal: Principal
    now_ms: int
    strict: bool = False
    writing: bool = False
    """Inside a write; see `plan.fhir.draining`."""

    def __post_init__(self) -> None:
        note_principal(self.principal)

    def allowed(self, *, by_id: bool = False) -> ColumnElement[bool]:
        """The access predicate. Built once a request: building it costs more than running it."""
        if self.principal.draining and not self.writing:
            return draining.readable(self.principal) if by_id else false()
        return self._one if by_id else self._many

    def standing(self, *, by_id: bool = False) -> ColumnElement[bool]:
        """The same predicate, built once for all requests of this user: what it stands in is run with `moment`."""
        if self.principal.draining:
            return self.allowed(by_id=by_id)
        return _standing(readable, self.principal, self.server.settings.author_days if by_id else None)

    @property
    def moment(self) -> Mapping[str, int]:
        """Values for a statement with `standing` in it."""
        return {NOW.key: self.now_ms}

    @cached_property
    def _many(self) -> ColumnElement[bool]:
        return _readable(readable, self.principal, self.now_ms, None)

    @cached_property
    def _one(self) -> ColumnElement[bool]:
        return _readable(readable, self.principal, self.now_ms, self.server.settings.author_days)

    def check_scope(self, letter: str, type_name: str) -> None:
        """Raise Refusal 403 unless the token's SMART scopes hold `c`, `r`, `u`, `d` or `s` on the type."""
        draining.check(self.principal, letter, type_name)
        if not self._holds(letter, type_name):
            raise Refusal(403, "This sign-in does not include that right.")

    def _holds(self, letter: str, type_name: str) -> bool:
        return _holds(self.principal, letter, type_name)


def _holds(principal: Principal, letter: str, type_name: str) -> bool:
    for scope in principal.scopes:
        match = _SCOPE.match(scope)
        if match and match.group(1) in ("*", type_name):
            letters = _OLD_WORDS.get(match.group(2), match.group(2))
            if letter in letters:
                return True
    return False


def _readable(rule: Rule, principal: Principal, now: Moment, author_days: int | None) -> ColumnElement[bool]:
    """With `author_days` for reads of one id."""
    if author_days is not None:
        return rule(principal, now, by_id=True, author_days=author_days)
    # What a search brings along or passes through needs a scope as much as what it is for.
    names = [name for name in TYPES if _holds(principal, "r", name) or _holds(principal, "s", name)]
    found = rule(principal, now)
    return found if len(names) == len(TYPES) else and_(found, resource.c.type.in_(names))


@lru_cache(maxsize=USERS_KEPT)
def _standing(rule: Rule, principal: Principal, author_days: int | None) -> ColumnElement[bool]:
    """`rule` is a part of the key: where a test breaks it, what was built before does not stand in for it."""
    return _readable(rule, principal, NOW, author_days)


@dataclass(frozen=True)
class Preferences:
    """What the Prefer header asks for."""

    strict: bool = False
    returns: str | None = None
    """minimal | representation | operationoutcome"""

    @staticmethod
    def read(header: str | None) -> Preferences:
        """Understand `handling=strict, return=minimal`; what is unknown is ignored."""
        words = {word.strip().lower() for word in re.split(r"[;,]", header or "")}
        returns = next((word[7:] for word in words if word.startswith("return=")), None)
        return Preferences("handling=strict" in words, returns)
