"""Small protocols for what the device offers: its keystore here, its pictures in `app.device.pictures`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from app.errors import KeyringUnavailable

SERVICE = "hearthside"
CALL_SECONDS = 20.0
"""How long one call to the system's keystore may take. A locked one may ask its user, or hang."""

_ALLOWED = {
    "keyring.backends.SecretService.Keyring": "secret-service",
    "keyring.backends.libsecret.Keyring": "secret-service",
    "keyring.backends.kwallet.DBusKeyring": "kwallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "kwallet",
    "keyring.backends.macOS.Keyring": "macos-keychain",
    "keyring.backends.Windows.WinVaultKeyring": "windows-credentials",
}
"""Backends that keep secrets from other users and from who copies the disk, by class, and the name we give them.
Everything else (null, failing, plain text, encrypted file, chains without one of these) counts as none."""

_CHAINER = "keyring.backends.chainer.ChainerBackend"
_log = logging.getLogger("app.device")
T = TypeVar("T")


class Keystore(Protocol):
    """The operating system's store for secrets. Values are short text. Every call has a time limit.

    All raise app.errors.KeyringUnavailable when it is locked, does not answer in time, or fails.
    """

    @property
    def name(self) -> str:
        """Which keystore this is; the key file names it, so that a missing one is told from a missing secret."""
        ...

    async def get(self, key: str) -> str | None: ...

    async def set(self, key: str, value: str) -> None: ...

    async def delete(self, key: str) -> None:
        """Deleting what is not there is no error."""
        ...


class KeyringBackend(Protocol):
    """What we use of a backend of the `keyring` package."""

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...

    def delete_password(self, service: str, username: str) -> None: ...


class KeyringKeystore:
    """A desktop keystore through an allowed backend of `keyring`."""

    def __init__(self, backend: KeyringBackend, name: str, timeout_seconds: float = CALL_SECONDS) -> None:
        self._backend = backend
        self._name = name
        self._timeout = timeout_seconds

    @property
    def name(self) -> str:
        return self._name

    async def get(self, key: str) -> str | None:
        return await _call(lambda: self._backend.get_password(SERVICE, key), self._timeout)

    async def set(self, key: str, value: str) -> None:
        await _call(lambda: self._backend.set_password(SERVICE, key, value), self._timeout)

    async def delete(self, key: str) -> None:
        def delete() -> None:
            if self._backend.get_password(SERVICE, key) is not None:
                self._backend.delete_password(SERVICE, key)

        await _call(delete, self._timeout)


def find_allowed(backend: Any) -> tuple[KeyringBackend, str] | None:
    """The backend to use and its name: itself when allowed, the first allowed of a chain, else None."""
    cls = type(backend)
    full_name = f"{cls.__module__}.{cls.__qualname__}"
    if full_name in _ALLOWED:
        return backend, _ALLOWED[full_name]
    if full_name == _CHAINER:
        for member in backend.backends:
            found = find_allowed(member)
            if found is not None:
                return found
    return None


async def find_keystore(timeout_seconds: float = CALL_SECONDS) -> Keystore | None:
    """This system's keystore, or None when it has none worth the name.

    Raises KeyringUnavailable when looking for it does not end in time. A locked one is found; its calls raise.
    """

    def find() -> tuple[KeyringBackend, str] | None:
        import keyring  # here, because importing it looks for backends on the disk

        return find_allowed(keyring.get_keyring())

    found = await _call(find, timeout_seconds)
    if found is None:
        _log.info("no system keystore: a passphrase is needed")
        return None
    return KeyringKeystore(*found, timeout_seconds)


async def _call(fn: Callable[[], T], timeout_seconds: float) -> T:
    """Run a keystore call in a thread of its own that may hang without holding up anything, the end included."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if future.done():
            return  # too late: the wait is over
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # no error means that fn returned its T

    def run() -> None:
        result: T | None = None
        error: Exception | None = None
        try:
            result = fn()
        except Exception as raised:  # noqa: BLE001 - backends have errors of their own: all mean "out of reach"
            error = KeyringUnavailable(detail=type(raised).__name__)
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="keystore", daemon=True).start()
    try:
        return await asyncio.wait_for(future, timeout_seconds)
    except TimeoutError:
        raise KeyringUnavailable(detail="timed out") from None
