"""Ways in that do not open: a sign-in refused, a wrong secret, records that are damaged; and a list with nobody."""

from __future__ import annotations

from pathlib import Path

from app.store.attempts import FREE_TRIES
from tests.support.browser import SLOW
from tests.support.tablet import Person, Tablet
from tools.gallery_tour import Tour
from tools.gallery_world import World, arrive

WRONG = "one two three four five"
SPOILT = 4096
"""Bytes at the head of a store that are written over: no key opens it then."""


def walk_refused(tour: Tour, plan: World) -> None:
    """A first run by somebody who mistypes, and who is neither nurse nor supervisor."""
    window, tap, stop = tour.window, tour.tap, tour.stop
    stop(
        "first-run-no-address",
        tour.fill("first-run-plan", "golden valley"),
        tap("first-run-check"),
        tour.rest(1_500),
    )
    stop(
        "first-run-not-a-plan",
        tour.fill("first-run-plan", window.page.url.partition("/open")[0]),
        tap("first-run-check"),
        tour.rest(2_500),
    )
    Tablet(window).give_plan_address(plan.url)
    tour.see("first-run-sign-in", SLOW)()
    with window.context.expect_page(timeout=SLOW) as opened:
        tap("first-run-sign-in")()
    page = opened.value
    window.page.bring_to_front()
    stop("first-run-browser-open", tour.see("first-run-open-again"))
    page.bring_to_front()
    page.locator("input[name=username]").fill(plan.nurse.username, timeout=SLOW)
    page.locator("input[name=password]").fill("not her password")
    page.locator("button[value=sign-in]").click()
    page.wait_for_load_state()
    tour.beside("first-run-wrong-password", page)
    Tablet(window).sign_in_at_plan(page, plan.manager)
    tour.beside("first-run-signed-in-page", page)
    page.close()
    window.page.bring_to_front()
    stop("first-run-not-a-nurse", tour.rest(3_000))


def walk_wrong(tour: Tour, plan: World) -> None:
    """Before anybody has unlocked."""
    tap, see, stop = tour.tap, tour.see, tour.stop
    stop("locked", see("lock-secret"))
    stop("lock-wrong", tour.fill("lock-secret", WRONG), tap("lock-unlock"), tour.rest(3_000))
    for _ in range(FREE_TRIES):
        tour.fill("lock-secret", WRONG)()
        tap("lock-unlock")()
        tour.rest(2_500)()
    stop("lock-wait")
    stop("recover", tap("lock-forgot"), see("recover-back")) and tap("recover-back")()
    stop("add-person", tap("lock-add-person"), see("first-run-back")) and tap("first-run-back")()


def walk_damaged(tour: Tour, plan: World) -> None:
    tour.stop(
        "lock-damaged",
        tour.fill("lock-secret", tour.secret),
        tour.tap("lock-unlock"),
        tour.see("lock-try-again"),
    )


def walk_nobody(tour: Tour, plan: World) -> None:
    """A nurse with nobody on her list."""
    tap, see, stop = tour.tap, tour.see, tour.stop
    stop("today-nobody", tap("nav-today"), tour.rest(1_000))
    stop("people-nobody", tap("nav-patients"), tour.rest(1_000))
    stop("waiting-none", tap("nav-waiting"), see("waiting-send"))
    stop("day-closed-none", tap("nav-today"), tap("today-close"), see("close-back"), tour.rest(500))
    plan.stop()
    stop(
        "people-nobody-offline",
        tap("nav-waiting"),
        tap("waiting-send"),
        tap("nav-patients"),
        tour.rest(1_500),
    )


async def arrive_damaged(plan: World) -> tuple[Path, Person]:
    data, owner = await arrive(plan, "damaged", plan.nurse)
    for file in data.rglob("store-*.db"):
        with file.open("r+b") as spoilt:
            spoilt.write(b"\0" * SPOILT)
    return data, owner
