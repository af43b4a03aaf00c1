"""Signed content packs: scales that a plan licensed, checked and then used like those that ship.

Packs lie in `<data>/content-packs/*.json`. A pack is used only when an Ed25519 key that this device trusts signed it:
a key in `<data>/content-keys.json` (`{"keys": {"<key id>": "<public key, base64>"}}`, put there by whoever sets up the
device) or one that the plan sent in its settings. A pack adds scales; it never changes one that ships.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app import content
from app.content.look_alike import seen_name
from app.content.model import ContentError, Instrument
from app.content.packs import LARGEST, Pack, canonical, read_envelope, read_instruments, read_pack
from app.errors import HearthsideError
from app.language import N_, tr
from app.services.small_files import TooLarge, read_small, replace_small

log = logging.getLogger("app.services.content_packs")

FOLDER, KEYS_FILE, SEEN_FILE = "content-packs", "content-keys.json", "seen-versions"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a pack is not used. English for the log; in the language that is spoken where it is shown."""

    sentence: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.sentence.format(**self.values)


class PackRefused(HearthsideError):
    """A content pack that is not used; the sentence says why."""

    sentence = N_("This content pack cannot be used.")

    def __init__(self, sentence: str, **values: object) -> None:
        self.why = Why(sentence, values)
        super().__init__(str(self.why))


@dataclass(frozen=True, slots=True)
class PackNote:
    """What became of one pack's file: `why` it is refused, None when its scales are in use."""

    file: str
    title: str
    why: Why | None = None

    @property
    def refused(self) -> str | None:
        """The sentence, put together when it is asked for: packs are loaded before anybody has chosen a language."""
        return None if self.why is None else tr(self.why.sentence, **self.why.values)


_last: tuple[PackNote, ...] = ()


def notes() -> tuple[PackNote, ...]:
    """What became of each pack's file when they were last loaded in this process, for the settings page."""
    return _last


