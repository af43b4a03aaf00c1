"""The catalogues that are shipped: whole, true to their places, and made from the .po that stands beside them."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message

from app.language import ENGLISH, LANGUAGES, files
from tools.catalogues import compile_one, make_template, read

CODES = [one.code for one in LANGUAGES if one.code != ENGLISH]
_PLACES = re.compile(r"\{(\w+)[^{}]*\}")


def forms_of(message: Message) -> tuple[str, ...]:
    """Every translated form of a sentence."""
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def ids_of(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def places_of(sentence: str) -> set[str]:
    return set(_PLACES.findall(sentence))


def find_untranslated(catalog: Catalog, template: Catalog) -> list[str]:
    found = []
    for message in template:
        if message.id:
            kept = catalog.get(message.id, message.context)
            if kept is None or not all(forms_of(kept)):
                found.append(f"{message.context or ''} {ids_of(message)[0]}")
    return found


def find_wrong_places(catalog: Catalog) -> list[str]:
    """A form may leave out a number that its words say ("one visit"); it may never ask for what is not given."""
    return [
        f"{ids_of(message)}: {form}"
        for message in catalog
        if message.id
        for at, form in enumerate(forms_of(message))
        if form and not _fits(message, at, form)
    ]


def _fits(message: Message, at: int, form: str) -> bool:
    ids = ids_of(message)
    given = set().union(*map(places_of, ids))
    wanted = places_of(ids[-1]) if at else places_of(ids[0])
    return places_of(form) <= given and wanted - {"number"} <= places_of(form)


@pytest.fixture(scope="module")
def template() -> Catalog:
    return make_template()


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_translated(code: str, template: Catalog) -> None:
    assert find_untranslated(read(code), template) == []


@pytest.mark.parametrize("code", CODES)
def test_no_sentence_is_kept_that_nobody_says(code: str, template: Catalog) -> None:
    known = {(message.id, message.context) for message in template}
    assert [one.id for one in read(code) if (one.id, one.context) not in known] == []


@pytest.mark.parametrize("code", CODES)
def test_every_place_of_a_sentence_is_kept(code: str) -> None:
    assert find_wrong_places(read(code)) == []


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_fuzzy_and_every_plural_has_all_its_forms(code: str) -> None:
    catalog = read(code)
    assert [one.id for one in catalog if one.id and one.fuzzy] == []
    short = [one.id for one in catalog if one.pluralizable and len(forms_of(one)) != catalog.num_plurals]
    assert short == []


@pytest.mark.parametrize("code", CODES)
def test_what_is_shipped_is_what_was_translated(code: str) -> None:
    assert files.path_of(code, "mo").read_bytes() == compile_one(code), (
        "run: python -m tools.catalogues compile"
    )


def test_a_hole_and_a_wrong_place_are_found() -> None:
    template, bad = Catalog(), Catalog(locale="es")
    for one in ("Back", "Saved {time}"):
        template.add(one)
    bad.add("Saved {time}", "Guardado {hora}")
    assert find_untranslated(bad, template) == [" Back"]
    assert find_wrong_places(bad) == ["('Saved {time}',): Guardado {hora}"]
    bad.add("Saved {time}", "Guardado")
    assert find_wrong_places(bad)


def test_no_scale_is_in_a_catalogue(template: Catalog) -> None:
    contexts = {message.context for message in template if message.context}
    assert not {
        one for one in contexts if one.startswith(("esas-", "form/esas-r", "phq9-", "form/phq-9", "painad-"))
    }
    assert "form/people" in contexts


def test_no_identifier_is_in_a_catalogue(template: Catalog) -> None:
    ids = [one for message in template if message.id for one in ids_of(message)]
    assert [one for one in ids if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|\{\w+\}", one)] == []


_BARE = re.compile(
    r"\b(desde|hasta|antes de|para|que) \{(when|until|begins|day|time|began|left|due_at|first)\}"
)


def find_bare_times(catalog: Catalog) -> list[str]:
    """Sentences that no time or date fits: in Spanish it takes its article there, "desde las 14:02"."""
    return [form for message in catalog for form in forms_of(message) if _BARE.search(form)]


def test_no_time_or_date_stands_bare_behind_a_word_that_takes_an_article() -> None:
    assert find_bare_times(read("es")) == []
    bad = Catalog(locale="es")
    for english, spanish in (
        ("Since {when}", "Desde las {when}"),
        ("On call until {when}", "De guardia hasta {when}"),
    ):
        bad.add(english, spanish)
    assert find_bare_times(bad) == ["De guardia hasta {when}"]


@pytest.mark.parametrize("code", CODES)
def test_hospice_is_never_called_an_alms_house(code: str) -> None:
    said = " ".join(form for message in read(code) for form in forms_of(message)).casefold()
    assert "hospicio" not in said
