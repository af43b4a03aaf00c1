from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.content.medicine_tables import mme_table
from app.domain.medicines import GROUP, Taken, text_of
from app.domain.visit import Answer, Entry
from app.services.models import VisitState, VisitStatus
from app.views.wording import medicines as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.doubles import DoubleDevice, World, add_visit, now
from tests.views.medicine_world import FUROSEMIDE, HYDROMORPHONE, MORPHINE, OXY, earlier, give_medicines


@pytest.fixture
def visit_id(world: World) -> str:
    return add_visit(world, 0, timedelta(minutes=20))


async def open_medicines(app: FletHarness, visit_id: str) -> None:
    await app.until(lambda: app.has(f"today-draft-{visit_id}"), "the draft on Today")
    await app.tap(f"today-draft-{visit_id}")
    await app.until(lambda: app.has("section-medicines"), "the visit page")
    await app.tap("section-medicines")
    await app.until(lambda: app.has("medicines-add"), "the medicines")


def entries(world: World, visit_id: str) -> tuple[Entry, ...]:
    return world.visits[visit_id].draft.entries.get(GROUP, ())


def put_answers(world: World, visit_id: str, **given: str) -> None:
    row = world.visits[visit_id]
    answers = {link.replace("_", "-"): Answer(now(), value) for link, value in given.items()}
    row.draft = replace(row.draft, answers={**row.draft.answers, **answers})


