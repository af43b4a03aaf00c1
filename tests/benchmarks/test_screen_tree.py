"""The tree of a window without a browser follows what the app sends, whatever moves, comes and goes."""

from __future__ import annotations

from typing import Any

import flet as ft
import msgpack
import pytest
from flet.controls.base_control import BaseControl
from flet.controls.object_patch import ObjectPatch
from flet.messaging.protocol import configure_encode_object_for_msgpack
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.screen_tree import ScreenTree

_ENCODE = configure_encode_object_for_msgpack(BaseControl)
ROWS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.text("xyz", min_size=1, max_size=2)),
    unique_by=lambda row: row[0],
)


def _sent(value: Any) -> Any:
    return msgpack.unpackb(msgpack.packb(value, default=_ENCODE), strict_map_key=False)


def _page(rows: list[tuple[str, str]]) -> ft.Column:
    """Each row keeps its key wherever it stands, as the app's rows do."""
    made = [ft.Semantics(key=name, identifier=name, content=ft.Text(words)) for name, words in rows]
    return ft.Column(controls=made)


def _without_numbers(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: _without_numbers(value) for name, value in tree.items() if name != "_i" and value != []}
    return [_without_numbers(one) for one in tree] if isinstance(tree, list) else tree


@settings(max_examples=60, deadline=None)
@given(before=ROWS, after=ROWS)
def test_the_tree_is_what_the_app_would_send_anew(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    old, new = _page(before), _page(after)
    tree = ScreenTree(_sent(old))
    patch, _, _ = ObjectPatch.from_diff(old, new, control_cls=BaseControl, frozen=True)
    if len(message := patch.to_message()) > 1:
        tree.patch(tree.page["_i"], _sent(message))
    assert _without_numbers(tree.page) == _without_numbers(_sent(new))
    assert tree.ids() == [name for name, _ in after]


def test_what_is_hidden_is_not_on_the_screen() -> None:
    hidden = ft.Container(visible=False, content=ft.Semantics(identifier="far", content=ft.Text("Gone")))
    tree = ScreenTree(_sent(ft.Column([hidden, ft.Semantics(identifier="near", content=ft.Text("Here"))])))
    assert tree.ids() == ["near"]
    assert tree.shows("Here")
    assert not tree.shows("Gone")
    with pytest.raises(KeyError):
        tree.named("far")


def test_a_tap_goes_to_what_hears_it_inside_a_name() -> None:
    box = ft.Container(on_click=lambda _: None, content=ft.Text("3"))
    tree = ScreenTree(_sent(ft.Column([ft.Semantics(identifier="three", content=box)])))
    assert tree.inside("three", event="on_click")["_i"] == box._i
    with pytest.raises(KeyError):
        tree.inside("three", kind="TextField")
