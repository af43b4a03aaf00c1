"""A supervisor's day: reviewing, the log, the team, outcomes; and what comes to her once in a while."""

from __future__ import annotations

from app.domain.unmatched import NewPerson
from tests.support.devices import aside
from tests.support.tablet import PULL
from tools.gallery_tour import Tour
from tools.gallery_world import World, arrive, at


def walk_supervisor(tour: Tour, plan: World) -> None:
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
    stop("log-filters", lambda: unfold(tour), tap("log-more-filters"))
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
    stop("outcomes-print", tap("outcomes-all"), tap("outcomes-print"), tour.to("paper-file"))
    walk_rare(tour, plan)
    stop("settings", tap("nav-settings"), tour.to("look-larger"))


def walk_rare(tour: Tour, plan: World) -> None:
    """A visit given to a mentor, nothing found in the log, and somebody who has to be matched."""
    tap, see, first, stop = tour.tap, tour.see, tour.first, tour.stop
    stop("log-visit", tap("nav-log"), first("log-row-"), see("reading-mentor"))
    stop("mentor", tap("reading-mentor"), tour.comes("mentor-name"))
    stop("mentor-given", tour.fill("mentor-name", "Dr. Lee"), tap("mentor-give"), tour.rest(3_000))
    stop(
        "log-none",
        tap("nav-log"),
        lambda: unfold(tour),
        tour.fill("log-filter-person", "zzzz"),
        tour.rest(1_500),
        tour.to("log-clear"),
    )
    aside(visit_somebody_new(plan))
    stop(
        "matching",
        tap("nav-waiting"),
        tap("waiting-send"),
        tap("nav-team"),
        see("board-matching", PULL),
        tap("board-matching"),
        tour.comes("matching-choose-"),
    )
    stop("matching-sure", first("matching-choose-"), see("matching-sure"))
    stop("matched", tap("matching-sure"), tour.comes("matching-take-back-")) and tap("matching-back")()


def unfold(tour: Tour) -> None:
    """The filters, which a phone hides behind one line until it is tapped, and then remembers."""
    tour.comes("log-filter")()
    if not tour.window.by_id("log-filter-person").count():
        tour.tap("log-filters")()


async def visit_somebody_new(plan: World) -> None:
    """By a nurse who was told a member's name with a slip in it."""
    data, owner = await arrive(plan, "met", plan.nurse)
    async with at(data, owner) as ana:
        person = await ana.unlisted.make(NewPerson("Walter O'Dowd", None, "", "Old Mill Road, Glendale"))
        await ana.sign(await ana.begin(person, "Met at a neighbor's table.", esas_pain=4))
        await ana.send()


def walk_new_team(tour: Tour, plan: World) -> None:
    """A team that has just begun: every list is empty, and every number too small to be shown."""
    tap, see, stop = tour.tap, tour.see, tour.stop
    stop("review-none", tap("nav-review"), tour.rest(1_000))
    stop("log-empty", tap("nav-log"), see("log-as-evv"))
    stop("team-none", tap("nav-team"), see("board-worklist"))
    stop("not-reached-none", tap("board-worklist"), see("worklist-back"), tour.rest(1_000)) and tap(
        "worklist-back"
    )()
    stop("outcomes-hidden", tap("nav-outcomes"), see("outcomes-plan"))
    stop("outcomes-own-team", tap("outcomes-team"), tour.rest(1_000))
    stop(
        "outcome-hidden",
        tap("outcomes-plan"),
        tour.first("outcomes-open-"),
        tap("outcomes-by-language"),
        tour.to_ending("outcomes-by-language"),
    )
    plan.stop()
    stop("outcomes-offline", tap("nav-waiting"), tap("waiting-send"), tap("nav-outcomes"), tour.rest(1_000))
    stop("team-offline", tap("nav-team"), tour.rest(1_000))
    stop("not-reached-offline", tap("board-worklist"), tour.rest(1_000))
