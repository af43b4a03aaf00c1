"""What comes from other tablets: two versions, drafts, a visit written twice, cover, and what a supervisor says."""

from __future__ import annotations

from pathlib import Path

from tests.support.tablet import Person, Tablet
from tools.gallery_tour import Tour
from tools.gallery_world import World, arrive, at

SHARED, TWICE, REVIEWED, DRAFTED = "Nhung", "Whitfield", "Quiñones", "Freeman"
"""Somebody two nurses have; whose visit was written twice; whose was reviewed; whose draft lies on another tablet."""
COLLEAGUE = "Ben Cole"
QUESTION = "She sat up and joked in the afternoon. Was it 5?"
ANSWER = "A slip of the finger. She said 3."


async def come_together(plan: World) -> tuple[Path, Person]:
    """Ana's tablet as she unlocks it: Ben is on leave and wrote offline, she had a spare one, Maria has read."""
    plan.send_on_leave(plan.colleague, plan.nurse)
    hers, ana = await arrive(plan, "hers", plan.nurse)
    spare, ana_too = await arrive(plan, "spare", plan.nurse)
    his, ben = await arrive(plan, "his", plan.colleague)
    async with at(hers, ana) as tablet:
        read = await tablet.sign(await tablet.begin(plan.find(REVIEWED), "Calm.", esas_pain=2))
        asked = await tablet.sign(
            await tablet.begin(plan.find(SHARED), "", esas_pain=5, conv_matters_words="To sit on the porch.")
        )
    async with at(his, ben) as tablet:
        matters = await tablet.begin(
            plan.find(SHARED), "", esas_sob=10, conv_matters_words="To see her brother from Duluth."
        )
        await tablet.sign(matters)
        await tablet.send()
        await tablet.begin(plan.find("O'Dowd"), "The wife opened the door.", esas_pain=4)
        await tablet.send()
    async with at(spare, ana_too) as tablet:
        first = await tablet.begin(plan.find(TWICE), "Charted on the first tablet.", esas_pain=9)
        await tablet.send()
    async with at(hers, ana) as tablet:
        await tablet.send()
        again = await tablet.go_on()
        await tablet.visits.answer(again, "esas-tired", value=4)
        await tablet.sign(again)
        await tablet.send()
    async with at(spare, ana_too) as tablet:
        await tablet.visits.answer(first, "esas-nausea", value=6)
        await tablet.sign(first)
        await tablet.begin(plan.find(DRAFTED), "The battery is low.", esas_pain=3)
        await tablet.send()
    desk, maria = await arrive(plan, "desk", plan.supervisor)
    async with at(desk, maria) as tablet:
        await tablet.review(asked, QUESTION, read, again)
        await tablet.send()
    async with at(hers, ana) as tablet:
        await tablet.send()
    return hers, ana


def walk_others(tour: Tour, plan: World) -> None:
    walk_day(tour)
    walk_question(tour)
    walk_drafts(tour)
    walk_versions(tour)


def walk_day(tour: Tour) -> None:
    """All of it on one Today, and whose people one covers."""
    tap, first, stop = tour.tap, tour.first, tour.stop
    stop("today-much", tap("nav-today"), tour.comes("today-conflict-"), tour.rest(2_000))
    stop("today-much-below", tour.to_first("today-question-"))
    stop("today-much-elsewhere", tour.to_first("today-elsewhere-"))
    stop("taking-over", first("cover-look-"), tour.see("cover-have-them"))
    stop("taken-over", tap("cover-have-them"), tour.rest(1_500)) and tap("cover-back")()


def walk_question(tour: Tour) -> None:
    tap, see, to, stop = tour.tap, tour.see, tour.to, tour.stop
    tablet = Tablet(tour.window)
    stop("question", tap("nav-today"), tour.named("today-question-", "Nhung"), to("question-words"))
    stop(
        "question-correcting",
        tour.fill("question-words", ANSWER),
        tap("question-wrong"),
        tap("question-item-esas-pain"),
        to("question-right-3"),
    )
    stop("question-corrected", tap("question-right-3"), tour.rest(1_000), to("question-answer"))
    stop("question-answered", tap("question-answer"), tour.rest(1_500))
    stop("thanked", tap("nav-today"), tour.first("today-question-"), tour.comes("question-seen-"))
    stop(
        "reviewed",
        lambda: tablet.open_person(REVIEWED),
        tour.first("patient-visit-"),
        see("reading-back"),
        tour.rest(1_000),
    )


def walk_drafts(tour: Tour) -> None:
    tap, see, stop = tour.tap, tour.see, tour.stop
    stop(
        "draft-of-a-colleague",
        tap("nav-today"),
        tour.named("today-elsewhere-", COLLEAGUE),
        see("draft-back"),
        tour.rest(1_500),
    )
    tap("draft-back")()
    stop("twice", tap("nav-today"), tap("today-twice-1"), see("twice-back"))
    stop("twice-sure", tap("twice-stands-1"), see("twice-sure"), tour.to("twice-sure"))
    tap("twice-not-now")()
    tap("twice-back")()
    stop("draft-gone-on", tap("nav-today"), tour.named("today-elsewhere-", DRAFTED), see("visit-back"))
    tap("visit-back")()


def walk_versions(tour: Tour) -> None:
    tap, see, stop = tour.tap, tour.see, tour.stop
    tablet = Tablet(tour.window)
    stop("person-two-versions", lambda: tablet.open_person(SHARED), tour.to("patient-conflict-1"))
    stop("two-versions", tap("patient-conflict-1"), see("conflict-keep"))
    stop("two-versions-both", tap("conflict-1-both"), tour.to("conflict-keep"))
    stop("two-versions-kept", tap("conflict-keep"), tour.rest(2_000))
