"""The forms of the visit page and a visit with everything in it, walked for the list of test names."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from app.domain.visit import Setting
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, add_visit
from tests.views.scene_forms import make_forms_world
from tests.views.visit_page import open_visit


class Looks(Protocol):
    def look(self, app: FletHarness) -> None: ...
    async def go(self, app: FletHarness, identifier: str, shows: str) -> None: ...


async def walk_forms(mount: Mount, walker: Looks, width: int) -> None:
    world = make_forms_world()
    visit_id = add_visit(world, 1, timedelta(minutes=10), setting=Setting.NURSING_HOME_LONG)
    async with mount(DoubleDevice(world), unlock=True, width=width) as app:
        await walker.go(app, "today-received-v0", "reading-private")
        await walker.go(app, "reading-private", "reading-private")
        await walker.go(app, "reading-hushed", "reading-hushed")
        await app.tap("nav-today")
        await open_visit(app, visit_id)
        await walk_questions(app, walker)
        await walk_entries(app, walker)
        await walk_days(app, walker)
        await walk_second_look(app, walker)
        await walk_hand_over(app, walker)


async def walk_questions(app: FletHarness, walker: Looks) -> None:
    await app.tap("section-mood")
    await walker.go(app, "44250-9-no-answer", "44250-9-sleepy")
    await walker.go(app, "gad-7-open-all", "69736-7-LA6568-5")
    await walker.go(app, "44250-9-LA6571-9", "score-phq-9")
    await walker.go(app, "esas-pain-8", "esas-pain-again")
    await walker.go(app, "esas-pain-again", "esas-pain-again-done")
    await walker.go(app, "esas-pain-again-4", "esas-pain-again-undo")
    await app.tap("section-mood")
    await app.tap("section-vitals")
    await app.type("vital-spo2", "88", blur=True)
    await walker.go(app, "vital-spo2-again", "vital-spo2-again-set")
    await app.tap("section-vitals")


async def walk_entries(app: FletHarness, walker: Looks) -> None:
    await app.tap("section-body")
    await app.tap("skin-how-open")
    await walker.go(app, "wounds-add", "wounds-add")
    await app.until(lambda: any(i.endswith("-wounds-remove") for i in app.ids()), "an entry")
    walker.look(app)
    (remove,) = [i for i in app.ids() if i.endswith("-wounds-remove")]
    await walker.go(app, remove, "wounds-undo")
    await app.tap("section-body")


async def walk_days(app: FletHarness, walker: Looks) -> None:
    await app.tap("section-facility")
    await app.type("fac-spoke-with", "R. Santos, LVN", blur=True)
    await walker.go(app, "fac-spoke-at-now", "fac-spoke-at-other")
    await walker.go(app, "fac-spoke-at-other", "fac-spoke-at-clear")
    await app.tap("section-safety")
    await walker.go(app, "private-concern-open", "private-abuse-yes")
    await app.tap("private-abuse-yes")
    await app.until(lambda: app.has("private-written-on-today"), "a day")
    walker.look(app)


async def walk_second_look(app: FletHarness, walker: Looks) -> None:
    await app.tap("section-distress")
    await app.tap("distress-face-a-lot")
    await walker.go(app, "distress-sounds-some", "distress-signs-again")
    await walker.go(app, "distress-signs-again", "distress-signs-again-rest")
    await walker.go(app, "distress-face-again-some", "distress-face-again-undo")
    await app.tap("distress-signs-again-close")
    await app.tap("section-pain-more")
    for number, code in enumerate(("normal", "none", "grimacing", "tense", "distracted"), start=1):
        await app.tap(f"painad-{number}-{code}")
    await app.tap("painad-again")
    await walker.go(app, "painad-again-rest", "score-again-painad")


async def walk_hand_over(app: FletHarness, walker: Looks) -> None:
    await walker.go(app, "hand-over-esas-r", "hand-over-esas-r-not")
    await walker.go(app, "hand-over-esas-r-now", "answers-done")
    await walker.go(app, "answers-done", "answers-thanks")
    await walker.go(app, "answers-nurse", "answers-take-back")
    await app.type("answers-secret", "482915", submit=True)
    await app.until(lambda: app.has("visit-back"), "the visit again")
    for name in ("own-language-other", "own-through-remote", "hand-over-own-answers"):
        await app.tap(name)
    await walker.go(app, "hand-over-own-answers-now", "answers-next")
    await walker.go(app, "answers-next", "answers-before")
    await app.tap("answers-nurse")
    await app.type("answers-secret", "482915", submit=True)
    await app.until(lambda: app.has("visit-back"), "the visit once more")
