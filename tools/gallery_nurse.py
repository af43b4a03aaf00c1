"""An ordinary day of a nurse: the on-call pack, Today, a person, a whole visit, and what she sets for herself."""

from __future__ import annotations

from tests.support.tablet import Tablet
from tools.gallery_tour import Tour
from tools.gallery_world import World
from tools.make_screenshots import SCORES, SEEN


def walk_nurse(tour: Tour, plan: World) -> None:
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
    stop("person-trend", first("trend-"), to("trend-chart"))
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
    stop(
        "somebody-new",
        tap("nav-patients"),
        lambda: window.fill("patients-search", "Vera Lind", at_once=True),
        tap("patients-begin"),
        see("unlisted-go-on"),
    )
    window.tap("unlisted-back")
    tablet.open_person(SEEN[0])
    stop("new-visit", tap("patient-new-visit"), see("new-visit-start"))
    window.tap("new-visit-start")
    walk_visit(tour)
    stop("waiting", tap("nav-waiting"), see("waiting-send"))
    stop("connection", tap("waiting-test"), see("waiting-test-again"))
    stop("by-a-colleague", tap("nav-waiting"), tap("waiting-colleague"), see("carry-show"))
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
    plan.stop()
    stop("waiting-offline", tap("nav-waiting"), tap("waiting-send"), lambda: window.two_frames())
    stop("today-offline", tap("nav-today"))
    stop("lock", tap("nav-settings"), to("settings-lock"), tap("settings-lock"), see("lock-secret"))
    stop("lock-forgot", tap("lock-forgot"), see("recover-back"))


def walk_on_call(tour: Tour) -> None:
    tap, see, first, stop = tour.tap, tour.see, tour.first, tour.stop
    stop("oncall", tap("nav-today"), tap("today-oncall"), see("oncall-search"))
    stop("oncall-none", lambda: tour.window.fill("oncall-search", "zzzz", at_once=True))
    tour.window.fill("oncall-search", SEEN[0], at_once=True)
    stop("oncall-why", first("oncall-person-"), see("oncall-why-family"))
    stop("oncall-person", tap("oncall-why-family"), see("oncall-begin"))
    tour.window.tap("nav-today")


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
    stop("own-thanks", tour.calmly(tap("answers-done")), see("answers-thanks"))
    stop("own-back", tour.calmly(tap("answers-nurse")), see("answers-secret"))
    tour.window.fill("answers-secret", tour.secret, at_once=True)
    tour.window.tap("answers-take-back")
    tour.window.see("visit-back")
