"""What a person typed, made fit to be stored and sent anywhere: nothing that can be read is lost."""

from __future__ import annotations

import re

_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""FHIR strings and XML hold none of these, and nobody can see them: pasted text brings them along."""

_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character outside the first 65,536: no file and no server takes it."""

_SPACES = re.compile(r"\s+")


def clean_lines(text: str) -> str:
    """Text of several lines: line ends and tabs stay, invisible control characters go."""
    return _HALF.sub("\ufffd", _UNSENDABLE.sub("", text))


def clean_line(text: str) -> str:
    """One line: every run of white space, whatever its kind, is one space."""
    return _SPACES.sub(" ", clean_lines(text)).strip()