async def test_one_tap_says_that_a_medicine_is_taken_as_listed(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, OXY, FUROSEMIDE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-2-as-listed")
        await app.until(lambda: entries(world, visit_id), "the entry")
        (entry,) = entries(world, visit_id)
        assert entry.about == FUROSEMIDE.reference
        assert text_of(entry, "med-choice") == Taken.AS_LISTED
        assert text_of(entry, "med-listed") == "1 in the morning"
        assert not app.has(f"{entry.id}-med-dose-mg")  # no dose asked for what is no opioid


async def test_all_as_listed_is_one_tap_and_leaves_what_was_said_before(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, OXY, MORPHINE, FUROSEMIDE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-3-not-taking")
        await app.until(lambda: len(entries(world, visit_id)) == 1, "the first")
        await app.tap("medicines-all-as-listed")
        await app.until(lambda: len(entries(world, visit_id)) == 3, "all of them")
        choices = {one.about: text_of(one, "med-choice") for one in entries(world, visit_id)}
        assert choices == {
            FUROSEMIDE.reference: "not-taking",
            OXY.reference: "as-listed",
            MORPHINE.reference: "as-listed",
        }
        await app.until(lambda: not app.has("medicines-all-as-listed"), "nothing left to say")


async def test_as_needed_doses_are_nought_only_where_somebody_tapped_it(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, MORPHINE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicines-all-as-listed")
        await app.until(lambda: entries(world, visit_id), "the entry")
        (entry,) = entries(world, visit_id)
        assert not {"med-times", "med-breakthrough"} & entry.answers.keys()
        await app.until(lambda: app.has(f"{entry.id}-med-breakthrough-0"), "the question")
        assert not app.has(f"{entry.id}-med-times")  # the order has no regular doses to ask for
        assert app.shows(f"{said.MME_TAKEN}: {said.MME_UNKNOWN}")
        await app.tap(f"{entry.id}-med-breakthrough-0")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 0 MME a day"), "none taken")
        assert entries(world, visit_id)[0].answers["med-breakthrough"].value == 0


async def test_mme_stands_twice_with_the_sentence_that_it_is_information(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, OXY, MORPHINE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert app.shows(f"{said.MME_TAKEN}: {said.MME_UNKNOWN}")
        assert app.shows(f"{said.MME_ORDERED}: 150 MME a day")
        await app.tap("medicines-all-as-listed")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: at least 60 MME a day"), "the regular doses")
        assert app.shows(f"Not counted: {MORPHINE.text}. {mme_table().reasons['no-as-needed']}")
        prn = next(one for one in entries(world, visit_id) if one.about == MORPHINE.reference)
        await app.tap(f"{prn.id}-med-breakthrough-2")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 90 MME a day"), "with as-needed doses")
        assert app.shows(f"{OXY.text}: oxycodone 40 mg times 1.5 = 60"), "with the name of its medicine"
        assert app.shows(mme_table().scope)


async def test_an_order_in_words_says_that_it_cannot_be_worked_out(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, HYDROMORPHONE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert app.shows(f"{said.MME_ORDERED}: {said.MME_UNKNOWN}")
        assert app.shows(mme_table().reasons["text-only"])


async def test_without_an_opioid_nothing_is_said_of_mme_bowels_or_naloxone(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, FUROSEMIDE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert not app.has("mme-taken")
        assert not app.has("bowel-regimen-yes")
        assert not app.has("naloxone-offered")


async def test_an_opioid_asks_for_a_bowel_regimen_and_at_50_mme_offers_naloxone(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, OXY)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert app.has("bowel-prompt")
        assert app.has("naloxone-prompt")
        await app.tap("bowel-regimen-yes")
        await app.until(lambda: not app.has("bowel-prompt"), "the question answered")
        await app.tap("naloxone-declined")
        await app.until(lambda: not app.has("naloxone-prompt"), "the offer answered")
        answers = world.visits[visit_id].draft.answers
        assert (answers["bowel-regimen"].value, answers["naloxone"].value) == ("yes", "declined")


@pytest.mark.parametrize(("before", "offered"), [("has-it", False), ("offered", False), ("declined", True)])
async def test_naloxone_that_an_earlier_visit_found_or_showed_is_not_offered_again(
    mount: Mount, world: World, visit_id: str, before: str, offered: bool
) -> None:
    give_medicines(world, OXY)
    week = timedelta(days=7)
    add_visit(
        world,
        0,
        week,
        status=VisitStatus(VisitState.RECEIVED, received_at=now() - week),
        answers={"naloxone": Answer(now() - week, before)},
    )
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert app.has("bowel-prompt")
        assert app.has("naloxone-prompt") is offered


async def test_in_the_last_days_neither_is_asked(mount: Mount, world: World, visit_id: str) -> None:
    give_medicines(world, OXY)
    put_answers(world, visit_id, phase="terminal")
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert app.has("mme-taken")
        for name in ("bowel-prompt", "naloxone-prompt", "bowel-regimen-yes", "naloxone-offered"):
            assert not app.has(name)


async def test_an_opioid_without_an_as_needed_order_that_is_taken_as_listed_asks_for_no_as_needed_doses(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, OXY, MORPHINE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-1-as-listed")
        await app.until(lambda: len(entries(world, visit_id)) == 1, "the first entry")
        await app.tap("medicine-2-as-listed")
        await app.until(lambda: len(entries(world, visit_id)) == 2, "the second entry")
        oxy, morphine = entries(world, visit_id)
        assert app.has(f"{oxy.id}-med-last")
        assert not app.has(f"{oxy.id}-med-breakthrough-0")
        assert app.has(f"{morphine.id}-med-breakthrough-0")


async def test_taken_differently_asks_how_and_how_much(mount: Mount, world: World, visit_id: str) -> None:
    give_medicines(world, OXY)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-1-differently")
        await app.until(lambda: entries(world, visit_id), "the entry")
        (entry,) = entries(world, visit_id)
        links = ("med-how", "med-dose-mg", "med-times", "med-breakthrough-0", "med-last", "med-why-not")
        for link in links:
            assert app.has(f"{entry.id}-{link}")
        await app.type(f"{entry.id}-med-dose-mg", "5", submit=True)
        await app.type(f"{entry.id}-med-times", "2", submit=True)
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: at least 15 MME a day"), "the regular doses")
        why = mme_table().reasons["no-as-needed"]
        assert app.shows(f"Counted only in part: {OXY.text}. {why}")
        assert not app.shows("Not counted")
        await app.tap(f"{entry.id}-med-breakthrough-0")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 15 MME a day"), "as taken")
        assert app.shows(f"{said.MME_ORDERED}: 60 MME a day")


async def test_the_same_tap_again_takes_the_answer_back_but_never_typed_words(
    mount: Mount, world: World, visit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.views.visit.saving.AGAIN_CLEARS_AFTER", 0.0)
    give_medicines(world, OXY, FUROSEMIDE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-2-as-listed")
        await app.until(lambda: entries(world, visit_id), "the entry")
        await app.tap("medicine-2-as-listed")
        await app.until(lambda: not entries(world, visit_id), "taken back")
        await app.tap("medicine-1-differently")
        await app.until(lambda: entries(world, visit_id), "the other entry")
        (entry,) = entries(world, visit_id)
        await app.type(f"{entry.id}-med-how", "half a tablet", blur=True)
        await app.until(lambda: text_of(entries(world, visit_id)[0], "med-how"), "the words")
        await app.tap("medicine-1-differently")
        await app.until(lambda: not text_of(entries(world, visit_id)[0], "med-choice"), "the choice")
        assert text_of(entries(world, visit_id)[0], "med-how") == "half a tablet"


async def test_a_medicine_that_is_not_on_the_list_is_added_named_and_counted(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert app.shows(said.NO_LIST)
        await app.tap("medicines-add")
        await app.until(lambda: entries(world, visit_id), "the entry")
        (entry,) = entries(world, visit_id)
        assert (entry.about, text_of(entry, "med-choice")) == (None, "not-on-list")
        assert not app.has(f"{entry.id}-med-dose-mg")
        await app.type(f"{entry.id}-med-name", "Tramadol from a neighbour", blur=True)
        await app.until(lambda: app.has(f"{entry.id}-med-dose-mg"), "an opioid by its name")
        await app.type(f"{entry.id}-med-dose-mg", "50", submit=True)
        await app.type(f"{entry.id}-med-times", "2", submit=True)
        await app.tap(f"{entry.id}-med-breakthrough-0")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 20 MME a day"), "counted")
        assert app.shows(f"{said.MME_ORDERED}: {said.MME_NONE_ORDERED}")
        await app.tap("medicine-1-remove")
        await app.until(lambda: not entries(world, visit_id), "taken away again")


async def test_a_fentanyl_patch_asks_for_its_rate_only(mount: Mount, world: World, visit_id: str) -> None:
    patch = replace(
        OXY,
        text="72 HR Fentanyl 0.025 MG/HR Transdermal System",
        names=("72 HR Fentanyl 0.025 MG/HR Transdermal System",),
    )
    give_medicines(world, patch)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-1-as-listed")
        await app.until(lambda: entries(world, visit_id), "the entry")
        (entry,) = entries(world, visit_id)
        assert entry.answers["med-patch"].value == Decimal(25)
        assert app.has(f"{entry.id}-med-patch")
        assert not app.has(f"{entry.id}-med-dose-mg")
        await app.until(lambda: app.shows(f"{said.MME_TAKEN}: 60 MME a day"), "25 mcg an hour is 60")


async def test_what_the_last_visit_found_stands_beside_each_medicine(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, OXY, FUROSEMIDE, uses=(earlier(OXY, Taken.DIFFERENTLY, "only at night"),))
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        assert app.shows("taken differently (only at night)")


async def test_the_closed_section_says_how_many_were_gone_through(
    mount: Mount, world: World, visit_id: str
) -> None:
    give_medicines(world, OXY, FUROSEMIDE)
    async with mount(DoubleDevice(world), unlock=True) as app:
        await open_medicines(app, visit_id)
        await app.tap("medicine-1-as-listed")
        await app.until(lambda: app.shows("1 of 2 gone through"), "the line")
