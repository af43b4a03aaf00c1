"""Looking sentences up. The marks are also what tools/catalogues.py finds in the code."""

from __future__ import annotations

from collections.abc import Sequence

from app.language.now import get_catalogue

Plural = tuple[str, str]


def N_(message: str) -> str:
    """Marks a sentence that is a constant: it stays English here, and `tr` looks it up where it is shown."""
    return message


def NP_(one: str, many: str) -> Plural:
    """Marks a sentence that depends on a number: `trn(*pair, number)` looks it up. Both name `{number}`."""
    return one, many


def NC_(context: str, message: str) -> str:
    """Marks a sentence that has another meaning elsewhere: `trc`, with the same context, looks it up."""
    return message


def tr(message: str, /, **values: object) -> str:
    """The sentence in the language that is spoken, with its places filled. English where it is not translated.

    With values, braces are places; without, the sentence is taken as it is. "" stays "".
    """
    said = get_catalogue().gettext(message) if message else ""
    return said.format(**values) if values else said


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """The form that fits this number; `{number}` is the number unless `values` says how it is written."""
    said = get_catalogue().ngettext(one, many, number)
    return said.format(**{"number": number, **values})


def trc(context: str, message: str) -> str:
    """A sentence of the clinical content, or one marked with `NC_`; `context` says where it stands or what it is
    about: one word may have two translations."""
    return get_catalogue().pgettext(context, message) if message else ""


def listed(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return tr("{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])
