"""What is added to a signed visit afterwards. The visit itself never changes; an addendum stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.visit import PersonRef, Value


@dataclass(frozen=True, slots=True)
class Correction:
    """One answer that was signed otherwise than it should read.

    In a record `name`, `was` and a chosen `now` are English (`app.domain.correcting`); older ones, and one that is not
    kept yet, hold the words of the page on which it was made.

    The signed answer stays what it is in every list, score and trend: this stands beside it. The safety rules alone
    look at it, so that no alert is missed. `value`: the answer's own value, where it was chosen and not typed.
    `alerts`: ids of the visit's alerts of which it changes what was found.
    """

    link_id: str
    name: str
    was: str
    now: str
    value: Value | None = None
    alerts: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How it stands in the addendum's text, for readers who know nothing but text. Always in English, as a record
        is."""
        was = f"signed as “{self.was}”, " if self.was else ""
        return f"{self.name}: {was}should read “{self.now}”."


@dataclass(frozen=True, slots=True)
class Addendum:
    """Text added to the signed visit `visit_id` by `author` at `at`. `pending`: the plan has not answered yet.

    The sentences of its corrections stand at the end of the text too.
    """

    id: str
    visit_id: str
    author: PersonRef
    at: datetime
    text: str
    pending: bool = False
    corrections: tuple[Correction, ...] = ()

    @property
    def own_words(self) -> str:
        """What its author typed: where the corrections are drawn, their sentences need not be read twice."""
        said = {one.sentence for one in self.corrections}
        return "\n".join(line for line in self.text.split("\n") if line not in said)
