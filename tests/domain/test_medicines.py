from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.content.medicine_tables import mme_table
from app.domain.dosing import Amount, Instruction
from app.domain.medicine_changes import amounts_after, is_lists_nought
from app.domain.medicines import (
    MedicineFacts,
    Taken,
    as_taken,
    asks_bowel_regimen,
    listed_answers,
    medicine_facts,
    most_ordered,
    offers_naloxone,
    reconcile,
)
from app.domain.patient import Medicine
from app.domain.reconciliation import MedicineUse, latest
from app.domain.settings import PlanSettings
from app.domain.visit import Answer, Entry, Value

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def order(name: str, reference: str, each: str = "1", times: str = "4", *, prn: bool = False) -> Medicine:
    dose, often = Amount(Decimal(each), None), Decimal(times)
    dosing = (Instruction(dose, dose, None, often, often, prn),)
    return Medicine(name, "as on the bottle", None, reference, (name,), dosing=dosing)


OXY = order("Oxycodone Hydrochloride 10 MG Oral Tablet", "MedicationRequest/oxy")
PRN = order("Morphine Sulfate 15 MG Oral Tablet", "MedicationRequest/prn", times="6", prn=True)
TEXT = Medicine("Hydromorphone 2 MG Oral Tablet", "as directed", None, "MedicationRequest/text")
BUP = order("Buprenorphine 10 mcg/h patch", "MedicationRequest/bup")
SENNA = order("Senna 8.6 MG Oral Tablet", "MedicationRequest/senna")
LORAZEPAM = order("Lorazepam 0.5 MG Oral Tablet", "MedicationRequest/lor")


def entry(about: str | None = None, entry_id: str = "e", **answers: Value) -> Entry:
    named = {link.replace("_", "-"): Answer(at=AT, value=value) for link, value in answers.items()}
    return Entry(entry_id, named, about)


def started(medicine: Medicine, taken: Taken, **more: Value) -> Entry:
    answers: dict[str, Value] = listed_answers(medicine, taken)
    answers |= {link.replace("_", "-"): value for link, value in more.items()}
    given = {link: Answer(at=AT, value=value) for link, value in answers.items()}
    return Entry(f"entry of {medicine.reference}", given, medicine.reference)


def facts(*entries: Entry, pulled: tuple[Medicine, ...] = (), **answers: str) -> MedicineFacts:
    said = {link.replace("_", "-"): Answer(at=AT, value=value) for link, value in answers.items()}
    return medicine_facts(said, {"medicines": entries}, pulled)


def test_the_list_and_the_house_stand_side_by_side_in_the_lists_order() -> None:
    own = entry(med_name="Cannabis oil", med_choice="not-on-list", entry_id="x")
    lines = reconcile({"medicines": [own, started(OXY, Taken.DIFFERENTLY)]}, [SENNA, OXY])
    assert [(one.name, one.taken) for one in lines] == [
        (SENNA.text, None),
        (OXY.text, Taken.DIFFERENTLY),
        ("Cannabis oil", Taken.NOT_ON_LIST),
    ]


def test_an_entry_about_an_order_that_left_the_list_stays_under_its_name() -> None:
    (line,) = reconcile({"medicines": [started(OXY, Taken.AS_LISTED)]}, [])
    assert (line.name, line.taken, line.medicine) == (OXY.text, Taken.AS_LISTED, None)


def test_as_listed_starts_with_the_numbers_of_a_fixed_order() -> None:
    answers = listed_answers(OXY, Taken.AS_LISTED)
    assert (answers["med-dose-mg"], answers["med-times"], answers["med-listed-mg"]) == (10, 4, 40)
    assert str(answers["med-dose-mg"]) == "10"
    assert "med-dose-mg" not in listed_answers(OXY, Taken.DIFFERENTLY)
    assert "med-listed-mg" not in listed_answers(TEXT, Taken.AS_LISTED)
    assert set(listed_answers(SENNA, Taken.AS_LISTED)) == {"med-name", "med-choice", "med-listed"}


def test_of_an_order_as_needed_nobody_is_said_to_have_taken_nought() -> None:
    answers = listed_answers(PRN, Taken.AS_LISTED)
    assert answers["med-dose-mg"] == 15
    assert "med-times" not in answers
    assert "med-breakthrough" not in answers
    for pulled in ((PRN,), ()):
        found = as_taken(reconcile({"medicines": [started(PRN, Taken.AS_LISTED)]}, pulled))
        assert found.total is None
        assert [one.why for one in found.uncounted] == [mme_table().reasons["no-as-needed"]]


def test_none_taken_that_somebody_tapped_is_nought() -> None:
    for pulled in ((PRN,), ()):
        lines = reconcile({"medicines": [started(PRN, Taken.AS_LISTED, med_breakthrough=0)]}, pulled)
        assert as_taken(lines).total == 0
        assert as_taken(lines).is_whole


