"""Which keystores count, what a locked or hanging one leads to, and the real one of a Linux desktop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends import SecretService, chainer, fail, kwallet, null
from keyring.errors import KeyringLocked

from app.device import KeyringKeystore, find_allowed, find_keystore
from app.errors import KeyringUnavailable

ROOT = Path(__file__).parents[2]
NEEDED = ("dbus-run-session", "gnome-keyring-daemon")


class Entries:
    """A backend that works."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Hanging(Entries):
    """A backend that waits for a prompt that nobody answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(30)
        return "too late"


class Locked(Entries):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")


def plain(module: str, name: str) -> Any:
    """An object of a class with the name that a file backend has."""
    return type(name, (), {"__module__": module, "__qualname__": name})()


async def test_entries_are_kept_and_deleting_twice_is_no_error() -> None:
    keystore = KeyringKeystore(Entries(), "test")
    await keystore.set("a", "1")
    assert (await keystore.get("a"), await keystore.get("b")) == ("1", None)
    await keystore.delete("a")
    await keystore.delete("a")
    assert await keystore.get("a") is None


async def test_a_locked_keyring_asks_to_unlock_it_and_its_words_stay_inside() -> None:
    with pytest.raises(KeyringUnavailable, match="unlock") as caught:
        await KeyringKeystore(Locked(), "test").get("secret name")
    assert "secret name" not in f"{caught.value} {caught.value.detail}"


async def test_a_keyring_that_does_not_answer_is_given_up_in_time_and_its_late_answer_is_dropped() -> None:
    backend = Hanging()
    keystore = KeyringKeystore(backend, "test", timeout_seconds=0.05)
    with pytest.raises(KeyringUnavailable) as caught:
        await keystore.get("a")
    assert caught.value.detail == "timed out"
    backend.answered.set()
    await keystore.set("a", "1")


@pytest.mark.parametrize(
    "backend",
    [
        fail.Keyring(),
        null.Keyring(),
        plain("keyrings.alt.file", "PlaintextKeyring"),
        plain("keyrings.alt.file", "EncryptedKeyring"),
        plain("somebody.backends", "Keyring"),
        Entries(),
    ],
)
def test_a_backend_that_keeps_no_secret_counts_as_none(backend: Any) -> None:
    assert find_allowed(backend) is None


def test_the_systems_own_keyrings_count() -> None:
    for cls, name in ((SecretService.Keyring, "secret-service"), (kwallet.DBusKeyring, "kwallet")):
        backend = cls.__new__(cls)
        assert find_allowed(backend) == (backend, name)
    for module, qualname in (
        ("keyring.backends.macOS", "Keyring"),
        ("keyring.backends.Windows", "WinVaultKeyring"),
    ):
        assert find_allowed(plain(module, qualname)) is not None


def test_a_chain_is_taken_by_its_first_allowed_member(monkeypatch: pytest.MonkeyPatch) -> None:
    good = plain("keyring.backends.macOS", "Keyring")
    members = [plain("keyrings.alt.file", "PlaintextKeyring"), good]
    monkeypatch.setattr(chainer.ChainerBackend, "backends", members)
    chain = chainer.ChainerBackend.__new__(chainer.ChainerBackend)
    assert find_allowed(chain) == (good, "macos-keychain")
    monkeypatch.setattr(chainer.ChainerBackend, "backends", members[:1])
    assert find_allowed(chain) is None


async def test_a_system_without_a_keystore_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)
    assert await find_keystore() is None


async def test_looking_for_a_keystore_that_hangs_is_not_no_keystore(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    monkeypatch.setattr(keyring, "get_keyring", lambda: go.wait(30))
    with pytest.raises(KeyringUnavailable):
        await find_keystore(0.05)
    go.set()


def test_gnome_keyring_holds_the_secret_and_locked_it_says_so(tmp_path: Path) -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        assert os.environ.get("CI") != "true", f"missing: {missing}"
        pytest.skip(f"missing: {missing}")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)]),
    }
    unlock = "printf secret | gnome-keyring-daemon --unlock --components=secrets --daemonize > /dev/null"
    script = f'{unlock} && exec "$0" "$@"'
    worker = [sys.executable, str(Path(__file__).parent / "keyring_worker.py"), str(tmp_path / "users")]
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, *worker],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "keyring held"
