"""A content file that is wrong is refused with the file's name and the place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from app import content
from app.content import ContentError, load, parse, together
from tests.content.made_up import WHEEL


def changed(**changes: Any) -> str:
    """The made-up scale with some of its parts replaced; keys are dotted paths written with `__`."""
    raw = copy.deepcopy(WHEEL)
    for path, value in changes.items():
        *way, last = path.split("__")
        at: Any = raw
        for step in way:
            at = at[int(step)] if step.isdecimal() else at[step]
        if value is ...:
            del at[last]
        else:
            at[int(last) if last.isdecimal() else last] = value
    return json.dumps(raw)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "Expecting property name"),
        ("[]", "needs an object, not list"),
        ("{}", "id is missing"),
        ('{"id": "x", "id": "y"}', "a key stands twice"),
        (changed(items=...), "items is missing"),
        (changed(licens={}), "key 'licens' is not known here"),
        (changed(pack="own"), "key 'pack' is not known here"),
        (changed(flag_at="7"), "flag_at: needs int, not str"),
        (changed(mark="TRUE"), "mark: 'TRUE' is none of"),
        (changed(items__0__options__0__score=True), r"items\[0\]\.options\[0\]\.score: needs int, not bool"),
        (changed(items__1__anchors=["low"]), r"items\[1\]\.anchors: needs exactly 2 values"),
        (changed(id="Wheel Of"), "an id is small letters"),
        (changed(version=""), "a version is needed"),
        (changed(items=[]), "there are no items"),
        (changed(answered_by=["nurse"]), "unknown answered_by"),
        (changed(judged=True), "answered by her alone"),
        (changed(modalities=["pigeon"]), "unknown modalities"),
        (changed(items__1__linkId="wheel-a"), "a link id stands twice"),
        (changed(items__0__linkId="wheel a"), "a link id is letters"),
        (changed(items__0__options=[]), "needs two options or more"),
        (changed(items__0__options__1__code="calm"), "an option's code stands twice"),
        (changed(items__0__options__0__code="declined"), "cannot be an option's code"),
        (changed(items__0__options__0__code="5"), "reads as a score that it is not"),
        (changed(items__1__maximum=0), "a number needs a minimum below its maximum"),
        (changed(items__0__anchors=["a", "b"]), "only a number has anchors"),
        (changed(items__1__unit={"code": "mg", "display": "mg"}), "a quantity needs a unit"),
        (changed(items__3__kind="group"), "a group needs items"),
        (changed(items__1__again=True), "only a choice or a yes/no"),
        (changed(items__0__absents=["asleep"]), "unknown reasons for no answer"),
        (changed(items__1__when={"linkId": "wheel-z", "any_of": ["*"]}), "does not stand before it"),
        (
            changed(items__1__when={"linkId": "wheel-a", "any_of": ["round"]}),
            "answers that 'wheel-a' cannot have",
        ),
        (changed(total__rule="median"), "unknown scoring rule 'median'"),
        (changed(total__of=["wheel-z"]), "counts an item that is not there"),
        (changed(total__of=["wheel-c"]), "whose answers are no numbers"),
        (changed(total__of=[]), "a total counts items"),
        (changed(total__rule="value"), "a value is that of one item"),
        (changed(bands__1__minimum=1), "bands overlap"),
        (changed(short_form={"id": "w", "name": "W", "of": ["q"], "opens_at": 1}), "short form asks an item"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(ContentError, match=rf"^content file x\.json: .*{complaint}"):
        parse("x.json", text)


def test_two_instruments_cannot_share_an_id_or_a_link_id() -> None:
    wheel = parse("wheel.json", json.dumps(WHEEL))
    other = parse("x.json", changed(id="other"))
    with pytest.raises(ContentError, match="two instruments are called wheel"):
        together([wheel, wheel])
    with pytest.raises(ContentError, match="wheel-a stands in"):
        together([wheel, other])


@pytest.mark.usefixtures("clean_content")
def test_added_content_that_claims_a_shipped_id_changes_nothing() -> None:
    before = load()
    claims = changed(items__0__linkId="esas-pain", items__2__when=None, total__of=["esas-pain"])
    with pytest.raises(ContentError, match="esas-pain stands in"):
        content.use_packs([parse("x.json", claims)])
    assert load() == before


def test_an_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(ContentError, match="no table 'nothing'"):
        content.load_table("nothing")
