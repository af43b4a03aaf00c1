"""Making the plan's keys, offline: the officers' files and the signed set. No database, no network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from plan.keys.files import load_signing, save_private, write_new
from plan.keys.key_set import KeySet, read_key_set, sign_key_set
from plan.problems import PlanProblem

SET_FILE = "plan-keys-{serial:04d}.json"


@dataclass(frozen=True, slots=True)
class Made:
    """A signed set, its file, and the private key files made beside it."""

    keys: KeySet
    file: Path
    private: tuple[Path, ...]


def make_keys(directory: Path, courier: bytes, made: str, passphrase: bytes | None) -> Made:
    """Root, rescue and orders keys and the first set, into a new or empty directory (0700).

    `courier` is the serving side's raw public key; `made` UTC, `2026-11-22T09:30:00Z`. Raises PlanProblem.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
        if any(directory.iterdir()):
            raise PlanProblem(
                f"{directory.name} is not empty. A plan's keys are made once; use `rotate` after that."
            )
    except OSError as error:
        raise PlanProblem(f"{directory.name} cannot be used: {error.strerror}.") from None
    root, orders, rescue = (
        Ed25519PrivateKey.generate(),
        Ed25519PrivateKey.generate(),
        X25519PrivateKey.generate(),
    )
    files = (
        save_private(directory, "root", root, passphrase),
        save_private(directory, "orders", orders, passphrase),
        save_private(directory, "rescue", rescue, passphrase),
    )
    keys = sign_key_set(
        root,
        serial=1,
        made=made,
        rescue=rescue.public_key().public_bytes_raw(),
        courier=courier,
        orders=orders.public_key().public_bytes_raw(),
    )
    return Made(keys, _write_set(directory, keys), files)


def rotate_keys(
    directory: Path,
    made: str,
    passphrase: bytes | None,
    *,
    rescue: bool = False,
    orders: bool = False,
    courier: bytes | None = None,
) -> Made:
    """The next set of the same root: a new rescue key, a new orders key, another courier key, or several of them.

    New private keys are sealed with the same passphrase as the root's file. Old files stay: an old rescue key is
    needed until no device uses it. Raises PlanProblem.
    """
    before = newest_set(directory)
    root = load_signing(directory / f"root-{before.root_id}.key", passphrase)
    rescue_public, orders_public, files = before.rescue_public, before.orders_public, []
    if rescue:
        new_rescue = X25519PrivateKey.generate()
        files.append(save_private(directory, "rescue", new_rescue, passphrase))
        rescue_public = new_rescue.public_key().public_bytes_raw()
    if orders:
        new_orders = Ed25519PrivateKey.generate()
        files.append(save_private(directory, "orders", new_orders, passphrase))
        orders_public = new_orders.public_key().public_bytes_raw()
    keys = sign_key_set(
        root,
        serial=before.serial + 1,
        made=made,
        rescue=rescue_public,
        courier=before.courier_public if courier is None else courier,
        orders=orders_public,
    )
    return Made(keys, _write_set(directory, keys), tuple(files))


def newest_set(directory: Path) -> KeySet:
    """The last set that was made here. Raises PlanProblem when there is none."""
    found = sorted(directory.glob("plan-keys-*.json"))
    if not found:
        raise PlanProblem(f"There is no key set in {directory.name}. Make one with `rescue-key make`.")
    return read_set_file(found[-1])


def read_set_file(path: Path) -> KeySet:
    """Raises PlanProblem when the file holds no signed set."""
    try:
        return read_key_set(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanProblem(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise PlanProblem(f"{path.name} is no set of plan keys.") from None


def _write_set(directory: Path, keys: KeySet) -> Path:
    path = directory / SET_FILE.format(serial=keys.serial)
    write_new(path, keys.text.encode())
    return path
