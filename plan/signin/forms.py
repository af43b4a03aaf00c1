"""Form tokens: a login form counts only when this browser got it from us, for this request, not long ago."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Iterable, Mapping

COOKIE = "hearthside_plan_form"
FIELDS = ("form_token", "username", "password", "action")
"""Fields of the form itself; all others are the app's parameters, passed through."""


def make_nonce() -> str:
    """What ties a form to a browser: kept in an HttpOnly, SameSite=Strict cookie."""
    return secrets.token_urlsafe(32)


def make_form_token(secret: bytes, nonce: str, parameters: Mapping[str, str], expires_ms: int) -> str:
    return f"{expires_ms}.{_sign(secret, nonce, parameters, expires_ms)}"


def is_form_token(
    all_secrets: Iterable[bytes], nonce: str | None, parameters: Mapping[str, str], token: str, now_ms: int
) -> bool:
    """Was this token made for that browser and those parameters, with one of the secrets, and is it still good?"""
    expires, _, signature = token.partition(".")
    if not nonce or not expires.isascii() or not expires.isdigit() or len(expires) > 15:
        return False
    given = signature.encode("ascii", "replace").decode()
    signed = [_sign(secret, nonce, parameters, int(expires)) for secret in all_secrets]
    return any(hmac.compare_digest(one, given) for one in signed) and int(expires) > now_ms


def _sign(secret: bytes, nonce: str, parameters: Mapping[str, str], expires_ms: int) -> str:
    message = json.dumps(["login form", nonce, expires_ms, sorted(parameters.items())])
    return hmac.new(secret, message.encode(), "sha256").hexdigest()
