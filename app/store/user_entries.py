"""Who has a store on this device, as the lock screen shows it: from small files that anybody could have changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.domain.look import USUAL, Look, read_look
from app.store.files import list_stores, read_json
from app.store.slots import SlotKind

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class UserEntry:
    """One store on this device. `lock_kind` is "pin" or "passphrase"; `unsent` visits as last noted, None unknown."""

    store_id: str
    user_name: str
    lock_kind: str
    unsent: int | None
    user_reference: str = ""
    """`Practitioner/…` and the plan it belongs to, "" when the key file cannot be read."""
    plan_url: str = ""
    look: Look = USUAL


def list_users(data_dir: Path) -> list[UserEntry]:
    """Everybody with a store here, by name. Damaged stores are listed too, never left out."""
    found = []
    for files in list_stores(data_dir):
        key = read_json(files.key) or read_json(files.way_back) or {}
        pointer = read_json(files.pointer) or key
        unsent = (read_json(files.unsent) or {}).get("visits")
        found.append(
            UserEntry(
                store_id=files.store_id,
                user_name=_shown(pointer.get("user_name")),
                lock_kind=_kind(pointer.get("lock_kind")),
                unsent=unsent if type(unsent) is int else None,
                user_reference=str(key.get("user", "")),
                plan_url=str(key.get("plan_url", "")),
                look=read_look(read_json(files.look)),
            )
        )
    return sorted(found, key=lambda user: (user.user_name, user.store_id))


def _shown(name: object) -> str:
    """A name from a file that anybody could have changed, fit for the screen."""
    plain = (
        "".join(each for each in name if each.isprintable())[:_LONGEST_NAME] if isinstance(name, str) else ""
    )
    return plain or "Name not readable"


def _kind(kind: object) -> str:
    return SlotKind.PASSPHRASE.value if kind == SlotKind.PASSPHRASE.value else SlotKind.PIN.value
