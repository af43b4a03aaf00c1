"""Making a paper: choose it, read every word of it, take things off, let it leave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import flet as ft

from app.device.papers import PaperFiles
from app.domain.conversation import ConversationVersion
from app.domain.people import PeopleOnRecord, Person, Told
from app.domain.settings import PlanSettings
from app.domain.visit import Answer
from app.paper.pdf import DoesNotFit
from app.services.goals_of_care import ConversationPart
from app.services.patient_parts import PatientParts
from app.views.wording import paper as said
from tests.support.flet_harness import FletHarness
from tests.views.conftest import Mount
from tests.views.double_papers import PASSWORD, DoublePapers
from tests.views.double_world import NURSE
from tests.views.doubles import DoubleDevice, World, now

LUIS = Person(
    "RelatedPerson/1", "Luis Ríos", "Son", roles=("lives-there",), told=Told.SOME, topics=("practical",)
)
SAID = {"conv-matters-words": "To sit on the porch.", "conv-coping": "I pray at night."}


def give(world: World) -> None:
    answers = {link: Answer(now(), text) for link, text in SAID.items()}
    talk = ConversationVersion("Procedure/1", "v1", now(), NURSE, answers)
    world.parts["p0"] = PatientParts(people=PeopleOnRecord((LUIS,)), conversation=ConversationPart((talk,)))


async def open_paper(app: FletHarness, paper: str) -> DoublePapers:
    await app.tap("nav-patients")
    await app.tap("patients-row-p0")
    await app.until(lambda: app.has("papers-open"), "the way to papers")
    await app.tap("papers-open")
    await app.until(lambda: app.has(f"paper-kind-{paper}"), "the papers")
    await app.tap(f"paper-kind-{paper}")
    await app.until(lambda: app.has("paper-file"), "the paper")
    return papers_of(app)


def papers_of(app: FletHarness) -> DoublePapers:
    papers = devices[-1].session.papers  # type: ignore[union-attr]  # a session is open
    assert isinstance(papers, DoublePapers)
    return papers


devices: list[DoubleDevice] = []


def device(world: World) -> DoubleDevice:
    devices.append(DoubleDevice(world))
    return devices[-1]


async def test_three_taps_print_the_fridge_page_and_say_where(mount: Mount, world: World) -> None:
    give(world)
    async with mount(device(world), unlock=True) as app:
        papers = await open_paper(app, "fridge")
        assert app.shows("En casa con Colón Ríos, María"), "in the person's own language"
        await app.tap("paper-print")
        await app.until(lambda: app.shows("Sent to the printer Office."), "where it went")
        assert len(papers.printed) == 1


async def test_what_is_taken_off_does_not_leave(mount: Mount, world: World) -> None:
    give(world)
    async with mount(device(world), unlock=True) as app:
        papers = await open_paper(app, "clinical")
        await app.tap("paper-piece-conv-matters-words")
        await app.tap("paper-print")
        await app.until(lambda: papers.printed, "the pages")
        assert "To sit on the porch." not in papers.printed[0].texts


async def test_a_locked_file_shows_its_five_words_once(mount: Mount, world: World) -> None:
    async with mount(device(world), unlock=True) as app:
        await open_paper(app, "clinical")
        app.page.web = True  # a browser downloads and does not say what became of it
        await app.tap("paper-file")
        await app.until(lambda: app.shows(PASSWORD), "the words")
        calls = [args for name, args in app.connection.calls if name == "save_file"]
        assert calls[0]["file_name"] == "Hearthside.pdf"
        await app.tap("paper-done")
        await app.until(lambda: not app.shows(PASSWORD), "gone")


async def test_a_file_that_was_not_saved_after_all_shows_no_words(mount: Mount, world: World) -> None:
    async with mount(device(world), unlock=True) as app:
        await open_paper(app, "clinical")
        await app.tap("paper-file")
        await app.until(lambda: app.shows("Nothing was saved or shared."), "what became of it")
        assert not app.shows(PASSWORD)


async def test_a_phone_shares_a_sealed_file_of_which_nothing_stays_whatever_comes_of_it(
    mount: Mount, world: World, tmp_path: Path
) -> None:
    found = device(world)
    async with mount(found, unlock=True, width=390, height=844) as app:
        papers = await open_paper(app, "clinical")
        papers.files = PaperFiles(tmp_path / "papers")
        app.page.platform = ft.PagePlatform.ANDROID
        await app.tap("paper-file")
        await app.until(lambda: not list((tmp_path / "papers").iterdir()), "the sweep")
        (asked,) = [args for name, args in app.connection.calls if name == "share_files"]
        (file,) = asked["files"]
        assert Path(file.path).parent == tmp_path / "papers"
        assert file.name == "Hearthside.pdf"


async def test_in_their_own_words_nothing_leaves_before_something_was_chosen(
    mount: Mount, world: World
) -> None:
    give(world)
    async with mount(device(world), unlock=True) as app:
        papers = await open_paper(app, "own-words")
        assert app.inner("paper-print").disabled
        assert not app.has("paper-piece-conv-coping"), "said in trust: behind one more tap"
        await app.tap("paper-piece-conv-matters-words")
        await app.tap("paper-print")
        await app.until(lambda: papers.printed, "the pages")
        assert "To sit on the porch." in papers.printed[0].texts
        assert "I pray at night." not in papers.printed[0].texts


async def test_what_was_said_in_trust_is_put_on_only_by_hand(mount: Mount, world: World) -> None:
    give(world)
    async with mount(device(world), unlock=True) as app:
        papers = await open_paper(app, "own-words")
        await app.tap("paper-kept")
        assert app.shows("Said in trust, or judged")
        await app.tap("paper-piece-conv-coping")
        await app.tap("paper-print")
        await app.until(lambda: papers.printed, "the pages")
        assert "I pray at night." in papers.printed[0].texts


async def test_a_summary_says_what_it_leaves_out_and_for_whom(mount: Mount, world: World) -> None:
    give(world)
    async with mount(device(world), unlock=True) as app:
        papers = await open_paper(app, "family")
        await app.tap("paper-for-1")
        await app.until(lambda: app.shows("Left out, because Luis Ríos may not be told"), "the notice")
        assert app.inner("paper-print").disabled, "two empty lines are no summary"
        await app.type("paper-type-call-day", "(213) 555-0100")
        await app.tap("paper-language-en")
        await app.tap("paper-print")
        await app.until(lambda: papers.printed, "the pages")
        (section,) = papers.printed[0].sections
        assert (section.title, section.pieces[0].text) == ("Whom to call", "(213) 555-0100")


async def test_what_was_put_on_for_one_reader_is_not_on_for_the_next(mount: Mount, world: World) -> None:
    give(world)
    async with mount(device(world), unlock=True) as app:
        papers = await open_paper(app, "family")
        await app.type("paper-own", "For Maria alone.")
        await app.tap("paper-for-1")
        await app.type("paper-type-call-day", "(213) 555-0100")
        await app.tap("paper-print")
        await app.until(lambda: papers.printed, "the pages")
        assert "For Maria alone." not in papers.printed[0].texts


async def test_before_a_page_hangs_in_the_house_it_says_who_must_be_asked(mount: Mount, world: World) -> None:
    give(world)
    async with mount(device(world), unlock=True) as app:
        await open_paper(app, "fridge")
        assert app.shows("nobody has said that they may be told about medicines: Luis Ríos")


async def test_a_page_that_is_too_full_says_so_and_nothing_left(mount: Mount, world: World) -> None:
    async with mount(device(world), unlock=True) as app:
        papers = await open_paper(app, "fridge")
        papers.error = DoesNotFit()
        await app.tap("paper-print")
        await app.until(lambda: app.shows("Please take something off"), "why")
        assert not app.shows("Sent to the printer")


async def test_without_a_printer_there_is_the_file_and_a_word_why(mount: Mount, world: World) -> None:
    found = device(world)
    async with mount(found, unlock=True) as app:
        assert found.session is not None
        found.session.papers.printer = None
        await open_paper(app, "fridge")
        await app.until(lambda: app.shows("No printer is set up on this device."), "why")
        assert not app.has("paper-print")


async def test_letters_that_cannot_be_printed_are_named(mount: Mount, world: World) -> None:
    sheet = world.people["p0"]
    world.people["p0"] = replace(sheet, patient=replace(sheet.patient, display_name="漢 María"))
    async with mount(device(world), unlock=True) as app:
        await open_paper(app, "fridge")
        assert app.shows("stand as a dot: 漢")


async def test_the_fridge_page_says_why_911_is_not_on_it_by_itself(mount: Mount, world: World) -> None:
    give(world)
    world.parts["p0"] = replace(world.parts["p0"], settings=PlanSettings(phones={"911": "911"}))
    async with mount(device(world), unlock=True) as app:
        await open_paper(app, "fridge")
        await app.until(lambda: app.has("paper-piece-call-911"), "its lines")
        assert said.ASK_911 in " ".join(app.texts(app.named("paper-piece-call-911")))


async def test_a_number_that_nobody_knows_is_named_before_the_sheet_leaves(
    mount: Mount, world: World
) -> None:
    give(world)
    async with mount(device(world), unlock=True, width=390, height=844) as app:
        await open_paper(app, "fridge")
        assert app.shows("No number is known here for: ")
        assert app.has("paper-file"), "where it leaves"
