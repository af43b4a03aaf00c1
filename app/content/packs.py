"""The form of a content pack: one JSON file with instruments, signed by whoever holds their licence.

What is signed is `signed_bytes`: the file's object without "signature", keys sorted, no spaces, UTF-8. Numbers are
whole numbers, so that there is one way to write them. Checking the signature is `app.services.content_packs`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.content.checking import check_instrument
from app.content.loading import read_instrument, read_json
from app.content.model import ContentError, Instrument

FORMAT = "hearthside-content-pack/1"
LARGEST = 5_000_000
"""Bytes in one pack's file."""
_KEYS = frozenset({"format", "id", "version", "title", "instruments", "key", "signature"})


@dataclass(frozen=True, slots=True)
class Pack:
    """`version` only grows; `key` is the id of the key that signed it."""

    id: str
    version: int
    title: str
    instruments: tuple[Instrument, ...]
    key: str
    signature: bytes
    signed_bytes: bytes


def canonical(raw: Mapping[str, Any]) -> bytes:
    """The bytes that are signed. Raises ContentError for a number that is not whole and for half a letter."""
    unsigned = {name: value for name, value in raw.items() if name != "signature"}
    _refuse_fractions(unsigned)
    text = json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ContentError("a content pack holds letters that are none") from error


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise ContentError("a content pack holds whole numbers only")
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        _refuse_fractions(inner)


def read_envelope(name: str, text: str) -> dict[str, Any]:
    """The file's object, its frame checked and its instruments not. Raises ContentError."""
    raw = read_json(name, text)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise ContentError(f"{name} is not a content pack that this app understands")
    if unknown := sorted(raw.keys() - _KEYS):
        raise ContentError(f"{name}: key {unknown[0]!r} is not known in a content pack")
    for key, kind in (("id", str), ("version", int), ("title", str), ("instruments", list)):
        if type(raw.get(key)) is not kind or not raw[key]:
            raise ContentError(f"{name}: a content pack needs {key}")
    if raw["version"] < 1:
        raise ContentError(f"{name}: a content pack's version is 1 or more")
    return raw


def read_pack(name: str, text: str) -> Pack:
    """Read a signed pack, without checking who signed it. Raises ContentError for what is no whole pack."""
    try:
        return _read_pack(name, text)
    except RecursionError as error:
        raise ContentError(f"content file {name}: it holds one part within another too often") from error


def _read_pack(name: str, text: str) -> Pack:
    raw = read_envelope(name, text)
    if not isinstance(raw.get("key"), str) or not isinstance(raw.get("signature"), str):
        raise ContentError(f"{name} is not signed")
    try:
        signature = base64.b64decode(raw["signature"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ContentError(f"{name}: the signature cannot be read") from error
    # Before its instruments: what is wrong with them is told with their own words, which must be words.
    signed_bytes = canonical(raw)
    return Pack(
        id=raw["id"],
        version=raw["version"],
        title=raw["title"],
        instruments=read_instruments(name, raw),
        key=raw["key"],
        signature=signature,
        signed_bytes=signed_bytes,
    )


def read_instruments(name: str, raw: Mapping[str, Any]) -> tuple[Instrument, ...]:
    """The pack's instruments, each as strictly checked as one that ships. Raises ContentError."""
    found: list[Instrument] = []
    for one in raw["instruments"]:
        instrument = read_instrument(name, one)
        check_instrument(name, instrument)
        found.append(replace(instrument, pack=raw["id"]))
    return tuple(found)
