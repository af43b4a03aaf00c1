"""The named traps of the clinical tables that concern content and scoring, one test each."""

from __future__ import annotations

import re

from app.content import Mark, load
from app.content.audit import codes_of
from app.domain.instruments import answers_from_list, score
from app.domain.offers import offer
from app.domain.visit import AnsweredBy, Modality

HITS = ("95618-5", "95617-7", "95616-9", "95615-1")
ALL_CODES = {code.code for one in load().values() for _, code in codes_of(one)}


def test_an_esas_item_without_an_answer_is_never_counted_as_zero() -> None:
    found = score("esas-r", answers_from_list("esas-r", [4, None, 3, 2, 5, 5, 3, 4, 4]))
    assert (found.total, found.missing) == (None, ("esas-tired",))


def test_phq_item_9_flags_although_item_8_is_missing() -> None:
    found = score("phq-9", answers_from_list("phq-9", [0, 0, 0, 0, 0, 0, 0, None, 1]))
    assert (found.total, found.flags) == (None, ("/44260-8",))


def test_gad_7_asks_about_two_weeks_whatever_its_code_was_once_called() -> None:
    gad = load()["gad-7"]
    assert gad.recall == "Over the last 2 weeks"
    assert "last 2 weeks" in gad.instruction
    item = gad.get_item("/69689-8")
    assert item.code is not None
    assert "4W" not in f"{item.text} {item.code.display}"


def test_gad_2_has_no_code_of_its_own_and_never_that_of_another_scale() -> None:
    short = load()["gad-2"]
    assert (short.panel, short.total.code) == ((), None)
    assert ALL_CODES.isdisjoint({"70272-0", "70273-8"})


def test_akps_is_never_sent_as_karnofsky() -> None:
    akps = load()["akps"]
    assert (akps.panel, akps.total.code, akps.items[0].code) == ((), None, None)
    assert "89243-0" not in ALL_CODES


def test_nobody_is_offered_dead_as_an_answer_and_yet_it_can_be_scored() -> None:
    for instrument_id, dead in (("akps", 0), ("ecog", 5)):
        hidden = [option.score for option in load()[instrument_id].items[0].options if not option.offered]
        assert hidden == [dead]
        assert score(instrument_id, {instrument_id: dead}).total == dead


def test_4at_is_not_offered_by_telephone() -> None:
    four = load()["4at"]
    assert offer(four, Modality.TELEPHONE, None, frozenset()) is not None
    assert offer(four, Modality.VIDEO, None, frozenset()) is None
    assert offer(four, Modality.IN_PERSON, AnsweredBy.FAMILY, frozenset()) is None


def test_hits_is_positive_at_11_and_not_at_10() -> None:
    assert score("ahc-hrsn", dict(zip(HITS, (1, 4, 3, 3), strict=True))).positive is True
    assert score("ahc-hrsn", dict(zip(HITS, (1, 3, 3, 3), strict=True))).positive is False


def test_rarely_hurt_is_a_flag_at_a_total_of_5_and_without_one() -> None:
    found = score("ahc-hrsn", dict(zip(HITS, ("LA10066-1", 1, 1, 1), strict=True)))
    assert (found.total, found.positive, found.flags) == (5, False, ("95618-5",))
    assert score("ahc-hrsn", {"95618-5": "LA10066-1"}).flags == ("95618-5",)
    assert score("ahc-hrsn", {"95618-5": "LA6270-8"}).flags == ()


def test_the_safety_questions_are_private_switched_and_asked_only_when_one_can_talk_freely() -> None:
    for link_id in HITS:
        item = load()["ahc-hrsn"].get_item(link_id)
        assert (item.switch, item.private, item.freely) == ("hits-safety", True, True)
    assert load()["phq-9"].get_item("/44260-8").freely


def test_hunger_vital_sign_says_nothing_on_one_never_and_one_missing() -> None:
    assert score("ahc-hrsn", {"88122-7": "LA28398-8", "88123-5": None}).derived == {"88124-3": None}


def test_steadi_at_3_without_a_key_question_is_no_flag_and_one_key_question_is() -> None:
    walker_and_furniture = {f"steadi-{n}": int(n in (2, 4)) for n in range(1, 13)}
    found = score("steadi", walker_and_furniture)
    assert (found.total, found.flags, found.positive) == (3, (), False)
    found = score("steadi", {**dict.fromkeys(walker_and_furniture, 0), "steadi-3": 1})
    assert (found.total, found.flags, found.positive) == (1, ("steadi-3",), True)


def test_a_nursing_home_s_version_of_phq_9_is_not_mistaken_for_ours() -> None:
    assert not {code for code in ALL_CODES if re.match(r"5463\d-|5464\d-|5465\d-", code)}


def test_painad_s_interpretation_code_stands_for_no_item_and_no_total() -> None:
    assert "104532-7" not in ALL_CODES


def test_the_agent_s_advisor_and_organ_donation_are_not_used_for_agent_and_hospital() -> None:
    meant = {code.code: (code.display or "").lower() for one in load().values() for _, code in codes_of(one)}
    assert "organ" in meant.get("75781-5", "organ")
    assert "advisor" in meant.get("81343-6", "advisor")


def test_no_cpr_means_la33471_6_and_never_the_other_way_round() -> None:
    meant = {code.code: code.display or "" for one in load().values() for _, code in codes_of(one)}
    assert meant["LA33471-6"].startswith("No CPR")
    assert meant["LA33470-8"].startswith("Yes CPR")


def test_peg_has_no_bands_and_esas_never_one_for_its_total() -> None:
    assert load()["peg-3"].bands == ()
    assert score("esas-r", answers_from_list("esas-r", [9] * 9)).band is None


def test_scales_that_may_not_be_bundled_are_not_here() -> None:
    from app.content import load_table

    slots = {slot["id"] for slot in load_table("slots")["slots"]}
    assert {"ipos", "pps", "zbi", "cam", "braden", "fica", "bfi"} <= slots
    assert slots.isdisjoint({one.id for one in load().values() if one.pack is None})
    assert all(
        slot["terms"] and slot["source"] and Mark(slot["mark"]) for slot in load_table("slots")["slots"]
    )


def test_language_and_interpreter_have_an_answer_for_not_known() -> None:
    item = load()["nurse-items"].get_item("interpreter")
    assert "not-known" in item.absents
    assert "english" not in {option.code for option in item.options}
