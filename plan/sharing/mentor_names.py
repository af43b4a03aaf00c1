"""What would say who somebody is: names, addresses, numbers and days. No passage that holds one is ever released.

Read from everything that the plan holds of the person, what is kept apart included, and from everybody who works with
the plan. It knows what is on record and nothing else: a name that nobody wrote down, a nickname or a misspelling is
for the person who reads the passage before she releases it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, or_, select

from plan.fhir.access import IS_CURRENT
from plan.fhir.json_text import loads
from plan.fhir.tables import resource

NAME = "A name from the record stands in it."
NUMBER = "A date, an age or a long number stands in it."
WRITTEN = "An address, a telephone number or the like stands in it."
_WORKERS = ("Practitioner", "Organization", "Location", "PractitionerRole", "Group")
_EVERY_VERSION = ("Patient", "RelatedPerson")
_PEOPLE = re.compile(r"^(?:Patient|RelatedPerson|Practitioner)/")
_WORD = re.compile(r"\w+")
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?|may(?= \\d)|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    "noviembre|diciembre"
)
_DAY = re.compile(
    rf"\b\d{{1,3}}[\s-]*(?:years?|yrs?|anos)\b|\baged?\s+\d|\d{{3,}}|\d{{1,2}}\s*[/.\-]\s*\d{{1,2}}\s*[/.\-]\s*\d{{2,4}}|\b\d{{1,2}}/\d{{1,2}}\b|\b(?:{_MONTH})\b",
)
"""Ages, any number of three digits or more, and every way of writing a day that we know."""
_NAMED_IN = frozenset(
    (
        *("people-called", "person-name", "frame-present-names", "conv-present-words", "interpreter-name"),
        *(
            "fac-spoke-with",
            "cs-signed-by",
            "pc-name",
            "concern-with",
            "concern-told",
            "private-report-number",
        ),
    )
)
"""Questions of the app that are answered with names: what is written large in them is one."""
_PLACED_IN = frozenset(
    ("frame-address-other", "call-address", "call-back", "person-phone", "prog-organisation", "concern-where")
)
_EVERYWHERE = frozenset(
    (
        "home",
        "office",
        "hospital",
        "hospice",
        "clinic",
        "nursing home",
        "assisted living",
        "telephone",
        "video",
    )
)
"""Names of places that are nobody's."""
_MAIL = re.compile(r"\S@\S|https?:|www\.")


@dataclass
class Known:
    """Folded: without case and accents. `short`: names of two letters, which count only as they are written."""

    words: set[str] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)

    def add_name(self, text: str) -> None:
        for word in _WORD.findall(text):
            if len(word) > 2:
                self.words.add(_fold(word))
            elif len(word) == 2:
                self.short.add(word)

    def add_phrase(self, text: str) -> None:
        if len(said := _plain(text)) > 2 and said not in _EVERYWHERE:
            self.phrases.add(said)

    def why_not(self, text: str) -> str:
        """Why a passage may not leave; "" where nothing known stands in it."""
        plain = _plain(text)
        if self.words & set(plain.split()) or self.short & set(_WORD.findall(text)):
            return NAME
        if any(f" {one} " in f" {plain} " for one in self.phrases):
            return WRITTEN
        if _MAIL.search(text):
            return WRITTEN
        return NUMBER if _DAY.search(_fold(text)) else ""


def find_known(connection: Connection, patient_id: str) -> Known:
    """All of this record and of those who work with the plan."""
    known = Known()
    mine = resource.c.patient_id == patient_id
    statement = select(resource.c.body).where(
        or_(
            mine & or_(IS_CURRENT, resource.c.type.in_(_EVERY_VERSION)),
            IS_CURRENT & resource.c.type.in_(_WORKERS),
        ),
        resource.c.deleted == 0,
    )
    for (body,) in connection.execute(statement):
        held = loads(body)
        people = held.get("resourceType") in ("Patient", "RelatedPerson", "Practitioner")
        for kind, text in _told(held, people):
            (known.add_name if kind == "name" else known.add_phrase)(text)
    return known


def _told(value: Any, people: bool) -> Iterator[tuple[str, str]]:
    """Names and phrases anywhere in a resource: by the shape of what they stand in."""
    if isinstance(value, list):
        for one in value:
            yield from _told(one, people)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("family"), str) or isinstance(value.get("given"), list):
        yield from (("name", one) for one in _texts([value.get(n) for n in ("family", "given", "text")]))
    if isinstance(value.get("line"), list) or "city" in value or "postalCode" in value:
        yield from (("phrase", one) for one in _texts([value.get(n) for n in _ADDRESS]))
    if isinstance(value.get("display"), str) and "code" not in value:
        by_name = bool(_PEOPLE.match(str(value.get("reference") or ""))) or "reference" not in value
        yield "name" if by_name else "phrase", value["display"]
    if isinstance(value.get("value"), str) and "system" in value:
        yield "phrase", value["value"]
    link = value.get("linkId")
    if link in _NAMED_IN or link in _PLACED_IN:
        yield from _typed(value, link in _NAMED_IN)
    name = value.get("name")
    if isinstance(name, str):
        yield "name" if people else "phrase", name
    if people and isinstance(name, list):
        yield from (("name", one) for one in _texts([e.get("text") for e in name if isinstance(e, dict)]))
    for inner in value.values():
        yield from _told(inner, people)


def _typed(item: Any, names: bool) -> Iterator[tuple[str, str]]:
    """What a nurse typed where the app asks for names or for an address."""
    answers = item.get("answer")
    for one in answers if isinstance(answers, list) else ():
        text = one.get("valueString") if isinstance(one, dict) else None
        if isinstance(text, str):
            large = " ".join(word for word in _WORD.findall(text) if word[0].isupper())
            yield ("name", large) if names else ("phrase", text)


_ADDRESS = ("line", "city", "district", "postalCode", "text")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one))


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(_fold(text)))
