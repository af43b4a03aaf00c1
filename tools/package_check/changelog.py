"""The part of the changelog that is about one version."""

from __future__ import annotations

import re


def find_notes(changelog: str, version: str) -> str:
    """What stands below the heading of `version`, with the heading; empty when there is none or nothing below it."""
    parts = re.split(r"(?m)^(?=## )", changelog)
    for part in parts:
        heading, _, body = part.partition("\n")
        if heading.split()[:2] == ["##", version] and body.strip():
            return part.rstrip() + "\n"
    return ""
