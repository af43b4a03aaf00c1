"""Through the conversation, code status and people of a visit, and the person's page."""

from __future__ import annotations

from typing import Any

from app.views.theme import NARROW
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice
from tests.views.scene_goals import make_goals_world


async def walk_goals(mount: Mount, walker: Any, width: int) -> None:
    """`walker` looks at each screen on the way."""
    world = make_goals_world()
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "today-draft-v1", "section-conversation")
        await walker.go(app, "section-conversation", "conv-more")
        await walker.go(app, "conv-prompts", "conv-more")
        await walker.go(app, "conv-on-record", "conv-more")
        await walker.go(app, "conv-more", "conv-understanding-good")
        await walker.go(app, "cs-again-1", "cs-add")
        await app.until(
            lambda: len(world.visits["v1"].draft.entries.get("cs-statements", ())) == 1, "an entry"
        )
        await walker.go(app, "cs-add", "visit-saved")
        await app.until(lambda: any(i.endswith("-cs-remove") for i in app.ids()), "the open entry")
        walker.look(app)
        await walker.go(app, "section-people", "people-add")
        await walker.go(app, "people-change-1", "visit-saved")
        await app.until(lambda: any(i.endswith("-people-remove") for i in app.ids()), "the open entry")
        walker.look(app)
        await walker.go(app, "visit-back", "today-start")
        await walker.go(app, "nav-patients", "patients-row-p0")
        await walker.go(app, "patients-row-p0", "code-status")
        await walker.go(app, "patient-conversation-history", "code-status")
    if width > NARROW:  # what only a phone with text of the usual size has
        async with mount(DoubleDevice(make_goals_world()), unlock=True, width=390) as app:
            await walker.go(app, "today-draft-v1", "visit-facts")
