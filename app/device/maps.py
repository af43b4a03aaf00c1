"""The way to an address, by whatever map the device has. Nothing here asks a server, and nothing is written down.

An address leaves for the map app only when somebody taps "Directions": it is handed over by the system, as text.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import quote


class Maps(Protocol):
    """A device's own map."""

    def find_url(self, address: str) -> str | None:
        """What to open for the way there; None where this device has no map of its own."""
        ...


class GeoMaps:
    """Android: the `geo:` address, opened by whichever map app the user has chosen."""

    def find_url(self, address: str) -> str | None:
        return f"geo:0,0?q={quote(address, safe='')}"


class AppleMaps:
    """iPhone, iPad and Mac: the system's map by its own scheme, never by a web address."""

    def find_url(self, address: str) -> str | None:
        return f"maps://?daddr={quote(address, safe='')}"


class NoMaps:
    """Windows, Linux and everything else: a web map would be told where a patient lives."""

    def find_url(self, address: str) -> str | None:
        return None


def make_maps(platform: str) -> Maps:
    """By the platform's name as Flet gives it ("android", "ios", "macos", …)."""
    if platform.startswith("android"):
        return GeoMaps()
    return AppleMaps() if platform in ("ios", "macos") else NoMaps()
