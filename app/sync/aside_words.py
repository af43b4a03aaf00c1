"""Why something was set aside, as one word: what the plan may be told of it. Its own sentence stays on the device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.store.pass_reports import Aside
from app.sync.contested import GONE
from app.sync.deliver import TOO_LARGE, UNREADABLE
from app.sync.files import TOO_LARGE as FILE_TOO_LARGE
from app.sync.merge import CHANGED_FIRST
from app.sync.push import SERVER_FAILED

_TOO_LARGE = (TOO_LARGE, FILE_TOO_LARGE.partition("{")[0])


def word_of(reason: str) -> str:
    """conflict | server-fails | hidden | too-large | refused."""
    if reason in (CHANGED_FIRST, GONE):
        return "conflict"
    if reason.startswith(SERVER_FAILED):
        return "server-fails"
    if reason.startswith(UNREADABLE):
        return "hidden"
    return "too-large" if reason.startswith(_TOO_LARGE) else "refused"


def in_words(asides: Iterable[Aside]) -> Iterator[tuple[Aside, str]]:
    """One for each kind and word, in that order: several refusals in other words are one."""
    found: dict[tuple[str, str], Aside] = {}
    for one in asides:
        key = one.kind, word_of(one.reason)
        known = found.get(key)
        if known is None:
            found[key] = one
        else:
            count, oldest = known.count + one.count, min(known.oldest, one.oldest)
            found[key] = replace(known, count=count, oldest=oldest)
    for kind, word in sorted(found):
        yield found[kind, word], word
