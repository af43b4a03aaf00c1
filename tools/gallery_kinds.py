"""The kinds of visit: the first page of each, and what is its own. A visit is left as a draft, as a nurse may."""

from __future__ import annotations

from app.content import load
from app.domain.visit_kind import NOT_SEEN_WHY
from tests.support.tablet import Tablet
from tools.gallery_tour import Step, Tour
from tools.gallery_world import World

NOBODY_YET, NO_WORDS = "Yuk Ying", "Hovhannes"
HOME_AGAIN, CALLED, ON_VIDEO, NOT_SEEN = "Rosa", "Ernesto", "Ingrid", "Dorothy"
"""People of the demo's first nurse."""
SAID_NO = ("person-no", "family-no")


def walk_kinds(tour: Tour, plan: World) -> None:
    walk_seen(tour)
    walk_calls(tour)
    walk_not_seen(tour)


def offered(tour: Tour, name: str, *choices: str) -> list[Step]:
    """The page of a new visit with this person, and what is tapped on it."""
    tablet = Tablet(tour.window)
    steps: list[Step] = [lambda: tablet.open_person(name), tour.tap("patient-new-visit")]
    return [*steps, tour.see("new-visit-start"), *(tour.tap(f"new-visit-{one}") for one in choices)]


def begun(tour: Tour) -> list[Step]:
    return [tour.tap("new-visit-start"), tour.see("visit-back")]


def walk_seen(tour: Tour) -> None:
    tap, to, stop = tour.tap, tour.to, tour.stop
    stop("new-visit-choices", *offered(tour, NOBODY_YET, "change"))
    stop("first", *offered(tour, NOBODY_YET, "kind-first"), *begun(tour))
    stop("first-below", to("visit-leave"))
    stop("from-facility", *offered(tour, HOME_AGAIN, "kind-from-facility"), *begun(tour))
    stop("from-facility-below", to("visit-leave"))
    stop("cannot-speak", *offered(tour, NO_WORDS, "kind-cannot-speak"), *begun(tour))
    stop(
        "cannot-speak-family",
        tap("visit-answered-family-caregiver"),
        lambda: tour.open("section-symptoms"),
        to("esas-pain-could-not"),
    )
    stop("cannot-speak-distress", to("distress-face-a-lot"), tap("distress-face-a-lot"))
    stop("cannot-speak-painad", lambda: tour.open("section-pain-more"), to("painad-1-normal"))


def walk_calls(tour: Tour) -> None:
    tap, see, to, stop = tour.tap, tour.see, tour.to, tour.stop
    stop("telephone-offered", *offered(tour, CALLED, "kind-telephone"))
    stop("telephone", *begun(tour), tour.alone)
    stop("telephone-checked", to("call-checked"), tap("call-checked"), to("form-open-call-start"))
    stop("telephone-no-answer", to("visit-no-answer"), tap("visit-no-answer"), see("ns-why-no-answer"))
    stop("video", *offered(tour, ON_VIDEO, "change", "video"), *begun(tour))
    stop("video-lost", to("form-open-call-lost"), tap("form-open-call-lost"), to("call-lost-then-telephone"))
    stop("video-to-telephone", tap("call-lost-then-telephone"), to("call-go-on"))


def walk_not_seen(tour: Tour) -> None:
    tap, to, stop = tour.tap, tour.to, tour.stop
    stop("not-seen-offered", *offered(tour, NOT_SEEN), to("new-visit-not-seen-other"))
    stop("not-seen", tap("new-visit-not-seen-nobody-home"), tour.see("ns-why-nobody-home"))
    for option in load()["not-seen"].get_item(NOT_SEEN_WHY).options:
        if option.code not in ("nobody-home", "no-answer"):
            below = "decline-not-seen" if option.code in SAID_NO else "ns-done-nothing"
            stop(f"not-seen-{option.code}", tap(f"ns-why-{option.code}"), to(below))
    stop(
        "not-seen-ready",
        tap("ns-why-nobody-home"),
        tap("ns-done-left-note"),
        Tablet(tour.window).say_what_comes_next,
        to("visit-sign"),
    )
