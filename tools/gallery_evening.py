"""A death and the day after it; a hard day; and the day that can be put away."""

from __future__ import annotations

from pathlib import Path

from tests.support.tablet import Person, Tablet
from tools.gallery_tour import Tour
from tools.gallery_world import World, arrive, at

DIED, FAMILY_NAME = "Walter O'Dowd", "Freeman"
FILLED = (
    "death-told-by-family",
    "death-when-today",
    "death-place-home",
    "death-expected-yes",
    "death-family-managing",
)


def walk_death(tour: Tour, plan: World) -> None:
    """Recorded with no plan in reach: what the lists and her page say afterwards."""
    tap, see, to, stop = tour.tap, tour.see, tour.to, tour.stop
    tablet = Tablet(tour.window)
    plan.stop()
    tablet.open_person(DIED)
    stop("death-filled", to("patient-death"), tap("patient-death"), *(tap(one) for one in FILLED))
    stop("death-filled-below", to("death-record"))
    stop("today-died", tap("death-record"), tour.comes("death-of-"))
    stop("person-died", lambda: tablet.open_person(DIED), see("face-died"))
    stop("person-died-below", to("death-change"))
    stop("person-died-story", to("code-status"))
    stop("death-error", tap("death-error"), to("death-error-yes")) and tap("death-error-no")()
    stop("people-died", tap("nav-patients"), tour.fill("patients-search", DIED), tour.rest(800))
    stop("cover-on-people", tap("cover-now"), see("cover-open")) and tour.calmly(tour.uncover)()
    stop("hard-day", tap("nav-today"), tap("today-close"), to("hard-day-ask"))
    stop("hard-day-asked", tap("hard-day-ask"), see("hard-day-take-back"), to("hard-day-take-back"))
    stop("close-day-left", to("close-back"), tour.rest(500))


def walk_closed(tour: Tour, plan: World) -> None:
    """A nurse with one person, whom she has seen."""
    stop = tour.stop
    stop("today-made", tour.tap("nav-today"), tour.rest(1_000))
    stop("day-closed", tour.tap("today-close"), tour.see("close-back"), tour.rest(500))


async def see_one_person(plan: World) -> tuple[Path, Person]:
    """Her one visit of the day is made, signed and with the plan."""
    nurse = plan.add("nurse", "Eve Lane, RN", FAMILY_NAME)
    data, owner = await arrive(plan, "evening", nurse)
    async with at(data, owner) as eve:
        await eve.sign(await eve.begin(plan.find(FAMILY_NAME), "A quiet day.", esas_pain=2, esas_tired=3))
        await eve.send()
    return data, owner
