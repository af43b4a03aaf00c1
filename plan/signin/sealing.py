"""The successors of a refresh token, sealed under that very token: the database alone does not open them."""

from __future__ import annotations

import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"hearthside plan: successors of a refresh token, 1"
_NONCE = 12


def _key(presented: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(
        presented.encode("utf-8", "replace")
    )


def seal(presented: str, access: str, refresh: str, scope: str) -> bytes:
    """AES-256-GCM under a key derived from the presented token."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(presented)).encrypt(
        nonce, json.dumps([access, refresh, scope]).encode(), _PURPOSE
    )


def open_sealed(presented: str, sealed: bytes) -> tuple[str, str, str] | None:
    """Access token, refresh token and scope; None when the seal is not of this token."""
    try:
        opened = AESGCM(_key(presented)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PURPOSE)
    except (InvalidTag, ValueError):
        return None
    access, refresh, scope = json.loads(opened)
    return access, refresh, scope
