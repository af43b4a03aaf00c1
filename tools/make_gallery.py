"""Draw every screen and state in both sizes, modes, languages and text sizes: the second half of `make screenshots`.

One real app on a real plan's demo panel for each language and text size; at each stop the window is turned and
darkened. The pictures are for looking at, not for the README: `.cache/gallery/<language>-<percent>/<size>-<mode>/`.
`python tools/make_gallery.py es-200 en-100` draws only these, with `nurse` or `supervisor` only her screens, with
`phone-dark` or the like only that picture of each stop, with `at=visit` only stops whose name begins so (all are
walked through, few are drawn: a picture costs more than a step). Without arguments it draws everything: an hour.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from plan.clinical_settings import put_settings  # noqa: E402 - after the path is set
from plan.database import make_engine, write_transaction  # noqa: E402 - as above
from plan.duty_settings import DAYS  # noqa: E402 - as above
from plan.users import get_user  # noqa: E402 - as above
from tests.support.browser import browsing  # noqa: E402 - after the path is set
from tests.support.keyring_session import has_gnome_keyring, keyring_session  # noqa: E402 - as above
from tests.support.processes import clean_environment, free_port, start_app  # noqa: E402 - as above
from tests.support.tablet import Person, Tablet  # noqa: E402 - as above
from tools.gallery_tour import LOOKS, Tour, first_run  # noqa: E402 - as above
from tools.make_screenshots import SCORES, SEEN, DemoPlan, demo_plan, working_day  # noqa: E402 - as above

GALLERY = ROOT / ".cache" / "gallery"
VARIANTS = ("en-100", "en-200", "es-100", "es-200")
ROLES = ("supervisor", "nurse")


@dataclass(frozen=True)
class Wanted:
    """What of the gallery is drawn anew."""

    roles: Sequence[str] = ROLES
    looks: Sequence[str] = LOOKS
    at: tuple[str, ...] = ()


def put_on_duty(database: Path, person: Person) -> None:
    """From now on and always: her device fetches the on-call pack with its next contact."""
    engine = make_engine(f"sqlite:///{database}")
    with write_transaction(engine) as connection:
        who = f"Practitioner/{get_user(connection, person.username).practitioner_id}"
        always = {"who": who, "days": list(DAYS), "from": "00:00", "to": "00:00"}
        put_settings(connection, {"version": "on call", "duty": {"list": [always]}})
    engine.dispose()


def walk_on_call(tour: Tour) -> None:
    tap, see, first, stop = tour.tap, tour.see, tour.first, tour.stop
    stop("oncall", tap("nav-today"), tap("today-oncall"), see("oncall-search"))
    stop("oncall-none", lambda: tour.window.fill("oncall-search", "zzzz", at_once=True))
    tour.window.fill("oncall-search", SEEN[0], at_once=True)
    stop("oncall-why", first("oncall-person-"), see("oncall-why-family"))
    stop("oncall-person", tap("oncall-why-family"), see("oncall-begin"))
    tour.window.tap("nav-today")


def walk_nurse(tour: Tour, plan: DemoPlan, person: Person) -> None:
    tablet, window = Tablet(tour.window), tour.window
    tap, see, to, first, stop = tour.tap, tour.see, tour.to, tour.first, tour.stop
    walk_on_call(tour)
    stop("today", tap("nav-today"), see("today-close"))
    stop("today-below", to("today-close"))
    stop("help", tap("help"), see("help-text")) and tap("help-close")()
    stop("close-day", tap("today-close"), see("close-back")) and tap("close-back")()
    stop("people", tap("nav-patients"), see("patients-search"))
    stop("people-none", lambda: window.fill("patients-search", "zzzz", at_once=True))
    stop("person", lambda: tablet.open_person(SEEN[0]), see("patient-new-visit"))
    stop("person-trend", first("trend-"), tour.to_first("trend-"))
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
    stop("not-wanted", to("patient-decline"), tap("patient-decline"), to("decline-cancel"))
    tablet.open_person(SEEN[0])
    stop("death", to("patient-death"), tap("patient-death"), see("death-back"))
    stop("death-below", to("death-write")) and tap("death-back")()
    tablet.open_person(SEEN[0])
    stop("not-on-my-list", tap("nav-patients"), tap("patients-not-listed"), see("emergency-back"))
    window.tap("emergency-back")
    tablet.open_person(SEEN[0])
    stop("new-visit", tap("patient-new-visit"), see("new-visit-start"))
    window.tap("new-visit-start")
    walk_visit(tour)
    stop("waiting", tap("nav-waiting"), see("waiting-send"))
    stop("connection", tap("waiting-test"), see("waiting-test-again"))
    stop("by-a-colleague", tap("nav-waiting"), tap("waiting-colleague"))
    tap("nav-waiting")()
    stop("log-of-contacts", to("waiting-log"), tap("waiting-log"))
    stop("settings", tap("nav-settings"), to("look-larger"))
    stop("tour", to("settings-tour"), tap("settings-tour"), see("tour-next")) and tap("tour-skip")()
    stop("settings-below", tap("nav-settings"), to("settings-sign-out"))
    stop(
        "change-secret",
        to("settings-change-pin"),
        tap("settings-change-pin"),
        see("settings-keep-pin"),
        to("settings-old-pin"),
    )
    window.tap("settings-keep-pin")
    stop("no-signal", to("settings-no-signal"), tap("settings-no-signal"), see("no-signal-back"))
    window.tap("no-signal-back")
    stop("practice", to("settings-practise"), tap("settings-practise"), see("practice-bar"))
    window.tap("practice-stop")
    stop(
        "sign-out",
        tap("nav-settings"),
        to("settings-sign-out"),
        tap("settings-sign-out"),
        to("settings-stay"),
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
    see("visit-back")()
    stop(
        "visit-answered", *(lambda i=i, a=a: tablet.score(i, a) for i, a in SCORES.items()), to("esas-pain-6")
    )
    stop("visit-own-answers", to("form-open-own-answers"), tap("form-open-own-answers"), to("own-by-told"))
    draw_hands(tour)
    for section in (
        "medicines",
        "home-count",
        "conversation",
        "people",
        "plan",
        "safety",
        "mood",
        "transition",
        "vitals",
    ):
        name = f"section-{section}"
        opened: list[bool] = []
        stop(f"visit-{section}", lambda name=name, opened=opened: opened.append(tour.open(name)), to(name))
        if any(opened):
            tour.window.tap(name)
    stop("visit-note", to("visit-note"), lambda: tablet.write_note("She slept in the chair again."))
    stop("visit-missing", to("visit-leave"))
    tablet.answered_by("patient")
    tablet.say_what_comes_next()
    stop("visit-ready", tap("visit-leave"), to("visit-sign"))
    stop("visit-read", tap("visit-sign"), see("reading-back")) and tap("reading-back")()


def draw_hands(tour: Tour) -> None:
    """The tablet in the person's own hands, and back."""
    tap, see, stop = tour.tap, tour.see, tour.stop
    language = tour.place.parent.name.partition("-")[0]
    stop(
        "own-way",
        tap(f"own-language-{language}"),
        tap("own-through-nobody"),
        tap("hand-over-own-answers"),
        tour.to("hand-over-own-answers-now"),
    )
    if not stop("own-question", tap("hand-over-own-answers-now"), see("answers-next"), tap("own-pain-6")):
        return
    stop("own-last", *(tour.calmly(tap("answers-next")) for _ in range(7)), see("answers-done"))
    stop("own-thanks", tap("answers-done"), see("answers-thanks"))
    stop("own-back", tap("answers-nurse"), see("answers-secret"))
    tour.window.fill("answers-secret", tour.secret, at_once=True)
    tour.window.tap("answers-take-back")
    tour.window.see("visit-back")


