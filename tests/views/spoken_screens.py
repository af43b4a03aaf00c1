"""Screens in the made-up language: whatever stands there without its marks never passed through a catalogue."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import flet as ft
import pytest

from app.content import load, load_table
from app.content.model import Instrument, Item, Option
from app.content.spoken import is_ours
from app.language.dates import get_writing
from app.language.pseudo import CLOSE, OPEN, Pseudo
from tests.support.flet_harness import FletHarness
from tools.catalogues import make_template

_DATA = re.compile(
    r"(double|scene|walk)_\w+\.py|doubles\.py|medicine_world\.py|test_ids_listed\.py|test_(p\w+_screens?|stays_part)\.py"
)
_MARKED = re.compile(rf"{re.escape(OPEN)}[^{re.escape(OPEN + CLOSE)}]*{re.escape(CLOSE)}")
_WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {
    "Hearthside",
    "CPR",
    "POLST",
    "SOC",
    "ab",
    "cdef",
    "KB",
    "MB",
    "GB",
    "PIN",
    "English",
    "Español",
    "https",
}
"""Words that are the same in every language."""
PAPERS = ("words.py", "words_es.py")
"""Papers speak the language of who reads them, not the nurse's."""


def find_unmarked(app: FletHarness) -> list[str]:
    """Texts, labels and names for screen readers that hold words of neither a catalogue nor the record."""
    return sorted({text for text in _said(app) if _leftover(text)})


@cache
def list_given() -> frozenset[str]:
    """Every sentence that translators are given."""
    return frozenset(
        sentence
        for message in make_template()
        for sentence in (message.id if isinstance(message.id, tuple) else (message.id,))
    )


def answer_only_what_is_given(patch: pytest.MonkeyPatch) -> None:
    """The made-up catalogue answers as a real one does: what was filled before it is looked up stays as it is."""
    given, dressed = list_given(), Pseudo.gettext

    def gettext(self: Pseudo, message: str) -> str:
        return dressed(self, message) if message in given else message

    patch.setattr(Pseudo, "gettext", gettext)
    patch.setattr(Pseudo, "ngettext", lambda self, one, many, n: gettext(self, one if n == 1 else many))
    patch.setattr(Pseudo, "pgettext", lambda self, context, message: gettext(self, message))


SPOKEN = ("value", "label", "semantics_label", "content", "title", "error", "helper", "hint_text", "tooltip")


def _said(app: FletHarness) -> Iterator[str]:
    for control in app.walk():
        typed = isinstance(control, (ft.TextField, ft.Dropdown))
        for name in SPOKEN:
            value = getattr(control, name, None)
            if isinstance(value, str) and value and not (typed and name == "value"):
                yield value
        for span in getattr(control, "spans", None) or []:
            yield span.text or ""


@cache
def _leftover(text: str) -> frozenset[str]:
    before = ""
    while before != text:  # marks stand within marks where a sentence holds another one
        before, text = text, _MARKED.sub(" ", text)
    return frozenset(word for word in _WORD.findall(text) if word not in known_words())


@cache
def known_words() -> frozenset[str]:
    """Words of the made-up records and of published scales: those are shown as they are."""
    words = set(NAMES)
    here = Path(__file__).resolve().parent
    papers = here.parents[1] / "app" / "paper"
    for path in (
        *(one for one in here.iterdir() if _DATA.fullmatch(one.name)),
        *map(papers.joinpath, PAPERS),
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words |= set(_WORD.findall(node.value))
    words |= set(get_writing().months) | set(get_writing().days)
    for table in ("phrases", "fridge-sheet"):
        words |= set(_WORD.findall(json.dumps(load_table(table), ensure_ascii=False)))
    words |= set(_WORD.findall(" ".join(option.display for option in _recorded())))
    for instrument in load().values():
        if not is_ours(instrument):
            words |= set(_WORD.findall(" ".join(_words_of(instrument))))
    return frozenset(words)


def _recorded() -> Iterator[Option]:
    """Answers that stand in a record are shown in the record's own words."""
    for name in ("conversation", "code-status"):
        for item in load()[name].items:
            for one in (item, *item.items):
                yield from one.options


def _words_of(instrument: Instrument) -> Iterator[str]:
    yield from (instrument.name, instrument.short_name, instrument.instruction, instrument.attribution)
    yield instrument.recall or ""
    yield from (band.label for band in instrument.bands)
    for item in instrument.items:
        yield from _words_of_item(item)


def _words_of_item(item: Item) -> Iterator[str]:
    yield from (item.text, item.name, item.hint or "", *(item.anchors or ()))
    yield item.unit.display if item.unit else ""
    for option in item.options:
        yield from (option.display, option.hint or "")
    for inner in item.items:
        yield from _words_of_item(inner)
