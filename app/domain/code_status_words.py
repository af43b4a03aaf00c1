"""What a pulled record's words say about CPR: read only where every part of them is a known phrase, whole.

The phrases and the reason are content: app/content/tables/code-status-words.json. A phrase among other words ("not a
DNR", "DNR expired", "considering DNR") is never a decision; such words are shown in quotes and left unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from app.content import load_table
from app.domain.patient import fold

TABLE = "code-status-words"
_QUOTES = "\"' “”\u2018\u2019"
_JOINTS = re.compile(r"\s*(?:[.;,/]|\n)\s*")
_SLASH = re.compile(r"\s*/\s*")
_LABEL = re.compile(r"(?P<label>[^:]+): (?P<rest>.+)", re.DOTALL)


@cache
def _decisions() -> Mapping[str, str]:
    return {phrase: one["id"] for one in load_table(TABLE)["decisions"] for phrase in one["phrases"]}


@cache
def _phrases(part: str) -> frozenset[str]:
    return frozenset(load_table(TABLE)[part]["phrases"])


@cache
def _beginnings(part: str) -> re.Pattern[str]:
    return re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, load_table(TABLE)[part]["phrases"])) + ")")


def _plain(text: str) -> str:
    """Lower case, single spaces, no quotes around it and no full stop behind it."""
    return _SLASH.sub("/", fold(text).strip(_QUOTES).removesuffix(".").rstrip())


def find_decision(text: str) -> str | None:
    """The decision ("cpr-no", "cpr-yes") of one known phrase, or of known phrases side by side that agree; else None.

    A known label ("Code status: …") may stand before them. One part that is not known leaves all of it unread.
    """
    whole = _plain(text)
    if whole in _decisions():
        return _decisions()[whole]
    labelled = _LABEL.fullmatch(whole)
    if labelled is not None and labelled["label"] in _phrases("labels"):
        return find_decision(labelled["rest"])
    parts = [part for line in text.splitlines() for part in _JOINTS.split(_plain(line))]
    if len(parts) < 2 or any(part not in _decisions() and part not in _phrases("beside") for part in parts):
        return None
    found = {_decisions()[part] for part in parts if part in _decisions()}
    return found.pop() if len(found) == 1 else None


def is_title(text: str) -> bool:
    """Whether the words only name a paper ("POLST on file") and say nothing of what stands on it."""
    return _plain(text) in _phrases("titles")


def speaks_of_cpr(text: str) -> bool:
    """Whether the words are about CPR at all, read or not."""
    return not is_title(text) and _beginnings("about_cpr").search(fold(text)) is not None


def speaks_of_treatment(text: str) -> bool:
    """Whether the words are about CPR or about how far treatment goes."""
    about = _beginnings("about_treatment").search(fold(text))
    return speaks_of_cpr(text) or (not is_title(text) and about is not None)
