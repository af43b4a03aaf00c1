"""Private keys in files: PEM (PKCS #8), mode 0600, sealed with a passphrase where one is given.

PEM rather than a format of our own: officers can look at it, copy it and keep it with tools that they know.
"""

from __future__ import annotations

import getpass
import os
import secrets
import sys
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from plan.keys.key_set import key_id
from plan.problems import PlanProblem

PrivateKey = Ed25519PrivateKey | X25519PrivateKey
PASSPHRASE_VARIABLE = "HEARTHSIDE_PLAN_KEY_PASSPHRASE"  # noqa: S105  the name of a variable, no passphrase
SHORTEST_PASSPHRASE = 24
GROUPS, GROUP = 6, 5
"""A passphrase that is made here has 30 characters of base 32, 150 bits: PKCS #8 as the library writes it derives with
2,048 rounds of PBKDF2 only, which a passphrase that somebody thought of would not stand."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LARGEST = 10_000


def save_private(directory: Path, role: str, key: PrivateKey, passphrase: bytes | None) -> Path:
    """Write `<role>-<id>.key`, never over another file. Raises PlanProblem when it cannot be written."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase is not None:
        encryption = serialization.BestAvailableEncryption(passphrase)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    path = directory / f"{role}-{key_id(key.public_key().public_bytes_raw())}.key"
    write_new(path, pem)
    return path


def write_new(path: Path, content: bytes) -> None:
    """A new file, mode 0600, on the disk when this returns. Raises PlanProblem when there is one, or no room."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise PlanProblem(f"{path.name} cannot be written: {error.strerror}.") from None


def load_private(path: Path, passphrase: bytes | None = None) -> PrivateKey:
    """The key of a file. Raises PlanProblem: no such file, wrong passphrase, another kind of key."""
    return read_private(read_pem(path), path.name, passphrase)


def read_private(pem: bytes, name: str, passphrase: bytes | None = None) -> PrivateKey:
    """The key of a PEM text; `name` is for the sentence when it is none."""
    try:
        key = serialization.load_pem_private_key(pem, passphrase)
    except TypeError:
        needed = "is sealed with a passphrase" if passphrase is None else "has no passphrase"
        raise PlanProblem(f"{name} {needed}.") from None
    except (ValueError, UnsupportedAlgorithm):
        raise PlanProblem(f"{name} cannot be opened: a wrong passphrase, or no private key.") from None
    if not isinstance(key, Ed25519PrivateKey | X25519PrivateKey):
        raise PlanProblem(f"{name} holds a key of another kind.")
    return key


def load_signing(path: Path, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """Raises PlanProblem when the file holds no Ed25519 key."""
    key = load_private(path, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise PlanProblem(f"{path.name} is no key that signs.")
    return key


def load_opening(path: Path, passphrase: bytes | None = None) -> X25519PrivateKey:
    """Raises PlanProblem when the file holds no X25519 key."""
    key = load_private(path, passphrase)
    if not isinstance(key, X25519PrivateKey):
        raise PlanProblem(f"{path.name} is no key that opens what was sealed.")
    return key


def write_public(path: Path, public: X25519PublicKey) -> None:
    """Write a public key as PEM. Raises PlanProblem when there is such a file."""
    write_new(
        path,
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    )


def load_public(path: Path) -> bytes:
    """The raw bytes of an X25519 public key. Raises PlanProblem for any other file."""
    try:
        key = serialization.load_pem_public_key(read_pem(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, X25519PublicKey):
        raise PlanProblem(f"{path.name} is no public key that can be sealed to.")
    return key.public_bytes_raw()


def is_sealed(pem: bytes) -> bool:
    """Does this private key ask for a passphrase?"""
    return b"BEGIN ENCRYPTED PRIVATE KEY" in pem


def read_pem(path: Path) -> bytes:
    """The text of a small file. Raises PlanProblem when it cannot be read."""
    try:
        with path.open("rb") as file:
            found = file.read(_LARGEST + 1)
    except OSError as error:
        raise PlanProblem(f"{path.name} cannot be read: {error.strerror}.") from None
    if len(found) > _LARGEST:
        raise PlanProblem(f"{path.name} is no key file.")
    return found


def ask_passphrase(path: Path) -> bytes | None:
    """The passphrase of a key file, from the environment or the terminal; None when it is not sealed."""
    if not is_sealed(read_pem(path)):
        return None
    if PASSPHRASE_VARIABLE in os.environ:
        return os.environ[PASSPHRASE_VARIABLE].encode()
    if not sys.stdin.isatty():
        raise PlanProblem(f"{path.name} is sealed: set ${PASSPHRASE_VARIABLE}, or run this on a terminal.")
    return getpass.getpass(f"Passphrase of {path.name}: ").encode()


def new_passphrase() -> tuple[bytes, bool]:
    """A passphrase for new key files, and whether it was made here and has to be shown once.

    From the environment where it is given there. Raises PlanProblem for a short one.
    """
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given is None:
        groups = ("".join(secrets.choice(_ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
        return "-".join(groups).encode(), True
    if len(given) < SHORTEST_PASSPHRASE:
        raise PlanProblem(f"${PASSPHRASE_VARIABLE} has at least {SHORTEST_PASSPHRASE} characters.")
    return given.encode(), False
