"""Draw every screen and state in both sizes, modes, languages and text sizes: the second half of `make screenshots`.

Real apps on real plans with the demo panel, one walk for each size of window; at each stop it is darkened. What is
walked through stands in tools/gallery_chapters.py. The pictures are for looking at, not for the README:
`.cache/gallery/<language>-<percent>/<chapter>/<size>-<mode>/`.
`python tools/make_gallery.py es-200 en-100` draws only these, with `nurse`, `kinds` or the like only that chapter, with
`phone-dark` or the like only that picture of each stop, with `at=visit` only stops whose name begins so (all are
walked through, few are drawn: a picture costs more than a step). Without arguments it draws everything: two hours.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browser import browsing  # noqa: E402 - after the path is set
from tests.support.devices import aside  # noqa: E402 - as above
from tests.support.keyring_session import has_gnome_keyring, keyring_session  # noqa: E402 - as above
from tests.support.processes import clean_environment, free_port, start_app  # noqa: E402 - as above
from tests.support.tablet import Person  # noqa: E402 - as above
from tools.gallery_chapters import CHAPTERS, Begin, Chapter  # noqa: E402 - as above
from tools.gallery_tour import LOOKS, SIZES, Tour, choose_look, first_run, get_size, unlock  # noqa: E402 - as above
from tools.gallery_world import World  # noqa: E402 - as above
from tools.make_screenshots import working_day  # noqa: E402 - as above

GALLERY = ROOT / ".cache" / "gallery"
VARIANTS = ("en-100", "en-200", "es-100", "es-200")
NAMES = tuple(one.name for one in CHAPTERS)
FRAMES = 50
"""Milliseconds between two frames: on long pages the wheel waits for each."""


@dataclass(frozen=True)
class Wanted:
    """What of the gallery is drawn anew."""

    looks: Sequence[str]
    """Of one size."""
    at: tuple[str, ...] = ()


def draw(
    playwright: Playwright, place: Path, variant: str, chapter: Chapter, wanted: Wanted, env: dict[str, str]
) -> list[str]:
    """One chapter in one language and text size, on a plan of its own. Returns what did not come."""
    language, _, percent = variant.partition("-")
    pictures = GALLERY / variant / chapter.name
    for look in () if wanted.at else wanted.looks:
        shutil.rmtree(pictures / look, ignore_errors=True)
    missed: list[str] = []
    plan = World(place, env)
    try:
        chapter.before(plan)
        data, person = place / "data", chapter.who(plan)
        if chapter.begin in (Begin.LOCKED, Begin.OPEN):
            data, person = aside(chapter.arrive(plan, person))
        app, link = start_app(data, free_port(), env, "--plan", plan.url)
        with app, browsing(playwright, place / "browser", between_frames=FRAMES) as window:
            tour = Tour(window, pictures, wanted.looks, missed=missed, at=wanted.at)
            window.page.set_viewport_size(get_size(wanted.looks))
            window.open(link)
            begin(tour, chapter, plan, person, language, int(percent))
            chapter.walk(tour, plan)
            app.end()
    except (AssertionError, PlaywrightError) as error:
        missed.append(f"{chapter.name} ended early: {str(error).splitlines()[-1][:200]}")
        print(f"not drawn yet: {missed[-1]}", flush=True)
    finally:
        plan.close()
    return [f"{variant} {wanted.looks[0]} {line}" for line in missed]


def begin(tour: Tour, chapter: Chapter, plan: World, person: Person, language: str, percent: int) -> None:
    if chapter.begin is Begin.FIRST_RUN:
        first_run(tour, plan.url, person, language, percent)
    elif chapter.begin is Begin.OPEN:
        unlock(tour, person, language, percent)
    else:
        tour.secret = person.secret
        choose_look(tour.window, language, percent)


def main() -> int | str:
    asked = sys.argv[1:]
    unknown = [one for one in asked if one not in (*VARIANTS, *NAMES, *LOOKS) and not one.startswith("at=")]
    if unknown:
        print(__doc__)
        return 0 if unknown == ["--help"] else f"not known: {' '.join(unknown)}"
    variants = [one for one in VARIANTS if one in asked] or VARIANTS
    names = tuple(one for one in NAMES if one in asked) or NAMES
    looks = [one for one in LOOKS if one in asked] or LOOKS
    sizes = [tuple(one for one in looks if one.startswith(size)) for size in SIZES]
    at = tuple(one.removeprefix("at=") for one in asked if one.startswith("at="))
    missed: list[str] = []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthside-gallery-")))
        (place / "home").mkdir()
        env = {**clean_environment(place / "home"), "TZ": working_day()}
        if has_gnome_keyring():
            env = stack.enter_context(keyring_session(env))
        playwright = stack.enter_context(sync_playwright())
        chosen = [one for one in CHAPTERS if one.name in names]
        for variant, chapter, alike in itertools.product(variants, chosen, filter(None, sizes)):
            started = time.monotonic()
            here = Path(tempfile.mkdtemp(dir=place))
            missed += draw(playwright, here, variant, chapter, Wanted(alike, at), env)
            walked = f"{variant} {chapter.name} {alike[0].partition('-')[0]}"
            print(f"{walked}: {time.monotonic() - started:.0f} s", flush=True)
    print(f"drawn in {GALLERY}")
    for line in missed:
        print(f"not drawn: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
