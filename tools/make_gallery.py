"""Draw every screen and state in both sizes, modes, languages and text sizes: the second half of `make screenshots`.

One real app on a real plan's demo panel for each language and text size; at each stop the window is turned and
darkened. The pictures are for looking at, not for the README: `.cache/gallery/<language>-<percent>/<size>-<mode>/`.
`python tools/make_gallery.py es-200 en-100` draws only these, with `nurse` or `supervisor` only her screens.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browser import PHONE, SLOW, TABLET, Window, browsing  # noqa: E402 - after the path is set
from tests.support.keyring_session import has_gnome_keyring, keyring_session  # noqa: E402 - as above
from tests.support.processes import clean_environment, free_port, start_app  # noqa: E402 - as above
from tests.support.tablet import PULL, Person, Tablet  # noqa: E402 - as above
from tools.make_screenshots import SCORES, SEEN, DemoPlan, demo_plan, working_day  # noqa: E402 - as above

GALLERY = ROOT / ".cache" / "gallery"
VARIANTS = ("en-100", "en-200", "es-100", "es-200")
ROLES = ("supervisor", "nurse")
SIZES = {"tablet": TABLET, "phone": PHONE}
SOON = 15_000
"""Milliseconds for a step; a state that does not come is told at the end, and the tour goes on."""
LAID_OUT = """(size) => {
  const found = [...document.querySelectorAll('[flt-semantics-identifier^="nav-"]')];
  const bars = found.map((one) => one.getBoundingClientRect());
  return bars.every((bar) => size === 'phone' ? bar.top > innerHeight * 0.7 : bar.left < 40);
}"""
Step = Callable[[], object]


@dataclass
class Tour:
    """One walk; every stop is drawn four times."""

    window: Window
    place: Path
    number: int = 0
    missed: list[str] = field(default_factory=list)

    def stop(self, name: str, *steps: Step) -> bool:
        """Do these steps and draw what stands then. Whether it came."""
        self.number += 1
        try:
            self.wake()
            for step in steps:
                step()
        except (AssertionError, PlaywrightError) as error:
            self.missed.append(f"{self.place.name} {name}: {str(error).splitlines()[-1][:200]}")
            print(f"not drawn yet: {self.missed[-1]}", flush=True)
            return False
        for size in SIZES:
            self.turn(size)
            for mode in ("dark", "light"):
                self.window.page.emulate_media(color_scheme="dark" if mode == "dark" else "light")
                os.environ["HEARTHSIDE_SHOTS"] = str(self.place / f"{size}-{mode}")
                self.window.shot(f"{self.number:02}-{name}")
        self.turn("tablet")
        return True

    def wake(self) -> None:
        """Away with the cover that comes by itself after two minutes: four pictures of a long page may take as long."""
        if self.window.by_id("cover-open").count():
            self.window.tap("cover-open", timeout=SOON)

    def turn(self, size: str) -> None:
        """Another size of window, until the app has laid itself out for it: a bar below on a phone, else a rail."""
        width, height = SIZES[size]
        self.window.page.set_viewport_size({"width": width, "height": height})
        self.window.until(LAID_OUT, "phone" if size == "phone" else "tablet", timeout=SOON)
        self.window.two_frames()

    def tap(self, identifier: str) -> Step:
        return lambda: self.window.tap(identifier, timeout=SOON)

    def first(self, prefix: str) -> Step:
        """The first control whose name begins like that."""
        return lambda: self.window.tap(self.window.by_prefix(prefix).first, timeout=SOON)

    def see(self, identifier: str, timeout: float = SOON) -> Step:
        return lambda: self.window.see(identifier, timeout=timeout)

    def to(self, identifier: str) -> Step:
        return lambda: self.window.scroll_to(identifier, timeout=SOON)


def choose_look(window: Window, language: str, percent: int) -> None:
    """On the screen that stands: at the first run or on the lock screen."""
    if language != "en":
        window.tap(f"look-language-{language}")
    size = 100
    while size < percent:
        window.tap("look-larger")
        window.two_frames()
        size = {100: 115, 115: 130, 130: 150, 150: 175, 175: 200}[size]


def first_run(tour: Tour, plan: DemoPlan, person: Person, language: str, percent: int) -> None:
    tablet = Tablet(tour.window)
    tour.window.see("first-run-plan")
    choose_look(tour.window, language, percent)
    tour.stop("first-run")
    tour.stop(
        "first-run-no-such-plan",
        lambda: tour.window.fill("first-run-plan", "http://127.0.0.1:9", at_once=True),
        tour.tap("first-run-check"),
        lambda: tour.window.page.wait_for_timeout(2_000),
    )
    tablet.give_plan_address(plan.url)
    tour.stop("plan-found", tour.see("first-run-sign-in", SLOW))
    tablet.sign_in(person)
    tour.stop(
        "first-run-secret",
        lambda: tour.window.page.locator(
            '[flt-semantics-identifier="first-run-pin"], [flt-semantics-identifier="first-run-phrase-written"]'
        ).first.wait_for(state="attached", timeout=SLOW),
    )
    tablet.choose_secret(person)
    tour.window.see("first-run-open-today", timeout=PULL)
    tour.window.until("() => false", timeout=8_000)  # what is still on its way comes in
    tour.stop("first-load")
    tour.window.tap("first-run-open-today")


def walk_nurse(tour: Tour, plan: DemoPlan, person: Person) -> None:
    tablet, window = Tablet(tour.window), tour.window
    tap, see, to, first, stop = tour.tap, tour.see, tour.to, tour.first, tour.stop
    stop("today", tap("nav-today"), see("today-close"))
    stop("today-below", to("today-close"))
    stop("help", tap("help"), see("help-text")) and tap("help-close")()
    stop("close-day", tap("today-close"), see("close-back")) and tap("close-back")()
    stop("people", tap("nav-patients"), see("patients-search"))
    stop("people-none", lambda: window.fill("patients-search", "zzzz", at_once=True))
    stop("person", lambda: tablet.open_person(SEEN[0]), see("patient-new-visit"))
    stop("person-trend", first("trend-"))
    stop(
        "person-conversation",
        lambda: tablet.open_person(SEEN[1]),
        to("patient-conversation-history"),
        tap("patient-conversation-history"),
    )
    tablet.open_person(SEEN[0])
    stop("sharing", tap("sharing-open"), see("sharing-back")) and tap("sharing-back")()
    stop("papers", tap("papers-open"), see("paper-back"))
    stop("paper", tap("paper-kind-fridge"), see("paper-another"))
    window.tap("paper-back")
    stop("prescriber", tap("patient-call-prescriber"), see("prescriber-back")) and tap("prescriber-back")()
    stop("not-on-my-list", tap("nav-patients"), tap("patients-not-listed"), see("emergency-back"))
    window.tap("emergency-back")
    tablet.open_person(SEEN[0])
    stop("new-visit", tap("patient-new-visit"), see("new-visit-start"))
    window.tap("new-visit-start")
    walk_visit(tour)
    stop("waiting", tap("nav-waiting"), see("waiting-send"))
    stop("connection", tap("waiting-test"), see("waiting-test-again"))
    stop("log-of-contacts", to("waiting-log"), tap("waiting-log"))
    stop("settings", tap("nav-settings"), to("look-larger"))
    stop("tour", to("settings-tour"), tap("settings-tour"), see("tour-next")) and tap("tour-skip")()
    stop("settings-below", tap("nav-settings"), to("settings-sign-out"))
    stop("change-secret", to("settings-change-pin"), tap("settings-change-pin"), tap("settings-keep-pin"))
    stop("no-signal", to("settings-no-signal"), tap("settings-no-signal"), see("no-signal-back"))
    window.tap("no-signal-back")
    stop("practice", to("settings-practise"), tap("settings-practise"), see("practice-bar"))
    window.tap("practice-stop")
    stop(
        "sign-out",
        tap("nav-settings"),
        to("settings-sign-out"),
        tap("settings-sign-out"),
        see("settings-stay"),
    )
    window.tap("settings-stay")
    plan.program.end()
    stop("waiting-offline", tap("nav-waiting"), tap("waiting-send"), lambda: window.two_frames())
    stop("today-offline", tap("nav-today"))
    stop("lock", tap("nav-settings"), to("settings-lock"), tap("settings-lock"), see("lock-secret"))
    stop("lock-forgot", tap("lock-forgot"), see("recover-back"))


def walk_visit(tour: Tour) -> None:
    tap, see, to, stop = tour.tap, tour.see, tour.to, tour.stop
    tablet = Tablet(tour.window)
    stop("visit", see("visit-back"))
    stop("cover", tap("cover-now"), see("cover-open")) and tap("cover-open")()
    stop(
        "visit-answered", *(lambda i=i, a=a: tablet.score(i, a) for i, a in SCORES.items()), to("esas-pain-6")
    )
    for section in ("medicines", "conversation", "people", "plan", "safety", "mood", "transition", "vitals"):
        opened = stop(f"visit-{section}", to(f"section-{section}"), tap(f"section-{section}"))
        if opened:
            tour.window.tap(f"section-{section}")
    stop("visit-note", to("visit-note"), lambda: tablet.write_note("She slept in the chair again."))
    stop("visit-missing", to("visit-leave"))
    tablet.answered_by("patient")
    tablet.say_what_comes_next()
    stop("visit-ready", tap("visit-leave"), to("visit-sign"))
    stop("visit-read", tap("visit-sign"), see("reading-back")) and tap("reading-back")()


def walk_supervisor(tour: Tour, plan: DemoPlan, person: Person) -> None:
    tap, see, first, stop = tour.tap, tour.see, tour.first, tour.stop
    stop(
        "review",
        tap("nav-review"),
        lambda: tour.window.by_prefix("review-row-").first.wait_for(state="attached"),
    )
    stop("review-one", first("review-row-"), see("review-back"))
    stop("review-asking", tap("review-ask"), first("review-about-"), see("review-send"))
    tour.window.tap("review-back")
    stop("log", tap("nav-log"), see("log-sort"))
    stop("log-verification", tap("log-as-evv"))
    stop("log-filters", tap("log-more-filters"))
    stop("log-take-out", tap("log-export"), see("log-export-close")) and tap("log-export-close")()
    stop("team", tap("nav-team"), see("board-worklist"))
    stop("not-reached", tap("board-worklist"), see("worklist-back")) and tap("worklist-back")()
    stop("outcomes", tap("nav-outcomes"), see("outcomes-plan"))
    stop("outcome", first("outcomes-open-"), see("outcomes-all"))
    stop("outcomes-print", tap("outcomes-all"), tap("outcomes-print"))
    stop("settings", tap("nav-settings"), tour.to("look-larger"))


def draw(
    playwright: Playwright, place: Path, variant: str, roles: Sequence[str], env: dict[str, str]
) -> list[str]:
    """One language and text size, nurse and supervisor, on a plan of their own."""
    language, _, percent = variant.partition("-")
    missed: list[str] = []
    plan_place = place / f"plan-{variant}"
    plan_place.mkdir()
    with demo_plan(plan_place, env) as plan:
        walks = (("supervisor", plan.supervisor, walk_supervisor), ("nurse", plan.nurse, walk_nurse))
        for role, person, walk in walks:
            if role not in roles:
                continue
            shutil.rmtree(GALLERY / variant / role, ignore_errors=True)
            app, link = start_app(place / f"{role}-{variant}", free_port(), env, "--plan", plan.url)
            with app, browsing(playwright, place / f"browser-{role}-{variant}") as window:
                window.open(link)
                tour = Tour(window, GALLERY / variant / role)
                first_run(tour, plan, person, language, int(percent))
                try:
                    walk(tour, plan, person)
                except (AssertionError, PlaywrightError) as error:
                    tour.missed.append(f"{variant} {role} ended early: {str(error).splitlines()[-1][:200]}")
                missed += tour.missed
                app.end()
    return missed


def main() -> int:
    wanted = [one for one in sys.argv[1:] if re.fullmatch(r"(en|es)-(100|200)", one)] or list(VARIANTS)
    roles = [one for one in sys.argv[1:] if one in ROLES] or list(ROLES)
    missed: list[str] = []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthside-gallery-")))
        (place / "home").mkdir()
        env = {**clean_environment(place / "home"), "TZ": working_day()}
        if has_gnome_keyring():
            env = stack.enter_context(keyring_session(env))
        playwright = stack.enter_context(sync_playwright())
        for variant in wanted:
            missed += draw(playwright, place, variant, roles, env)
    print(f"drawn in {GALLERY}")
    for line in missed:
        print(f"not drawn: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
