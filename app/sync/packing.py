"""gzip on the way out, only on the server's own word: Accept-Encoding in its answers (RFC 7694).

Servers that do not know it answer a packed body with 400, 415 or even 500; most say nothing, and get plain bytes.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping

SMALLEST = 2_000
"""Bytes: below that packing saves no packet."""
DOUBTFUL = frozenset({400, 406, 411, 415, 422})
"""Refusals that may only mean the packing: the same goes once more, plain."""
_PACKED_ALREADY = ("image/", "application/pdf")


class Packing:
    """What one server was heard to say. A server that once stumbled over a packed body gets no other."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._allowed = False
        self._stumbled = False

    def hear(self, headers: Mapping[str, str]) -> None:
        said = headers.get("accept-encoding")
        if said is not None:
            words = (word.partition(";") for word in said.casefold().split(","))
            self._allowed = any(
                name.strip() in ("gzip", "*") and rest.replace(" ", "") not in ("q=0", "q=0.0")
                for name, _, rest in words
            )

    def stumbled(self) -> None:
        self._stumbled = True

    def wants(self, body: bytes | None, headers: Mapping[str, str]) -> bool:
        kind = next((value for name, value in headers.items() if name.casefold() == "content-type"), "")
        packs = self._wanted and self._allowed and not self._stumbled and not kind.startswith(_PACKED_ALREADY)
        return packs and body is not None and len(body) >= SMALLEST


async def pack(body: bytes) -> bytes:
    """The same bytes for the same body. In a thread: a large body takes tens of milliseconds."""
    return await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
