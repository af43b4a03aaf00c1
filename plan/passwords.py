"""Passwords: Argon2id hashes, a bound on how many are worked out at once, and the same work for unknown users."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from plan.problems import PlanProblem

SHORTEST = 12
LONGEST = 256
"""Characters. Longer input is refused before it is hashed."""

_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# One hash holds 64 MiB: a flood of sign-ins must not hold it forty times.
_at_once = threading.BoundedSemaphore(3)
_dummy_guard = threading.Lock()
_dummy: list[str] = []


def _plain(password: str) -> str:
    # The same letters may arrive composed or not, depending on the keyboard.
    return unicodedata.normalize("NFKC", password)


def check_password_strength(password: str, username: str) -> None:
    """Raise PlanProblem when a password is too short, too long, or made of the user name."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        raise PlanProblem(f"A password needs at least {SHORTEST} characters.")
    if len(plain) > LONGEST:
        raise PlanProblem(f"A password has at most {LONGEST} characters.")
    if len(set(plain)) < 5 or plain.casefold().replace(username.casefold(), "").strip(" .-_") == "":
        raise PlanProblem("That password is too easy to guess.")


def hash_password(password: str) -> str:
    """Argon2id (64 MiB, 3 passes, 4 lanes), with its salt and parameters in the text."""
    with _at_once:
        return _hasher.hash(_plain(password))


def verify_password(hashed: str | None, password: str) -> bool:
    """Is this the password? With no hash (nobody of that name) it does the same work and says no."""
    if len(password) > LONGEST:
        password = ""
    known = bool(hashed)
    with _at_once:
        try:
            _hasher.verify(hashed or _dummy_hash(), _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return known


def needs_rehash(hashed: str) -> bool:
    """Was this made with other parameters than today's?"""
    return _hasher.check_needs_rehash(hashed)


def _dummy_hash() -> str:
    with _dummy_guard:
        if not _dummy:
            _dummy.append(_hasher.hash("nobody has this password"))
        return _dummy[0]
