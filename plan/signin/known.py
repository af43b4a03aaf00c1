"""A browser in which somebody signed in before: a cookie that says so, for her name only.

It opens nothing. It gives her tries a count of their own (`plan.signin.throttle`), so that nobody can keep her from
signing in by failing in her name. After OWASP's "device cookies" against online guessing.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable

from plan.users import clean_username

COOKIE = "hearthside_plan_known"
DAYS = 180
_SHAPE = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9]{10,15})\.([0-9a-f]{64})", re.ASCII)


def make_known(secret: bytes, username: str, now_ms: int) -> str:
    """The cookie of one user in one browser. It does not say who she is."""
    nonce, expires_ms = secrets.token_urlsafe(16), now_ms + DAYS * 86_400_000
    return f"{nonce}.{expires_ms}.{_sign(secret, username, nonce, expires_ms)}"


def find_known(all_secrets: Iterable[bytes], username: str, cookie: str | None, now_ms: int) -> str | None:
    """The number of this browser when it is known for that name; None when it is not, or for another name."""
    match = _SHAPE.fullmatch(cookie or "")
    if match is None or int(match.group(2)) <= now_ms:
        return None
    nonce, expires_ms = match.group(1), int(match.group(2))
    good = [
        hmac.compare_digest(_sign(one, username, nonce, expires_ms), match.group(3)) for one in all_secrets
    ]
    return nonce if any(good) else None


def _sign(secret: bytes, username: str, nonce: str, expires_ms: int) -> str:
    message = f"known browser\n{nonce}\n{expires_ms}\n{clean_username(username)}"
    return hmac.new(secret, message.encode("utf-8", "replace"), "sha256").hexdigest()