def walk_supervisor(tour: Tour, plan: DemoPlan, person: Person) -> None:
    tap, see, first, stop = tour.tap, tour.see, tour.first, tour.stop
    stop(
        "review",
        tap("nav-review"),
        lambda: tour.window.by_prefix("review-row-").first.wait_for(state="attached"),
    )
    stop("review-one", first("review-row-"), see("review-back"))
    stop("review-asking", tap("review-ask"), first("review-about-"), tour.to("review-send"))
    tour.window.tap("review-back")
    stop("log", tap("nav-log"), see("log-as-evv"))
    stop("log-verification", tap("log-as-evv"))
    stop("log-filters", tour.where("log-filters"), tap("log-more-filters"))
    stop("log-take-out", tap("log-export"), see("log-export-close")) and tap("log-export-close")()
    stop("team", tap("nav-team"), see("board-worklist"))
    stop(
        "leave",
        first("leave-open-"),
        tour.to_first("leave-from-"),
    )
    stop("not-reached", tap("board-worklist"), see("worklist-back")) and tap("worklist-back")()
    stop("outcomes", tap("nav-outcomes"), see("outcomes-plan"))
    stop("outcome", first("outcomes-open-"), see("outcomes-all"))
    stop("outcomes-print", tap("outcomes-all"), tap("outcomes-print"))
    stop("settings", tap("nav-settings"), tour.to("look-larger"))


