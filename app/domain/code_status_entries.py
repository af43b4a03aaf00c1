"""What a nurse taps about code status in a visit ↔ a statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.code_status import GROUP, KEPT_WORDS, Cpr, Rests, Statement
from app.domain.visit import Answer, Entry, Value

__all__ = ["GROUP", "answers_of", "statement_of"]


def _text(answers: Mapping[str, Answer], link_id: str) -> str:
    answer = answers.get(link_id)
    return str(answer.value) if answer is not None and isinstance(answer.value, str) else ""


def _several(answers: Mapping[str, Answer], link_id: str) -> tuple[str, ...]:
    answer = answers.get(link_id)
    return answer.value if answer is not None and isinstance(answer.value, tuple) else ()


def statement_of(
    entry: Entry, record: str, seen_at: datetime, by: str, *, pending: bool = False
) -> Statement | None:
    """The statement in an entry, None while it says neither what it rests on nor that something was taken back.

    `record` is the record that stands for it, `seen_at` the visit's beginning, `by` who wrote it down.
    """
    rests = _text(entry.answers, "cs-rests")
    taken_back = _text(entry.answers, "cs-stands") == "taken-back"
    if rests not in set(Rests) and not taken_back:
        return None
    says = _text(entry.answers, "cs-says")
    where = _text(entry.answers, "cs-kept")
    exactly = _text(entry.answers, "cs-kept-words")
    return Statement(
        id=record,
        rests=Rests(rests) if rests in set(Rests) else Rests.RECORD,
        cpr=Cpr(says) if says in set(Cpr) else None,
        treatment=_text(entry.answers, "cs-treatment") or None,
        nutrition=_text(entry.answers, "cs-nutrition") or None,
        dated=_text(entry.answers, "cs-dated"),
        seen_at=seen_at,
        by=by,
        kept=", ".join(part for part in (KEPT_WORDS.get(where, ""), exactly) if part),
        signed=_several(entry.answers, "cs-signed"),
        signed_by=_text(entry.answers, "cs-signed-by"),
        what=_text(entry.answers, "cs-words"),
        replaces=tuple((entry.about or "").split()),
        taken_back=taken_back,
        pending=pending,
    )


_KEPT_BY_WORDS = {words: code for code, words in KEPT_WORDS.items()}


def answers_of(statement: Statement) -> Mapping[str, Value]:
    """What an entry starts with when somebody looks again at this statement: what it said, nothing of who and when.

    What a pulled record rests on is not carried over: the nurse says what she saw.
    """
    found: dict[str, Value] = {}
    if statement.rests is not Rests.PLAN:
        found["cs-rests"] = statement.rests.value
    pairs = (
        ("cs-says", None if statement.cpr is None else statement.cpr.value),
        ("cs-treatment", statement.treatment),
        ("cs-nutrition", statement.nutrition),
        ("cs-dated", statement.dated if len(statement.dated) == len("2026-11-22") else None),
        ("cs-kept", _KEPT_BY_WORDS.get(statement.kept)),
        ("cs-signed", statement.signed or None),
        ("cs-signed-by", statement.signed_by or None),
    )
    return found | {link: value for link, value in pairs if value}
