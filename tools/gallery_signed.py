"""A heavy visit with its alerts, signed where there is no signal, added to, sent; and the visit after it."""

from __future__ import annotations

from pathlib import Path

from tests.support.tablet import Person, Tablet
from tools.gallery_tour import SOON, Tour
from tools.gallery_world import World, arrive, at

PERSON, AT_HOME, WOUNDED = "Walter O'Dowd", "Ernesto", "Freeman"
ADDED = "His wife called at six: he slept through the afternoon."


async def take_photo(plan: World) -> tuple[Path, Person]:
    """A tablet with a signed visit in which a wound was photographed."""
    data, owner = await arrive(plan, "tablet", plan.nurse)
    async with at(data, owner) as ana:
        visit = await ana.begin(plan.find(WOUNDED), "", esas_pain=4)
        await ana.photograph(visit)
        await ana.sign(visit)
    return data, owner


def walk_signed(tour: Tour, plan: World) -> None:
    tablet = Tablet(tour.window)
    walk_photo(tour, tablet)
    tablet.begin_visit(PERSON)
    walk_alerts(tour)
    walk_counted(tour)
    walk_said(tour)
    walk_signature(tour)
    plan.stop()
    walk_offline(tour, tablet)
    plan.start()
    walk_received(tour, tablet)
    walk_told(tour, tablet)


def walk_photo(tour: Tour, tablet: Tablet) -> None:
    stop = tour.stop
    stop(
        "photo",
        lambda: tablet.open_person(WOUNDED),
        tour.first("patient-visit-"),
        tour.see("reading-back"),
        tour.to_first("photo-"),
    )
    stop("photo-large", tour.first("photo-"), tour.see("photo-close"), tour.to("photo-close"))


def walk_alerts(tour: Tour) -> None:
    tap, see, to, stop = tour.tap, tour.see, tour.to, tour.stop
    tablet = Tablet(tour.window)
    stop("alert-strip", lambda: tablet.score("esas-sob", 10), see("visit-alerts"))
    stop("alert-card", lambda: tour.open("visit-alerts"), tour.rest(800))
    tour.shut("visit-alerts")
    stop("alert-more", lambda: tablet.score("esas-pain", 9), to("visit-worried"), tap("visit-worried"))
    stop("alert-cards", lambda: tour.open("visit-alerts"), tour.rest(800))
    stop("alert-shown", tour.first("alert-show-"), tour.comes("alert-concern-"))
    tour.shut("visit-alerts")
    stop(
        "private-concern",
        lambda: tour.open("section-safety"),
        tap("private-concern-open"),
        to("private-abuse-yes"),
        tap("private-abuse-yes"),
    )
    tour.shut("section-safety")


def walk_counted(tour: Tour) -> None:
    tap, to, stop = tour.tap, tour.to, tour.stop
    stop("count-open", lambda: tour.open("section-home-count"), to("count-1-begin"))
    stop(
        "counted",
        tap("count-1-begin"),
        tour.ending("hc-unit-tablets"),
        tour.fill_ending("hc-now", "86"),
        tap("visit-saved"),
        to("count-1-destroyed"),
    )
    stop(
        "count-destroyed",
        tap("count-1-destroyed"),
        tour.fill_ending("hc-gone", "20"),
        tap("visit-saved"),
        tour.to_ending("hc-gone"),
    )
    tour.shut("section-home-count")


def walk_said(tour: Tour) -> None:
    """What was promised, and what is not wanted."""
    tap, to, first, stop = tour.tap, tour.to, tour.first, tour.stop
    stop("promised", to("promise-other"), tap("promise-other"), tour.fill("promise-words", "Call on Friday"))
    tap("promise-keep")()
    stop("promise-kept", to("promise-other"))
    stop("not-wanted-here", lambda: tour.open("section-mood"), to("decline-mood"), tap("decline-mood"))
    stop(
        "not-wanted-kept",
        first("decline-mood-voice-"),
        tap("decline-mood-keep"),
        tour.gone("decline-mood-keep"),
        to("decline-mood"),
    )
    tour.shut("section-mood")


