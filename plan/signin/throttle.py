"""Slowing down guesses: per user name and per client address, the same for names that exist and names that do not.

A try counts before its password is looked at, so that many at once do not slip through; a right one takes it back.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlmodel import col

from plan.database import write_transaction
from plan.settings import PlanSettings
from plan.signin.address import network_of
from plan.signin.tables import SignInTries
from plan.users import clean_username

LONGEST_WAIT_SECONDS = 300
_FORGET_MS = 30 * 60_000
_SWEEP_MS = 86_400_000


@dataclass(frozen=True)
class Throttle:
    """Counts of failed sign-ins. Its rows hold keyed hashes: a password typed as a user name is in no table.

    A browser in which this user signed in before (`known`, see `plan.signin.known`) has a count of its own. So whoever
    fails on purpose in her name, or beside her at the same address, does not keep her out.
    """

    engine: Engine
    settings: PlanSettings
    secret: bytes
    older: tuple[bytes, ...] = ()
    """Secrets before this one, under which counts may still lie."""

    def begin(self, username: str, address: str, now_ms: int, known: str | None = None) -> int:
        """Count one try. Returns 0 when it may go on, else the seconds to wait, and then nothing was counted."""
        limits = self._limits(self.secret, username, address, known)
        with write_transaction(self.engine) as connection:
            connection.execute(delete(SignInTries).where(col(SignInTries.last_ms) < now_ms - _SWEEP_MS))
            self._rename(connection, limits, username, address, known)
            rows = connection.execute(
                select(
                    col(SignInTries.key),
                    col(SignInTries.failures),
                    col(SignInTries.last_ms),
                    col(SignInTries.until_ms),
                ).where(col(SignInTries.key).in_(list(limits)))
            )
            found = {row.key: row for row in rows}
            wait_ms = max((row.until_ms - now_ms for row in found.values()), default=0)
            if wait_ms > 0:
                return -(-wait_ms // 1000)
            for key, limit in limits.items():
                row = found.get(key)
                failures = row.failures if row is not None and now_ms - row.last_ms < _FORGET_MS else 0
                values = {"failures": failures + 1, "last_ms": now_ms}
                values["until_ms"] = now_ms + 1000 * _wait_seconds(failures + 1, limit)
                if row is None:
                    connection.execute(insert(SignInTries).values(key=key, **values))
                else:
                    connection.execute(
                        update(SignInTries).where(col(SignInTries.key) == key).values(**values)
                    )
        return 0

    def succeed(self, username: str, address: str, known: str | None = None) -> None:
        """Take back the try that turned out right, and forget the failures of the name, or of the known browser."""
        own_key, *others = self._limits(self.secret, username, address, known)
        with write_transaction(self.engine) as connection:
            connection.execute(delete(SignInTries).where(col(SignInTries.key) == own_key))
            taken = {"failures": SignInTries.failures - 1, "until_ms": 0}
            connection.execute(update(SignInTries).where(col(SignInTries.key).in_(others)).values(**taken))

    def _rename(
        self, connection: Connection, limits: dict[str, int], username: str, address: str, known: str | None
    ) -> None:
        """Counts made before the secret was changed go on under the new one."""
        for secret in self.older:
            for old, new in zip(self._limits(secret, username, address, known), limits, strict=True):
                taken = select(col(SignInTries.key)).where(col(SignInTries.key) == new)
                if connection.execute(taken).first() is None:
                    connection.execute(update(SignInTries).where(col(SignInTries.key) == old).values(key=new))

    def _limits(self, secret: bytes, username: str, address: str, known: str | None) -> dict[str, int]:
        def key(kind: str, value: str) -> str:
            return hmac.new(secret, f"{kind}:{value}".encode("utf-8", "replace"), "sha256").hexdigest()

        if known is not None:
            return {key("browser", known): self.settings.user_tries}
        return {
            key("user", clean_username(username)[:200]): self.settings.user_tries,
            key("address", network_of(address)): self.settings.address_tries,
        }


def _wait_seconds(failures: int, limit: int) -> int:
    """0 for the first `limit` - 1 failures, then 5, 10, 20 … seconds."""
    return 0 if failures < limit else int(min(LONGEST_WAIT_SECONDS, 5 * 2 ** min(failures - limit, 10)))
