"""One tap or one typed field of any kind: stored as it is meant, or refused with a sentence and nothing lost."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.visit import Absent, Again, AnsweredBy, Missing, Modality, Setting, unfinished_key
from app.errors import NotFound, RecordError
from app.services.visits import NotReadyToSign, Visits
from app.store import meta
from app.store.engine import Store

ITEM_9 = "/44260-8"


async def begin(visits: Visits, modality: Modality = Modality.IN_PERSON) -> str:
    return await visits.begin("p1", modality, Setting.HOME)


async def find(visits: Visits, visit_id: str, link_id: str) -> object:
    found = (await visits.page(visit_id)).draft.answers.get(link_id)
    return None if found is None else found.value if found.absent is None else found.absent


async def test_each_kind_of_answer_is_there_when_the_page_is_read_again(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "bowels-days", value=3)
    await visits.answer(visit_id, "akps", value="40")
    await visits.answer(visit_id, "mouth-how", value=("sore", "dry"))
    await visits.answer(visit_id, "fall-since", value="yes")
    await visits.answer(visit_id, "oxygen-flow", value=Decimal("2.50"))
    await visits.answer(visit_id, "sleep-how", absent=Absent.NO_WORDS)
    await visits.set_text(visit_id, "fall-words", "In the bathroom,\nat night")
    await visits.set_text(visit_id, "poc-next-contact", "2026-11-30")
    answers = (await visits.page(visit_id)).draft.answers
    assert {link: answer.value for link, answer in answers.items()} == {
        "bowels-days": 3,
        "akps": "40",
        "mouth-how": ("dry", "sore"),
        "fall-since": "yes",
        "oxygen-flow": Decimal("2.50"),
        "sleep-how": None,
        "fall-words": "In the bathroom,\nat night",
        "poc-next-contact": "2026-11-30",
    }
    assert str(answers["oxygen-flow"].value) == "2.50"
    assert answers["sleep-how"].absent is Absent.NO_WORDS


@pytest.mark.parametrize(
    ("link_id", "value"),
    [
        ("akps", "0"),
        ("ecog", "5"),
        ("akps", "45"),
        ("bowels-days", 11),
        ("oxygen-flow", Decimal("-1")),
        ("fall-since", "perhaps"),
        ("no-such-item", 1),
    ],
)
async def test_what_an_item_does_not_take_is_refused_with_a_sentence(
    visits: Visits, link_id: str, value: int | Decimal | str
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "akps", value="40")
    with pytest.raises(RecordError, match=r"\.$"):
        await visits.answer(visit_id, link_id, value=value)
    assert (await visits.page(visit_id)).draft.answers.keys() == {"akps"}
    assert await find(visits, visit_id, "akps") == "40"


async def test_nothing_chosen_is_not_asked(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "mouth-how", value=("dry",))
    await visits.answer(visit_id, "mouth-how", value=())
    assert await find(visits, visit_id, "mouth-how") is None


async def test_a_typed_field_is_kept_letter_by_letter_until_it_can_be_read(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.set_note(visit_id, "Seen.")
    await visits.leave(visit_id)
    for typed in ("2", "20", "2026-11"):
        await visits.set_text(visit_id, "poc-next-contact", typed)
        page = await visits.page(visit_id)
        assert page.draft.unfinished == {"poc-next-contact": typed}
        assert page.missing == (Missing.UNFINISHED,)
    with pytest.raises(NotReadyToSign):
        await visits.sign(visit_id)
    await visits.set_text(visit_id, "poc-next-contact", "2026-11-30")
    page = await visits.page(visit_id)
    assert (page.draft.unfinished, page.missing) == ({}, ())
    await visits.set_text(visit_id, "poc-next-contact", "2026-11-30?")
    page = await visits.page(visit_id)
    assert (page.draft.answers, page.draft.unfinished) == ({}, {"poc-next-contact": "2026-11-30?"})
    await visits.set_text(visit_id, "poc-next-contact", "")
    page = await visits.page(visit_id)
    assert (page.draft.answers, page.draft.unfinished, page.missing) == ({}, {}, ())
    await visits.sign(visit_id)


async def test_text_that_is_too_long_is_kept_and_asked_to_be_shortened(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.set_text(visit_id, "bowels-words", "x" * 201)
    page = await visits.page(visit_id)
    assert page.draft.unfinished == {"bowels-words": "x" * 201}
    assert Missing.UNFINISHED in page.missing
    assert await visits.discard(visit_id) is False
    await visits.clear(visit_id, "bowels-words")
    assert (await visits.page(visit_id)).draft.unfinished == {}


async def test_a_named_problem_can_be_typed_through_the_same_door(visits: Visits) -> None:
    visit_id = await begin(visits)
    await visits.set_text(visit_id, "esas-other", "Itching")
    assert (await visits.page(visit_id)).missing[:1] == (Missing.FINDING,)
    await visits.answer(visit_id, "esas-other", value=4)
    assert (await visits.page(visit_id)).draft.answers["esas-other"].name == "Itching"


async def test_what_cannot_be_done_by_telephone_is_refused_and_said(visits: Visits) -> None:
    visit_id = await begin(visits, Modality.TELEPHONE)
    assert (await visits.page(visit_id)).offers["4at"] == "This cannot be done by telephone."
    with pytest.raises(RecordError, match="telephone"):
        await visits.answer(visit_id, "4at-1", value="normal")
    await visits.set_where(visit_id, Modality.IN_PERSON, Setting.HOME)
    await visits.answer(visit_id, "4at-1", value="normal")
    assert "4at" not in (await visits.page(visit_id)).offers


async def test_what_the_plan_has_not_switched_on_is_refused_until_it_is(visits: Visits, store: Store) -> None:
    visit_id = await begin(visits)
    with pytest.raises(RecordError, match="switched"):
        await visits.answer(visit_id, "painad-1", value="normal")
    on = '{"version": "x", "switches": {"painad": true}}'
    await store.write(lambda c: meta.put(c, "plan-settings", on))
    page = await visits.page(visit_id)
    assert "painad" not in page.offers
    assert "painad" in page.settings.switches


async def test_suicide_is_asked_by_telephone_only_after_can_you_talk_freely(visits: Visits) -> None:
    visit_id = await begin(visits, Modality.TELEPHONE)
    await visits.answer(visit_id, "/44250-9", value="LA6571-9")
    with pytest.raises(RecordError, match="freely"):
        await visits.answer(visit_id, ITEM_9, value="LA6569-3")
    await visits.answer(visit_id, "call-freely", value="yes")
    await visits.answer(visit_id, ITEM_9, value="LA6569-3")
    assert await find(visits, visit_id, ITEM_9) == "LA6569-3"


async def test_entries_are_answered_one_by_one_and_texts_of_theirs_wait_too(visits: Visits) -> None:
    visit_id = await begin(visits)
    first = await visits.add_entry(visit_id, "wounds", answers={"wound-look": ("pink", "red")})
    second = await visits.add_entry(visit_id, "wounds", about="Observation/7")
    await visits.set_text(visit_id, "wound-photo-where", "y" * 201, entry=second)
    await visits.answer(visit_id, "wound-look", value=("black",), entry=second)
    draft = (await visits.page(visit_id)).draft
    assert [(one.id, one.about) for one in draft.entries["wounds"]] == [
        (first, None),
        (second, "Observation/7"),
    ]
    assert draft.entries["wounds"][0].answers["wound-look"].value == ("red", "pink")
    assert draft.unfinished == {unfinished_key("wound-photo-where", second): "y" * 201}
    await visits.set_text(visit_id, "wound-photo-where", "left heel", entry=second)
    await visits.clear(visit_id, "wound-look", entry=second)
    await visits.remove_entry(visit_id, first)
    draft = (await visits.page(visit_id)).draft
    (left,) = draft.entries["wounds"]
    assert {link: one.value for link, one in left.answers.items()} == {"wound-photo-where": "left heel"}
    assert draft.unfinished == {}
    with pytest.raises(NotFound):
        await visits.answer(visit_id, "wound-look", value=("red",), entry=first)


@pytest.mark.parametrize(("link_id", "entry"), [("wound-look", ""), ("akps", "some-entry"), ("wounds", "")])
async def test_items_of_a_group_are_answered_in_its_entries_and_others_are_not(
    visits: Visits, link_id: str, entry: str
) -> None:
    visit_id = await begin(visits)
    with pytest.raises(ValueError, match=r"entry|entries"):
        await visits.answer(visit_id, link_id, absent=Absent.NOT_KNOWN, entry=entry)
    with pytest.raises(ValueError, match="group"):
        await visits.add_entry(visit_id, "akps")
    with pytest.raises(ValueError, match="group"):
        await visits.add_entry(visit_id, "wounds", answers={"akps": "40"})


async def test_measuring_again_keeps_the_first_with_its_time(visits: Visits) -> None:
    visit_id = await begin(visits)
    with pytest.raises(RecordError, match="first"):
        await visits.measure_again(visit_id, "esas-pain", value=4)
    await visits.answer(visit_id, "esas-pain", value=8)
    first_at = (await visits.page(visit_id)).draft.answers["esas-pain"].at
    await visits.measure_again(visit_id, "esas-pain", value=4, done=" 5 mg morphine\nby mouth ")
    await visits.measure_again(visit_id, "esas-pain", absent=Absent.SLEEPY)
    pain = (await visits.page(visit_id)).draft.answers["esas-pain"]
    assert [(one.value, one.absent, one.done) for one in pain.again] == [
        (4, None, "5 mg morphine by mouth"),
        (None, Absent.SLEEPY, ""),
    ]
    assert first_at < pain.again[0].at < pain.again[1].at
    await visits.answer(visit_id, "esas-pain", value=7)
    corrected = (await visits.page(visit_id)).draft.answers["esas-pain"]
    assert (corrected.value, corrected.at, corrected.again) == (7, first_at, pain.again)
    await visits.undo_again(visit_id, "esas-pain")
    await visits.undo_again(visit_id, "esas-pain")
    await visits.undo_again(visit_id, "esas-pain")
    left = (await visits.page(visit_id)).draft.answers["esas-pain"]
    assert (left.value, left.again) == (7, ())
    for wrong in ({"value": 11}, {"value": 3, "done": "x" * 201}, {}):
        with pytest.raises(RecordError, match=r"please|Please"):
            await visits.measure_again(visit_id, "esas-pain", **wrong)  # type: ignore[arg-type]  # made wrong


async def test_a_later_measurement_is_corrected_in_its_place_and_mended_words_keep_its_time(
    visits: Visits,
) -> None:
    visit_id = await begin(visits)

    async def again() -> tuple[Again, ...]:
        return (await visits.page(visit_id)).draft.answers["distress-face"].again

    await visits.answer(visit_id, "distress-face", value="a-lot")
    await visits.measure_again(visit_id, "distress-face", value="none", done="morphine", instead=True)
    await visits.measure_again(visit_id, "distress-face", value="some")
    first, second = await again()
    await visits.measure_again(visit_id, "distress-face", value="some", done="turned", instead=True)
    assert await again() == (first, replace(second, done="turned"))
    await visits.measure_again(visit_id, "distress-face", value="a-lot", instead=True)
    kept, corrected = await again()
    assert (kept, corrected.value) == (first, "a-lot")
    assert corrected.at > second.at


async def test_a_signed_visit_reads_back_with_all_its_answers_and_entries_and_takes_no_more(
    visits: Visits,
) -> None:
    visit_id = await begin(visits)
    await visits.answer(visit_id, "akps", value="40")
    await visits.answer(visit_id, "esas-pain", value=8)
    await visits.measure_again(visit_id, "esas-pain", value=4, done="morphine")
    entry = await visits.add_entry(visit_id, "wounds", answers={"wound-look": ("red",)})
    await visits.set_answered_by(visit_id, AnsweredBy.ASSISTED)
    draft = (await visits.page(visit_id)).draft
    await visits.leave(visit_id)
    await visits.sign(visit_id)
    reading = await visits.read(visit_id)
    assert (reading.answers, reading.entries) == (draft.answers, draft.entries)
    assert (reading.scores["akps"].total, reading.scores["esas-r"].total) == (40, None)
    assert (reading.summary.highest_score, reading.written_afterwards) == (8, False)
    assert reading.nurse == draft.nurse
    for tap in (
        visits.answer(visit_id, "akps", value="50"),
        visits.clear(visit_id, "akps"),
        visits.set_text(visit_id, "fall-words", "x"),
        visits.set_text(visit_id, "fall-words", ""),
        visits.set_other_name(visit_id, "x"),
        visits.measure_again(visit_id, "esas-pain", value=1),
        visits.undo_again(visit_id, "esas-pain"),
        visits.add_entry(visit_id, "wounds"),
        visits.remove_entry(visit_id, entry),
        visits.set_answered_by(visit_id, AnsweredBy.FAMILY),
    ):
        with pytest.raises(NotFound):
            await tap
    assert (await visits.read(visit_id)).answers == draft.answers
