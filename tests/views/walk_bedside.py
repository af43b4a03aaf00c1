"""On an open visit page: a star, a phrase, a step taken back; walked for the test names."""

from __future__ import annotations

from typing import Protocol

from tests.support.flet_harness import FletHarness


class Looks(Protocol):
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_bedside(app: FletHarness, walker: Looks) -> None:
    await walker.go(app, "star-body", "car-go-body")
    assert app.has("visit-starred-body")
    await walker.go(app, "car-done-body", "phrase-note-0")
    await app.tap("phrase-note-0")
    await walker.go(app, "visit-undo", "visit-saved")


async def walk_phrases(app: FletHarness, walker: Looks) -> None:
    """The settings are open."""
    await app.type("settings-phrase-new", "Slept in her chair.")
    await walker.go(app, "settings-phrase-add", "settings-phrase-remove-0")
    for phrase in ("Calm.", "The dog was calm."):
        await app.type("settings-phrase-new", phrase)
        await app.tap("settings-phrase-add")
