"""Where a control is in the window."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator

from tests.support import page_scripts


@dataclass(frozen=True)
class Place:
    """Where a control is, in pixels, and the part of the window in which its list shows it."""

    x: float
    y: float
    width: float
    height: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def in_sight(self) -> bool:
        return self.top + 4 <= self.middle <= self.bottom - 4


def find_place(locator: Locator) -> Place | None:
    """None when it is not there: it may go while one looks."""
    found = locator.evaluate_all(page_scripts.PLACES)
    return Place(**found[0]) if found else None
