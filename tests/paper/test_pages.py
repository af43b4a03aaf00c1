"""What is drawn: every word of the settled paper, nothing else, and nothing about anybody beside the pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from app.domain.care_plan import PlanOfCare
from app.domain.conversation import ConversationVersion
from app.domain.medicines import GROUP, reconcile
from app.domain.on_paper import Paper
from app.domain.people import PeopleOnRecord
from app.domain.reconciliation import Reconciliation
from app.domain.visit import Entry
from app.paper.compose import LANGUAGES, compose, finish, propose_language
from app.paper.letters import find_undrawable
from app.paper.model import OWN, Doubt, Hand, Sheet
from app.paper.pdf import DoesNotFit, draw
from app.paper.readers import list_readers
from app.paper.source import Source
from tests.paper.paper_record import ANA, AT, IMELDA, MORPHINE, SENNA, TODAY, answer, plain_record, read_pages


def make(paper: Paper, language: str = "en", source: Source | None = None) -> Sheet:
    source = source or plain_record()
    return compose(source, paper, language, list_readers(source.people, "Walter O'Dowd")[0])


def said(text: str) -> Source:
    talk = ConversationVersion("Procedure/1", "v1", AT, ANA, {"conv-hopes": answer(text)})
    return replace(plain_record(), conversation=(talk,))


@pytest.mark.parametrize(("paper", "language"), [(paper, one) for paper in Paper for one in LANGUAGES[paper]])
def test_the_pages_say_word_for_word_what_the_preview_says(paper: Paper, language: str) -> None:
    settled = finish(make(paper, language), Hand(typed={OWN: "Maureen has the key."}))
    pages = " ".join(read_pages(draw(settled)))
    for text in settled.texts:
        for line in text.splitlines():
            assert " ".join(line.split()) in pages
    assert find_undrawable(settled.texts) == ""


def test_what_was_typed_is_drawn_as_it_is_and_never_read_as_a_tag() -> None:
    words = '<b>bold</b> & <img src="file:///etc/hostname"/> </para>'
    sheet = finish(make(Paper.OWN_WORDS, source=said(words)), Hand(on=frozenset({"conv-hopes"})))
    assert words in read_pages(draw(sheet))[0]


def test_the_files_own_properties_say_nothing_of_anybody() -> None:
    reader = PdfReader(BytesIO(draw(finish(make(Paper.CLINICAL), Hand()))))
    told = " ".join(str(value) for value in (reader.metadata or {}).values())
    assert "Walter" not in told
    assert "Ruiz" not in told
    assert "Hearthside" in told


def test_our_letters_lie_in_the_file() -> None:
    page = PdfReader(BytesIO(draw(finish(make(Paper.FRIDGE), Hand())))).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]  # untyped
    names = {str(font["/BaseFont"]) for font in fonts if "/FontDescriptor" in font}
    assert {name.partition("+")[2] for name in names} >= {
        "AtkinsonHyperlegibleNext-Regular",
        "AtkinsonHyperlegibleNext-SemiBold",
    }


def test_a_letter_that_cannot_be_drawn_is_named_and_stands_as_a_dot() -> None:
    sheet = finish(make(Paper.OWN_WORDS, source=said("Home 漢字 é")), Hand(on=frozenset({"conv-hopes"})))
    assert find_undrawable(sheet.texts) == "漢字"
    assert "Home ·· é" in read_pages(draw(sheet))[0]


def test_names_of_many_languages_are_drawn_whole_and_joined_accents_are_one_letter() -> None:
    apart = "Nguye\u0302\u0303n Văn Thọ, Никола\u0438\u0306, Γιώργος"
    sheet = finish(make(Paper.OWN_WORDS, source=said(apart)), Hand(on=frozenset({"conv-hopes"})))
    assert find_undrawable(sheet.texts) == ""
    assert "Nguyễn Văn Thọ, Николай, Γιώργος" in read_pages(draw(sheet))[0]


def test_a_chart_says_who_decides_also_where_the_agent_is_not_asked_yet() -> None:
    maureen = replace(
        IMELDA, roles=("decides",), agent="primary", agent_active="not-yet", phone="213-555-0152"
    )
    source = replace(plain_record(), people=PeopleOnRecord((maureen,)))
    text = " ".join(finish(make(Paper.CLINICAL, source=source), Hand()).texts)
    assert (
        "Imelda O'Dowd Daughter, decides with the person, legal agent, not deciding as agent now, 213-555-0152"
        in text
    )


def test_later_pages_say_whose_they_are() -> None:
    source = said("Word " * 900)
    pages = read_pages(draw(finish(make(Paper.OWN_WORDS, source=source), Hand(on=frozenset({"conv-hopes"})))))
    assert len(pages) > 1
    assert all("Walter O'Dowd" in page for page in pages)


def test_the_fridge_page_is_one_page_or_is_not_made() -> None:
    sheet = make(Paper.FRIDGE)
    everything = Hand(on=frozenset(piece.id for piece in sheet.pieces))
    assert len(read_pages(draw(finish(sheet, everything)))) == 1
    section = sheet.sections[1]
    many = replace(section, pieces=tuple(replace(section.pieces[0], id=f"m{n}") for n in range(60)))
    with pytest.raises(DoesNotFit, match="take something off"):
        draw(finish(replace(sheet, sections=(many,)), Hand()))


def test_a_number_that_the_plan_has_not_set_is_a_line_to_write_on_until_it_is_typed() -> None:
    sheet = make(Paper.FRIDGE)
    assert "At night and on weekends ____" in read_pages(draw(finish(sheet, Hand())))[0]
    typed = finish(sheet, Hand(typed={"call-night": "(213) 555-0199"}))
    assert "At night and on weekends (213) 555-0199" in read_pages(draw(typed))[0]


def next_visit(on: date, last_visit_at: datetime, source: Source) -> list[str]:
    values = {"poc-next-contact": answer(on.isoformat())}
    sheet = make(Paper.FAMILY, source=replace(source, values=values, last_visit_at=last_visit_at))
    return [piece.text for section in sheet.sections if section.id == "next" for piece in section.pieces]


def test_a_next_visit_that_is_over_or_was_made_today_is_not_told_as_if_it_were_to_come() -> None:
    source, later = plain_record(), AT + timedelta(days=2)
    assert next_visit(TODAY, AT, source) == ["Nov 22, 2026"]
    assert next_visit(TODAY - timedelta(days=1), AT, source) == []
    assert next_visit(TODAY, later, source) == []
    assert next_visit(TODAY + timedelta(days=1), later, source) == ["Nov 23, 2026"]


@pytest.mark.parametrize(
    ("language", "ahead", "over"),
    [
        ("en", "By Nov 22, 2026", "It was planned by Nov 21, 2026"),
        (
            "es",
            "A más tardar el 22 de noviembre de 2026",
            "Estaba previsto a más tardar para el 21 de noviembre de 2026",
        ),
    ],
)
def test_what_should_have_been_done_by_a_day_that_is_over_is_said_in_the_past(
    language: str, ahead: str, over: str
) -> None:
    goal = plain_record().plan.goals[0]
    days = (replace(goal, by=TODAY), replace(goal, by=TODAY - timedelta(days=1)))
    sheet = make(Paper.FAMILY, language, replace(plain_record(), plan=PlanOfCare(days)))
    (plan,) = (section for section in sheet.sections if section.id == "plan")
    assert [piece.text.splitlines()[-1] for piece in plan.pieces] == [ahead, over]


def test_a_medicine_says_what_it_is_for_in_the_language_of_the_page() -> None:
    hand = Hand(chosen={"medicine-0": "breath"})
    assert "For trouble breathing" in read_pages(draw(finish(make(Paper.FRIDGE), hand)))[0]
    spanish = read_pages(draw(finish(make(Paper.FRIDGE, "es"), hand)))[0]
    assert "Para: dificultad para respirar" in spanish
    assert "pendiente de revisión" in spanish


def test_nothing_about_what_is_usual_and_no_911_stands_there_by_itself() -> None:
    texts = finish(make(Paper.FRIDGE), Hand()).texts
    assert "911" not in texts
    assert "Sleeping a lot during the day" not in texts


def test_what_is_tapped_off_is_gone_and_tapped_again_is_back() -> None:
    sheet = make(Paper.CLINICAL)
    piece = next(one for one in sheet.pieces if one.id == "allergy-0")
    off = Hand().turn(piece)
    assert "Penicillin" not in finish(sheet, off).texts
    assert "Penicillin" in finish(sheet, off.turn(piece)).texts


def test_the_language_proposed_is_the_persons_own_where_the_paper_has_it() -> None:
    source = plain_record()
    spanish = replace(
        source, sheet=replace(source.sheet, patient=replace(source.sheet.patient, language="Spanish"))
    )
    assert propose_language(spanish, Paper.FRIDGE) == "es"
    assert propose_language(spanish, Paper.CLINICAL) == "en"
    assert propose_language(source, Paper.FRIDGE) == "en"


def test_hospice_is_never_called_by_the_word_that_means_an_asylum() -> None:
    for paper in Paper:
        for language in LANGUAGES[paper]:
            assert "hospicio" not in " ".join(make(paper, language).texts).casefold()


def test_a_medicine_taken_otherwise_than_ordered_is_no_instruction_in_the_house() -> None:
    entry = Entry(
        "e1",
        {"med-choice": answer("differently"), "med-how": answer("twice in the night")},
        "MedicationRequest/1",
    )
    own = Entry("e2", {"med-name": answer("Valerian"), "med-choice": answer("not-on-list")})
    lines = reconcile({GROUP: [entry, own]}, (MORPHINE, SENNA))
    source = replace(plain_record(), medicines=Reconciliation(AT, lines, {}))
    fridge = make(Paper.FRIDGE, source=source)
    doubts = {piece.label: piece.doubt for piece in fridge.pieces if piece.doubt is not None}
    assert doubts == {MORPHINE.text: Doubt.DIFFERENT, "Valerian": Doubt.NOT_ORDERED}
    text = " ".join(finish(fridge, Hand()).texts)
    assert SENNA.text in text
    assert not [name for name in (MORPHINE.text, "Valerian", "twice in the night") if name in text]
    chart = " ".join(finish(make(Paper.CLINICAL, source=source), Hand()).texts)
    assert "5 mg every 4 hours as needed Taken differently from the list: twice in the night" in chart


def test_what_two_visits_say_differently_is_left_to_the_nurse() -> None:
    lines = reconcile({}, (MORPHINE, SENNA))
    two = Reconciliation(AT, lines, {}, doubles=frozenset({"MedicationRequest/2"}))
    fridge = make(Paper.FRIDGE, source=replace(plain_record(), medicines=two))
    assert [piece.label for piece in fridge.pieces if piece.doubt is Doubt.TWO_WORDS] == [SENNA.text]