def test_regular_doses_that_were_typed_leave_with_the_choice_of_an_order_as_needed_only() -> None:
    """Taken as listed, there are none; what was said of another way of taking it no longer holds."""
    held = started(PRN, Taken.DIFFERENTLY, med_dose_mg=Decimal(5), med_times=Decimal(2))
    (line,) = reconcile({"medicines": [held]}, (PRN,))
    assert amounts_after(line, Taken.AS_LISTED) == {"med-dose-mg": 15, "med-times": None}


def before_nought_was_left_out(at: datetime = AT) -> Entry:
    """An as-needed order taken as listed, as older versions wrote it down; `at`: when the 0 was."""
    held = started(PRN, Taken.AS_LISTED)
    return replace(held, answers={**held.answers, "med-times": Answer(at, Decimal(0))})


def test_the_nought_that_older_versions_wrote_is_known_by_its_time_from_one_that_was_typed() -> None:
    assert is_lists_nought(before_nought_was_left_out(), "med-times")
    assert not is_lists_nought(before_nought_was_left_out(AT + timedelta(seconds=4)), "med-times")
    assert not is_lists_nought(started(OXY, Taken.AS_LISTED), "med-times")
    assert not is_lists_nought(started(PRN, Taken.DIFFERENTLY, med_times=Decimal(0)), "med-times")
    assert not is_lists_nought(started(PRN, Taken.AS_LISTED, med_breakthrough=0), "med-breakthrough")


def test_the_nought_of_an_older_version_goes_with_the_choice_and_makes_no_second_record() -> None:
    old = before_nought_was_left_out()
    (line,) = reconcile({"medicines": [old]}, (PRN,))
    assert amounts_after(line, Taken.DIFFERENTLY) == {"med-dose-mg": None, "med-times": None}
    seen = {"med-saw": Answer(AT, "none")}
    uses = [
        MedicineUse("s1", "v1", AT, replace(old, answers={**old.answers, **seen})),
        MedicineUse("s2", "v2", AT, started(PRN, Taken.AS_LISTED, med_saw="none")),
    ]
    found = latest(uses, (PRN,))
    assert found is not None
    assert found.doubles == frozenset()


def test_as_taken_and_most_ordered_are_two_figures() -> None:
    said: dict[str, Value] = {"med_dose_mg": Decimal(10), "med_times": Decimal(2), "med_breakthrough": 0}
    lines = reconcile({"medicines": [started(OXY, Taken.DIFFERENTLY, **said)]}, [OXY])
    assert as_taken(lines).total == 30
    assert as_taken(lines).is_whole
    assert most_ordered(lines).total == 60


def test_as_needed_doses_of_the_last_24_hours_are_counted() -> None:
    lines = reconcile({"medicines": [started(PRN, Taken.AS_LISTED, med_breakthrough=3)]}, [PRN])
    assert as_taken(lines).total == 45
    assert most_ordered(lines).total == 90


def test_what_was_not_gone_through_is_not_counted_and_says_so() -> None:
    lines = reconcile({}, [OXY])
    (left_out,) = as_taken(lines).uncounted
    assert (left_out.name, left_out.why) == (OXY.text, mme_table().reasons["not-asked"])
    assert as_taken(lines).total is None
    assert most_ordered(lines).total == 60


def test_an_unknown_dose_is_not_counted_and_says_so() -> None:
    own = entry(med_name="Tramadol", med_choice="not-on-list")
    assert as_taken(reconcile({"medicines": [own]}, [])).uncounted[0].why == mme_table().reasons["no-amount"]
    own = entry(med_name="Tramadol", med_choice="not-on-list", med_dose_mg=Decimal(50))
    assert as_taken(reconcile({"medicines": [own]}, [])).uncounted[0].why == mme_table().reasons["no-doses"]


def test_an_order_in_words_cannot_be_worked_out() -> None:
    (left_out,) = most_ordered(reconcile({}, [TEXT])).uncounted
    assert left_out.why == mme_table().reasons["text-only"]


def test_not_taking_counts_nought_and_leaves_the_order_as_it_is() -> None:
    lines = reconcile({"medicines": [started(OXY, Taken.NOT_TAKING)]}, [OXY])
    assert as_taken(lines).total == 0
    assert most_ordered(lines).total == 60


def test_what_is_only_in_the_house_was_not_ordered() -> None:
    own = entry(med_name="Codeine", med_choice="not-on-list", med_dose_mg=Decimal(30), med_times=Decimal(4))
    lines = reconcile({"medicines": [own]}, [])
    assert as_taken(lines).total == 18
    assert most_ordered(lines).is_empty


def test_a_signed_visit_says_the_most_ordered_without_the_list() -> None:
    visit_only = reconcile({"medicines": [started(OXY, Taken.AS_LISTED)]}, ())
    assert most_ordered(visit_only).total == 60


def test_buprenorphine_is_named_in_both_figures() -> None:
    lines = reconcile({"medicines": [started(BUP, Taken.AS_LISTED)]}, [BUP])
    for total in (as_taken(lines), most_ordered(lines)):
        assert [one.why for one in total.uncounted] == ["Buprenorphine is not converted."]


