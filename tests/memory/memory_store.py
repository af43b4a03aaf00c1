"""A store full of people who do not exist, with words in it that are nowhere else on this machine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from app.domain.visit import Modality, Setting
from app.services.device_service import Device
from app.services.sign_in import SignedIn
from app.store import patients
from app.store.changes import Topic
from app.store.pins import make_passphrase
from app.store.vault import Vault
from app.sync import auth
from tests.services.conftest import person, sign_in_row
from tests.store.store_builders import CHEAP

PEOPLE = 30
NAME, NOTE, USER, TOKEN = (
    "Quillfeather",
    "Marzipanova asked for the window",
    "Zsofia Wrenbury",
    "tok-9c1e7b2f5a",
)


@dataclass(frozen=True)
class Made:
    secret: str
    key: bytes

    def wanted(self) -> dict[str, bytes]:
        """What a memory is searched for."""
        texts = {"name": NAME, "note": NOTE, "user": USER, "token": TOKEN, "secret": self.secret}
        found = {name: text.encode() for name, text in texts.items()}
        return {**found, "key": self.key, "key-hex": self.key.hex().encode()}


async def make_store(data: Path) -> Made:
    """A nurse's store with a draft; returns what opens it."""
    vault, secret = Vault(data, None, cost=CHEAP), make_passphrase()
    device = Device(vault)
    row = replace(sign_in_row("zsofia", USER), access_token=TOKEN)
    session = await device.enrol(SignedIn(USER, auth.SignedIn(row)), secret, "w1")

    def fill(connection: Connection) -> None:
        for number in range(PEOPLE):
            patients.upsert(connection, person(f"p{number}", f"{NAME} Number{number}"))

    await session._store.write(fill, Topic.PATIENTS)
    visit_id = await session.visits.begin("p1", Modality.TELEPHONE, Setting.HOME)
    await session.visits.set_note(visit_id, f"{NAME} and {NOTE}.")
    await session.lock()
    files = vault._find(session.store_id)
    (opened, *_) = await vault._check.open_keys(files, secret)
    await device.close()
    return Made(secret, opened.data_key)
