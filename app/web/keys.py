"""The secret of one data directory's web door: launch links made from it, cookies signed with it.

A launch token is made by any process that can read the key file (so `hearthside app`, started again, can hand
out a new link to the running one) and is taken once by the server. A cookie needs no memory at the server, so
that a tab stays in after a restart.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger("app.web")

KEY_FILE = "web.key"
KEY_BYTES = 32
NONCE_BYTES = 16
MAC_BYTES = 32
LAUNCH_SECONDS = 600
_STAMP_BYTES = 8


def boot_clock_ns() -> int:
    """Nanoseconds since this machine started, the same in every process and untouched by the date."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)


class DoorKey:
    """Signs and checks; never printed."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a door key is 32 bytes")
        self._secret = secret

    def sign(self, purpose: str, *parts: bytes) -> bytes:
        """HMAC-SHA256 over length-prefixed parts, so that no two different lists sign alike."""
        mac = hmac.new(self._secret, digestmod=hashlib.sha256)
        for part in (purpose.encode(), *parts):
            mac.update(len(part).to_bytes(4, "big") + part)
        return mac.digest()

    def make_launch_token(self, origin: str, *, now_ns: int | None = None) -> str:
        """A link's secret, good for one use at `origin` within LAUNCH_SECONDS."""
        stamp = boot_clock_ns() if now_ns is None else now_ns
        payload = secrets.token_bytes(NONCE_BYTES) + stamp.to_bytes(_STAMP_BYTES, "big")
        return _encode(payload + self.sign("launch", origin.encode(), payload))

    def make_cookie(self, origin: str) -> str:
        """The value of a cookie that opens `origin` until the key file is removed."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return _encode(nonce + self.sign("cookie", origin.encode(), nonce))

    def is_cookie(self, origin: str, value: str) -> bool:
        raw = _decode(value, NONCE_BYTES + MAC_BYTES)
        if raw is None:
            return False
        nonce, mac = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
        return hmac.compare_digest(mac, self.sign("cookie", origin.encode(), nonce))


class LaunchDoor:
    """Takes each launch token once; refuses those made before this server started, as it cannot know their fate."""

    def __init__(self, key: DoorKey, origin: str, *, clock_ns: Callable[[], int] = boot_clock_ns) -> None:
        self._key = key
        self._origin = origin.encode()
        self._clock_ns = clock_ns
        self._started_ns = clock_ns()
        self._taken: dict[bytes, int] = {}

    def take(self, token: str) -> bool:
        """True exactly once for a fresh token of ours."""
        raw = _decode(token, NONCE_BYTES + _STAMP_BYTES + MAC_BYTES)
        if raw is None:
            return False
        payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if not hmac.compare_digest(mac, self._key.sign("launch", self._origin, payload)):
            return False
        nonce, stamp = payload[:NONCE_BYTES], int.from_bytes(payload[NONCE_BYTES:], "big")
        now = self._clock_ns()
        oldest = max(self._started_ns, now - LAUNCH_SECONDS * 1_000_000_000)
        self._taken = {known: at for known, at in self._taken.items() if at >= oldest}
        if not oldest <= stamp <= now or nonce in self._taken:
            return False
        self._taken[nonce] = stamp
        return True


def load_door_key(data_dir: Path) -> DoorKey:
    """Read the key of this data directory, or make it. Only this user can read the file."""
    path = data_dir / KEY_FILE
    if path.is_file() and not path.is_symlink():
        secret = path.read_bytes()
        if len(secret) == KEY_BYTES:
            path.chmod(0o600)
            return DoorKey(secret)
        log.warning("the web key file was not usable and is made anew; open tabs need a new link")
    secret = secrets.token_bytes(KEY_BYTES)
    fresh = data_dir / f"{KEY_FILE}.new"
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return DoorKey(secret)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def _decode(text: str, length: int) -> bytes | None:
    """The bytes, when `text` is the one canonical spelling of exactly `length` bytes."""
    if len(text) > 2 * length or not text.isascii():
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    return raw if len(raw) == length and _encode(raw) == text else None
