"""Form tokens: a login form counts only when this browser got it from us, for this request, not long ago."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence

COOKIE = "hearthside_plan_form"
FIELDS = ("form_token", "username", "password", "action", "shown")
"""Fields of the form itself; all others are the app's parameters, passed through."""


def make_nonce() -> str:
    """What ties a form to a browser: kept in an HttpOnly, SameSite=Strict cookie."""
    return secrets.token_urlsafe(32)


def make_form_token(secret: bytes, nonce: str, parameters: Mapping[str, str], expires_ms: int) -> str:
    return _seal(secret, ["login form", nonce], parameters, expires_ms)


def is_form_token(
    all_secrets: Iterable[bytes], nonce: str | None, parameters: Mapping[str, str], token: str, now_ms: int
) -> bool:
    """Was this token made for that browser and those parameters, with one of the secrets, and is it still good?"""
    return bool(nonce) and _is_good(all_secrets, ["login form", nonce or ""], parameters, token, now_ms)


def make_shown_token(
    secret: bytes, nonce: str, user_id: str, parameters: Mapping[str, str], expires_ms: int
) -> str:
    """Her password was right, in this browser and for this request; she was shown something before she goes on."""
    return _seal(secret, ["password was right", nonce, user_id], parameters, expires_ms)


def is_shown_token(
    all_secrets: Iterable[bytes],
    nonce: str | None,
    user_id: str,
    parameters: Mapping[str, str],
    token: str,
    now_ms: int,
) -> bool:
    """The same question for `make_shown_token`. What it says first keeps it apart from a form's: those anybody gets."""
    purpose = ["password was right", nonce or "", user_id]
    return bool(nonce) and _is_good(all_secrets, purpose, parameters, token, now_ms)


def _seal(secret: bytes, purpose: Sequence[str], parameters: Mapping[str, str], expires_ms: int) -> str:
    return f"{expires_ms}.{_sign(secret, purpose, parameters, expires_ms)}"


def _is_good(
    all_secrets: Iterable[bytes],
    purpose: Sequence[str],
    parameters: Mapping[str, str],
    token: str,
    now_ms: int,
) -> bool:
    expires, _, signature = token.partition(".")
    if not expires.isascii() or not expires.isdigit() or len(expires) > 15:
        return False
    given = signature.encode("ascii", "replace").decode()
    signed = [_sign(secret, purpose, parameters, int(expires)) for secret in all_secrets]
    return any(hmac.compare_digest(one, given) for one in signed) and int(expires) > now_ms


def _sign(secret: bytes, purpose: Sequence[str], parameters: Mapping[str, str], expires_ms: int) -> str:
    message = json.dumps([*purpose, expires_ms, sorted(parameters.items())])
    return hmac.new(secret, message.encode(), "sha256").hexdigest()