def walk_signature(tour: Tour) -> None:
    window, tap, stop = tour.window, tour.tap, tour.stop

    def draw() -> None:
        box = window.scroll_to("signature-pad", timeout=SOON).bounding_box()
        if box is None:
            raise AssertionError("the box to sign in is not in sight")
        x, y = box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2
        window.page.mouse.move(x, y)
        window.page.mouse.down()
        for step in range(12):
            window.page.mouse.move(x + step * 14, y + (24 if step % 2 else -24))
        window.page.mouse.up()

    stop("signature-asked", tour.to("signature-open"), tap("signature-open"), tour.to("signature-keep"))
    stop("signature-drawn", tour.fill("signature-who", "Maureen O'Dowd"), draw, tour.to("signature-keep"))
    stop("signature-kept", tap("signature-keep"), tour.rest(1_000), tour.to("signature-open"))


def walk_offline(tour: Tour, tablet: Tablet) -> None:
    """Left and signed with no plan in reach."""
    tap, see, to, stop = tour.tap, tour.see, tour.to, tour.stop
    tablet.answered_by("patient")
    stop(
        "concern-asked",
        lambda: tablet.say_what_comes_next(),
        tap("visit-leave"),
        to("concern-show"),
        tap("concern-show"),
        to("concern-answer-mistake"),
    )
    stop("concern-answered", tap("concern-answer-tired-of-living"), to("visit-sign"))
    stop("signed-only-here", tap("visit-sign"), see("reading-back"), tour.rest(1_500))
    stop(
        "addendum-writing",
        to("addendum-open"),
        tap("addendum-open"),
        tour.fill("addendum-text", ADDED),
        to("addendum-keep"),
    )
    stop(
        "addendum-only-here",
        lambda: tablet.open_person(PERSON),
        tour.first("patient-visit-"),
        tap("addendum-keep"),
        to("addendum-open"),
    )
    stop("waiting-alerts", tap("nav-waiting"), tap("waiting-send"), tour.rest(1_500))
    stop("waiting-why", tour.first("waiting-row-"), tour.rest(1_000))
    stop(
        "alerts-still-stand",
        lambda: tablet.open_person(PERSON),
        tap("patient-new-visit"),
        see("new-visit-start"),
    )
    stop("next-visit", tap("new-visit-start"), see("visit-back"))
    stop("today-act-now", tap("nav-today"), tour.comes("alert-row-"))


def walk_received(tour: Tour, tablet: Tablet) -> None:
    tap, first, stop = tour.tap, tour.first, tour.stop
    stop(
        "waiting-nothing",
        tap("nav-waiting"),
        tap("waiting-send"),
        tour.comes("waiting-received-"),
        tour.rest(4_000),
    )
    stop(
        "signed-received",
        lambda: tablet.open_person(PERSON),
        first("patient-visit-"),
        tour.see("reading-back"),
        tour.rest(1_000),
    )
    stop("signed-received-below", tour.to("addendum-open"))
    stop("alert-open", tap("nav-today"), first("alert-row-"), tour.comes("alert-take-"))
    stop("alert-taken", first("alert-take-"), tour.comes("alert-finish-"))
    stop("alert-finishing", first("alert-finish-"), tour.rest(800))


def walk_told(tour: Tour, tablet: Tablet) -> None:
    """What a person's page is told of: a stay in hospital, and that something is not wanted."""
    tap, to, stop = tour.tap, tour.to, tour.stop
    stop(
        "stay-telling",
        lambda: tablet.open_person(AT_HOME),
        to("stays-tell"),
        tap("stays-tell"),
        to("stays-keep"),
    )
    stop(
        "in-hospital",
        tap("stays-place-hospital"),
        tap("stays-keep"),
        to("patient-new-visit"),
        to("stays-tell"),
    )
    stop(
        "declining",
        to("patient-decline"),
        tap("patient-decline"),
        tap("decline-scope-topic"),
        tap("decline-about-mood"),
        tap("decline-voice-family"),
        tour.first("decline-again-"),
        to("decline-keep"),
    )
    stop(
        "declined",
        tap("decline-keep"),
        tour.comes("decline-back-"),
        to("patient-new-visit"),
        to("patient-decline"),
    )
    stop("in-hospital-visit", to("patient-new-visit"), tap("patient-new-visit"), tour.see("new-visit-start"))
