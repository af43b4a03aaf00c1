"""Where catalogues lie, and the made-up ones that show what is not in a catalogue."""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from app.language import names
from app.language.names import Language
from app.language.pseudo import Pseudo

DOMAIN = "hearthside"
FOLDER = Path(__file__).resolve().parent.parent / "locale"


@lru_cache(maxsize=len(names.LANGUAGES) + 2)
def load(language: Language) -> NullTranslations:
    """The catalogue of a language; English is what stands in the code. Read once a process.

    Raises OSError when a language is offered whose catalogue is not there.
    """
    if language in (names.LONG, names.MIRRORED):
        return Pseudo(longer=language == names.LONG)
    if language.code == names.ENGLISH:
        return NullTranslations()
    with path_of(language.code, "mo").open("rb") as file:
        return GNUTranslations(file)


def path_of(code: str, kind: str) -> Path:
    """Where the catalogue of a language lies; `kind` is "po" or "mo"."""
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.{kind}"