def key_id(public: bytes) -> str:
    """16 hexadecimal digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def read_keys(raw: Mapping[str, Any]) -> dict[str, bytes]:
    """Public keys by id; an entry whose id is not that of its key is left out."""
    found: dict[str, bytes] = {}
    for name, text in raw.items():
        try:
            public = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
        except (binascii.Error, ValueError):
            public = b""
        if len(public) == 32 and key_id(public) == name:
            found[name] = public
        else:
            log.warning("a content key is left out: its id does not fit it")
    return found


def describe_key(public: bytes) -> dict[str, str]:
    """One entry of a file of trusted keys."""
    return {key_id(public): base64.b64encode(public).decode()}


def read_keys_file(path: Path) -> dict[str, bytes]:
    """Trusted public keys by id. Raises PackRefused when the file cannot be read."""
    try:
        raw = dict(json.loads(read_small(path, LARGEST))["keys"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackRefused("{name} holds no keys that can be read.", name=path.name) from error
    return read_keys(raw)


def sign(unsigned: Mapping[str, Any], private: Ed25519PrivateKey) -> dict[str, Any]:
    """A pack's object with the key's id and its signature. Raises ContentError when it is no whole pack."""
    public = private.public_key().public_bytes_raw()
    raw = {**unsigned, "key": key_id(public)}
    raw.pop("signature", None)
    read_instruments("the pack", read_envelope("the pack", json.dumps(raw)))
    signature = private.sign(canonical(raw))
    return {**raw, "signature": base64.b64encode(signature).decode()}


def verify(name: str, text: str, keys: Mapping[str, bytes]) -> Pack:
    """Read a pack that a trusted key signed. Raises PackRefused with a sentence for any other."""
    try:
        pack = read_pack(name, text)
    except ContentError as error:
        raise PackRefused("This content pack cannot be read: {error}.", error=str(error)) from error
    public = keys.get(pack.key)
    if public is None:
        raise PackRefused(
            "{title} is not used: nobody here trusts the key {key!r} that signed it.",
            title=pack.title,
            key=pack.key,
        )
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(pack.signature, pack.signed_bytes)
    except InvalidSignature:
        raise PackRefused(
            "{title} is not used: it was changed after it was signed. Ask for a new copy.", title=pack.title
        ) from None
    _refuse_look_alikes(pack)
    return pack


def _refuse_look_alikes(pack: Pack) -> None:
    """A pack may not bring a scale under the name or id of one that ships, or one that looks the same."""
    shipped = content.shipped()
    taken = {seen_name(name) for one in shipped for name in (one.id, one.name, one.short_name)}
    taken |= {seen_name(one.short_form.id) for one in shipped if one.short_form is not None}
    for instrument in pack.instruments:
        own = {seen_name(name) for name in (instrument.id, instrument.name, instrument.short_name)}
        if own & taken:
            raise PackRefused(
                "{title} is not used: it would replace {short_name}, which comes with the app.",
                title=pack.title,
                short_name=instrument.short_name,
            )


class PackShelf:
    """The packs in one data directory. `load` reads a few small files: call it off the event loop."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER
        self._keys_file = data_dir / KEYS_FILE
        self._plan_keys: dict[str, str] = {}
        self.notes: tuple[PackNote, ...] = ()
        """What became of each file when last loaded, for the settings page and the log."""

    def keys(self) -> dict[str, bytes]:
        """Trusted public keys by id. Raises PackRefused when the keys' file cannot be read."""
        own = read_keys_file(self._keys_file) if os.path.lexists(self._keys_file) else {}
        return own | read_keys(self._plan_keys)

    def load(self, plan_keys: Mapping[str, str] | None = None) -> tuple[PackNote, ...]:
        """Put every good pack into use, and only those; says of each file what became of it. Never raises.

        `plan_keys`: keys that a plan trusts, by id; they stay trusted until the process ends.
        """
        self._plan_keys |= plan_keys or {}
        try:
            keys = self.keys()
        except PackRefused as error:
            keys = {}
            log.warning("%s", error)
        used: list[Instrument] = []
        notes: list[PackNote] = []
        newest: dict[str, int] = dict(self._seen())
        for pack, note in self._read_all(keys):
            if pack is not None:
                note = _use(pack, note, used, newest)
            if (refused := note.why) is not None:
                log.warning("a content pack is not used: %s", refused)
            notes.append(note)
        content.use_packs(used)
        self._remember(newest)
        self.notes = tuple(notes)
        global _last
        _last = self.notes
        return self.notes

    def _read_all(self, keys: Mapping[str, bytes]) -> Iterable[tuple[Pack | None, PackNote]]:
        """Newest versions first, so that an older copy beside a newer one is the one refused."""
        found: list[tuple[Pack | None, PackNote]] = []
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            name = _shown(path)
            try:
                pack = verify(name, read_file(path), keys)
                found.append((pack, PackNote(name, pack.title)))
            except PackRefused as error:
                found.append((None, PackNote(name, Path(name).stem, error.why)))
        return sorted(found, key=lambda one: -one[0].version if one[0] is not None else 0)

    def _seen(self) -> Mapping[str, int]:
        path = self._folder / SEEN_FILE
        try:
            raw = json.loads(read_small(path, LARGEST)) if os.path.lexists(path) else {}
            return {str(name): int(version) for name, version in raw.items()}
        except (OSError, ValueError, AttributeError, TypeError, OverflowError, RecursionError):
            log.warning("the versions of content packs seen before cannot be read")
            return {}

    def _remember(self, newest: Mapping[str, int]) -> None:
        if not self._folder.is_dir() or dict(self._seen()) == newest:
            return
        try:
            replace_small(self._folder / SEEN_FILE, json.dumps(newest))
        except OSError:
            log.warning("the versions of content packs seen could not be written down")


_OLDER = N_("{title} is not used: version {version} is older than version {before} used before.")
_UNFIT = N_("{title} is not used: {error}.")


def _use(pack: Pack, note: PackNote, used: list[Instrument], newest: dict[str, int]) -> PackNote:
    before = newest.get(pack.id, 0)
    if pack.version < before:
        return replace(
            note, why=Why(_OLDER, {"title": pack.title, "version": pack.version, "before": before})
        )
    try:
        content.together([*content.shipped(), *used, *pack.instruments])
    except ContentError as error:
        return replace(note, why=Why(_UNFIT, {"title": pack.title, "error": str(error)}))
    used.extend(pack.instruments)
    newest[pack.id] = pack.version
    return note


def read_file(path: Path) -> str:
    """A pack's text. Raises PackRefused when it is no regular file, cannot be read or is far too large."""
    try:
        return read_small(path, LARGEST)
    except TooLarge as error:
        raise PackRefused("{shown} is too large to be a content pack.", shown=_shown(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PackRefused("{shown} cannot be read.", shown=_shown(path)) from error


def _shown(path: Path) -> str:
    """A file's name, with a question mark for each byte of it that is no text."""
    return path.name.encode("utf-8", "replace").decode()
