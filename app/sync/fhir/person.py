"""Names, addresses, languages and numbers of a Patient, as a nurse would say them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from app.sync.fhir import read

NAME_UNKNOWN = "Name not recorded"

_NAME_ORDER = ("official", "usual", None, "temp", "anonymous", "nickname", "maiden", "old")
_LANGUAGES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French",
    "hi": "Hindi", "hmn": "Hmong", "hy": "Armenian", "it": "Italian", "ja": "Japanese", "km": "Khmer",
    "ko": "Korean", "lo": "Lao", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "sgn": "Sign language", "ase": "American Sign Language", "so": "Somali", "th": "Thai", "tl": "Tagalog",
    "fil": "Filipino", "cmn": "Mandarin", "ium": "Mien", "sm": "Samoan", "uk": "Ukrainian",
    "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
}  # fmt: skip
_NOT_A_LANGUAGE = frozenset({"und", "zxx", "mis", "mul", "unk", "asku", "nask", "ni", "unknown"})
_US_REGION = re.compile(r"\s*\((?:United States|US|USA)\)$", re.IGNORECASE)

_NEVER_SHOWN = frozenset({"SS", "SSN", "SB", "DL", "DLN", "PPN", "TAX", "PRN", "BC", "NI"})
_NEVER_SHOWN_SYSTEMS = (
    "us-ssn", "2.16.840.1.113883.4.1", "2.16.840.1.113883.4.3.", "passport", "driver", "licen"
)  # fmt: skip

INTERPRETER_REQUIRED = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
INTERPRETER_NEEDED = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"


def _rank(uses: tuple[str | None, ...], value: Any) -> int:
    use = read.text(value, "use")
    return uses.index(use) if use in uses else uses.index(None)


def _ended(value: Any) -> bool:
    return read.text(value, "period", "end") is not None


def _words(value: Any, key: str) -> str:
    words = read.find(value, key)
    return (
        " ".join(w.strip() for w in words if isinstance(w, str) and w.strip())
        if isinstance(words, list)
        else ""
    )


def name_of(patient: Any) -> tuple[str, str]:
    """(display, sort) name: the official one first, never a maiden name while another stands. Prefixes are
    left out.
    """
    names = sorted(read.items(patient, "name"), key=lambda n: (_ended(n), _rank(_NAME_ORDER, n)))
    for name in names:
        family, given = read.text(name, "family") or "", _words(name, "given")
        suffix = _words(name, "suffix")
        parts = [part for part in (given, family, suffix) if part]
        if family or given:
            display = " ".join(parts).encode("utf-8", "replace").decode()
            ordered = ", ".join(part for part in (family, given) if part).encode("utf-8", "replace").decode()
            return display, ordered
        whole = read.text(name, "text")
        if whole is not None:
            first, _, last = whole.rpartition(" ")
            return whole, f"{last}, {first}" if first else whole
    return NAME_UNKNOWN, NAME_UNKNOWN


def called_of(patient: Any) -> str | None:
    """What somebody likes to be called: a name of use "usual" or "nickname" beside the official one; else None."""
    official, _ = name_of(patient)
    names = sorted(read.items(patient, "name"), key=lambda n: _rank(("nickname", "usual", None), n))
    for name in names:
        if read.text(name, "use") in ("nickname", "usual") and not _ended(name):
            said = read.text(name, "text") or " ".join(
                part for part in (_words(name, "given"), read.text(name, "family") or "") if part
            )
            if said and said != official:
                return said.encode("utf-8", "replace").decode()
    return None


def _language_name(concept: Any) -> str | None:
    code = next((code for _, code in read.codes(concept)), "").casefold()
    if code in _NOT_A_LANGUAGE:
        return None
    shown = read.text(concept, "text")
    shown = shown or next((d for c in read.items(concept, "coding") if (d := read.text(c, "display"))), None)
    shown = shown or _LANGUAGES.get(code.replace("_", "-").split("-")[0]) or code or None
    if shown is None or shown.casefold() in _NOT_A_LANGUAGE:
        return None
    return _US_REGION.sub("", shown)


def language_of(patient: Any) -> str | None:
    """The preferred language, else the first that is recorded. Nothing recorded is None and never English."""
    spoken = sorted(read.items(patient, "communication"), key=lambda c: read.flag(c, "preferred") is not True)
    found = (_language_name(read.find(one, "language")) for one in spoken)
    return next((name for name in found if name is not None), None)


def interpreter_needed(patient: Any) -> bool | None:
    """From R4's patient-interpreterRequired or US Core's interpreter-needed (SNOMED yes/no); None when not
    said.
    """
    said = read.flag(read.extension(patient, INTERPRETER_REQUIRED), "valueBoolean")
    if said is not None:
        return said
    needed = read.extension(patient, INTERPRETER_NEEDED)
    code = read.text(needed, "valueCoding", "code") or next(
        (code for _, code in read.codes(read.find(needed, "valueCodeableConcept"))), None
    )
    return {"373066001": True, "373067005": False}.get(code or "")


def _current(values: Iterable[Any], order: tuple[str | None, ...]) -> list[Any]:
    standing = [v for v in values if read.text(v, "use") != "old" and not _ended(v)]
    return sorted(standing, key=lambda v: _rank(order, v))


def city_of(patient: Any) -> str | None:
    homes = _current(read.items(patient, "address"), ("home", None, "temp", "work", "billing"))
    return next((city for a in homes if (city := read.text(a, "city"))), None)


def state_of(patient: Any) -> str | None:
    """Two letters, of the home address where it names a state that way."""
    homes = _current(read.items(patient, "address"), ("home", None, "temp", "work", "billing"))
    said = next((state.strip().upper() for a in homes if (state := read.text(a, "state"))), "")
    return said if len(said) == 2 and said.isascii() and said.isalpha() else None


def address_of(patient: Any) -> str | None:
    """One line. A postal code of zeros only is a gap in the source and is left out."""
    for address in _current(read.items(patient, "address"), ("home", None, "temp", "work", "billing")):
        lines = _words(address, "line")
        postal = read.text(address, "postalCode") or ""
        if not postal.strip("0- "):
            postal = ""
        state = " ".join(part for part in (read.text(address, "state") or "", postal) if part)
        parts = [part for part in (lines, read.text(address, "city") or "", state) if part]
        if parts:
            return ", ".join(parts).encode("utf-8", "replace").decode()
        if whole := read.text(address, "text"):
            return whole
    return None


def phone_of(patient: Any) -> str | None:
    numbers = [t for t in read.items(patient, "telecom") if read.text(t, "system") in ("phone", "sms")]
    ranked = _current(numbers, ("mobile", "home", None, "temp", "work"))
    ranked.sort(key=lambda t: read.whole(t, "rank") or 1_000)
    return next((value for t in ranked if (value := read.text(t, "value"))), None)


def _type_codes(identifier: Any) -> frozenset[str]:
    return frozenset(code.upper() for _, code in read.codes(read.find(identifier, "type")))


def may_show(identifier: Any) -> bool:
    """False for numbers that open doors elsewhere: social security, driver's licence, passport, tax."""
    system = (read.text(identifier, "system") or "").casefold()
    return not (
        _type_codes(identifier) & _NEVER_SHOWN or any(part in system for part in _NEVER_SHOWN_SYSTEMS)
    )


def identifier_of(patient: Any, kind: str) -> str | None:
    """The value of the first identifier of this v2-0203 type that may be shown."""
    for identifier in read.items(patient, "identifier"):
        if may_show(identifier) and kind in _type_codes(identifier) and read.text(identifier, "use") != "old":
            value = read.text(identifier, "value")
            if value is not None:
                return value
    return None
