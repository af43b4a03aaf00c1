"""Codes of goals-of-care records, by name, from `tables/acp-codes.json`: each with its source and mark."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from app.content import load_table
from app.content.model import Code, ContentError


@cache
def _codes() -> Mapping[str, Code]:
    rows = load_table("acp-codes")["codes"]
    codes = {row["name"]: Code(row["system"], row["code"], row["display"], row["source"]) for row in rows}
    if len(codes) != len(rows) or len({(c.system, c.code) for c in codes.values()}) != len(rows):
        raise ContentError("acp-codes.json: a name or a code stands twice")
    return codes


def acp_code(name: str) -> Code:
    """Raises ContentError for a name that the table does not have."""
    code = _codes().get(name)
    if code is None:
        raise ContentError(f"acp-codes.json has no code called {name!r}")
    return code


def acp_names() -> tuple[str, ...]:
    return tuple(_codes())