def test_facts_come_from_the_list_until_somebody_says_otherwise() -> None:
    assert facts(pulled=(OXY, LORAZEPAM)).on_opioid
    assert facts(pulled=(OXY, LORAZEPAM)).benzodiazepine
    assert not facts(started(OXY, Taken.NOT_TAKING), pulled=(OXY,)).on_opioid
    assert facts(started(OXY, Taken.NOT_TAKING), pulled=(OXY,)).mme == 0
    assert facts(entry(med_name="Percocet", med_choice="not-on-list")).on_opioid
    assert facts() == MedicineFacts()


def test_the_larger_figure_counts_for_the_rule() -> None:
    found = facts(started(PRN, Taken.AS_LISTED, med_breakthrough=1), pulled=(PRN,))
    assert [found.mme_taken, found.mme_ordered, found.mme] == [15, 90, 90]


def test_a_laxative_that_is_taken_is_a_bowel_regimen_unless_the_nurse_says_no() -> None:
    assert facts(pulled=(OXY, SENNA)).bowel_regimen == "yes"
    assert facts(started(SENNA, Taken.NOT_TAKING), pulled=(OXY, SENNA)).bowel_regimen is None
    assert facts(pulled=(OXY, SENNA), bowel_regimen="no").bowel_regimen == "no"
    assert facts(pulled=(OXY,), bowel_regimen="contraindicated").bowel_regimen == "contraindicated"


def test_naloxone_on_the_list_is_in_the_house() -> None:
    narcan = order("naloxone 4 MG nasal spray", "MedicationRequest/nal")
    assert facts(pulled=(OXY, narcan)).naloxone == "has-it"
    suboxone = order("buprenorphine 8 MG / naloxone 2 MG Sublingual Film", "MedicationRequest/sub")
    assert facts(pulled=(suboxone,)).naloxone is None


def test_naloxone_is_offered_at_50_and_not_just_below() -> None:
    low = order("Hydrocodone 49.9 MG Oral Tablet", "MedicationRequest/low", times="1")
    fifty = order("Hydrocodone 50 MG Oral Tablet", "MedicationRequest/50", times="1")
    assert not offers_naloxone(facts(pulled=(low,)), comfort_only=False)
    assert offers_naloxone(facts(pulled=(fifty,)), comfort_only=False)
    assert offers_naloxone(facts(pulled=(low, LORAZEPAM)), comfort_only=False)
    assert offers_naloxone(facts(pulled=(low,), overdose_risk="yes"), comfort_only=False)
    assert not offers_naloxone(facts(pulled=(LORAZEPAM,)), comfort_only=False)


def test_the_amount_from_which_naloxone_is_offered_is_that_of_the_safety_rule_and_of_the_plan() -> None:
    fifty = facts(pulled=(order("Hydrocodone 50 MG Oral Tablet", "MedicationRequest/50", times="1"),))
    sixty = PlanSettings(rules={"MME_50": {"at": Decimal(60)}})
    assert not offers_naloxone(fifty, comfort_only=False, settings=sixty)
    assert offers_naloxone(fifty, comfort_only=False, settings=PlanSettings())


def test_neither_naloxone_nor_bowels_are_asked_for_in_last_days_or_hospice() -> None:
    found = facts(pulled=(OXY, LORAZEPAM), overdose_risk="yes")
    assert offers_naloxone(found, comfort_only=False)
    assert asks_bowel_regimen(found, comfort_only=False)
    assert not offers_naloxone(found, comfort_only=True)
    assert not asks_bowel_regimen(found, comfort_only=True)


def test_an_answer_ends_the_naloxone_offer() -> None:
    for said in ("offered", "has-it", "declined", "not-now"):
        assert not offers_naloxone(facts(pulled=(OXY,), naloxone=said), comfort_only=False)


def test_naloxone_that_is_there_or_was_shown_is_not_offered_again_until_somebody_says_otherwise() -> None:
    for on_record, offered in (("has-it", False), ("offered", False), ("declined", True), ("not-now", True)):
        found = medicine_facts({}, {}, (OXY,), naloxone_before=Answer(AT, on_record))
        assert offers_naloxone(found, comfort_only=False) is offered
    now = {"naloxone": Answer(AT, "declined")}
    found = medicine_facts(now, {}, (OXY,), naloxone_before=Answer(AT, "has-it"))
    assert found.naloxone == "declined"


def test_the_last_word_on_each_order_stands_with_its_day() -> None:
    first = MedicineUse("s1", "v1", AT, started(OXY, Taken.AS_LISTED))
    second = MedicineUse("s2", "v2", AT + timedelta(days=7), started(OXY, Taken.DIFFERENTLY))
    other = MedicineUse("s3", "v1", AT, started(PRN, Taken.AS_LISTED))
    oil = MedicineUse("s4", "v1", AT, entry(med_name="Oil", med_choice="not-on-list"))
    found = latest([second, first, other, oil], [OXY, PRN])
    assert found is not None
    assert [(line.name, line.taken) for line in found.lines] == [
        (OXY.text, Taken.DIFFERENTLY),
        (PRN.text, Taken.AS_LISTED),
    ]
    assert found.at == AT + timedelta(days=7)
    assert found.said_at[f"entry of {PRN.reference}"] == AT
    assert latest([], [OXY]) is None
