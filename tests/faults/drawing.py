"""How schedules are drawn: each one by itself, and every choice as likely as the others.

Hypothesis's own way makes about six schedules of each drawing, by copying parts of it to other places of it. Good for
finding what needs the same value twice, but of 225 schedules fewer than fifty were drawn, and whole kinds of fault came
in none of them. Shrinking is Hypothesis's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

EVEN = "hearthside-even"
"""Name of this way among Hypothesis's backends, while `drawn_evenly` lasts."""


class Even(HypothesisProvider):
    """Whole numbers between two bounds, and with them what is picked from a list, come evenly, whatever `weights`."""

    def draw_integer(
        self,
        min_value: int | None = None,
        max_value: int | None = None,
        *,
        weights: dict[int, float] | None = None,
        shrink_towards: int = 0,
    ) -> int:
        if min_value is None or max_value is None:
            return super().draw_integer(min_value, max_value, weights=weights, shrink_towards=shrink_towards)
        assert self._random is not None
        return self._random.randint(min_value, max_value)


@contextmanager
def drawn_evenly() -> Iterator[str]:
    """While this lasts; gives the name for `settings(backend=…)`."""
    AVAILABLE_PROVIDERS[EVEN] = Even
    try:
        yield EVEN
    finally:
        del AVAILABLE_PROVIDERS[EVEN]