def draw(playwright: Playwright, place: Path, variant: str, wanted: Wanted, env: dict[str, str]) -> list[str]:
    """One language and text size, nurse and supervisor, on a plan of their own."""
    language, _, percent = variant.partition("-")
    missed: list[str] = []
    plan_place = place / f"plan-{variant}"
    plan_place.mkdir()
    with demo_plan(plan_place, env) as plan:
        walks = (("supervisor", plan.supervisor, walk_supervisor), ("nurse", plan.nurse, walk_nurse))
        for role, person, walk in walks:
            if role not in wanted.roles:
                continue
            if wanted == Wanted():
                shutil.rmtree(GALLERY / variant / role, ignore_errors=True)
            if role == "nurse":
                put_on_duty(plan_place / "plan.db", person)
            app, link = start_app(place / f"{role}-{variant}", free_port(), env, "--plan", plan.url)
            with app, browsing(playwright, place / f"browser-{role}-{variant}") as window:
                window.open(link)
                tour = Tour(window, GALLERY / variant / role, looks=wanted.looks, at=wanted.at)
                first_run(tour, plan, person, language, int(percent))
                try:
                    walk(tour, plan, person)
                except (AssertionError, PlaywrightError) as error:
                    tour.missed.append(f"{variant} {role} ended early: {str(error).splitlines()[-1][:200]}")
                missed += tour.missed
                app.end()
    return missed


def main() -> int | str:
    asked = sys.argv[1:]
    unknown = [one for one in asked if one not in (*VARIANTS, *ROLES, *LOOKS) and not one.startswith("at=")]
    if unknown:
        print(__doc__)
        return 0 if unknown == ["--help"] else f"not known: {' '.join(unknown)}"
    wanted = [one for one in VARIANTS if one in asked] or VARIANTS
    roles = tuple(one for one in ROLES if one in asked) or ROLES
    looks = tuple(one for one in LOOKS if one in asked) or LOOKS
    at = tuple(one.removeprefix("at=") for one in asked if one.startswith("at="))
    missed: list[str] = []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hearthside-gallery-")))
        (place / "home").mkdir()
        env = {**clean_environment(place / "home"), "TZ": working_day()}
        if has_gnome_keyring():
            env = stack.enter_context(keyring_session(env))
        playwright = stack.enter_context(sync_playwright())
        for variant in wanted:
            missed += draw(playwright, place, variant, Wanted(roles, looks, at), env)
    print(f"drawn in {GALLERY}")
    for line in missed:
        print(f"not drawn: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
