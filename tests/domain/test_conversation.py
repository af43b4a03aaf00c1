"""Conversations: complete without a decision, append-only, and a history that can be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.content.model import ItemKind
from app.domain.conversation import (
    ConversationVersion,
    list_changes,
    list_heads,
    list_history,
    read_saw,
    was_held,
    what_is_known,
    what_stands,
    write_saw,
)
from app.domain.conversation_fields import (
    BOXES,
    DOMAIN_FIELDS,
    NEVER_ON_PAPER,
    PROMPT_ORDER,
    Domain,
    conversation_form,
    filled_domains,
    get_field,
    list_fields,
    say_field,
)
from app.domain.visit import Absent, Answer, Modality, PersonRef, Setting, Value, VisitDraft, find_missing

AT = datetime(2026, 5, 3, 10, 0, tzinfo=UTC)
NURSE = PersonRef("Practitioner/ana", "Ana Ruiz, RN")


def said(value: Value | Absent) -> Answer:
    if isinstance(value, Absent):
        return Answer(AT, absent=value)
    return Answer(AT, value=value)


def version(
    name: str, answers: Mapping[str, Value | Absent], saw: tuple[str, ...] = (), days: int = 0
) -> ConversationVersion:
    given_answers = {link: said(value) for link, value in answers.items()}
    parts = {"conv-matters": f"Goal/{name}"} if "conv-matters" in answers else {}
    return ConversationVersion(
        name, f"visit-{name}", AT + timedelta(days=days), NURSE, given_answers, saw, parts
    )


def texts(versions: list[ConversationVersion]) -> dict[str, tuple[str, ...]]:
    return {s.field.id: tuple(one.text for one in s.sayings) for s in what_stands(versions)}


def test_every_field_can_be_not_discussed_not_wanted_or_not_known() -> None:
    three = ("not-discussed-today", "does-not-want-to-discuss", "not-known")
    counted = (ItemKind.MOMENT, ItemKind.QUANTITY)
    assert all(f.item.absents == three for f in list_fields() if f.item.kind not in counted)


def test_the_page_opens_with_four_boxes_and_keeps_the_rest_behind_more() -> None:
    open_fields = [f.id for f in list_fields() if not f.item.more]
    assert tuple(open_fields) == BOXES
    assert all(item.more for f in list_fields() if f.id not in BOXES for item in f.items)


def test_the_rest_stands_in_the_order_of_a_conversation() -> None:
    order = [f.id for f in list_fields()]
    steps = [
        "conv-understanding",
        "conv-information",
        "conv-prognosis",
        "conv-hopes",
        "conv-coping",
        "conv-strength",
        "conv-abilities",
        "conv-accept",
        "conv-family",
        "conv-agreement",
        "conv-emotion",
        "conv-response",
        "conv-experience",
        "conv-interpreter",
        "conv-supporters",
        "conv-minutes",
    ]
    assert [one for one in order if one in steps] == steps


def test_ways_to_ask_go_from_understanding_to_agreement_and_each_is_there() -> None:
    assert all(get_field(one).item.hint for one in PROMPT_ORDER)
    order = ["conv-understanding", "conv-information", "conv-prognosis", "conv-matters", "conv-worries"]
    order += ["conv-strength", "conv-abilities", "conv-accept", "conv-family", "conv-options"]
    assert [one for one in PROMPT_ORDER if one in order] == order


def test_choices_stand_before_typing_and_prompts_are_sentences_of_their_own() -> None:
    for field in list_fields():
        kinds = [item.kind for item in field.items]
        assert kinds[0] is not ItemKind.LINE or len(kinds) == 1
        assert field.item.hint is None or field.item.hint.endswith((".", "?"))


def test_one_box_alone_makes_a_visit_that_can_be_signed() -> None:
    draft = VisitDraft(
        "v", "p", NURSE, Modality.IN_PERSON, Setting.HOME, AT, AT + timedelta(hours=1),
        answers={"conv-matters-words": said("Her garden")},
    )  # fmt: skip
    assert "finding" not in find_missing(draft)
    decisions = {"conv-decision", "conv-agreement", "conv-place-death"}
    assert not decisions & set(draft.answers)


def test_a_field_reads_as_one_line_of_choices_and_words() -> None:
    answers = {"conv-matters": said(("home", "family")), "conv-matters-words": said("To see the lilacs")}
    said_so = "Being at home; Time with people I love. “To see the lilacs”"
    assert say_field(get_field("conv-matters"), answers) == said_so


def test_what_nobody_spoke_of_again_still_stands() -> None:
    first = version("a", {"conv-matters": ("home",), "conv-worries": ("pain",)})
    second = version("b", {"conv-worries": ("breath",), "conv-matters": Absent.NOT_DISCUSSED}, ("a",), 1)
    assert texts([first, second]) == {
        "conv-matters": ("Being at home.",),
        "conv-worries": ("Not getting air.",),
    }


def test_a_wish_not_to_talk_about_it_takes_the_place_of_what_was_said() -> None:
    first = version("a", {"conv-worries": ("pain",)})
    second = version("b", {"conv-worries": Absent.DOES_NOT_WANT}, ("a",), 1)
    assert texts([first, second]) == {"conv-worries": ("Does not want to discuss.",)}


def test_two_versions_that_did_not_know_each_other_are_both_shown() -> None:
    root = version("a", {"conv-hospital": "yes"})
    left = version("b", {"conv-hospital": "no"}, ("a",), 1)
    right = version("c", {"conv-hospital": "undecided"}, ("a",), 2)
    (standing,) = what_stands([root, left, right])
    assert standing.differs
    assert [one.text for one in standing.sayings] == ["Not decided.", "No."]
    assert [one.id for one in list_heads([root, left, right])] == ["c", "b"]
    settled = version("d", {"conv-hospital": "no"}, ("b", "c"), 3)
    assert texts([root, left, right, settled]) == {"conv-hospital": ("No.",)}


def test_the_history_says_field_by_field_what_changed() -> None:
    first = version("a", {"conv-hospital": "yes", "conv-matters": ("home",)})
    second = version(
        "b", {"conv-hospital": "no", "conv-matters": ("home",), "conv-coping": "One day at a time"}, ("a",), 1
    )
    newest, oldest = list_history([first, second])
    assert [(c.title, c.before, c.after) for c in newest.changes] == [
        ("Coping, and what the illness means", (), "“One day at a time”"),
        ("Going to hospital", ("Yes.",), "No."),
    ]
    assert [one.id for one in newest.follows] == ["a"]
    assert len(oldest.changes) == 2


def test_what_the_author_saw_names_versions_and_records_and_reads_back() -> None:
    first = version("Procedure/a", {"conv-matters": ("home",)})
    second = version("Procedure/b", {"conv-matters": ("family",)})
    text = write_saw([first, second])
    versions, fields = read_saw({"conv-saw": said(text)})
    assert versions == ("Procedure/a", "Procedure/b")
    assert set(fields["conv-matters"].split(",")) == {"Goal/Procedure/a", "Goal/Procedure/b"}
    assert write_saw([]) == ""


def test_the_four_domains_are_a_shape_and_code_status_comes_from_elsewhere() -> None:
    shape = dict(filled_domains({"conv-hopes": said("A wedding")}, code_status=False))
    assert shape == {
        Domain.VALUES: True,
        Domain.UNDERSTANDING: False,
        Domain.END_OF_LIFE: False,
        Domain.CODE_STATUS: False,
    }
    assert dict(filled_domains({}, code_status=True))[Domain.CODE_STATUS]
    assert not any(
        filled for _, filled in filled_domains({"conv-hopes": said(Absent.NOT_KNOWN)}, code_status=False)
    )


def test_every_named_field_exists() -> None:
    known = {f.id for f in list_fields()} | {"conv-saw"}
    assert {field for fields in DOMAIN_FIELDS.values() for field in fields} <= known
    assert known >= NEVER_ON_PAPER


def test_an_offer_that_was_not_wanted_is_no_conversation() -> None:
    assert not was_held({"conv-voluntary": said("not-wanted"), "conv-present": said(("patient",))})
    assert was_held({"conv-voluntary": said("accepted")})
    assert was_held({"conv-voluntary": said("put-off"), "conv-matters": said(("home",))})
    assert not was_held({"conv-matters": said(Absent.NOT_DISCUSSED)})


def test_aid_in_dying_is_a_private_request_and_no_other_field_is() -> None:
    private = {item.link_id for item in conversation_form().items if item.private}
    assert private == {"conv-aid-in-dying", "conv-aid-words"}
    assert not get_field("conv-aid-in-dying").fit_for_paper
    assert not get_field("conv-worries").fit_for_paper
    assert get_field("conv-care-wishes").fit_for_paper


names = st.sampled_from("abcdefgh")


@given(
    st.dictionaries(
        names, st.tuples(st.sets(names), st.sampled_from(["yes", "no", "undecided", None])), min_size=1
    )
)
def test_something_stands_for_every_field_that_was_ever_said_whatever_the_records_name(
    graph: dict[str, tuple[set[str], str | None]],
) -> None:
    versions = [
        version(name, {"conv-hospital": word or Absent.NOT_DISCUSSED}, tuple(sorted(saw)), days)
        for days, (name, (saw, word)) in enumerate(graph.items())
    ]
    assert list_heads(versions)
    spoken = any(word for _, word in graph.values())
    assert ("conv-hospital" in texts(versions)) is spoken
    assert ("conv-hospital" in what_is_known(versions)) is spoken
    for one in versions:
        list_changes(one, versions)


def test_no_prompt_repeats_itself() -> None:
    hints = [f.item.hint for f in list_fields() if f.item.hint]
    assert len(set(hints)) == len(hints)
    assert all(len(re.findall(r"[.?!]", hint)) <= 4 for hint in hints)
