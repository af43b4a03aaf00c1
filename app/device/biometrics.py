"""A finger or a face instead of the PIN, behind a small protocol (ADR 0031, docs/devices.md).

What the system answers is "it was her" and no key: so it never stands alone. It may shorten the way back into records
that were opened with the PIN since this program started, and the device secret of the keystore is needed all the same.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Asked(StrEnum):
    """What came of asking."""

    RIGHT = "right"
    REFUSED = "refused"
    """Another finger or face, or she chose the PIN."""
    UNAVAILABLE = "unavailable"
    """Nothing enrolled, the system locked it after many tries, or there is none."""


class Biometrics(Protocol):
    """The system's own question. Device codes and patterns do not count: only a biometric of this device's user."""

    async def is_available(self) -> bool:
        """Whether asking can succeed now. Never raises."""
        ...

    async def ask(self, reason: str) -> Asked:
        """Ask once, with a short sentence that names no record. Never raises; the PIN is always a way."""
        ...


class NoBiometrics:
    """Desktop and web: nothing here could tell one person from another."""

    async def is_available(self) -> bool:
        return False

    async def ask(self, reason: str) -> Asked:
        return Asked.UNAVAILABLE
