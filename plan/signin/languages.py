"""Which language a sign-in page speaks: what the app asked for, else what the browser says, else English.

A tag that is malformed or of a language that nobody wrote is passed over: it never keeps anybody from signing in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from plan.signin.adapter import Ask
from plan.signin.words import ENGLISH, LANGUAGES, Words

PARAMETER = "ui_locales"
"""OpenID Connect Core 3.1.2.1: BCP 47 tags between spaces, the best one first."""
_LONGEST = 1_000
"""Letters that are looked at; a browser with a dozen languages sends a fifth of it."""

_TAG = r"([a-z]{2,8})(?:-[a-z0-9]{1,8})*"
_ASKED = re.compile(_TAG, re.ASCII | re.IGNORECASE)
_ACCEPTED = re.compile(_TAG + r"(?: *; *q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?", re.ASCII | re.IGNORECASE)


def settle(ask: Ask) -> tuple[Ask, Words]:
    """The request with the language that was found as its `ui_locales`, so that the form brings it back."""
    words = find_words(ask.values.get(PARAMETER, ""), ask.headers.get("accept-language", ""))
    others = [(name, value) for name, value in ask.pairs if name != PARAMETER]
    return replace(ask, pairs=[*others, (PARAMETER, words.lang)]), words


def find_words(ui_locales: str, accept_language: str) -> Words:
    """The words for the first tag that somebody wrote words for; a country or a script makes no difference."""
    for language in (*_list_asked(ui_locales), *_list_accepted(accept_language)):
        if language in LANGUAGES:
            return LANGUAGES[language]
    return ENGLISH


def _list_asked(ui_locales: str) -> Iterable[str]:
    matches = (_ASKED.fullmatch(tag) for tag in ui_locales[:_LONGEST].split(" "))
    return [match.group(1).lower() for match in matches if match]


def _list_accepted(header: str) -> Iterable[str]:
    """By weight, the heaviest first; of equal ones the first (RFC 9110, section 12.5.4). Weight 0 means: not this."""
    matches = (_ACCEPTED.fullmatch(part.strip()) for part in header[:_LONGEST].split(","))
    weighed = [(float(match.group(2) or 1), match.group(1).lower()) for match in matches if match]
    weighed.sort(key=lambda one: one[0], reverse=True)
    return [language for weight, language in weighed if weight > 0]
