"""The gallery leaves out no screen and no kind of visit: its table is whole, and its walks make the stops it names."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import get_args

from app.domain.visit_kind import VisitKind
from app.views.routes import Route
from tools.gallery_chapters import CHAPTERS
from tools.gallery_routes import KINDS, SCREENS

DRAWS = ("stop", "beside")


def list_stops() -> set[str]:
    """Names of all stops that a chapter's walk comes to, in its own function and in those of its file that it calls."""
    found: set[str] = set()
    for chapter in CHAPTERS:
        module = inspect.getmodule(chapter.walk)
        assert module is not None
        found |= set(_stops_from(module, chapter.walk.__name__))
    return found


def _stops_from(module: ModuleType, first: str) -> Iterator[str]:
    tree = ast.parse(inspect.getsource(module))
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    seen, left = set(), [first]
    while left:
        name = left.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for call in (one for one in ast.walk(functions[name]) if isinstance(one, ast.Call)):
            called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            left.append(called)
            if called in DRAWS and call.args and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)


def test_every_screen_is_drawn_at_a_stop_of_the_gallery() -> None:
    assert set(SCREENS) == set(get_args(Route))
    stops = list_stops()
    missing = {route.__name__: set(names) - stops for route, names in SCREENS.items()}
    assert not {name: gone for name, gone in missing.items() if gone}
    assert all(SCREENS.values())


def test_every_kind_of_visit_is_drawn_at_a_stop_of_the_gallery() -> None:
    assert set(KINDS) == set(VisitKind)
    assert all(KINDS.values())
    assert not {name for names in KINDS.values() for name in names} - list_stops()
