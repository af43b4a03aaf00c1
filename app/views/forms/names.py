"""Test names of what forms draw."""

from __future__ import annotations

from app.domain.visit import Absent

ABSENT_NAMES = {
    Absent.COULD_NOT_ANSWER: "could-not",
    Absent.DECLINED: "declined",
    Absent.SLEEPY: "sleepy",
    Absent.CONFUSED: "confused",
    Absent.NO_WORDS: "no-words",
    Absent.NOT_DISCUSSED: "not-discussed",
    Absent.DOES_NOT_WANT: "not-want",
    Absent.NOT_KNOWN: "not-known",
}


def base(link_id: str, entry: str = "") -> str:
    """What the test names of one item begin with: its link id, after the id of the entry that it belongs to."""
    plain = link_id.lstrip("/").replace("/", "-")
    return f"{entry}-{plain}" if entry else plain


def ident(link_id: str, part: str, entry: str = "") -> str:
    """`esas-pain-7`, `44250-9-LA6569-3`, or with an entry in front."""
    return f"{base(link_id, entry)}-{part.replace('/', '-')}"
