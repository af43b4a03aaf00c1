"""Slowing down guesses: per user name and per client address, the same for names that exist and names that do not.

A try counts before its password is looked at, so that many at once do not slip through; a right one takes it back.
"""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update
from sqlmodel import col

from plan.database import write_transaction
from plan.settings import PlanSettings
from plan.signin.tables import SignInTries
from plan.users import clean_username

LONGEST_WAIT_SECONDS = 300
_FORGET_MS = 30 * 60_000
_SWEEP_MS = 86_400_000


@dataclass(frozen=True)
class Throttle:
    """Counts of failed sign-ins. Its rows hold keyed hashes: a password typed as a user name is in no table."""

    engine: Engine
    settings: PlanSettings
    secret: bytes

    def begin(self, username: str, address: str, now_ms: int) -> int:
        """Count one try. Returns 0 when it may go on, else the seconds to wait, and then nothing was counted."""
        limits = self._limits(username, address)
        with write_transaction(self.engine) as connection:
            connection.execute(delete(SignInTries).where(col(SignInTries.last_ms) < now_ms - _SWEEP_MS))
            rows = connection.execute(
                select(
                    col(SignInTries.key),
                    col(SignInTries.failures),
                    col(SignInTries.last_ms),
                    col(SignInTries.until_ms),
                ).where(col(SignInTries.key).in_(list(limits)))
            )
            known = {row.key: row for row in rows}
            wait_ms = max((row.until_ms - now_ms for row in known.values()), default=0)
            if wait_ms > 0:
                return -(-wait_ms // 1000)
            for key, limit in limits.items():
                row = known.get(key)
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

    def succeed(self, username: str, address: str) -> None:
        """Take back the try that turned out right, and forget the name's failures."""
        name_key, address_key = self._limits(username, address)
        with write_transaction(self.engine) as connection:
            connection.execute(delete(SignInTries).where(col(SignInTries.key) == name_key))
            taken = {"failures": SignInTries.failures - 1, "until_ms": 0}
            connection.execute(update(SignInTries).where(col(SignInTries.key) == address_key).values(**taken))

    def _limits(self, username: str, address: str) -> dict[str, int]:
        return {
            self._key("user", clean_username(username)[:200]): self.settings.user_tries,
            self._key("address", _network(address)): self.settings.address_tries,
        }

    def _key(self, kind: str, value: str) -> str:
        return hmac.new(self.secret, f"{kind}:{value}".encode("utf-8", "replace"), "sha256").hexdigest()


def _wait_seconds(failures: int, limit: int) -> int:
    """0 for the first `limit` - 1 failures, then 5, 10, 20 … seconds."""
    return 0 if failures < limit else int(min(LONGEST_WAIT_SECONDS, 5 * 2 ** min(failures - limit, 10)))


def _network(address: str) -> str:
    """An IPv6 household has a whole /64 to try from; it counts as one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed.ipv4_mapped or parsed) if isinstance(parsed, ipaddress.IPv6Address) else str(parsed)
