"""The language that this process speaks: one at a time, chosen by whoever has the tablet in her hands."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import NullTranslations
from typing import TypeVar

from app.language import files, names
from app.language.names import Language

Catalogue = TypeVar("Catalogue", bound=NullTranslations)


@dataclass(frozen=True, slots=True)
class _Spoken:
    language: Language
    catalogue: NullTranslations


class _Now:
    """Holds what is spoken. Replaced as a whole: a thread that looks meanwhile sees the one or the other."""

    def __init__(self) -> None:
        self.spoken = _Spoken(names.LANGUAGES[0], NullTranslations())


_NOW = _Now()


def speak(code: str) -> Language:
    """From now on this language; one that is not known is English. Returns what is spoken now."""
    language = names.find(code) or names.LANGUAGES[0]
    if language != _NOW.spoken.language:
        _NOW.spoken = _Spoken(language, files.load(language))
    return language


def record(catalogue: Catalogue) -> Catalogue:
    """For tools: everything is asked of this catalogue until `speak` is called. It speaks a language of no one."""
    _NOW.spoken = _Spoken(names.RECORDED, catalogue)
    return catalogue


def get_language() -> Language:
    """What is spoken now."""
    return _NOW.spoken.language


def get_catalogue() -> NullTranslations:
    """The catalogue of what is spoken now."""
    return _NOW.spoken.catalogue
